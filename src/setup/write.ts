// Carries a plan out: all agents and their skills, or nothing of it.
import { rmdir, stat } from "node:fs/promises";
import { applyReady, previewReady, type AppliedFile } from "../agents/ready/apply.ts";
import type { ManagedAgentId } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { missingFolders, openMode, put, readExact } from "../platform/edits/disk.ts";
import { recordPath } from "../platform/edits/record.ts";
import { toMortarError } from "../platform/errors.ts";
import { withLock } from "../platform/lock.ts";
import { ensureProxy } from "../proxy/lifecycle/start.ts";
import { stopProxy } from "../proxy/lifecycle/stop.ts";
import { skillAgentNames } from "../skills/agent-names.ts";
import { skillsOfSets } from "../skills/find.ts";
import { installSkills, removeSkills, type SkillChange, type SkillTarget } from "../skills/manage.ts";
import { builtInPackage } from "../skills/package.ts";
import { readRecord as readSkills } from "../skills/record.ts";
import { skillTargets } from "../skills/targets.ts";
import { planAgents, type Chosen, type Ground } from "./plan.ts";
import { foldersToMake, rememberMade } from "./remains.ts";
import { proxyTarget } from "./target.ts";

export interface WriteRequest {
  readonly chosen: readonly Chosen[];
  readonly ground: Ground;
  readonly skills: boolean;
  /** Folders around ours that were not there when this began. */
  readonly made: readonly string[];
  readonly version: string;
  readonly signal: AbortSignal;
  /** Keeps what this setup was told, as long as nobody else can take it back. */
  readonly remember: () => Promise<void>;
}

export interface WrittenAgent {
  readonly agent: ManagedAgentId;
  readonly files: readonly AppliedFile[];
  readonly notes: readonly string[];
}

export interface Written {
  readonly agents: readonly WrittenAgent[];
  readonly skills: readonly SkillChange[];
}

const waitMs = 120_000;

/**
 * One setup at a time on this machine. Where one file cannot be written, every other is as it was before. Throws as
 * `applyReady` and `installSkills`, and `timeout` where another setup takes too long.
 */
export async function writeAll(deps: Deps, request: WriteRequest): Promise<Written> {
  const { signal, chosen, ground } = request;
  return withLock(deps.paths.run, "setup", { clock: deps.clock, signal, waitMs }, async () => {
    // Where its port belongs to another program it takes another one, and that is what the settings have to name.
    const isProxied = chosen.some(({ mode }) => mode === "proxy");
    const ensured = isProxied ? await ensureProxy(deps, { kind: "demand" }, { signal }) : undefined;
    const proxy = await proxyTarget(deps, { profile: ground.profile, planned: false, signal });
    const plans = await planAgents(deps, chosen, { ground, proxy });
    const undo = await snapshot(
      deps,
      plans.flatMap(({ previews }) => previews.map(({ file }) => file)),
    );
    const agents: WrittenAgent[] = [];
    const folders = request.skills ? targetsFor(deps, request).map(({ folder }) => folder) : [];
    const made = foldersToMake(folders);
    const skillsBefore = new Set((await readSkills(deps)).keys());
    try {
      for (const { agent, wish } of plans) {
        signal.throwIfAborted();
        // The files of an agent before it may be this one's too.
        const files = (await previewReady(deps, agent, wish)).map(({ file }) => file);
        await undo.add(files);
        agents.push({ agent: agent.id, ...(await applyReady(deps, agent, wish, { dryRun: false })) });
      }
      await rememberMade(deps, [...request.made, ...made]);
      const skills = request.skills ? await skillsFor(deps, request, false) : [];
      await request.remember();
      return { agents: await undo.compared(agents), skills };
    } catch (thrown) {
      await takeBackSkills(deps, skillsBefore, request.version);
      await undo.restore();
      for (const folder of made.toReversed()) await rmdir(folder).catch(() => undefined);
      // Nobody else has it yet.
      if (ensured?.how === "started") await endProxy(deps);
      throw thrown;
    }
  });
}

/** Puts the skills that ship with this program into the folders of the agents. */
export async function skillsFor(
  deps: Deps,
  request: Omit<WriteRequest, "remember">,
  dryRun: boolean,
): Promise<readonly SkillChange[]> {
  const { version, signal } = request;
  const targets = targetsFor(deps, request);
  if (targets.length === 0) return [];
  const packages = await Promise.all(skillsOfSets([]).map(({ name }) => builtInPackage(name)));
  return installSkills(packages, targets, { deps, signal, dryRun, version });
}

function targetsFor(deps: Deps, { chosen, ground }: Pick<WriteRequest, "chosen" | "ground">): readonly SkillTarget[] {
  const names = skillAgentNames.filter((name) => chosen.some(({ agent }) => agent.gives.skills && agent.id === name));
  const { scope } = ground;
  const place = scope.kind === "home" ? deps : { ...deps, cwd: scope.folder };
  return skillTargets(names, [scope.kind === "home" ? "user" : "project"], place);
}

async function endProxy(deps: Deps): Promise<void> {
  const { signal } = new AbortController();
  await stopProxy(deps, { now: true, signal }).catch((thrown: unknown) => deps.log.warn(toMortarError(thrown).message));
}

/** Those that are on record since. */
async function takeBackSkills(deps: Deps, before: ReadonlySet<string>, version: string): Promise<void> {
  const { signal } = new AbortController();
  const options = { deps, signal, dryRun: false, version };
  await removeSkills(({ folder }) => !before.has(folder), options).catch((thrown: unknown) =>
    deps.log.warn(toMortarError(thrown).message),
  );
}

interface Before {
  readonly text: string | undefined;
  readonly mode: number | undefined;
  readonly folders: readonly string[];
}

interface Undo {
  add(files: readonly string[]): Promise<void>;
  restore(): Promise<void>;
  /** With what is as it was told so: of a file that agents share, one may have undone what the other did. */
  compared(agents: readonly WrittenAgent[]): Promise<readonly WrittenAgent[]>;
}

/** Files as they are now, byte for byte, to be brought back. */
async function snapshot(deps: Deps, files: readonly string[]): Promise<Undo> {
  const all = new Map<string, Before>();
  const add = async (more: readonly string[]): Promise<void> => {
    for (const file of more) {
      if (all.has(file)) continue;
      all.set(file, { text: await readExact(file), mode: await openMode(file), folders: missingFolders(file) });
    }
  };
  await add([recordPath(deps), ...files]);
  const isAsBefore = async (file: string): Promise<boolean> =>
    all.has(file) && all.get(file)?.text === (await readExact(file));
  const compare = async (one: AppliedFile): Promise<AppliedFile> =>
    one.status !== "unchanged" && (await isAsBefore(one.file)) ? { ...one, status: "unchanged" } : one;
  return {
    add,
    compared: (agents) =>
      Promise.all(agents.map(async (agent) => ({ ...agent, files: await Promise.all(agent.files.map(compare)) }))),
    restore: async () => {
      for (const [file, { text, mode, folders }] of [...all].toReversed()) {
        const now = await readExact(file).catch(() => undefined);
        const isSame = now === text && (mode === undefined || (await stat(file)).mode % 0o1000 === mode);
        if (isSame) continue;
        const options = { folders, ...(mode === undefined ? {} : { mode, forceMode: true }) };
        await put(file, text, options).catch((thrown: unknown) => deps.log.warn(toMortarError(thrown).message));
      }
    },
  };
}
