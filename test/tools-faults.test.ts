// A workspace that misbehaves, met by a reading and a writing tool of every toolset through the binary: what passes is waited
// out, what cannot be sent twice is not, and what remains is said in the workspace's own words.
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { catalog } from "../src/tools/catalog.ts";
import { signIn } from "./support/agent-stage.ts";
import { later, reads, writes, type Row } from "./support/fault-rows.ts";
import { openSession, type Session } from "./support/workspace.ts";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

/** What the tables below name by `$name`. */
const known: Record<string, string> = {};

const stage = toolStage(["--toolsets", "all"], async () => {
  await made("execute_sql_script", {
    sql: "CREATE VOLUME main.default.v; CREATE TABLE main.default.t AS SELECT 1 AS id",
  });
  known["cluster_id"] = await made("create_cluster", { cluster_name: "c", wait: true }, "cluster_id");
  const cluster = { cluster_id: known["cluster_id"] };
  known["context_id"] = await made("create_context", cluster, "context_id");
  const cell = { ...cluster, context_id: known["context_id"], code: "1 + 1" };
  known["command_id"] = await made("execute_cell", cell, "command_id");
  known["remote"] = await repository();
});

afterEach(async () => {
  await stage.workspace.control("DELETE", "faults");
});

async function made(name: string, args: Record<string, unknown>, field = "", by = stage.session): Promise<string> {
  const { isError, text, data } = await by.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  return String(data[field] ?? "");
}

/** A repository on this disk with one commit. */
async function repository(): Promise<string> {
  const folder = join(stage.machine.home, "remote");
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  const git = (...words: string[]) => {
    const ran = Bun.spawnSync(["git", ...who, ...words], { stdin: "ignore", env: { ...stage.machine.env } });
    if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  };
  git("init", "--quiet", "--initial-branch", "main", folder);
  await Bun.write(join(folder, "etl.py"), "print(1)\n");
  git("-C", folder, "add", "--all");
  git("-C", folder, "commit", "--quiet", "-m", "one");
  return `file://${folder}`;
}

interface Outcome {
  readonly row: Row;
  readonly isError: boolean;
  readonly text: string;
  /** The statuses that the row's request was answered with, as the workspace knows them. */
  readonly sent: readonly number[];
}

let calls = 0;

function argsOf({ args }: Row): Record<string, unknown> {
  calls += 1;
  const text = JSON.stringify(args).replaceAll("#", `n${calls}`);
  return JSON.parse(text.replaceAll(/\$(\w+)/g, (_, name: string) => known[name] ?? "")) as Record<string, unknown>;
}

/** All rows at once, each with the fault on its own request. */
async function under(
  fault: Record<string, unknown>,
  rows: readonly Row[],
  by = stage.session,
): Promise<readonly Outcome[]> {
  await stage.workspace.control("DELETE", "faults");
  await stage.workspace.control("DELETE", "requests");
  for (const { at } of rows) {
    const [method, path] = at.split(" ");
    await stage.workspace.control("POST", "faults", { method, path, ...fault });
  }
  const results = await Promise.all(
    rows.map((row) =>
      by.call(row.tool, argsOf(row)).catch((thrown: unknown) => ({ isError: true, text: `${thrown}` })),
    ),
  );
  const log = await stage.workspace.requests();
  return rows.map((row, at) => {
    const [method, path = ""] = row.at.split(" ");
    const glob = new Bun.Glob(path);
    const sent = log.filter((one) => one.method === method && glob.match(one.path)).map(({ status }) => status);
    return { row, isError: results[at]?.isError ?? true, text: results[at]?.text ?? "", sent };
  });
}

async function everyRow(fault: Record<string, unknown>, by = stage.session): Promise<readonly Outcome[]> {
  return [...(await under(fault, [...writes], by)), ...(await under(fault, [...reads, ...later], by))];
}

