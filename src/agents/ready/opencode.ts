// OpenCode made ready: a plugin that asks for proxy, key and models at each start, and the MCP server in its configuration.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "../../platform/edits/changes.ts";
import { opencodeFolder, opencodeHooks } from "../hooks/opencode.ts";
import { modelReferences } from "../launch/opencode.ts";
import { readObject } from "../launch/read-object.ts";
import { mcpClientTitles } from "../mcp-client-names.ts";
import { foreignSettings } from "./foreign.ts";
import { mergedEdits } from "./merged-edits.ts";
import { detect } from "./presence.ts";
import { serverChange } from "./server.ts";
import type { ManagedAgent, ReadyDeps, ReadyPlan, Scope, Wish } from "./types.ts";

/** Sources: opencode.ai/docs, /config, /plugins, /mcp-servers. */
export const opencode: ManagedAgent = {
  id: "opencode",
  title: mcpClientTitles.opencode,
  page: "https://opencode.ai/docs",
  install: () => [{ by: "npm", command: ["npm", "install", "-g", "opencode-ai"] }],
  // A key in its configuration would be one that ends after an hour.
  modes: ["proxy", "wrapper"],
  scopes: ["home", "project"],
  gives: { models: true, server: true, skills: true },
  detect: (deps) => detect(deps, { programs: ["opencode"], configFolder: opencodeFolder }),
  foreign: (deps, { scope, serverName }) => {
    const file = configFile(deps, scope);
    return foreignSettings(deps, [
      { file, format: "json", path: ["model"], what: "model" },
      { file, format: "json", path: ["mcp", serverName], what: "server" },
    ]);
  },
  plan,
  clean: (deps) => opencodeHooks.clean(deps),
};

async function plan(deps: ReadyDeps, wish: Wish): Promise<ReadyPlan> {
  const { mode, scope } = wish;
  const server = serverChange(wish, ["mcp", wish.serverName], (command, args) => ({
    type: "local",
    command: [command, ...args],
    enabled: true,
  }));
  const edit = { file: configFile(deps, scope), format: "json", changes: server } as const;
  if (mode === "wrapper") return { edits: mergedEdits([edit]), files: [], leftovers: [], notes: [] };
  const [hooks, chosen] = await Promise.all([opencodeHooks.plan(deps, wish.target), modelChanges(edit.file, wish)]);
  const models = { ...edit, changes: chosen };
  if (scope.kind === "home") return { ...hooks, edits: mergedEdits([...hooks.edits, edit, models]) };
  // The same plugin in the project: it holds no secret, but where this program is.
  const file = join(scope.folder, ".opencode", "plugins", "mortar.js");
  const notes = [`${file} names this program by its place on this machine: keep it out of commits.`];
  const files = hooks.files.map((one) => ({ ...one, file }));
  return { edits: mergedEdits([edit, models]), files, leftovers: [], notes };
}

/** The plugin proposes models, and what the configuration names stands above it: a model of another provider goes. */
async function modelChanges(file: string, { models }: Wish): Promise<readonly Change[]> {
  const present = await readObject(file);
  const wanted = Object.entries(modelReferences(models, models.main));
  const isNamed = (name: string): boolean => name in present || (name === "model" && models.main !== undefined);
  return wanted.filter(([name]) => isNamed(name)).map(([name, value]) => ({ kind: "set", path: [name], value }));
}

/** The one that is there: both forms may hold comments. */
function configFile(deps: ReadyDeps, scope: Scope): string {
  const folder = scope.kind === "home" ? opencodeFolder(deps) : scope.folder;
  const withComments = join(folder, "opencode.jsonc");
  const plain = join(folder, "opencode.json");
  return existsSync(withComments) && !existsSync(plain) ? withComments : plain;
}
