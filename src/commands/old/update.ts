// `databricks-claude update`: says whether there is a newer version, and replaces nothing.
import { noProgress } from "../../cli/progress.ts";
import { run as runUpdate } from "../update/update.ts";
import { say, type OldBody } from "./agent-program.ts";

export const run: OldBody = async (context) => {
  const { deps, signal, build } = context;
  const result = await runUpdate({
    deps,
    signal,
    build,
    flags: {
      "dry-run": true,
      yes: false,
      rollback: false,
      "if-enabled": true,
      look: false,
      feed: deps.env["MORTAR_UPDATE_FEED"],
    },
    positionals: [],
    rest: [],
    profile: undefined,
    json: false,
    progress: noProgress,
  });
  if (result !== undefined) say(context, result.text.trimEnd());
  return 0;
};
