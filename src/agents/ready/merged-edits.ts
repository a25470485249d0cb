// Several edits of the same file as one: an owner has one entry on record for each file.
import type { HookEdit } from "../hooks/plan.ts";

/** In the order of their files. An edit without changes stays where it cleans something out. */
export function mergedEdits(edits: readonly HookEdit[]): readonly HookEdit[] {
  const all = new Map<string, HookEdit>();
  for (const edit of edits) {
    const present = all.get(edit.file);
    const changes = [...(present?.changes ?? []), ...edit.changes];
    all.set(edit.file, { ...edit, ...present, changes, ...(edit.secret === true ? { secret: true } : {}) });
  }
  return [...all.values()].filter(({ changes, clean }) => changes.length > 0 || clean !== undefined);
}
