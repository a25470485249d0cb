// From the release feed to a new program in place of the running one: ask, fetch, verify, try, replace; and the way back.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../deps.ts";
import { MortarError } from "../errors.ts";
import { writeAtomic } from "../files.ts";
import { withLock } from "../lock.ts";
import { readArchive } from "./archive.ts";
import { download, type DownloadLimits } from "./download.ts";
import { parseFeed, type Release } from "./feed.ts";
import type { Install } from "./install-method.ts";
import { verifyMinisign, type PublicKey } from "./minisign.ts";
import { findPrevious, placeBeside, renewLinks, replaceProgram, takePrevious } from "./replace.ts";
import { parseSums, sha256 } from "./sums.ts";
import { archiveFolder, archiveName, programName, signatureName, sumsName, type Target } from "./targets.ts";

const feedLimits: DownloadLimits = { sizeBytes: 1_000_000, idleMs: 10_000, totalMs: 20_000 };
const listLimits: DownloadLimits = { sizeBytes: 64_000, idleMs: 15_000, totalMs: 30_000 };
const archiveLimits: DownloadLimits = { sizeBytes: 300_000_000, idleMs: 30_000, totalMs: 1_800_000 };

/** The newest release that the feed names. Throws `unreachable`, `timeout`, `bad_response`, `too_large`, `not_found`. */
export async function askFeed(
  deps: Pick<Deps, "fetch">,
  address: URL,
  signal: AbortSignal,
  limits = feedLimits,
): Promise<Release> {
  const bytes = await download(deps, address, { ...limits, signal });
  return parseFeed(new TextDecoder().decode(bytes), address);
}

export interface Wanted {
  readonly release: Release;
  readonly target: Target;
  /** Keys of which one must have signed the release. */
  readonly keys: readonly PublicKey[];
  readonly signal: AbortSignal;
  readonly onProgress?: (receivedBytes: number, totalBytes: number | undefined) => void;
  /** Shorter ones serve tests. */
  readonly limits?: DownloadLimits;
}

/** A release's archive, after its signature and its checksum were found right. */
export interface Verified {
  readonly version: string;
  readonly program: Uint8Array;
  /** All files of the archive, by path below its one folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Fetches a release and checks it: the list of checksums is signed by one of `keys`, was signed for this version, and has
 * the archive's hash. Writes nothing. Throws `check_failed` when any of that is not so, and what `download` throws.
 */
export async function fetchVerified(deps: Pick<Deps, "fetch">, wanted: Wanted): Promise<Verified> {
  const { release, target, keys, signal } = wanted;
  const { version } = release;
  const limits = wanted.limits ?? listLimits;
  const list = await download(deps, release.fileUrl(sumsName), { ...limits, signal });
  const signature = await download(deps, release.fileUrl(signatureName), { ...limits, signal });
  const comment = verifyMinisign(list, new TextDecoder().decode(signature), keys);
  if (comment !== `mortar ${version}`) {
    throw new MortarError("check_failed", `The feed offers ${version}, and the signature is for ${comment}`);
  }
  const name = archiveName(version, target);
  const hash = parseSums(new TextDecoder().decode(list)).get(name);
  if (hash === undefined) {
    throw new MortarError("not_found", `Release ${version} has no archive for ${target}`, {
      hint: "The version that is installed stays as it is.",
    });
  }
  const bytes = await download(deps, release.fileUrl(name), {
    ...(wanted.limits ?? archiveLimits),
    signal,
    onProgress: wanted.onProgress,
  });
  if (sha256(bytes) !== hash) {
    throw new MortarError("check_failed", `${name} does not have the checksum that its release was signed with`, {
      hint: "Nothing was changed. The download was damaged or tampered with; try again, or on another network.",
    });
  }
  const folder = `${archiveFolder(version, target)}/`;
  const files = new Map([...readArchive(name, bytes)].map(([path, content]) => [path.replace(folder, ""), content]));
  const program = files.get(programName(target));
  if (program === undefined) throw new MortarError("bad_response", `${name} holds no program`);
  return { version, program, files };
}

export interface Replaced {
  /** The version that runs from now on. */
  readonly version: string;
  /** Where the program that was replaced is kept. */
  readonly previous: string;
  /** Files and links that stayed as they were, because they could not be written. */
  readonly left: readonly string[];
}

/**
 * Puts a verified program in the place of the running one. It is started once with `--version` first: a program that does
 * not run here replaces nothing. One process at a time does this. Throws `permission_denied`, `io`, `check_failed`.
 */
export async function installVerified(
  deps: Deps,
  install: Install,
  verified: Verified,
  signal: AbortSignal,
): Promise<Replaced> {
  return alone(deps, signal, async () => {
    const fresh = await placeBeside(install.path, verified.program);
    try {
      const runs = await versionOf(deps, fresh, signal);
      if (runs !== verified.version) {
        throw new MortarError("check_failed", `The new program does not run here as version ${verified.version}`);
      }
      const previous = await replaceProgram(install.path, fresh, deps.os);
      const left = [...(await renewFiles(install, verified)), ...(await relink(deps, install))];
      return { version: verified.version, previous, left };
    } finally {
      await rm(fresh, { force: true }).catch(() => undefined);
    }
  });
}

/** Puts the program that the last update kept back in place, and keeps the present one. Throws `not_found`, and as above. */
export async function rollBack(deps: Deps, install: Install, signal: AbortSignal): Promise<Replaced> {
  return alone(deps, signal, async () => {
    const { path, version } = await requirePrevious(deps, install, signal);
    const fresh = await takePrevious(install.path, path);
    const previous = await replaceProgram(install.path, fresh, deps.os);
    return { version, previous, left: await relink(deps, install) };
  });
}

/** The kept program and its version. Throws `not_found` when there is none, or none that runs. */
export async function requirePrevious(
  deps: Deps,
  install: Install,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly version: string }> {
  const path = await findPrevious(install.path, deps.os);
  const version = path === undefined ? undefined : await versionOf(deps, path, signal);
  if (path !== undefined && version !== undefined) return { path, version };
  throw new MortarError("not_found", `There is no earlier program beside ${install.path}`, {
    hint: "mortar update keeps the program that it replaces, and only that one.",
  });
}

async function versionOf(deps: Deps, program: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { stdout } = await deps.run([program, "--version"], { env: deps.env, signal, timeoutMs: 30_000 });
    return /^mortar (\S+)\s*$/.exec(stdout)?.[1];
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof MortarError) return undefined;
    throw thrown;
  }
}

/** Man pages and completion scripts of the new version, where the install script put the old ones. */
async function renewFiles({ receipt }: Install, { files }: Verified): Promise<string[]> {
  const left: string[] = [];
  for (const { path, source } of receipt?.files ?? []) {
    const content = files.get(source);
    const place = join(receipt?.prefix ?? "", path);
    if (content === undefined) continue;
    try {
      await writeAtomic(place, content, { mode: 0o644 });
    } catch {
      left.push(place);
    }
  }
  return left;
}

function relink({ os }: Deps, { path, receipt }: Install): Promise<string[]> {
  const links = (receipt?.links ?? []).map((link) => join(receipt?.prefix ?? "", link));
  return renewLinks(path, links, os);
}

function alone<T>(deps: Deps, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return withLock(deps.paths.run, "update", { clock: deps.clock, signal, waitMs: 0 }, work);
}
