// What Mortar remembers and what a person has set, in one file: a section a room, read tolerantly, changed under a lock.
import { join } from "node:path";
import type { Deps } from "./deps.ts";
import { toMortarError } from "./errors.ts";
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

/** The file as it was at one moment. */
export interface SettingsSnapshot {
  readonly file: string;
  /** Empty where the section is not there, and in a file that does not count. */
  section(name: string): Section;
  /** The file is there, and nothing is in it. */
  readonly empty: boolean;
  /** Why the file does not count. */
  readonly trouble: string | undefined;
}

/** All sections at once, for who goes on with what it had while the file is broken. Throws nothing, and says nothing. */
export async function readSettingsOnce(deps: Pick<Deps, "paths">): Promise<SettingsSnapshot> {
  const file = settingsFile(deps);
  const none = { file, section: () => ({}), empty: false } as const;
  try {
    const text = await readTextIfPresent(file);
    if (text === undefined) return { ...none, trouble: undefined };
    if (text.trim() === "") return { ...none, empty: true, trouble: undefined };
    const value = tryJson(text);
    if (!isObject(value)) return { ...none, trouble: `${file} cannot be understood` };
    const section = (name: string): Section => {
      const found = value[name];
      return isObject(found) ? found : {};
    };
    return { file, section, empty: false, trouble: undefined };
  } catch (thrown) {
    return { ...none, trouble: toMortarError(thrown).message };
  }
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
