// The folder of one kernel: where its code works, and where %pip puts packages.
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../platform/process.ts";

export interface HomeFolder {
  readonly root: string;
  /** Working folder of Python and of shells. */
  readonly work: string;
  readonly packages: string;
  remove(): Promise<void>;
}

/**
 * Makes a folder below the data folder, and removes those that an emulator left behind which was killed: their names begin
 * with the id of its process. Throws what mkdir throws.
 */
export async function makeHomeFolder(worldFolder: string, id: string): Promise<HomeFolder> {
  const kernels = join(worldFolder, "kernels");
  const root = join(kernels, `${process.pid}-${id}`);
  const work = join(root, "work");
  const packages = join(root, "packages");
  for (const folder of [work, packages]) await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOrphans(kernels);
  return { root, work, packages, remove: () => removeFolder(root) };
}

async function removeOrphans(kernels: string): Promise<void> {
  for (const name of await readdir(kernels)) {
    const owner = Number(name.split("-")[0]);
    if (Number.isSafeInteger(owner) && owner > 0 && !isAlive(owner)) await removeFolder(join(kernels, name));
  }
}

/** What a dying process still writes can make a removal fail once; what stays is removed by the next emulator. */
async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
}
