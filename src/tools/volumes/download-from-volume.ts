// download_from_volume: a file or a folder of a volume onto this machine, at constant memory.
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { nameOf } from "../paths.ts";
import { acceptable } from "../transfer/acceptable.ts";
import { isIncomplete, limitOf, moveInput, outcomeFields, outcomeOf, outcomeText } from "../transfer/outcome.ts";
import { localNameProblem, localPath, openLocalFolder } from "../transfer/local-place.ts";
import { writeDownload } from "../transfer/local-write.ts";
import { volumePath, volumePathInput, volumeStatus } from "./paths.ts";
import { remoteTree } from "./remote-entries.ts";
import { transfer, type Problem, type Task } from "../transfer/transfer.ts";

export const downloadFromVolume = defineTool({
  name: "download_from_volume",
  toolset: "volumes",
  effect: "destructive",
  local: true,
  title: "Download from a volume",
  description:
    "Downloads a file, or what is in a folder, from a volume to the machine where this server runs. Files that are there stay unless overwrite is true.",
  input: z.strictObject({
    volume_path: volumePathInput,
    destination: z
      .string()
      .min(1, "must not be empty")
      .describe("Local path of the file; for a folder, or with / at the end, the folder to put it in"),
    ...moveInput,
  }),
  output: z.object({
    volume_path: z.string(),
    destination: z.string(),
    downloaded: z.number(),
    bytes_received: z.number(),
    already_there: z.number(),
    ...outcomeFields,
  }),
  spellings: { path: "volume_path", local_path: "destination", local_destination: "destination" },
  confirm: ({ destination, overwrite }) =>
    overwrite ? question`Overwrite what has the same names at ${destination} on this machine, for good?` : undefined,
  targets: nowhere,
  run: async (context, input) => {
    const limit = limitOf(context, input);
    const { path } = volumePath(input.volume_path);
    const { isDirectory, sizeBytes } = await volumeStatus(context, path);
    const wish = { overwrite: input.overwrite, resume: input.resume };
    const destination = localPath(context.deps, input.destination);
    const plan = isDirectory
      ? await folderPlan(context, path, { destination, wish })
      : filePlan(context, path, { destination: await fileAt(context, path, input.destination), wish, sizeBytes });
    const done = await transfer(context, plan.tasks, { limit, verb: "downloaded", alone: !isDirectory });
    return {
      volume_path: path,
      destination: plan.destination,
      downloaded: done.done,
      bytes_received: done.bytes,
      already_there: done.skipped,
      ...outcomeOf({ ...done, problems: [...done.problems, ...plan.problems] }, { goOn }),
    };
  },
  text: outcomeText,
  failed: isIncomplete,
});

const goOn = "Call it again with resume: true for the rest.";

interface Target {
  readonly destination: string;
  readonly wish: { readonly overwrite: boolean; readonly resume: boolean };
}

interface Plan {
  readonly destination: string;
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}

/** Where a single file goes: into a folder that is there or was written as one, else under the name that was given. */
async function fileAt({ deps }: ToolContext, path: string, written: string): Promise<string> {
  const local = localPath(deps, written);
  const isFolder = /[/\\]$/.test(written) || (await stat(local).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return local;
  const problem = localNameProblem(nameOf(path), deps.os);
  if (problem === undefined) return join(local, nameOf(path));
  throw new MortarError("invalid_input", `The file cannot have its own name on this machine: ${problem}`, {
    hint: "Give a destination with a name for the file. Nothing was written.",
  });
}

interface FileTarget extends Target {
  readonly sizeBytes: number | undefined;
}

function filePlan({ workspace }: ToolContext, path: string, { destination, wish, sizeBytes }: FileTarget): Plan {
  const task: Task = {
    name: nameOf(path),
    run: async (signal) => {
      await mkdir(dirname(destination), { recursive: true });
      const how = { overwrite: wish.overwrite, sameSize: wish.resume ? sizeBytes : undefined };
      return (await writeDownload(destination, how, () => workspace.files.download(path, { signal }))) ?? "skipped";
    },
  };
  return { destination, tasks: [task], problems: [] };
}

async function folderPlan(context: ToolContext, path: string, { destination, wish }: Target): Promise<Plan> {
  const { workspace, deps } = context;
  const { taken, refused } = acceptable(await remoteTree(context, path), deps.os);
  const local = await openLocalFolder(destination);
  const tasks = taken.map(({ parts, isDirectory, sizeBytes }): Task => {
    return {
      name: parts.join("/"),
      run: async (signal) => {
        const folder = await local.folder(isDirectory ? parts : parts.slice(0, -1));
        if (isDirectory) return "folder";
        const how = { overwrite: wish.overwrite, sameSize: wish.resume ? sizeBytes : undefined };
        const remote = [path, ...parts].join("/");
        const file = join(folder, parts.at(-1) ?? "");
        return (await writeDownload(file, how, () => workspace.files.download(remote, { signal }))) ?? "skipped";
      },
    };
  });
  return { destination, tasks, problems: refused };
}
