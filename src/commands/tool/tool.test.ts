// `mortar tool`: the program from source, on a workspace that answers as it is told.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { catalog } from "../../tools/catalog.ts";
import { selectTools, toolsetsBeside } from "../../tools/selection.ts";
import { serve, testToken, type TestServer } from "../../workspace/testing.ts";
import { readArguments } from "./arguments.ts";

const main = join(import.meta.dir, "..", "..", "main.ts");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function mortar(
  words: readonly string[],
  options: { workspace?: TestServer; input?: string } = {},
): Promise<Ran> {
  const { workspace, input } = options;
  const signedIn = workspace === undefined ? {} : { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: testToken };
  const home = "/tmp/mortar-test-no-home";
  const child = Bun.spawn([process.execPath, main, ...words], {
    env: { PATH: process.env["PATH"] ?? "", HOME: home, DATABRICKS_CONFIG_FILE: join(home, "none"), ...signedIn },
    stdin: input === undefined ? "ignore" : new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, stdout, stderr };
}

const jobs = (): TestServer => serve(() => ({ jobs: [{ job_id: 5, settings: { name: "nightly" } }] }));

describe("mortar tool list", () => {
  test("shows what is on by default, and what else there is", async () => {
    const { stdout } = await mortar(["tool", "list"]);
    for (const { name } of selectTools().entries) expect(stdout).toContain(`  ${name} `);
    expect(stdout).not.toContain("list_volumes");
    const beside = toolsetsBeside(selectTools());
    expect(beside).toContain("volumes");
    expect(stdout).toContain(`Off unless --toolsets names them (default,${beside.join(",")}):\n  ${beside[0]}: `);
    const json = JSON.parse((await mortar(["tool", "list", "--json"])).stdout);
    expect(json.data.more_toolsets).toEqual([...beside]);
  });

  test("shows every tool with its effect, for people and as JSON", async () => {
    const { code, stdout } = await mortar(["tool", "list", "--toolsets", "all"]);
    expect(code).toBe(0);
    for (const { name, title } of catalog)
      expect(stdout).toMatch(new RegExp(`${name} +(?:read|write|destructive) +${title}`));
    const json = JSON.parse(
      (await mortar(["tool", "list", "--toolsets", "all", "--json", "--read-only", "--names", "databricks"])).stdout,
    );
    expect(json.ok).toBe(true);
    expect(json.data.tools.length).toBe(catalog.filter(({ effect }) => effect === "read").length);
    expect(json.data.tools[0].name).toBe("databricks_list_notebooks");
  });

  test("an unknown toolset is refused with the nearest", async () => {
    const { code, stderr } = await mortar(["tool", "list", "--toolsets", "job"]);
    expect(code).toBe(2);
    expect(stderr).toContain("Did you mean jobs?");
  });
});

describe("mortar tool show", () => {
  test("shows the arguments of a tool, by its older name too", async () => {
    const { stdout } = await mortar(["tool", "show", "databricks_cancel_run"]);
    expect(stdout).toContain("### cancel_run");
    expect(stdout).toContain("`run_id`");
    const json = JSON.parse((await mortar(["tool", "show", "cancel_run", "--json"])).stdout);
    expect(json.data).toMatchObject({
      name: "cancel_run",
      effect: "destructive",
      inputSchema: { required: ["run_id"] },
    });
  });
});

describe("mortar tool call", () => {
  test("prints the text for people, and with --json the data", async () => {
    await using workspace = jobs();
    const plain = await mortar(["tool", "call", "list_jobs", "--arg", "limit=3"], { workspace });
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(plain.stdout).toContain("5 | nightly");
    const json = JSON.parse((await mortar(["tool", "call", "list_jobs", "--json"], { workspace })).stdout);
    expect(json).toMatchObject({ ok: true, data: { count: 1, rows: [["5", "nightly", null, null, null]] } });
  });

  test("takes its arguments as JSON, from standard input, and from --arg, which wins", async () => {
    await using workspace = jobs();
    const limits = (): (string | null)[] =>
      workspace.received
        .filter(({ path }) => path.endsWith("/list"))
        .map(({ search }) => new URLSearchParams(search).get("limit"));
    await mortar(["tool", "call", "list_jobs", '{"limit": 7}'], { workspace });
    await mortar(["tool", "call", "list_jobs", "-"], { workspace, input: '{"limit": 8}' });
    await mortar(["tool", "call", "list_jobs", '{"limit": 9}', "-a", "limit=4"], { workspace });
    expect(limits()).toEqual(["8", "9", "5"]);
  });

  test.each([
    ["an unknown argument", ["list_jobs", "--arg", "limt=3"], 2, "Did you mean"],
    ["a wrong type", ["list_jobs", "--arg", "limit=many"], 2, "limit"],
    ["an unknown tool", ["list_job"], 2, "Did you mean list_jobs?"],
    ["arguments that are no JSON", ["list_jobs", "{"], 2, "not JSON"],
    ["arguments that are a list", ["list_jobs", "[]"], 2, "no JSON object"],
    ["an argument without =", ["list_jobs", "--arg", "limit"], 2, "has no ="],
    ["no sign-in", ["list_jobs"], 3, "mortar auth login"],
  ])("%s has its exit code and its hint", async (_what, words, code, said) => {
    const ran = await mortar(["tool", "call", ...words]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(said);
    expect(ran.stdout).toBe("");
  });

  test("an error of the workspace has its exit code and, as JSON, its body", async () => {
    await using workspace = serve(() =>
      Response.json({ error_code: "PERMISSION_DENIED", message: "not yours" }, { status: 403 }),
    );
    const { code, stdout } = await mortar(["tool", "call", "list_jobs", "--json"], { workspace });
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      error: { code: "permission_denied", workspace_code: "PERMISSION_DENIED", exit_code: 4 },
    });
  });

  test("what ran and failed has exit code 1, with its result", async () => {
    await using workspace = serve(({ path }) => {
      if (path.endsWith("/execute")) return { id: "c" };
      return {
        id: "c",
        status: "Finished",
        results: { resultType: "error", summary: "ValueError: no", cause: "ValueError: no" },
      };
    });
    const words = [
      "tool",
      "call",
      "execute_cell",
      "--yes",
      "--arg",
      "cluster_id=k",
      "--arg",
      "context_id=x",
      "--arg",
      "code=boom",
    ];
    const { code, stdout } = await mortar(words, { workspace });
    expect(code).toBe(1);
    expect(stdout).toContain("ValueError: no");
  });

  test("a tool that can destroy something does nothing without --yes where nobody can be asked", async () => {
    await using workspace = serve(() => ({}));
    const { code, stderr } = await mortar(["tool", "call", "stop_cluster", "--arg", "cluster_id=k"], { workspace });
    expect(code).toBe(2);
    expect(stderr).toContain("--yes");
    expect(workspace.received).toEqual([]);
  });

  test("a dry run checks the arguments and does nothing", async () => {
    await using workspace = serve(() => ({}));
    const good = await mortar(["tool", "call", "stop_cluster", "--arg", "cluster_id=k", "--dry-run"], { workspace });
    expect(good).toMatchObject({ code: 0, stdout: "Would call stop_cluster. Nothing was done.\n" });
    expect((await mortar(["tool", "call", "stop_cluster", "--dry-run"], { workspace })).code).toBe(2);
    expect(workspace.received).toEqual([]);
  });
});

describe("arguments", () => {
  const { signal } = new AbortController();
  const stdin = { isTTY: false, readLine: async () => undefined, readAll: async () => '{"a": 9223372036854775807}' };

  test("ids in JSON keep their digits", async () => {
    expect(await readArguments({ json: "-", pairs: [] }, stdin, signal)).toEqual({ a: "9223372036854775807" });
  });

  test("a value may hold anything, = and nothing included", async () => {
    expect(await readArguments({ json: undefined, pairs: ["a=b=c", "d=", "e= {}"] }, stdin, signal)).toEqual({
      a: "b=c",
      d: "",
      e: " {}",
    });
  });
});
