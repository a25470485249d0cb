// In which folders of skills the agents look that a setup has made ready, so that none loses what another one leaves.
import { dirname } from "node:path";
import { mcpClientNames } from "../agents/mcp-client-names.ts";
import type { ManagedAgentId, Scope } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { listEdits } from "../platform/edits/edits.ts";
import { readsSharedFolder, skillsFolder } from "../skills/places.ts";
import type { InstalledSkill } from "../skills/record.ts";
import { readSetup } from "./lasting.ts";

interface Ready {
  readonly id: ManagedAgentId;
  readonly scope: Scope;
}

/**
 * Which skills go with these agents, all of them without any: those of the folders that they read and no agent that stays
 * does. Called before the settings are taken back, whose records say who is set up where.
 */
export async function skillsToTake(
  deps: Deps,
  agents: readonly ManagedAgentId[] | undefined,
): Promise<(skill: InstalledSkill) => boolean> {
  if (agents === undefined) return () => true;
  const ready = await readyAgents(deps);
  const going = ready.filter(({ id }) => agents.includes(id));
  const staying = ready.filter(({ id }) => !agents.includes(id));
  // Skills may have been put there by hand, where no setup was.
  const here = agents.flatMap((id) => (["user", "project"] as const).map((scope) => skillsFolder(id, scope, deps)));
  const own = new Set([...here, ...going.flatMap((one) => foldersOf(deps, one))]);
  const others = new Set(staying.flatMap((one) => foldersOf(deps, one)));
  return ({ folder }) => own.has(dirname(folder)) && !others.has(dirname(folder));
}

async function readyAgents(deps: Deps): Promise<readonly Ready[]> {
  const recorded = (await listEdits(deps)).flatMap(({ owner }): Ready[] => {
    const [, name, folder] = /^setup-([a-z]+)(?::(.+))?$/s.exec(owner) ?? [];
    const id = mcpClientNames.find((one) => one === name);
    if (id === undefined) return [];
    return [{ id, scope: folder === undefined ? { kind: "home" } : { kind: "project", folder } }];
  });
  // One without an edit has its skills all the same.
  const { agents = [], scope = { kind: "home" } } = await readSetup(deps);
  return [...recorded, ...agents.map((id) => ({ id, scope }))];
}

function foldersOf(deps: Deps, { id, scope }: Ready): readonly string[] {
  const place = scope.kind === "home" ? deps : { ...deps, cwd: scope.folder };
  const kind = scope.kind === "home" ? "user" : "project";
  const shared = readsSharedFolder(id) ? [skillsFolder("agents", kind, place)] : [];
  return [skillsFolder(id, kind, place), ...shared];
}
