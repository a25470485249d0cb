// How much one result may carry, and how long one call may wait. Everything that is cut says so and says how to go on.

export interface Limits {
  /** Characters of text (source, output, logs) that one result carries in all. */
  readonly textChars: number;
  /** Characters of one cell, or of one cell's output. */
  readonly cellChars: number;
  /** Rows of a table of data. */
  readonly rows: number;
  /** How long a call waits unless it is told otherwise, in seconds: clients give up at 60. */
  readonly waitSeconds: number;
  /** The longest that a call may be told to wait, in seconds. */
  readonly maxWaitSeconds: number;
  /** What a call gets beyond its wait, in seconds, to read what it waited for; with the usual wait it ends within a minute. */
  readonly graceSeconds: number;
}

export const defaultLimits: Limits = {
  textChars: 60_000,
  cellChars: 20_000,
  rows: 1_000,
  waitSeconds: 50,
  maxWaitSeconds: 290,
  graceSeconds: 8,
};

export interface CutText {
  readonly text: string;
  readonly truncated: boolean;
  /** Characters in the whole text, and in what is here. */
  readonly totalChars: number;
  readonly shownChars: number;
}

/** The first `max` characters from `offset`, never half of a surrogate pair. Lengths are UTF-16 units. */
export function cutText(text: string, max: number, offset = 0): CutText {
  const start = Math.min(Math.max(offset, 0), text.length);
  let end = Math.min(start + Math.max(max, 0), text.length);
  if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1)) && end - start > 1) end -= 1;
  return {
    text: start === 0 && end === text.length ? text : text.slice(start, end),
    truncated: end < text.length,
    totalChars: text.length,
    shownChars: end - start,
  };
}

/** The first items that together have at most `max` characters, as JSON, but at least one. */
export function fitting<T>(items: readonly T[], max: number): readonly T[] {
  let room = max;
  let end = 0;
  for (const item of items) {
    room -= JSON.stringify(item).length;
    if (room < 0 && end > 0) break;
    end += 1;
  }
  return items.slice(0, end);
}

/** The last `max` characters: the end of a trace says what went wrong. */
export function cutTextHead(text: string, max: number): CutText {
  let start = Math.max(text.length - Math.max(max, 0), 0);
  if (start > 0 && isHighSurrogate(text.charCodeAt(start - 1))) start += 1;
  return {
    text: start === 0 ? text : text.slice(start),
    truncated: start > 0,
    totalChars: text.length,
    shownChars: text.length - start,
  };
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
