// A scenario of the scripted model as data: turns by conversation, read from JSON and refused where it does not fit.
import { isObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";

export interface ScriptedTool {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * Whose body an error has: the dialect's own, the workspace's (`error_code`, `message`), the workspace's with the
 * dialect's as a text inside, or a page.
 */
export const errorShapes = ["dialect", "workspace", "nested", "html"] as const;
export type ErrorShape = (typeof errorShapes)[number];

/** An HTTP error in place of the answer. */
export interface ScriptedError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly shape: ErrorShape;
  readonly retryAfter?: string;
  /** How many requests for this turn it meets; 0 means all of them. */
  readonly times: number;
}

/** `reset` breaks the connection, `stall` says nothing more, `error` sends the dialect's error event, `end` ends too early. */
export const streamFaultKinds = ["reset", "stall", "error", "end"] as const;

/** What goes wrong after an answer has begun. */
export interface StreamFault {
  readonly kind: (typeof streamFaultKinds)[number];
  /** How much of the body is sent before: so many events, or so many bytes. */
  readonly afterEvents?: number;
  readonly afterBytes?: number;
  /** For `error`. */
  readonly type: string;
  readonly message: string;
  /** How many requests for this turn it meets; 0 means all of them. */
  readonly times: number;
}

/** Token counts that are reported in place of the emulator's estimate. */
export interface ScriptedUsage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
}

/** One answer of the model. In text and in inputs, `{{/regex/}}` stands for what the last tool results gave. */
export interface Turn {
  readonly thinking: string;
  readonly text: string;
  readonly tools: readonly ScriptedTool[];
  readonly error?: ScriptedError;
  readonly fault?: StreamFault;
  readonly usage: ScriptedUsage;
  /** Milliseconds before each event of a stream. */
  readonly delayMs: number;
  /** Milliseconds before the first byte of the answer. */
  readonly firstDelayMs: number;
  /** Sends the body in pieces of so many bytes, wherever they cut; 0 sends whole events. */
  readonly splitBytes: number;
}

export interface Conversation {
  /** Begins where the first user message holds this text; absent for every conversation. */
  readonly when?: string;
  readonly turns: readonly Turn[];
}

export interface Scenario {
  readonly conversations: readonly Conversation[];
  /** What requests may not hold, beside what the dialects refuse by themselves. */
  readonly rejects: Rejects;
}

export interface Rejects {
  /** Paths into the body; `*` stands for each element of a list: `tools.*.strict`. */
  readonly fields: readonly string[];
  /** Values of the header `anthropic-beta`. */
  readonly betas: readonly string[];
}

/**
 * Reads a scenario: `{"turns": [...]}`, or `{"conversations": [{"when", "turns"}]}`, either with `rejects`. Throws
 * ApiFault 400 naming what does not fit.
 */
export function parseScenario(value: unknown): Scenario {
  const object = readObject(value, "a scenario", ["turns", "conversations", "rejects"]);
  const conversations = object["conversations"] ?? [{ turns: object["turns"] }];
  const rejects = readObject(object["rejects"] ?? {}, "rejects", ["fields", "betas"]);
  return {
    conversations: readList(conversations, "conversations").map(readConversation),
    rejects: { fields: readTexts(rejects["fields"], "fields"), betas: readTexts(rejects["betas"], "betas") },
  };
}

function readConversation(value: unknown): Conversation {
  const object = readObject(value, "a conversation", ["when", "turns"]);
  const when = object["when"];
  if (when !== undefined && typeof when !== "string") throw invalid("when must be a text");
  const turns = readList(object["turns"], "turns").map(readTurn);
  return { turns, ...(when === undefined ? {} : { when }) };
}

const turnFields = [
  "thinking",
  "text",
  "tools",
  "error",
  "fault",
  "usage",
  "delay_ms",
  "first_delay_ms",
  "split_bytes",
];

function readTurn(value: unknown): Turn {
  const object = readObject(value, "a turn", turnFields);
  checkPatterns(object);
  const { tools = [], error, fault } = object;
  return {
    thinking: readText(object["thinking"] ?? "", "thinking"),
    text: readText(object["text"] ?? "", "text"),
    tools: readList(tools, "tools").map(readTool),
    usage: readUsage(object["usage"] ?? {}),
    delayMs: wholeNumber(object["delay_ms"] ?? 0, "delay_ms"),
    firstDelayMs: wholeNumber(object["first_delay_ms"] ?? 0, "first_delay_ms"),
    splitBytes: wholeNumber(object["split_bytes"] ?? 0, "split_bytes"),
    ...(error === undefined ? {} : { error: readError(error) }),
    ...(fault === undefined ? {} : { fault: readFault(fault) }),
  };
}

