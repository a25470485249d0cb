// Codex made ready: a provider, its models with what Codex has to know of them, hooks, and the MCP server.
import { codexServerVariables } from "../codex-variables.ts";
import { join } from "node:path";
import type { Change } from "../../platform/edits/changes.ts";
import { codexFolder, codexHooks, codexProvider, withoutOlderConfig } from "../hooks/codex.ts";
import type { HookEdit } from "../hooks/plan.ts";
import { catalogFile } from "../launch/codex-catalog.ts";
import { withoutProxy } from "../launch/environment.ts";
import { mcpClientTitles } from "../mcp-client-names.ts";
import { foreignSettings, type Candidate } from "./foreign.ts";
import { mergedEdits } from "./merged-edits.ts";
import { detect } from "./presence.ts";
import { serverChange } from "./server.ts";
import type { ForeignWish, ManagedAgent, ReadyDeps, ReadyPlan, Scope, Wish } from "./types.ts";

/** Sources: developers.openai.com/codex/cli, /config-reference, /config-advanced (providers, their auth, projects). */
export const codex: ManagedAgent = {
  id: "codex",
  title: mcpClientTitles.codex,
  page: "https://developers.openai.com/codex/cli",
  install: (os) => [
    ...(os === "darwin" ? [{ by: "brew", command: ["brew", "install", "--cask", "codex"] } as const] : []),
    { by: "npm", command: ["npm", "install", "-g", "@openai/codex"] },
  ],
  modes: ["proxy", "helper", "wrapper"],
  scopes: ["home", "project"],
  gives: { models: true, server: true, skills: true },
  detect: (deps) => detect(deps, { programs: ["codex"], configFolder: codexFolder }),
  foreign: (deps, wish) => foreignSettings(deps, candidates(deps, wish)),
  plan,
  clean: (deps) => codexHooks.clean(deps),
};

const timeoutMs = 10_000;

const serverEntry = (command: string, args: readonly string[]): unknown => ({
  command,
  args,
  env_vars: codexServerVariables,
});

function candidates(deps: ReadyDeps, { scope, serverName }: ForeignWish): readonly Candidate[] {
  const file = configFile(deps, scope);
  const one = (path: readonly string[], what: Candidate["what"]): Candidate => ({ file, format: "toml", path, what });
  return [
    ...(scope.kind === "project" ? [] : [one(["model_provider"], "provider"), one(["model"], "model")]),
    one(["mcp_servers", serverName], "server"),
  ];
}

async function plan(deps: ReadyDeps, wish: Wish): Promise<ReadyPlan> {
  const file = configFile(deps, wish.scope);
  const server: HookEdit = {
    file,
    format: "toml",
    changes: serverChange(wish, ["mcp_servers", wish.serverName], serverEntry),
  };
  if (wish.scope.kind === "project") {
    return { edits: mergedEdits([server]), files: [], leftovers: [], notes: projectNotes(wish) };
  }
  if (wish.mode === "wrapper") return { edits: mergedEdits([server]), files: [], leftovers: [], notes: [] };
  const base = wish.mode === "proxy" ? await codexHooks.plan(deps, wish.target) : helperPlan(deps, wish);
  const folder = join(deps.paths.data, "agents", "codex");
  const program = (await codex.detect(deps)).program ?? "codex";
  const catalog = await catalogFile(deps, { models: wish.models, program, folder });
  const model = modelOf(wish);
  const models: readonly Change[] = [
    ...(model === undefined ? [] : [{ kind: "set", path: ["model"], value: model } as const]),
    ...(catalog === undefined ? [] : [{ kind: "set", path: ["model_catalog_json"], value: catalog.path } as const]),
  ];
  return {
    ...base,
    edits: mergedEdits([
      ...base.edits,
      { file, format: "toml", changes: models },
      server,
      { file: join(codexFolder(deps), ".env"), format: "env", changes: besideProxy(deps) },
    ]),
    // Ours alone, and of any age.
    files: catalog === undefined ? [] : [{ file: catalog.path, content: catalog.content, mayReplace: () => true }],
  };
}

/** Codex asks this program for each token. */
function helperPlan(deps: ReadyDeps, { helper, helperTtlMs, gateway }: Wish): ReadyPlan {
  const [command, ...args] = helper;
  const value = {
    name: "Databricks",
    base_url: gateway.responses,
    wire_api: "responses",
    http_headers: { "x-databricks-use-coding-agent-mode": "true" },
    auth: { command, args, timeout_ms: timeoutMs, refresh_interval_ms: helperTtlMs },
  };
  const changes: readonly Change[] = [
    { kind: "set", path: ["model_provider"], value: codexProvider },
    { kind: "set", path: ["model_providers", codexProvider], value },
  ];
  const file = configFile(deps, { kind: "home" });
  return { edits: [{ file, format: "toml", changes, clean: withoutOlderConfig }], files: [], leftovers: [], notes: [] };
}

/** The person's own word where it is a model of this dialect. */
function modelOf({ models }: Wish): string | undefined {
  const isOurs = models.listed.some(({ id, dialect }) => id === models.main && dialect === "responses");
  return isOurs ? models.main : models.codex;
}

/** Codex takes variables from a file of its own, save those that begin with its name. */
function besideProxy({ env }: ReadyDeps): readonly Change[] {
  return Object.entries(withoutProxy(env)).map(([name, value]): Change => ({ kind: "set", path: [name], value }));
}

function projectNotes({ mode }: Wish): readonly string[] {
  const trust = "Codex reads a project's settings when you have trusted the project: start codex in it once.";
  if (mode === "wrapper") return [trust];
  return [trust, "Codex takes no provider from a project's settings: for the models start it there with mortar codex."];
}

function configFile(deps: ReadyDeps, scope: Scope): string {
  return join(scope.kind === "home" ? codexFolder(deps) : join(scope.folder, ".codex"), "config.toml");
}
