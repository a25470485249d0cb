// A client that does not know server tools may have tried to run one by itself, and have failed: its call is answered here.
import { isObject, tryJson } from "../../platform/json.ts";
import { arraySpans, objectSpans, rootStart } from "../../platform/json-span.ts";
import { workspaceId } from "./call-id.ts";
import { isResultBlock, modelResult, toolResult } from "./result-block.ts";
import type { ModelCall } from "./round.ts";
import { callsServerTool, type Runner } from "./runner.ts";
import type { ServerTools } from "./server-tools.ts";

/** The answers that were given: the same must come in every later turn, and nothing is searched for twice. */
export type StrayAnswers = Map<string, string>;

const mostKept = 200;

/** The calls that results of the client are for, those left out of which we have a result. */
export function clientAnswers(messages: readonly unknown[]): ReadonlySet<string> {
  const blocks = messages.flatMap((message) => {
    const content = isObject(message) ? message["content"] : undefined;
    return Array.isArray(content) ? content.filter(isObject) : [];
  });
  const ids = (wanted: (block: Record<string, unknown>) => boolean): string[] =>
    blocks.filter(wanted).map((block) => workspaceId(String(block["tool_use_id"])));
  const answered = new Set(ids(({ type }) => type === "tool_result"));
  for (const id of ids(isResultBlock)) answered.delete(id);
  return answered;
}

interface Answering {
  readonly tools: ServerTools;
  readonly messages: readonly string[];
  readonly clientAnswers: ReadonlySet<string>;
}

/**
 * The messages with our results in the places of failed ones: those of the user's last message are run now, earlier ones come
 * from `kept`, and stay as they are where it does not know them.
 */
export async function answerStrayCalls(
  { tools, messages, clientAnswers: strays }: Answering,
  runner: Runner,
  kept: StrayAnswers,
): Promise<readonly string[]> {
  if (strays.size === 0) return messages;
  const calls = callsIn(messages, tools, strays);
  if (calls.size === 0) return messages;
  // Claude Code has messages of the system behind it.
  const last = messages.findLastIndex(isOfUser);
  return Promise.all(
    messages.map((text, index) =>
      replaceResults(text, async (id) => {
        const call = calls.get(id);
        const known = kept.get(keyOf(call));
        if (known !== undefined || call === undefined || index !== last) return known;
        const answer = JSON.stringify(toolResult(id, modelResult(await runner.run(call))));
        keep(kept, keyOf(call), answer);
        return answer;
      }),
    ),
  );
}

function isOfUser(message: string): boolean {
  const value = tryJson(message);
  return isObject(value) && value["role"] === "user";
}

function keyOf(call: ModelCall | undefined): string {
  return JSON.stringify([call?.id, call?.name, call?.input]);
}

function keep(kept: StrayAnswers, key: string, answer: string): void {
  for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - mostKept + 1))) kept.delete(old);
  kept.set(key, answer);
}

function callsIn(messages: readonly string[], tools: ServerTools, ids: ReadonlySet<string>): Map<string, ModelCall> {
  const calls = new Map<string, ModelCall>();
  for (const text of messages) {
    if (!/"web_(?:search|fetch)"/.test(text)) continue;
    for (const { text: part, value } of blocksOf(text)) {
      if (!isObject(value) || value["type"] !== "tool_use") continue;
      const [id, name] = [String(value["id"]), String(value["name"])];
      const span = objectSpans(part, 0).get("input");
      const input = span === undefined ? "{}" : part.slice(...span);
      if (ids.has(id) && callsServerTool(tools, name)) calls.set(id, { id, name, input });
    }
  }
  return calls;
}

/** Failed results of calls replaced by what `answer` gives; all other bytes stay. */
async function replaceResults(text: string, answer: (id: string) => Promise<string | undefined>): Promise<string> {
  if (!text.includes('"tool_result"')) return text;
  let out = "";
  let at = 0;
  for (const { start, end, value } of blocksOf(text)) {
    if (!isObject(value) || value["type"] !== "tool_result" || !hasFailed(value)) continue;
    const found = await answer(String(value["tool_use_id"]));
    if (found === undefined) continue;
    out += text.slice(at, start) + found;
    at = end;
  }
  return out + text.slice(at);
}

/** It says so, or its few words do: many clients do not mark an error. */
function hasFailed({ is_error: isError, content }: Record<string, unknown>): boolean {
  if (isError === true) return true;
  const parts = Array.isArray(content) ? content.filter(isObject).map((part) => String(part["text"] ?? "")) : [];
  const words = typeof content === "string" ? content : parts.join(" ");
  return (
    words.length < 300 &&
    /not (?:found|available|supported|implemented)|unknown tool|no such tool|unsupported|^\s*$/i.test(words)
  );
}

interface PlacedBlock {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly value: unknown;
}

function blocksOf(message: string): PlacedBlock[] {
  const span = objectSpans(message, rootStart(message)).get("content");
  if (span === undefined || message[span[0]] !== "[") return [];
  return arraySpans(message, span[0]).map(([start, end]) => {
    const text = message.slice(start, end);
    return { start, end, text, value: JSON.parse(text) as unknown };
  });
}
