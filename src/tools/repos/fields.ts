// What the tools for git folders take and tell alike.
import * as z from "zod";
import type { Repo } from "./repos-api.ts";

export const repoInput = z.string().min(1, "must not be empty").describe("Path of the git folder, or its id");

export const repoFields = {
  repo_id: z.string(),
  path: z.string(),
  url: z.string().optional(),
  provider: z.string().optional(),
  branch: z.string().optional(),
  commit: z.string().optional(),
  sparse_folders: z.array(z.string()).optional(),
};

export function shownRepo(repo: Repo) {
  const { id, path, url, provider, branch, commit, sparseFolders } = repo;
  const sparse_folders = sparseFolders.length === 0 ? undefined : [...sparseFolders];
  return { repo_id: id, path, url, provider, branch, commit, sparse_folders };
}

export const providers = [
  "gitHub",
  "gitHubEnterprise",
  "gitLab",
  "gitLabEnterpriseEdition",
  "bitbucketCloud",
  "bitbucketServer",
  "azureDevOpsServices",
  "awsCodeCommit",
] as const;
type Provider = (typeof providers)[number];

const hosts: readonly (readonly [RegExp, Provider])[] = [
  [/(?:^|\.)github\.com$/, "gitHub"],
  [/(?:^|\.)gitlab\.com$/, "gitLab"],
  [/(?:^|\.)bitbucket\.org$/, "bitbucketCloud"],
  [/(?:^|\.)(?:dev\.azure\.com|visualstudio\.com)$/, "azureDevOpsServices"],
  [/^git-codecommit\./, "awsCodeCommit"],
];

/** The provider that a host tells of itself; undefined for a company's own server. */
export function providerOf(url: string): Provider | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  return hosts.find(([pattern]) => pattern.test(host))?.[1];
}
