// Consent, protection and limits through the binary, in both eras of the protocol and over both transports. The workspace's own
// log is the witness: what nobody agreed to never reached it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let maker: Session;
let token: string;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  maker = await openSession(machine, ["--yes", "--toolsets", "default,secrets,volumes"]);
  const profile = await readFile(join(machine.home, ".databrickscfg"), "utf8");
  token = /^token\s*=\s*(\S+)/m.exec(profile)?.[1] ?? "";
  await made("execute_sql_script", {
    sql: "CREATE SCHEMA IF NOT EXISTS main.shop; CREATE SCHEMA IF NOT EXISTS main.gold",
  });
}, 60_000);

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

afterAll(async () => {
  await maker.close();
  await workspace.stop();
  await machine.dispose();
});

async function made(tool: string, args: Record<string, unknown>) {
  const result = await maker.call(tool, args);
  if (result.isError) throw new Error(`${tool}: ${result.text}`);
  return result;
}

/** A table with rows in it. */
async function makeTable(name: string): Promise<void> {
  await made("execute_sql", { sql: `CREATE OR REPLACE TABLE ${name} AS SELECT id FROM range(3)` });
}

async function isThere(table: string): Promise<boolean> {
  const { data } = await maker.call("query_sql", { sql: `SELECT count(*) FROM ${table}` });
  return data["state"] === "SUCCEEDED";
}

/** What changes something, of all that the workspace has seen. */
async function writes(): Promise<readonly string[]> {
  const all = await workspace.requests();
  return all.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

type Era = "auto" | "legacy";
type Answer = { action: "accept" | "decline" | "cancel"; content?: Record<string, string | number | boolean> };

interface Person {
  /** What was asked, so far. */
  readonly asked: string[];
  answer: Answer;
}

interface Caller {
  readonly client: Client;
  readonly person: Person;
  call(name: string, args: Record<string, unknown>): Promise<{ isError: boolean; text: string }>;
}

const yes: Answer = { action: "accept", content: { confirm: true } };

function clientOf(era: Era, canAsk: boolean): { client: Client; person: Person } {
  const capabilities = canAsk ? { elicitation: { form: {} } } : {};
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: era }, capabilities });
  const person: Person = { asked: [], answer: yes };
  if (canAsk) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      person.asked.push(params.message);
      return person.answer;
    });
  }
  return { client, person };
}

function callerOf(client: Client, person: Person): Caller {
  ends.push(() => client.close());
  return {
    client,
    person,
    call: async (name, args) => {
      const result = await client.callTool({ name, arguments: args });
      const content = result.content as readonly { text?: string }[];
      return { isError: result.isError === true, text: content.map(({ text = "" }) => text).join("\n") };
    },
  };
}

async function overStdio(era: Era, words: readonly string[] = [], canAsk = true): Promise<Caller> {
  const { client, person } = clientOf(era, canAsk);
  const args = ["mcp", "serve", ...words];
  await client.connect(new StdioClientTransport({ command: binary, args, env: machine.env, stderr: "ignore" }));
  return callerOf(client, person);
}

interface Served {
  readonly url: string;
  readonly key: string;
}

