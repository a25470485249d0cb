import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { refusal } from "../../workspace/testing.ts";
import { callTool, parseArguments, questionBefore } from "../call.ts";
import { bench, me, rowsOf, type Bench, type Routes } from "../testing.ts";
import { loadTool } from "../toolsets.ts";
import type { Tool, ToolContext } from "../define.ts";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-made-"));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A bench whose calls keep a record, in a home of its own. */
function recording(routes: Routes, home = join(folder, String(count++))): Bench & { readonly home: string } {
  const made = bench(routes);
  const deps = { ...made.context.deps, paths: resolvePaths({ MORTAR_HOME: home, HOME: home }, "linux") };
  const own: Partial<ToolContext> = { deps, recordsMade: true };
  return {
    ...made,
    home,
    call: (name, args, more) => made.call(name, args, { ...own, ...more }),
    failure: (name, args, more) => made.failure(name, args, { ...own, ...more }),
    context: { ...made.context, ...own },
    [Symbol.asyncDispose]: () => made[Symbol.asyncDispose](),
  };
}

async function tool(name: string): Promise<Tool> {
  const found = await loadTool(name);
  if (found === undefined) throw new Error(`no tool ${name}`);
  return found;
}

const scopes: Routes = {
  ...me,
  "POST /api/2.0/secrets/scopes/create": () => ({}),
  "GET /api/2.0/secrets/scopes/list": () => ({ scopes: [{ name: "team", backend_type: "DATABRICKS" }] }),
  "GET /api/2.0/secrets/list": () => ({ secrets: [] }),
  "POST /api/2.0/secrets/put": () => ({}),
  "POST /api/2.0/secrets/delete": () => ({}),
  "POST /api/2.0/secrets/scopes/delete": () => ({}),
};

const listed = async (at: Pick<Bench, "call">, args = {}) => rowsOf(await at.call("list_made_resources", args));

test("what is made is listed, without its secret, and leaves the list when its own tool deletes it", async () => {
  await using at = recording(scopes);
  await at.call("create_secret_scope", { scope: "team" });
  await at.call("put_secret", { scope: "team", key: "k", value: "hunter2-value" });
  expect(await listed(at)).toMatchObject([
    { type: "secret_scope", id: "team", name: "team" },
    { type: "secret", id: "team/k" },
  ]);
  expect(await listed(at, { type: "secret" })).toHaveLength(1);
  const [name = ""] = await readdir(join(at.home, "made"));
  const file = join(at.home, "made", name);
  expect(await Bun.file(file).text()).not.toContain("hunter2");
  if (process.platform !== "win32") expect((await stat(file)).mode & 0o777).toBe(0o600);

  await at.call("delete_secret", { scope: "team", key: "k" });
  expect(await listed(at)).toMatchObject([{ type: "secret_scope" }]);
  await at.call("put_secret", { scope: "team", key: "k", value: "x" });
  await at.call("delete_secret_scope", { scope: "team" });
  expect(await listed(at)).toEqual([]);
});

test("a call that makes the same again is one entry, and a call under an older name is kept under ours", async () => {
  await using at = recording(scopes);
  const create = await tool("create_secret_scope");
  await at.call("create_secret_scope", { scope: "team" });
  await callTool({ ...create, name: "databricks_create_secret_scope" }, at.context, { scope: "team" });
  expect(await listed(at)).toHaveLength(1);
  const [name = ""] = await readdir(join(at.home, "made"));
  expect(await Bun.file(join(at.home, "made", name)).json()).toMatchObject({
    made: [{ made_by: "create_secret_scope" }],
  });
});

test("delete_made_resource asks what the deleting tool asks, and runs it", async () => {
  await using at = recording(scopes);
  await at.call("create_secret_scope", { scope: "team" });
  const args = { type: "secret_scope", id: "team" };
  const remove = await tool("delete_made_resource");
  expect(await questionBefore(remove, at.context, parseArguments(remove, args))).toContain("team");
  const { data } = await at.call("delete_made_resource", args);
  expect(data).toMatchObject({ outcome: "deleted", deleted_by: "delete_secret_scope" });
  expect(at.sent("POST /api/2.0/secrets/scopes/delete")).toEqual([{ scope: "team" }]);
  expect(await listed(at)).toEqual([]);
});

