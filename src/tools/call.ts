// The one way to call a tool: arguments checked, the result fitted to its declaration, every throw made a MortarError
// that carries neither a token nor a path of this machine.
import type * as z from "zod";
import { isAbort, MortarError, toMortarError } from "../platform/errors.ts";
import type { Deps } from "../platform/deps.ts";
import { isObject } from "../platform/json.ts";
import { redact } from "../platform/log.ts";
import { nearest } from "../platform/suggest.ts";
import { hintUnderNaming } from "./aliases.ts";
import type { Naming } from "./naming.ts";
import { coerceArguments } from "./coerce.ts";
import type { Tool, ToolContext, ToolResult } from "./define.ts";
import type { Limits } from "./limits.ts";
import { checkProtected, isDryRun } from "./protection.ts";
import type { Question } from "./question.ts";
import { toolSchemas } from "./schema.ts";

/**
 * Runs `tool` with `args` as they came from outside. Throws MortarError alone: `invalid_input` for arguments that do
 * not fit, with a "did you mean", and whatever the tool met.
 */
export async function callTool(tool: Tool, context: ToolContext, args: unknown): Promise<ToolResult> {
  return await runTool(tool, context, parseArguments(tool, args));
}

/**
 * Runs `tool` with what `parseArguments` gave, unless it may write what is protected. Throws MortarError alone; `timeout`
 * where the workspace takes longer than the caller was told that this call waits.
 */
export async function runTool(tool: Tool, context: ToolContext, input: unknown): Promise<ToolResult> {
  return await inTime(tool, context, { input }, async (limited) => {
    await checkProtected(tool, limited, input);
    const limits = limitsOf(limited, input);
    return present(tool, await tool.invoke({ ...limited, limits }, input), context.naming);
  });
}

/**
 * What the person has to be asked before `tool` runs with this; undefined where nothing is lost. Throws MortarError alone, also
 * where the call would write what is protected.
 */
export async function questionBefore(tool: Tool, context: ToolContext, input: unknown): Promise<Question | undefined> {
  return await inTime(tool, context, { input: {} }, async (limited) => {
    await checkProtected(tool, limited, input);
    return isDryRun(tool, input) ? undefined : await tool.confirm?.(input, limited);
  });
}

async function inTime<T>(
  tool: Tool,
  context: ToolContext,
  { input }: { readonly input: unknown },
  work: (limited: ToolContext) => Promise<T>,
): Promise<T> {
  const limitMs = longestMs(input, context);
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, limit]) });
  } catch (thrown) {
    if (limit.aborted && !context.signal.aborted && !(thrown instanceof MortarError)) throw tookTooLong(tool, limitMs);
    throw safeError(tool.name, thrown, context);
  }
}

/** What the caller wants less of than there may be. */
function limitsOf({ limits }: Pick<ToolContext, "limits">, input: unknown): Limits {
  const wished = isObject(input) ? input["max_chars"] : undefined;
  if (typeof wished !== "number") return limits;
  const textChars = Math.min(limits.textChars, wished);
  return { ...limits, textChars, cellChars: Math.min(limits.cellChars, textChars) };
}

/** A call ends soon after the wait that it was told, or after the usual one, also where the workspace hangs. */
function longestMs(input: unknown, { limits }: Pick<ToolContext, "limits">): number {
  const asked = isObject(input) ? input["wait_seconds"] : undefined;
  // Clients give up at 60 s: an error that says why is worth more than a little more time.
  const wait = typeof asked === "number" ? Math.max(asked, limits.waitSeconds) : limits.waitSeconds;
  return (Math.min(wait, limits.maxWaitSeconds) + limits.graceSeconds) * 1_000;
}

function tookTooLong(tool: Tool, limitMs: number): MortarError {
  return new MortarError("timeout", `${tool.name} did not end within ${Math.round(limitMs / 1_000)} seconds`, {
    hint: "The workspace answers slowly or limits how often it is asked. Try again in a minute.",
  });
}

/** The arguments as the tool's `run` takes them. Throws `invalid_input`. */
export function parseArguments(tool: Tool, args: unknown): unknown {
  const given = args ?? {};
  if (!isObject(given)) {
    throw new MortarError("invalid_input", `${tool.name}: the arguments must be an object`, {
      hint: `It takes ${Object.keys(tool.input.shape).join(", ") || "no arguments"}.`,
    });
  }
  const named = respell(tool, given);
  checkNames(tool, named);
  checkText(tool, named);
  const fitted = coerceArguments(toolSchemas(tool).input, withoutNulls(named));
  const parsed = tool.input.safeParse(fitted);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => issueText(issue, fitted));
  const inside = parsed.error.issues.map((issue) => insideHint(tool, issue)).find((hint) => hint !== undefined);
  throw new MortarError("invalid_input", `${tool.name}: ${issues.join("; ")}`, {
    hint: inside ?? `It takes ${argumentList(tool)}.`,
  });
}

/** What the object takes in which an argument is wrong: the tool's own arguments would not help there. */
function insideHint(tool: Tool, issue: z.core.$ZodIssue): string | undefined {
  const unknown = issue.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const place = unknown === undefined ? issue.path.slice(0, -1) : issue.path;
  const fields = place.length === 0 ? undefined : fieldsAt(tool, place);
  if (fields === undefined) return undefined;
  const meant = unknown === undefined ? undefined : nearest(unknown, fields.names);
  const suggestion = meant === undefined ? "" : `Did you mean "${meant}"? `;
  return `${suggestion}${place.map(String).join(".")} takes ${listed(fields)}.`;
}

interface Fields {
  readonly names: readonly string[];
  readonly required: readonly unknown[];
}

