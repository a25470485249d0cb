// Reading a request of the OpenAI Responses API, and refusing what the API refuses.
import { isObject, type JsonObject } from "../../platform/json.ts";
import { estimateTokens, type ModelRequest } from "./dialect.ts";
import { ModelFault } from "./model-fault.ts";

type Item = Record<string, unknown>;

/** How the client declared a tool, and so how a call of it is written. */
export interface ToolForm {
  readonly isCustom: boolean;
  readonly namespace?: string;
}

export interface ResponsesRequest extends ModelRequest {
  /** By the tool's name; a name that is missing is called as a function. */
  readonly forms: ReadonlyMap<string, ToolForm>;
  /** Whether reasoning comes with its encrypted content, as a client needs that keeps the conversation itself. */
  readonly wantsEncrypted: boolean;
}

const modelItems = new Set(["reasoning", "function_call", "custom_tool_call", "local_shell_call", "web_search_call"]);
const outputItems = new Set(["function_call_output", "custom_tool_call_output", "local_shell_call_output"]);

/** Reads the body. Throws ModelFault 400 for what the Responses API does not take. */
export function readResponses(body: JsonObject): ResponsesRequest {
  const { model, input, stream, reasoning, include } = body;
  if (typeof model !== "string" || model === "") throw invalid("Missing required parameter: 'model'.");
  if (body["previous_response_id"] !== undefined && body["previous_response_id"] !== null) {
    throw invalid("previous_response_id is not supported: responses are not stored. Send the whole conversation.");
  }
  const items = itemsOf(input);
  checkOutputs(items);
  const tools = listOf(body["tools"]);
  const begins = items.findIndex(isModels);
  return {
    model,
    stream: stream === true,
    hasTools: tools.length > 0,
    forms: new Map(tools.flatMap((tool) => formsOf(tool))),
    wantsThinking: isObject(reasoning),
    wantsEncrypted: Array.isArray(include) && include.includes("reasoning.encrypted_content"),
    firstMessage: (begins === -1 ? items : items.slice(0, begins))
      .filter((item) => item["role"] === "user")
      .map(textOf)
      .join("\n"),
    answered: items.filter((item, index) => isModels(item) && !isModels(items[index - 1])).length,
    results: items
      .slice(items.findLastIndex(isModels) + 1)
      .filter(isOutput)
      .map(textOf)
      .join("\n"),
    inputTokens: estimateTokens(body),
  };
}

function itemsOf(input: unknown): readonly Item[] {
  if (typeof input === "string") return [{ type: "message", role: "user", content: input }];
  if (!Array.isArray(input)) throw invalid("Missing required parameter: 'input'.");
  if (input.length === 0) throw invalid("Invalid 'input': at least one item is required.");
  return input.map((item: unknown, index) => {
    if (isObject(item)) return item;
    throw invalid(`Invalid type for 'input[${index}]': expected an object.`);
  });
}

/** Every call has its output, and no output comes without its call. */
function checkOutputs(items: readonly Item[]): void {
  const calls = new Set<string>();
  const outputs = new Set(items.filter(isOutput).map(callIdOf));
  for (const item of items) {
    if (isCall(item)) calls.add(callIdOf(item));
    if (isOutput(item) && !calls.has(callIdOf(item))) {
      throw invalid(`No tool call found for function call output with call_id ${callIdOf(item)}.`);
    }
  }
  const open = [...calls].find((id) => !outputs.has(id));
  if (open !== undefined) throw invalid(`No tool output found for function call ${open}.`);
}

/** A tool, or the tools of a namespace. */
function formsOf(tool: Item, namespace?: string): readonly (readonly [string, ToolForm])[] {
  const name = String(tool["name"] ?? tool["type"]);
  if (tool["type"] === "namespace") return listOf(tool["tools"]).flatMap((inner) => formsOf(inner, name));
  return [[name, { isCustom: tool["type"] === "custom", ...(namespace === undefined ? {} : { namespace }) }]];
}

function isCall({ type }: Item): boolean {
  return type === "function_call" || type === "custom_tool_call" || type === "local_shell_call";
}

function isOutput({ type }: Item): boolean {
  return outputItems.has(String(type));
}

function isModels(item: Item | undefined): boolean {
  if (item === undefined) return false;
  return item["role"] === "assistant" || modelItems.has(String(item["type"]));
}

function callIdOf(item: Item): string {
  return String(item["call_id"]);
}

function textOf(item: Item): string {
  const content = item["content"] ?? item["output"];
  if (typeof content === "string") return content;
  return listOf(content)
    .map(({ text }) => (typeof text === "string" ? text : ""))
    .join("\n");
}

function listOf(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function invalid(message: string): ModelFault {
  return new ModelFault(400, "invalid_request_error", message);
}
