// What Codex must hand to our MCP server: it gives its servers a short list of variables only, and ours are not among it.

/**
 * Names, never values: where Mortar and the Databricks CLI keep things, and how this network is left. No variable whose
 * purpose is to hold a credential is among them. https://developers.openai.com/codex/mcp (env_vars).
 */
export const codexServerVariables: readonly string[] = [
  "MORTAR_HOME",
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
