// Git folders of the emulator, cloned from a repository on this disk.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProcess } from "../../platform/process.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;
let folder: string;
const path = "/Users/me@example.com/etl";
const notebook = "# Databricks notebook source\nprint(1)\n";

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-repos-"));
  emulator = await startTestEmulator();
  await git("init", "--quiet", "--initial-branch", "main");
  await commit({ "README.md": "one", "jobs/nightly.py": notebook, "lib/a.py": "x = 1\n" });
});
afterEach(async () => {
  await emulator.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function git(...words: string[]): Promise<void> {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  const result = await runProcess(["git", ...who, ...words], { cwd: folder, timeoutMs: 20_000 });
  if (result.exitCode !== 0) throw new Error(result.stderr);
}

async function commit(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await git("add", "--all");
  await git("commit", "--quiet", "-m", "change");
}

const clone = (more: object = {}) =>
  emulator.call("POST /api/2.0/repos", { body: { url: `file://${folder}`, provider: "gitHub", path, ...more } });
const typeAt = async (at: string) =>
  (await emulator.call(`GET /api/2.0/workspace/get-status?path=${encodeURIComponent(at)}`)).json["object_type"];
const textAt = (at: string) => new TextDecoder().decode(emulator.world.tree.read(at));

test("a clone has the files of the branch, notebooks as notebooks", async () => {
  const { json } = await clone();
  expect(json).toMatchObject({ path, branch: "main", head_commit_id: expect.stringMatching(/^[0-9a-f]{40}$/) });
  expect(await typeAt(path)).toBe("REPO");
  expect(await typeAt(`${path}/jobs/nightly`)).toBe("NOTEBOOK");
  expect(textAt(`${path}/README.md`)).toBe("one");
  const listed = await emulator.call(`GET /api/2.0/repos?path_prefix=${encodeURIComponent("/Workspace/Users")}`);
  expect(listed.json["repos"]).toEqual([json]);
  expect((await emulator.call("GET /api/2.0/repos?path_prefix=/Repos")).json["repos"]).toBeUndefined();
  expect((await clone()).json["error_code"]).toBe("RESOURCE_ALREADY_EXISTS");
});

describe("an update", () => {
  test("brings what the remote has, and takes away what it has not", async () => {
    const { id } = (await clone()).json;
    await git("rm", "--quiet", "lib/a.py");
    await commit({ "README.md": "two", "new.txt": "n" });
    expect((await emulator.call(`PATCH /api/2.0/repos/${id}`, { body: { branch: "main" } })).status).toBe(200);
    expect(textAt(`${path}/README.md`)).toBe("two");
    expect(emulator.world.tree.find(`${path}/lib/a.py`)).toBeUndefined();
    expect(textAt(`${path}/new.txt`)).toBe("n");
  });

  test("switches branches and tags; unknown ones are refused, and change nothing", async () => {
    const { id } = (await clone()).json;
    await git("tag", "v1");
    await git("checkout", "--quiet", "-b", "next");
    await commit({ "README.md": "next" });
    await emulator.call(`PATCH /api/2.0/repos/${id}`, { body: { branch: "next" } });
    expect(textAt(`${path}/README.md`)).toBe("next");
    for (const body of [{ branch: "none" }, { tag: "none" }, { branch: "--help" }]) {
      expect((await emulator.call(`PATCH /api/2.0/repos/${id}`, { body })).status).toBe(404);
    }
    expect(textAt(`${path}/README.md`)).toBe("next");
    await emulator.call(`PATCH /api/2.0/repos/${id}`, { body: { tag: "v1" } });
    expect(textAt(`${path}/README.md`)).toBe("one");
    expect((await emulator.call(`GET /api/2.0/repos/${id}`)).json["branch"]).toBeUndefined();
  });

  test("stops at uncommitted changes, unless they may go", async () => {
    const { id } = (await clone()).json;
    const changed = { objectType: "FILE", overwrite: true } as const;
    emulator.world.tree.write(`${path}/README.md`, new TextEncoder().encode("mine"), changed);
    await commit({ "README.md": "two" });
    const update = (more: object) => emulator.call(`PATCH /api/2.0/repos/${id}`, { body: { branch: "main", ...more } });
    const refused = await update({});
    expect([refused.status, refused.json["error_code"]]).toEqual([409, "GIT_CONFLICT"]);
    expect(textAt(`${path}/README.md`)).toBe("mine");
    expect((await update({ dangerously_force_discard_all: true })).status).toBe(200);
    expect(textAt(`${path}/README.md`)).toBe("two");
  });
});

test("a sparse checkout has the named folders, and the files at the root", async () => {
  await clone({ sparse_checkout: { patterns: ["jobs"] } });
  expect(emulator.world.tree.find(`${path}/lib/a.py`)).toBeUndefined();
  expect(await typeAt(`${path}/jobs/nightly`)).toBe("NOTEBOOK");
  expect(textAt(`${path}/README.md`)).toBe("one");
});

test("a deleted one is gone with what is in it", async () => {
  const { id } = (await clone()).json;
  expect((await emulator.call(`DELETE /api/2.0/repos/${id}`)).status).toBe(200);
  expect(emulator.world.tree.find(path)).toBeUndefined();
  expect((await emulator.call(`GET /api/2.0/repos/${id}`)).json["error_code"]).toBe("RESOURCE_DOES_NOT_EXIST");
});

test.each([
  { url: "ext::sh -c date", provider: "gitHub", path: "/Shared/x" },
  { url: "--upload-pack=touch /tmp/x", provider: "gitHub", path: "/Shared/x" },
  { url: "file:///no/such/folder", provider: "gitHub", path: "/Shared/x" },
  { url: "https://example.com/x", provider: "sourceforge", path: "/Shared/x" },
  { provider: "gitHub" },
])("%j is refused, and leaves nothing", async (body) => {
  const { status, json } = await emulator.call("POST /api/2.0/repos", { body });
  expect([status, json["error_code"]]).toEqual([400, "INVALID_PARAMETER_VALUE"]);
  expect(emulator.world.tree.find("/Shared/x")).toBeUndefined();
});

test("credentials are kept without their token, each person's own", async () => {
  const body = { git_provider: "github", git_username: "me", personal_access_token: "ghp_secret" };
  const made = await emulator.call("POST /api/2.0/git-credentials", { body });
  expect(made.json).toMatchObject({ git_provider: "gitHub", git_username: "me" });
  const { text } = await emulator.call("GET /api/2.0/git-credentials");
  expect(text).toContain("gitHub");
  expect(text).not.toContain("ghp_secret");
  const id = String(made.json["credential_id"]);
  expect((await emulator.call(`DELETE /api/2.0/git-credentials/${id}`)).status).toBe(200);
  expect((await emulator.call(`DELETE /api/2.0/git-credentials/${id}`)).status).toBe(404);
});
