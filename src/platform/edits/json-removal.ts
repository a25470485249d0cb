// Taking a member out of an object or a list in JSON text: its comma and its line go with it, comments of others stay.
import { createScanner, type Node } from "jsonc-parser";

// SyntaxKind is a const enum of declarations alone.
const commaToken = 5;
const endOfFile = 17;

interface Cut {
  readonly start: number;
  readonly end: number;
}

/** `parent` is the object or list, `index` the place of the member in it. */
export function withoutMember(text: string, parent: Node, index: number): string {
  const members = parent.children ?? [];
  const member = members[index];
  if (member === undefined) return text;
  const start = member.offset;
  const end = start + member.length;
  const next = members[index + 1];
  const close = parent.offset + parent.length - 1;
  const after = commaIn(text, end, next?.offset ?? close);
  if (after !== undefined) return tidied(text, { start, end: after + 1 }, parent, members.length);
  const previous = members[index - 1];
  const before = previous === undefined ? undefined : commaIn(text, previous.offset + previous.length, start);
  const cut = tidied(text, { start, end }, parent, members.length);
  // Later in the text first: what stands before it keeps its place.
  return before === undefined ? cut : cut.slice(0, before) + cut.slice(before + 1);
}

/** Where the comma is that stands outside of comments. */
function commaIn(text: string, start: number, end: number): number | undefined {
  const scanner = createScanner(text.slice(start, end), true);
  for (let token: number = scanner.scan(); token !== endOfFile; token = scanner.scan()) {
    if (token === commaToken) return start + scanner.getTokenOffset();
  }
  return undefined;
}

/** Cuts, with the line where nothing else is on it, or with the spaces that the member had before its neighbour. */
function tidied(text: string, { start, end }: Cut, parent: Node, count: number): string {
  const inner: Cut = { start: parent.offset + 1, end: parent.offset + parent.length - 1 };
  const isAlone = count === 1 && /^\s*$/.test(text.slice(inner.start, start) + text.slice(end, inner.end));
  if (isAlone) return text.slice(0, inner.start) + text.slice(inner.end);
  const left = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0;
  const right = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  const startsLine = /[\r\n]$/.test(text.slice(0, start - left));
  const lineEnd = /^(?:\r\n|\n|\r)/.exec(text.slice(end + right))?.[0] ?? "";
  if (startsLine && lineEnd !== "") return text.slice(0, start - left) + text.slice(end + right + lineEnd.length);
  // Between neighbours on one line one space stays.
  return text.slice(0, start) + text.slice(end + right);
}
