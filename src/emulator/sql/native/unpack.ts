// Unpacks the database engine that is embedded in the binary, checks it by its hash, and loads it.
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../../../platform/files.ts";
import { MortarError } from "../../../platform/errors.ts";

export interface EmbeddedFile {
  /** Name that the dynamic loader looks for: `duckdb.node`, `libduckdb.so`. */
  readonly name: string;
  /** Path of the embedded bytes inside the binary. */
  readonly source: string;
  /** SHA-256 of the unpacked file, hexadecimal. */
  readonly sha256: string;
  readonly compressed: boolean;
}

/**
 * Puts the files into a folder of their own below `cache`, named by their content, and gives its path. A file that is
 * there is used only when its bytes have the right hash: a planted or damaged one is replaced. Throws `io` when the
 * folder is not ours alone or cannot be written.
 */
export function unpackEmbedded(files: readonly EmbeddedFile[], cache: string): string {
  const folder = join(
    cache,
    `duckdb-${sha256(files.map((file) => `${file.name} ${file.sha256}`).join("\n")).slice(0, 20)}`,
  );
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    requirePrivate(folder);
    for (const file of files) ensure(folder, file);
  } catch (cause) {
    if (cause instanceof MortarError) throw cause;
    throw new MortarError(
      "io",
      `Cannot unpack the database engine into ${folder}: ${errnoOf(cause) ?? String(cause)}`,
      {
        hint: "Make the folder writable, or set MORTAR_HOME to a folder that is.",
        cause,
      },
    );
  }
  return folder;
}

/**
 * Unpacks and loads the addon `name`; gives its exports.
 * @public used by the module that scripts/duckdb-plugin.ts writes into the binary
 */
export function loadAddon(files: readonly EmbeddedFile[], cache: string, name: string): unknown {
  const folder = unpackEmbedded(files, cache);
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, join(folder, name));
  return module.exports;
}

function ensure(folder: string, file: EmbeddedFile): void {
  const path = join(folder, file.name);
  if (isIntact(path, file.sha256)) return;
  const packed = readFileSync(file.source);
  const bytes = file.compressed ? Bun.zstdDecompressSync(packed) : packed;
  if (sha256(bytes) !== file.sha256) {
    throw new MortarError("io", `The binary is damaged: its copy of ${file.name} has the wrong hash`, {
      hint: "Install mortar again.",
    });
  }
  const temporary = join(dirname(path), `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, bytes, { mode: 0o600, flag: "wx" });
    chmodSync(temporary, 0o700);
    renameSync(temporary, path);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    // On Windows a library that another process has loaded cannot be replaced; then it must be the right one.
    if (!isIntact(path, file.sha256)) throw thrown;
  }
}

function isIntact(path: string, hash: string): boolean {
  try {
    return lstatSync(path).isFile() && sha256(readFileSync(path)) === hash;
  } catch {
    return false;
  }
}

/** Whoever can write to the folder could swap a library between the check and the load. */
function requirePrivate(folder: string): void {
  const found = lstatSync(folder);
  const user = process.getuid?.();
  const foreign = user !== undefined && found.uid !== user;
  if (!found.isDirectory() || foreign) {
    throw new MortarError("io", `${folder} belongs to someone else; the database engine is not loaded from it`, {
      hint: "Remove it, or set MORTAR_HOME to a folder of your own.",
    });
  }
  if (user !== undefined && (found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
