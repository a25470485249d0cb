// delete_securable: one object of Unity Catalog.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { question } from "../question.ts";
import { reachedTargets } from "./held-places.ts";
import { fieldLines, fieldText } from "../text.ts";
import {
  fullNameInput,
  fullNameOf,
  kindWord,
  securableParts,
  securablePath,
  securableTypeInput,
  type SecurableType,
} from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

const deleted = [
  "catalog",
  "schema",
  "table",
  "volume",
  "function",
  "storage_credential",
  "external_location",
  "connection",
  "share",
  "recipient",
  "provider",
] as const;

/** What the API takes `force` for. */
const forced: ReadonlySet<string> = new Set([
  "catalog",
  "schema",
  "function",
  "storage_credential",
  "external_location",
]);

export const deleteSecurable = defineTool({
  name: "delete_securable",
  toolset: "catalog",
  effect: "destructive",
  title: "Delete an object of Unity Catalog",
  description:
    "Deletes an object of Unity Catalog. A catalog or schema must be empty unless force is set, which deletes all that is in it.",
  input: z.strictObject({
    securable_type: securableTypeInput(deleted),
    full_name: fullNameInput,
    force: z.boolean().default(false).describe("Also what is in it or depends on it"),
  }),
  output: z.object({
    securable_type: z.string(),
    full_name: z.string(),
    deleted: z.boolean(),
    hint: z.string().optional(),
  }),
  spellings: { object_type: "securable_type", resource_type: "securable_type", name: "full_name" },
  confirm: async ({ securable_type: type, full_name: name, force }, context) => {
    if (!force) return question`Delete the ${kindWord(type)} ${name}?`;
    const inside = await namesInside(context, type, name);
    if (inside.length === 0)
      return question`Delete the ${kindWord(type)} ${name} and all that is in it or depends on it?`;
    return question`Delete the ${kindWord(type)} ${name} with all that is in it, for good: ${inside}?`;
  },
  targets: ({ securable_type, full_name }, context) => reachedTargets(context, securable_type, full_name),
  run: async (context, { securable_type: type, full_name, force }) => {
    if (force && !forced.has(type)) {
      throw new MortarError("invalid_input", `There is no force for a ${type}`, { hint: "Leave force out." });
    }
    await changeUnity(context, {
      method: "DELETE",
      path: securablePath(type, full_name),
      query: force ? { force: true } : {},
    });
    const hint = type === "table" ? "UNDROP TABLE brings a managed table back for 7 days." : undefined;
    return { securable_type: type, full_name: fullNameOf(type, full_name), deleted: true, hint };
  },
  text: (output) => fieldText(fieldLines(output)),
});

/** What a catalog or a schema holds; nothing where it cannot be seen: the question is asked all the same. */
async function namesInside(context: ToolContext, type: SecurableType, name: string): Promise<readonly string[]> {
  const { workspace, signal } = context;
  const [catalog = "", schema = ""] = securableParts(type, name);
  const listed = async (): Promise<readonly string[]> => {
    if (type === "catalog") {
      const { items } = await workspace.unityCatalog.schemas(catalog, { signal });
      return items.map((one) => one.fullName).filter((one) => !one.endsWith(".information_schema"));
    }
    if (type !== "schema") return [];
    const tables = await workspace.unityCatalog.tables(catalog, schema, { signal, namesOnly: true });
    const volumes = await workspace.volumes.list(catalog, schema, { signal });
    return [...tables.items, ...volumes.items].map((one) => one.fullName);
  };
  return await listed().catch((thrown: unknown) => {
    signal.throwIfAborted();
    if (thrown instanceof MortarError) return [];
    throw thrown;
  });
}
