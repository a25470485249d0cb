// The agents' own settings files: where they are, and what is in them. Read, and changed only to take out what is dead.
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { applyEdit } from "../platform/edits/edits.ts";
import { formats, type FormatName } from "../platform/edits/formats.ts";
import { valueAt } from "../platform/edits/changes.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { serverPlaces } from "../agents/servers.ts";

export interface SettingsFile {
  readonly title: string;
  readonly file: string;
  readonly format: FormatName;
}

/** Every file of an agent that this program reads or writes; two agents' file is listed once. */
export function settingsFiles(deps: Pick<Deps, "env" | "os" | "paths">): readonly SettingsFile[] {
  const claude = claudeSettings(deps);
  const own: readonly SettingsFile[] =
    claude === undefined ? [] : [{ title: "Claude Code", file: claude, format: "json" }];
  const all = [...own, ...serverPlaces(deps)];
  return [...new Map(all.map((one) => [one.file, one])).values()];
}

/** Claude Code's settings; undefined without a home. */
export function claudeSettings({ env, paths }: Pick<Deps, "env" | "paths">): string | undefined {
  const named = env["CLAUDE_CONFIG_DIR"] ?? "";
  if (named !== "") return join(named, "settings.json");
  return paths.home === undefined ? undefined : join(paths.home, ".claude", "settings.json");
}

export interface Parsed extends SettingsFile {
  readonly text: string;
  /** undefined where the file cannot be understood. */
  readonly value: Record<string, unknown> | undefined;
  /** The line of the first fault, from 1. */
  readonly line: number | undefined;
  /** Why it cannot be read, where that is so. */
  readonly unread?: string;
}

/** Those that are there and not empty. */
export async function readSettingsFiles(deps: Pick<Deps, "env" | "os" | "paths">): Promise<readonly Parsed[]> {
  const read = await Promise.all(settingsFiles(deps).map((one) => parsedFile(one)));
  return read.flatMap((one) => (one === undefined ? [] : [one]));
}

/** Claude Code's settings, where they are there and can be understood. */
export async function readClaudeSettings(deps: Pick<Deps, "env" | "paths">): Promise<Parsed | undefined> {
  const file = claudeSettings(deps);
  return file === undefined ? undefined : parsedFile({ title: "Claude Code", file, format: "json" });
}

/** One file; undefined where it is not there, or empty. */
export async function parsedFile(one: SettingsFile): Promise<Parsed | undefined> {
  const text = await readTextIfPresent(one.file).catch((thrown: unknown) => toMortarError(thrown));
  if (text instanceof MortarError) return { ...one, text: "", value: undefined, line: undefined, unread: text.message };
  if (text === undefined || text.trim() === "") return undefined;
  const format = formats[one.format];
  const value = format.parse(text);
  return { ...one, text, value, line: value === undefined ? format.fault(text) : undefined };
}

/** Takes values out of a file for good; what is no longer there is let be. Throws as `applyEdit`. */
export async function takeOut(
  deps: Pick<Deps, "paths" | "clock">,
  { file, format }: Pick<SettingsFile, "file" | "format">,
  paths: readonly (readonly string[])[],
): Promise<void> {
  const { parse, set } = formats[format];
  const clean = (text: string): string =>
    paths.reduce((all, path) => (valueAt(parse(all), path) === undefined ? all : set(all, path, undefined)), text);
  await applyEdit(deps, { owner: "doctor", file, format, changes: [], clean });
}