/** The fields of the object at `path`; undefined where the schema has no such object. */
function fieldsAt(tool: Tool, path: readonly PropertyKey[]): Fields | undefined {
  let schema: unknown = toolSchemas(tool).input;
  for (const key of path) {
    schema = typeof key === "number" ? step(schema, "items") : step(step(schema, "properties"), key);
  }
  const properties = step(schema, "properties");
  if (!isObject(properties)) return undefined;
  const required = step(schema, "required");
  return { names: Object.keys(properties), required: Array.isArray(required) ? required : [] };
}

function listed({ names, required }: Fields): string {
  return names.map((name) => (required.includes(name) ? name : `[${name}]`)).join(", ");
}

/** `path` becomes `notebook_path`, where the tool knows that spelling and the right one is not there as well. */
function respell(tool: Tool, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { spellings = {} } = tool;
  const right = (name: string): string => {
    const meant = Object.hasOwn(spellings, name) ? spellings[name] : undefined;
    return meant === undefined || Object.hasOwn(given, meant) ? name : meant;
  };
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [right(name), value]));
}

/** Models write `null` for "not given". */
function withoutNulls(named: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
}

function checkNames(tool: Tool, named: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(tool.input.shape);
  const unknown = Object.keys(named).filter((name) => !known.includes(name));
  const first = unknown[0];
  if (first === undefined) return;
  const suggestion = nearest(first, known);
  throw new MortarError(
    "invalid_input",
    `${tool.name}: unknown argument ${unknown.map((one) => JSON.stringify(one.slice(0, 60))).join(", ")}`,
    {
      hint: suggestion === undefined ? `It takes ${argumentList(tool)}.` : `Did you mean "${suggestion}"?`,
    },
  );
}

/** Half of a surrogate pair is no character: it can stand in no URL, and no store keeps it. */
function checkText(tool: Tool, named: Readonly<Record<string, unknown>>): void {
  const broken = Object.keys(named).find((name) => !isText(named[name]));
  if (broken === undefined) return;
  throw new MortarError("invalid_input", `${tool.name}: ${broken} holds half of a character (a lone surrogate)`, {
    hint: "Write the text again without the damaged character.",
  });
}

/** Not by recursion: what comes from outside may be nested deeper than the stack. */
function isText(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one === "string" && !one.isWellFormed()) return false;
    if (typeof one !== "object" || one === null) continue;
    for (const inner of Array.isArray(one) ? one : Object.entries(one).flat()) open.push(inner);
  }
  return true;
}

function argumentList(tool: Tool): string {
  const fields = fieldsAt(tool, []);
  return (fields === undefined ? "" : listed(fields)) || "no arguments";
}

function issueText(issue: z.core.$ZodIssue, given: unknown): string {
  const where = issue.path.map(String).join(".");
  if (where !== "" && issue.path.reduce(step, given) === undefined) return `${where} is missing`;
  if (issue.code === "unrecognized_keys") return `${where === "" ? "" : `${where}: `}unknown ${issue.keys.join(", ")}`;
  const message = issue.message.replace(/^Invalid input: /, "").replace(/^Invalid option: /, "");
  return where === "" ? message : `${where}: ${message}`;
}

function step(value: unknown, key: PropertyKey): unknown {
  return typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function present(tool: Tool, value: unknown, naming: Naming = "mortar"): ToolResult {
  try {
    const hint = isObject(value) ? value["hint"] : undefined;
    return tool.present(
      typeof hint === "string" ? { ...(value as object), hint: hintUnderNaming(hint, naming) } : value,
    );
  } catch (thrown) {
    const where = issuesOf(thrown);
    throw new MortarError("internal", `The result of ${tool.name} did not fit its declaration${where}`, {
      hint: "This is a defect in mortar. Please report it with the tool that you called.",
      cause: thrown,
    });
  }
}

function issuesOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !("issues" in thrown) || !Array.isArray(thrown.issues)) return "";
  const places = (thrown.issues as z.core.$ZodIssue[]).map((issue) => issue.path.map(String).join("."));
  return ` at ${places.slice(0, 3).join(", ")}`;
}

/** Whatever was thrown as an error that may leave this machine. */
export function safeError(
  name: string,
  thrown: unknown,
  { deps, signal, naming }: Pick<ToolContext, "deps" | "signal" | "naming">,
): MortarError {
  if (thrown instanceof MortarError) return scrubbed(thrown, deps, naming);
  if (isAbort(thrown) || signal.aborted)
    return toMortarError(isAbort(thrown) ? thrown : new DOMException("", "AbortError"));
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  deps.log.debug(`${name} failed: ${stack}`);
  return new MortarError("internal", `${name} failed unexpectedly`, {
    hint: "This is a defect in mortar. Run the server with --verbose to see the details on its standard error, and please report it.",
    cause: thrown,
  });
}

function scrubbed(error: MortarError, deps: Deps, naming: Naming = "mortar"): MortarError {
  const message = scrub(error.message, deps);
  const hint = error.hint === undefined ? undefined : scrub(hintUnderNaming(error.hint, naming), deps);
  if (message === error.message && hint === error.hint) return error;
  return new MortarError(error.code, message, {
    hint,
    workspaceCode: error.workspaceCode,
    requestId: error.requestId,
    httpStatus: error.httpStatus,
    cause: error.cause,
    exit: error.exit,
  });
}

/** Without what looks like a credential, and with the home folder of this machine written as `~`. */
function scrub(text: string, { paths }: Deps): string {
  const clean = redact(text);
  return paths.home === undefined || paths.home.length < 3 ? clean : clean.replaceAll(paths.home, "~");
}
