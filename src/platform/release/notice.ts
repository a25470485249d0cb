// The word that a newer version is out: said at most once a day, from what an earlier look found. No command waits for a
// look: it happens in a process of its own.
import { join } from "node:path";
import type { Deps, Environment } from "../deps.ts";
import { startInBackground } from "../background.ts";
import { readTextIfPresent, writeAtomic } from "../files.ts";
import { isObject } from "../json.ts";
import { selfCommand } from "../process.ts";
import { isUpdate, parseVersion } from "./version.ts";

const dayMs = 86_400_000;

/** Environment variables that say that this is an automatic build: there nobody reads notices. */
const buildServers = ["CI", "GITHUB_ACTIONS", "TF_BUILD", "BUILD_NUMBER", "TEAMCITY_VERSION", "CODEBUILD_BUILD_ID"];

/** Whether the person has switched looking for updates off. Under an older name these switch `update` off too. */
export function isSwitchedOff(env: Environment): boolean {
  return ["MORTAR_NO_UPDATE_CHECK", "DATABRICKS_NO_UPDATE_CHECK"].some((name) => isOn(env[name]));
}

/** Whether a notice may be shown at all, as far as the environment says. */
export function mayNotice(env: Environment): boolean {
  return !isSwitchedOff(env) && !buildServers.some((name) => isOn(env[name]));
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false", "no", "off"].includes(value.toLowerCase());
}

interface NoticeState {
  /** When the feed was last asked, and when a notice was last shown; milliseconds since the epoch. */
  readonly askedAt: number | undefined;
  readonly shownAt: number | undefined;
  readonly latest: string | undefined;
}

export interface Noticing {
  /** The running version. */
  readonly version: string;
  /** Words after the program's name that make it look and call `rememberLatest`. */
  readonly look: readonly string[];
}

/**
 * What a command does at its end on a terminal: writes one line when a newer version is known and none was written for a
 * day, and starts a look at the feed when there was none for a day. Never throws and never waits for the network.
 */
export async function scheduleUpdateNotice(deps: Deps, { version, look }: Noticing): Promise<void> {
  try {
    const state = await readState(deps);
    const now = deps.clock.now();
    const isDue = state.latest !== undefined && isUpdate(version, state.latest) && isOld(state.shownAt, now);
    const isStale = isOld(state.askedAt, now);
    if (!isDue && !isStale) return;
    await writeState(deps, {
      latest: state.latest,
      shownAt: isDue ? now : state.shownAt,
      askedAt: isStale ? now : state.askedAt,
    });
    if (isDue) deps.stderr.write(`\nmortar ${state.latest} is out; this is ${version}. To update: mortar update\n`);
    if (!isStale) return;
    const [program, ...words] = selfCommand();
    const logFile = join(deps.paths.cache, "update-look.log");
    await startInBackground([program, ...words, ...look], { env: deps.env, cwd: deps.paths.cache, logFile });
  } catch (thrown) {
    deps.log.debug(`no look for updates: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

/** The newest version that an earlier look found; undefined where none has. Asks nobody. Throws `io`. */
export async function knownLatest(deps: Pick<Deps, "paths">): Promise<string | undefined> {
  return (await readState(deps)).latest;
}

/** Keeps what the feed said for the next notice. Throws `io`. */
export async function rememberLatest(deps: Pick<Deps, "paths" | "clock">, latest: string): Promise<void> {
  await writeState(deps, { ...(await readState(deps)), latest, askedAt: deps.clock.now() });
}

/** Old, or from a future that a wrong clock made up. */
function isOld(atMs: number | undefined, nowMs: number): boolean {
  return atMs === undefined || atMs > nowMs || nowMs - atMs >= dayMs;
}

/** What is kept; a file that is not ours, or broken, counts as none. */
async function readState({ paths }: Pick<Deps, "paths">): Promise<NoticeState> {
  const text = await readTextIfPresent(statePath(paths.cache));
  const kept = text === undefined ? undefined : parse(text);
  const number = (name: string): number | undefined => {
    const value = kept?.[name];
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  const latest = kept?.["latest"];
  return {
    askedAt: number("asked_at"),
    shownAt: number("shown_at"),
    latest: typeof latest === "string" ? parseVersion(latest) : undefined,
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function writeState({ paths }: Pick<Deps, "paths">, state: NoticeState): Promise<void> {
  const { askedAt, shownAt, latest } = state;
  await writeAtomic(statePath(paths.cache), `${JSON.stringify({ asked_at: askedAt, shown_at: shownAt, latest })}\n`);
}

function statePath(cache: string): string {
  return join(cache, "update.json");
}
