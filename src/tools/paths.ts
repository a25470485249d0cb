// Workspace paths as callers write them, and what to say when there is nothing at one.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import type { ObjectInfo } from "../workspace/objects.ts";
import { resolvePath } from "../workspace/path.ts";
import type { ToolContext } from "./define.ts";
import { withHint } from "./errors.ts";

/** The absolute path: `~/x` is in the caller's home folder, `shared/x` in the shared one. Throws `invalid_input`. */
export async function absolutePath({ workspace, signal, deps }: ToolContext, path: string): Promise<string> {
  const full = await resolvePath(path.trim(), () => workspace.identity.userName({ signal }));
  if (!isOfThisMachine(full, deps.paths.home)) return full;
  throw new MortarError("invalid_input", "The path is one of this machine, and a path of the workspace is needed", {
    hint: `${pathForms} In a shell, quote the ~: it would become the home folder of this machine.`,
  });
}

/** Below the home folder here, and not like what a workspace has: a `~` that a shell has replaced, or a local file. */
function isOfThisMachine(path: string, home: string | undefined): boolean {
  if (home === undefined || home.length < 3 || /^\/(?:Workspace|Users|Shared|Repos)(?:\/|$)/.test(path)) return false;
  return path === home || path.startsWith(`${home}/`);
}

const pathForms =
  "Full paths look like /Workspace/Users/me@example.com/notebook; ~/notebook and shared/notebook work too.";

/** What is at `path`. Throws `not_found` with what may be meant instead. */
export async function statusAt(context: ToolContext, path: string): Promise<ObjectInfo> {
  return await explainingPath(context, path, () =>
    context.workspace.objects.getStatus(path, { signal: context.signal }),
  );
}

/** The notebook at `path`. Throws `not_found`, and `invalid_input` for a folder or a file. */
export async function notebookAt(context: ToolContext, path: string): Promise<ObjectInfo> {
  const info = await statusAt(context, path);
  if (info.objectType === "NOTEBOOK") return info;
  const isFolder = info.objectType === "DIRECTORY" || info.objectType === "REPO";
  throw new MortarError("invalid_input", `${path} is no notebook but a ${info.objectType}`, {
    hint: isFolder
      ? "`list_notebooks` shows what is in it."
      : "Only notebooks have cells; a file has to be imported as one.",
  });
}

/** Runs `work` on `path`; a `not_found` then says what is there instead. */
export async function explainingPath<T>(context: ToolContext, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "not_found") throw thrown;
    throw withHint(thrown, await missingHint(context, path));
  }
}

/** The nearest name in the same folder; else whether the folder is there; else how paths look. */
async function missingHint(context: ToolContext, path: string): Promise<string> {
  const folder = parentOf(path);
  if (folder === "/") return pathForms;
  const siblings = await context.workspace.objects.list(folder, { signal: context.signal }).catch(() => undefined);
  if (siblings === undefined) return `The folder ${folder} is not there either, or you may not see it. ${pathForms}`;
  const names = siblings.map((one) => nameOf(one.path));
  const near = nearest(nameOf(path).replace(/\.(?:py|sql|scala|r|ipynb)$/i, ""), names);
  if (near !== undefined) return `Did you mean ${folder}/${near}?`;
  return `\`list_notebooks\` with path ${folder} shows what is there.`;
}

export function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
