// What somebody else has set in an agent's files: told apart from ours by the record, and shown without secrets.
import { existsSync } from "node:fs";
import { valueAt } from "../../platform/edits/changes.ts";
import { listEdits } from "../../platform/edits/edits.ts";
import { formats, type FormatName } from "../../platform/edits/formats.ts";
import type { EditRecord } from "../../platform/edits/record.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { codexProvider } from "../hooks/codex.ts";
import { ownKey } from "../hooks/own-key.ts";
import { isOwnServer } from "./server.ts";
import type { ForeignSetting, ReadyDeps } from "./types.ts";

/** What databricks-claude writes in the place of a key: no secret, and by it that program is known on any port. */
export const olderPlaceholder = "proxy-managed";

export interface Candidate {
  readonly file: string;
  readonly format: FormatName;
  readonly path: readonly string[];
  readonly what: ForeignSetting["what"];
}

/** Those of the candidates that are set, and not by us. A file that cannot be read or understood has none. */
export async function foreignSettings(
  deps: ReadyDeps,
  candidates: readonly Candidate[],
): Promise<readonly ForeignSetting[]> {
  const records = await listEdits(deps);
  const texts = new Map<string, Record<string, unknown>>();
  for (const { file, format } of candidates) {
    if (texts.has(file)) continue;
    const text = await readTextIfPresent(file).catch(() => undefined);
    texts.set(file, (text === undefined ? undefined : formats[format].parse(text)) ?? {});
  }
  // By our proxy's key a file is known where its record is lost.
  const isOurMark = ({ file, path, what }: Candidate): boolean => {
    const value = valueAt(texts.get(file), path);
    return isOwnKey(value) || (what === "provider" && value === codexProvider);
  };
  const orphaned = new Set(candidates.filter(isOurMark).map(({ file }) => file));
  return candidates.flatMap(({ file, path, what }) => {
    const value = valueAt(texts.get(file), path);
    const isKnown = isOnRecord(records, { file, path, value }) || isOwnServer(value);
    const isOrphan = orphaned.has(file) && what !== "server";
    const isOurs = value === undefined || isKnown || isOrphan;
    const isOff = what === "provider" && /^(?:0|false|no|off)$/i.test(String(value));
    return isOurs || isOff || value === "" ? [] : [{ file, path, what, value: shown(value, what) }];
  });
}

function isOwnKey(value: unknown): boolean {
  return typeof value === "string" && ownKey.test(value);
}

function isOnRecord(
  records: readonly EditRecord[],
  { file, path, value }: { readonly file: string; readonly path: readonly string[]; readonly value: unknown },
): boolean {
  return records.some(
    (one) =>
      one.file === file &&
      one.done.some(({ change }) => {
        const isSet = change.kind === "set" && Bun.deepEquals(change.path, path);
        return isSet && Bun.deepEquals(change.value, value);
      }),
  );
}

function shown(value: unknown, what: ForeignSetting["what"]): string {
  if (what === "key") return value === olderPlaceholder ? value : "***";
  if (what === "helper" && typeof value === "string") return programOf(value);
  if (typeof value === "string") return withoutPassword(value);
  const words = isObject(value) ? [value["command"], value["args"], value["url"], value["httpUrl"]].flat() : [];
  const [first] = words.filter((word) => typeof word === "string");
  // Arguments of a foreign server may hold its credentials.
  return first === undefined ? "(set)" : withoutPassword(first);
}

/** A helper's words may hold what it signs in with. A path with spaces is one word where it is a file. */
function programOf(line: string): string {
  if (existsSync(line)) return line;
  const program = /^\s*(?:"[^"]*"|'[^']*'|\S+)/.exec(line)?.[0] ?? "";
  return program.length < line.trimEnd().length ? `${program} ...` : line;
}

/** A URL keeps neither user nor query: both may hold a secret. */
function withoutPassword(text: string): string {
  return text.replace(/^(\w+:\/\/)[^/@\s]*@/, "$1***@").replace(/^(\w+:\/\/[^?\s]*)\?.*$/, "$1?***");
}
