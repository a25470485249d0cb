// Values that are looked up: profiles from the file, ids from a workspace that runs here.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import type { Candidate, SourceLine } from "../../completion/table.ts";
import { startTestEmulator, type TestEmulator } from "../../emulator/testing-server.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Deps } from "../../platform/deps.ts";
import { askCompletion } from "./ask.ts";
import { sourceValues, type LookUp } from "./sources.ts";
import { partsAbove } from "./tool-arguments.ts";
import { renewValues } from "./workspace-values.ts";

let world: TestWorld;
beforeEach(() => {
  world = testWorld({ deps: { clock: systemClock, fetch: fetch as Deps["fetch"] } });
});
afterEach(() => world.dispose());

function lineWith(profile?: string): SourceLine {
  const flags = new Map(profile === undefined ? [] : [["--profile", [profile]] as const]);
  return { flags, positionals: [], typed: "" };
}

const forbidden: LookUp["renew"] = () => Promise.reject(new Error("asked"));

describe("profiles", () => {
  const profiles = (): Promise<unknown> =>
    sourceValues(world.deps, "profile", { line: lineWith(), deadline: Promise.resolve(), renew: forbidden });

  test("come from the file, with their hosts and never with a token", async () => {
    world.write(
      ".databrickscfg",
      "[DEFAULT]\n[dev]\nhost = https://dev.example.com\ntoken = abc\n[my one]\nclient_id = x\n[__settings__]\ndefault_profile = dev\n",
    );
    expect(await profiles()).toEqual([{ value: "dev", description: "dev.example.com" }, { value: "my one" }]);
  });

  test("are none without a file", async () => {
    expect(await profiles()).toEqual([]);
  });

  const zsh = (...words: string[]): Promise<string> => askCompletion(["zsh", "--", ...words], async () => world.deps);

  test.each([
    ["garbage", () => world.write(".databrickscfg", "[[[\n\u0000=\n[open\n")],
    ["a folder", () => mkdirSync(join(world.home, ".databrickscfg"))],
  ])("are silently none where the file is %s", async (_what, make) => {
    make();
    expect(await zsh("--profile", "")).toBe("values\n\n");
    expect(await zsh("versi")).toContain("version:");
  });

  test("are read anew each time", async () => {
    world.write(".databrickscfg", "[one]\nhost = https://one.example.com\n");
    expect(await zsh("--profile", "")).toContain("one:one.example.com");
    world.write(".databrickscfg", "[two]\nhost = https://two.example.com\n");
    expect(await zsh("--profile", "")).toBe("values\n\ntwo:two.example.com\n");
  });
});

describe("arguments of a tool", () => {
  const offered = async (typed: string, given: readonly string[] = []): Promise<readonly Candidate[]> => {
    const flags = new Map([["--arg", given]]);
    const line = { flags, positionals: ["create_context"], typed };
    return sourceValues(world.deps, "tool-argument", { line, deadline: Promise.resolve(), renew: forbidden });
  };

  test("are offered with what they are, until they are given", async () => {
    expect(await offered("")).toEqual([
      { value: "cluster_id=", description: expect.stringMatching(/^Cluster id/), partial: true },
      expect.objectContaining({ value: "language=" }),
      expect.objectContaining({ value: "wait_seconds=" }),
    ]);
    expect((await offered("", ["language=r", "cluster_id="])).map(({ value }) => value)).toEqual(["wait_seconds="]);
  });

  test("have the values that the tool names", async () => {
    expect(await offered("language=")).toEqual(
      ["python", "scala", "sql", "r"].map((value) => ({ value: `language=${value}` })),
    );
    expect(await offered("toString=")).toEqual([]);
    expect(await offered("=")).toEqual([]);
  });

  test("have their catalog and schema from other arguments, where the tool has those", () => {
    const above = (kind: "schema" | "table", names: readonly string[], given: Record<string, string>) =>
      partsAbove(kind, {
        properties: Object.fromEntries(names.map((name) => [name, {}])),
        given: new Map(Object.entries(given)),
      });
    expect(above("table", ["full_table_name"], {})).toBe("");
    expect(above("schema", ["catalog", "schema"], { catalog: "main" })).toBe("main.");
    expect(above("schema", ["catalog", "schema"], {})).toBeUndefined();
    expect(above("schema", ["catalog", "schema"], { catalog: "" })).toBeUndefined();
    const three = ["catalog_name", "schema_name", "table_name"];
    expect(above("table", three, { catalog_name: "main", schema_name: "default" })).toBe("main.default.");
    expect(above("table", three, { schema_name: "default" })).toBeUndefined();
  });

  test("are none for a tool that is not there", async () => {
    expect(await askCompletion(["zsh", "--", "tool", "call", "nope", "--arg", ""], async () => world.deps)).toBe(
      "values\n\n",
    );
  });
});

