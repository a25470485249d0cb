// The settings as a running proxy goes by them: those of now, or the last good ones while the file is broken.
import type { Deps } from "../../platform/deps.ts";
import { readSettingsOnce, type SettingsSnapshot } from "../../platform/settings.ts";

export interface LiveSettings {
  section(name: string): Readonly<Record<string, unknown>>;
  /** Why the file of now does not count; undefined where it does. */
  trouble(): string | undefined;
  /** Looks at the file again. Throws nothing: a budget must not go because an editor was in the middle of a write. */
  refresh(): Promise<void>;
}

/** Reads them for the first time; what is broken then is as good as empty. */
export async function openLiveSettings(deps: Pick<Deps, "paths" | "log">): Promise<LiveSettings> {
  let good: SettingsSnapshot | undefined;
  let trouble: string | undefined;
  const say = (found: string | undefined): void => {
    if (found === trouble) return;
    if (found === undefined) deps.log.info("The settings are understood again, and hold");
    else if (good === undefined) deps.log.warn(`${found}; it is left aside`);
    else deps.log.warn(`${found}; what was set before still holds`);
    trouble = found;
  };
  const refresh = async (): Promise<void> => {
    const found = await readSettingsOnce(deps);
    // Emptied: an editor, or a full disk. Who wants nothing set removes the file.
    const isLost = found.empty && good !== undefined && !good.empty;
    const wrong = found.trouble ?? (isLost ? `${found.file} is empty` : undefined);
    say(wrong);
    if (wrong === undefined) good = found;
  };
  await refresh();
  return { section: (name) => good?.section(name) ?? {}, trouble: () => trouble, refresh };
}
