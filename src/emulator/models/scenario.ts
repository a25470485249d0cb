// What the emulator's scripted model says: turns by conversation, as data. The model is a script and says so.
import { isObject } from "../../platform/json.ts";
import { ApiFault } from "../http/route.ts";

export interface ScriptedTool {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ScriptedError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly retryAfter?: string;
  /** How many requests for this turn it meets; 0 means all of them. */
  readonly times: number;
}

/** One answer of the model. In text and in inputs, `{{/regex/}}` stands for what the last tool results gave. */
export interface Turn {
  readonly text: string;
  readonly tools: readonly ScriptedTool[];
  readonly error?: ScriptedError;
  /** Milliseconds before each event of a stream. */
  readonly delayMs: number;
}

export interface Conversation {
  /** Begins where the first user message holds this text; absent for every conversation. */
  readonly when?: string;
  readonly turns: readonly Turn[];
}

export interface Scenario {
  readonly conversations: readonly Conversation[];
}

/** The model of one workspace: its scenario, and which errors it has played. */
export interface ScriptedModel {
  scenario: Scenario;
  readonly played: Map<Turn, number>;
}

const unset: Turn = {
  text: "The emulator's model is scripted, and no scenario is set. Give one with `mortar emulator start --scenario FILE`.",
  tools: [],
  delayMs: 0,
};

const ended: Turn = { text: "The scenario of the emulator's model ends here.", tools: [], delayMs: 0 };

export function createScriptedModel(): ScriptedModel {
  return { scenario: { conversations: [] }, played: new Map() };
}

/**
 * The turn of a conversation that has `answered` answers of the model in it. The place is read from the conversation
 * itself, so that a request that is sent again, or one beside it, moves nothing.
 */
export function turnOf({ scenario }: ScriptedModel, firstMessage: string, answered: number): Turn {
  if (scenario.conversations.length === 0) return unset;
  const found = scenario.conversations.find(({ when }) => when === undefined || firstMessage.includes(when));
  return found?.turns[answered] ?? ended;
}

/** The error that this request meets, counted. */
export function takeError({ played }: ScriptedModel, turn: Turn): ScriptedError | undefined {
  if (turn.error === undefined) return undefined;
  const count = played.get(turn) ?? 0;
  if (turn.error.times !== 0 && count >= turn.error.times) return undefined;
  played.set(turn, count + 1);
  return turn.error;
}

/** The value with each `{{/regex/}}` in its texts replaced by the first group of the match. Throws ApiFault 400 without one. */
export function fillIn<T>(value: T, results: string): T {
  if (typeof value === "string") return fillText(value, results) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => fillIn(one, results)) as T;
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillIn(one, results)])) as T;
}

function fillText(text: string, results: string): string {
  return text.replace(/\{\{\/(.+?)\/\}\}/gs, (_whole, source: string) => {
    const match = new RegExp(source, "s").exec(results);
    if (match === null) throw invalid(`nothing in the last tool results matches /${source}/`);
    return match[1] ?? match[0];
  });
}

/** Reads a scenario: `{"turns": [...]}`, or `{"conversations": [{"when", "turns"}]}`. Throws ApiFault 400 naming what does not fit. */
export function parseScenario(value: unknown): Scenario {
  const object = requireObject(value, "a scenario");
  refuseOthers(object, ["turns", "conversations"], "a scenario");
  const conversations = object["conversations"] ?? [{ turns: object["turns"] }];
  return { conversations: requireList(conversations, "conversations").map(readConversation) };
}

function readConversation(value: unknown): Conversation {
  const object = requireObject(value, "a conversation");
  refuseOthers(object, ["when", "turns"], "a conversation");
  const when = object["when"];
  if (when !== undefined && typeof when !== "string") throw invalid("when must be a text");
  const turns = requireList(object["turns"], "turns").map(readTurn);
  return { turns, ...(when === undefined ? {} : { when }) };
}

function readTurn(value: unknown): Turn {
  const object = requireObject(value, "a turn");
  refuseOthers(object, ["text", "tools", "error", "delay_ms"], "a turn");
  const text = object["text"] ?? "";
  if (typeof text !== "string") throw invalid("text must be a text");
  checkPatterns(object);
  const tools = object["tools"] === undefined ? [] : requireList(object["tools"], "tools").map(readTool);
  const error = object["error"];
  return {
    text,
    tools,
    delayMs: wholeNumber(object["delay_ms"] ?? 0, "delay_ms"),
    ...(error === undefined ? {} : { error: readError(error) }),
  };
}

function readTool(value: unknown): ScriptedTool {
  const object = requireObject(value, "a tool");
  refuseOthers(object, ["name", "input"], "a tool");
  const name = object["name"];
  if (typeof name !== "string" || name === "") throw invalid("a tool needs a name");
  return { name, input: requireObject(object["input"] ?? {}, "input") };
}

function readError(value: unknown): ScriptedError {
  const object = requireObject(value, "an error");
  refuseOthers(object, ["status", "type", "message", "retry_after", "times"], "an error");
  const { type = "api_error", message = "The scripted model was told to fail.", retry_after: retryAfter } = object;
  if (typeof type !== "string" || typeof message !== "string") throw invalid("type and message must be texts");
  return {
    type,
    message,
    status: wholeNumber(object["status"] ?? 500, "status"),
    times: wholeNumber(object["times"] ?? 1, "times"),
    ...(retryAfter === undefined ? {} : { retryAfter: String(retryAfter) }),
  };
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

function requireObject(value: unknown, what: string): Record<string, unknown> {
  if (!isObject(value)) throw invalid(`${what} must be a JSON object`);
  return value;
}

function requireList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${what} must be a list`);
  return value;
}

function refuseOthers(object: Record<string, unknown>, known: readonly string[], what: string): void {
  const foreign = Object.keys(object).find((key) => !known.includes(key));
  if (foreign !== undefined) throw invalid(`${what} has no field ${foreign}`);
}

function wholeNumber(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw invalid(`${what} must be a whole number`);
  return value;
}

function invalid(message: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `Scenario: ${message}`);
}
