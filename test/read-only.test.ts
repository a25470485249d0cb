// A server that may only read, with arguments of every kind for every tool: nothing crashes, and the workspace's own log and
// history are the witnesses that nothing was changed.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as fc from "fast-check";
import type { JsonObject } from "../src/platform/json.ts";
import { argumentsFor } from "../src/tools/testing-arguments.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

setDefaultTimeout(240_000);

let machine: Machine;
let workspace: TestWorkspace;
let writing: Session;
let reading: Session;
let known: readonly string[];

const readOnly = ["--toolsets", "all", "--read-only"];

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  writing = await openSession(machine, ["--toolsets", "all"]);
  reading = await openSession(machine, readOnly);
  known = await fill();
});

afterAll(async () => {
  await reading.close();
  await writing.close();
  await workspace.stop();
  await machine.dispose();
});

/** Puts something of most kinds into the workspace, and gives their names and ids. */
async function fill(): Promise<readonly string[]> {
  const made = async (name: string, args: Record<string, unknown>, field?: string): Promise<string> => {
    const { data } = await writing.call(name, args);
    return field === undefined ? "" : String(data[field] ?? "");
  };
  await made("execute_sql_script", {
    sql: "CREATE TABLE main.default.t AS SELECT 1 AS id; CREATE VOLUME main.default.v; CREATE VIEW main.default.w AS SELECT * FROM main.default.t",
  });
  await made("write_notebook", { notebook_path: "~/nb", content: "print(1)", language: "python" });
  const tasks = [{ task_key: "a", notebook_path: "~/nb" }];
  return [
    "main.default.t",
    "main.default.w",
    "main.default",
    "main",
    "default",
    "~/nb",
    "~",
    "/Volumes/main/default/v",
    "me@example.com",
    "SELECT * FROM main.default.t",
    "DROP TABLE main.default.t",
    "WITH a AS (SELECT 1) INSERT INTO main.default.t SELECT 2",
    await made("create_job", { name: "j", tasks }, "job_id"),
    await made("run_notebook", { notebook_path: "~/nb" }, "run_id"),
    await made("create_dashboard", { name: "d", definition: { pages: [] } }, "dashboard_id"),
  ];
}

/** Asked by POST, and changing nothing. A statement is judged by the history. */
const questions = [
  /^\/api\/2\.0\/sql\/statements$/,
  /^\/api\/2\.\d\/clusters\/events$/,
  /^\/api\/2\.0\/genie\/.+\/execute-query$/,
  /^\/api\/2\.0\/vector-search\/indexes\/[^/]+\/(?:query|query-next-page|scan)$/,
  /^\/oidc\//,
];

async function changes(): Promise<readonly string[]> {
  const seen = (await workspace.requests()).filter(({ method }) => method !== "GET" && method !== "HEAD");
  return seen
    .filter(({ path }) => !questions.some((one) => one.test(path)))
    .map(({ method, path }) => `${method} ${path}`);
}

describe("every tool", () => {
  test("of those listed answers whatever it is given, and changes nothing", async () => {
    const { tools } = await reading.client.listTools();
    expect(tools.length).toBeGreaterThan(60);
    const statements = await history();
    for (const { name, inputSchema } of tools) {
      await workspace.control("DELETE", "requests");
      const all = fc.sample(argumentsFor(inputSchema as JsonObject, known), { numRuns: 8, seed: 7 });
      for (const args of all) {
        const waits = "wait_seconds" in ((inputSchema.properties ?? {}) as object) ? { wait_seconds: 0 } : {};
        const { isError, text } = await reading.call(name, { ...args, ...waits });
        if (isError) expect([name, text]).toEqual([name, expect.not.stringContaining("error_code: internal")]);
      }
      expect([name, await changes()]).toEqual([name, []]);
      // The log keeps 2,000: nothing has fallen out of it.
      expect((await workspace.requests()).length).toBeLessThan(2_000);
    }
    const sent = (await history()).slice(0, -statements.length || undefined);
    expect(sent.filter((type) => !["SELECT", "SHOW", "DESCRIBE", "EXPLAIN", "WITH", "VALUES"].includes(type))).toEqual(
      [],
    );
    expect((await writing.call("query_sql", { sql: "SELECT count(*) FROM main.default.t" })).data["rows"]).toEqual([
      [1],
    ]);
  });

  test("that changes something is refused before anything is asked", async () => {
    const listed = new Set((await reading.client.listTools()).tools.map(({ name }) => name));
    const others = (await writing.client.listTools()).tools.filter(({ name }) => !listed.has(name));
    expect(others.length).toBeGreaterThan(60);
    await workspace.control("DELETE", "requests");
    for (const { name } of others) {
      const outcome = await reading.call(name, {}).catch((thrown: unknown) => String(thrown));
      expect([name, outcome]).toEqual([name, expect.stringContaining("only reading is allowed")]);
    }
    expect(await workspace.requests()).toEqual([]);
  });
});

/** The types of all statements that ran, the newest first. */
async function history(): Promise<readonly string[]> {
  const ids: string[] = [];
  let page_token: string | undefined;
  do {
    const { data } = await writing.call("list_query_history", {
      limit: 200,
      ...(page_token === undefined ? {} : { page_token }),
    });
    ids.push(...(data["rows"] as string[][]).map(([statement]) => String(statement)));
    page_token = data["next_page_token"] as string | undefined;
  } while (page_token !== undefined);
  const types: string[] = [];
  for (const statement_id of ids) types.push(String((await writing.call("get_query", { statement_id })).data["type"]));
  return types;
}
