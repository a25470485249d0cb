// The repos toolset on a workspace that answers as it is told.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, me, rowsOf, type Routes } from "../testing.ts";
import { providerOf } from "./fields.ts";

const repo = {
  id: 9_007_199_254_740_000,
  path: "/Repos/me@example.com/etl",
  url: "https://github.com/acme/etl.git",
  provider: "gitHub",
  branch: "main",
  head_commit_id: "abc",
};
const status = (object_type: string) => () => ({ path: repo.path, object_type, object_id: repo.id });
const held: Routes = {
  ...me,
  "GET /api/2.0/workspace/get-status": status("REPO"),
  [`GET /api/2.0/repos/${repo.id}`]: () => repo,
  [`PATCH /api/2.0/repos/${repo.id}`]: () => ({}),
  [`DELETE /api/2.0/repos/${repo.id}`]: () => ({}),
  "POST /api/2.0/repos": () => repo,
};

test("git folders are listed to the last page", async () => {
  await using it = bench({
    "GET /api/2.0/repos": ({ search }) => {
      const token = new URLSearchParams(search).get("next_page_token");
      if (token === null) return { repos: [repo], next_page_token: "a" };
      if (token === "a") return { next_page_token: "b" };
      return { repos: [{ ...repo, id: 2, path: "/Repos/me@example.com/app" }] };
    },
  });
  expect(rowsOf(await it.call("list_repos")).map((row) => row["path"])).toEqual([
    "/Repos/me@example.com/app",
    repo.path,
  ]);
});

describe("a git folder", () => {
  test.each([String(repo.id), repo.path, "/Workspace" + repo.path])("is found as %s", async (named) => {
    await using it = bench(held);
    const { data } = await it.call("get_repo", { repo: named });
    expect(data).toMatchObject({ repo_id: String(repo.id), branch: "main", commit: "abc" });
  });

  test("is told from a folder", async () => {
    await using it = bench({ ...held, "GET /api/2.0/workspace/get-status": status("DIRECTORY") });
    for (const name of ["get_repo", "update_repo", "delete_repo"]) {
      expect((await it.failure(name, { repo: repo.path })).message).toContain("no git folder but a DIRECTORY");
    }
    expect(it.server.received.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("is pulled on its own branch, and switched to another or to a tag", async () => {
    await using it = bench(held);
    expect((await it.call("update_repo", { repo: String(repo.id) })).data["changed"]).toBe(false);
    await it.call("update_repo", { repo: String(repo.id), branch: "next" });
    await it.call("update_repo", { repo: String(repo.id), tag: "v1" });
    expect(it.sent(`PATCH /api/2.0/repos/${repo.id}`)).toEqual([{ branch: "main" }, { branch: "next" }, { tag: "v1" }]);
    expect(String((await it.failure("update_repo", { repo: "1", branch: "a", tag: "b" })).code)).toBe("invalid_input");
  });

  test("with uncommitted changes says so", async () => {
    await using it = bench({
      ...held,
      [`PATCH /api/2.0/repos/${repo.id}`]: () => refusal(409, "GIT_CONFLICT", "uncommitted changes: a.py"),
    });
    expect((await it.failure("update_repo", { repo: String(repo.id) })).message).toContain("uncommitted changes");
  });
});

describe("create_repo", () => {
  test("knows the provider by the host, and takes a branch", async () => {
    await using it = bench(held);
    await it.call("create_repo", { url: repo.url, branch: "next", path: "~/etl" });
    expect(it.sent("POST /api/2.0/repos")).toEqual([
      { url: repo.url, provider: "gitHub", path: "/Workspace/Users/me@example.com/etl" },
    ]);
    expect(it.sent(`PATCH /api/2.0/repos/${repo.id}`)).toEqual([{ branch: "next" }]);
  });

  test("refuses an address with a token in it, without repeating it", async () => {
    await using it = bench(held);
    const error = await it.failure("create_repo", { url: "https://me:ghp_abc123@github.com/acme/etl" });
    expect(`${error.message}${error.hint}`).not.toContain("ghp_abc123");
    expect((await it.failure("create_repo", { url: "https://git.acme.example/x" })).hint).toContain("gitHubEnterprise");
    expect(it.server.received).toEqual([]);
  });

  test.each([
    ["https://github.com/a/b", "gitHub"],
    ["https://gitlab.com/a/b", "gitLab"],
    ["https://bitbucket.org/a/b", "bitbucketCloud"],
    ["https://dev.azure.com/a/_git/b", "azureDevOpsServices"],
    ["https://git-codecommit.us-east-1.amazonaws.com/v1/repos/b", "awsCodeCommit"],
    ["https://evilgithub.com/a/b", undefined],
    ["git@github.com:a/b.git", undefined],
  ])("%s is of %p", (url, provider) => {
    expect(providerOf(url)).toBe(provider as ReturnType<typeof providerOf>);
  });
});

test("delete_repo tells what went, and credentials are listed without themselves", async () => {
  await using it = bench({
    ...held,
    "GET /api/2.0/git-credentials": () => ({
      credentials: [{ credential_id: 5, git_provider: "gitHub", git_username: "me", personal_access_token: "ghp_x" }],
    }),
  });
  expect((await it.call("delete_repo", { repo: repo.path })).data).toMatchObject({ path: repo.path, deleted: true });
  const { text, data } = await it.call("list_git_credentials");
  expect(text).toContain("gitHub");
  expect(text + JSON.stringify(data)).not.toContain("ghp_x");
});
