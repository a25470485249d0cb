// create_dashboard: a draft from its document; in the place of one of that name where that is wanted.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { absolutePath } from "../paths.ts";
import { question } from "../question.ts";
import { workspacePathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { dashboardOf, listAll, save, type Dashboard } from "./dashboards-api.ts";
import { definitionInput, definitionText, definitionWarnings } from "./definition.ts";
import { placeInput, savedFields, shownDashboard } from "./fields.ts";

export const createDashboard = defineTool({
  name: "create_dashboard",
  toolset: "dashboards",
  effect: "destructive",
  title: "Create a dashboard",
  description:
    "Creates a draft of an AI/BI dashboard from its document. Run each dataset's SQL before. warnings name widgets that would stay empty; publish_dashboard shows it to others.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    definition: definitionInput,
    folder: z.string().default("~").describe("Workspace folder; made where it is missing"),
    warehouse_id: z.string().optional(),
    overwrite: z.boolean().default(false).describe("In the place of the dashboard of that name in the folder"),
    ...placeInput,
  }),
  output: z.object({ ...savedFields, replaced: z.boolean() }),
  spellings: { display_name: "name", serialized_dashboard: "definition", parent_path: "folder" },
  confirm: async (input, context) => {
    if (!input.overwrite) return undefined;
    const there = await dashboardAt(context, await absolutePath(context, input.folder), input.name);
    return there === undefined ? undefined : question`Replace the dashboard ${input.name} (${there.id})?`;
  },
  targets: async ({ folder }, context) => [await workspacePathTarget(context, folder)],
  run: async (context, input) => {
    const text = definitionText(input.definition);
    const folder = await absolutePath(context, input.folder);
    const { name, warehouse_id, dataset_catalog, dataset_schema } = input;
    const there = input.overwrite ? await dashboardAt(context, folder, name) : undefined;
    if (there === undefined) await context.workspace.objects.mkdirs(folder, { signal: context.signal });
    const before = there === undefined ? undefined : await dashboardOf(context, there.id);
    const place = before === undefined ? { parent_path: folder } : { etag: before.etag };
    const body = { display_name: name, warehouse_id, serialized_dashboard: text, ...place };
    const made = await savedOr(context, { id: before?.id, body, query: { dataset_catalog, dataset_schema } });
    return {
      ...shownDashboard(made, context.workspace.host),
      replaced: before !== undefined,
      warnings: definitionWarnings(text),
      hint: "`publish_dashboard` shows it to others.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

async function savedOr(context: ToolContext, saving: Parameters<typeof save>[1]): Promise<Dashboard> {
  try {
    return await save(context, saving);
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "already_exists") throw thrown;
    throw new MortarError("already_exists", "A dashboard of that name is in the folder", {
      hint: "overwrite: true replaces it; `update_dashboard` changes it by its id.",
    });
  }
}

/** The active dashboard of that name in the folder, or undefined. */
async function dashboardAt(context: ToolContext, folder: string, name: string): Promise<Dashboard | undefined> {
  const bare = folder.replace(/^\/Workspace(?=\/)/, "").replace(/\/+$/, "");
  const file = `${bare}/${name}.lvdash.json`;
  const { items } = await listAll(context, false);
  const sameName = items.filter((one) => one.name === name);
  // A list may leave the path out: it is asked for one by one then.
  for (const one of sameName) {
    const { path } = one.path === undefined ? await dashboardOf(context, one.id) : one;
    if (path?.replace(/^\/Workspace(?=\/)/, "") === file) return one;
  }
  return undefined;
}
