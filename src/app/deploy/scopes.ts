// What the app may do as the person who uses it: user API scopes.

/**
 * The scopes that apps can be given, without those to write what only a person should (connections). Who a user is
 * (`iam.current-user:read`) comes with every app and may not be asked for. There is no scope for jobs, clusters, pipelines and
 * MLflow: tools for those are refused to an app, whoever uses it.
 * https://docs.databricks.com/aws/en/dev-tools/databricks-apps/auth and the workspace's setting of allowed scopes.
 */
export const defaultScopes: readonly string[] = [
  "sql",
  "catalog.catalogs:read",
  "catalog.schemas:read",
  "catalog.tables:read",
  "files",
  "workspace.workspace",
  "ai-gateway",
  "model-serving",
  "vector-search",
  "genie",
  "mcp.functions",
  "mcp.external",
];

/** The scopes of ours that a refusal names, as a workspace does that does not know them or does not allow them. */
export function refusedScopes(message: string, asked: readonly string[]): readonly string[] {
  const words = message.split(/[^\w.:-]+/).map((word) => word.replace(/[.:]+$/, ""));
  const isAbout = /scope/i.test(message);
  return isAbout ? asked.filter((scope) => words.includes(scope)) : [];
}
