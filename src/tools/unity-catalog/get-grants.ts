// get_grants: who may do what with an object.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { effectiveGrants, grantableInput, grantsOn, securableOf } from "./grants.ts";
import { fullNameInput } from "./securables.ts";

export const getGrants = defineTool({
  name: "get_grants",
  toolset: "catalog",
  effect: "read",
  title: "Tell who may do what",
  description:
    "Lists the privileges on an object by principal; effective adds those from its schema, catalog, metastore.",
  input: z.strictObject({
    securable_type: grantableInput,
    full_name: fullNameInput,
    principal: z.string().min(1).optional(),
    effective: z.boolean().default(false),
    limit: listInput.limit,
    offset: listInput.offset,
  }),
  output: listOutput,
  run: async (context, { principal, effective, limit, offset, ...input }) => {
    const ask = effective ? effectiveGrants : grantsOn;
    const grants = await ask(context, securableOf(input), principal);
    const items = grants.map((one) => ({ ...one, name: one.principal }));
    return listPage(
      { items, truncated: false },
      { limit, offset },
      {
        fields: {
          principal: (one) => one.principal,
          privilege: (one) => one.privilege,
          ...(effective ? { from: (one) => [one.fromType, one.fromName].filter(Boolean).join(" ") || undefined } : {}),
        },
        textChars: context.limits.textChars,
        nothing: "Nobody has any. Owners may do everything without a grant.",
      },
    );
  },
  text: listText,
});
