// download_from_workspace: files and notebooks of the workspace onto this machine.
import { mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as z from "zod";
import type { ObjectInfo } from "../../workspace/objects.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathInput } from "../fields.ts";
import { absolutePath, nameOf, statusAt } from "../paths.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { acceptable } from "../transfer/acceptable.ts";
import { localPath, openLocalFolder } from "../transfer/local-place.ts";
import { writeDownload } from "../transfer/local-write.ts";
import { isIncomplete, limitOf, outcomeFields, outcomeOf, outcomeText, moveInput } from "../transfer/outcome.ts";
import { transfer, type Problem, type Task } from "../transfer/transfer.ts";
import { isFolder, workspaceTree, type WorkspaceEntry } from "./tree.ts";

const { overwrite, wait_seconds } = moveInput;
const formats = ["source", "ipynb"] as const;
type Format = (typeof formats)[number];

export const downloadFromWorkspace = defineTool({
  name: "download_from_workspace",
  toolset: "workspace",
  effect: "destructive",
  local: true,
  title: "Download from the workspace",
  description:
    "Downloads a file or notebook, or what is in a folder, to the machine where this server runs. Files that are there stay unless overwrite is true.",
  input: z.strictObject({
    path: pathInput("Workspace path"),
    destination: z
      .string()
      .min(1, "must not be empty")
      .describe("Local path of the file; for a folder, or with / at the end, the folder to put it in"),
    notebooks_as: z.enum(formats).default("source").describe("source: .py, .sql, .scala, .r"),
    overwrite,
    wait_seconds,
  }),
  output: z.object({
    path: z.string(),
    destination: z.string(),
    downloaded: z.number(),
    bytes_received: z.number(),
    ...outcomeFields,
  }),
  spellings: { workspace_path: "path", local_path: "destination" },
  confirm: (input) =>
    input.overwrite
      ? question`Overwrite what has the same names at ${input.destination} on this machine, for good?`
      : undefined,
  targets: nowhere,
  run: async (context, input) => {
    const limit = limitOf(context, input);
    const path = await absolutePath(context, input.path);
    const info = await statusAt(context, path);
    const wish = { format: input.notebooks_as, overwrite: input.overwrite };
    const plan = isFolder(info)
      ? await folderPlan(context, path, { destination: localPath(context.deps, input.destination), wish })
      : await filePlan(context, { ...info, path }, { destination: input.destination, wish });
    const done = await transfer(context, plan.tasks, { limit, verb: "downloaded", alone: !isFolder(info) });
    return {
      path,
      destination: plan.destination,
      downloaded: done.done,
      bytes_received: done.bytes,
      ...outcomeOf({ ...done, problems: [...done.problems, ...plan.problems] }, { goOn }),
    };
  },
  text: outcomeText,
  failed: isIncomplete,
});

const goOn = "Call it again for the rest: what is there now is told as failed, or overwritten where you say so.";

interface Target {
  readonly destination: string;
  readonly wish: { readonly format: Format; readonly overwrite: boolean };
}

interface Plan {
  readonly destination: string;
  readonly tasks: readonly Task[];
  readonly problems: readonly Problem[];
}

const extensions: Readonly<Record<string, string>> = { PYTHON: ".py", SQL: ".sql", SCALA: ".scala", R: ".r" };

/** The object's name on this machine: a notebook has none of its own kind's extension. */
function localName(info: ObjectInfo, format: Format): string {
  const name = nameOf(info.path);
  if (info.objectType !== "NOTEBOOK") return name;
  return `${name}${format === "ipynb" ? ".ipynb" : (extensions[info.language ?? ""] ?? "")}`;
}

async function filePlan(context: ToolContext, info: ObjectInfo, { destination, wish }: Target): Promise<Plan> {
  const local = localPath(context.deps, destination);
  const isInto = /[/\\]$/.test(destination) || (await stat(local).catch(() => undefined))?.isDirectory() === true;
  const file = isInto ? join(local, localName(info, wish.format)) : local;
  const run: Task["run"] = async (signal) => {
    await mkdir(dirname(file), { recursive: true });
    return await fetchTo(context, info, { file, wish, signal });
  };
  return { destination: file, tasks: [{ name: nameOf(info.path), run }], problems: [] };
}

/** What can be brought onto this machine: new kinds of objects have no form as a file. */
const portable: readonly string[] = ["NOTEBOOK", "FILE", "DASHBOARD"];

async function folderPlan(context: ToolContext, path: string, { destination, wish }: Target): Promise<Plan> {
  const entries = (await workspaceTree(context, path)).map((entry) => named(entry, wish.format));
  const strange = entries.filter(({ isDirectory, info }) => !isDirectory && !portable.includes(info.objectType));
  const known = entries.filter((entry) => !strange.includes(entry));
  const { taken, refused } = acceptable(known, context.deps.os);
  const local = await openLocalFolder(destination);
  const tasks = taken.map(({ parts, isDirectory, info, remote }): Task => {
    const run: Task["run"] = async (signal) => {
      const folder = await local.folder(isDirectory ? parts : parts.slice(0, -1));
      if (isDirectory) return "folder";
      const source = { ...info, path: [path, ...remote].join("/") };
      return await fetchTo(context, source, { file: join(folder, parts.at(-1) ?? ""), wish, signal });
    };
    return { name: parts.join("/"), run };
  });
  const leftOut = strange.map(({ parts, info }): Problem => {
    return { name: parts.join("/"), outcome: "left_out", why: `a ${info.objectType} has no form as a file` };
  });
  return { destination, tasks, problems: [...refused, ...leftOut] };
}

interface Named extends WorkspaceEntry {
  /** The names in the workspace; `parts` are those on this machine. */
  readonly remote: readonly string[];
}

function named(entry: WorkspaceEntry, format: Format): Named {
  const { parts, info, isDirectory } = entry;
  if (isDirectory) return { ...entry, remote: parts };
  const name = localName(info, format);
  return { ...entry, name, parts: [...parts.slice(0, -1), name], remote: parts };
}

interface Fetching {
  readonly file: string;
  readonly wish: Target["wish"];
  readonly signal: AbortSignal;
}

async function fetchTo(
  { workspace }: ToolContext,
  info: ObjectInfo,
  { file, wish, signal }: Fetching,
): Promise<number> {
  const source = wish.format === "ipynb" ? "JUPYTER" : "SOURCE";
  const format = info.objectType === "NOTEBOOK" ? source : "AUTO";
  const written = await writeDownload(file, { overwrite: wish.overwrite }, async () => {
    const { content } = await workspace.objects.export(info.path, { format, signal });
    return { body: new Blob([content]).stream(), sizeBytes: content.byteLength, modifiedAtMs: info.modifiedAtMs };
  });
  return written ?? 0;
}
