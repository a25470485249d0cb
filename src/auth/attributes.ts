// The configuration attributes of Databricks' unified authentication: names, variables, groups, what is secret.

interface AttributeSpec {
  /** Environment variables, the first that is set wins. */
  readonly env: readonly string[];
  /** The sign-in method that the attribute belongs to; two populated groups contradict each other. */
  readonly group?: string;
  readonly secret?: boolean;
}

/** In the order in which the Go tools declare them: messages list them so. Keys are the INI keys. */
export const attributes = {
  host: { env: ["DATABRICKS_HOST"] },
  cluster_id: { env: ["DATABRICKS_CLUSTER_ID"] },
  warehouse_id: { env: ["DATABRICKS_WAREHOUSE_ID"] },
  serverless_compute_id: { env: ["DATABRICKS_SERVERLESS_COMPUTE_ID"] },
  metadata_service_url: { env: ["DATABRICKS_METADATA_SERVICE_URL"], group: "metadata-service", secret: true },
  account_id: { env: ["DATABRICKS_ACCOUNT_ID"] },
  workspace_id: { env: ["DATABRICKS_WORKSPACE_ID"] },
  token: { env: ["DATABRICKS_TOKEN"], group: "pat", secret: true },
  username: { env: ["DATABRICKS_USERNAME"], group: "basic" },
  password: { env: ["DATABRICKS_PASSWORD"], group: "basic", secret: true },
  profile: { env: ["DATABRICKS_CONFIG_PROFILE"] },
  config_file: { env: ["DATABRICKS_CONFIG_FILE"] },
  oauth_callback_port: { env: ["DATABRICKS_OAUTH_CALLBACK_PORT"] },
  google_service_account: { env: ["DATABRICKS_GOOGLE_SERVICE_ACCOUNT"], group: "google" },
  google_credentials: { env: ["GOOGLE_CREDENTIALS"], group: "google", secret: true },
  azure_workspace_resource_id: { env: ["DATABRICKS_AZURE_RESOURCE_ID"], group: "azure" },
  azure_use_msi: { env: ["ARM_USE_MSI"], group: "azure" },
  azure_client_secret: { env: ["ARM_CLIENT_SECRET"], group: "azure", secret: true },
  azure_client_id: { env: ["ARM_CLIENT_ID"], group: "azure" },
  azure_tenant_id: { env: ["ARM_TENANT_ID"], group: "azure" },
  actions_id_token_request_url: { env: ["ACTIONS_ID_TOKEN_REQUEST_URL"] },
  actions_id_token_request_token: { env: ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], secret: true },
  azure_environment: { env: ["ARM_ENVIRONMENT"], group: "azure" },
  azure_login_app_id: { env: ["DATABRICKS_AZURE_LOGIN_APP_ID"], group: "azure" },
  client_id: { env: ["DATABRICKS_CLIENT_ID"], group: "oauth" },
  client_secret: { env: ["DATABRICKS_CLIENT_SECRET"], group: "oauth", secret: true },
  scopes: { env: [] },
  disable_oauth_refresh_token: { env: ["DATABRICKS_DISABLE_OAUTH_REFRESH_TOKEN"] },
  databricks_cli_path: { env: ["DATABRICKS_CLI_PATH"] },
  auth_type: { env: ["DATABRICKS_AUTH_TYPE"] },
  databricks_id_token_filepath: {
    env: ["DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"],
    group: "file-oidc",
  },
  oidc_token_env: { env: ["DATABRICKS_OIDC_TOKEN_ENV"], group: "env-oidc" },
  cloud: { env: ["DATABRICKS_CLOUD"] },
  audience: { env: ["DATABRICKS_TOKEN_AUDIENCE"] },
  discovery_url: { env: ["DATABRICKS_DISCOVERY_URL"] },
} as const satisfies Record<string, AttributeSpec>;

export type AttributeName = keyof typeof attributes;
export type AttributeValues = Readonly<Partial<Record<AttributeName, string>>>;

/** Attributes that hold a secret: they leave a resolved configuration as a `Secret` only. */
export type SecretName = {
  [Name in AttributeName]: (typeof attributes)[Name] extends { readonly secret: true } ? Name : never;
}[AttributeName];
export type PlainName = Exclude<AttributeName, SecretName>;

export const attributeNames = Object.keys(attributes) as AttributeName[];

/** The declaration of one attribute, with its optional fields. */
export function attributeSpec(name: AttributeName): AttributeSpec {
  return attributes[name];
}

/** The spellings that Go's ParseBool takes for true; everything else, absence included, is false. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(1|t|T|TRUE|true|True)$/.test(value);
}

/** Scopes as the Go tools read them: a comma list, trimmed, sorted, without doubles; `all-apis` when it is empty. */
export function parseScopes(value: string | undefined): readonly string[] {
  const parts = (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return parts.length === 0 ? ["all-apis"] : [...new Set(parts)].sort();
}
