// create_catalog: a catalog of one's own, or one that shows what another shares.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { pathTarget } from "../targets.ts";
import { catalogInput, nameParts } from "./names.ts";
import { securableOutput, securableText, securableView } from "./securable-view.ts";
import { collectionPath, securableTargets } from "./securables.ts";
import { changeUnity } from "./unity-api.ts";

export const createCatalog = defineTool({
  name: "create_catalog",
  toolset: "catalog",
  effect: "write",
  title: "Create a catalog",
  description: "Creates a catalog; with provider and share, one that shows what is shared with you.",
  input: z.strictObject({
    catalog: catalogInput,
    comment: z.string().optional(),
    storage_root: z
      .string()
      .optional()
      .describe("Where managed data lies, such as s3://bucket/x; else the metastore's place"),
    properties: z.record(z.string(), z.string()).optional(),
    provider: z.string().optional(),
    share: z.string().optional(),
  }),
  output: securableOutput,
  targets: ({ catalog, storage_root: place }) => [
    ...securableTargets("catalog", catalog),
    ...(place === undefined ? [] : [pathTarget(place)]),
  ],
  spellings: { name: "catalog", catalog_name: "catalog", provider_name: "provider", share_name: "share" },
  run: async (context, { catalog, provider, share, ...more }) => {
    if ((provider === undefined) !== (share === undefined)) {
      throw new MortarError("invalid_input", "A shared catalog needs both its provider and its share", {
        hint: "`list_provider_shares` shows the shares of a provider.",
      });
    }
    const name = nameParts(catalog, 1, "catalog").join("");
    const body = { name, ...more, provider_name: provider, share_name: share };
    return securableView(
      "catalog",
      await changeUnity(context, { method: "POST", path: collectionPath("catalog"), body }),
    );
  },
  text: securableText,
});
