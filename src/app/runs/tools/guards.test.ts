import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyEvent } from "../../contract/events.ts";
import { testDeps } from "../../../proxy/testing.ts";
import { createCallBook } from "./call-book.ts";
import { verdictOn } from "./consent.ts";
import { createGrants } from "./grants.ts";
import { isInside } from "./inside.ts";
import { checkLocalFiles } from "./local-files.ts";
import { storable, withoutSecrets } from "./secrets-out.ts";

let root: string;
let folder: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "mortar-guards-")));
  folder = join(root, "project");
  await mkdir(join(folder, "data"), { recursive: true });
  await mkdir(join(root, "project-of-another"));
  await writeFile(join(root, "secret"), "x");
  await symlink(join(root, "secret"), join(folder, "link"));
  await symlink(root, join(folder, "up"));
  await symlink(join(root, "not-there-yet"), join(folder, "dangling"));
  await symlink("circle", join(folder, "circle"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("a path", () => {
  test.each([
    ["data/a.csv", true],
    [".", true],
    ["", true],
    ["new/folder/file", true],
    ["..data", true],
    ["data/../../secret", false],
    ["../project-of-another/a", false],
    ["..", false],
    ["/etc/passwd", false],
    ["link", false],
    ["up/secret", false],
    ["up/new", false],
    ["dangling", false],
    ["circle", true],
    ["a\0b", false],
  ])("%j is in the folder: %p", async (path, inside) => {
    expect(await isInside(folder, path)).toBe(inside);
    if (inside && path !== "") expect(await isInside(folder, join(folder, path))).toBe(true);
  });
});

describe("an edit that is accepted unasked", () => {
  test.each([
    ["data/a.csv", "allow"],
    [".gitignore", "allow"],
    [".git/config", "ask"],
    [".GIT/hooks/pre-commit", "ask"],
    ["sub/.git", "ask"],
    ["data/../.git/config", "ask"],
  ])("is none of what Git runs: %s is %s", async (path, wanted) => {
    for (const file_path of [path, `${folder}/${path}`]) {
      const run = { folder, isShared: true, mode: { current: "accept_edits" } } as const;
      expect(await verdictOn(run, "Write", { file_path })).toEqual({ is: wanted as "ask" });
    }
  });
});

describe("a tool that touches files of the machine", () => {
  const run = () => ({ folder, deps: testDeps({ cwd: folder }) });
  const check = (name: string, input: unknown) =>
    checkLocalFiles(run(), name, input).then(
      () => "ok",
      (thrown: unknown) => Reflect.get(thrown as object, "code") as string,
    );

  test("gets those of the project alone, under whatever name", async () => {
    expect(await check("upload_to_volume", { source: "data/a.csv", volume_path: "/Volumes/a/b/c/d" })).toBe("ok");
    expect(await check("upload_to_volume", { local_path: "/etc/passwd" })).toBe("permission_denied");
    expect(await check("export_query", { path: "../out.csv", sql: "SELECT 1" })).toBe("permission_denied");
    expect(await check("export_query", { file: join(folder, "out.csv"), sql: "SELECT 1" })).toBe("ok");
    expect(await check("run_file", { local_file: "link" })).toBe("permission_denied");
    expect(await check("put_secret_from_file", { local_file: "~/.ssh/id_rsa" })).toBe("permission_denied");
  });

  test("is not taken for one that works on the workspace", async () => {
    expect(await check("upload_to_workspace", { source: "data", path: "/Workspace/Shared/x" })).toBe("ok");
    expect(await check("read_notebook", { path: "/Workspace/Shared/x", file: "/etc/passwd" })).toBe("ok");
  });
});

describe("what is stored of a call", () => {
  test("is without secrets, at any depth, and else as it was", () => {
    const input = {
      host: "h",
      options: { user: "u", password: "p1", "client-secret": "p2" },
      list: [{ api_key: "p3" }],
      n: 1,
    };
    expect(withoutSecrets("mcp__databricks__create_connection", input)).toEqual({
      host: "h",
      options: { user: "u", password: "***", "client-secret": "***" },
      list: [{ api_key: "***" }],
      n: 1,
    });
    expect(withoutSecrets("mcp__databricks__put_secret", { scope: "s", key: "k", value: "v" })).toEqual({
      scope: "s",
      key: "k",
      value: "***",
    });
    expect(withoutSecrets("mcp__databricks__list_jobs", { value: "v", tokens: 5 })).toEqual({ value: "v", tokens: 5 });
    const edit = { file_path: "a.ts", new_string: "token: string" };
    expect(withoutSecrets("Edit", edit)).toBe(edit);
  });

  test("is bounded", () => {
    const result: AnyEvent = {
      type: "tool_result",
      tool_use_id: "t",
      content: "x".repeat(2_000_000),
      is_error: false,
      structured: { rows: ["y".repeat(2_000_000)] },
    };
    const stored = storable(result);
    expect(JSON.stringify(stored).length).toBeLessThan(500_000);
    expect(stored).not.toHaveProperty("structured");
    expect(storable({ ...result, content: "short", structured: { a: 1 } })).toMatchObject({ structured: { a: 1 } });
  });
});

describe("the calls of an agent", () => {
  const use = (id: string, name: string, input: unknown): AnyEvent => ({
    type: "tool_use",
    tool_id: id,
    tool_name: name,
    tool_input: input,
  });

  test("are told apart by what the program says, else by their input, each once", () => {
    const book = createCallBook();
    book.note(use("t1", "mcp__databricks__run_job", { job_id: "1" }));
    book.note(use("t2", "mcp__databricks__run_job", { job_id: "2" }));
    expect(book.claim("run_job", { job_id: "2" }, undefined)()).toBe("t2");
    expect(book.claim("run_job", { job_id: "2" }, undefined)()).toBe("t1");
    expect(book.claim("run_job", { job_id: "1" }, { "claudecode/toolUseId": "t9" })()).toBe("t9");
    const later = book.claim("list_jobs", {}, undefined);
    expect(later()).toBeUndefined();
    book.note(use("t3", "databricks.list_jobs", {}));
    expect(later()).toBe("t3");
    book.note({ type: "tool_result", tool_use_id: "t3", content: "", is_error: false });
    expect(book.claim("list_jobs", {}, undefined)()).toBeUndefined();
  });

  test("are allowed once each, for the very input that was shown", () => {
    const grants = createGrants();
    grants.give("x", { a: 1 });
    expect(grants.take("x", { a: 2 })).toBe(false);
    expect(grants.take("y", { a: 1 })).toBe(false);
    expect(grants.take("x", { a: 1 })).toBe(true);
    expect(grants.take("x", { a: 1 })).toBe(false);
    for (let at = 0; at < 200; at++) grants.give("z", { at });
    expect(grants.take("z", { at: 0 })).toBe(false);
    expect(grants.take("z", { at: 199 })).toBe(true);
  });
});
