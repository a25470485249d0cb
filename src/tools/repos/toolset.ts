// The repos toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createRepo } from "./create-repo.ts";
import { deleteRepo } from "./delete-repo.ts";
import { getRepo } from "./get-repo.ts";
import { listGitCredentials } from "./list-git-credentials.ts";
import { listRepos } from "./list-repos.ts";
import { updateRepo } from "./update-repo.ts";

export const reposToolset: readonly Tool[] = [
  listRepos,
  getRepo,
  createRepo,
  updateRepo,
  deleteRepo,
  listGitCredentials,
];
