// create_recipient: somebody to share with: by a token, or by the identifier of their own Databricks metastore.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { activationHint } from "./recipient-token.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createRecipient = defineTool({
  name: "create_recipient",
  toolset: "catalog",
  effect: "write",
  title: "Create a recipient",
  description:
    "Creates a recipient of shares: one on Databricks by its sharing_identifier, anybody else by a token that they fetch.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    sharing_identifier: z
      .string()
      .min(1)
      .optional()
      .describe("cloud:region:uuid of their metastore: SELECT CURRENT_METASTORE()"),
    ip_access_list: z.array(z.string()).optional().describe("CIDR blocks; token recipients"),
    comment: z.string().optional(),
  }),
  output: securableOutput,
  spellings: { sharing_id: "sharing_identifier", recipient_name: "name" },
  targets: nowhere,
  run: async (context, { name, sharing_identifier, ip_access_list, comment }) => {
    const byToken = sharing_identifier === undefined;
    const body = {
      name,
      comment,
      authentication_type: byToken ? "TOKEN" : "DATABRICKS",
      data_recipient_global_metastore_id: sharing_identifier,
      ip_access_list: ip_access_list === undefined ? undefined : { allowed_ip_addresses: ip_access_list },
    };
    const wire = await changeUnity(context, { method: "POST", path: collectionPath("recipient"), body });
    return { ...securableView("recipient", wire), hint: byToken ? activationHint : undefined };
  },
  text: securableText,
});
