// Telling a proxy that another one has taken its place. It stops to listen, and finishes what it carries.
import type { Deps } from "../../platform/deps.ts";
import { isSameProcess } from "../../platform/process-start.ts";
import { call } from "./client.ts";
import type { FoundProxy } from "./find.ts";

/**
 * Both listen on the same port now, so a request could reach either: the signal reaches the one that is meant, and the
 * record tells it the reason. On Windows two cannot share a port, and there are no such signals.
 */
export async function retire(deps: Deps, { record, url, key }: FoundProxy): Promise<void> {
  if (record.pid === process.pid) return;
  if (deps.os === "win32") {
    await call(deps, { url, key }, { method: "POST", path: "/shutdown?stop=replaced" });
    return;
  }
  if (!(await isSameProcess(deps, record.pid, record.processStart))) return;
  try {
    process.kill(record.pid, "SIGTERM");
  } catch {
    deps.log.debug(`process ${record.pid} had ended by itself`);
  }
}
