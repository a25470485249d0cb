// Which program goes up: a Linux x64 one, whatever machine this is.
import { open, realpath } from "node:fs/promises";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import { feedAddress } from "../../platform/release/feed.ts";
import type { PublicKey } from "../../platform/release/minisign.ts";
import type { Target } from "../../platform/release/targets.ts";
import { askFeed, fetchVerified } from "../../platform/release/update.ts";

export interface ProgramWish {
  /** A file that the person names; it wins. */
  readonly binary: string | undefined;
  /** The file of the running program; undefined where it runs from source. */
  readonly running: string | undefined;
  /** Where releases are, by a flag. */
  readonly feed: string | undefined;
  readonly repository: string | undefined;
  /** Keys of which one signs releases; none for a build that is no release. */
  readonly keys: readonly PublicKey[];
  readonly version: string;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export interface Program {
  readonly content: Blob;
  /** For people: a path, or the release that it came from. */
  readonly from: string;
}

const target: Target = "linux-x64";

/**
 * Throws `not_found` and `invalid_input` for a file that is none or is for another machine, `config_missing` where there is no
 * program to be had and none was named, and what the release feed throws.
 */
export async function programFor(deps: Pick<Deps, "fetch" | "log">, wish: ProgramWish): Promise<Program> {
  if (wish.binary !== undefined) return await namedProgram(wish.binary);
  if (wish.running !== undefined && (await faultOf(wish.running)) === undefined) return fileProgram(wish.running);
  return (await releasedProgram(deps, wish)) ?? lacking();
}

async function namedProgram(path: string): Promise<Program> {
  const fault = await faultOf(path);
  if (fault === undefined) return fileProgram(path);
  throw new MortarError("invalid_input", `${path} is no program for Databricks Apps: ${fault}`, { hint: howTo });
}

async function fileProgram(path: string): Promise<Program> {
  const real = await realpath(path);
  return { content: Bun.file(real), from: real };
}

/** The same version where the feed has it as its newest; else what it has, which is said. */
async function releasedProgram(deps: Pick<Deps, "fetch" | "log">, wish: ProgramWish): Promise<Program | undefined> {
  const { feed, repository, keys, version, signal, progress } = wish;
  const address = feedAddress(feed, repository);
  if (address === undefined || keys.length === 0) return undefined;
  progress(`Asking ${address.host} for the program for Linux`);
  const release = await askFeed(deps, address, signal);
  if (release.version !== version) {
    deps.log.warn(`This is mortar ${version}; the app gets mortar ${release.version}, the newest release.`);
  }
  const onProgress = (received: number): void =>
    progress(`Downloading mortar ${release.version} for Linux (${Math.floor(received / 1e6)} MB)`);
  const { program } = await fetchVerified(deps, { release, target, keys, signal, onProgress });
  return { content: new Blob([new Uint8Array(program)]), from: `release ${release.version}, ${target}` };
}

const howTo =
  "Give --binary with the mortar of a release's mortar-VERSION-linux-x64.tar.gz, or run this on Linux x64 itself.";

function lacking(): never {
  throw new MortarError("config_missing", "Databricks Apps run on Linux x64, and this mortar does not", {
    hint: howTo,
  });
}

const headBytes = 64 * 1024;
const machineX64 = 0x3e;

/** What speaks against the file; undefined for an ELF program of x86-64 that needs no musl. Throws `not_found`, `io`. */
async function faultOf(path: string): Promise<string | undefined> {
  const head = await headOf(path);
  const isElf = head.length > 20 && head.readUInt32BE(0) === 0x7f454c46 && head[4] === 2;
  if (!isElf) return "it is no 64-bit Linux program";
  if (head.readUInt16LE(18) !== machineX64) return "it is for another processor than x64";
  // The platform is Ubuntu: a program that is linked with musl finds no loader there.
  return head.includes("/ld-musl-") ? "it is built for Linux with musl" : undefined;
}

async function headOf(path: string): Promise<Buffer> {
  try {
    const handle = await open(path, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = errnoOf(cause);
    const isMissing = code === "ENOENT" || code === "ENOTDIR";
    throw new MortarError(isMissing ? "not_found" : "io", `Cannot read ${path}: ${code ?? String(cause)}`, { cause });
  }
}
