// Gemini CLI: a home of its own for this session, with the person's settings and history in it.
import { join } from "node:path";
import { isObject } from "../../platform/json.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import type { Agent, Launch, LaunchDeps, Prepared } from "./agent.ts";
import { trustFor } from "./environment.ts";
import { bringBack, linkHome, personsGemini, settingsFiles } from "./gemini-home.ts";
import { bareName, type AgentModels } from "./models.ts";
import { presentServers, serversToAdd } from "./present-server.ts";
import { parseObject, readObject } from "./read-object.ts";
import { changedText, type Change } from "./settings-text.ts";

export const gemini: Agent = {
  name: "gemini",
  title: "Gemini CLI",
  program: "gemini",
  install: "npm install -g @google/gemini-cli",
  sessions: [],
  prepare,
  close: bringBack,
};

/** Other ways to Google's models, which would be taken in place of the key. */
const others = ["GOOGLE_API_KEY", "GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA", "GOOGLE_VERTEX_BASE_URL"];

async function prepare(deps: LaunchDeps, launch: Launch): Promise<Prepared> {
  const { endpoint, models, folder, words } = launch;
  const home = personsGemini(deps);
  const [text, project, trust] = await Promise.all([
    readTextIfPresent(join(home, "settings.json")),
    readObject(join(deps.cwd, ".gemini", "settings.json")),
    trustFor(deps, launch, "NODE_EXTRA_CA_CERTS"),
  ]);
  const changes = changesFor(launch, [parseObject(text ?? ""), project]);
  return {
    words,
    env: {
      ...Object.fromEntries(others.map((name) => [name, undefined])),
      GEMINI_CLI_HOME: folder,
      GOOGLE_GEMINI_BASE_URL: endpoint.gemini,
      GEMINI_API_KEY: endpoint.key.reveal(),
      GEMINI_API_KEY_AUTH_MECHANISM: "bearer",
      ...(models.gemini === undefined ? {} : { GEMINI_MODEL: models.gemini }),
      ...trust.env,
    },
    files: [...settingsFiles(folder, changedText(text ?? "{}", changes), changes), ...trust.files],
    notes: models.gemini === undefined ? ["The workspace offers no Gemini model"] : [],
    open: () => linkHome(deps, folder),
  };
}

function changesFor({ models, server }: Launch, present: readonly Record<string, unknown>[]): readonly Change[] {
  const there = present.flatMap(({ mcpServers }) => presentServers(mcpServers));
  const added = serversToAdd(server, there, (command, args) => ({ command, args })) ?? {};
  return [
    // Without it a sign-in to Google that was chosen once is asked for again.
    { path: ["security", "auth", "selectedType"], value: "gemini-api-key" },
    ...Object.entries(added).map(([name, value]): Change => ({ path: ["mcpServers", name], value })),
    ...overrides(present[0], models),
  ];
}

/** What Gemini CLI asks on the side, by the names that it has for it, and its own names of models. */
const quick = [
  "classifier",
  "prompt-completion",
  "fast-ack-helper",
  "edit-corrector",
  "summarizer-default",
  "summarizer-shell",
  "gemini-2.5-flash-base",
  "gemini-3-flash-base",
  "gemini-3.5-flash-base",
];
const careful = [
  "loop-detection-double-check",
  "chat-compression-3-pro",
  "chat-compression-3-flash",
  "chat-compression-3.1-flash-lite",
  "chat-compression-2.5-pro",
  "chat-compression-2.5-flash",
  "chat-compression-2.5-flash-lite",
  "chat-compression-default",
  "agent-history-provider-summarizer",
];
const flashModels = [
  "gemini-2.5-flash",
  "gemini-2.5-flash-lite",
  "gemini-3-flash-preview",
  "gemini-3.1-flash-lite",
  "gemini-3.1-flash-lite-preview",
  "gemini-3.5-flash",
  "gemini-3.5-flash-lite",
  "gemini-3.8-flash",
];
const proModels = [
  "gemini-2.5-pro",
  "gemini-3-pro-preview",
  "gemini-3.1-pro-preview",
  "gemini-3.1-pro-preview-customtools",
];

/** Rules that put the workspace's models in the place of those: it knows none by the names that Google gives them. */
function overrides(settings: Record<string, unknown> | undefined, models: AgentModels): readonly Change[] {
  if (models.gemini === undefined) return [];
  const own = isObject(settings?.["modelConfigs"]) ? settings["modelConfigs"]["customOverrides"] : undefined;
  const value = [...modelRules(models), ...(Array.isArray(own) ? (own as unknown[]) : [])];
  return [{ path: ["modelConfigs", "customOverrides"], value }];
}

/** Each as an entry of `modelConfigs.customOverrides`; none where the workspace has no Gemini model. */
export function modelRules(models: AgentModels): readonly Readonly<Record<string, unknown>>[] {
  const { gemini: main, geminiFast = main } = models;
  if (main === undefined || geminiFast === undefined) return [];
  const here = new Set(models.listed.map(({ id }) => bareName(id)));
  const rule = (id: string) => (model: string) => ({ match: { model }, modelConfig: { model: id } });
  const missing = (model: string): boolean => !here.has(model.replaceAll(".", "-"));
  return [
    ...[...quick, ...flashModels.filter(missing)].map(rule(geminiFast)),
    ...[...careful, ...proModels.filter(missing)].map(rule(main)),
  ];
}
