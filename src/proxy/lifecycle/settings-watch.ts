// What a person sets while the proxy runs holds from the next request on, not from the next look at the files on.
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { settingsFile } from "../../platform/settings.ts";

/**
 * Calls `refresh` whenever the settings are written, until the signal fires. Throws nothing: where a folder cannot be
 * watched (some network drives), the proxy still looks every few seconds.
 */
export function watchSettings(
  deps: Pick<Deps, "paths" | "log">,
  refresh: () => Promise<void>,
  signal: AbortSignal,
): void {
  const file = settingsFile(deps);
  const failed = (thrown: unknown): void => deps.log.debug(`the settings: ${toMortarError(thrown).message}`);
  const onEvent = (_event: string, name: string | null): void => {
    if (name === null || name === basename(file)) refresh().catch(failed);
  };
  try {
    // The folder: the file itself is another one after each change, since it is written whole and put in place.
    const watcher = watch(dirname(file), { persistent: false }, onEvent);
    watcher.on("error", failed);
    signal.addEventListener("abort", () => watcher.close(), { once: true });
    if (signal.aborted) watcher.close();
  } catch (thrown) {
    failed(thrown);
  }
}
