// list_provider_shares: what another shares with us.
import * as z from "zod";
import { requiredText } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { securablePath } from "./securables.ts";
import { listUnity } from "./unity-api.ts";

export const listProviderShares = defineTool({
  name: "list_provider_shares",
  toolset: "catalog",
  effect: "read",
  title: "List shares of a provider",
  description: "Lists what a provider shares with you; create_catalog with provider and share shows it as a catalog.",
  input: z.strictObject({ provider: z.string().min(1, "must not be empty"), ...listInput }),
  output: listOutput,
  spellings: { name: "provider" },
  run: async (context, { provider, ...input }) => {
    const found = await listUnity(context, { path: `${securablePath("provider", provider)}/shares`, field: "shares" });
    const items = found.items.map((one) => ({ name: requiredText(one, "name") }));
    return listPage({ ...found, items }, input, {
      fields: { share: (one) => one.name },
      textChars: context.limits.textChars,
      nothing: "It shares nothing that matches.",
    });
  },
  text: listText,
});
