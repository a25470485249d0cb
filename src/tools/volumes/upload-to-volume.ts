// upload_to_volume: a file or a folder of this machine into a volume, each file sent as it is read.
import { realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathTarget } from "../targets.ts";
import { question } from "../question.ts";
import { isIncomplete, limitOf, moveInput, outcomeFields, outcomeOf, outcomeText } from "../transfer/outcome.ts";
import { localPath } from "../transfer/local-place.ts";
import { localTree, type LocalFile, type LocalTree } from "../transfer/local-tree.ts";
import { volumePath, volumePathInput, type VolumePath } from "./paths.ts";
import { remoteTree } from "./remote-entries.ts";
import { transfer, type Problem, type Task } from "../transfer/transfer.ts";

export const uploadToVolume = defineTool({
  name: "upload_to_volume",
  toolset: "volumes",
  effect: "destructive",
  local: true,
  title: "Upload to a volume",
  description:
    "Uploads a file, or what is in a folder, from the machine where this server runs to a volume. Missing folders are made; files that are there stay unless overwrite is true.",
  input: z.strictObject({
    source: z.string().min(1, "must not be empty").describe("Local file or folder"),
    volume_path: volumePathInput.describe(
      "The file's new path; for a folder, or with / at the end, the folder to put it in",
    ),
    include_hidden: z.boolean().default(false).describe("Also .names and __pycache__"),
    ...moveInput,
  }),
  output: z.object({
    volume_path: z.string(),
    uploaded: z.number(),
    bytes_sent: z.number(),
    already_there: z.number(),
    ...outcomeFields,
  }),
  spellings: { path: "volume_path", local_path: "source" },
  confirm: async ({ volume_path, overwrite }, context) => {
    if (!overwrite) return undefined;
    const { path } = volumePath(volume_path);
    const there = await context.workspace.files.status(path, { signal: context.signal });
    if (there === undefined) return undefined;
    if (!there.isDirectory) return question`Overwrite the file ${path} for good?`;
    return question`Overwrite the files in ${path} that have the same names as those that are uploaded, for good?`;
  },
  targets: ({ volume_path }) => [pathTarget(volumePath(volume_path).path)],
  run: async (context, input) => {
    const limit = limitOf(context, input);
    const target = volumePath(input.volume_path);
    const { path, tree } = await planOf(context, input, target);
    const there = input.resume ? await sizesAt(context, path, tree) : new Map<string, number>();
    const send = (file: LocalFile): Task => sending(context, file, { path, there, overwrite: input.overwrite });
    const folders = tree.emptyFolders.map((parts): Task => {
      return {
        name: `${parts.join("/")}/`,
        run: async (signal) => {
          await context.workspace.files.makeDirectory([path, ...parts].join("/"), { signal });
          return "folder";
        },
      };
    });
    const alone = tree.files[0]?.parts.length === 0;
    const done = await transfer(context, [...tree.files.map(send), ...folders], { limit, verb: "uploaded", alone });
    const leftOut = tree.leftOut.map(({ parts, why }): Problem => ({
      name: parts.join("/"),
      outcome: "left_out",
      why,
    }));
    return {
      volume_path: path,
      uploaded: done.done,
      bytes_sent: done.bytes,
      already_there: done.skipped,
      ...outcomeOf({ ...done, problems: [...done.problems, ...leftOut] }, { goOn }),
    };
  },
  text: outcomeText,
  failed: isIncomplete,
});

const goOn = "Call it again with resume: true for the rest.";
const largestBytes = 5 * 1024 ** 3;

interface Plan {
  /** Where the file goes, or the folder into which all goes. */
  readonly path: string;
  readonly tree: LocalTree;
}

async function planOf(
  context: ToolContext,
  input: { readonly source: string; readonly include_hidden: boolean },
  target: VolumePath,
): Promise<Plan> {
  const local = localPath(context.deps, input.source);
  const found = await stat(local).catch(() => undefined);
  if (found === undefined) throw noSource(input.source);
  const status = await context.workspace.files.status(target.path, { signal: context.signal });
  if (found.isDirectory()) {
    if (status?.isDirectory === false) {
      throw new MortarError("already_exists", `${target.path} is a file, and a folder is to be uploaded`, {
        hint: "Take another volume_path. Nothing was sent.",
      });
    }
    return {
      path: target.path,
      tree: await localTree(local, { hidden: input.include_hidden, signal: context.signal }),
    };
  }
  if (!found.isFile()) {
    throw new MortarError("invalid_input", `${input.source} is no file and no folder`, { hint: "Nothing was sent." });
  }
  const intoFolder = target.isFolder || target.below.length === 0 || status?.isDirectory === true;
  const path = intoFolder ? volumePath(`${target.path}/${basename(local)}`).path : target.path;
  const file = { parts: [], path: await realpath(local), sizeBytes: found.size };
  return { path, tree: { files: [file], emptyFolders: [], leftOut: [] } };
}

function noSource(source: string): MortarError {
  return new MortarError("not_found", `There is no file or folder ${source} on this machine`, {
    hint: "source is a path on the machine where this server runs. Nothing was sent.",
  });
}

interface Sending {
  readonly path: string;
  /** Sizes of the files that are there already, by their names from `path`; they are left alone. */
  readonly there: ReadonlyMap<string, number>;
  readonly overwrite: boolean;
}

function sending({ workspace }: ToolContext, file: LocalFile, { path, there, overwrite }: Sending): Task {
  const name = file.parts.join("/");
  return {
    name: name === "" ? basename(path) : name,
    run: async (signal) => {
      if (there.get(name) === file.sizeBytes) return "skipped";
      if (file.sizeBytes > largestBytes) throw new MortarError("too_large", "a file may have at most 5 GiB");
      const body = Bun.file(file.path);
      // A file that has gone would be sent as nothing.
      if (!(await body.exists())) throw new MortarError("not_found", "it is no longer on this machine");
      await workspace.files.upload([path, ...file.parts].join("/"), body, { overwrite, signal });
      return body.size;
    },
  };
}

async function sizesAt(context: ToolContext, path: string, tree: LocalTree): Promise<ReadonlyMap<string, number>> {
  const status = await context.workspace.files.status(path, { signal: context.signal });
  if (status === undefined) return new Map();
  if (!status.isDirectory) return new Map([["", status.sizeBytes ?? -1]]);
  const isOneFile = tree.files[0]?.parts.length === 0;
  const entries = isOneFile ? [] : await remoteTree(context, path);
  return new Map(
    entries.flatMap(({ parts, sizeBytes }) => (sizeBytes === undefined ? [] : [[parts.join("/"), sizeBytes]])),
  );
}