function readTool(value: unknown): ScriptedTool {
  const object = readObject(value, "a tool", ["name", "input"]);
  const name = object["name"];
  if (typeof name !== "string" || name === "") throw invalid("a tool needs a name");
  const input = object["input"] ?? {};
  if (!isObject(input)) throw invalid("input must be a JSON object");
  return { name, input };
}

function readError(value: unknown): ScriptedError {
  const object = readObject(value, "an error", ["status", "type", "message", "shape", "retry_after", "times"]);
  const { retry_after: retryAfter } = object;
  return {
    type: readText(object["type"] ?? "api_error", "type"),
    message: readText(object["message"] ?? "The scripted model was told to fail.", "message"),
    shape: readWord(object["shape"] ?? "dialect", "shape", errorShapes),
    status: statusOf(object["status"] ?? 500),
    times: wholeNumber(object["times"] ?? 1, "times"),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
  };
}

function readFault(value: unknown): StreamFault {
  const object = readObject(value, "a fault", ["kind", "after_events", "after_bytes", "type", "message", "times"]);
  const { after_events: events, after_bytes: bytes } = object;
  if (events !== undefined && bytes !== undefined) throw invalid("a fault has after_events or after_bytes, not both");
  return {
    kind: readWord(object["kind"], "kind", streamFaultKinds),
    type: readText(object["type"] ?? "overloaded_error", "type"),
    message: readText(object["message"] ?? "Overloaded", "message"),
    times: wholeNumber(object["times"] ?? 1, "times"),
    ...(bytes === undefined ? { afterEvents: wholeNumber(events ?? 0, "after_events") } : {}),
    ...(bytes === undefined ? {} : { afterBytes: wholeNumber(bytes, "after_bytes") }),
  };
}

function readUsage(value: unknown): ScriptedUsage {
  const names = {
    input_tokens: "inputTokens",
    output_tokens: "outputTokens",
    cache_read_tokens: "cacheReadTokens",
    cache_write_tokens: "cacheWriteTokens",
    reasoning_tokens: "reasoningTokens",
  };
  const object = readObject(value, "usage", Object.keys(names));
  return Object.fromEntries(
    Object.entries(names)
      .filter(([name]) => object[name] !== undefined)
      .map(([name, field]) => [field, wholeNumber(object[name], name)]),
  );
}

function checkPatterns(turn: Record<string, unknown>): void {
  for (const [, source = ""] of JSON.stringify(turn).matchAll(/\{\{\/(.+?)\/\}\}/gs)) {
    try {
      void RegExp(JSON.parse(`"${source}"`) as string, "s");
    } catch {
      throw invalid(`/${source}/ is not a regular expression`);
    }
  }
}

function readObject(value: unknown, what: string, known: readonly string[]): Record<string, unknown> {
  if (!isObject(value)) throw invalid(`${what} must be a JSON object`);
  const foreign = Object.keys(value).find((key) => !known.includes(key));
  if (foreign !== undefined) throw invalid(`${what} has no field ${foreign}`);
  return value;
}

function readList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} must be a list`);
  return value;
}

function readTexts(value: unknown, what: string): readonly string[] {
  return readList(value ?? [], what).map((one) => readText(one, what));
}

function readText(value: unknown, what: string): string {
  if (typeof value !== "string") throw invalid(`${what} must be a text`);
  return value;
}

function readWord<T extends string>(value: unknown, what: string, words: readonly T[]): T {
  const found = words.find((word) => word === value);
  if (found === undefined) throw invalid(`${what} must be one of ${words.join(", ")}`);
  return found;
}

function statusOf(value: unknown): number {
  const status = wholeNumber(value, "status");
  if (status < 400 || status > 599) throw invalid("status must be one of an error: 400 to 599");
  return status;
}

function wholeNumber(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw invalid(`${what} must be a whole number`);
  return value;
}

function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `Scenario: ${message}`);
}
