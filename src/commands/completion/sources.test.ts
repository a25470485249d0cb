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
      { value: "cluster_id=", description: expect.stringMatching(/^Cluster id/) },
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