/** `mortar mcp serve --http WORDS...`, up to its address; it ends with the test. */
async function serve(words: readonly string[] = []): Promise<Served> {
  const child = Bun.spawn([binary, "mcp", "serve", "--http", "--json", ...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  ends.push(async () => {
    child.kill("SIGTERM");
    await child.exited;
  });
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of child.stdout) {
    text += decoder.decode(piece, { stream: true });
    if (text.endsWith("}\n")) break;
  }
  const { data } = JSON.parse(text) as { data: { url: string; key_file: string | null } };
  return { url: data.url, key: data.key_file === null ? token : (await readFile(data.key_file, "utf8")).trim() };
}

async function overHttp(
  era: Era,
  { url, key }: Served,
  options: { headers?: Record<string, string>; canAsk?: boolean } = {},
): Promise<Caller> {
  const { client, person } = clientOf(era, options.canAsk ?? true);
  const headers = { authorization: `Bearer ${key}`, ...options.headers };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return callerOf(client, person);
}

const ways = [
  ["auto", "stdio"],
  ["auto", "http"],
  ["legacy", "stdio"],
  ["legacy", "http"],
] as const;

async function over(era: Era, transport: "stdio" | "http", words: readonly string[] = []): Promise<Caller> {
  return transport === "stdio" ? await overStdio(era, words) : await overHttp(era, await serve(words));
}

describe.each(ways)("a client of the %s era over %s", (era, transport) => {
  test("asks the person by name, and does what they agree to", async () => {
    await makeTable("main.shop.fruit");
    const { call, person } = await over(era, transport);
    const dropped = await call("execute_sql", { sql: "DROP TABLE main.shop.fruit" });
    expect(dropped).toMatchObject({ isError: false });
    expect(person.asked).toEqual([
      `Drop the table “main.shop.fruit” with all its rows?\n(Execute SQL, in ${workspace.host})`,
    ]);
    expect(await isThere("main.shop.fruit")).toBe(false);
  });

  test("does nothing without a yes", async () => {
    await makeTable("main.shop.kept");
    const { call, person } = await over(era, transport);
    const before = await writes();
    const answers: readonly Answer[] = [
      { action: "decline" },
      { action: "cancel" },
      { action: "accept", content: { confirm: false } },
      { action: "accept", content: {} },
      { action: "accept", content: { confirm: "true" } },
      { action: "accept", content: { other: true } },
    ];
    for (const answer of answers) {
      person.answer = answer;
      const kept = await call("execute_sql", { sql: "TRUNCATE TABLE main.shop.kept" });
      expect([kept.isError, kept.text]).toEqual([true, expect.stringContaining("error_code: not_confirmed")]);
    }
    expect(person.asked).toHaveLength(answers.length);
    expect(await writes()).toEqual(before);
  });

  test("asks for nothing where nothing is lost", async () => {
    const { call, person } = await over(era, transport);
    await makeTable("main.shop.more");
    expect((await call("execute_sql", { sql: "INSERT INTO main.shop.more VALUES (7)" })).isError).toBe(false);
    expect((await call("query_sql", { sql: "SELECT * FROM main.shop.more" })).isError).toBe(false);
    expect(person.asked).toEqual([]);
  });

  test("is asked for what is in the workspace now, before that is lost", async () => {
    await maker.call("delete_secret_scope", { scope: "keys" });
    await made("create_secret_scope", { scope: "keys" });
    await made("put_secret", { scope: "keys", key: "one", value: "1" });
    await made("put_secret", { scope: "keys", key: "two", value: "2" });
    const { call, person } = await over(era, transport, ["--toolsets", "secrets"]);
    person.answer = { action: "decline" };
    await call("delete_secret_scope", { scope: "keys" });
    expect(person.asked[0]).toContain("Delete the secret scope “keys” and its 2 secrets for good: “one”, “two”?");
    // A new secret loses nothing, one that is there does.
    expect((await call("put_secret", { scope: "keys", key: "three", value: "3" })).isError).toBe(false);
    expect(person.asked).toHaveLength(1);
    expect((await call("put_secret", { scope: "keys", key: "one", value: "x" })).isError).toBe(true);
    const keys = await maker.call("list_secrets", { scope: "keys" });
    for (const key of ["one", "two", "three"]) expect(keys.text).toContain(key);
  });

  test("asks nobody with --yes", async () => {
    await makeTable("main.shop.gone");
    const { call, person } = await over(era, transport, ["--yes"]);
    expect((await call("execute_sql", { sql: "DROP TABLE main.shop.gone" })).isError).toBe(false);
    expect(person.asked).toEqual([]);
    expect(await isThere("main.shop.gone")).toBe(false);
  });

  test("finds the tools in discovery mode, and asks all the same", async () => {
    await makeTable("main.shop.found");
    const { call, client, person } = await over(era, transport, ["--discovery", "--protect", "main.gold"]);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
      "search_tools",
      "call_reading_tool",
      "call_tool",
    ]);
    expect((await call("search_tools", { query: "execute sql" })).text).toContain('"execute_sql"');
    person.answer = { action: "decline" };
    const before = await writes();
    const sql = (text: string) => call("call_tool", { name: "execute_sql", arguments: { sql: text } });
    expect((await sql("DROP TABLE main.shop.found")).text).toContain("not_confirmed");
    expect((await sql("CREATE TABLE main.gold.x (a INT)")).text).toContain("error_code: protected");
    expect((await call("call_reading_tool", { name: "execute_sql", arguments: { sql: "SELECT 1" } })).isError).toBe(
      true,
    );
    expect(person.asked).toHaveLength(1);
    expect(await writes()).toEqual(before);
    person.answer = yes;
    expect((await sql("DROP TABLE main.shop.found")).isError).toBe(false);
  });
});

