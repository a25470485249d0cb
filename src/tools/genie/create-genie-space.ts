// create_genie_space: from tables and questions, or from another space's definition.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { warehouseIdInput } from "../sql/fields.ts";
import { chooseWarehouse } from "../sql/warehouse-choice.ts";
import { workspacePathTarget } from "../targets.ts";
import { absolutePath } from "../paths.ts";
import { fieldLines, fieldText } from "../text.ts";
import { savedSpaceFields, shownSpace } from "./fields.ts";
import { saveSpace } from "./genie-api.ts";
import {
  documentOf,
  emptyDocument,
  spaceDefinitionInput,
  spacePartInputs,
  summaryOf,
  withParts,
} from "./space-document.ts";

export const createGenieSpace = defineTool({
  name: "create_genie_space",
  toolset: "genie",
  effect: "write",
  title: "Create a Genie space",
  description: "Creates a Genie space over tables, or from the definition of another one: an import or a copy.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    ...spacePartInputs,
    definition: spaceDefinitionInput.optional(),
    description: z.string().optional(),
    warehouse_id: warehouseIdInput,
    parent_path: z.string().min(1).optional().describe("Workspace folder; without it your home"),
  }),
  output: z.object(savedSpaceFields),
  spellings: { title: "name", display_name: "name", table_identifiers: "tables", serialized_space: "definition" },
  targets: async ({ parent_path }, context) => [await workspacePathTarget(context, parent_path ?? "~")],
  run: async (context, input) => {
    const document = withParts(input.definition === undefined ? emptyDocument : documentOf(input.definition), input);
    const { tables } = summaryOf(document);
    if (tables.length === 0) {
      throw new MortarError("invalid_input", "A Genie space needs tables", {
        hint: "Give tables, such as main.shop.orders, or a definition that names some.",
      });
    }
    const warehouse = await chooseWarehouse(context, input.warehouse_id);
    const parent = input.parent_path === undefined ? undefined : await absolutePath(context, input.parent_path);
    const body = {
      title: input.name,
      description: input.description,
      parent_path: parent,
      warehouse_id: warehouse.id,
      serialized_space: JSON.stringify(document),
    };
    const made = await saveSpace(context, body);
    return {
      ...shownSpace(made, context.workspace.host),
      tables,
      hint: "`ask_genie` asks it. Try each of its questions.",
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