/** Says something to whoever called: no defect of ours, no place in our source. */
function isClear({ row, text }: Outcome): void {
  expect([row.tool, text]).toEqual([
    row.tool,
    expect.not.stringMatching(/error_code: internal\b|\bat .+:\d+:\d+|\.ts\b/),
  ]);
  expect(text).not.toMatch(/undefined|\[object |TypeError/);
}

test("every toolset that asks the workspace has a tool that reads here, and one that writes", () => {
  // What the agent made is kept on this machine; a document is printed there, and goes up as any file of a volume.
  const ours = ["resources", "documents"];
  const asking = [...new Set(catalog.map(({ toolset }) => toolset))].filter((name) => !ours.includes(name)).toSorted();
  expect(reads.map(({ toolset }) => toolset).toSorted()).toEqual(asking);
  // These read alone, or change nothing but the stage.session.
  const changing = asking.filter((name) => !["queries", "identity"].includes(name));
  expect([...writes, ...later].map(({ toolset }) => toolset).toSorted()).toEqual(changing);
});

const went = (status: number): boolean => status >= 200 && status < 300;

describe("a sign-in that is refused in the middle", () => {
  test("is asked for once, where it is a personal token, and the way out is told", async () => {
    for (const outcome of await everyRow({ kind: "status", status: 401, times: 0 })) {
      const { row, isError, text, sent } = outcome;
      isClear(outcome);
      expect([row.tool, isError, sent]).toEqual([row.tool, true, [401]]);
      expect([row.tool, text]).toEqual([row.tool, expect.stringContaining("mortar auth login")]);
    }
  });
});

describe("a workspace that turns away", () => {
  test("is asked again until it answers, and does once what it was asked for", async () => {
    const storm = { kind: "status", status: 429, retry_after: 0, times: 2 };
    for (const { row, isError, text, sent } of await everyRow(storm)) {
      expect([row.tool, isError, text]).toEqual([row.tool, false, expect.any(String)]);
      expect([row.tool, sent.slice(0, 2), sent.filter(went).length]).toEqual([row.tool, [429, 429], 1]);
    }
  });

  test("and asks for an hour is not asked again: the error says for how long", async () => {
    const storm = { kind: "status", status: 429, retry_after: 3_600, times: 0, message: "Pool 7 is full" };
    for (const outcome of await everyRow(storm)) {
      const { row, isError, text, sent } = outcome;
      isClear(outcome);
      expect([row.tool, isError, sent]).toEqual([row.tool, true, [429]]);
      expect([row.tool, text]).toEqual([row.tool, expect.stringContaining("Pool 7 is full")]);
      expect([row.tool, text]).toEqual([row.tool, expect.stringContaining("asks to wait 3600 seconds")]);
    }
  });
});

describe("a failure in between", () => {
  const failures = [
    { kind: "status", status: 502, error_code: "BAD_GATEWAY", message: "Pod 7 is gone" },
    { kind: "html", status: 504 },
    { kind: "reset" },
    // The workspace has done it, and its answer is lost.
    { kind: "truncate", bytes: 5 },
  ];
  test.each(failures)("%p: reading goes on, and no write is sent twice that is not the same twice", async (fault) => {
    for (const outcome of await everyRow({ ...fault, times: 1 })) {
      const { row, isError, text, sent } = outcome;
      isClear(outcome);
      const again = row.idempotent === true && !(row.bare === true && fault.kind === "truncate");
      expect([row.tool, isError, sent.length, text]).toEqual([
        row.tool,
        row.idempotent !== true,
        again ? 2 : 1,
        expect.any(String),
      ]);
      if (isError && "message" in fault) expect([row.tool, text]).toEqual([row.tool, expect.stringContaining("Pod 7")]);
    }
  });

  test("that stays is said in the workspace's words, and nothing is made", async () => {
    const fault = { kind: "status", status: 500, error_code: "WORKER_LOST", message: "Worker 7 is lost", times: 0 };
    for (const outcome of await everyRow(fault)) {
      const { row, isError, text, sent } = outcome;
      isClear(outcome);
      expect([row.tool, isError, sent]).toEqual([row.tool, true, [500]]);
      expect([row.tool, text]).toEqual([row.tool, expect.stringContaining("Worker 7 is lost")]);
    }
  });
});

describe("an answer at 200 that is none", () => {
  test.each(["html", "garbage", "empty"])("(%s) is an error, and is not asked for twice", async (kind) => {
    for (const outcome of await everyRow({ kind, times: 0 })) {
      const { row, isError, text, sent } = outcome;
      isClear(outcome);
      const fine = kind === "empty" && row.silent === true;
      expect([row.tool, isError, sent.length, text]).toEqual([row.tool, !fine, 1, expect.any(String)]);
      if (isError) expect([row.tool, text]).toEqual([row.tool, expect.stringMatching(/answered with/)]);
    }
  });

  test("(JSON of another kind) makes no tool fail by itself", async () => {
    const body = { unexpected: [1, { a: null }], next_page_token: 5, status: [], state: 7 };
    for (const outcome of await everyRow({ kind: "answer", body, times: 0 })) isClear(outcome);
  });
});

describe("pages", () => {
  /** The answers of these come whole. */
  const whole = ["notebooks", "workspace", "compute", "serving", "secrets", "identity", "execution"];
  const paged = reads.filter(({ toolset }) => !whole.includes(toolset));

  test("that are empty and name a next one are not the end", async () => {
    const known = await under({ kind: "latency" }, paged);
    const texts = new Map(known.map(({ row, text }) => [row.tool, text] as const));
    const body = { next_page_token: Buffer.from("at:0").toString("base64url") };
    for (const { row, isError, text, sent } of await under({ kind: "answer", body, times: 1 }, paged)) {
      expect([row.tool, isError, sent]).toEqual([row.tool, false, [200, 200]]);
      expect([row.tool, text]).toEqual([row.tool, texts.get(row.tool) ?? ""]);
    }
  });

  test("whose token comes again end with an error", async () => {
    for (const outcome of await under({ kind: "answer", body: { next_page_token: "again" }, times: 0 }, paged)) {
      const { row, isError, text, sent } = outcome;
      expect([row.tool, isError, text]).toEqual([row.tool, true, expect.stringContaining("again and again")]);
      expect(sent.length).toBeLessThan(4);
    }
  });
});

// The last: the profile is another one after it.
describe("a sign-in with OAuth", () => {
  const refreshes = async (): Promise<number> =>
    (await stage.workspace.requests()).filter(({ path }) => path.endsWith("/oidc/v1/token")).length;
  const signedIn = async (work: (signed: Session) => Promise<void>): Promise<void> => {
    const signed = await openSession(stage.machine, ["--toolsets", "all"]);
    try {
      await work(signed);
    } finally {
      await signed.close();
    }
  };

  beforeAll(() => signIn(stage));
  afterAll(async () => {
    await stage.machine.run(["auth", "logout", "DEFAULT", "--yes"]);
  });

  test("that has ended for the workspace alone is refreshed once, and all calls succeed", async () => {
    await signedIn(async (signed) => {
      await made("get_current_user", {}, "", signed);
      await stage.workspace.control("POST", "tokens/expire", { kind: "access" });
      const outcomes = await under({ kind: "latency" }, [...writes, ...reads, ...later], signed);
      expect(await refreshes()).toBe(1);
      for (const { row, isError, text, sent } of outcomes) {
        expect([row.tool, isError, text]).toEqual([row.tool, false, expect.any(String)]);
        // Beside other tools, which may ask the same.
        if (row.idempotent !== true) expect([row.tool, sent.filter(went).length]).toEqual([row.tool, 1]);
      }
    });
  });

  test("that is refused in the middle of a call is refreshed, and the call goes on", async () => {
    await signedIn(async (signed) => {
      const rows = writes.filter(({ tool }) => tool === "create_job");
      const [outcome] = await under({ kind: "status", status: 401 }, rows, signed);
      expect([outcome?.isError, outcome?.sent, await refreshes()]).toEqual([false, [401, 200], 1]);
    });
  });

  test("that is refused again after it was refreshed is told, with the way to sign in", async () => {
    await signedIn(async (signed) => {
      const rows = writes.filter(({ tool }) => tool === "create_job");
      const [outcome] = await under({ kind: "status", status: 401, times: 0 }, rows, signed);
      expect([outcome?.isError, outcome?.sent, outcome?.text]).toEqual([
        true,
        [401, 401],
        expect.stringContaining("mortar auth login"),
      ]);
    });
  });
});
