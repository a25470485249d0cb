// Reads a property list that is XML: what an administrator has written by hand, or a tool exported.
import type { PlistValue } from "./xml-plist.ts";

interface Reader {
  readonly text: string;
  at: number;
}

// As deep as anything an MDM sends, and far from what a stack can hold.
const mostDepth = 32;

/** The value; undefined for a text that is none, or that declares entities of its own. */
export function readXmlPlist(text: string): PlistValue | undefined {
  const reader: Reader = { text: text.replace(/^\uFEFF/, ""), at: 0 };
  try {
    skipAside(reader);
    const start = tag(reader);
    if (start?.name !== "plist" || start.isEmpty) return undefined;
    skipAside(reader);
    const value = element(reader, tag(reader), 0);
    skipAside(reader);
    const end = tag(reader);
    skipAside(reader);
    return end?.name === "/plist" && reader.at === reader.text.length ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof Malformed) return undefined;
    throw thrown;
  }
}

class Malformed extends Error {}

interface Tag {
  readonly name: string;
  readonly isEmpty: boolean;
}

/** Spaces, comments, processing instructions, and a document type without declarations in it. */
function skipAside(reader: Reader): void {
  const aside = /(?:\s+|<!--[^]*?-->|<\?[^]*?\?>|<!DOCTYPE[^[\]<>]*>)*/y;
  aside.lastIndex = reader.at;
  reader.at += aside.exec(reader.text)?.[0].length ?? 0;
}

function tag(reader: Reader): Tag | undefined {
  const shape = /<(\/?[a-z]+)(?:\s[^<>]*?)?(\/?)>/y;
  shape.lastIndex = reader.at;
  const match = shape.exec(reader.text);
  if (match === null) return undefined;
  reader.at += match[0].length;
  return { name: match[1] ?? "", isEmpty: match[2] === "/" };
}

function element(reader: Reader, start: Tag | undefined, depth: number): PlistValue {
  if (start === undefined || depth > mostDepth) throw new Malformed();
  const { name, isEmpty } = start;
  switch (name) {
    case "true":
    case "false":
      if (!isEmpty) content(reader, name);
      return name === "true";
    case "string":
    case "date":
      return isEmpty ? "" : content(reader, name);
    case "integer":
      return number(isEmpty ? "" : content(reader, name), /^\s*[+-]?(?:\d+|0x[\da-f]+)\s*$/i);
    case "real":
      return number(isEmpty ? "" : content(reader, name), /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i);
    case "data":
      return Uint8Array.from(Buffer.from(isEmpty ? "" : content(reader, name), "base64"));
    case "array":
      return isEmpty ? [] : list(reader, depth);
    case "dict":
      return isEmpty ? {} : dictionary(reader, depth);
    default:
      throw new Malformed();
  }
}

function list(reader: Reader, depth: number): PlistValue {
  const values: PlistValue[] = [];
  for (;;) {
    skipAside(reader);
    const next = tag(reader);
    if (next?.name === "/array") return values;
    values.push(element(reader, next, depth + 1));
  }
}

function dictionary(reader: Reader, depth: number): PlistValue {
  const entries: [string, PlistValue][] = [];
  for (;;) {
    skipAside(reader);
    const next = tag(reader);
    if (next?.name === "/dict") return Object.fromEntries(entries);
    if (next?.name !== "key") throw new Malformed();
    const key = next.isEmpty ? "" : content(reader, "key");
    skipAside(reader);
    entries.push([key, element(reader, tag(reader), depth + 1)]);
  }
}

function number(text: string, shape: RegExp): number {
  if (!shape.test(text)) throw new Malformed();
  return Number(text.trim().replace(/^\+/, ""));
}

/** The text up to the end of the element, in which there are no other elements. */
function content(reader: Reader, name: string): string {
  const end = reader.text.indexOf(`</${name}>`, reader.at);
  if (end === -1) throw new Malformed();
  const raw = reader.text.slice(reader.at, end);
  reader.at = end + name.length + 3;
  return raw
    .split(/(<!\[CDATA\[[^]*?\]\]>|<!--[^]*?-->)/)
    .map((part, index) => (index % 2 === 1 ? marked(part) : plain(part)))
    .join("");
}

function marked(part: string): string {
  return part.startsWith("<![") ? part.slice("<![CDATA[".length, -"]]>".length) : "";
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function plain(text: string): string {
  if (text.includes("<")) throw new Malformed();
  return text.replace(/&([^;]*);?/g, (_whole, name: string) => {
    const code = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name);
    const point =
      code === null ? undefined : Number.parseInt(code[1] ?? code[2] ?? "", code[1] === undefined ? 10 : 16);
    const known = point === undefined ? named[name] : character(point);
    if (known === undefined) throw new Malformed();
    return known;
  });
}

function character(point: number): string | undefined {
  return point > 0 && point <= 0x10_ffff ? String.fromCodePoint(point) : undefined;
}
