// What is ours on this machine beside the settings of agents: key, state, caches, sign-ins.
import { existsSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { listLogins, loginName, removeLogin } from "../auth/token-store.ts";
import type { Deps } from "../platform/deps.ts";
import { missingFolders } from "../platform/edits/disk.ts";
import { listEdits } from "../platform/edits/edits.ts";
import { MortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";
import { withLock } from "../platform/lock.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";
import { findProxy } from "../proxy/lifecycle/find.ts";
import { forgetBraveKey } from "../proxy/web/brave-key.ts";
import { readRecord as readSkills } from "../skills/record.ts";

export interface Remains {
  /** Files and folders that go. */
  readonly paths: readonly string[];
  /** Folders that go if nothing is in them, the outermost first. */
  readonly folders: readonly string[];
  readonly kept: readonly { readonly what: string; readonly why: string }[];
}

/**
 * What we make, by its name: MORTAR_HOME may be a folder that a person has other things in, so nothing else is touched.
 * Locks of an emulator, keys of an MCP server and folders of sessions may be in use, and are not among it.
 */
const ours: Readonly<Record<"data" | "logs" | "run" | "cache", RegExp>> = {
  data: /^(?:proxy-key|settings\.json(?:\.broken)?|edits\.json|skills\.json|usage\.db(?:-wal|-shm)?|mortar-proxy\.xml)$/,
  logs: /^(?:proxy|credential-helper)\.log(?:\.\d+)?$/,
  run: /^(?:(?!emulator-)[\w-]+\.lck(?:-journal)?|proxy\.(?:json|out)|proxy-(?:leases|key|starting)|credential-helper\.sign-in|version-[0-9a-f]+)$/,
  cache:
    /^(?:families|models|hosts|tokens|completion|update\.json|update-look\.log|agent-versions\.json|codex-models-.+\.json|duckdb-[0-9a-f]{20})$/,
};

/** What a program that was killed while it wrote a file has left. */
const unfinished = /^\.[0-9a-f]{12}\.tmp$/;

const braveKey = "brave-search-key";

/** What is of use to who is signed in, and goes when that ends. */
const ofSignIn = new Set(["logins", braveKey, "made"]);

/** Why other things stay. */
const reasons: Readonly<Record<string, string>> = {
  logins: "the sign-ins: --sign-out forgets them",
  emulator: "the data of the emulator: mortar emulator reset, or delete it",
  completions: "the completion of your shell reads it: mortar completion uninstall",
  [braveKey]: "the key of Brave Search: --sign-out forgets it",
  made: "the record of what the tools have made in workspaces: --sign-out forgets it",
  bin: "Claude Desktop's credential helper: mortar desktop uninstall",
};

/** What there is. Reads only. */
export async function ownRemains(deps: Deps, { signOut }: { readonly signOut: boolean }): Promise<Remains> {
  const { data, cache, run } = deps.paths;
  const logs = join(data, "logs");
  const paths = await Promise.all([
    own(data, ours.data),
    own(logs, ours.logs),
    own(run, ours.run),
    own(cache, ours.cache),
    signOut ? ownOf(data, ofSignIn) : [],
  ]);
  const parts = [data, logs, run, cache, join(data, "logins"), join(run, "agents")];
  const kept: { readonly what: string; readonly why: string }[] = [];
  const edits = await listEdits(deps).catch(() => []);
  for (const name of await names(data)) {
    const path = join(data, name);
    const isOurs = ours.data.test(name) || unfinished.test(name) || (parts.includes(path) && !ofSignIn.has(name));
    if (isOurs || (signOut && ofSignIn.has(name))) continue;
    const isEmpty = (await readdir(path).catch(() => [""])).length === 0;
    // In a dry run what is on record is still there.
    const isOnRecord = edits.some(({ file }) => file.startsWith(path + sep));
    if (!isEmpty && !isOnRecord) kept.push({ what: path, why: reasons[name] ?? "it is not of a setup" });
  }
  if (!signOut && (await forgetBraveKey(deps, { dryRun: true })) && !kept.some(({ what }) => what.endsWith(braveKey)))
    kept.push({ what: "the key of Brave Search", why: "it is in the keyring: --sign-out forgets it" });
  // Their files are on somebody's record, and gone by then.
  const emptied = ["bin", "agents", join("agents", "codex")].map((name) => join(data, name));
  const made = await madeFolders(deps);
  return { paths: paths.flat(), folders: [...made, ...parts, ...emptied], kept };
}

async function own(folder: string, pattern: RegExp): Promise<readonly string[]> {
  const isOurs = (name: string): boolean => pattern.test(name) || unfinished.test(name);
  return (await names(folder)).filter(isOurs).map((name) => join(folder, name));
}

async function ownOf(folder: string, all: ReadonlySet<string>): Promise<readonly string[]> {
  return (await names(folder)).filter((name) => all.has(name)).map((name) => join(folder, name));
}

function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Throws `io`. */
export async function removeRemains(
  deps: Pick<Deps, "paths">,
  { paths, folders }: Pick<Remains, "paths" | "folders">,
): Promise<void> {
  for (const path of paths) {
    // Windows holds fast what an emulator has loaded; its engine is unpacked anew where it is missing.
    const isEngine = basename(path).startsWith("duckdb-");
    await rm(path, { recursive: true, force: true }).catch((cause: unknown) => {
      if (!isEngine)
        throw new MortarError("io", `Cannot remove ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
    });
  }
  // Locks that this run has made since. Beside anything else somebody may hold them.
  const left = await names(deps.paths.run);
  const isOver = left.every((name) => name.endsWith(".lck"));
  for (const name of isOver ? left : []) await rm(join(deps.paths.run, name), { force: true });
  // A folder within a folder comes first. What is not empty stays.
  const inner = [...new Set(folders)].toSorted((one, other) => other.length - one.length);
  for (const folder of inner) await rmdir(folder).catch(() => undefined);
}

/** Forgets every sign-in that we keep, and the key of the web search. Gives the profiles. Throws `io`. */
export async function signOutAll(
  deps: Deps,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const logins = await listLogins(deps);
  await forgetBraveKey(deps, { dryRun });
  for (const login of dryRun ? [] : logins) {
    const lock = `auth-${loginName(login)}`;
    await withLock(deps.paths.run, lock, { clock: deps.clock, signal }, () => removeLogin(deps, login));
  }
  return logins.map(({ profile, host }) => (profile === "" ? host : profile));
}

const section = "made";

/** The folders on the way to these, and they themselves, that are not there yet. */
export function foldersToMake(folders: readonly string[]): readonly string[] {
  return [...new Set(folders.flatMap((folder) => missingFolders(join(folder, "x"))))];
}

/**
 * Takes away what a look at the workspace has left in folders that were not there before it: a dry run, and a setup that
 * came to nothing, leave a home folder as it was. A sign-in that was made stays.
 */
export async function leaveNoTrace(deps: Deps, made: readonly string[]): Promise<void> {
  const { data, cache, run } = deps.paths;
  // Taking the lock would make them, beside somebody who has to know them as its own.
  if (!made.some((folder) => existsSync(folder))) return;
  const paths = [...(made.includes(cache) ? [cache] : []), ...(made.includes(data) ? await unused(deps) : [])];
  if (made.includes(data) || made.includes(cache)) {
    await removeRemains(deps, { paths, folders: [...made, join(data, "logs"), run] });
  }
}

/** Key, logs and state that nothing on this machine needs: another setup may have come to something meanwhile. */
async function unused(deps: Deps): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const none = (): readonly string[] => [];
  const look = async (): Promise<readonly string[]> => {
    const [edits, skills] = await Promise.all([listEdits(deps), readSkills(deps)]);
    const isUsed = edits.length > 0 || skills.size > 0 || (await findProxy(deps, signal)) !== undefined;
    return isUsed ? [] : (await ownRemains(deps, { signOut: false })).paths;
  };
  return withLock(deps.paths.run, "setup", { clock: deps.clock, signal, waitMs: 1_000 }, look).catch(none);
}

/** Keeps them for `ownRemains`. Throws `io`, `timeout`. */
export async function rememberMade(deps: Deps, folders: readonly string[]): Promise<void> {
  if (folders.length === 0) return;
  await updateSettings(deps, section, (present) => ({
    folders: [...new Set([...texts(present["folders"]), ...folders])],
  }));
}

/** None of them is taken away with anything in it. */
async function madeFolders(deps: Deps): Promise<readonly string[]> {
  return texts((await readSettings(deps, section))["folders"]);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
}
