// list_securables: what of one kind there is, save catalogs, schemas, tables and volumes, which have tools of their own.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { requiredText, text, timeMs } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { isoTime } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { detailsOf } from "./securable-view.ts";
import { collectionPath, listField, securableTypeInput } from "./securables.ts";
import { listUnity } from "./unity-api.ts";

const listed = [
  "function",
  "storage_credential",
  "external_location",
  "connection",
  "share",
  "recipient",
  "provider",
] as const;

export const listSecurables = defineTool({
  name: "list_securables",
  toolset: "catalog",
  effect: "read",
  title: "List functions, connections, shares",
  description:
    "Lists Unity Catalog objects of one type: functions of a schema, storage credentials, external locations, connections, shares, recipients, providers.",
  input: z.strictObject({
    securable_type: securableTypeInput(listed),
    catalog: z.string().min(1).optional().describe("For functions"),
    schema: z.string().min(1).optional().describe("For functions"),
    ...listInput,
  }),
  output: listOutput,
  spellings: {
    resource_type: "securable_type",
    object_type: "securable_type",
    catalog_name: "catalog",
    schema_name: "schema",
  },
  run: async (context, { securable_type: type, catalog, schema, ...input }) => {
    const isFunction = type === "function";
    if (isFunction !== (catalog !== undefined && schema !== undefined)) {
      throw new MortarError(
        "invalid_input",
        isFunction ? "Functions are listed by catalog and schema" : `${type}s lie in no catalog and schema`,
        { hint: "Give catalog and schema for functions, and only for them." },
      );
    }
    const found = await listUnity(context, {
      path: collectionPath(type),
      field: listField(type),
      query: isFunction ? { catalog_name: catalog, schema_name: schema } : {},
    });
    const items = found.items.map((wire) => ({ wire, name: text(wire, "full_name") ?? requiredText(wire, "name") }));
    return listPage({ ...found, items }, input, {
      fields: {
        name: (one) => one.name,
        owner: ({ wire }) => text(wire, "owner"),
        about: ({ wire }) => Object.values(detailsOf(type, wire)).slice(0, 2).join(", ") || undefined,
        updated: ({ wire }) => isoTime(timeMs(wire, "updated_at")),
        comment: ({ wire }) => text(wire, "comment"),
      },
      textChars: context.limits.textChars,
      nothing: "Nothing matches that you can see.",
    });
  },
  text: listText,
});
