// Git folders: Repos 2.0. https://docs.databricks.com/api/workspace/repos
import type { JsonObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import { object, objects, requiredId, requiredText, text, texts, id } from "../../workspace/fields.ts";
import { collect, pagesOf, type Listing } from "../../workspace/pages.ts";
import { segment } from "../../workspace/query.ts";
import type { ToolContext } from "../define.ts";
import { absolutePath, statusAt } from "../paths.ts";

export interface Repo {
  readonly id: string;
  readonly path: string;
  readonly url: string | undefined;
  readonly provider: string | undefined;
  /** Undefined where a tag or a single commit is checked out. */
  readonly branch: string | undefined;
  readonly commit: string | undefined;
  readonly sparseFolders: readonly string[];
}

export interface GitCredential {
  readonly id: string;
  readonly provider: string | undefined;
  readonly userName: string | undefined;
  readonly name: string | undefined;
  readonly isDefault: boolean;
}

type Around = Pick<ToolContext, "workspace" | "signal">;
const base = "/api/2.0/repos";

const pathOf = (repoId: string): `/${string}` => `${base}/${segment(repoId, "repo id")}`;

export function listAll({ workspace, signal }: Around, pathPrefix: string | undefined): Promise<Listing<Repo>> {
  // The one API whose request names the token as its answer does.
  const pages = pagesOf(workspace.client, (token) => {
    return { method: "GET", path: base, query: { path_prefix: pathPrefix, next_page_token: token }, signal };
  });
  return collect(pages, (page) => objects(page, "repos").map(toRepo));
}

export async function repoOf({ workspace, signal }: Around, repoId: string): Promise<Repo> {
  return toRepo(await workspace.client.json({ method: "GET", path: pathOf(repoId), signal }));
}

/** The git folder that a caller names by its id or its path. Throws `not_found`, and `invalid_input` for another object. */
export async function namedRepo(context: ToolContext, named: string): Promise<Repo> {
  if (/^\d+$/.test(named)) return await repoOf(context, named);
  const path = await absolutePath(context, named);
  const status = await statusAt(context, path);
  if (status.objectType === "REPO" && status.objectId !== undefined) return await repoOf(context, status.objectId);
  throw new MortarError("invalid_input", `${path} is no git folder but a ${status.objectType}`, {
    hint: "`list_repos` shows the git folders.",
  });
}

export interface NewRepo {
  readonly url: string;
  readonly provider: string;
  readonly path: string | undefined;
  readonly sparseFolders: readonly string[] | undefined;
}

export async function createOne({ workspace, signal }: Around, wish: NewRepo): Promise<Repo> {
  const { url, provider, path, sparseFolders } = wish;
  const sparse = sparseFolders === undefined ? {} : { sparse_checkout: { patterns: sparseFolders } };
  const body = { url, provider, ...(path === undefined ? {} : { path }), ...sparse };
  // A clone of a large repository takes minutes.
  return toRepo(await workspace.client.json({ method: "POST", path: base, body, timeoutMs: 280_000, signal }));
}

export async function updateOne({ workspace, signal }: Around, repoId: string, body: object): Promise<void> {
  const request = { method: "PATCH", path: pathOf(repoId), body, timeoutMs: 280_000, signal } as const;
  await workspace.client.run(request);
}

export async function deleteOne({ workspace, signal }: Around, repoId: string): Promise<void> {
  await workspace.client.run({ method: "DELETE", path: pathOf(repoId), signal });
}

export async function gitCredentials({ workspace, signal }: Around): Promise<readonly GitCredential[]> {
  const wire = await workspace.client.json({ method: "GET", path: "/api/2.0/git-credentials", signal });
  return objects(wire, "credentials").map((one) => ({
    id: requiredId(one, "credential_id"),
    provider: text(one, "git_provider"),
    userName: text(one, "git_username"),
    name: text(one, "name"),
    isDefault: one["is_default_for_provider"] === true,
  }));
}

function toRepo(wire: JsonObject): Repo {
  return {
    id: requiredId(wire, "id"),
    path: requiredText(wire, "path"),
    url: text(wire, "url"),
    provider: text(wire, "provider"),
    branch: text(wire, "branch"),
    commit: text(wire, "head_commit_id") ?? id(wire, "head_commit_id"),
    sparseFolders: texts(object(wire, "sparse_checkout") ?? {}, "patterns"),
  };
}
