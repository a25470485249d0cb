// Settings with comments, as text: some values changed, and the person's own changes told apart from ours.
import { applyEdits, modify, parse } from "jsonc-parser";
import { isObject } from "../../platform/json.ts";

export interface Change {
  readonly path: readonly string[];
  /** undefined takes it out. */
  readonly value: unknown;
}

const format = { formattingOptions: { insertSpaces: true, tabSize: 2 } };

/** The text with the changes in it; comments and order stay. */
export function changedText(text: string, changes: readonly Change[]): string {
  let changed = text.trim() === "" ? "{}" : text;
  for (const { path, value } of changes) changed = applyEdits(changed, modify(changed, [...path], value, format));
  return changed;
}

/** The changes that make `before` into `after`, save below the paths in `aside`. Lists count as one value. */
export function differences(before: unknown, after: unknown, aside: readonly Change[], path: string[] = []): Change[] {
  if (aside.some((one) => one.path.length <= path.length && one.path.every((part, index) => part === path[index]))) {
    return [];
  }
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => differences(before[name], after[name], aside, [...path, name]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  // A new object may hold what is ours beside what is not.
  if (before === undefined && isObject(after)) return differences({}, after, aside, path);
  return [{ path, value: after }];
}

/** What a text with comments says; undefined where it says nothing. */
export function valueOfText(text: string): unknown {
  return parse(text, [], { allowTrailingComma: true });
}
