// What is ours and on no record: the MCP server that `mortar mcp install` has put in, and settings whose record is lost.
import { join } from "node:path";
import { codexFolder } from "../agents/hooks/codex.ts";
import { claudeFolder } from "../agents/launch/claude-servers.ts";
import type { AppliedFile } from "../agents/ready/apply.ts";
import { managedAgents } from "../agents/ready/catalog.ts";
import { isOwnServer } from "../agents/ready/server.ts";
import type { ManagedAgentId, ReadyDeps } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { put, readExact } from "../platform/edits/disk.ts";
import { applyEdit, listEdits } from "../platform/edits/edits.ts";
import { formats, type FormatName } from "../platform/edits/formats.ts";
import { toMortarError } from "../platform/errors.ts";
import { isObject } from "../platform/json.ts";
import { requireHome } from "../platform/paths.ts";
import { readKey } from "../proxy/lifecycle/local-key.ts";

type ServerDeps = Pick<Deps, "env" | "paths" | "clock" | "cwd">;

interface Place {
  readonly agent: ManagedAgentId;
  readonly file: (deps: ServerDeps) => string;
  readonly format: "json" | "toml";
  readonly key: string;
}

/** The agents that have such a command. */
const places: readonly Place[] = [
  {
    agent: "claude",
    file: (deps) => {
      const isMoved = (deps.env["CLAUDE_CONFIG_DIR"] ?? "") !== "";
      return join(isMoved ? claudeFolder(deps) : requireHome(deps.paths), ".claude.json");
    },
    format: "json",
    key: "mcpServers",
  },
  { agent: "codex", file: (deps) => join(codexFolder(deps), "config.toml"), format: "toml", key: "mcp_servers" },
  {
    agent: "gemini",
    file: ({ env, paths }) => join(env["GEMINI_CLI_HOME"] || requireHome(paths), ".gemini", "settings.json"),
    format: "json",
    key: "mcpServers",
  },
];

/**
 * Takes out every entry that starts `mortar mcp serve` itself, whatever it is called; those with variables of the person's
 * stay. A file that cannot be understood is left, and named.
 */
export async function takeStrayServers(
  deps: ServerDeps,
  agents: readonly ManagedAgentId[] | undefined,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly AppliedFile[]> {
  const changed: AppliedFile[] = [];
  for (const place of places.filter(({ agent }) => agents === undefined || agents.includes(agent))) {
    const file = place.file(deps);
    try {
      const { parse, set } = formats[place.format];
      const names = namesIn(parse((await readExact(file)) ?? ""), place.key);
      if (names.length === 0) continue;
      const clean = (text: string): string => {
        const without = names.reduce((all, name) => set(all, [place.key, name], undefined), text);
        return isEmpty(parse(without)?.[place.key]) ? set(without, [place.key], undefined) : without;
      };
      await applyEdit(deps, { owner: "uninstall", file, format: place.format, changes: [], clean, dryRun });
      const isGone = !dryRun && (await removedWhereBare(file, place.format));
      changed.push({ file, status: isGone ? "removed" : "restored", kept: 0 });
    } catch (thrown) {
      changed.push({ file, status: "failed", kept: 0, reason: toMortarError(thrown).message });
    }
  }
  return changed;
}

/**
 * Takes out what is ours and on nobody's record: where that is lost, our key tells. A file that cannot be understood is
 * left, and named.
 */
export async function takeOrphans(
  deps: ReadyDeps & Pick<Deps, "log">,
  agents: readonly ManagedAgentId[] | undefined,
  { dryRun }: { readonly dryRun: boolean },
): Promise<readonly AppliedFile[]> {
  const changed: AppliedFile[] = [];
  const known = new Set((await listEdits(deps)).map(({ file }) => file));
  const wanted = managedAgents.filter(({ id }) => agents === undefined || agents.includes(id));
  const cleaned = await Promise.all(wanted.map(async (agent) => (await agent.clean(deps)).edits));
  const own = await Promise.all(cleaned.map((edits) => areOfThisHome(deps, edits)));
  const edits = cleaned.filter((_, index) => own[index]).flat();
  for (const { file, format, orphans } of edits) {
    if (orphans === undefined || known.has(file)) continue;
    try {
      const text = (await readExact(file)) ?? "";
      if (formats[format].parse(text) === undefined || orphans(text) === text) continue;
      await applyEdit(deps, { owner: "uninstall", file, format, changes: [], clean: orphans, dryRun });
      const isGone = !dryRun && (await removedWhereBare(file, format));
      changed.push({ file, status: isGone ? "removed" : "restored", kept: 0 });
    } catch (thrown) {
      changed.push({ file, status: "failed", kept: 0, reason: toMortarError(thrown).message });
    }
  }
  return changed;
}

/** With a home of its own for this program the record of another may be whole: there the agent has to have this one's key. */
async function areOfThisHome(
  deps: Pick<Deps, "env" | "os" | "paths" | "log">,
  edits: readonly { readonly file: string }[],
): Promise<boolean> {
  if ((deps.env["MORTAR_HOME"] ?? "") === "") return true;
  const key = (await readKey(deps))?.reveal();
  if (key === undefined) return false;
  const texts = await Promise.all(edits.map(({ file }) => readExact(file).catch(() => undefined)));
  return texts.some((text) => text?.includes(key) === true);
}

/** A file that was made for what is gone, and says nothing any more. */
async function removedWhereBare(file: string, format: FormatName): Promise<boolean> {
  const left = await readExact(file);
  const isBare = left !== undefined && !/[/#]/.test(left) && isEmpty(formats[format].parse(left) ?? {});
  if (isBare) await put(file, undefined);
  return isBare;
}

function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function namesIn(settings: Readonly<Record<string, unknown>> | undefined, key: string): readonly string[] {
  const servers = settings?.[key];
  return isObject(servers) ? Object.keys(servers).filter((name) => isOwnServer(servers[name])) : [];
}
