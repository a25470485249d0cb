// Paths in volumes as callers write them, and what to say when there is nothing at one.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { nearest } from "../../platform/suggest.ts";
import type { FileStatus } from "../../workspace/files.ts";
import type { ToolContext } from "../define.ts";
import { nameOf, parentOf } from "../paths.ts";
import { nameProblem } from "../transfer/names.ts";

export const volumePathInput = z
  .string()
  .min(1, "must not be empty")
  .describe("/Volumes/catalog/schema/volume, and folders and file below it");

export interface VolumePath {
  /** Without a slash at the end: `/Volumes/c/s/v/a/b`. */
  readonly path: string;
  /** The names below the volume; none for the volume itself. */
  readonly below: readonly string[];
  /** It was written with a slash at its end, as a folder. */
  readonly isFolder: boolean;
}

/** Takes `dbfs:/Volumes/...` too. Throws `invalid_input` for a path that is in no volume, or that climbs. */
export function volumePath(written: string): VolumePath {
  const given = written.trim().replace(/^dbfs:(?=\/)/, "");
  const [root, ...parts] = given.split("/").filter((part) => part !== "");
  const isSafe = parts.every((part) => nameProblem(part) === undefined);
  if (!given.startsWith("/") || root !== "Volumes" || parts.length < 3 || !isSafe) {
    throw new MortarError("invalid_input", `${JSON.stringify(written.slice(0, 300))} is no path in a volume`, {
      hint: "Write /Volumes/catalog/schema/volume/folder/file, without `..`. `list_volumes` shows the volumes of a schema.",
    });
  }
  return { path: `/Volumes/${parts.join("/")}`, below: parts.slice(3), isFolder: given.endsWith("/") };
}

/** What is at the path. Throws `not_found` with what may be meant. */
export async function volumeStatus(context: ToolContext, path: string): Promise<FileStatus> {
  const found = await context.workspace.files.status(path, { signal: context.signal });
  if (found !== undefined) return found;
  throw new MortarError("not_found", `There is nothing at ${path}, or you may not see it`, {
    hint: await missingHint(context, path),
  });
}

async function missingHint({ workspace, signal }: ToolContext, path: string): Promise<string> {
  const [catalog = "", schema = ""] = path.split("/").slice(2);
  const volumes = `\`list_volumes\` with catalog ${catalog} and schema ${schema} shows the volumes there.`;
  if (volumePath(path).below.length === 0) return volumes;
  const folder = parentOf(path);
  const siblings = await workspace.files.list(folder, { limit: 1_000, signal }).catch(() => undefined);
  if (siblings === undefined) return `The folder ${folder} is not there either. ${volumes}`;
  const near = nearest(
    nameOf(path),
    siblings.items.map(({ name }) => name),
  );
  if (near !== undefined) return `Did you mean ${folder}/${near}?`;
  return `\`list_volume_files\` with volume_path ${folder} shows what is there.`;
}
