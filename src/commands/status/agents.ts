// The agents of this machine, as `mortar status` knows them: found, their versions, and whether they are set up by us.
import { realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { hookedAgents, ownerOf } from "../../agents/hooks/plan.ts";
import { agents as launched } from "../../agents/launch/agents.ts";
import { managedAgents } from "../../agents/ready/catalog.ts";
import { recordedServerName } from "../../agents/ready/server.ts";
import type { Deps } from "../../platform/deps.ts";
import { listEdits } from "../../platform/edits/edits.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import type { RunProcess } from "../../platform/process.ts";
import { fittingMode } from "../../setup/agents.ts";
import { readSetup } from "../../setup/lasting.ts";

export interface AgentState {
  readonly name: string;
  readonly title: string;
  /** Its program, else its application; undefined where it is not on this machine. */
  readonly path: string | undefined;
  readonly version: string | undefined;
  readonly hooks: boolean;
  /** What `mortar setup` has made of it: how it comes to models; undefined where it was not set up. */
  readonly mode: string | undefined;
  /** The name of the MCP server that setup has put into it; undefined where there is none. */
  readonly server: string | undefined;
  /** It can be led to models of ours, by its settings or by our own command; others call their maker's. */
  readonly hasModels: boolean;
}

/** Starts only programs whose version is not known yet, and waits a moment for them. Throws as `readRecords`, `io`. */
export async function agentStates(deps: Deps): Promise<readonly AgentState[]> {
  const kept = await readKept(deps);
  const own = { ...deps, run: keptVersions(deps, kept) };
  const [edits, setup] = await Promise.all([listEdits(deps), readSetup(deps)]);
  const owners = new Set(edits.map(({ owner }) => owner.replace(/:.*$/, "")));
  const found = await Promise.all(
    managedAgents.map(async (agent): Promise<AgentState> => {
      const { program, app, version } = await agent.detect(own);
      const isSetUp = owners.has(`setup-${agent.id}`);
      return {
        name: agent.id,
        title: agent.title,
        path: program ?? app,
        version,
        hooks: hookedAgents.some((name) => name === agent.id && owners.has(ownerOf(name))),
        mode: isSetUp ? fittingMode(agent, setup.modes?.[agent.id] ?? setup.mode, { kind: "home" })?.mode : undefined,
        server: recordedServerName(edits, agent.id),
        hasModels: agent.gives.models || agent.id in launched,
      };
    }),
  );
  await keep(deps, kept);
  return found;
}

/** How long a program may take to say its version here, in milliseconds: a person waits for a glance. */
const limitMs = 1_500;

interface Kept {
  readonly versions: Map<string, string>;
  changed: boolean;
}

/** Asks a program for its version once, until its file changes: some take half a second to say it. */
function keptVersions(deps: Deps, kept: Kept): RunProcess {
  return async (command, options = {}) => {
    const mark = markOf(command);
    const known = mark === undefined ? undefined : kept.versions.get(mark);
    if (known !== undefined) return { exitCode: 0, stdout: known, stderr: "" };
    const result = await deps.run(command, { ...options, timeoutMs: limitMs });
    const version = /\d+\.\d+[\w.+-]*/.exec(result.stdout)?.[0];
    if (mark !== undefined && result.exitCode === 0 && version !== undefined) {
      kept.versions.set(mark, version);
      kept.changed = true;
    }
    return result;
  };
}

/** The file that is started, and when it last changed: packages set the time of their files to a fixed one, not this. */
function markOf(command: readonly string[]): string | undefined {
  try {
    const path = realpathSync(command.at(-2) ?? "");
    const { ctimeMs, size } = statSync(path);
    return `${path} ${ctimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

const most = 50;

function keptFile({ paths }: Deps): string {
  return join(paths.cache, "agent-versions.json");
}

async function readKept(deps: Deps): Promise<Kept> {
  const text = await readTextIfPresent(keptFile(deps)).catch(() => undefined);
  const value = text === undefined ? undefined : tryJson(text);
  const entries = isObject(value) ? Object.entries(value) : [];
  const versions = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { versions: new Map(versions), changed: false };
}

/** What cannot be kept is asked for again. */
async function keep(deps: Deps, { versions, changed }: Kept): Promise<void> {
  if (!changed) return;
  const newest = Object.fromEntries([...versions].slice(-most));
  await writeAtomic(keptFile(deps), JSON.stringify(newest)).catch(() => undefined);
}
