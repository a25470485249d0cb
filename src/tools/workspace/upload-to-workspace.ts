// upload_to_workspace: files and folders of this machine into the workspace; sources of notebooks become notebooks.
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathInput } from "../fields.ts";
import { absolutePath } from "../paths.ts";
import { question } from "../question.ts";
import { workspacePathTarget } from "../targets.ts";
import type { LocalFile } from "../transfer/local-tree.ts";
import { isIncomplete, limitOf, moveInput, outcomeFields, outcomeOf, outcomeText } from "../transfer/outcome.ts";
import { transfer, type Problem, type Task } from "../transfer/transfer.ts";
import { localSources, type Sources } from "./local-sources.ts";
import { statusIfThere } from "./status.ts";
import { isFolder, workspaceTree } from "./tree.ts";

export const uploadToWorkspace = defineTool({
  name: "upload_to_workspace",
  toolset: "workspace",
  effect: "destructive",
  local: true,
  title: "Upload to the workspace",
  description:
    "Uploads a file, what is in a folder, or what a pattern matches, from the machine where this server runs to the workspace. Sources of notebooks (.ipynb, or with the first line of one) become notebooks. Missing folders are made.",
  input: z.strictObject({
    source: z.string().min(1, "must not be empty").describe("Local file, folder or pattern (src/**/*.py)"),
    path: pathInput("Workspace path: the file's own, or the folder to put it in"),
    include_hidden: z.boolean().default(false).describe("Also .names, __pycache__, node_modules, venv"),
    ...moveInput,
    resume: z.boolean().default(false).describe("Leave alone notebooks that are there, and files of the same size"),
  }),
  output: z.object({
    path: z.string(),
    uploaded: z.number(),
    bytes_sent: z.number(),
    already_there: z.number(),
    ...outcomeFields,
  }),
  spellings: { workspace_path: "path", local_path: "source" },
  confirm: async ({ path, overwrite }, context) => {
    if (!overwrite) return undefined;
    const full = await absolutePath(context, path);
    const there = await statusIfThere(context, full);
    if (there === undefined) {
      // A notebook's source becomes the notebook without its ending, and takes the place of the one that is there.
      const notebook = withoutExtension(full);
      const isThere = notebook !== full && (await statusIfThere(context, notebook)) !== undefined;
      return isThere ? question`Overwrite ${notebook} for good?` : undefined;
    }
    if (!isFolder(there)) return question`Overwrite ${full} for good?`;
    return question`Overwrite what in ${full} has the same names as what is uploaded, for good?`;
  },
  targets: async ({ path }, context) => [
    await workspacePathTarget(context, path),
    await workspacePathTarget(context, withoutExtension(path.trim().replace(/\/+$/, ""))),
  ],
  run: async (context, input) => {
    const limit = limitOf(context, input);
    const sources = await localSources(context.deps, input, context.signal);
    const path = await targetOf(context, input.path, sources);
    const there = input.resume ? await presentAt(context, path, sources) : new Map<string, number>();
    const makeFolder = folderMaker(context);
    const send = (file: LocalFile): Task =>
      sending(context, file, { path, there, overwrite: input.overwrite, makeFolder });
    const folders = sources.emptyFolders.map((parts): Task => {
      const folder = [path, ...parts].join("/");
      return { name: `${parts.join("/")}/`, run: async (signal) => (await makeFolder(folder, signal), "folder") };
    });
    const tasks = [...sources.files.map(send), ...folders];
    const done = await transfer(context, tasks, { limit, verb: "uploaded", alone: sources.isOneFile });
    const leftOut = sources.leftOut.map(({ parts, why }): Problem => {
      return { name: parts.join("/"), outcome: "left_out", why };
    });
    return {
      path,
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
// The import API's own limit: https://docs.databricks.com/api/workspace/workspace/import
const largestBytes = 10 * 1024 * 1024;

/** Where the file goes, or the folder into which all goes. */
async function targetOf(context: ToolContext, written: string, { isOneFile, name }: Sources): Promise<string> {
  const path = (await absolutePath(context, written)).replace(/(?<=.)\/+$/, "");
  const status = await statusIfThere(context, path);
  if (isOneFile) return written.endsWith("/") || (status !== undefined && isFolder(status)) ? `${path}/${name}` : path;
  if (status === undefined || isFolder(status)) return path;
  throw new MortarError("already_exists", `${path} is a ${status.objectType}, and a folder is to be uploaded`, {
    hint: "Take another path. Nothing was sent.",
  });
}

type MakeFolder = (folder: string, signal: AbortSignal) => Promise<void>;

/** Each folder is made once, however many files go into it. */
function folderMaker({ workspace }: ToolContext): MakeFolder {
  const made = new Map<string, Promise<void>>();
  return (folder, signal) => {
    const known = made.get(folder) ?? workspace.objects.mkdirs(folder, { signal });
    made.set(folder, known);
    return known;
  };
}

interface Sending {
  readonly path: string;
  /** Sizes of what is there already, by the path below `path`; -1 for a notebook. */
  readonly there: ReadonlyMap<string, number>;
  readonly overwrite: boolean;
  readonly makeFolder: MakeFolder;
}

function sending({ workspace }: ToolContext, file: LocalFile, { path, there, overwrite, makeFolder }: Sending): Task {
  const below = file.parts.join("/");
  const target = [path, ...file.parts].join("/");
  return {
    name: below === "" ? target.slice(target.lastIndexOf("/") + 1) : below,
    run: async (signal) => {
      const present = there.get(below) ?? there.get(withoutExtension(below));
      if (present === -1 || present === file.sizeBytes) return "skipped";
      if (file.sizeBytes > largestBytes) {
        throw new MortarError("too_large", "the workspace takes at most 10 MB a file; a volume takes more");
      }
      const content = await readFile(file.path);
      await makeFolder(target.slice(0, target.lastIndexOf("/")), signal);
      await workspace.objects.import(target, { content, format: "AUTO", overwrite, signal });
      return content.byteLength;
    },
  };
}

/** What a notebook's source is called once it is a notebook. */
function withoutExtension(name: string): string {
  return name.replace(/\.(?:py|sql|scala|r|ipynb)$/i, "");
}

async function presentAt(context: ToolContext, path: string, { isOneFile }: Sources) {
  const sizeOf = ({ objectType, sizeBytes }: { objectType: string; sizeBytes: number | undefined }): number =>
    objectType === "NOTEBOOK" ? -1 : (sizeBytes ?? -2);
  const status = await statusIfThere(context, isOneFile ? withoutExtension(path) : path);
  const exact = isOneFile ? await statusIfThere(context, path) : undefined;
  if (isOneFile) {
    const found = exact ?? (status?.objectType === "NOTEBOOK" ? status : undefined);
    return new Map(found === undefined ? [] : [["", sizeOf(found)]]);
  }
  const entries = status === undefined ? [] : await workspaceTree(context, path);
  const files = entries.filter(({ isDirectory }) => !isDirectory);
  return new Map(files.map(({ parts, info }) => [parts.join("/"), sizeOf(info)]));
}
