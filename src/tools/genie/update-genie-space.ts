// update_genie_space: parts of it, or all of it.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { question } from "../question.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { savedSpaceFields, shownSpace, spaceIdInput } from "./fields.ts";
import { saveSpace, spaceOf } from "./genie-api.ts";
import { documentOf, hasParts, spaceDefinitionInput, spacePartInputs, summaryOf, withParts } from "./space-document.ts";

export const updateGenieSpace = defineTool({
  name: "update_genie_space",
  toolset: "genie",
  effect: "destructive",
  idempotent: true,
  title: "Change a Genie space",
  description:
    "Changes a Genie space. Lists that are given replace its own; the rest, what is said of tables that stay included, is kept.",
  input: z.strictObject({
    space_id: spaceIdInput,
    name: z.string().min(1).optional(),
    ...spacePartInputs,
    definition: spaceDefinitionInput.optional(),
    description: z.string().optional(),
    warehouse_id: z.string().optional(),
  }),
  output: z.object(savedSpaceFields),
  spellings: { title: "name", display_name: "name", table_identifiers: "tables", serialized_space: "definition" },
  confirm: async ({ space_id, ...parts }, context) => {
    if (parts.definition === undefined && !hasParts(parts)) return undefined;
    const { name } = await spaceOf(context, space_id);
    return question`Replace tables, questions or instructions of the Genie space ${name} (${space_id})? The workspace keeps no older version.`;
  },
  targets: async ({ space_id }, context) => [pathTarget((await spaceOf(context, space_id)).parentPath ?? "/")],
  run: async (context, input) => {
    const before = await spaceOf(context, input.space_id, true);
    const given = input.definition === undefined ? before.definition : input.definition;
    const changes = input.definition !== undefined || hasParts(input);
    if (changes && given === undefined) {
      throw new MortarError("permission_denied", "The space's tables and questions are not shown to you", {
        hint: "Who may edit the space can change them; the name and the warehouse need the same right.",
      });
    }
    const document = given === undefined ? undefined : withParts(documentOf(given), input);
    const body = {
      title: input.name,
      description: input.description,
      warehouse_id: input.warehouse_id,
      serialized_space: changes ? JSON.stringify(document) : undefined,
      // The version that was read: what somebody else saves meanwhile is not lost.
      etag: before.etag,
    };
    const saved = await saveSpace(context, body, input.space_id);
    return {
      ...shownSpace(saved, context.workspace.host),
      tables: document === undefined ? undefined : summaryOf(document).tables,
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});
