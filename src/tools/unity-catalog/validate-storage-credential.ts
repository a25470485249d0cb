// validate_storage_credential: whether it can list, read, write and delete. It tries: a test file comes and goes.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { objects, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { pathTarget } from "../targets.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { locationTargets } from "./held-places.ts";
import { changeUnity, unityPath } from "./unity-api.ts";

export const validateStorageCredential = defineTool({
  name: "validate_storage_credential",
  toolset: "catalog",
  effect: "write",
  idempotent: true,
  title: "Try a storage credential",
  description:
    "Tries what a storage credential can do at a URL or an external location: list, read, write, delete. It writes a test file and deletes it, unless read_only.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    url: z.string().min(1).optional(),
    external_location: z.string().min(1).optional(),
    read_only: z.boolean().default(false),
  }),
  output: z.object({ name: z.string(), valid: z.boolean(), ...tableFields }),
  spellings: { external_location_name: "external_location" },
  targets: async ({ url, external_location, read_only }, context) => {
    if (read_only) return [];
    const location = external_location === undefined ? [] : await locationTargets(context, external_location);
    return [...location, ...(url === undefined ? [] : [pathTarget(url)])];
  },
  run: async (context, { name, url, external_location, read_only }) => {
    if (url === undefined && external_location === undefined) {
      throw new MortarError("invalid_input", "There is no place to try the credential at", {
        hint: "Give a url, such as s3://bucket/x, or an external_location.",
      });
    }
    const body = { storage_credential_name: name, url, external_location_name: external_location, read_only };
    const path = unityPath("validate-storage-credentials");
    const results = objects(await changeUnity(context, { method: "POST", path, body, idempotent: true }), "results");
    return {
      name,
      // What was skipped was not tried, and nothing at all proves nothing.
      valid:
        results.some((one) => text(one, "result") === "PASS") && results.every((one) => text(one, "result") !== "FAIL"),
      ...tableOf(results, {
        operation: (one) => text(one, "operation"),
        result: (one) => text(one, "result"),
        message: (one) => text(one, "message"),
      }),
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(fieldLines(rest), tableLines(columns, rows)),
});
