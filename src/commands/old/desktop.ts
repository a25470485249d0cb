// `databricks-claude desktop generate-config` and `generate-trust-profile`.
import { say, type OldBody } from "./agent-program.ts";

export const run: OldBody = async (context) => {
  say(
    context,
    [
      "error: This version does not write Claude Desktop's configuration under its older name",
      "hint: mortar desktop --help shows what this version can do for Claude Desktop. A configuration that was written before goes on to work: its credential helper is this program.",
    ].join("\n"),
  );
  return 1;
};
