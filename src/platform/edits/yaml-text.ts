// Changing a value in the text of a YAML file: every other byte stays. What is written is JSON, which YAML takes in.
import { isCollection, isMap, isNode, isPair, isScalar, isSeq, parseDocument, type Document, type Node } from "yaml";
import { MortarError } from "../errors.ts";
import { isObject } from "../json.ts";
import { isSame, valueAt } from "./changes.ts";
import type { JsonPath } from "./json-text.ts";
import { putValue } from "./toml-text.ts";

const bom = "\uFEFF";

/** The mapping that the text is, an empty one for a text without values; undefined for anything else. */
export function parseYaml(text: string): Record<string, unknown> | undefined {
  const document = read(text);
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS() ?? {};
    return isObject(value) ? value : undefined;
  } catch {
    // Aliases without end.
    return undefined;
  }
}

/** The line, from 1, of the first error. */
export function faultOfYaml(text: string): number | undefined {
  return read(text).errors[0]?.linePos?.[0].line;
}

/**
 * Sets the value at the path, with the mappings on the way to it; undefined takes it out. Throws `config_invalid` where the
 * text that comes out would mean something else, rather than write that.
 */
export function setYaml(text: string, path: JsonPath, value: unknown): string {
  const body = text.startsWith(bom) ? text.slice(1) : text;
  const wanted = parseYaml(body) ?? {};
  if (value === undefined && valueAt(wanted, path) === undefined) return text;
  putValue(wanted, path, value);
  const next = changed(body, path, value);
  if (next !== undefined && isSame(parseYaml(next), wanted)) return body === text ? next : bom + next;
  throw new MortarError("config_invalid", `${path.join(".")} cannot be changed in this YAML file`, {
    hint: "Its structure is one that cannot be edited safely; change it by hand.",
  });
}

/** Puts a value at the end of the list at the path; a list that is not there is made. */
export function appendYaml(text: string, path: JsonPath, value: unknown): string {
  const present = valueAt(parseYaml(text), path);
  if (!Array.isArray(present) || present.length === 0) return setYaml(text, path, [value]);
  const body = text.startsWith(bom) ? text.slice(1) : text;
  const list = nodeAt(read(body), path);
  const last = isSeq(list) ? list.items.at(-1) : undefined;
  const next =
    list === undefined || !isNode(last) ? undefined : added(body, list, { last, entry: JSON.stringify(value) });
  if (next !== undefined && isSame(valueAt(parseYaml(next), path), [...(present as unknown[]), value])) {
    return body === text ? next : bom + next;
  }
  return setYaml(text, path, [...(present as unknown[]), value]);
}

function read(text: string): Document.Parsed {
  return parseDocument(text.startsWith(bom) ? text.slice(1) : text, { prettyErrors: true, uniqueKeys: true });
}

function changed(body: string, path: JsonPath, value: unknown): string | undefined {
  const document = read(body);
  const present = nodeAt(document, path);
  if (value === undefined) return removed(body, document, path);
  if (present !== undefined) return replaced(body, document, { path, json: JSON.stringify(value) });
  const depth = path.findIndex((_part, index) => nodeAt(document, path.slice(0, index + 1)) === undefined);
  const parent = depth <= 0 ? document.contents : nodeAt(document, path.slice(0, depth));
  const rest = path.slice(depth + 1).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  const entry = `${keyText(String(path[depth]))}: ${JSON.stringify(rest)}`;
  if (parent === null || !isCollection(parent)) {
    if (depth > 0) return changed(body, path.slice(0, depth), unwrapped(path.slice(depth), value));
    const open = body === "" || body.endsWith("\n") ? "" : endOf(body);
    return `${body}${open}${entry}${endOf(body)}`;
  }
  const pair = parent.items.at(-1);
  const last = isPair(pair) && isNode(pair.value) ? pair.value : undefined;
  if (last === undefined && parent.range != null)
    return changed(body, path.slice(0, depth), unwrapped(path.slice(depth), value));
  return last === undefined ? undefined : added(body, parent, { last, entry });
}

/** Another value in the place of one that is there. */
function replaced(
  body: string,
  document: Document.Parsed,
  { path, json }: { readonly path: JsonPath; readonly json: string },
): string | undefined {
  const present = nodeAt(document, path);
  if (present?.range == null) return undefined;
  const [start, end] = present.range;
  // A block ends with its line.
  const tail = body.slice(start, end).endsWith("\n") ? endOf(body) : "";
  const key = keyOf(document, path);
  const colon = key?.range == null ? -1 : body.indexOf(":", key.range[1]);
  const lineEnd = colon < 0 ? -1 : body.indexOf("\n", colon);
  const isBlock = isCollection(present) && body[start] !== "{" && body[start] !== "[";
  if (isBlock && lineEnd >= 0 && lineEnd < start) {
    // Its lines are below the key's: what is written goes behind the key.
    const rest = lineAfter(body, end);
    return `${body.slice(0, colon + 1)} ${json}${body.slice(colon + 1, lineEnd + 1)}${body.slice(rest)}`;
  }
  const gap = start > 0 && body[start - 1] === ":" ? " " : "";
  return body.slice(0, start) + gap + json + tail + body.slice(end);
}

