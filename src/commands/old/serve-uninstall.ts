// `databricks-claude serve uninstall`. That there is none is no failure.
import { uninstallService } from "../../proxy/lifecycle/service/service.ts";
import { say, type OldBody } from "./agent-program.ts";
import { removeOlderDaemon } from "./older-daemon.ts";

export const run: OldBody = async (context) => {
  const { deps, signal } = context;
  const older = await removeOlderDaemon(deps, signal);
  const file = await uninstallService(deps, signal);
  say(context, file === undefined && !older ? "The service is not installed." : "The service is removed.");
  return 0;
};
