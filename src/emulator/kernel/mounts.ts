// What a cluster mounts for plain Python at /Volumes and /dbfs, as folders of this machine.
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { FileFault } from "./file-fault.ts";
import { dbfsFolder, placeOf, type FileRoots } from "./file-paths.ts";

export interface Mount {
  /** The part of the path that `disk` stands for: `/dbfs`, `/Volumes/c/s/v`, or the whole path above a volume. */
  readonly at: string;
  /** A folder that is there. */
  readonly disk: string;
}

/**
 * The mount that a normal path below /Volumes or /dbfs lies in. What lies above the volumes is a folder of their names, made
 * anew at each call below `folder`. Throws FileFault where there is no such catalog, schema or volume.
 */
export async function mountOf(path: string, roots: FileRoots, folder: string): Promise<Mount> {
  const [, first = "", ...names] = path.split("/");
  if (first === "Workspace") {
    throw new FileFault(
      "Plain Python in the emulator reaches /Volumes and /dbfs, not the files of /Workspace (modules beside a notebook can be imported)",
    );
  }
  if (first === "dbfs" && names[0] !== "Volumes") return madeMount("/dbfs", dbfsFolder(roots.worldFolder));
  const below = first === "dbfs" ? names.slice(1) : names;
  const head = path.slice(0, path.length - below.join("/").length).replace(/\/$/, "");
  const volume = below.slice(0, 3);
  const place = await placeOf(`/${["Volumes", ...volume].join("/")}`, roots);
  const at = [head, ...volume].join("/");
  if (place.names === undefined) return madeMount(at, place.disk);
  const disk = join(folder, "mounts", ...volume.map((name) => name.toLowerCase()));
  await rm(disk, { recursive: true, force: true });
  await mkdir(disk, { recursive: true });
  for (const name of place.names) await mkdir(join(disk, name), { recursive: true });
  return { at, disk };
}

async function madeMount(at: string, disk: string): Promise<Mount> {
  await mkdir(disk, { recursive: true });
  return { at, disk };
}
