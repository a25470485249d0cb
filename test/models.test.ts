// The models of a workspace through the binary: found by live lists with their traps, asked, and pinned.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
});
afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

const quiet = { modelListNeedsOrgId: false, emptyModelLists: false };
beforeEach(async () => {
  await workspace.control("DELETE", "faults");
  await workspace.control("PATCH", "switches", quiet);
  await workspace.control("DELETE", "requests");
});

interface Listed {
  readonly family: string;
  readonly models: readonly { id: string; apis: string[]; state: string; roles: string[] }[];
  readonly roles: Record<string, { model: string | null; pinned: boolean }>;
}

async function list(...words: string[]): Promise<Listed> {
  const envelope = await machine.json(["models", "list", ...words]);
  expect(envelope.error).toBeUndefined();
  return envelope.data as unknown as Listed;
}

describe("models list", () => {
  test("shows the models by what they answer, marks what agents use, and asks once an hour", async () => {
    const { family, models, roles } = await list("--refresh");
    expect(family).toBe("model-services");
    expect(roles["opus"]).toEqual({ model: "system.ai.claude-opus-5-5", pinned: false });
    expect(roles["codex"]).toEqual({ model: "system.ai.gpt-5-6-codex", pinned: false });
    expect(models.find(({ id }) => id === "system.ai.claude-opus-4-8")).toMatchObject({
      apis: ["anthropic", "chat"],
      roles: [],
    });
    await workspace.control("DELETE", "requests");
    await list();
    expect((await workspace.requests()).filter(({ path }) => path.includes("model"))).toEqual([]);
  });

  test("tells of people's own services which can be used", async () => {
    const { models } = await list("--all", "--refresh");
    const states = Object.fromEntries(models.map(({ id, state }) => [id, state]));
    expect(states).toMatchObject({
      "main.agents.team-opus": "ready",
      "main.agents.mixed": "split",
      "main.restricted.secret-model": "forbidden",
    });
  });

  test("finds them where the list wants the workspace's id, and where services are listed empty", async () => {
    await workspace.control("PATCH", "switches", { modelListNeedsOrgId: true });
    expect((await list("--refresh")).models.length).toBeGreaterThan(5);
    await workspace.control("PATCH", "switches", { modelListNeedsOrgId: false, emptyModelLists: true });
    const { models } = await list("--refresh");
    expect(models.map(({ id }) => id)).toContain("databricks-claude-opus-5-5");
  });

  test("goes by serving endpoints on a workspace that has nothing newer", async () => {
    for (const path of ["/api/2.1/unity-catalog/model-services**", "/api/ai-gateway/**"]) {
      await workspace.control("POST", "faults", {
        kind: "status",
        status: 404,
        error_code: "NOT_FOUND",
        path,
        times: 0,
      });
    }
    const other = await createMachine();
    try {
      const profile = await Bun.file(`${machine.home}/.databrickscfg`).text();
      await writeFile(`${other.home}/.databrickscfg`, profile, { mode: 0o600 });
      const { data } = await other.json(["models", "list"]);
      expect(data).toMatchObject({
        family: "serving-endpoints",
        roles: { opus: { model: "databricks-claude-opus-5-5" } },
      });
    } finally {
      await other.dispose();
    }
  });
});

describe("models validate", () => {
  test("asks each model in its own dialect, and fails where one refuses", async () => {
    const good = await machine.json(["models", "validate"]);
    expect(good.ok).toBe(true);
    const results = good.data["results"] as { role: string; verdict: string }[];
    expect(results.map(({ verdict }) => verdict)).toEqual(Array.from({ length: 7 }, () => "PASS"));
    const paths = (await workspace.requests()).filter(({ method }) => method === "POST").map(({ path }) => path);
    for (const part of ["anthropic/v1/messages", "codex/v1/responses", ":generateContent", "mlflow/v1/chat"]) {
      expect(paths.some((path) => path.includes(part))).toBe(true);
    }
    const refusal = { kind: "status", status: 403, error_code: "PERMISSION_DENIED", message: "no EXECUTE", times: 0 };
    await workspace.control("POST", "faults", { ...refusal, path: "/ai-gateway/codex/**" });
    const bad = await machine.run(["models", "validate"]);
    expect([bad.exitCode, bad.stdout]).toEqual([7, expect.stringMatching(/FAIL {2}codex .*no EXECUTE/)]);
  });
});

describe("models pin", () => {
  test("holds for its profile, warns of what is not listed, and comes off again", async () => {
    expect((await machine.run(["models", "pin", "opus", "system.ai.claude-opus-4-8"])).exitCode).toBe(0);
    expect((await list()).roles["opus"]).toEqual({ model: "system.ai.claude-opus-4-8", pinned: true });
    await machine.run(["models", "pin", "opus", "system.ai.claude-opus-4-7", "--force"]);
    const { data } = await machine.json(["models", "validate"]);
    expect((data["results"] as { role: string }[]).find(({ role }) => role === "opus")).toMatchObject({
      verdict: "WARN",
    });
    await machine.run(["models", "pin", "opus", "main.team.gone", "--force"]);
    const gone = await machine.run(["models", "validate"]);
    expect([gone.exitCode, gone.stdout]).toEqual([7, expect.stringMatching(/FAIL {2}opus .*\n.*models list/)]);
    await machine.run(["models", "pin", "opus", "--off"]);
    expect((await list()).roles["opus"]).toEqual({ model: "system.ai.claude-opus-5-5", pinned: false });
  });

  test.each([
    [["opus", "system.ai.claude-opus-5-4"], 5, /Did you mean system\.ai\.claude-opus-5-5/],
    [["sonnet", "system.ai.gpt-5-6"], 5, /does not answer the API that sonnet needs/],
    [["opus"], 2, /A model is missing/],
    [["opus", "x", "--off"], 2, /--off takes no model/],
    [["opos", "x"], 2, /opus/],
  ])("refuses %p", async (words, exitCode, message) => {
    const before = await list();
    const ran = await machine.run(["models", "pin", ...words]);
    expect([ran.exitCode, ran.stderr]).toEqual([exitCode, expect.stringMatching(message)]);
    expect((await list()).roles).toEqual(before.roles);
  });
});
