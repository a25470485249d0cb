// Changes to a file of somebody else, as data: what is set or put into a list, what stood there, and how it is taken back.
import { MortarError } from "../errors.ts";
import { isObject } from "../json.ts";
import type { JsonPath } from "./json-text.ts";

/** Sets a value, or takes one away (undefined). */
export interface SetChange {
  readonly kind: "set";
  readonly path: JsonPath;
  readonly value?: unknown;
}

/** Puts an object or a text at the end of a list. */
export interface AppendChange {
  readonly kind: "append";
  readonly path: JsonPath;
  readonly value: Readonly<Record<string, unknown>> | string;
  /** The list in it that holds what is ours: others may put more into the same object. */
  readonly inner?: string;
}

export type Change = SetChange | AppendChange;

/** A change that was made. */
export interface Done {
  readonly change: Change;
  /** What stood there; without `had` nothing did. */
  readonly before?: unknown;
  readonly had?: boolean;
  /** Objects and lists that were made on the way, the outermost first. */
  readonly made: readonly JsonPath[];
}

/** How values are changed in the text of one format. What it gives back parses. */
export interface Format {
  /** The object that the text is; undefined for anything else. */
  parse(text: string): Record<string, unknown> | undefined;
  set(text: string, path: JsonPath, value: unknown): string;
  append(text: string, path: JsonPath, value: unknown): string;
  /** The line, from 1, at which a text stops being of this format; undefined where it is not known. */
  fault(text: string): number | undefined;
  /** A file that holds nothing. */
  readonly empty: string;
}

/** Makes the changes. What is as wished already is left, and is not ours. Throws `config_invalid` with `file` in it. */
export function makeChanges(
  format: Format,
  text: string,
  { changes, file }: { readonly changes: readonly Change[]; readonly file: string },
): { readonly text: string; readonly done: readonly Done[] } {
  const done: Done[] = [];
  let next = text;
  for (const change of changes) {
    const root = format.parse(next);
    if (root === undefined) throw broken(file);
    const made = missingParents(root, change, file);
    const present = valueAt(root, change.path);
    if (change.kind === "set") {
      if (isSame(present, change.value)) continue;
      next = format.set(next, change.path, change.value);
      // A name that stands there twice: the text says one thing and means the other.
      if (!isSame(valueAt(format.parse(next), change.path), change.value)) throw broken(file);
      done.push({ change, made, ...(present === undefined ? {} : { before: present, had: true }) });
      continue;
    }
    if (present !== undefined && !Array.isArray(present)) throw inTheWay(file, change.path, "a list");
    if (Array.isArray(present) && present.some((one) => isSame(one, change.value))) continue;
    next = format.append(next, change.path, change.value);
    done.push({ change, made: present === undefined ? [...made, change.path] : made });
  }
  return { text: next, done };
}

/** Takes changes back, the last first. What is no longer as we wrote it stays, and is named. */
export function takeBack(
  format: Format,
  text: string,
  done: readonly Done[],
): { readonly text: string; readonly kept: readonly Change[] } {
  let next = text;
  const kept: Change[] = [];
  for (const one of done.toReversed()) {
    const after = one.change.kind === "set" ? unset(format, next, one) : removeFrom(format, next, one.change);
    if (after === undefined) {
      kept.push(one.change);
      continue;
    }
    next = one.made.toReversed().reduce((all, path) => withoutEmpty(format, all, path), after);
  }
  return { text: next, kept };
}

/** Whether two values of JSON or TOML are the same; keys in any order. */
export function isSame(one: unknown, other: unknown): boolean {
  return Bun.deepEquals(one, other, true);
}

export function valueAt(root: unknown, path: JsonPath): unknown {
  let value: unknown = root;
  for (const part of path) {
    if (Array.isArray(value) && typeof part === "number") value = value[part];
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

/** `line` counts from 1. */
export function broken(file: string, line?: number): MortarError {
  const place = line === undefined ? file : `${file} (line ${line})`;
  return new MortarError("config_invalid", `${place} cannot be understood, so nothing in it was changed`, {
    hint: "Mend it, or move it away, and run the command again.",
  });
}

function unset(format: Format, text: string, { change, before, had }: Done): string | undefined {
  const present = valueAt(format.parse(text), change.path);
  if (!isSame(present, change.value)) return undefined;
  return format.set(text, change.path, had === true ? before : undefined);
}

function removeFrom(format: Format, text: string, { path, value, inner }: AppendChange): string | undefined {
  const list = valueAt(format.parse(text), path);
  if (!Array.isArray(list)) return undefined;
  const whole = list.findIndex((one) => isSame(one, value));
  if (whole >= 0) return format.set(text, [...path, whole], undefined);
  const ours = inner === undefined || typeof value === "string" ? undefined : value[inner];
  if (inner === undefined || !Array.isArray(ours)) return undefined;
  let next: string | undefined;
  for (const [index, one] of [...list.entries()].toReversed()) {
    const items: unknown = isObject(one) ? one[inner] : undefined;
    if (!Array.isArray(items)) continue;
    const places = items.flatMap((item, place) => (ours.some((own) => isSame(item, own)) ? [place] : []));
    if (places.length === 0) continue;
    const start = next ?? text;
    next =
      places.length === items.length
        ? format.set(start, [...path, index], undefined)
        : places.toReversed().reduce((all, place) => format.set(all, [...path, index, inner, place], undefined), start);
  }
  return next;
}

function withoutEmpty(format: Format, text: string, path: JsonPath): string {
  const value = valueAt(format.parse(text), path);
  const isEmpty = Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
  return isEmpty ? format.set(text, path, undefined) : text;
}

function missingParents(root: unknown, { path }: Change, file: string): JsonPath[] {
  return path.slice(0, -1).flatMap((_part, index) => {
    const parent = path.slice(0, index + 1);
    const value = valueAt(root, parent);
    if (value === undefined) return [parent];
    // What is in a list has a number, and what is in an object a name.
    const isList = typeof path[index + 1] === "number";
    if (isList ? Array.isArray(value) : isObject(value)) return [];
    throw inTheWay(file, parent, isList ? "a list" : "an object");
  });
}

function inTheWay(file: string, path: JsonPath, wanted: string): MortarError {
  return new MortarError("config_invalid", `${file}: ${path.join(".")} is not ${wanted}, so nothing was changed`, {
    hint: "Mend it, or take it out, and run the command again.",
  });
}
