// get_securable: one object of Unity Catalog.
import * as z from "zod";
import { objects, text, texts } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { tableOf, type Table } from "../fields.ts";
import { describedOutput, describedText, innerTable, securableView } from "./securable-view.ts";
import { fullNameInput, securablePath, securableTypeInput } from "./securables.ts";
import { getUnity, listUnity } from "./unity-api.ts";

const gotten = [
  "catalog",
  "schema",
  "volume",
  "function",
  "storage_credential",
  "external_location",
  "connection",
  "share",
  "recipient",
  "provider",
] as const;

export const getSecurable = defineTool({
  name: "get_securable",
  toolset: "catalog",
  effect: "read",
  title: "Describe an object of Unity Catalog",
  description:
    "Tells of a catalog, schema, volume, function, credential, location, connection, share (with what it holds), recipient (with its shares) or provider. get_table is for tables.",
  input: z.strictObject({ securable_type: securableTypeInput(gotten), full_name: fullNameInput }),
  output: describedOutput,
  spellings: { object_type: "securable_type", resource_type: "securable_type", name: "full_name" },
  run: async (context, { securable_type: type, full_name }) => {
    const path = securablePath(type, full_name);
    const wire = await getUnity(context, path, type === "share" ? { include_shared_data: true } : undefined);
    const table = type === "recipient" ? await sharesOf(context, `${path}/share-permissions`) : innerTable(type, wire);
    return { ...securableView(type, wire), ...table };
  },
  text: describedText,
});

/** What a recipient may read. */
async function sharesOf(context: ToolContext, path: `/${string}`): Promise<Table> {
  const { items } = await listUnity(context, { path, field: "permissions_out" });
  return tableOf(items, {
    share: (one) => text(one, "share_name"),
    privileges: (one) =>
      objects(one, "privilege_assignments")
        .flatMap((each) => texts(each, "privileges"))
        .join(", "),
  });
}
