// delete_volume_path: a file, or a folder with all that is in it where that is wanted. Never a volume.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathTarget } from "../targets.ts";
import { question } from "../question.ts";
import { waitSecondsInput } from "../fields.ts";
import { isIncomplete, limitOf, outcomeFields, outcomeOf, outcomeText } from "../transfer/outcome.ts";
import { volumePath, volumePathInput, volumeStatus } from "./paths.ts";
import { remoteTree, type RemoteEntry } from "./remote-entries.ts";
import { transfer, type Problem, type Task, type Transferred } from "../transfer/transfer.ts";

export const deleteVolumePath = defineTool({
  name: "delete_volume_path",
  toolset: "volumes",
  effect: "destructive",
  title: "Delete in a volume",
  description:
    "Deletes a file or an empty folder of a volume; with recursive, a folder and all that is in it, for good. A volume itself is never deleted.",
  input: z.strictObject({
    volume_path: volumePathInput,
    recursive: z.boolean().default(false),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object({
    volume_path: z.string(),
    files_deleted: z.number(),
    folders_deleted: z.number(),
    ...outcomeFields,
  }),
  spellings: { path: "volume_path" },
  confirm: whatIsDeleted,
  targets: ({ volume_path }) => [pathTarget(volumePath(volume_path).path)],
  run: async (context, input) => {
    const limit = limitOf(context, input);
    const { path, below } = volumePath(input.volume_path);
    if (below.length === 0) throw wholeVolume(path);
    const { isDirectory } = await volumeStatus(context, path);
    const entries = isDirectory && input.recursive ? await remoteTree(context, path) : [];
    const done = isDirectory
      ? await deleteTree(context, path, { entries, limit })
      : await transfer(context, [deletion(context, path, "file")], { limit, verb: "deleted", alone: true });
    return {
      volume_path: path,
      files_deleted: done.done,
      folders_deleted: done.folders,
      ...outcomeOf(done, { goOn: "Call it again for the rest." }),
    };
  },
  text: outcomeText,
  failed: isIncomplete,
});

async function whatIsDeleted(
  { volume_path, recursive }: { readonly volume_path: string; readonly recursive: boolean },
  context: ToolContext,
) {
  const { path, below } = volumePath(volume_path);
  if (below.length === 0) throw wholeVolume(path);
  const { isDirectory } = await volumeStatus(context, path);
  if (!isDirectory) return question`Delete the file ${path} for good?`;
  const entries = recursive ? await remoteTree(context, path) : [];
  const files = entries.filter((entry) => !entry.isDirectory).map(({ parts }) => parts.join("/"));
  if (files.length === 0) return question`Delete the folder ${path}? There are no files in it.`;
  return question`Delete the folder ${path} and the ${files.length} files in it for good: ${files}?`;
}

function wholeVolume(path: string): MortarError {
  const [catalog, schema, volume] = path.split("/").slice(2);
  return new MortarError("invalid_input", `${path} is a volume as a whole, and is not deleted here`, {
    hint: `Name what is in it. The person can drop the volume with DROP VOLUME ${catalog}.${schema}.${volume}.`,
  });
}

interface Tree {
  readonly entries: readonly RemoteEntry[];
  readonly limit: AbortSignal;
}

/** Files first, then the folders from the deepest up. A folder in which something stays is left alone. */
async function deleteTree(context: ToolContext, root: string, { entries, limit }: Tree): Promise<Transferred> {
  const strange = entries.filter(({ problem }) => problem !== undefined);
  const known = entries.filter(({ problem }) => problem === undefined);
  const pathOf = (parts: readonly string[]): string => [root, ...parts].join("/");
  const files = known.filter(({ isDirectory }) => !isDirectory);
  const alone = entries.length === 0;
  let total = await transfer(
    context,
    files.map(({ parts }) => deletion(context, pathOf(parts), "file")),
    { limit, verb: "files deleted" },
  );
  const refused = strange.map(({ parts, problem }): Problem => {
    return { name: pathOf(parts).slice(0, 500), outcome: "failed", why: `refused: ${problem}` };
  });
  total = { ...total, problems: [...total.problems, ...refused] };
  const folders = [...known.filter(({ isDirectory }) => isDirectory).map(({ parts }) => parts), []];
  const depths = [...new Set(folders.map(({ length }) => length))].toSorted((one, other) => other - one);
  for (const depth of depths) {
    const level = folders.filter(({ length }) => length === depth).map(pathOf);
    const staying = total.problems.map(({ name }) => name);
    const free = total.left > 0 ? [] : level.filter((path) => !staying.some((name) => name.startsWith(`${path}/`)));
    const tasks = free.map((path) => deletion(context, path, "folder"));
    total = added(
      total,
      await transfer(context, tasks, { limit, verb: "folders deleted", alone }),
      level.length - free.length,
    );
  }
  return total;
}

/** What is gone already is as good as deleted. */
function deletion({ workspace }: ToolContext, path: string, kind: "file" | "folder"): Task {
  return {
    name: path,
    run: async (signal) => {
      try {
        if (kind === "file") await workspace.files.delete(path, { signal });
        else await workspace.files.deleteDirectory(path, { signal });
      } catch (thrown) {
        if (!(thrown instanceof MortarError) || thrown.code !== "not_found") throw thrown;
      }
      return kind === "file" ? 0 : "folder";
    },
  };
}

function added(before: Transferred, more: Transferred, untried: number): Transferred {
  return {
    done: before.done + more.done,
    skipped: before.skipped + more.skipped,
    folders: before.folders + more.folders,
    bytes: before.bytes + more.bytes,
    problems: [...before.problems, ...more.problems],
    left: before.left + more.left + untried,
    timedOut: before.timedOut || more.timedOut,
    stoppedBy: before.stoppedBy ?? more.stoppedBy,
  };
}
