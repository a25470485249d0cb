// A turn as one document: the answers of the model and our results, put together to one message.
import { arraySpans, objectSpans, rootStart } from "../../platform/json-span.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import { replaceAt } from "../filters/body-edit.ts";
import type { Block } from "./result-block.ts";
import type { ModelCall } from "./round.ts";
import { callsServerTool } from "./runner.ts";
import { goesOn, mostRounds, nextDraft, serverToolUse, turnUsage, type RoundEnd, type Turn } from "./turn.ts";
import { addUsage, laterUsage, type Usage } from "./usage-sum.ts";

/** The message for the client, as text; or the answer of the workspace that ends it all, where one of them refuses. */
export async function wholeTurn(turn: Turn, first: string): Promise<string | Response> {
  const content: string[] = [];
  let usage: Usage | undefined;
  let { draft } = turn;
  let text = first;
  for (let round = 1; ; round++) {
    const answer = readAnswer(text);
    // What is no message is handed on: the client says so better than we could.
    if (answer === undefined) return round === 1 ? first : text;
    const results = await Promise.all(answer.calls.filter(isOurs(turn)).map((call) => turn.runner.run(call)));
    if (round === 1 && results.length === 0) return first;
    content.push(...answer.blocks.map((block) => block.forClient(turn)), ...results.map((one) => JSON.stringify(one)));
    usage = addUsage(usage, laterUsage(undefined, answer.value["usage"]));
    const end = endOf(answer, results);
    const isLast = !goesOn(turn, end);
    if (isLast || round >= mostRounds) return assembled(turn, { first, last: answer.value, content, usage, isLast });
    draft = nextDraft(draft, end);
    const response = await turn.send(draft);
    if (response.status >= 400) return response;
    text = await response.text();
  }
}

function isOurs({ draft }: Turn): (call: ModelCall) => boolean {
  return ({ name }) => callsServerTool(draft.tools, name);
}

interface AnswerBlock {
  readonly text: string;
  forClient(turn: Turn): string;
}

interface Answer {
  readonly value: Record<string, unknown>;
  readonly blocks: readonly AnswerBlock[];
  readonly calls: readonly ModelCall[];
}

function readAnswer(text: string): Answer | undefined {
  const value = tryJson(text);
  const content = isObject(value) ? value["content"] : undefined;
  if (!isObject(value) || !Array.isArray(content)) return undefined;
  const span = objectSpans(text, rootStart(text)).get("content");
  const parts = span === undefined ? [] : arraySpans(text, span[0]).map((part) => text.slice(...part));
  const calls = content.map((block, index) => callOf(block, parts[index] ?? "{}"));
  const blocks = parts.map((part, index) => ({
    text: part,
    forClient: (turn: Turn) => {
      const call = calls[index];
      if (call === undefined || !isOurs(turn)(call)) return part;
      // Its input as the model wrote it, long numbers included.
      const block = JSON.stringify(serverToolUse(call, null));
      return block.replace(/null\}$/, () => `${call.input}}`);
    },
  }));
  return { value, blocks, calls: calls.filter((call) => call !== undefined) };
}

function callOf(block: unknown, text: string): ModelCall | undefined {
  if (!isObject(block) || block["type"] !== "tool_use") return undefined;
  const span = objectSpans(text, rootStart(text)).get("input");
  const input = span === undefined ? "{}" : text.slice(...span);
  return { id: String(block["id"]), name: String(block["name"]), input };
}

function endOf({ value, blocks, calls }: Answer, results: readonly Block[]): RoundEnd {
  // An empty text would be refused when it comes back.
  const kept = blocks.map(({ text }) => text).filter((text) => !/^\{"type":"text","text":""\}$/.test(text));
  return { blocks: kept, calls, results, stopReason: value["stop_reason"] };
}

interface Assembling {
  readonly first: string;
  readonly last: Record<string, unknown>;
  readonly content: readonly string[];
  readonly usage: Usage;
  readonly isLast: boolean;
}

/** The first answer's members, the last one's end, and the content of all. */
function assembled({ runner }: Turn, { first, last, content, usage, isLast }: Assembling): string {
  const set = (text: string, name: string, value: unknown): string => replaceAt(text, [name], value) ?? text;
  const ended = set(first, "stop_reason", isLast ? (last["stop_reason"] ?? null) : "pause_turn");
  const stopped = set(ended, "stop_sequence", last["stop_sequence"] ?? null);
  const counted = set(stopped, "usage", turnUsage(usage, runner));
  const span = objectSpans(counted, rootStart(counted)).get("content");
  if (span === undefined) return counted;
  return `${counted.slice(0, span[0])}[${content.join(",")}]${counted.slice(span[1])}`;
}
