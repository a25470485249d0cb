// For tests of web tools: a workspace whose model says what a test has written, a proxy before it, and what the client got.
import {
  fixedUpstream,
  httpUpstream,
  startTestProxy,
  testDeps,
  type Received,
  type TestProxy,
  type TestUpstream,
} from "../testing.ts";
import { webTools, type WebToolsOptions } from "./filter.ts";
import type { SearchResult } from "./result-block.ts";
import type { Search } from "./runner.ts";
import { webSettingsOf } from "./settings.ts";
import { createFrameSplitter } from "./sse-frames.ts";

export type TestBlock = Record<string, unknown>;

export const text = (words: string): TestBlock => ({ type: "text", text: words });
export const call = (id: string, name: string, input: unknown): TestBlock => ({ type: "tool_use", id, name, input });
export const searchCall = (id: string, query: string): TestBlock => call(id, "web_search", { query });

/** One answer of the model. */
export interface Script {
  readonly content: readonly TestBlock[];
  readonly stopReason?: string;
  readonly usage?: Record<string, unknown>;
}

export const say = (...content: readonly TestBlock[]): Script => ({ content });

function stopReasonOf({ content, stopReason }: Script): string {
  return stopReason ?? (content.some(({ type }) => type === "tool_use") ? "tool_use" : "end_turn");
}

const usageOf = (script: Script): Record<string, unknown> => script.usage ?? { input_tokens: 10, output_tokens: 5 };

export function wholeMessage(script: Script): string {
  return JSON.stringify({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude",
    content: script.content,
    stop_reason: stopReasonOf(script),
    stop_sequence: null,
    usage: usageOf(script),
  });
}

const event = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

/** The events of an answer: texts by the word, inputs of tools in two pieces. */
export function eventsOf(script: Script): string[] {
  const { input_tokens: input, output_tokens: output, ...others } = usageOf(script);
  const message = { id: "msg_1", type: "message", role: "assistant", model: "claude", content: [], stop_reason: null };
  const blocks = script.content.flatMap((block, index) => [
    event("content_block_start", { index, content_block: emptied(block) }),
    ...deltasOf(block).map((delta) => event("content_block_delta", { index, delta })),
    event("content_block_stop", { index }),
  ]);
  return [
    event("message_start", { message: { ...message, usage: { input_tokens: input, output_tokens: 1, ...others } } }),
    event("ping", {}),
    ...blocks,
    event("message_delta", {
      delta: { stop_reason: stopReasonOf(script), stop_sequence: null },
      usage: { output_tokens: output },
    }),
    event("message_stop", {}),
  ];
}

function emptied(block: TestBlock): TestBlock {
  if (block["type"] === "text") return { ...block, text: "" };
  if (block["type"] === "thinking") return { ...block, thinking: "", signature: "" };
  return block["type"] === "tool_use" ? { ...block, input: {} } : block;
}

function deltasOf(block: TestBlock): TestBlock[] {
  if (block["type"] === "text") return [{ type: "text_delta", text: block["text"] }];
  if (block["type"] === "thinking") {
    return [
      { type: "thinking_delta", thinking: block["thinking"] },
      { type: "signature_delta", signature: block["signature"] },
    ];
  }
  if (block["type"] !== "tool_use") return [];
  const json = JSON.stringify(block["input"]);
  return [json.slice(0, 3), json.slice(3)].map((partial_json) => ({ type: "input_json_delta", partial_json }));
}

export function answerOf(script: Script, { text: sent }: Received): Response {
  const isStream = (JSON.parse(sent) as { stream?: boolean }).stream === true;
  return isStream
    ? new Response(eventsOf(script).join(""), { headers: { "content-type": "text/event-stream" } })
    : new Response(wholeMessage(script), { headers: { "content-type": "application/json" } });
}

/** A workspace whose model gives these answers, one a request; the last one again and again. */
export function scriptedUpstream(...scripts: readonly Script[]): TestUpstream {
  return httpUpstream((request, index) => {
    const script = scripts[Math.min(index, scripts.length - 1)];
    return script === undefined ? new Response("", { status: 500 }) : answerOf(script, request);
  });
}

/** Searches that find what the test says; what was searched for stands in `queries`. */
export function fakeSearch(
  find: (query: string) => readonly Partial<SearchResult>[] | Promise<readonly Partial<SearchResult>[]>,
) {
  const queries: string[] = [];
  const search: Search = async ({ query }) => {
    queries.push(query);
    const found = await find(query);
    return found.map((one) => ({
      url: "https://example.com/",
      title: "Example",
      text: "",
      pageAge: undefined,
      ...one,
    }));
  };
  return { queries, search };
}

