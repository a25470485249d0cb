// Environment variables of the app that came before: what each is here. docs/app.md has the same as a table.
import type { Environment } from "../../platform/deps.ts";
import type { serveFlags } from "./serve-flags.ts";

export type Meaning =
  /** The default of a flag. */
  | { readonly flag: keyof typeof serveFlags; readonly part?: string }
  /** Read elsewhere in this program. */
  | { readonly read: string }
  /** Passed over, with a warning that names it. */
  | { readonly unsupported: string; readonly only?: readonly string[] };

const ownKeys = "each person keeps a key of his own in the settings of the app";
const gateway = "/mcp is always served, and asks who calls";
const models = "models come from the workspace; --model names one";

export const olderVariables: Readonly<Record<string, Meaning>> = {
  DATABRICKS_HOST: { read: "the sign-in to the workspace" },
  DATABRICKS_TOKEN: { read: "the sign-in to the workspace" },
  DATABRICKS_CLIENT_ID: { read: "the sign-in to the workspace" },
  DATABRICKS_CLIENT_SECRET: { read: "the sign-in to the workspace" },
  DATABRICKS_CONFIG_PROFILE: { read: "the profile, unless --profile names one" },
  ENV: {
    unsupported: "--behind-databricks-apps says where the app runs",
    only: ["development", "production"],
  },
  PROJECTS_BASE_DIR: { flag: "projects-dir" },
  LAKEBASE_PG_URL: { flag: "database" },
  LAKEBASE_ENDPOINT: { flag: "database", part: "the endpoint of a Lakebase project" },
  LAKEBASE_INSTANCE_NAME: { flag: "database", part: "the provisioned instance, where LAKEBASE_ENDPOINT is not set" },
  LAKEBASE_DATABASE_NAME: { flag: "database", part: "the database in it; databricks_postgres unless set" },
  LAKEBASE_HOST: { flag: "database", part: "its host, where the workspace is not to be asked" },
  LAKEBASE_USERNAME: { flag: "database", part: "the user in it; whoever is signed in unless set" },
  DATABRICKS_DATABASE_PORT: { flag: "database", part: "its port; 5432 unless set" },
  LAKEBASE_SCHEMA_NAME: { flag: "database-schema" },
  LAKEBASE_PROJECT_ID: { read: "shown by /api/me" },
  DB_POOL_SIZE: { flag: "database-connections" },
  DB_MAX_OVERFLOW: { flag: "database-connections", part: "is added to DB_POOL_SIZE" },
  DB_POOL_RECYCLE_INTERVAL: { flag: "database-recycle" },
  DB_POOL_TIMEOUT: { flag: "database-timeout" },
  DB_SESSION_MAX_RETRIES: { flag: "database-retries" },
  DB_SESSION_RETRY_DELAY: { flag: "database-retry-delay" },
  ANTHROPIC_MODEL: { flag: "model" },
  ANTHROPIC_MODEL_MINI: { unsupported: "titles are made by the smallest model that the workspace has" },
  ANTHROPIC_API_KEY: { unsupported: ownKeys },
  ANTHROPIC_BASE_URL: { unsupported: "models come from the workspace" },
  ANTHROPIC_AUTH_TOKEN: { unsupported: ownKeys },
  CLAUDE_CODE_STREAM_CLOSE_TIMEOUT: { unsupported: "a run may be silent for as long as it likes" },
  ENABLED_SKILLS: { flag: "skills" },
  MLFLOW_TRACKING_URI: { flag: "mlflow-tracking-uri" },
  MLFLOW_EXPERIMENT_NAME: { flag: "mlflow-experiment" },
  ENABLE_MCP_GATEWAY: { unsupported: gateway },
  FASTMCP_STATELESS_HTTP: { unsupported: gateway },
  LLM_PROVIDER: { unsupported: models },
  DATABRICKS_MODEL: { unsupported: models },
  DATABRICKS_MODEL_MINI: { unsupported: models },
  AZURE_OPENAI_API_KEY: { unsupported: models },
  AZURE_OPENAI_ENDPOINT: { unsupported: models },
  AZURE_OPENAI_API_VERSION: { unsupported: models },
  AZURE_OPENAI_DEPLOYMENT: { unsupported: models },
  SKILLS_ONLY_MODE: { unsupported: "--toolsets and --read-only say which tools there are" },
  AUTO_GRANT_PERMISSIONS_TO: { unsupported: "nothing is granted to anybody unasked" },
};

/** What is to be said of variables that are set and not read. */
export function unreadVariables(env: Environment): readonly string[] {
  return Object.entries(olderVariables).flatMap(([name, meaning]) => {
    const value = env[name] ?? "";
    if (value === "" || !("unsupported" in meaning)) return [];
    if (meaning.only !== undefined && !meaning.only.includes(value)) return [];
    return [`${name} is not read: ${meaning.unsupported}`];
  });
}