describe.each(["auto", "legacy"] as const)("a client of the %s era that cannot ask", (era) => {
  test("has its own way to, unless it is always asked", async () => {
    await makeTable("main.shop.unasked");
    const strict = await overStdio(era, ["--confirm", "always"], false);
    const before = await writes();
    const refused = await strict.call("execute_sql", { sql: "DROP TABLE main.shop.unasked" });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining("this client cannot ask")]);
    expect(await writes()).toEqual(before);
    const usual = await overStdio(era, [], false);
    expect((await usual.call("execute_sql", { sql: "DROP TABLE main.shop.unasked" })).isError).toBe(false);
  });
});

test("a client of the older era without a session cannot be asked, and is refused where it has to be", async () => {
  await makeTable("main.shop.stateless");
  const { url, key } = await serve(["--confirm", "always"]);
  const before = await writes();
  const params = { name: "execute_sql", arguments: { sql: "DROP TABLE main.shop.stateless" } };
  const answer = await fetch(url, {
    method: "POST",
    proxy: "",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  expect(await answer.text()).toContain("not_confirmed");
  expect(await writes()).toEqual(before);
});

interface Round {
  readonly result?: { readonly resultType: string; readonly requestState?: string; readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string };
}

/** One request of the newer era, as an attacker writes it. */
async function round(
  { url, key }: Served,
  sql: string,
  more: { requestState?: unknown; answer?: unknown; name?: string } = {},
): Promise<Round> {
  const name = more.name ?? "execute_sql";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
  };
  const params = {
    name,
    arguments: { sql },
    _meta: meta,
    ...(more.requestState === undefined ? {} : { requestState: more.requestState }),
    ...(more.answer === undefined ? {} : { inputResponses: { confirm: more.answer } }),
  };
  const answer = await fetch(url, {
    method: "POST",
    proxy: "",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await answer.text();
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return JSON.parse(data) as Round;
}

describe("the state of a question", () => {
  const drop = "DROP TABLE main.shop.sealed";
  const bad = { code: -32_602, message: "Invalid or expired requestState" };

  test("fits its own call, once", async () => {
    await makeTable("main.shop.sealed");
    const served = await serve();
    const first = await round(served, drop);
    expect(first.result?.resultType).toBe("input_required");
    const requestState = first.result?.requestState;
    const before = await writes();
    // Other arguments, another tool, an answer without its question, a question without an answer.
    await makeTable("main.shop.other");
    const after = await writes();
    expect(after.length).toBeGreaterThan(before.length);
    expect((await round(served, "DROP TABLE main.shop.other", { requestState, answer: yes })).error).toMatchObject(bad);
    const script = { requestState, answer: yes, name: "execute_sql_script" };
    expect((await round(served, drop, script)).error).toMatchObject(bad);
    expect((await round(served, drop, { answer: yes })).result?.resultType).toBe("input_required");
    expect((await round(served, drop, { requestState })).result?.resultType).toBe("input_required");
    for (const answer of [true, "yes", { confirm: true }, { method: "elicitation/create", result: yes }, null]) {
      const outcome = await round(served, drop, { requestState, answer });
      expect(outcome.result?.resultType ?? outcome.error?.code).not.toBe("complete");
    }
    expect(await writes()).toEqual(after);
    const done = await round(served, drop, { requestState, answer: yes });
    expect(done.result?.isError ?? false).toBe(false);
    expect(await isThere("main.shop.sealed")).toBe(false);
    // The same yes drops no table that was made since.
    await makeTable("main.shop.sealed");
    expect((await round(served, drop, { requestState, answer: yes })).error).toMatchObject(bad);
    expect(await isThere("main.shop.sealed")).toBe(true);
  });

  test("is spent by a no", async () => {
    await makeTable("main.shop.sealed");
    const served = await serve();
    const requestState = (await round(served, drop)).result?.requestState;
    const declined = await round(served, drop, { requestState, answer: { action: "decline" } });
    expect(JSON.stringify(declined)).toContain("not_confirmed");
    expect((await round(served, drop, { requestState, answer: yes })).error).toMatchObject(bad);
    expect(await isThere("main.shop.sealed")).toBe(true);
  });

  test("is taken by one of two who bring it at the same moment", async () => {
    await makeTable("main.shop.sealed");
    const served = await serve();
    const requestState = (await round(served, drop)).result?.requestState;
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => round(served, drop, { requestState, answer: yes })),
    );
    expect(outcomes.filter(({ error }) => error === undefined)).toHaveLength(1);
  });

  test("cannot be made up, changed, or taken from another server", async () => {
    await makeTable("main.shop.sealed");
    const [served, other] = [await serve(), await serve()];
    const state = (await round(served, drop)).result?.requestState ?? "";
    const foreign = (await round(other, drop)).result?.requestState;
    const before = await writes();
    const flipped = state.slice(0, -1) + (state.endsWith("A") ? "B" : "A");
    const parts = state.split(".");
    const later = [...parts.slice(0, 2), "9999999999999", ...parts.slice(3)].join(".");
    for (const requestState of ["", "v1", "{}", flipped, later, foreign, `${state}=`, "x".repeat(100_000)]) {
      expect((await round(served, drop, { requestState, answer: yes })).error).toMatchObject(bad);
    }
    for (const requestState of [1, {}, [state], null]) {
      const outcome = await round(served, drop, { requestState, answer: yes });
      expect(outcome.result?.resultType ?? "refused").not.toBe("complete");
    }
    expect(await writes()).toEqual(before);
  });
});

test.skipIf(!hasControl)("a person on a terminal is asked the same, and nothing is done without a yes", async () => {
  await makeTable("main.shop.typed");
  const words = ["tool", "call", "execute_sql", "--arg", "sql=DROP TABLE main.shop.typed"];
  for (const [keys, code] of [
    ["n\r", 1],
    ["\r", 1],
    [ctrlC, 130],
  ] as const) {
    const before = await writes();
    const run = onTerminal(machine, words);
    await run.until("Drop the table “main.shop.typed” with all its rows? [y/N]");
    run.type(keys);
    expect(await run.ended()).toBe(code);
    expect(await writes()).toEqual(before);
  }
  const agreed = onTerminal(machine, words);
  await agreed.until("[y/N]");
  agreed.type("y\r");
  expect(await agreed.ended()).toBe(0);
  expect(await isThere("main.shop.typed")).toBe(false);
});

test("names in a question cannot speak for us", async () => {
  const name = "x”? Nothing is lost. **Say yes.**\n[more](https://evil.example) “\u202E";
  const { call, person } = await overStdio("auto");
  person.answer = { action: "decline" };
  await call("execute_sql", { sql: `DROP TABLE main.shop.\`${name}\`` });
  const [asked = ""] = person.asked;
  const [first = "", second] = asked.split("\n");
  expect(second).toStartWith("(Execute SQL, in http");
  expect(first.match(/[“”]/g)).toHaveLength(2);
  expect(first).not.toMatch(/[*[\]\u202E]/);
  expect(first).toContain("\\u{201d}");
});

describe("what is protected", () => {
  const refusedSql = [
    "DROP TABLE main.gold.t",
    "INSERT INTO main.gold.t VALUES (1)",
    "CREATE TABLE `main`.`GOLD`.x (a INT)",
    "WITH a AS (SELECT 1) INSERT INTO main.gold.t SELECT * FROM a",
    "ALTER TABLE main.shop.t RENAME TO main.gold.t",
    "DROP SCHEMA main.gold CASCADE",
    "DELETE FROM gold.t",
    "DELETE FROM t",
    "INSERT INTO IDENTIFIER('main.' || 'gold.t') VALUES (1)",
    "BEGIN DROP TABLE main.gold.t; END",
    "EXECUTE IMMEDIATE 'DROP TABLE main.gold.t'",
    "CALL main.shop.anything()",
  ];

  test("is written by nothing, and read by all", async () => {
    await makeTable("main.gold.t");
    await makeTable("main.shop.t");
    const { call, person } = await overStdio("auto", [
      "--protect",
      "*.gold,/Shared/prod",
      "--toolsets",
      "default,volumes",
    ]);
    const before = await writes();
    const calls: readonly (readonly [string, Record<string, unknown>])[] = [
      ...refusedSql.map((sql) => ["execute_sql", { sql }] as const),
      ["execute_sql_script", { sql: "USE main.gold; DROP TABLE t" }],
      ["execute_sql_script", { sql: "DROP TABLE main.shop.t; DROP TABLE main.gold.t" }],
      ["execute_sql", { sql: "DROP TABLE t", catalog: "main", schema: "gold" }],
      ["create_volume_folder", { volume_path: "/Volumes/main/gold/v/x" }],
      ["delete_volume_path", { volume_path: "/Volumes/main/Gold/v/x", recursive: true }],
      ["write_notebook", { notebook_path: "/Workspace/Shared/prod/nb", content: "1" }],
      ["write_notebook", { notebook_path: "shared/prod/../prod/nb", content: "1" }],
      ["run_job", { job_id: "1" }],
      ["run_notebook", { notebook_path: "~/anything" }],
      ["databricks_run_job", { job_id: "1" }],
    ];
    for (const [tool, args] of calls) {
      const { isError, text } = await call(tool, args);
      expect([tool, args, isError, text]).toEqual([
        tool,
        args,
        true,
        expect.stringMatching(/error_code: (?:protected|invalid_input)/),
      ]);
    }
    expect(await writes()).toEqual(before);
    expect(person.asked).toEqual([]);
    expect((await call("query_sql", { sql: "SELECT * FROM main.gold.t" })).isError).toBe(false);
    expect((await call("execute_sql", { sql: "INSERT INTO main.shop.t SELECT * FROM main.gold.t" })).isError).toBe(
      false,
    );
    expect((await call("write_notebook", { notebook_path: "~/free", content: "1" })).isError).toBe(false);
  });

  test("is added by a header, and taken away by none", async () => {
    const served = await serve(["--protect", "main.gold"]);
    for (const era of ["auto", "legacy"] as const) {
      const headers = { "x-mcp-protect": "main.shop", "x-mcp-confirm": "never" };
      const { call, person } = await overHttp(era, served, { headers });
      await makeTable("main.gold.t");
      const before = await writes();
      for (const table of ["main.gold.t", "main.shop.t"]) {
        expect((await call("execute_sql", { sql: `DROP TABLE ${table}` })).text).toContain("error_code: protected");
      }
      expect(await writes()).toEqual(before);
      expect(person.asked).toEqual([]);
    }
  });

  test("holds for a person's call too, from the environment and from the settings", async () => {
    await makeTable("main.gold.t");
    const call = (words: readonly string[], env: Record<string, string> = {}) =>
      machine.json(["tool", "call", "execute_sql", "--arg", "sql=DROP TABLE main.gold.t", "--yes", ...words], { env });
    const before = await writes();
    expect((await call(["--protect", "main.gold"])).error?.code).toBe("protected");
    expect((await call([], { MORTAR_PROTECT: "main.gold" })).error?.code).toBe("protected");
    const file = join(machine.home, "mortar", "settings.json");
    const settings = await readFile(file, "utf8").catch(() => undefined);
    ends.push(async () => await writeFile(file, settings ?? "{}"));
    const tools = { protect: ["main.gold"] };
    await writeFile(file, JSON.stringify({ ...JSON.parse(settings ?? "{}"), tools }));
    expect((await call([])).error?.code).toBe("protected");
    expect((await (await overStdio("auto")).call("execute_sql", { sql: "DROP TABLE main.gold.t" })).text).toContain(
      "protected",
    );
    await writeFile(file, "{ broken");
    expect((await call([])).error?.code).toBe("config_invalid");
    expect(await writes()).toEqual(before);
    expect(await isThere("main.gold.t")).toBe(true);
  });

  test("a dry run of a change of access asks nobody and changes nothing", async () => {
    await maker.call("create_secret_scope", { scope: "granted" });
    const { call, person } = await overStdio("auto", ["--toolsets", "secrets", "--confirm", "always"]);
    const before = await writes();
    const grant = { scope: "granted", principal: "users", permission: "READ" };
    expect((await call("grant_secret_access", { ...grant, dry_run: true })).isError).toBe(false);
    expect([person.asked, await writes()]).toEqual([[], before]);
    expect((await call("grant_secret_access", grant)).isError).toBe(false);
    expect(person.asked).toHaveLength(1);
  });
});

test("limits hold, and no argument lifts them", async () => {
  const { call } = await overStdio("auto", ["--max-rows", "7", "--max-chars", "1000"]);
  const result = await call("query_sql", { sql: "SELECT id FROM range(100)", max_rows: 1_000 });
  expect(result.text).toContain("returned: 7");
  expect(result.text).toContain("truncated: true");
  const wide = await call("query_sql", { sql: "SELECT repeat('x', 5000) AS x" });
  expect(wide.text.length).toBeLessThan(2_000);
});