function keyOf(document: Document.Parsed, path: JsonPath): Node | undefined {
  const parent = path.length === 1 ? document.contents : nodeAt(document, path.slice(0, -1));
  const pair = isMap(parent) ? parent.items.find((one) => nameOf(one) === path.at(-1)) : undefined;
  return isNode(pair?.key) ? pair.key : undefined;
}

function unwrapped(path: JsonPath, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
}

/** A new entry behind the last one of a collection, in the form that it has. */
function added(body: string, parent: Node, { last, entry }: { last: Node; entry: string }): string | undefined {
  if (parent.range == null || last.range == null) return undefined;
  const [start] = parent.range;
  const end = last.range[1];
  if (body[start] === "{" || body[start] === "[") return `${body.slice(0, end)}, ${entry}${body.slice(end)}`;
  const column = start - (body.lastIndexOf("\n", start - 1) + 1);
  const line = `${" ".repeat(column)}${isSeq(parent) ? "- " : ""}${entry}`;
  if (body[end - 1] === "\n") return `${body.slice(0, end)}${line}${endOf(body)}${body.slice(end)}`;
  const lineEnd = body.indexOf("\n", end);
  if (lineEnd < 0) return `${body}${endOf(body)}${line}`;
  return `${body.slice(0, lineEnd + 1)}${line}${endOf(body)}${body.slice(lineEnd + 1)}`;
}

function removed(body: string, document: Document.Parsed, path: JsonPath): string | undefined {
  const parent = path.length === 1 ? document.contents : nodeAt(document, path.slice(0, -1));
  if (!isCollection(parent) || parent.range == null) return undefined;
  const places = parent.items.map((item) => spanOf(item));
  const index = isSeq(parent) ? Number(path.at(-1)) : parent.items.findIndex((one) => nameOf(one) === path.at(-1));
  const own = places[index];
  if (own === undefined) return undefined;
  const isFlow = body[parent.range[0]] === "{" || body[parent.range[0]] === "[";
  const [next, before] = [places[index + 1], places[index - 1]];
  if (places.length === 1 && (isFlow || path.length === 1)) return alone(body, parent, own);
  if (places.length === 1) {
    return replaced(body, document, { path: path.slice(0, -1), json: isSeq(parent) ? "[]" : "{}" });
  }
  if (isFlow) {
    if (next !== undefined) return body.slice(0, own[0]) + body.slice(next[0]);
    return before === undefined ? undefined : body.slice(0, before[1]) + body.slice(own[1]);
  }
  const lineStart = body.lastIndexOf("\n", own[0] - 1) + 1;
  const head = body.slice(lineStart, own[0]);
  // The first key of a list's entry stands behind its dash.
  if (!/^[ \t]*(?:- *)?$/.test(head) || (isMap(parent) && head.includes("-"))) {
    return next === undefined ? undefined : body.slice(0, own[0]) + body.slice(next[0]);
  }
  return body.slice(0, lineStart) + body.slice(lineAfter(body, own[1]));
}

/** Without the only entry of a flow, or of the whole text. */
function alone(body: string, parent: Node, own: readonly [number, number]): string | undefined {
  if (parent.range == null) return undefined;
  const [start, end] = parent.range;
  const isFlow = body[start] === "{" || body[start] === "[";
  if (isFlow) return `${body.slice(0, start + 1)}${body.slice(end - 1)}`;
  return body.slice(0, body.lastIndexOf("\n", own[0] - 1) + 1) + body.slice(lineAfter(body, own[1]));
}

/** From the start of an entry to the end of its value. */
function spanOf(item: unknown): readonly [number, number] | undefined {
  const first = isPair(item) ? item.key : item;
  const last = isPair(item) ? (item.value ?? item.key) : item;
  if (!isNode(first) || !isNode(last) || first.range == null || last.range == null) return undefined;
  return [first.range[0], last.range[1]];
}

function nameOf(item: unknown): unknown {
  return isPair(item) && isScalar(item.key) ? String(item.key.value) : undefined;
}

/** Where the line after the one with `end - 1` begins. */
function lineAfter(body: string, end: number): number {
  if (body[end - 1] === "\n") return end;
  const next = body.indexOf("\n", end);
  return next < 0 ? body.length : next + 1;
}

function nodeAt(document: Document.Parsed, path: JsonPath): Node | undefined {
  const found: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(found) ? found : undefined;
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(key)
    ? key
    : JSON.stringify(key);
}

function endOf(body: string): string {
  return body.includes("\r\n") ? "\r\n" : "\n";
}
