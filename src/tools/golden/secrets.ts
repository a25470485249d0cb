// The toolset secrets as it is listed. Made by the tests of the golden files.
import type { ListedTool } from "../listed-tool.ts";
import createSecretScope from "./create_secret_scope.json";
import deleteSecret from "./delete_secret.json";
import deleteSecretScope from "./delete_secret_scope.json";
import grantSecretAccess from "./grant_secret_access.json";
import listSecretAccess from "./list_secret_access.json";
import listSecretScopes from "./list_secret_scopes.json";
import listSecrets from "./list_secrets.json";
import putSecret from "./put_secret.json";
import putSecretFromFile from "./put_secret_from_file.json";
import revokeSecretAccess from "./revoke_secret_access.json";

export const secretsGolden: readonly ListedTool[] = [
  listSecretScopes,
  listSecrets,
  createSecretScope,
  putSecret,
  putSecretFromFile,
  deleteSecret,
  deleteSecretScope,
  listSecretAccess,
  grantSecretAccess,
  revokeSecretAccess,
];
