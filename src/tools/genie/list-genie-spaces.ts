// list_genie_spaces.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { listSpaces } from "./genie-api.ts";

export const listGenieSpaces = defineTool({
  name: "list_genie_spaces",
  toolset: "genie",
  effect: "read",
  title: "List Genie spaces",
  description: "Lists Genie spaces: each answers questions in plain language over its tables.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async (context, input) =>
    listPage(await listSpaces(context), input, {
      fields: {
        space_id: ({ id }) => id,
        name: ({ name }) => name,
        description: ({ description }) => description,
        warehouse_id: ({ warehouseId }) => warehouseId,
      },
      textChars: context.limits.textChars,
      nothing: "No space matches that you can see. `create_genie_space` makes one.",
    }),
  text: listText,
});