test.each([
  [[]],
  [["tcsh", "--", ""]],
  [["zsh"]],
  [["zsh", "--name", "other", "--", ""]],
  [["--renew"]],
  [["--renew", "x"]],
])("what no script of ours asks has no answer: %j", async (words) => {
  expect(await askCompletion(words, async () => world.deps)).toBe("");
});

test("nothing of the machine is touched where nothing has to be looked up", async () => {
  const refuse = () => Promise.reject(new Error("opened"));
  expect(await askCompletion(["zsh", "--", "emul"], refuse)).toContain("emulator:");
  expect(await askCompletion(["zsh", "--", "--profile", ""], refuse)).toBe("values\n\n");
});

describe("ids of a workspace", () => {
  let emulator: TestEmulator;
  beforeAll(async () => {
    emulator = await startTestEmulator();
    const settings = { name: "Nightly: load", tasks: [{ task_key: "t", notebook_task: { notebook_path: "/x" } }] };
    await emulator.call("POST /api/2.2/jobs/create", { body: settings });
    await emulator.call("POST /api/2.1/clusters/create", {
      body: { cluster_name: "Small", spark_version: "15.4.x-scala2.12", node_type_id: "i3.xlarge", num_workers: 1 },
    });
    await emulator.call("POST /api/2.0/policies/clusters/create", { body: { name: "Frugal", definition: "{}" } });
    for (const path of ["/Shared/etl", `/Users/${emulator.world.owner.userName}/Work`]) {
      await emulator.call("POST /api/2.0/workspace/mkdirs", { body: { path } });
    }
    const content = Buffer.from("print(1)").toString("base64");
    const notebook = { path: "/Shared/load", content, language: "PYTHON", format: "SOURCE" };
    await emulator.call("POST /api/2.0/workspace/import", { body: notebook });
    const sql = await emulator.world.sql();
    const session = await sql.session();
    for (const statement of [
      "CREATE CATALOG sales COMMENT 'What we sold'",
      "CREATE SCHEMA main.rides COMMENT 'Taxi rides'",
      "CREATE TABLE main.rides.trips (id INT) COMMENT 'Each of them'",
      "CREATE VIEW main.rides.few AS SELECT 1 AS one",
    ]) {
      await session.query(statement);
    }
    await session.close();
  });
  afterAll(() => emulator.dispose());

  const config = (): string => `[here]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n`;
  const lookUp = (source: string, options: Partial<LookUp> = {}) =>
    sourceValues(world.deps, source, {
      line: lineWith("here"),
      deadline: new Promise(() => undefined),
      renew: renewValues,
      ...options,
    });

  test("are fetched with what they stand for, then come from the cache", async () => {
    world.write(".databrickscfg", config());
    expect(await lookUp("job")).toEqual([{ value: expect.stringMatching(/^\d+$/), description: "Nightly: load" }]);
    expect(await lookUp("cluster")).toEqual([
      { value: expect.any(String), description: expect.stringMatching(/^Small \(\w+\)$/) },
    ]);
    expect(await lookUp("job", { renew: forbidden })).toHaveLength(1);
  });

  test("stand behind the argument of a tool that takes one", async () => {
    world.write(".databrickscfg", config());
    const behind = async (tool: string, typed: string): Promise<string[]> => {
      const line = { ...lineWith("here"), positionals: [tool], typed };
      return (await lookUp("tool-argument", { line })).map(({ value }) => value);
    };
    expect(await behind("run_job", "job_id=")).toEqual([expect.stringMatching(/^job_id=\d+$/)]);
    expect(await behind("databricks_run_job", "job_id=")).toHaveLength(1);
    expect(await behind("stop_cluster", "cluster_id=")).toEqual([expect.stringMatching(/^cluster_id=\S+$/)]);
    expect(await behind("stop_cluster", "job_id=")).toEqual([]);
    expect(await behind("wait_for_run", "run_id=")).toEqual([]);
    expect(await behind("list_notebooks", "path=/Sha")).toContain("path=/Shared/");
    expect(await behind("databricks_read_notebook", "path=/Shared/")).toEqual([
      "path=/Shared/etl/",
      "path=/Shared/load",
    ]);
  });

  const at = async (kind: string, typed: string): Promise<readonly Candidate[]> =>
    lookUp(kind, { line: { ...lineWith("here"), typed } });

  test("come level by level where they have several parts, each asked for by itself", async () => {
    world.write(".databrickscfg", config());
    expect(await at("catalog", "")).toEqual([{ value: "main" }, { value: "sales", description: "What we sold" }]);
    await emulator.control("DELETE requests");
    expect(await at("table", "m")).toEqual([
      { value: "main.", partial: true },
      { value: "sales.", description: "What we sold", partial: true },
    ]);
    expect(await at("table", "main.ri")).toContainEqual({
      value: "main.rides.",
      description: "Taxi rides",
      partial: true,
    });
    expect(await at("schema", "main.")).toContainEqual({ value: "main.rides", description: "Taxi rides" });
    expect(await at("table", "main.rides.t")).toEqual([
      { value: "main.rides.few", description: "view" },
      { value: "main.rides.trips", description: "managed: Each of them" },
    ]);
    const { requests } = (await emulator.control("GET requests")).json;
    const asked = (requests as { path: string }[]).map(({ path }) => path.replace("/api/2.1/unity-catalog/", ""));
    expect(asked.filter((path) => /^(?:catalogs|schemas|tables)$/.test(path))).toEqual(["schemas", "tables"]);
  });

  test.each([
    ["catalog", "main."],
    ["schema", "main.rides."],
    ["table", "main.rides.trips."],
    ["table", ".rides"],
    ["table", "main..t"],
    ["workspace-path", "etl/lo"],
  ])("nothing is asked for a %s that begins with %s", async (kind, typed) => {
    world.write(".databrickscfg", config());
    expect(await lookUp(kind, { line: { ...lineWith("here"), typed }, renew: forbidden })).toEqual([]);
  });

  test("none are in a catalog that is not there", async () => {
    world.write(".databrickscfg", config());
    const failing = at("table", "none.");
    expect(await failing).toEqual([]);
  });

  test("of folders are what lies in them", async () => {
    world.write(".databrickscfg", config());
    const roots = await at("workspace-path", "");
    expect(roots[0]).toEqual({ value: "~/", description: "Your home folder", partial: true });
    expect(roots).toContainEqual({ value: "/Shared/", partial: true });
    expect(await at("workspace-path", "/Sh")).toContainEqual({ value: "/Shared/", partial: true });
    expect(await at("workspace-path", "/Shared/l")).toEqual([
      { value: "/Shared/etl/", partial: true },
      { value: "/Shared/load", description: "python notebook" },
    ]);
    expect(await at("workspace-path", "~/W")).toEqual([{ value: "~/Work/", partial: true }]);
    expect(await at("workspace-path", "shared/")).toEqual([
      { value: "shared/etl/", partial: true },
      { value: "shared/load", description: "python notebook" },
    ]);
  });

  test("are there of policies, warehouses and models too", async () => {
    world.write(".databrickscfg", config());
    expect(await lookUp("policy")).toEqual([{ value: expect.stringMatching(/^\w{16}$/), description: "Frugal" }]);
    expect(await lookUp("node-type")).toContainEqual({
      value: expect.stringContaining("."),
      description: expect.stringMatching(/^\d+ cores, \d+ GB/),
    });
    expect(await lookUp("spark-version")).toContainEqual({
      value: "16.4.x-scala2.12",
      description: expect.stringContaining("16.4 LTS"),
    });
    expect(await lookUp("warehouse")).toEqual([
      { value: expect.any(String), description: "Serverless Starter Warehouse (stopped)" },
    ]);
    const models = await lookUp("model");
    expect(models).toContainEqual({ value: "system.ai.claude-opus-5-5", description: "anthropic, chat" });
    expect(models.map(({ value }) => value)).not.toContain("main.restricted.secret-model");
    expect((await lookUp("gemini-model")).map(({ value }) => value)).toEqual([
      "system.ai.gemini-4-pro",
      "system.ai.gemini-3-5-flash",
    ]);
  });

  test("of runs grow old within seconds", async () => {
    world.write(".databrickscfg", config());
    let nowMs = Date.now();
    const deps = { ...world.deps, clock: { ...systemClock, now: () => nowMs } };
    const asked: string[] = [];
    const renew: LookUp["renew"] = async (_deps, [list = "", ...rest]) => {
      asked.push(list);
      await renewValues(deps, [list, ...rest]);
    };
    const options = { line: lineWith("here"), deadline: new Promise<void>(() => undefined), renew };
    for (const ageMs of [0, 5_000, 10_000]) {
      nowMs += ageMs;
      await sourceValues(deps, "run", options);
      await sourceValues(deps, "job", options);
    }
    expect(asked).toEqual(["run", "job", "run"]);
  });

  test("are kept apart by profile", async () => {
    world.write(".databrickscfg", config());
    await lookUp("job");
    expect(await lookUp("job", { line: lineWith(), renew: forbidden })).toEqual([]);
    expect(await lookUp("job", { line: lineWith("other"), renew: forbidden })).toEqual([]);
  });

  test("are none where one is not signed in, or the time is over", async () => {
    expect(await lookUp("job")).toEqual([]);
    const slow = { renew: () => new Promise<void>(() => undefined), deadline: Promise.resolve() };
    expect(await lookUp("cluster", slow)).toEqual([]);
    expect(await lookUp("nonsense", { renew: forbidden })).toEqual([]);
    expect(await lookUp("toString", { renew: forbidden })).toEqual([]);
  });
});
