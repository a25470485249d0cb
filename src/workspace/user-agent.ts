// The User-Agent: our product first, by which a workspace's usage is told apart, then what it runs on and in.
import type { Environment, OperatingSystem } from "../platform/deps.ts";

export interface UserAgentOptions {
  /** Mortar's own version (`build.version`). */
  readonly version: string;
  /** More `key/value` pairs, such as `["mcp", "claude-code"]`. */
  readonly extra?: readonly (readonly [string, string])[] | undefined;
}

interface UserAgentSurroundings {
  readonly env: Environment;
  readonly os: OperatingSystem;
  readonly runtimeVersion: string;
  readonly authType: string;
}

// Variables by which the shell of an agent is known, and the name that Databricks' own clients send for it.
const agentVariables: readonly (readonly [string, string])[] = [
  ["CLAUDECODE", "claude-code"],
  ["CURSOR_AGENT", "cursor"],
  ["CODEX_CI", "codex"],
  ["GEMINI_CLI", "gemini-cli"],
  ["COPILOT_CLI", "copilot-cli"],
  ["OPENCODE", "opencode"],
  ["CLINE_ACTIVE", "cline"],
  ["GOOSE_TERMINAL", "goose"],
  ["WINDSURF_AGENT", "windsurf"],
  ["AUGMENT_AGENT", "augment"],
  ["AMP_CURRENT_THREAD_ID", "amp"],
  ["ANTIGRAVITY_AGENT", "antigravity"],
  ["KIRO", "kiro"],
  ["OPENCLAW_SHELL", "openclaw"],
  ["PI_CODING_AGENT", "pi"],
  ["VSCODE_AGENT", "vscode-agent"],
];

// Each provider with the variables that must all be there; a value of undefined means any value.
const cicdVariables: readonly (readonly [string, Readonly<Record<string, string | undefined>>])[] = [
  ["github", { GITHUB_ACTIONS: "true" }],
  ["gitlab", { GITLAB_CI: undefined }],
  ["jenkins", { JENKINS_URL: undefined }],
  ["azure-devops", { TF_BUILD: "True" }],
  ["circle", { CIRCLECI: "true" }],
  ["travis", { TRAVIS: "true" }],
  ["bitbucket", { BITBUCKET_BUILD_NUMBER: undefined }],
  [
    "google-cloud-build",
    { PROJECT_ID: undefined, BUILD_ID: undefined, PROJECT_NUMBER: undefined, LOCATION: undefined },
  ],
  ["aws-code-build", { CODEBUILD_BUILD_ARN: undefined }],
  ["tf-cloud", { TFC_RUN_ID: undefined }],
];

/** `mortar/1.2.3 bun/1.4.5 os/linux auth/pat cicd/github agent/claude-code`. */
export function userAgent(options: UserAgentOptions, around: UserAgentSurroundings): string {
  const { env } = around;
  const upstream = present(env["DATABRICKS_SDK_UPSTREAM"]);
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ["mortar", options.version],
    ["bun", around.runtimeVersion],
    ["os", around.os === "win32" ? "windows" : around.os],
    ...(options.extra ?? []),
    ["upstream", upstream],
    ["upstream-version", upstream === undefined ? undefined : present(env["DATABRICKS_SDK_UPSTREAM_VERSION"])],
    ["auth", around.authType],
    ["runtime", present(env["DATABRICKS_RUNTIME_VERSION"])],
    ["cicd", cicdProvider(env)],
    ["agent", codingAgent(env)],
  ];
  return pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${clean(key)}/${clean(value)}`])).join(" ");
}

/** The agent whose shell this is; `multiple` inside more than one. */
export function codingAgent(env: Environment): string | undefined {
  const found = agentVariables.filter(([variable]) => present(env[variable]) !== undefined).map(([, name]) => name);
  if (found.length > 1) return "multiple";
  const generic = present(env["AGENT"]) ?? present(env["AI_AGENT"]);
  return found[0] ?? (generic === undefined ? undefined : clean(generic).slice(0, 64));
}

/** The build service that this runs in. */
export function cicdProvider(env: Environment): string | undefined {
  const isSet = ([variable, wanted]: [string, string | undefined]): boolean =>
    wanted === undefined ? present(env[variable]) !== undefined : env[variable] === wanted;
  return cicdVariables.find(([, variables]) => Object.entries(variables).every(isSet))?.[0];
}

function clean(token: string): string {
  return token.replace(/[^a-zA-Z0-9_.+-]/g, "-");
}

function present(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}
