// Tools of ours that read and write files of this machine: for an agent of the app, only those of its project.
import { localPath } from "../../../tools/transfer/local-place.ts";
import { findEntry } from "../../../tools/catalog.ts";
import { isObject } from "../../../platform/json.ts";
import { MortarError } from "../../../platform/errors.ts";
import { isInside } from "./inside.ts";
import type { RunContext } from "./run-context.ts";

/** Under which names a tool takes a place on this machine. */
const localNames: readonly string[] = [
  "file",
  "local_file",
  "source",
  "destination",
  "local_path",
  "local_destination",
  "local_file_path",
];

/** Throws `permission_denied` for a call that names a place outside of the project's folder. */
export async function checkLocalFiles(
  run: Pick<RunContext, "folder" | "deps">,
  toolName: string,
  input: unknown,
): Promise<void> {
  if (findEntry(toolName)?.local !== true || !isObject(input)) return;
  // Here alone `path` is another spelling of a place on this machine.
  const names = toolName === "export_query" ? [...localNames, "path"] : localNames;
  for (const name of names) {
    const value = input[name];
    if (typeof value !== "string" || (await isInside(run.folder, localPath(run.deps, value)))) continue;
    throw new MortarError("permission_denied", `${name} leads out of the project's folder`, {
      hint: "Only files of the project can be read and written here; name one by its path in the project.",
    });
  }
}
