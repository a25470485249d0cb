// Claude Desktop's own library of configurations: one entry of ours in it, chosen, on record, and taken back exactly.
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { isSame, valueAt } from "../platform/edits/changes.ts";
import { applyEdit, listEdits, revertEdits, type EditRequest, type RevertResult } from "../platform/edits/edits.ts";
import { parseJsonObject, setJson } from "../platform/edits/json-text.ts";
import { readTextIfPresent } from "../platform/files.ts";
import { isObject } from "../platform/json.ts";
import { requireHome } from "../platform/paths.ts";
import { entryValues } from "./developer-json.ts";
import { ownHelper } from "./helper-place.ts";
import type { DesktopWish } from "./settings.ts";
import { stableUuid } from "./stable-uuid.ts";

/** The owner's name in the record of edits. */
export const desktopOwner = "desktop";

/** The one entry of ours. */
export const entryId = stableUuid("configuration").toLowerCase();

type LibraryDeps = Pick<Deps, "env" | "os" | "paths" | "clock">;

/** The folder, there or not. Windows has had two places; the one that the app has made counts. */
export async function libraryFolder({ env, os, paths }: Pick<Deps, "env" | "os" | "paths">): Promise<string> {
  const home = requireHome(paths);
  const below = (folder: string): string => join(folder, "Claude-3p", "configLibrary");
  if (os === "darwin") return below(join(home, "Library", "Application Support"));
  if (os === "linux") return below(nonEmpty(env["XDG_CONFIG_HOME"]) ?? join(home, ".config"));
  const local = nonEmpty(env["LOCALAPPDATA"]) ?? join(home, "AppData", "Local");
  const roaming = nonEmpty(env["APPDATA"]) ?? join(home, "AppData", "Roaming");
  return (await isThere(below(roaming))) && !(await isThere(below(local))) ? below(roaming) : below(local);
}

export interface LibraryChange {
  readonly folder: string;
  readonly files: readonly { readonly file: string; readonly status: string }[];
  /** Keys that a person has changed since, and that were left as they are. */
  readonly kept: readonly string[];
  /** The entry that was chosen before, where it is another one. */
  readonly before: string | undefined;
}

interface InstallOptions {
  readonly dryRun: boolean;
  /** Writes over what a person has changed. */
  readonly force: boolean;
}

/** Throws `config_invalid` for files that cannot be understood (they stay as they are), `io` and `timeout`. */
export async function installEntry(
  deps: LibraryDeps,
  wish: DesktopWish,
  { dryRun, force }: InstallOptions,
): Promise<LibraryChange> {
  const folder = await libraryFolder(deps);
  const [entry, index] = [join(folder, `${entryId}.json`), join(folder, "_meta.json")];
  const values = Object.entries(entryValues(wish));
  const changed = force ? [] : await changedKeys(deps, entry);
  const kept = values.filter(([key]) => changed.includes(key)).map(([key]) => key);
  const before = appliedId(await readTextIfPresent(index));
  const edit = async (request: Pick<EditRequest, "file" | "changes" | "clean">, secret: boolean) =>
    applyEdit(deps, { ...request, owner: desktopOwner, format: "json", secret, dryRun });
  const written = await edit(
    {
      file: entry,
      changes: values
        .filter(([key]) => !kept.includes(key))
        .map(([key, value]) => ({ kind: "set", path: [key], value })),
    },
    wish.connection.kind === "daemon",
  );
  const chosen = await edit(
    {
      file: index,
      // An entry of this id that is not on record is one whose record was lost.
      clean: withoutEntry,
      changes: [
        { kind: "set", path: ["appliedId"], value: entryId },
        { kind: "append", path: ["entries"], value: { id: entryId, name: `Databricks (${wish.fleet.profile})` } },
      ],
    },
    false,
  );
  return { folder, files: [written, chosen], kept, before: before === entryId ? undefined : before };
}

export interface Removal {
  readonly files: readonly { readonly file: string; readonly status: RevertResult["status"]; readonly kept: number }[];
}

/** Takes back what `installEntry` did, and the helper's link. Throws as it does. */
export async function uninstallEntry(deps: LibraryDeps, { dryRun }: { readonly dryRun: boolean }): Promise<Removal> {
  const folder = await libraryFolder(deps);
  const reverted = [...(await revertEdits(deps, desktopOwner, { dryRun }))];
  const index = join(folder, "_meta.json");
  const text = await readTextIfPresent(index);
  // The app may have written more into our entry of its list, which is then no longer as it was written.
  if (text !== undefined && parseJsonObject(text) !== undefined && withoutEntry(text) !== text) {
    const again = {
      owner: desktopOwner,
      file: index,
      format: "json",
      changes: [],
      clean: withoutEntry,
      dryRun,
    } as const;
    await applyEdit(deps, again);
  }
  const link = ownHelper(deps);
  if (await isThere(link)) {
    if (!dryRun) await rm(link, { force: true });
    reverted.push({ file: link, status: "removed", kept: 0 });
  }
  return { files: reverted.filter(({ status, kept }) => status !== "unchanged" || kept > 0) };
}

export interface LibraryState {
  readonly folder: string;
  readonly file: string;
  /** The values of our entry; undefined without one. */
  readonly entry: Readonly<Record<string, unknown>> | undefined;
  readonly isApplied: boolean;
  /** The name of the entry that is chosen, ours or not. */
  readonly applied: string | undefined;
  /** Keys that are no longer as they were written. */
  readonly changed: readonly string[];
}

/** What is there. Throws `io`. */
export async function readLibrary(deps: LibraryDeps): Promise<LibraryState> {
  const folder = await libraryFolder(deps);
  const file = join(folder, `${entryId}.json`);
  const [entry, index] = await Promise.all([file, join(folder, "_meta.json")].map((path) => readTextIfPresent(path)));
  const applied = appliedId(index);
  const entries: unknown = index === undefined ? undefined : parseJsonObject(index)?.["entries"];
  const named: unknown = Array.isArray(entries)
    ? entries.find((one) => isObject(one) && one["id"] === applied)
    : undefined;
  const name = isObject(named) && typeof named["name"] === "string" ? named["name"] : applied;
  return {
    folder,
    file,
    entry: entry === undefined ? undefined : parseJsonObject(entry),
    isApplied: applied === entryId,
    applied: name,
    changed: await changedKeys(deps, file),
  };
}

async function changedKeys(deps: LibraryDeps, file: string): Promise<readonly string[]> {
  const own = (await listEdits(deps, desktopOwner)).find((record) => record.file === file);
  const text = await readTextIfPresent(file);
  const present = text === undefined ? undefined : parseJsonObject(text);
  if (own === undefined || present === undefined) return [];
  return own.done.flatMap(({ change }) => {
    if (change.kind !== "set" || isSame(valueAt(present, change.path), change.value)) return [];
    return [String(change.path[0])];
  });
}

function appliedId(text: string | undefined): string | undefined {
  const value: unknown = text === undefined ? undefined : parseJsonObject(text)?.["appliedId"];
  return typeof value === "string" ? value : undefined;
}

/** The list without our entry, and without it as the chosen one. */
function withoutEntry(text: string): string {
  const root = parseJsonObject(text);
  const entries: unknown = root?.["entries"];
  const places = Array.isArray(entries)
    ? [...entries.entries()].filter(([, one]) => isObject(one) && one["id"] === entryId).map(([place]) => place)
    : [];
  const shorter = places.toReversed().reduce((all, place) => setJson(all, ["entries", place], undefined), text);
  return root?.["appliedId"] === entryId ? setJson(shorter, ["appliedId"], undefined) : shorter;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === "" ? undefined : text;
}
