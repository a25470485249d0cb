// `databricks-claude config websearch disable`.
import { say, type OldBody } from "./agent-program.ts";
import { disableWebsearch } from "./websearch.ts";

export const run: OldBody = async (context) => {
  await disableWebsearch(context.deps);
  say(context, "Web search and fetch are left to the workspace from now on.");
  return 0;
};
