// One file as several owners have changed it, one over the other: any of them can be taken out from under the rest.
import { createHash } from "node:crypto";
import { broken, makeChanges, takeBack, type Change } from "./changes.ts";
import { formats, type FormatName } from "./formats.ts";
import type { EditRecord } from "./record.ts";

/** What one owner wants of a file. */
export interface Wanted {
  readonly owner: string;
  readonly format: FormatName | "whole";
  readonly changes: readonly Change[];
  /** The file itself, for `whole`. */
  readonly content?: string;
  /** Takes out what is to go for good, before anything else. */
  readonly clean?: ((text: string) => string) | undefined;
  /** Takes it out from under the others' layers too, so that taking one of those back does not bring it back. */
  readonly deep?: boolean | undefined;
  readonly secret?: boolean | undefined;
}

export interface Restacked {
  /** undefined where there is to be no file. */
  readonly text: string | undefined;
  readonly records: readonly EditRecord[];
  /** Values of those that went which stay, since they are no longer as they were written. */
  readonly kept: number;
}

interface Wish {
  readonly drop: ReadonlySet<string>;
  readonly put?: Wanted | undefined;
}

/**
 * Takes the layers of `drop` and the earlier one of `put` out of the text, and puts `put` on top. The layers that stood
 * above are made anew on what is left, save for values that somebody has changed since. Throws `config_invalid`.
 */
export function restack(
  { file, text: present, records }: { file: string; text: string | undefined; records: readonly EditRecord[] },
  { drop, put }: Wish,
): Restacked {
  const isGoing = ({ owner }: EditRecord): boolean => drop.has(owner) || owner === put?.owner;
  const others = records.filter((one) => !isGoing(one));
  if (present === undefined) {
    // Whoever deleted it meant all of it.
    const made = put === undefined ? undefined : laid(file, undefined, put);
    return { text: made?.text, records: [...others, ...(made === undefined ? [] : [made.record])], kept: 0 };
  }
  const lowest = put?.deep === true ? 0 : records.findIndex(isGoing);
  const below = lowest < 0 ? records : records.slice(0, lowest);
  let text: string | undefined = present;
  let kept = 0;
  const again: Wanted[] = [];
  for (const record of records.slice(below.length).toReversed()) {
    const off = undone(record, text);
    text = off.text;
    if (drop.has(record.owner)) kept += off.kept.length;
    if (!isGoing(record)) again.unshift(wantedAgain(record, off.kept));
  }
  if (text !== undefined && text.trim() !== "") text = put?.clean?.(text) ?? text;
  const made: EditRecord[] = [];
  for (const wanted of [...again, ...(put === undefined ? [] : [put])]) {
    const layer = laid(file, text, wanted);
    text = layer.text;
    made.push(layer.record);
  }
  const all = [...below, ...made];
  // A wish that was met already is nobody's, unless one of ours has met it.
  const isKnown = ({ done, format, wished }: EditRecord): boolean =>
    done.length > 0 || format === "whole" || (all.length > 1 && wished !== undefined && wished.length > 0);
  return { text, records: all.filter(isKnown), kept };
}

/** SHA-256 of a file's text. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function wantedAgain(record: EditRecord, kept: readonly Change[]): Wanted {
  const wished = record.wished ?? record.done.map(({ change }) => change);
  const { owner, format, content, secret } = record;
  return {
    owner,
    format,
    changes: wished.filter((one) => !kept.some((other) => Bun.deepEquals(one, other))),
    ...(content === undefined ? {} : { content }),
    secret: secret ?? record.mode !== undefined,
  };
}

function laid(
  file: string,
  start: string | undefined,
  wanted: Wanted,
): { readonly text: string | undefined; readonly record: EditRecord } {
  const { owner, format: name, changes, content = "", secret } = wanted;
  const common = {
    owner,
    file,
    format: name,
    created: start === undefined,
    ...(secret === true ? { secret } : {}),
  } as const;
  if (name === "whole") {
    const undo = undoOf(start ?? "", content);
    return { text: content, record: { ...common, done: [], after: hashOf(content), undo, content } };
  }
  const format = formats[name];
  const isBlank = start === undefined || start.trim() === "";
  if (!isBlank && format.parse(start) === undefined) throw broken(file, format.fault(start));
  const made = makeChanges(format, isBlank ? format.empty : start, { changes, file });
  const text = isBlank && made.done.length === 0 ? start : made.text;
  const undo = undoOf(start ?? "", text ?? "");
  const after = hashOf(text ?? "");
  return { text, record: { ...common, wished: changes, done: made.done, after, undo } };
}

/** The text without one layer; undefined where there was no file and there is nothing left in it. */
function undone(
  record: EditRecord,
  present: string | undefined,
): { readonly text: string | undefined; readonly kept: readonly Change[] } {
  if (present === undefined) return { text: undefined, kept: [] };
  if (hashOf(present) === record.after) {
    if (record.created) return { text: undefined, kept: [] };
    const { start, length, text } = record.undo;
    return { text: present.slice(0, start) + text + present.slice(start + length), kept: [] };
  }
  if (record.format === "whole") return { text: present, kept: [{ kind: "set", path: [] }] };
  const format = formats[record.format];
  if (present.trim() === "") return { text: present, kept: [] };
  if (format.parse(present) === undefined) throw broken(record.file, format.fault(present));
  const { text, kept } = takeBack(format, present, record.done);
  const isEmpty = Object.keys(format.parse(text) ?? {}).length === 0;
  const hasNothing = record.created && isEmpty && !/[/#]/.test(text);
  return { text: hasNothing ? undefined : text, kept };
}

/** The one stretch in which the two texts differ, as it has to be put back. */
function undoOf(before: string, after: string): EditRecord["undo"] {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < most - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { start, length: after.length - end - start, text: before.slice(start, before.length - end) };
}
