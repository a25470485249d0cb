// The secrets toolset, in the catalog's order.
import type { Tool } from "../define.ts";
import { createSecretScope } from "./create-secret-scope.ts";
import { deleteSecretScope } from "./delete-secret-scope.ts";
import { deleteSecret } from "./delete-secret.ts";
import { grantSecretAccess } from "./grant-secret-access.ts";
import { listSecretAccess } from "./list-secret-access.ts";
import { listSecretScopes } from "./list-secret-scopes.ts";
import { listSecrets } from "./list-secrets.ts";
import { putSecretFromFile } from "./put-secret-from-file.ts";
import { putSecret } from "./put-secret.ts";
import { revokeSecretAccess } from "./revoke-secret-access.ts";

export const secretsToolset: readonly Tool[] = [
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
