// delete_made_resource: one thing of the record, by the very tool that deletes it, with that tool's question and protection.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { parseArguments } from "../call.ts";
import { defineTool, type Tool, type ToolContext } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { loadTool } from "../toolsets.ts";
import { madeTypeOf, removerOf } from "./made.ts";
import { isSame } from "./note.ts";
import { changeMade, readMade, type MadeEntry } from "./record.ts";

export const deleteMadeResource = defineTool({
  name: "delete_made_resource",
  toolset: "resources",
  effect: "destructive",
  local: true,
  title: "Delete what was made here",
  description:
    "Deletes something that list_made_resources shows, from the workspace and the record. It stays in the record when the workspace refuses.",
  input: z.strictObject({
    type: z.string(),
    id: z.string().min(1, "must not be empty"),
    with_contents: z.boolean().default(false).describe("Also what is in it or depends on it"),
    forget_only: z.boolean().default(false).describe("Take it out of the record; it stays in the workspace"),
  }),
  output: z.object({
    type: z.string(),
    id: z.string(),
    name: z.string().optional(),
    outcome: z.enum(["deleted", "was_gone", "going_on", "forgotten"]),
    deleted_by: z.string().optional(),
    hint: z.string().optional(),
  }),
  confirm: async (input, context) => {
    if (input.forget_only) return undefined;
    const { tool, args } = await deletion(context, input);
    try {
      return await tool.confirm?.(args, context);
    } catch (thrown) {
      // Nothing is there to be lost: `run` says what is the matter.
      if (isGone(thrown)) return undefined;
      throw thrown;
    }
  },
  targets: async (input, context) => {
    if (input.forget_only) return [];
    const { tool, args } = await deletion(context, input);
    if (tool.targets !== undefined) return await tool.targets(args, context);
    return [{ kind: "anywhere", why: `${tool.name} does not say what it writes` }];
  },
  run: async (context, input) => {
    const { entry, tool, args } = await deletion(context, input);
    const about = { type: entry.type, id: entry.id, name: entry.name };
    if (input.forget_only) {
      await forget(context, entry);
      return { ...about, outcome: "forgotten" as const, hint: "It is still in the workspace, if it was." };
    }
    try {
      const done = tool.present(await tool.invoke(context, args));
      if (done.failed) throw new MortarError("conflict", `${tool.name} did not delete all of it: ${done.text}`);
      if (done.data["state"] === "going_on") {
        return { ...about, outcome: "going_on" as const, deleted_by: tool.name, hint: later };
      }
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      await forget(context, entry);
      return { ...about, outcome: "was_gone" as const, hint: "It was not in the workspace any more." };
    }
    await forget(context, entry);
    return { ...about, outcome: "deleted" as const, deleted_by: tool.name };
  },
  text: (output) => fieldText(fieldLines(output)),
});

const later = "The workspace goes on deleting it. Call again later: it leaves the record when it is gone.";

interface Deletion {
  readonly entry: MadeEntry;
  readonly tool: Tool;
  /** As the tool's schema made them. */
  readonly args: unknown;
}

interface Wish {
  readonly type: string;
  readonly id: string;
  readonly with_contents: boolean;
}

/** Throws `not_found` for what is not in the record: this tool deletes nothing else. */
async function deletion(context: ToolContext, { type: written, id, with_contents }: Wish): Promise<Deletion> {
  const type = madeTypeOf(written);
  const { deps, workspace } = context;
  const entry = (await readMade({ deps, host: workspace.host })).find((one) => isSame(one, { type, id }));
  if (entry === undefined) {
    throw new MortarError("not_found", `The record holds no ${type} with the id ${JSON.stringify(id.slice(0, 200))}`, {
      hint: "`list_made_resources` tells what is in it. Nothing was deleted.",
    });
  }
  const remover = removerOf(type);
  if (with_contents && remover.contents === undefined) {
    throw new MortarError("invalid_input", `A ${type} is deleted as it is: there is no with_contents for it`, {
      hint: "Leave with_contents out. Nothing was deleted.",
    });
  }
  const tool = await loadTool(remover.tool);
  if (tool === undefined) throw new MortarError("internal", `There is no tool ${remover.tool}`);
  const contents = with_contents && remover.contents !== undefined ? { [remover.contents]: true } : {};
  return { entry, tool, args: parseArguments(tool, { ...remover.args(entry.id), ...contents }) };
}

async function forget({ deps, workspace, signal }: ToolContext, entry: MadeEntry): Promise<void> {
  await changeMade({ deps, host: workspace.host, signal }, (made) =>
    made.some((one) => isSame(one, entry)) ? made.filter((one) => !isSame(one, entry)) : made,
  );
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof MortarError && thrown.code === "not_found";
}
