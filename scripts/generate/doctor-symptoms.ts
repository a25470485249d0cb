// What people see when something is wrong, and which checks of the doctor say why: for docs/doctor.md.

interface Symptom {
  readonly seen: string;
  /** Ids of checks. */
  readonly checks: readonly string[];
}

export const symptoms: readonly Symptom[] = [
  { seen: "400, no tag like `web_search_20250305`", checks: ["configuration.web-tools"] },
  {
    seen: "400, `Extra inputs are not permitted`, or a value of `anthropic-beta`",
    checks: ["configuration.gateway-path"],
  },
  { seen: "400, Invalid Unity Catalog name", checks: ["models.settings"] },
  { seen: "400 from a model whose traffic is split", checks: ["models.roles"] },
  { seen: "400 or 404 from Gemini CLI about a model's name", checks: ["agents.gemini"] },
  {
    seen: "401 or 403 after about an hour, or after a pause",
    checks: ["configuration.static-token", "configuration.helper"],
  },
  {
    seen: "401 or 403 though the sign-in works",
    checks: ["configuration.conflicts", "configuration.environment", "profile.environment"],
  },
  { seen: "401 from an app's MCP server", checks: ["identity.kind"] },
  { seen: "403, PERMISSION_DENIED, no models at all", checks: ["gateway.request", "gateway.family", "models.roles"] },
  { seen: "404, ENDPOINT_NOT_FOUND", checks: ["models.settings", "models.pins", "configuration.gateway-path"] },
  { seen: "404 at /context (`count_tokens`)", checks: ["configuration.gateway-path"] },
  { seen: "a web page or a redirect in the place of an answer", checks: ["connectivity.workspace", "profile.address"] },
  { seen: "429, REQUEST_LIMIT_EXCEEDED", checks: ["gateway.request"] },
  {
    seen: "connection refused by 127.0.0.1",
    checks: ["configuration.base-urls", "configuration.hook-program", "proxy.running", "proxy.port"],
  },
  { seen: "self-signed certificate in the chain", checks: ["connectivity.workspace", "connectivity.certificates"] },
  { seen: "prompts that end in a company's proxy", checks: ["connectivity.proxy"] },
  { seen: "a token that is not yet valid, or has ended already", checks: ["connectivity.clock"] },
  {
    seen: "the agent asks for a sign-in to its vendor",
    checks: ["configuration.onboarding", "configuration.overrides"],
  },
  { seen: "a context meter that ends at 200k", checks: ["configuration.conflicts", "configuration.betas"] },
  { seen: "Codex refuses its configuration", checks: ["configuration.codex-profile", "configuration.files"] },
  {
    seen: "several profiles match the host, a malformed token cache",
    checks: ["profile.twins", "identity.databricks-cli"],
  },
  { seen: "no secret service, a keyring that is locked", checks: ["machine.keyring"] },
  { seen: "the browser opens nowhere, or on another machine", checks: ["machine.place"] },
  { seen: "a server or a helper that only windows of the desktop do not find", checks: ["machine.desktop-path"] },
  {
    seen: "hooks, helpers, services and tokens of programs before this one",
    checks: [
      "configuration.older-hooks",
      "configuration.older-service",
      "configuration.fmapi",
      "configuration.ai-dev-kit",
      "identity.older-tokens",
    ],
  },
];
