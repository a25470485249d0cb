// Where the database engine's two native files are in the binary, and where they are unpacked. Set before the engine is
// first loaded.
import { MortarError } from "../../../platform/errors.ts";

let folder: string | undefined;

/** Names the folder for the engine's native files. Only the first call before the engine is loaded has an effect. */
export function useNativeFolder(path: string): void {
  folder ??= path;
}

/**
 * The folder that `useNativeFolder` named. Throws `internal` when nothing was named: the engine was loaded by a side door.
 * @public used by the module that scripts/duckdb-plugin.ts writes into the binary
 */
export function nativeFolder(): string {
  if (folder !== undefined) return folder;
  throw new MortarError("internal", "The database engine was loaded before its cache folder was known");
}

/** Paths of the engine's native files inside the binary. */
export interface NativeFiles {
  readonly addon: string;
  readonly library: string;
}

let files: NativeFiles | undefined;

/**
 * Says where the files are: only the binary's main bundle knows their names there.
 * @public used by the module that scripts/apart-plugin.ts writes into the binary
 */
export function useNativeFiles(paths: NativeFiles): void {
  files = paths;
}

/**
 * What `useNativeFiles` was given. Throws `internal` when that was nothing.
 * @public used by the module that scripts/duckdb-plugin.ts writes into the binary
 */
export function nativeFiles(): NativeFiles {
  if (files !== undefined) return files;
  throw new MortarError("internal", "The database engine was loaded before its files were known");
}
