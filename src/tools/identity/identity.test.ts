// The identity toolset: who is signed in, and going over to another workspace without losing the one that works.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../../platform/paths.ts";
import { refusal, serve, testToken, type TestServer } from "../../workspace/testing.ts";
import { runTool } from "../call.ts";
import type { ToolContext, ToolResult } from "../define.ts";
import { defaultLimits } from "../limits.ts";
import { createWorkspaceSource, workspaceFor, type WorkspaceSource } from "../open-workspace.ts";
import { rowsOf, testDeps } from "../testing.ts";
import { loadTool } from "../toolsets.ts";

let home: string;
let first: TestServer;
let second: TestServer;
let refusing: TestServer;

const person = (userName: string) => () => ({ id: "7", userName, active: true, groups: [{ display: "users" }] });

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mortar-identity-"));
  first = serve(person("ada@example.com"));
  second = serve(person("bob@example.com"));
  refusing = serve(() => refusal(401, "UNAUTHENTICATED", "no"));
  const profile = (name: string, { host }: TestServer) => `[${name}]\nhost = ${host}\ntoken = ${testToken}\n`;
  const text = profile("first", first) + profile("second", second) + profile("refusing", refusing);
  await writeFile(join(home, ".databrickscfg"), text, { mode: 0o600 });
});
afterEach(async () => {
  for (const server of [first, second, refusing]) await server[Symbol.asyncDispose]();
  await rm(home, { recursive: true });
});

const env = (more: Record<string, string> = {}) => ({ HOME: home, MORTAR_HOME: join(home, "mortar"), ...more });

function session(profile: string | undefined, { more = {}, switchable = true } = {}) {
  const vars = env(more);
  const deps = { ...testDeps(), env: vars, cwd: home, paths: resolvePaths(vars, "linux") };
  const signal = new AbortController().signal;
  const source = createWorkspaceSource({ deps, profile, version: "0.0.0", signal, switchable });
  return { deps, source, signal };
}

interface Place {
  readonly deps: ToolContext["deps"];
  readonly source: WorkspaceSource;
  readonly signal: AbortSignal;
}

async function call({ deps, source, signal }: Place, name: string, args: object = {}): Promise<ToolResult> {
  const tool = await loadTool(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const context: ToolContext = {
    workspace: await workspaceFor(tool, source),
    deps,
    signal,
    limits: defaultLimits,
    switching: source.switching,
    attach: () => undefined,
    progress: () => undefined,
  };
  return await runTool(tool, context, tool.input.parse(args));
}

const userNow = async (place: Place) => (await call(place, "get_current_user")).data["user_name"];

describe("a session", () => {
  test("goes over to another workspace, and stays there", async () => {
    const place = session("first");
    expect((await call(place, "get_current_user")).data).toMatchObject({
      user_name: "ada@example.com",
      home_path: "/Workspace/Users/ada@example.com",
      profile: "first",
      groups: ["users"],
    });
    const { data } = await call(place, "switch_workspace", { profile: "second" });
    expect(data).toMatchObject({ profile: "second", host: second.host, host_before: first.host });
    expect(await userNow(place)).toBe("bob@example.com");
    place.source.forget();
    expect(await userNow(place)).toBe("bob@example.com");
  });

  test.each(["refusing", "none-such", "__settings__"])("stays where it is when %s does not work", async (profile) => {
    const place = session("first");
    expect(await userNow(place)).toBe("ada@example.com");
    const outcome = await call(place, "switch_workspace", { profile }).catch((thrown: unknown) => String(thrown));
    expect(typeof outcome).toBe("string");
    expect(await userNow(place)).toBe("ada@example.com");
    expect((await call(place, "get_current_user")).data["profile"]).toBe("first");
  });

  test("goes where it was told, whatever the environment says", async () => {
    const place = session(undefined, { more: { DATABRICKS_HOST: first.host, DATABRICKS_TOKEN: testToken } });
    expect(await userNow(place)).toBe("ada@example.com");
    await call(place, "switch_workspace", { profile: "second" });
    expect(await userNow(place)).toBe("bob@example.com");
  });

  test("without a sign-in can be brought to one", async () => {
    const place = session("refusing");
    expect(await call(place, "get_current_user").catch((thrown: { code: string }) => thrown.code)).toBe(
      "token_rejected",
    );
    const lost = session("none-such");
    expect(rowsOf(await call(lost, "list_profiles")).map((row) => row["profile"])).toEqual([
      "first",
      "refusing",
      "second",
    ]);
    await call(lost, "switch_workspace", { profile: "first" });
    expect(await userNow(lost)).toBe("ada@example.com");
  });

  test("that others share stays where it is", async () => {
    const place = session("first", { switchable: false });
    for (const [name, args] of [
      ["switch_workspace", { profile: "second" }],
      ["sign_in", { profile: "second" }],
    ] as const) {
      const outcome = await call(place, name, args).catch((thrown: Error) => thrown.message);
      expect(outcome).toContain("stays on the workspace");
    }
    expect(second.received).toEqual([]);
  });
});

test("profiles are listed with what works and which is in use, and without tokens", async () => {
  const place = session("second");
  const listed = await call(place, "list_profiles", { validate: true });
  expect(rowsOf(listed).map(({ profile, in_use, works }) => [profile, in_use, works])).toEqual([
    ["first", false, true],
    ["refusing", false, false],
    ["second", true, true],
  ]);
  expect(listed.text + JSON.stringify(listed.data)).not.toContain(testToken);
});

test("sign_in wants to know where", async () => {
  const outcome = await call(session("first"), "sign_in").catch((thrown: Error) => thrown.message);
  expect(outcome).toContain("Neither a host nor a profile");
});
