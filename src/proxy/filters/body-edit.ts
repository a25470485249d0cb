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

/** The text without the member at `path`, its comma gone with it; undefined where no member of an object stands there. */
export function removeAt(text: string, path: JsonPath): string | undefined {
  if (typeof path.at(-1) !== "string") return undefined;
  const value = spanAt(text, path);
  const parent = spanAt(text, path.slice(0, -1));
  if (value === undefined || parent === undefined) return undefined;
  const ends = [...objectSpans(text, parent[0]).values()].map(([, end]) => end).filter((end) => end < value[0]);
  const before = ends.length === 0 ? undefined : Math.max(...ends);
  if (before !== undefined) return text.slice(0, before) + text.slice(value[1]);
  // The first: from behind the brace to behind the comma that follows, where one does.
  const comma = /^\s*,/.exec(text.slice(value[1], value[1] + 1000))?.[0].length ?? 0;
  return text.slice(0, parent[0] + 1) + text.slice(value[1] + comma);
}

/** Every path that fits: `*` stands for any element of a list, and for any member of an object. */
export function pathsLike(value: unknown, pattern: readonly string[]): JsonPath[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return [[]];
  return childrenOf(value, step).flatMap(([name, child]) => pathsLike(child, rest).map((below) => [name, ...below]));
}

function childrenOf(value: unknown, step: string): (readonly [string | number, unknown])[] {
  if (Array.isArray(value)) {
    const elements = value.map((one: unknown, index) => [index, one] as const);
    return step === "*" ? elements : elements.filter(([index]) => String(index) === step);
  }
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  return step === "*" ? members : members.filter(([name]) => name === step);
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
