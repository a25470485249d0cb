// Git folders through the binary: cloned from a repository on this disk, pulled, switched, deleted.
import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolStage } from "./support/tool-stage.ts";

let remote: string;

const stage = toolStage(["--toolsets", "notebooks,repos"], async (on) => {
  remote = join(on.machine.home, "remote");
  git(["init", "--quiet", "--initial-branch", "main", remote]);
  await commit("one");
});
const { done } = stage;

function git(words: readonly string[]): void {
  const who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
  const { exitCode, stderr } = Bun.spawnSync(["git", ...who, ...words], {
    stdin: "ignore",
    env: { ...stage.machine.env },
  });
  if (exitCode !== 0) throw new Error(stderr.toString());
}

async function commit(text: string): Promise<void> {
  await writeFile(join(remote, "etl.py"), `# Databricks notebook source\nprint("${text}")\n`);
  git(["-C", remote, "add", "--all"]);
  git(["-C", remote, "commit", "--quiet", "-m", text]);
}

test("a git folder's whole life", async () => {
  const made = await done("create_repo", { url: `file://${remote}`, provider: "gitHub", path: "~/etl" });
  expect(made).toMatchObject({ branch: "main", path: expect.stringMatching(/\/etl$/) });
  expect(JSON.stringify(await done("read_notebook", { notebook_path: "~/etl/etl" }))).toContain("one");
  expect((await done("list_repos", { folder: "~" }))["total_matched"]).toBe(1);

  await commit("two");
  const pulled = await done("update_repo", { repo: "~/etl" });
  expect(pulled).toMatchObject({ changed: true, commit_before: made["commit"] });
  expect(await done("get_repo", { repo: String(made["repo_id"]) })).toMatchObject({ commit: pulled["commit"] });
  expect(JSON.stringify(await done("read_notebook", { notebook_path: "~/etl/etl" }))).toContain("two");

  await done("write_notebook", {
    notebook_path: "~/etl/etl",
    content: "print('mine')",
    language: "python",
    overwrite: true,
  });
  const stopped = await stage.session.call("update_repo", { repo: "~/etl" });
  expect([stopped.isError, stopped.text]).toEqual([true, expect.stringContaining("uncommitted changes")]);

  expect((await done("list_git_credentials", {}))["hint"]).toContain("No credential");
  expect(await done("delete_repo", { repo: "~/etl" })).toMatchObject({ deleted: true });
  expect((await done("list_repos", {}))["total_matched"]).toBe(0);
});
