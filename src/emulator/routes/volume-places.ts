// What the Files API shares: where its paths lie on the disk, what is there, and how it refuses.
import { lstat } from "node:fs/promises";
import { errnoOf } from "../../platform/files.ts";
import { ApiFault, type Call } from "../http/route.ts";
import { FileFault } from "../kernel/file-fault.ts";
import { fileRoots, placeOf, type FilePlace } from "../kernel/file-paths.ts";
import type { World } from "../world.ts";

/** The place of the call's path in a volume. Throws NOT_FOUND for an unknown volume, INVALID_PARAMETER_VALUE for the rest. */
export async function placeIn(call: Call, world: World): Promise<FilePlace> {
  const path = `/${call.params["path"] ?? ""}`;
  if (!path.startsWith("/Volumes/")) throw invalidPath(path, "it does not begin with /Volumes/");
  const place = await placeOf(path, fileRoots(world)).catch((thrown: unknown) => {
    if (!(thrown instanceof FileFault)) throw thrown;
    const [, missing] = /^java\.io\.FileNotFoundException: (.*)$/.exec(thrown.message) ?? [];
    throw missing === undefined ? invalidPath(path, thrown.message) : new ApiFault(404, "NOT_FOUND", `${missing}.`);
  });
  if (place.names !== undefined) throw invalidPath(path, "it lies above the volumes");
  return place;
}

export interface VolumeEntry {
  readonly isDirectory: boolean;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** What is there, or undefined. A volume has no links: those that Python made are not there. */
export async function entryAt({ disk, fixed }: Pick<FilePlace, "disk" | "fixed">): Promise<VolumeEntry | undefined> {
  const found = await lstat(disk).catch(() => undefined);
  // The folder of a volume is made when something first goes into it.
  if (found === undefined && fixed) return { isDirectory: true, sizeBytes: 0, modifiedAtMs: 0 };
  if (found === undefined || !(found.isDirectory() || found.isFile())) return undefined;
  const isDirectory = found.isDirectory();
  return { isDirectory, sizeBytes: isDirectory ? 0 : found.size, modifiedAtMs: Math.round(found.mtimeMs) };
}

export function invalidPath(path: string, why: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `Invalid path ${path}: ${why}.`);
}

export function missingFile(): ApiFault {
  return refusal(
    { status: 404, code: "NOT_FOUND", reason: "FILE_IS_NOT_FOUND" },
    "The file being accessed is not found.",
  );
}

export function missingDirectory(): ApiFault {
  const words = "The directory being accessed is not found.";
  return refusal({ status: 404, code: "NOT_FOUND", reason: "DIRECTORY_IS_NOT_FOUND" }, words);
}

export function notEmpty(): ApiFault {
  const words = "The directory being deleted is not empty.";
  return refusal({ status: 400, code: "DIRECTORY_NOT_EMPTY", reason: "DIRECTORY_IS_NOT_EMPTY" }, words);
}

export function aFileIsThere(message: string): ApiFault {
  return refusal({ status: 409, code: "ALREADY_EXISTS", reason: "FILE_ALREADY_EXISTS" }, message);
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
}

/** Clients tell these apart by the reason among the details. */
function refusal({ status, code, reason }: Refusal, message: string): ApiFault {
  return new ApiFault(status, code, message, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: `FILES_API_${reason}`,
      domain: "filesystem.databricks.com",
    },
  ]);
}

/** What the disk refused, in the API's words; what is no matter of the path goes on as it is. */
export function fileFault(thrown: unknown, { shown }: FilePlace): unknown {
  switch (errnoOf(thrown)) {
    case "ENOENT":
      return missingFile();
    case "ENOTDIR":
    case "EEXIST":
      return aFileIsThere("A part of the path is a file.");
    case "EISDIR":
      return new ApiFault(409, "ALREADY_EXISTS", "A directory already exists at this path.");
    case "ENAMETOOLONG":
    case "EINVAL":
    case "EILSEQ":
      return invalidPath(shown, "a name in it is too long or has a character that the disk does not take");
    default:
      return thrown;
  }
}
