// Changing a value in the text of a JSON file, comments or not: every other byte stays.
import {
  applyEdits,
  modify,
  parse,
  parseTree,
  findNodeAtLocation,
  type Node,
  type ParseError,
  type ModificationOptions,
} from "jsonc-parser";
import { isObject } from "../json.ts";
import { withoutMember } from "./json-removal.ts";

export type JsonPath = readonly (string | number)[];

const bom = "\uFEFF";

/** The object that the text is, with comments and commas at the end allowed; undefined for anything else. */
export function parseJsonObject(text: string): Record<string, unknown> | undefined {
  const errors: ParseError[] = [];
  const value: unknown = parse(withoutBom(text), errors, { allowTrailingComma: true });
  return errors.length === 0 && isObject(value) ? value : undefined;
}

/** The line, from 1, of the first error. */
export function faultOfJson(text: string): number | undefined {
  const errors: ParseError[] = [];
  const body = withoutBom(text);
  parse(body, errors, { allowTrailingComma: true });
  const [first] = errors;
  return first === undefined ? undefined : body.slice(0, first.offset).split("\n").length;
}

/** Sets the value at the path, with the objects on the way to it; undefined takes it out. The text has to be an object. */
export function setJson(text: string, path: JsonPath, value: unknown): string {
  const body = withoutBom(text);
  if (value === undefined) return rejoin(text, removed(body, path));
  return rejoin(text, change(body, path, value, false));
}

/** Puts a value at the end of the list at the path; a list that is not there is made. */
export function appendJson(text: string, path: JsonPath, value: unknown): string {
  const body = withoutBom(text);
  if (!isThere(body, path)) return rejoin(text, change(body, path, [value], false));
  return rejoin(text, change(body, [...path, -1], value, true));
}

function change(body: string, path: JsonPath, value: unknown, isArrayInsertion: boolean): string {
  const options: ModificationOptions = { formattingOptions: formatOf(body), isArrayInsertion };
  return applyEdits(body, modify(body, [...path], value, options));
}

function removed(body: string, path: JsonPath): string {
  const node = nodeAt(body, path);
  // The value of a member of an object has the member above it.
  const member = node?.parent?.type === "property" ? node.parent : node;
  const parent = member?.parent;
  const index = member === undefined ? -1 : (parent?.children?.indexOf(member) ?? -1);
  return parent === undefined || index < 0 ? body : withoutMember(body, parent, index);
}

function isThere(body: string, path: JsonPath): boolean {
  return nodeAt(body, path) !== undefined;
}

function nodeAt(body: string, path: JsonPath): Node | undefined {
  const root = parseTree(body, [], { allowTrailingComma: true });
  return root === undefined ? undefined : findNodeAtLocation(root, [...path]);
}

/** Indentation and line ends as the file has them. */
function formatOf(body: string): NonNullable<ModificationOptions["formattingOptions"]> {
  const indent = /\n([ \t]+)\S/.exec(body)?.[1] ?? "  ";
  const insertSpaces = !indent.startsWith("\t");
  return { insertSpaces, tabSize: insertSpaces ? indent.length : 1, eol: body.includes("\r\n") ? "\r\n" : "\n" };
}

function withoutBom(text: string): string {
  return text.startsWith(bom) ? text.slice(1) : text;
}

function rejoin(before: string, body: string): string {
  return before.startsWith(bom) ? `${bom}${body}` : body;
}
