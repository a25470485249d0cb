// What is ours on this machine beside the settings of agents: key, state, caches, sign-ins.
import { existsSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { listLogins, loginName, removeLogin } from "../auth/token-store.ts";
import type { Deps } from "../platform/deps.ts";
import { missingFolders } from "../platform/edits/disk.ts";
import { withLock } from "../platform/lock.ts";
import { readSettings, updateSettings } from "../platform/settings.ts";

export interface Remains {
  /** Files and folders that go. */
  readonly paths: readonly string[];
  /** Folders that go if nothing is in them, the outermost first. */
  readonly folders: readonly string[];
  readonly kept: readonly { readonly what: string; readonly why: string }[];
}

/** In the data folder: what a proxy and a setup have made. */
const state = [
  "proxy-key",
  "settings.json",
  "settings.json.broken",
  "edits.json",
  "skills.json",
  "usage.db",
  "usage.db-wal",
  "usage.db-shm",
  "logs",
  "mortar-proxy.xml",
];

/** Why other things stay. */
const reasons: Readonly<Record<string, string>> = {
  logins: "the sign-ins: --sign-out forgets them",
  emulator: "the data of the emulator: mortar emulator reset, or delete it",
  completions: "the completion of your shell reads it: mortar completion uninstall",
  bin: "Claude Desktop's credential helper: mortar desktop uninstall",
};

/** What there is. Reads only. */
export async function ownRemains(deps: Deps, { signOut }: { readonly signOut: boolean }): Promise<Remains> {
  const { data, cache, run } = deps.paths;
  const paths = state.map((name) => join(data, name)).filter((path) => existsSync(path));
  const goes = (name: string): boolean => !name.startsWith("emulator-");
  const running = (await readdir(run).catch(() => [])).filter((name) => goes(name)).map((name) => join(run, name));
  const cached = (await readdir(cache).catch(() => [])).map((name) => join(cache, name));
  const own = new Set([...state, "run", "cache", ...(signOut ? ["logins"] : [])]);
  const others = (await readdir(data).catch(() => [])).filter((name) => !own.has(name));
  const kept: { readonly what: string; readonly why: string }[] = [];
  for (const name of others) {
    const path = join(data, name);
    const isEmpty = (await readdir(path).catch(() => [""])).length === 0;
    if (!isEmpty) kept.push({ what: path, why: reasons[name] ?? "it is not of a setup" });
  }
  const logins = signOut ? [join(data, "logins")].filter((path) => existsSync(path)) : [];
  const made = await madeFolders(deps);
  return { paths: [...paths, ...running, ...cached, ...logins], folders: [...made, data, cache, run], kept };
}

/** Throws `io`. */
export async function removeRemains(
  deps: Pick<Deps, "paths">,
  { paths, folders }: Pick<Remains, "paths" | "folders">,
): Promise<void> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
  // Locks that this run has made since. Beside anything else somebody may hold them.
  const left = await readdir(deps.paths.run).catch(() => []);
  const isOver = left.every((name) => name.endsWith(".lck"));
  for (const name of isOver ? left : []) await rm(join(deps.paths.run, name), { force: true });
  const empty = join(deps.paths.data, "logins");
  for (const folder of [...folders, empty].toReversed()) await rmdir(folder).catch(() => undefined);
}

/** Forgets every sign-in that we keep. Gives the profiles. Throws `io`. */
export async function signOutAll(
  deps: Deps,
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const logins = await listLogins(deps);
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
export async function leaveNoTrace(deps: Pick<Deps, "paths">, made: readonly string[]): Promise<void> {
  const { data, cache, run } = deps.paths;
  const paths = made.includes(cache) ? [cache] : [];
  if (made.includes(data) || made.includes(cache)) await removeRemains(deps, { paths, folders: [...made, run] });
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
