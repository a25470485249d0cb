// The word about a newer version at the end of another command, on a terminal.
import type { Deps } from "../../platform/deps.ts";
import { mayNotice, scheduleUpdateNotice } from "../../platform/release/notice.ts";
import { releaseFacts } from "./facts.ts";

/** Says that a newer version is out when that is known and due, and looks for one in the background when that is due. */
export async function speakOfUpdates(deps: Deps): Promise<void> {
  if (!mayNotice(deps.env)) return;
  await scheduleUpdateNotice(deps, { version: releaseFacts().version, look: ["update", "--look"] });
}
