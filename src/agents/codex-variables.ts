// What Codex must hand to our MCP server: it gives its servers a short list of variables only, and ours are not among it.

/**
 * Names, never values: where Mortar and the Databricks CLI keep things, how this network is left, and what tools may do, so that
 * what a person's shell protects is protected in Codex too. No variable whose purpose is to hold a credential is among them.
 * https://developers.openai.com/codex/mcp (env_vars).
 */
export const codexServerVariables: readonly string[] = [
  "MORTAR_HOME",
  "MORTAR_TOOLSETS",
  "MORTAR_TOOLS",
  "MORTAR_EXCLUDE_TOOLS",
  "MORTAR_READ_ONLY",
  "MORTAR_PROTECT",
  "MORTAR_ALLOW_CODE",
  "MORTAR_CONFIRM",
  "MORTAR_YES",
  "MORTAR_MAX_ROWS",
  "MORTAR_MAX_CHARS",
  "MORTAR_MAX_WAIT",
  "MORTAR_DISCOVERY",
  "XDG_DATA_HOME",
  "XDG_CACHE_HOME",
  "DATABRICKS_CONFIG_FILE",
  "DATABRICKS_CONFIG_PROFILE",
  "DATABRICKS_AUTH_STORAGE",
  "DATABRICKS_CLI_PATH",
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "NO_PROXY",
  "no_proxy",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
];
