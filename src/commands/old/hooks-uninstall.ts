// `databricks-claude hooks uninstall`, once `--uninstall-hooks`.
import { uninstallHooks } from "../hooks/installing.ts";
import { uninstallWords } from "../hooks/words.ts";
import { say, type OldBody } from "./agent-program.ts";
import { adoptTelemetry } from "./telemetry.ts";

export const run: OldBody = async (context) => {
  const { deps, program } = context;
  await adoptTelemetry(deps, program.agent);
  const files = await uninstallHooks(deps, [program.agent], { dryRun: false });
  say(context, uninstallWords(files, false).trimEnd());
  return 0;
};
