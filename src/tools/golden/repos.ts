// The toolset repos as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createRepo from "./create_repo.json";
import deleteRepo from "./delete_repo.json";
import getRepo from "./get_repo.json";
import listGitCredentials from "./list_git_credentials.json";
import listRepos from "./list_repos.json";
import updateRepo from "./update_repo.json";

export const reposGolden: readonly ListedTool[] = [
  listRepos,
  getRepo,
  createRepo,
  updateRepo,
  deleteRepo,
  listGitCredentials,
];
