// Gemini CLI made ready: its .env leads to the proxy, its settings have the models' names and the MCP server.
import { join } from "node:path";
import type { Change } from "../../platform/edits/changes.ts";
import { hookCommand } from "../hooks/command-line.ts";
import { withoutProxy } from "../launch/environment.ts";
import { modelRules } from "../launch/gemini.ts";
import { personsGemini } from "../launch/gemini-home.ts";
import { mcpClientTitles } from "../mcp-client-names.ts";
import { foreignSettings, type Candidate } from "./foreign.ts";
import { withoutOwnSettings, withoutOwnVariables } from "./gemini-orphans.ts";
import { trackedByGit } from "./git.ts";
import { mergedEdits } from "./merged-edits.ts";
import { detect } from "./presence.ts";
import { serverChange } from "./server.ts";
import type { ForeignWish, ManagedAgent, ReadyDeps, ReadyPlan, Scope, Wish } from "./types.ts";

/** Sources: geminicli.com/docs/get-started/installation, /reference/configuration, /cli/trusted-folders. */
export const gemini: ManagedAgent = {
  id: "gemini",
  title: mcpClientTitles.gemini,
  page: "https://geminicli.com/docs/get-started/installation",
  install: (os) => [
    ...(os === "darwin" ? [{ by: "brew", command: ["brew", "install", "gemini-cli"] } as const] : []),
    { by: "npm", command: ["npm", "install", "-g", "@google/gemini-cli"] },
  ],
  // It takes a key, and calls nobody for one.
  modes: ["proxy", "wrapper"],
  scopes: ["home", "project"],
  gives: { models: true, server: true, skills: true },
  detect: (deps) => detect(deps, { programs: ["gemini"], configFolder: personsGemini }),
  foreign: (deps, wish) => foreignSettings(deps, candidates(deps, wish)),
  plan,
  clean: (deps) => {
    const folder = personsGemini(deps);
    const edits = [
      { file: join(folder, "settings.json"), format: "json", changes: [], orphans: withoutOwnSettings },
      { file: join(folder, ".env"), format: "env", changes: [], orphans: withoutOwnVariables },
    ] as const;
    return Promise.resolve({ edits, leftovers: [] });
  },
};

// Gemini CLI counts in milliseconds.
const startMs = 15_000;
const endMs = 5_000;

function candidates(deps: ReadyDeps, { scope, serverName }: ForeignWish): readonly Candidate[] {
  const folder = folderOf(deps, scope);
  const file = join(folder, ".env");
  return [
    { file, format: "env", path: ["GOOGLE_GEMINI_BASE_URL"], what: "base URL" },
    { file, format: "env", path: ["GEMINI_API_KEY"], what: "key" },
    { file, format: "env", path: ["GEMINI_MODEL"], what: "model" },
    { file, format: "env", path: ["GOOGLE_API_KEY"], what: "key" },
    { file, format: "env", path: ["GOOGLE_GENAI_USE_VERTEXAI"], what: "provider" },
    { file, format: "env", path: ["GOOGLE_GENAI_USE_GCA"], what: "provider" },
    {
      file: join(folder, "settings.json"),
      format: "json",
      path: ["security", "auth", "selectedType"],
      what: "provider",
    },
    { file: join(folder, "settings.json"), format: "json", path: ["mcpServers", serverName], what: "server" },
  ];
}

async function plan(deps: ReadyDeps, wish: Wish): Promise<ReadyPlan> {
  const folder = folderOf(deps, wish.scope);
  const file = join(folder, "settings.json");
  const server = { file, format: "json", changes: serverChange(wish, ["mcpServers", wish.serverName]) } as const;
  if (wish.mode === "wrapper") return { edits: mergedEdits([server]), files: [], leftovers: [], notes: [] };
  const variables = join(folder, ".env");
  const tracked = wish.scope.kind === "project" ? await trackedByGit(deps, wish.scope.folder, variables) : [];
  const rules = modelRules(wish.models).map((value): Change => ({
    kind: "append",
    path: ["modelConfigs", "customOverrides"],
    value,
  }));
  // Without it a sign-in to Google that was chosen once is asked for again.
  const byKey: Change = { kind: "set", path: ["security", "auth", "selectedType"], value: "gemini-api-key" };
  return {
    edits: mergedEdits([
      { file, format: "json", changes: [byKey, ...rules, ...hooks(deps, wish)], orphans: withoutOwnSettings },
      server,
      { file: variables, format: "env", changes: variablesFor(deps, wish), orphans: withoutOwnVariables, secret: true },
    ]),
    files: [],
    leftovers: [],
    notes: [
      ...tracked,
      "Gemini CLI takes this up in folders that it trusts, unless a .env of the project stands before it.",
      ...(wish.models.gemini === undefined ? ["The workspace offers no Gemini model."] : []),
    ],
  };
}

/** Each session starts the proxy, and lets go of it at its end. */
function hooks({ os }: ReadyDeps, { target }: Wish): readonly Change[] {
  const entry = (event: "session-start" | "session-end", timeout: number): Record<string, unknown> => ({
    hooks: [{ name: "mortar", type: "command", command: hookCommand(os, target, { event, agent: "gemini" }), timeout }],
  });
  return [
    { kind: "append", path: ["hooks", "SessionStart"], value: entry("session-start", startMs), inner: "hooks" },
    { kind: "append", path: ["hooks", "SessionEnd"], value: entry("session-end", endMs), inner: "hooks" },
  ];
}

function variablesFor({ env }: ReadyDeps, { proxy, target, models }: Wish): readonly Change[] {
  const isOurs = models.listed.some(({ id, dialect }) => id === models.main && dialect === "gemini");
  const model = isOurs ? models.main : models.gemini;
  const values: Readonly<Record<string, string>> = {
    GOOGLE_GEMINI_BASE_URL: proxy.gemini,
    GEMINI_API_KEY: target.key.reveal(),
    GEMINI_API_KEY_AUTH_MECHANISM: "bearer",
    ...(model === undefined ? {} : { GEMINI_MODEL: model }),
    ...(target.caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: target.caFile }),
    ...withoutProxy(env),
  };
  // Other ways to Google's models would be taken in place of the key.
  const others = ["GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA", "GOOGLE_VERTEX_BASE_URL"];
  return [
    ...Object.entries(values).map(([name, value]): Change => ({ kind: "set", path: [name], value })),
    ...others.map((name): Change => ({ kind: "set", path: [name] })),
  ];
}

function folderOf(deps: ReadyDeps, scope: Scope): string {
  return scope.kind === "home" ? personsGemini(deps) : join(scope.folder, ".gemini");
}
