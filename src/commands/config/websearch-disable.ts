// `mortar config websearch disable`: nothing is searched or fetched any more.
import type { Run } from "../../cli/context.ts";
import { readWebSettings, updateWebSettings } from "../../proxy/web/settings.ts";
import type { websearchDisableFlags } from "./websearch-flags.ts";
import { websearchResult } from "./websearch-words.ts";

export const run: Run<typeof websearchDisableFlags> = async ({ deps, flags }) => {
  if (flags["dry-run"]) {
    return websearchResult(deps, { ...(await readWebSettings(deps)), enabled: false }, "Nothing was changed.");
  }
  return websearchResult(deps, await updateWebSettings(deps, { enabled: false }));
};
