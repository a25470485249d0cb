// ~/.databrickscfg at the edge: where it is, what it says, and how it is changed.
import type { Clock, Environment } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../platform/files.ts";
import { withLock } from "../platform/lock.ts";
import { expandTilde, type Paths } from "../platform/paths.ts";
import { nearest } from "../platform/suggest.ts";
import { parseIni, sectionsOf, IniError } from "./ini.ts";
import { editSection, removeSection, type KeyChanges } from "./ini-edit.ts";

/** The section that holds the tools' own settings; it is no profile. */
export const settingsSection = "__settings__";

export interface ConfigFile {
  readonly path: string;
  /** undefined when there is no such file. */
  readonly text: string | undefined;
}

export type Profiles = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Surroundings {
  readonly env: Environment;
  readonly paths: Paths;
}

/** The file's path: DATABRICKS_CONFIG_FILE, else ~/.databrickscfg. Undefined where there is no home folder. */
export function configFilePath({ env, paths }: Surroundings): string | undefined {
  const named = env["DATABRICKS_CONFIG_FILE"];
  if (named !== undefined && named !== "") return expandTilde(named, paths);
  return paths.home === undefined ? undefined : expandTilde("~/.databrickscfg", paths);
}

/** Reads the file; one that is not there, or that has no home to be in, has no text. Throws `io`. */
export async function readConfigFile(where: Surroundings): Promise<ConfigFile> {
  const path = configFilePath(where);
  if (path === undefined) return { path: "~/.databrickscfg", text: undefined };
  return { path, text: await readTextIfPresent(path) };
}

/** All sections with their keys, `__settings__` and an empty DEFAULT included. Throws `config_invalid`. */
export function parseConfigFile(file: ConfigFile): Profiles {
  return checked(file.path, () => sectionsOf(parseIni(file.text ?? "")));
}

/** The names of the profiles that have at least one key, in the order of the file. */
export function profileNames(profiles: Profiles): string[] {
  return [...profiles].filter(([name, keys]) => name !== settingsSection && keys.size > 0).map(([name]) => name);
}

/** The profile that counts when none is asked for, as far as the file says: `default_profile` of the settings. */
export function defaultProfile(profiles: Profiles): string | undefined {
  const name = profiles.get(settingsSection)?.get("default_profile");
  return name === "" ? undefined : name;
}

/** The error for a profile that is asked for and not there, with the nearest name. */
export function missingProfile(path: string, name: string, profiles: Profiles, suffix = ""): MortarError {
  const suggestion = nearest(name, profileNames(profiles));
  return new MortarError("config_missing", `${path} has no ${name} profile configured${suffix}`, {
    hint:
      suggestion === undefined
        ? `Run \`mortar auth login ${name} --host https://...\` to make it, or \`mortar auth profiles\` to see those that are there.`
        : `Did you mean ${suggestion}?`,
  });
}

export interface ConfigEdit {
  readonly section: string;
  /** Keys to set or remove; without them the whole section goes. */
  readonly changes?: KeyChanges;
}

interface EditDeps extends Surroundings {
  readonly clock: Clock;
}

/**
 * Changes the file: only the lines that are meant, mode and links kept, one process at a time. A new file is readable by
 * this user alone. Throws `config_invalid` when it does not parse, `config_missing` without a home, `io`.
 */
export async function editConfigFile(
  deps: EditDeps,
  edits: readonly ConfigEdit[] | ((profiles: Profiles) => readonly ConfigEdit[]),
  signal?: AbortSignal,
): Promise<void> {
  const path = configFilePath(deps);
  if (path === undefined) {
    throw new MortarError("config_missing", "No home folder: HOME is not set", {
      hint: "Set HOME, or DATABRICKS_CONFIG_FILE, and run the command again.",
    });
  }
  await withLock(deps.paths.run, "databrickscfg", { clock: deps.clock, signal }, async () => {
    const before = (await readTextIfPresent(path)) ?? "";
    const list = typeof edits === "function" ? edits(parseConfigFile({ path, text: before })) : edits;
    const after = checked(path, () => list.reduce(applyEdit, before));
    if (after !== before) await writeAtomic(path, after);
  });
}

function applyEdit(text: string, { section, changes }: ConfigEdit): string {
  return changes === undefined ? removeSection(text, section) : editSection(text, section, changes);
}

function checked<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof IniError)) throw thrown;
    throw new MortarError("config_invalid", `Cannot read ${path}: ${thrown.message}`, {
      hint: `Mend line ${thrown.line} of the file; each line is [section], key = value, or a # comment.`,
    });
  }
}
