// The conversation as the workspace understands it: calls of server tools become calls of client tools with their results.
import { arraySpans, objectSpans, rootStart } from "../../platform/json-span.ts";
import { isObject } from "../../platform/json.ts";
import { replaceAt } from "../filters/body-edit.ts";
import { workspaceId } from "./call-id.ts";
import { isResultBlock, modelResult, toolResult, type Block } from "./result-block.ts";

/** A message, or a block of one: its JSON text, and what it says. */
interface Json {
  readonly text: string;
  readonly value: unknown;
}

export interface Conversation {
  /** JSON texts of messages. What was not of server tools is the same text as before. */
  readonly messages: readonly string[];
  /** Whether any server tool had been called. */
  readonly changed: boolean;
}

/**
 * Converts. The same conversation gives the same bytes, turn for turn: nothing is searched or fetched again. An answer in
 * which the model called tools several times becomes several messages, each followed by its results; where a round had
 * calls of client tools too, the client's results go with ours into one message.
 */
export function convertMessages(messages: readonly Json[]): Conversation {
  const out: string[] = [];
  let changed = false;
  // Of the answer before: results that belong to the next message of the user, and calls that nobody has answered.
  let open: Round = emptyRound();
  for (const message of messages) {
    const role = isObject(message.value) ? message.value["role"] : undefined;
    // A word of the system may stand before the results that the client still owes.
    if (role === "system" && open.isShared) {
      out.push(message.text);
      continue;
    }
    const isUser = role === "user";
    if (!isUser && hasResults(open)) out.push(userMessage(settled(open)));
    if (isUser) {
      out.push(convertUser(message, open));
      open = emptyRound();
    } else if (concernsUs(message.text)) {
      const rounds = roundsOf(message);
      open = rounds.pop() ?? emptyRound();
      for (const round of rounds) out.push(assistantMessage(round), userMessage(settled(round)));
      if (open.blocks.length > 0) out.push(assistantMessage(open));
    } else {
      open = emptyRound();
      out.push(message.text);
    }
    changed ||= out.at(-1) !== message.text;
  }
  // The turn was paused: the model goes on from the results.
  if (hasResults(open)) out.push(userMessage(settled(open)));
  return { messages: out, changed: changed || out.length !== messages.length };
}

/** A step of the model: what it said and called, and our results so far. */
interface Round {
  readonly blocks: string[];
  /** By the workspace's id, in the order of the calls; undefined where there is none. */
  readonly calls: Map<string, string | undefined>;
  /** Whether the client has tools to run too. */
  isShared: boolean;
}

function emptyRound(): Round {
  return { blocks: [], calls: new Map(), isShared: false };
}

function hasResults({ calls }: Round): boolean {
  return calls.size > 0;
}

// What makes a message worth being read: nearly none is.
const marks = ['"server_tool_use"', '_tool_result"', '"web_search_result_location"'];

function concernsUs(text: string): boolean {
  return marks.some((mark) => text.includes(mark));
}

/** A result of a web tool ends a round; what comes after it belongs to the next. */
function roundsOf({ text, value }: Json): Round[] {
  const rounds: Round[] = [];
  let round = emptyRound();
  let closed = false;
  for (const block of blocksOf(text, value)) {
    if (isResultBlock(block.value)) {
      const id = workspaceId(String(block.value["tool_use_id"]));
      // A result without its call would be refused.
      if (round.calls.has(id)) round.calls.set(id, resultText(id, block.value));
      closed = round.calls.size > 0;
      continue;
    }
    if (closed) {
      rounds.push(round);
      round = emptyRound();
      closed = false;
    }
    const call = callOf(block.value);
    if (call !== undefined) round.calls.set(String(call["id"]), undefined);
    else round.isShared ||= isObject(block.value) && block.value["type"] === "tool_use";
    round.blocks.push(call === undefined ? withoutForeignCitations(block) : JSON.stringify(call));
  }
  return [...rounds, round];
}

function blocksOf(text: string, value: unknown): Json[] {
  const content = isObject(value) ? value["content"] : undefined;
  const span = objectSpans(text, rootStart(text)).get("content");
  if (!Array.isArray(content) || span === undefined) return [];
  return arraySpans(text, span[0]).map((part, index) => ({ text: text.slice(...part), value: content[index] }));
}

function callOf(block: unknown): Block | undefined {
  if (!isObject(block) || block["type"] !== "server_tool_use") return undefined;
  const { name, cache_control: marker } = block;
  if (name !== "web_search" && name !== "web_fetch") return undefined;
  return {
    type: "tool_use",
    id: workspaceId(String(block["id"])),
    name,
    input: block["input"] ?? {},
    ...(marker === undefined || marker === null ? {} : { cache_control: marker }),
  };
}

function resultText(id: string, block: Block): string {
  return JSON.stringify(toolResult(id, modelResult(block), block["cache_control"]));
}

/** Citations of Anthropic's own search, from a conversation that began elsewhere: the workspace does not know them. */
function withoutForeignCitations({ text, value }: Json): string {
  const citations = isObject(value) ? value["citations"] : undefined;
  if (!Array.isArray(citations)) return text;
  const kept = citations.filter((one) => !isObject(one) || one["type"] !== "web_search_result_location");
  if (kept.length === citations.length) return text;
  return replaceAt(text, ["citations"], kept.length === 0 ? null : kept) ?? text;
}

/** Our results, and a word for each call that was cut off. */
function settled({ calls }: Pick<Round, "calls">): string[] {
  return [...calls].map(([id, result]) => result ?? JSON.stringify(toolResult(id, interrupted)));
}

const interrupted = { text: "The call was interrupted; there is no result.", isError: true };

function assistantMessage({ blocks }: Round): string {
  return `{"role":"assistant","content":[${blocks.join(",")}]}`;
}

function userMessage(blocks: readonly string[]): string {
  return `{"role":"user","content":[${blocks.join(",")}]}`;
}

/**
 * A message of the user after an answer with calls. A client that knows nothing of server tools may have answered them
 * itself: its result counts where there is none of ours.
 */
function convertUser({ text, value }: Json, open: Round): string {
  if (!hasResults(open)) return text;
  const content = isObject(value) ? value["content"] : undefined;
  const own = new Map(open.calls);
  const rest: string[] = [];
  if (typeof content === "string") rest.push(JSON.stringify({ type: "text", text: content }));
  for (const block of blocksOf(text, value)) {
    const id = answeredCall(block.value, own);
    if (id === undefined) rest.push(block.text);
    else if (own.get(id) === undefined) own.set(id, replaceAt(block.text, ["tool_use_id"], id) ?? block.text);
  }
  return userMessage([...settled({ calls: own }), ...rest]);
}

function answeredCall(block: unknown, calls: ReadonlyMap<string, unknown>): string | undefined {
  if (!isObject(block) || block["type"] !== "tool_result") return undefined;
  const id = workspaceId(String(block["tool_use_id"]));
  return calls.has(id) ? id : undefined;
}
