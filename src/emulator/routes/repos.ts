// Repos 2.0 (git folders) and Git credentials 2.0. https://docs.databricks.com/api/workspace/repos
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { invalid, optionalFlag, optionalObject, optionalText, optionalTexts, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { rawId } from "../http/wire.ts";
import { pageOf } from "../paging.ts";
import { cloneMirror, commitOf, defaultBranch } from "../repos/git.ts";
import { checkOut, mirrorOf, reposOf, requireRepo, type RepoDocument, type Wanted } from "../repos/repo.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

const providers = [
  "gitHub",
  "gitHubEnterprise",
  "gitLab",
  "gitLabEnterpriseEdition",
  "bitbucketCloud",
  "bitbucketServer",
  "azureDevOpsServices",
  "awsCodeCommit",
] as const;

const list: Handler = (call, world) => {
  const prefix = (call.query.get("path_prefix") ?? "").replace(/^\/Workspace(?=\/)/, "");
  const repos = reposOf(world)
    .all()
    .filter(({ path }) => path.startsWith(prefix) && world.tree.find(path) !== undefined);
  const page = pageOf(repos, { size: 20, token: call.query.get("next_page_token") });
  return {
    ...(page.items.length === 0 ? {} : { repos: page.items.map(view) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const create: Handler = async (call, world) => {
  const body = await call.json();
  const url = requiredText(body["url"], "url");
  const provider = requireProvider(requiredText(body["provider"], "provider"));
  const patterns = patternsOf(optionalObject(body["sparse_checkout"], "sparse_checkout"));
  const name =
    url
      .replace(/\.git$/, "")
      .split(/[/:\\]/)
      .at(-1) ?? "repo";
  const path = (optionalText(body["path"], "path") ?? `/Users/${call.caller.userName}/${name}`)
    .replace(/^\/Workspace(?=\/)/, "")
    .replace(/\/+$/, "");
  if (!path.startsWith("/")) throw invalid(`Path (${path}) must be absolute.`);
  if (world.tree.find(path) !== undefined) {
    throw new ApiFault(400, "RESOURCE_ALREADY_EXISTS", `A file or folder already exists at ${path}.`);
  }
  const staging = mirrorOf(world, `new-${world.ids.hex(8)}`);
  await mkdir(dirname(staging), { recursive: true });
  try {
    await cloneMirror(world, url, staging);
  } catch (thrown) {
    await rm(staging, { recursive: true, force: true });
    throw thrown;
  }
  world.tree.makeFolder(path);
  const { objectId: id } = world.tree.require(path);
  await rm(mirrorOf(world, id), { recursive: true, force: true });
  await rename(staging, mirrorOf(world, id));
  const branch = await defaultBranch(world, mirrorOf(world, id));
  const repo = { id, path, url, provider, branch, objects: {}, ...(patterns === undefined ? {} : { patterns }) };
  reposOf(world).put(id, repo);
  const isEmpty = (await commitOf(world, mirrorOf(world, id), `refs/heads/${branch}`)) === undefined;
  return view(isEmpty ? repo : await checkOut(world, repo, { wanted: { branch }, discard: true }));
};

const get: Handler = (call, world) => view(requireRepo(world, idOf(call)));

const update: Handler = async (call, world) => {
  const repo = requireRepo(world, idOf(call));
  const body = await call.json();
  const patterns = patternsOf(optionalObject(body["sparse_checkout"], "sparse_checkout"));
  const discard = optionalFlag(body["dangerously_force_discard_all"], "dangerously_force_discard_all");
  const wanted = wantedOf(optionalText(body["branch"], "branch"), optionalText(body["tag"], "tag")) ?? current(repo);
  await checkOut(world, { ...repo, ...(patterns === undefined ? {} : { patterns }) }, { wanted, discard });
  return {};
};

const remove: Handler = async (call, world) => {
  const repo = requireRepo(world, idOf(call));
  world.tree.remove(repo.path, true);
  reposOf(world).delete(repo.id);
  await rm(mirrorOf(world, repo.id), { recursive: true, force: true });
  return {};
};

interface GitCredential {
  /** Digits. */
  readonly id: string;
  readonly owner: string;
  readonly provider: string;
  readonly userName: string;
}

/** The token itself is taken and forgotten: nothing here may read it. */
const createCredential: Handler = async (call, world) => {
  const body = await call.json();
  const provider = requireProvider(requiredText(body["git_provider"], "git_provider"));
  requiredText(body["personal_access_token"], "personal_access_token");
  const id = world.ids.next();
  const userName = optionalText(body["git_username"], "git_username") ?? "";
  const credential = { id, owner: call.caller.userName, provider, userName };
  credentialsOf(world).put(id, credential);
  return credentialView(credential);
};

const listCredentials: Handler = (call, world) => ({
  credentials: credentialsOf(world)
    .all()
    .filter(({ owner }) => owner === call.caller.userName)
    .map(credentialView),
});

const deleteCredential: Handler = (call, world) => {
  const credential = credentialsOf(world).get(idOf(call));
  if (credential?.owner !== call.caller.userName) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Git credential ${idOf(call)} does not exist.`);
  }
  credentialsOf(world).delete(credential.id);
  return {};
};

function credentialsOf(world: World): Collection<GitCredential> {
  return world.store.collection<GitCredential>("git-credentials");
}

function credentialView({ id, provider, userName }: GitCredential): object {
  return { credential_id: rawId(id), git_provider: provider, git_username: userName };
}

function idOf(call: Call): string {
  return call.params["id"] ?? "";
}

function requireProvider(word: string): string {
  const known = providers.find((one) => one.toLowerCase() === word.toLowerCase());
  if (known !== undefined) return known;
  throw invalid(`Unknown git provider ${word}: one of ${providers.join(", ")}.`);
}

function patternsOf(sparse: Readonly<Record<string, unknown>> | undefined): readonly string[] | undefined {
  return sparse === undefined ? undefined : optionalTexts(sparse["patterns"], "sparse_checkout.patterns");
}

function wantedOf(branch: string | undefined, tag: string | undefined): Wanted | undefined {
  if (branch !== undefined && tag !== undefined) throw invalid("Only one of branch and tag can be given.");
  if (branch !== undefined) return { branch };
  return tag === undefined ? undefined : { tag };
}

function current({ branch, tag }: RepoDocument): Wanted {
  return tag === undefined ? { branch: branch ?? "main" } : { tag };
}

function view({ id, path, url, provider, branch, commit, patterns }: RepoDocument): object {
  return {
    id: rawId(id),
    path,
    url,
    provider,
    ...(branch === undefined ? {} : { branch }),
    ...(commit === undefined ? {} : { head_commit_id: commit }),
    ...(patterns === undefined ? {} : { sparse_checkout: { patterns } }),
  };
}

export const reposRoutes: readonly Route[] = [
  { method: "GET", pattern: "/api/2.0/repos", handler: list },
  { method: "POST", pattern: "/api/2.0/repos", handler: create },
  { method: "GET", pattern: "/api/2.0/repos/{id}", handler: get },
  { method: "PATCH", pattern: "/api/2.0/repos/{id}", handler: update },
  { method: "DELETE", pattern: "/api/2.0/repos/{id}", handler: remove },
  { method: "GET", pattern: "/api/2.0/git-credentials", handler: listCredentials },
  { method: "POST", pattern: "/api/2.0/git-credentials", handler: createCredential },
  { method: "DELETE", pattern: "/api/2.0/git-credentials/{id}", handler: deleteCredential },
];
