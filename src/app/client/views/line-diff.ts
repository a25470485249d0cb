// What changed between two texts, by lines: the least, where they are not too long to find it.

export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
}

/** A run of changed lines with the lines around them; `skipped`: how many the same lie before it. */
export interface DiffPart {
  readonly skipped: number;
  readonly lines: readonly DiffLine[];
}

export interface LineDiff {
  readonly parts: readonly DiffPart[];
  /** The same lines after the last part. */
  readonly skippedAfter: number;
  readonly added: number;
  readonly removed: number;
}

/** More comparisons than this are not made: the changed middle is then shown as removed and added whole. */
const maxWork = 4_000_000;
const around = 3;

/** Line ends of either form count as the same; null for `before` is a file that was not there. */
export function lineDiff(before: string | null, after: string | null): LineDiff {
  const lines = diffLines(linesOf(before), linesOf(after));
  return {
    ...partsOf(lines),
    added: lines.filter(({ kind }) => kind === "added").length,
    removed: lines.filter(({ kind }) => kind === "removed").length,
  };
}

function linesOf(text: string | null): readonly string[] {
  if (text === null || text === "") return [];
  const lines = text.split(/\r\n|\n|\r/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const shortest = Math.min(before.length, after.length) - start;
  while (end < shortest && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ kind: "same", text }));
  return [
    ...same(before.slice(0, start)),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function middle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const removed = before.map((text): DiffLine => ({ kind: "removed", text }));
  const added = after.map((text): DiffLine => ({ kind: "added", text }));
  if (before.length === 0 || after.length === 0 || before.length * after.length > maxWork)
    return [...removed, ...added];
  const table = commonLengths(before, after);
  const width = after.length + 1;
  const lines: DiffLine[] = [];
  let [at, to] = [0, 0];
  while (at < before.length || to < after.length) {
    const down = table[(at + 1) * width + to] ?? 0;
    const right = table[at * width + to + 1] ?? 0;
    if (at < before.length && to < after.length && before[at] === after[to]) {
      lines.push({ kind: "same", text: before[at] ?? "" });
      at += 1;
      to += 1;
    } else if (at < before.length && (to >= after.length || down >= right)) {
      lines.push({ kind: "removed", text: before[at] ?? "" });
      at += 1;
    } else {
      lines.push({ kind: "added", text: after[to] ?? "" });
      to += 1;
    }
  }
  return lines;
}

/** The length of the longest common run of lines from each pair of places to the end. */
function commonLengths(before: readonly string[], after: readonly string[]): Uint16Array {
  const width = after.length + 1;
  const table = new Uint16Array((before.length + 1) * width);
  for (let at = before.length - 1; at >= 0; at -= 1) {
    for (let to = after.length - 1; to >= 0; to -= 1) {
      const own = at * width + to;
      const [down, right] = [table[own + width] ?? 0, table[own + 1] ?? 0];
      table[own] = before[at] === after[to] ? (table[own + width + 1] ?? 0) + 1 : Math.max(down, right);
    }
  }
  return table;
}

function partsOf(lines: readonly DiffLine[]): Pick<LineDiff, "parts" | "skippedAfter"> {
  const near = new Uint8Array(lines.length);
  for (const [at, { kind }] of lines.entries()) {
    if (kind !== "same") near.fill(1, Math.max(0, at - around), at + around + 1);
  }
  const parts: DiffPart[] = [];
  let skipped = 0;
  let open: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    if (near[at] === 1) {
      if (open.length === 0) parts.push({ skipped, lines: open });
      open.push(line);
      skipped = 0;
    } else {
      open = [];
      skipped += 1;
    }
  }
  return { parts, skippedAfter: skipped };
}
