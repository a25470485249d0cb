// Changing one place of a JSON body while every other byte stays: what a prompt cache has seen must come again unchanged.
import { tryJson } from "../../platform/json.ts";
import { arraySpans, objectSpans, rootStart, type Span } from "../../platform/json-span.ts";

/** Steps to a value: names of members, and indices of elements. */
export type JsonPath = readonly (string | number)[];

/** The text of the body; undefined for a body that is no JSON object. */
export function bodyText(body: unknown): string | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  const text = decoder.decode(body);
  return text[rootStart(text)] === "{" ? text : undefined;
}

export function bodyBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const decoder = new TextDecoder();

/** The value at `path`, parsed; undefined where nothing stands there. The text must be valid JSON. */
export function valueAt(text: string, path: JsonPath): unknown {
  const span = spanAt(text, path);
  return span === undefined ? undefined : tryJson(text.slice(...span));
}

/** The text with another value at `path`, or undefined where nothing stands there. */
export function replaceAt(text: string, path: JsonPath, value: unknown): string | undefined {
  const span = spanAt(text, path);
  return span === undefined ? undefined : text.slice(0, span[0]) + JSON.stringify(value) + text.slice(span[1]);
}

/** The text with a further member at the end of the root object. The name must not stand there yet. */
export function addMember(text: string, name: string, value: unknown): string {
  const end = text.lastIndexOf("}");
  const isEmpty = objectSpans(text, rootStart(text)).size === 0;
  return `${text.slice(0, end)}${isEmpty ? "" : ","}${JSON.stringify(name)}:${JSON.stringify(value)}${text.slice(end)}`;
}

/**
 * The text without the members that `pattern` leads to, their commas gone with them: `*` stands for any element of a list,
 * and for any member of an object on the way. Elements of lists stay. The text is gone through once, however many there are.
 */
export function removeLike(text: string, pattern: readonly string[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const [from, to] of cuts(text, rootStart(text), pattern)) {
    pieces.push(text.slice(at, from));
    at = to;
  }
  return at === 0 ? text : pieces.join("") + text.slice(at);
}

/** What has to go, in the order of the text. `at` is where a value starts. */
function cuts(text: string, at: number, [step, ...rest]: readonly string[]): Span[] {
  if (step === undefined) return [];
  if (rest.length === 0) return text[at] === "{" ? cutOf(text, at, step) : [];
  return childrenAt(text, at, step).flatMap(([start]) => cuts(text, start, rest));
}

function cutOf(text: string, object: number, name: string): Span[] {
  const members = objectSpans(text, object);
  const value = members.get(name);
  if (value === undefined) return [];
  const ends = [...members.values()].map(([, end]) => end).filter((end) => end < value[0]);
  const before = ends.length === 0 ? undefined : Math.max(...ends);
  if (before !== undefined) return [[before, value[1]]];
  // The first: from behind the brace to behind the comma that follows, where one does.
  const comma = /^\s*,/.exec(text.slice(value[1], value[1] + 1000))?.[0].length ?? 0;
  return [[object + 1, value[1] + comma]];
}

function childrenAt(text: string, at: number, step: string): Span[] {
  if (text[at] === "[") return arraySpans(text, at).filter((_span, index) => step === "*" || step === String(index));
  if (text[at] !== "{") return [];
  const members = [...objectSpans(text, at)].filter(([name]) => step === "*" || step === name);
  return members.map(([, span]) => span).toSorted(([one], [other]) => one - other);
}

function spanAt(text: string, path: JsonPath): Span | undefined {
  const start = rootStart(text);
  let span: Span = [start, text.length];
  for (const step of path) {
    const next = childSpan(text, span[0], step);
    if (next === undefined) return undefined;
    span = next;
  }
  return span;
}

function childSpan(text: string, at: number, step: string | number): Span | undefined {
  if (typeof step === "number") return text[at] === "[" ? arraySpans(text, at)[step] : undefined;
  return text[at] === "{" ? objectSpans(text, at).get(step) : undefined;
}