/** A proxy with the web tools switched on. */
export function webProxy(
  upstream: string,
  options: WebToolsOptions = {},
  settings: Record<string, unknown> = {},
  deps: Parameters<typeof startTestProxy>[1] = {},
): Promise<TestProxy> {
  const now = webSettingsOf({ enabled: true, ...settings });
  return startTestProxy(fixedUpstream(upstream), {
    ...deps,
    filters: [webTools(testDeps(deps.deps), () => now, options)],
  });
}

export const messages = "/p/DEFAULT/anthropic/v1/messages";
export const webSearch = { type: "web_search_20250305", name: "web_search" };
export const webFetch = { type: "web_fetch_20250910", name: "web_fetch" };
export const bash = { name: "Bash", description: "runs", input_schema: { type: "object" } };
export const question = { role: "user", content: "What is new on https://example.com/news?" };

/** A request body. */
export function ask(parts: Record<string, unknown> = {}): string {
  return JSON.stringify({ model: "claude", max_tokens: 100, tools: [webSearch, bash], messages: [question], ...parts });
}

export interface ClientMessage {
  readonly content: TestBlock[];
  readonly stop_reason: string;
  readonly usage: Record<string, unknown>;
  readonly events: readonly string[];
}

interface StreamEvent {
  readonly type: string;
  readonly index: number;
  readonly message: Record<string, unknown>;
  readonly content_block: TestBlock;
  readonly delta: Record<string, string>;
  readonly usage: Record<string, unknown>;
}

/** What a client makes of a stream, as the official SDKs put a message together. It throws where the order is wrong. */
export function accumulate(stream: string): ClientMessage {
  const frames = createFrameSplitter().push(new TextEncoder().encode(stream));
  const content: TestBlock[] = [];
  const inputs: string[] = [];
  const events: string[] = [];
  let head: Record<string, unknown> = {};
  for (const { data } of frames) {
    const { type, index, message, content_block: block, delta, usage } = JSON.parse(data ?? "{}") as StreamEvent;
    events.push(type);
    if (type === "message_start") head = message;
    if (type === "content_block_start") {
      if (index !== content.length) throw new Error(`block ${index} after ${content.length}`);
      content.push({ ...block });
    }
    if (type === "content_block_delta") addDelta(content[index], delta, { inputs, index });
    if (type === "content_block_stop" && inputs[index] !== undefined) {
      Object.assign(content[index] ?? {}, { input: JSON.parse(inputs[index] ?? "{}") });
    }
    if (type === "message_delta") head = { ...head, ...delta, usage: { ...(head["usage"] as object), ...usage } };
  }
  return { ...head, content, events } as unknown as ClientMessage;
}

function addDelta(
  block: TestBlock | undefined,
  delta: Record<string, string>,
  at: { inputs: string[]; index: number },
): void {
  if (block === undefined) throw new Error(`no block ${at.index}`);
  if (delta["type"] === "text_delta") block["text"] = `${String(block["text"])}${delta["text"]}`;
  if (delta["type"] === "thinking_delta") block["thinking"] = `${String(block["thinking"])}${delta["thinking"]}`;
  if (delta["type"] === "signature_delta") block["signature"] = `${String(block["signature"])}${delta["signature"]}`;
  if (delta["type"] === "input_json_delta") at.inputs[at.index] = (at.inputs[at.index] ?? "") + delta["partial_json"];
}

/** Asks, and gives the message in whichever form it came. */
export async function converse(proxy: TestProxy, body: string, path = messages): Promise<ClientMessage> {
  const response = await proxy.call(path, { method: "POST", body });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  const isStream = response.headers.get("content-type")?.includes("event-stream") === true;
  return isStream ? accumulate(await response.text()) : ((await response.json()) as ClientMessage);
}

export interface SentMessage {
  readonly role: string;
  readonly content: TestBlock[];
}

export interface SentBody {
  readonly messages: SentMessage[];
  readonly tools: TestBlock[];
  readonly tool_choice?: unknown;
}

/** The body of the n-th request that the workspace got. */
export function bodyAt({ received }: TestUpstream, index: number): SentBody {
  return JSON.parse(received[index]?.text ?? "{}") as SentBody;
}