test("the entry stays where the workspace refuses the deletion", async () => {
  await using at = recording({
    ...scopes,
    "POST /api/2.0/secrets/scopes/delete": () => refusal(403, "PERMISSION_DENIED", "not yours"),
  });
  await at.call("create_secret_scope", { scope: "team" });
  const error = await at.failure("delete_made_resource", { type: "secret_scope", id: "team" });
  expect(error.code).toBe("permission_denied");
  expect(await listed(at)).toHaveLength(1);
  const { data } = await at.call("delete_made_resource", { type: "secret_scope", id: "team", forget_only: true });
  expect(data).toMatchObject({ outcome: "forgotten" });
  expect(await listed(at)).toEqual([]);
});

test("what somebody else has deleted meanwhile leaves the record", async () => {
  const gone = () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "Scope team does not exist!");
  await using at = recording({
    ...scopes,
    "POST /api/2.0/secrets/scopes/delete": gone,
    "GET /api/2.0/secrets/list": gone,
    "GET /api/2.0/secrets/scopes/list": () => ({}),
  });
  await at.call("create_secret_scope", { scope: "team" });
  const remove = await tool("delete_made_resource");
  const args = { type: "secret_scope", id: "team" };
  expect(await questionBefore(remove, at.context, parseArguments(remove, args))).toBeUndefined();
  expect((await at.call("delete_made_resource", args)).data).toMatchObject({ outcome: "was_gone" });
  expect(await listed(at)).toEqual([]);
});

test("a type that there is not is answered with those that there are", async () => {
  await using at = recording(scopes);
  const error = await at.failure("list_made_resources", { type: "dashbord" });
  expect([error.code, error.hint]).toEqual(["invalid_input", expect.stringContaining('Did you mean "dashboard"?')]);
  expect((await at.failure("delete_made_resource", { type: "planet", id: "1" })).hint).toContain("secret_scope");
});

test("it deletes nothing that is not in the record", async () => {
  await using at = recording(scopes);
  const error = await at.failure("delete_made_resource", { type: "secret_scope", id: "someone-elses" });
  expect([error.code, error.hint]).toEqual(["not_found", expect.stringContaining("list_made_resources")]);
  expect(at.sent("POST /api/2.0/secrets/scopes/delete")).toEqual([]);
});

test("what was there before is not ours: nothing is kept of it", async () => {
  await using at = recording({
    ...scopes,
    "GET /api/2.0/secrets/list": () => ({ secrets: [{ key: "k", last_updated_timestamp: 1 }] }),
  });
  await at.call("put_secret", { scope: "team", key: "k", value: "new" });
  expect(await listed(at)).toEqual([]);
});

test("a call that fails leaves the record as it was, and a record that cannot be written fails no call", async () => {
  await using at = recording({
    ...scopes,
    "POST /api/2.0/secrets/scopes/create": () => refusal(400, "RESOURCE_ALREADY_EXISTS", "is there"),
  });
  await at.failure("create_secret_scope", { scope: "team" });
  expect(await listed(at)).toEqual([]);

  const home = join(folder, "closed");
  await mkdir(home);
  await writeFile(join(home, "made"), "a file in the place of the folder");
  await using closed = recording(scopes, home);
  expect((await closed.call("create_secret_scope", { scope: "team" })).data).toMatchObject({ scope: "team" });
  await chmod(home, 0o700);
});

test("a record that is none is said so, and is not written over", async () => {
  await using at = recording(scopes);
  await at.call("create_secret_scope", { scope: "team" });
  const [name = ""] = await readdir(join(at.home, "made"));
  const file = join(at.home, "made", name);
  await writeFile(file, "{broken");
  expect((await at.failure("list_made_resources")).code).toBe("config_invalid");
  await at.call("create_secret_scope", { scope: "other" });
  expect(await Bun.file(file).text()).toBe("{broken");
});

test("without a record of its own a caller leaves nothing behind", async () => {
  await using at = recording(scopes);
  await at.call("create_secret_scope", { scope: "team" }, { recordsMade: undefined });
  expect(await readdir(at.home).catch(() => [])).toEqual([]);
});

test("calls at once lose nothing of each other", async () => {
  await using test = recording(scopes);
  const at = {
    ...test,
    call: (name: string, args?: unknown) =>
      test.call(name, args, { deps: { ...test.context.deps, clock: systemClock } }),
  };
  const names = Array.from({ length: 8 }, (_, index) => `scope-${index}`);
  await Promise.all(names.map((scope) => at.call("create_secret_scope", { scope })));
  expect((await listed(at)).map((row) => row["id"]).toSorted()).toEqual(names);
});
