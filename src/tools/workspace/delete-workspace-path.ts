// delete_workspace_path: a notebook, a file, or a folder with all that is in it. Never a whole home or root.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { pathInput } from "../fields.ts";
import { absolutePath, statusAt } from "../paths.ts";
import { question } from "../question.ts";
import { workspacePathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { isFolder, workspaceTree } from "./tree.ts";

export const deleteWorkspacePath = defineTool({
  name: "delete_workspace_path",
  toolset: "workspace",
  effect: "destructive",
  title: "Delete in the workspace",
  description:
    "Deletes a notebook, a file or an empty folder; with recursive, a folder and all that is in it, for good. Whole home folders and roots are never deleted.",
  input: z.strictObject({ path: pathInput("Workspace path"), recursive: z.boolean().default(false) }),
  output: z.object({ path: z.string(), type: z.string(), objects_deleted: z.number() }),
  spellings: { workspace_path: "path" },
  confirm: async (input, context) => {
    const { path, type, below } = await doomed(context, input);
    if (below === 0) return question`Delete the ${type} ${path} for good?`;
    return question`Delete the folder ${path} and the ${below} objects in it for good?`;
  },
  targets: async ({ path }, context) => [await workspacePathTarget(context, path)],
  run: async (context, input) => {
    const { path, type, below } = await doomed(context, input);
    await context.workspace.objects.delete(path, { recursive: input.recursive, signal: context.signal });
    return { path, type, objects_deleted: below + 1 };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** `/`, the roots, and one level below those where each person's own lies. */
const kept = /^(?:\/Workspace)?(?:|\/|\/(?:Users|Repos|Shared)|\/(?:Users|Repos)\/[^/]+)$/;

interface Doomed {
  readonly path: string;
  readonly type: string;
  /** How many objects are in the folder. */
  readonly below: number;
}

/** Throws `invalid_input` for what is never deleted, and for a folder with something in it where that is not wanted. */
async function doomed(
  context: ToolContext,
  { path: written, recursive }: { readonly path: string; readonly recursive: boolean },
): Promise<Doomed> {
  const path = (await absolutePath(context, written)).replaceAll(/\/{2,}/g, "/").replace(/\/+$/, "");
  if (kept.test(path) || /\/\.{1,2}(?:\/|$)/.test(path)) {
    throw new MortarError("invalid_input", `${path === "" ? "/" : path} is not deleted here`, {
      hint: "Name what is in it, without `..`. Roots and whole home folders stay.",
    });
  }
  const info = await statusAt(context, path);
  const below = isFolder(info) ? (await workspaceTree(context, path)).length : 0;
  if (below > 0 && !recursive) {
    throw new MortarError("invalid_input", `${path} is a folder with ${below} objects in it`, {
      hint: "recursive: true deletes them too, for good.",
    });
  }
  return { path, type: info.objectType, below };
}
