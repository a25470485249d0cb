// The data folder of an emulator: known by a marker file, and emptied of nothing but what an emulator puts there.
import { randomBytes } from "node:crypto";
import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, makePrivateFolder, readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { databaseNames } from "./database.ts";

const markerName = ".mortar-emulator";
const markerText =
  "The data of an emulated Databricks workspace. `mortar emulator reset` deletes what the emulator keeps here.\n";
const tokenName = "token";

/** Everything that an emulator puts into its folder. What has another name is somebody else's, and stays. */
const dataNames: readonly string[] = [tokenName, ...databaseNames, "sql", "native", "files", "kernels"];

// What a write leaves that was killed between its two steps (see writeAtomic).
const halfWritten = /^\.[0-9a-f]{12}\.tmp$/;

/**
 * Makes the folder, or checks that it is an emulator's. Throws `invalid_input` for a folder with other things in it, and
 * for one whose data are links: what an emulator writes and deletes would be elsewhere.
 */
export async function prepareFolder(folder: string): Promise<void> {
  await makePrivateFolder(folder);
  if (await isEmulatorFolder(folder)) return refuseLinks(folder);
  const names = (await entriesOf(folder)).filter((name) => !halfWritten.test(name));
  // Two that start at once both find the folder empty: by now the other may have put its marker and data here.
  if (names.length > 0 && !(await isEmulatorFolder(folder))) {
    throw new MortarError("invalid_input", `${folder} holds other files: it cannot become an emulator's data folder`, {
      hint: "Name a new or empty folder with --data.",
    });
  }
  await writeAtomic(join(folder, markerName), markerText);
}

async function refuseLinks(folder: string): Promise<void> {
  for (const name of [markerName, ...dataNames]) {
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found?.isSymbolicLink() !== true) continue;
    throw new MortarError("invalid_input", `${join(folder, name)} is a symbolic link`, {
      hint: "An emulator's data lie in its folder itself. Name another folder with --data.",
    });
  }
}

export async function isEmulatorFolder(folder: string): Promise<boolean> {
  return (await readTextIfPresent(join(folder, markerName))) !== undefined;
}

export interface Deletion {
  /** False when there was nothing. */
  readonly deleted: boolean;
  /** Names in the folder that are not an emulator's; the folder stays for them. */
  readonly left: readonly string[];
}

/**
 * Deletes what an emulator keeps in the folder, and the folder when nothing else is in it. Links are removed, never
 * followed. Throws `invalid_input` for any other folder, and `io`.
 */
export async function deleteFolder(folder: string): Promise<Deletion> {
  if (!(await isEmulatorFolder(folder))) {
    if ((await entriesOf(folder)).length === 0) return { deleted: false, left: [] };
    throw new MortarError("invalid_input", `${folder} is not an emulator's data folder`, {
      hint: "Nothing was deleted. Name the folder that `mortar emulator start` was given.",
    });
  }
  const present = await entriesOf(folder);
  const own = present.filter((name) => dataNames.includes(name) || halfWritten.test(name));
  // The marker goes last: a reset that is cut off can be done again.
  for (const name of [...own, markerName]) await remove(join(folder, name));
  const left = (await entriesOf(folder)).toSorted();
  // The folder itself may be a link, or hold a mount: it is empty, which is what was asked for.
  if (left.length === 0) await rmdir(folder).catch(() => undefined);
  return { deleted: true, left };
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (cause) {
    throw new MortarError("io", `Cannot delete ${path}: ${errnoOf(cause) ?? String(cause)}`, { cause });
  }
}

/** The folder's personal access token, made at the first start: a profile that holds it works after a restart. */
export async function personalToken(folder: string): Promise<string> {
  const path = join(folder, tokenName);
  const known = (await readTextIfPresent(path))?.trim();
  if (known !== undefined && /^dapi[0-9a-f]{32}$/.test(known)) return known;
  const token = `dapi${randomBytes(16).toString("hex")}`;
  await writeAtomic(path, `${token}\n`, { mode: 0o600, forceMode: true });
  return token;
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw new MortarError("io", `Cannot read the folder ${folder}`, { cause });
  }
}
