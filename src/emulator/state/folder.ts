// The data folder of an emulator: known by a marker file, so that a reset never deletes anything else.
import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf, makePrivateFolder, readTextIfPresent, writeAtomic } from "../../platform/files.ts";

const markerName = ".mortar-emulator";
const markerText = "The data of an emulated Databricks workspace. `mortar emulator reset` deletes this folder.\n";
const tokenName = "token";

/** Makes the folder, or checks that it is an emulator's. Throws `invalid_input` for a folder with other things in it. */
export async function prepareFolder(folder: string): Promise<void> {
  await makePrivateFolder(folder);
  if (await isEmulatorFolder(folder)) return;
  const names = await entriesOf(folder);
  if (names.length > 0) {
    throw new MortarError("invalid_input", `${folder} holds other files: it cannot become an emulator's data folder`, {
      hint: "Name a new or empty folder with --data.",
    });
  }
  await writeAtomic(join(folder, markerName), markerText);
}

export async function isEmulatorFolder(folder: string): Promise<boolean> {
  return (await readTextIfPresent(join(folder, markerName))) !== undefined;
}

/** Deletes an emulator's folder; false when there is none. Throws `invalid_input` for any other folder. */
export async function deleteFolder(folder: string): Promise<boolean> {
  if ((await entriesOf(folder)).length === 0 && !(await isEmulatorFolder(folder))) return false;
  if (!(await isEmulatorFolder(folder))) {
    throw new MortarError("invalid_input", `${folder} is not an emulator's data folder`, {
      hint: "Nothing was deleted. Name the folder that `mortar emulator start` was given.",
    });
  }
  await rm(folder, { recursive: true, force: true });
  return true;
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
