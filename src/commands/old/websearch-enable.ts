// `databricks-claude config websearch enable`.
import { say, type OldBody } from "./agent-program.ts";
import type { websearchFlags } from "./command-flags.ts";
import { enableWebsearch } from "./websearch.ts";

export const run: OldBody<typeof websearchFlags> = async (context) => {
  const { deps, flags } = context;
  const backend = await enableWebsearch(deps, { backend: flags.backend, budgetBytes: flags["fetch-budget"] });
  say(context, `Web search and fetch are fulfilled on this machine from now on (${backend}).`);
  return 0;
};
