// Variables of the environment that win over what is set up, without anybody seeing it.
import type { Environment } from "../../platform/deps.ts";
import { orPass, warn, type Check, type Finding } from "../check.ts";

interface Family {
  readonly agent: string;
  /** Whose presence sends the agent elsewhere. */
  readonly names: readonly string[];
  readonly why: string;
}

/** Sources: code.claude.com/docs/en/settings, developers.openai.com/codex/config, geminicli.com/docs/get-started/configuration. */
const families: readonly Family[] = [
  {
    agent: "Claude Code",
    names: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"],
    why: "wins over the helper and the key in Claude Code's settings",
  },
  {
    agent: "Claude Code",
    names: ["ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_MODEL"],
    why: "is taken where Claude Code's settings say nothing else",
  },
  {
    agent: "Claude Code",
    names: ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY", "CLAUDE_CODE_USE_MANTLE"],
    why: "sends Claude Code to another cloud",
  },
  { agent: "Codex", names: ["OPENAI_API_KEY", "OPENAI_BASE_URL", "CODEX_API_KEY"], why: "may send Codex to OpenAI" },
  {
    agent: "Gemini CLI",
    names: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI"],
    why: "may send Gemini CLI to Google",
  },
];

const variables: Check = {
  id: "configuration.environment",
  group: "configuration",
  title: "No variable leads an agent elsewhere",
  run: async ({ deps }) => {
    const found = families.flatMap(({ names, why }): Finding[] => {
      const set = names.filter((name) => isSet(deps.env, name));
      if (set.length === 0) return [];
      return [
        warn(`${set.join(", ")} ${set.length === 1 ? "is set, and" : "are set, and each"} ${why}`, unsetting(set)),
      ];
    });
    return orPass(found, "none of ANTHROPIC_*, CLAUDE_CODE_*, OPENAI_*, GEMINI_*, GOOGLE_* does");
  },
};

/** Signing in by what the environment says: it wins over profiles everywhere but in what agents are started on. */
const signIn = [
  "DATABRICKS_HOST",
  "DATABRICKS_TOKEN",
  "DATABRICKS_CLIENT_ID",
  "DATABRICKS_CLIENT_SECRET",
  "DATABRICKS_AUTH_TYPE",
  "DATABRICKS_USERNAME",
  "DATABRICKS_PASSWORD",
] as const;

const databricks: Check = {
  id: "profile.environment",
  group: "profile",
  title: "No variable stands in for the profile",
  run: async ({ deps, facts }) => {
    const found: Finding[] = [];
    const set = signIn.filter((name) => isSet(deps.env, name));
    if (set.length > 0) {
      const host = await facts.host();
      const named = deps.env["DATABRICKS_HOST"] ?? "";
      const isOther = named !== "" && host !== undefined && !named.includes(host.hostname);
      const more = isOther ? `; it names another workspace than ${host.hostname}` : "";
      found.push(
        warn(
          `${set.join(", ")} ${set.length === 1 ? "is" : "are"} set: agents leave that aside, but the Databricks CLI and SDKs take it before the profile${more}`,
          unsetting(set),
        ),
      );
    }
    const profile = deps.env["DATABRICKS_CONFIG_PROFILE"] ?? "";
    if (profile !== "" && profile !== facts.profile) {
      found.push(
        warn(
          `DATABRICKS_CONFIG_PROFILE names ${profile}; agents are on ${facts.profile}`,
          `unset DATABRICKS_CONFIG_PROFILE, or name the profile each time: --profile ${profile}`,
        ),
      );
    }
    return orPass(found, "no DATABRICKS_* variable speaks against it");
  },
};

function isSet(env: Environment, name: string): boolean {
  return (env[name] ?? "") !== "";
}

function unsetting(names: readonly string[]): string {
  return `unset ${names.join(" ")} (and take ${names.length === 1 ? "it" : "them"} out of your shell's start files)`;
}

export const environmentChecks: readonly Check[] = [variables];
export const databricksEnvironmentCheck: Check = databricks;
