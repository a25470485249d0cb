// A turn of the scripted model as the OpenAI Responses API sends it: one response, or the events that build it.
import type { Clock } from "../../platform/deps.ts";
import type { Ids } from "../state/store.ts";
import { sse, type Dialect, type ModelAnswer } from "./dialect.ts";
import { pieces } from "./event-stream.ts";
import type { ErrorText } from "./model-fault.ts";
import { openaiError } from "./openai-error.ts";
import type { ResponsesRequest } from "./responses-request.ts";
import type { ScriptedTool } from "./scenario.ts";

interface Item {
  readonly id: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Event {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ResponsesParts {
  readonly ids: Ids;
  readonly clock: Clock;
  /** Undefined while the request is not read. */
  readonly request?: ResponsesRequest;
}

export function responsesDialect(parts: ResponsesParts): Dialect {
  return {
    body: (answer) => responseOf(answer, outputOf(answer, parts), headOf(answer, parts)),
    frames: (answer) => numbered(eventsOf(answer, parts)),
    errorBody: openaiError,
    errorFrame: (error) => {
      const response = {
        id: `resp_${parts.ids.hex(48)}`,
        object: "response",
        status: "failed",
        error: failureOf(error),
      };
      return sse({ type: "response.failed", response }, "response.failed");
    },
  };
}

function failureOf({ type, message }: ErrorText): object {
  return { code: type, message };
}

function headOf({ model }: ModelAnswer, { ids, clock }: ResponsesParts): object {
  return {
    id: `resp_${ids.hex(48)}`,
    object: "response",
    created_at: Math.floor(clock.now() / 1000),
    model,
    error: null,
    incomplete_details: null,
    parallel_tool_calls: true,
    store: false,
  };
}

function responseOf({ usage }: ModelAnswer, output: readonly Item[], head: object): object {
  return {
    ...head,
    status: "completed",
    output,
    usage: {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cacheReadTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}

function outputOf({ thinking, text, tools }: ModelAnswer, { ids, request }: ResponsesParts): readonly Item[] {
  const encrypted = request?.wantsEncrypted === true ? { encrypted_content: ids.hex(64) } : {};
  const summary = [{ type: "summary_text", text: thinking }];
  const reasoning = { id: `rs_${ids.hex(48)}`, type: "reasoning", summary, ...encrypted };
  const content = [{ type: "output_text", text, annotations: [], logprobs: [] }];
  const message = { id: `msg_${ids.hex(48)}`, type: "message", status: "completed", role: "assistant", content };
  return [
    ...(thinking === "" ? [] : [reasoning]),
    ...(text === "" && tools.length > 0 ? [] : [message]),
    ...tools.map((tool) => callOf(tool, ids, request)),
  ];
}

function callOf({ name, input }: ScriptedTool, ids: Ids, request: ResponsesRequest | undefined): Item {
  const form = request?.forms.get(name);
  const call = { status: "completed", call_id: `call_${ids.hex(24)}`, name };
  if (form?.isCustom === true) {
    // A custom tool takes free text, which a scenario gives as `input`.
    const text = typeof input["input"] === "string" ? input["input"] : JSON.stringify(input);
    return { id: `ctc_${ids.hex(48)}`, type: "custom_tool_call", ...call, input: text };
  }
  const namespace = form?.namespace === undefined ? {} : { namespace: form.namespace };
  return { id: `fc_${ids.hex(48)}`, type: "function_call", ...call, ...namespace, arguments: JSON.stringify(input) };
}

function eventsOf(answer: ModelAnswer, parts: ResponsesParts): readonly Event[] {
  const head = headOf(answer, parts);
  const output = outputOf(answer, parts);
  const response = { ...head, status: "in_progress", output: [], usage: null };
  return [
    { type: "response.created", response },
    { type: "response.in_progress", response },
    ...output.flatMap(itemEvents),
    { type: "response.completed", response: responseOf(answer, output, head) },
  ];
}

function itemEvents(item: Item, index: number): readonly Event[] {
  const at = { output_index: index };
  const [empty, inner] = growing(item);
  return [
    {
      type: "response.output_item.added",
      ...at,
      item: { ...empty, ...(item["status"] ? { status: "in_progress" } : {}) },
    },
    ...inner.map((event) => ({ ...event, ...at, item_id: item.id })),
    { type: "response.output_item.done", ...at, item },
  ];
}

/** The item before it has content, and the events that give it the content. */
function growing(item: Item): readonly [Item, readonly Event[]] {
  switch (item.type) {
    case "reasoning":
      return [{ ...item, summary: [] }, reasoningEvents(item)];
    case "message":
      return [{ ...item, content: [] }, textEvents(item)];
    case "custom_tool_call":
      return [
        { ...item, input: "" },
        argumentEvents("response.custom_tool_call_input", "input", String(item["input"])),
      ];
    default: {
      const whole = String(item["arguments"]);
      return [{ ...item, arguments: "" }, argumentEvents("response.function_call_arguments", "arguments", whole)];
    }
  }
}

function reasoningEvents(item: Item): readonly Event[] {
  const [part] = item["summary"] as [{ type: string; text: string }];
  const at = { summary_index: 0 };
  return [
    { type: "response.reasoning_summary_part.added", ...at, part: { ...part, text: "" } },
    ...pieces(part.text).map((delta) => ({ type: "response.reasoning_summary_text.delta", ...at, delta })),
    { type: "response.reasoning_summary_text.done", ...at, text: part.text },
    { type: "response.reasoning_summary_part.done", ...at, part },
  ];
}

function textEvents(item: Item): readonly Event[] {
  const [part] = item["content"] as [{ type: string; text: string }];
  const at = { content_index: 0 };
  return [
    { type: "response.content_part.added", ...at, part: { ...part, text: "" } },
    ...pieces(part.text).map((delta) => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
    { type: "response.output_text.done", ...at, text: part.text, logprobs: [] },
    { type: "response.content_part.done", ...at, part },
  ];
}

function argumentEvents(type: string, field: string, whole: string): readonly Event[] {
  return [
    ...pieces(whole).map((delta) => ({ type: `${type}.delta`, delta })),
    { type: `${type}.done`, [field]: whole },
  ];
}

function numbered(events: readonly Event[]): readonly string[] {
  return events.map((event, index) => sse({ ...event, sequence_number: index }, event.type));
}
