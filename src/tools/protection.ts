// Catalogs, schemas, tables and paths that no call may write: patterns, and what they meet.
import { MortarError } from "../platform/errors.ts";
import { isObject } from "../platform/json.ts";
import type { Tool, ToolContext } from "./define.ts";
import type { Target } from "./targets.ts";

export interface Protection {
  readonly patterns: readonly Pattern[];
  /** Whether what runs code may still be called, although it may write anywhere. */
  readonly allowCode: boolean;
}

interface Pattern {
  readonly written: string;
  readonly form: Form;
}

/** Parts of a name from the catalog down, or of a path from its root down. */
interface Form {
  readonly is: "name" | "path";
  /** Undefined where it is not known. */
  readonly parts: readonly (string | undefined)[];
}

/**
 * What is protected by `patterns`: `prod`, `prod.sales`, `*.gold`, `main.shop.fruit`, `/Workspace/Shared/prod`,
 * `/Volumes/main/raw/*`, `s3://bucket/prod`. `*` stands for any letters of a part, and all below what a pattern names is meant too.
 * Undefined where there are none. Throws `usage` for one that cannot be understood.
 */
export function protectionOf(patterns: readonly string[], allowCode: boolean): Protection | undefined {
  if (patterns.length === 0) return undefined;
  return { patterns: patterns.map((written) => ({ written, form: patternForm(written) })), allowCode };
}

/** Both: what one of them protects is protected. */
export function joined(one: Protection | undefined, other: Protection | undefined): Protection | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { patterns: [...one.patterns, ...other.patterns], allowCode: one.allowCode && other.allowCode };
}

function patternForm(written: string): Form {
  const text = written.trim();
  const isPath = text.startsWith("/") || /^[a-z][a-z0-9+.-]*:\//i.test(text);
  const form = isPath ? pathForm(text) : nameForm(text);
  if (form !== undefined && form.parts.length > 0) return form;
  throw new MortarError("usage", `${JSON.stringify(written.slice(0, 200))} is nothing to protect`, {
    hint: "Name a catalog, catalog.schema or catalog.schema.table (* for any), or a whole path: /Workspace/Shared/prod, /Volumes/main/raw.",
  });
}

function nameForm(text: string): Form | undefined {
  const isWhole = /^(?:`(?:[^`]|``)+`|[^.`\s]+)(?:\.(?:`(?:[^`]|``)+`|[^.`\s]+)){0,3}$/.test(text);
  if (!isWhole || text.startsWith("~")) return undefined;
  const parts = [...text.matchAll(/`((?:[^`]|``)+)`|[^.`]+/g)];
  return { is: "name", parts: parts.map(([whole, quoted]) => quoted?.replaceAll("``", "`") ?? whole) };
}

/** Schemes of one storage: https://hadoop.apache.org/docs/stable/hadoop-aws/, hadoop-azure/abfs.html. */
const sameScheme: Readonly<Record<string, string>> = { s3a: "s3", s3n: "s3", abfs: "abfss", wasb: "wasbs" };

/** `/Volumes/a/b/c/d` is the name a.b.c with what is below it: volumes are protected with their schemas. */
function pathForm(path: string): Form | undefined {
  const [, scheme = "", rest = path] = /^([a-z][a-z0-9+.-]*):\/+(.*)$/i.exec(path) ?? [];
  const kind = sameScheme[scheme.toLowerCase()] ?? scheme.toLowerCase();
  const parts = resolved(rest);
  const root = parts[0]?.toLowerCase();
  if ((kind === "" || kind === "dbfs" || kind === "file") && root === "volumes")
    return { is: "name", parts: parts.slice(1) };
  if (kind === "dbfs") return { is: "path", parts: ["dbfs:", ...parts] };
  if ((kind === "" || kind === "file") && root === "dbfs") return { is: "path", parts: ["dbfs:", ...parts.slice(1)] };
  if (kind !== "" && kind !== "file") return { is: "path", parts: [`${kind}:`, ...parts] };
  return { is: "path", parts: root === "workspace" ? parts.slice(1) : parts };
}

/** The names of a path, without empty ones, `.` and `..`. */
function resolved(path: string): string[] {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts;
}

/** Whether writing there touches what the pattern protects: it lies below it, or holds it. */
function meets(target: Form, pattern: Form): boolean {
  if (target.is !== pattern.is) return false;
  return pattern.parts.every((part, at) => {
    const there = target.parts[at];
    return there === undefined || isLike(there, part ?? "*");
  });
}

/** In any case: catalogs do not tell cases apart, and where paths do, too much is better kept than too little. */
function isLike(name: string, pattern: string): boolean {
  const plain = (text: string): string => text.normalize("NFC").toLowerCase();
  const pieces = plain(pattern).split(/\*+/);
  const whole = plain(name);
  const [head = "", ...more] = pieces;
  const tail = more.pop();
  if (tail === undefined) return whole === head;
  if (!whole.startsWith(head) || !whole.endsWith(tail) || whole.length < head.length + tail.length) return false;
  let at = head.length;
  for (const piece of more) {
    const found = whole.indexOf(piece, at);
    if (found === -1 || found + piece.length > whole.length - tail.length) return false;
    at = found + piece.length;
  }
  return true;
}

/** Throws `protected` where the call may write what is protected, before anything is done. Reading is always let through. */
export async function checkProtected(tool: Tool, context: ToolContext, input: unknown): Promise<void> {
  const { protection } = context;
  if (protection === undefined || tool.effect === "read" || isDryRun(tool, input)) return;
  if (tool.targets === undefined) throw refused(`${tool.name} does not say what it writes`);
  for (const target of await tool.targets(input, context)) {
    if (target.kind === "anywhere") {
      if (!protection.allowCode) throw refused(`it is not known what ${tool.name} would write: ${target.why}`);
      continue;
    }
    const form = formOf(target);
    const hit =
      form === undefined ? "what is protected" : protection.patterns.find((one) => meets(form, one.form))?.written;
    if (hit !== undefined) throw refused(`${shown(target)} is, or may be, in ${hit}`);
  }
}

/** Whether the call only says what it would do. */
export function isDryRun(tool: Tool, input: unknown): boolean {
  return "dry_run" in tool.input.shape && isObject(input) && input["dry_run"] === true;
}

function formOf(target: Exclude<Target, { readonly kind: "anywhere" }>): Form | undefined {
  return target.kind === "path" ? pathForm(target.path) : { is: "name", parts: target.name };
}

function shown(target: Exclude<Target, { readonly kind: "anywhere" }>): string {
  const text = target.kind === "path" ? target.path : target.name.map((part) => part ?? "?").join(".");
  return text.slice(0, 300);
}

function refused(why: string): MortarError {
  return new MortarError("protected", `Protected, and nothing was done: ${why}`, {
    hint: "Whoever started the server protects it with --protect. Name what is to be written in full, as catalog.schema.table, or write elsewhere.",
  });
}
