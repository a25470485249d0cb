// Secrets through the binary: written by the tools, read by code on the workspace, shown to nobody.
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolStage } from "./support/tool-stage.ts";

const stage = toolStage(["--toolsets", "default,secrets"]);

async function done(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { isError, text, data } = await stage.session.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  expect(text).not.toContain("hunter2");
  return data;
}

test("a secret's whole life", async () => {
  await done("create_secret_scope", { scope: "team" });
  expect(await done("put_secret", { scope: "team", key: "typed", value: "hunter2-typed" })).toMatchObject({
    was_there: false,
  });
  const file = join(stage.machine.home, "value.txt");
  await writeFile(file, "hunter2-filed\n");
  await done("put_secret_from_file", { scope: "team", key: "filed", local_file: file });
  expect((await done("list_secret_scopes", {}))["rows"]).toEqual([["team", "DATABRICKS"]]);
  expect((await done("list_secrets", { scope: "team" }))["total_matched"]).toBe(2);

  const path = "~/reads_secrets";
  const source = "v = dbutils.secrets.get('team', 'filed')\nprint(len(v), v)";
  await done("write_notebook", { notebook_path: path, content: source, language: "python" });
  const { run_id } = await done("run_notebook", { notebook_path: path });
  expect(JSON.stringify(await done("wait_for_run", { run_id }))).toContain("13 [REDACTED]");

  expect(
    await done("grant_secret_access", { scope: "team", principal: "users", permission: "READ", dry_run: true }),
  ).toMatchObject({ dry_run: true, after: "READ" });
  expect((await done("list_secret_access", { scope: "team" }))["total_matched"]).toBe(1);
  await done("grant_secret_access", { scope: "team", principal: "users", permission: "READ" });
  expect((await done("list_secret_access", { scope: "team" }))["total_matched"]).toBe(2);
  await done("revoke_secret_access", { scope: "team", principal: "users" });
  expect((await done("list_secret_access", { scope: "team" }))["total_matched"]).toBe(1);

  await done("delete_secret", { scope: "team", key: "typed" });
  expect(await done("delete_secret_scope", { scope: "team" })).toMatchObject({ keys: ["filed"] });
  const gone = await stage.session.call("list_secrets", { scope: "team" });
  expect([gone.isError, gone.text]).toEqual([true, expect.stringContaining("does not exist")]);
});
