// What Mortar remembers and what a person has set, in one file: a section a room, read tolerantly, changed under a lock.
import { join } from "node:path";
import type { Deps } from "./deps.ts";
import { readTextIfPresent, writeAtomic } from "./files.ts";
import { isObject, tryJson } from "./json.ts";
import { withLock } from "./lock.ts";

type SettingsDeps = Pick<Deps, "paths" | "clock" | "log">;
type Section = Readonly<Record<string, unknown>>;

/** Where the settings are; for messages. */
export function settingsFile({ paths }: Pick<Deps, "paths">): string {
  return join(paths.data, "settings.json");
}

/**
 * One section, or an empty object: also when the file is missing, or cannot be understood (there is a warning then, and
 * the file stays). Throws `io` when it cannot be read. The caller checks every value: people edit this file.
 */
export async function readSettings(deps: SettingsDeps, section: string): Promise<Section> {
  const all = await readAll(deps);
  const found = all.value[section];
  return isObject(found) ? found : {};
}

/**
 * Changes one section: `change` gets it and gives the new one, or undefined to leave it. All else in the file stays,
 * unknown sections too. A file that cannot be understood is kept beside the new one as `settings.json.broken`.
 * Throws `io`, `timeout` when another process holds the file too long, and what `change` throws; then nothing is changed.
 */
export async function updateSettings(
  deps: SettingsDeps,
  section: string,
  change: (present: Section) => Section | undefined,
): Promise<void> {
  await withLock(deps.paths.run, "settings", { clock: deps.clock }, async () => {
    const { value, broken } = await readAll(deps);
    const present = value[section];
    const next = change(isObject(present) ? present : {});
    if (next === undefined) return;
    const path = settingsFile(deps);
    if (broken !== undefined) await writeAtomic(`${path}.broken`, broken);
    await writeAtomic(path, `${JSON.stringify({ ...value, [section]: next }, null, 2)}\n`);
  });
}

/** What was said to be broken, and to whom: a command reads many sections, and the proxy reads them again and again. */
const told = new WeakMap<SettingsDeps["log"], string>();

interface ReadSettings {
  readonly value: Section;
  /** The text, when it is not what we write. */
  readonly broken?: string;
}

async function readAll(deps: SettingsDeps): Promise<ReadSettings> {
  const path = settingsFile(deps);
  const text = await readTextIfPresent(path);
  if (text === undefined || text.trim() === "") return { value: {} };
  const value = tryJson(text);
  if (isObject(value)) return { value };
  if (told.get(deps.log) !== text) deps.log.warn(`${path} cannot be understood and is left aside`);
  told.set(deps.log, text);
  return { value: {}, broken: text };
}
