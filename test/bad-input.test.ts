// What goes wrong outside: each gives a clear error with a hint and the right exit code, and changes nothing.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMachine, type Machine } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const call = ["tool", "call", "list_notebooks", "--arg", "path=/"];

describe("without a workspace", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await createMachine();
  });
  afterAll(() => machine.dispose());

  test("nothing configured: exit 3, and how to sign in", async () => {
    const { error } = await machine.json(call);
    expect(error?.exit_code).toBe(3);
    expect(error?.hint).toContain("mortar auth login --host");
  });

  test("a token without a host", async () => {
    const { error } = await machine.json(call, { env: { DATABRICKS_TOKEN: `dapi${"0".repeat(31)}g` } });
    expect(error?.exit_code).toBe(3);
    expect(error?.hint).toContain("no host for it: set DATABRICKS_HOST");
  });

  test("a profile that is not there", async () => {
    const { error } = await machine.json([...call, "--profile", "nowhere"]);
    expect(error?.message).toContain("nowhere");
    expect(error?.hint).toBeDefined();
  });

  test("profiles that are there, and none of them chosen: they are named", async () => {
    const path = `${machine.home}/.databrickscfg`;
    await Bun.write(path, "[dev]\nhost = https://dev.example\n[prod]\nhost = https://prod.example\n");
    const { error } = await machine.json(call);
    expect(error?.hint).toMatch(/--profile \(dev, prod\), or run `mortar auth login/);
    await Bun.file(path).delete();
  });

  test("a configuration file that is garbage is reported with its place, and left as it is", async () => {
    const path = `${machine.home}/.databrickscfg`;
    await Bun.write(path, "[unclosed\nhost = x\n");
    const { error } = await machine.json([...call, "--profile", "unclosed"]);
    expect(error?.message).toContain(".databrickscfg");
    expect(await Bun.file(path).text()).toBe("[unclosed\nhost = x\n");
    await Bun.file(path).delete();
  });

  test("nobody listens at the address", async () => {
    const env = { DATABRICKS_HOST: "http://127.0.0.1:1", DATABRICKS_TOKEN: `dapi${"0".repeat(31)}g` };
    const { error } = await machine.json(call, { env });
    expect(error?.code).toBe("unreachable");
    expect(error?.exit_code).toBe(6);
  }, 60_000);
});

describe("a workspace that misbehaves", () => {
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

  const path = "/api/2.0/workspace/list";

  test.each([
    ["html", { kind: "html", status: 200 }, /HTML|sign-in|web page/i],
    ["a redirect to a login page", { kind: "redirect" }, /redirect|sign/i],
    ["garbage for JSON", { kind: "garbage" }, /JSON|understand|garbled/i],
  ])("%s", async (_name, fault, words) => {
    await workspace.control("POST", "faults", { ...fault, path, times: 0 });
    const { error } = await machine.json(call);
    await workspace.control("DELETE", "faults");
    expect(error?.message).toMatch(words);
    expect(error?.hint).toBeDefined();
    expect(error?.exit_code).toBeGreaterThan(0);
  });

  test("a 429 with Retry-After is waited out", async () => {
    await workspace.control("POST", "faults", { kind: "status", status: 429, retry_after: "1", path, times: 1 });
    expect((await machine.json(call)).ok).toBe(true);
  });

  test("a wrong token", async () => {
    const env = { DATABRICKS_HOST: workspace.host, DATABRICKS_TOKEN: `dapi${"0".repeat(31)}g` };
    const { error } = await machine.json(call, { env });
    expect(error?.exit_code).toBe(3);
    expect(error?.hint).toBeDefined();
  });

  test.each([
    [
      "a notebook that is a folder",
      ["tool", "call", "read_notebook", "--arg", "notebook_path=/Shared"],
      /folder|directory/i,
    ],
    [
      "a notebook that is not there",
      ["tool", "call", "read_notebook", "--arg", "notebook_path=/Shared/none"],
      /doesn't exist|not found/i,
    ],
    ["a relative path", ["tool", "call", "read_notebook", "--arg", "notebook_path=none"], /\//],
    ["an unknown argument", ["tool", "call", "read_notebook", "--arg", "notebook_pth=/Shared/x"], /notebook_pth/],
    ["a wrong type", ["tool", "call", "list_notebooks", "--arg", "path=/", "--arg", "limit=many"], /limit/],
    ["an unknown tool", ["tool", "call", "read_notebok"], /read_notebok/],
    ["arguments that are no JSON", ["tool", "call", "read_notebook", "{"], /JSON/],
  ])("%s", async (_name, words, message) => {
    const before = await workspace.requests();
    const { ok, error } = await machine.json(words);
    expect(ok).toBe(false);
    expect(error?.message).toMatch(message);
    expect(error?.hint ?? "").not.toBe("");
    const written = (await workspace.requests()).slice(before.length).filter(({ method }) => method !== "GET");
    expect(written).toEqual([]);
  });

  test("a cell index out of range changes nothing", async () => {
    await machine.json(["tool", "call", "write_notebook", "--yes", "--arg", "notebook_path=~/n", "--arg", "content=1"]);
    const update = [
      "tool",
      "call",
      "update_notebook_cell",
      "--yes",
      "--arg",
      "notebook_path=~/n",
      "--arg",
      "cell_index=7",
      "--arg",
      "new_content=2",
    ];
    const { error } = await machine.json(update);
    expect(error?.message).toMatch(/7/);
    const { data } = await machine.json(["tool", "call", "read_notebook", "--arg", "notebook_path=~/n"]);
    expect(data["total_cells"]).toBe(1);
  });
});
