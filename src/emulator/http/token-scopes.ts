// What a token of limited scope may call: the token of an app's user carries the scopes that the app was given.
// https://docs.databricks.com/api/workspace/scopes https://docs.databricks.com/aws/en/dev-tools/databricks-apps/auth
import { ApiFault } from "./route.ts";

/** What every app may do as its user, and may not be asked for. */
export const scopesOfEveryApp: readonly string[] = ["iam.current-user:read", "iam.access-control:read"];

/** Those that an app can be given, and the older names of some. */
const ofApps: readonly string[] = [
  "sql",
  "sql:restricted-query",
  "genie",
  "postgres",
  "model-serving",
  "catalog.catalogs:read",
  "catalog.schemas:read",
  "catalog.tables:read",
  "catalog.connections",
  "files",
  "ai-gateway",
  "vector-search",
  "workspace.workspace",
  "mcp.external",
  "mcp.functions",
];

const olderNames: ReadonlyMap<string, string> = new Map([
  ["files.files", "files"],
  ["dashboards.genie", "genie"],
  ["serving.serving-endpoints", "model-serving"],
  ["serving.serving-endpoints-data-plane", "model-serving"],
  ["vectorsearch.vector-search-endpoints", "vector-search"],
  ["vectorsearch.vector-search-indexes", "vector-search"],
  ["sql.statement-execution", "sql"],
  ["sql.warehouses", "sql"],
]);

/** Throws INVALID_PARAMETER_VALUE for a scope that no app can be given. */
export function checkAppScopes(scopes: readonly string[]): void {
  const unknown = scopes.find((scope) => !ofApps.includes(scope) && !olderNames.has(scope));
  if (unknown !== undefined) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `${unknown} is not a valid scope.`);
}

/** The first that fits. A scope that no app can be given (jobs, clusters, pipelines, mlflow) is named as the workspace does. */
const table: readonly (readonly [path: RegExp, scope: string])[] = [
  [/^\/api\/2\.0\/preview\/scim\/v2\/Me$/, "iam.current-user:read"],
  [/^\/api\/2\.0\/sql\//, "sql"],
  [/^\/api\/2\.0\/workspace(?:-files)?\//, "workspace.workspace"],
  [/^\/api\/2\.1\/unity-catalog\/catalogs(?:\/|$)/, "catalog.catalogs:read"],
  [/^\/api\/2\.1\/unity-catalog\/schemas(?:\/|$)/, "catalog.schemas:read"],
  [/^\/api\/2\.1\/unity-catalog\/(?:tables|table-summaries)(?:\/|$)/, "catalog.tables:read"],
  [/^\/api\/2\.1\/unity-catalog\/connections(?:\/|$)/, "catalog.connections"],
  [/^\/api\/2\.1\/unity-catalog\/model-/, "ai-gateway"],
  [/^\/api\/2\.0\/fs\//, "files"],
  [/^\/(?:api\/)?ai-gateway\//, "ai-gateway"],
  [/^\/(?:api\/2\.0\/)?serving-endpoints/, "model-serving"],
  [/^\/api\/2\.0\/vector-search\//, "vector-search"],
  [/^\/api\/2\.0\/genie\//, "genie"],
  [/^\/api\/2\.0\/mcp\/functions\//, "mcp.functions"],
  [/^\/api\/2\.0\/mcp\//, "mcp.external"],
  [/^\/api\/2\.0\/(?:postgres|database)\//, "postgres"],
];

/** Throws PERMISSION_DENIED for a call that none of the scopes allows. A scope to read does not let anybody write. */
export function requireScope(granted: readonly string[], method: string, path: string): void {
  const needed = scopeOf(path);
  const isWrite = method !== "GET" && method !== "HEAD";
  const wanted = isWrite ? needed.replace(/:read$/, "") : needed;
  if (granted.some((scope) => (olderNames.get(scope) ?? scope) === wanted)) return;
  throw new ApiFault(403, "PERMISSION_DENIED", `Provided OAuth token does not have required scopes: ${wanted}`);
}

function scopeOf(path: string): string {
  const found = table.find(([pattern]) => pattern.test(path));
  return found?.[1] ?? /^\/api\/\d\.\d\/([\w-]+)/.exec(path)?.[1] ?? "all-apis";
}
