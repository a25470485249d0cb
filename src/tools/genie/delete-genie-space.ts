// delete_genie_space: into the trash.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { shownSpace, spaceFields, spaceIdInput } from "./fields.ts";
import { spaceOf, trashSpace } from "./genie-api.ts";

export const deleteGenieSpace = defineTool({
  name: "delete_genie_space",
  toolset: "genie",
  effect: "destructive",
  title: "Delete a Genie space",
  description: "Moves a Genie space with its conversations to the trash.",
  input: z.strictObject({ space_id: spaceIdInput }),
  output: z.object({ ...spaceFields, state: z.string() }),
  confirm: async ({ space_id }, context) =>
    question`Move the Genie space ${(await spaceOf(context, space_id)).name} (${space_id}) and its conversations to the trash?`,
  targets: async ({ space_id }, context) => [pathTarget((await spaceOf(context, space_id)).parentPath ?? "/")],
  run: async (context, { space_id }) => {
    const found = await spaceOf(context, space_id);
    await trashSpace(context, space_id);
    return { ...shownSpace(found, context.workspace.host), state: "TRASHED" };
  },
  text: (output) => fieldText(fieldLines(output)),
});
