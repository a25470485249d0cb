// get_genie_space: what a space knows, and its whole document for moving it.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { fieldLines, fieldText } from "../text.ts";
import { spaceFields, spaceIdInput, shownSpace } from "./fields.ts";
import { spaceOf } from "./genie-api.ts";
import { documentOf, summaryOf } from "./space-document.ts";

export const getGenieSpace = defineTool({
  name: "get_genie_space",
  toolset: "genie",
  effect: "read",
  title: "Get a Genie space",
  description:
    "Tells a Genie space's tables, questions and instructions; with its whole definition, to export or copy it.",
  input: z.strictObject({
    space_id: spaceIdInput,
    include_definition: z.boolean().default(false).describe("For create_genie_space elsewhere"),
  }),
  output: z.object({
    ...spaceFields,
    tables: z.array(z.string()).optional(),
    sample_questions: z.array(z.string()).optional(),
    instructions: z.string().optional(),
    example_queries: z.number().optional(),
    definition: z.string().optional(),
    hint: z.string().optional(),
  }),
  spellings: { include_serialized_space: "include_definition" },
  run: async (context, { space_id, include_definition }) => {
    const space = await spaceOf(context, space_id, true);
    const shown = shownSpace(space, context.workspace.host);
    if (space.definition === undefined)
      return { ...shown, hint: "Only who may edit the space is told its tables and questions." };
    const summary = summaryOf(documentOf(space.definition));
    return { ...shown, ...summary, definition: include_definition ? space.definition : undefined };
  },
  text: (output) => fieldText(fieldLines(output)),
});
