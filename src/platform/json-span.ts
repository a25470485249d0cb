// Where values lie in a JSON text, so that one of them can be replaced and every other byte stays.

/** A value's place in the text: [start, end). */
export type Span = readonly [start: number, end: number];

const whiteSpace = /[ \t\r\n]*/y;
const scalar = /[^\s,\]}]*/y;

/** The members of the object at `start`, by their decoded names; of a name given twice, the last. The JSON must be valid. */
export function objectSpans(text: string, start: number): Map<string, Span> {
  const members = new Map<string, Span>();
  let at = skip(whiteSpace, text, start + 1);
  while (at < text.length && text[at] !== "}") {
    const keyEnd = stringEnd(text, at);
    const key: unknown = JSON.parse(text.slice(at, keyEnd));
    const from = skip(whiteSpace, text, skip(whiteSpace, text, keyEnd) + 1);
    const to = valueEnd(text, from);
    members.set(String(key), [from, to]);
    at = afterComma(text, to);
  }
  return members;
}

/** The elements of the array at `start`. The JSON must be valid. */
export function arraySpans(text: string, start: number): Span[] {
  const elements: Span[] = [];
  let at = skip(whiteSpace, text, start + 1);
  while (at < text.length && text[at] !== "]") {
    const to = valueEnd(text, at);
    elements.push([at, to]);
    at = afterComma(text, to);
  }
  return elements;
}

/** Where the first value of the text starts. */
export function rootStart(text: string): number {
  return skip(whiteSpace, text, text.startsWith("\uFEFF") ? 1 : 0);
}

function afterComma(text: string, end: number): number {
  const next = skip(whiteSpace, text, end);
  return text[next] === "," ? skip(whiteSpace, text, next + 1) : next;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== "{" && first !== "[") return skip(scalar, text, start);
  let depth = 0;
  const token = /["{}[\]]/g;
  token.lastIndex = start;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === '"') token.lastIndex = stringEnd(text, found.index);
    else depth += found[0] === "{" || found[0] === "[" ? 1 : -1;
    if (depth === 0) return found.index + 1;
  }
  return text.length;
}

/** The end of the string that opens at `start`. A loop, for a regular expression over megabytes can exhaust its stack. */
function stringEnd(text: string, start: number): number {
  const mark = /["\\]/g;
  mark.lastIndex = start + 1;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') return found.index + 1;
    mark.lastIndex = found.index + 2;
  }
  return text.length;
}

/** The end of what the sticky `pattern` matches at `at`. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
