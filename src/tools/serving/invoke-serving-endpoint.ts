// invoke_serving_endpoint: a chat, a completion, embeddings, predictions, an agent's answer.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, type Json, type JsonObject } from "../../platform/json.ts";
import { number, object, objects, text } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { cutText } from "../limits.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import { endpointInput } from "./fields.ts";
import { invoke } from "./serving-api.ts";

const record = z.looseObject({});
const input = z.strictObject({
  endpoint: endpointInput,
  messages: z.array(record).min(1).optional().describe('Chat: [{"role": "user", "content": "..."}]'),
  prompt: z.string().optional().describe("Completion"),
  input: z
    .union([z.string(), z.array(z.union([z.string(), record]))])
    .optional()
    .describe("Texts to embed, or messages for an agent (task agent/v1/responses)"),
  dataframe_records: z.array(record).optional().describe("Rows for a model of yours"),
  dataframe_split: record.optional().describe("columns, data"),
  instances: z.array(z.union([record, z.string(), z.number()])).optional(),
  inputs: z.union([record, z.array(record)]).optional(),
  max_tokens: z.int().min(1).optional(),
  temperature: z.number().optional(),
  parameters: record.optional().describe("Anything else of the request: stop, tools, tensors"),
  wait_seconds: waitSecondsInput(50),
});

type Input = z.output<typeof input>;
const kinds = ["messages", "prompt", "input", "dataframe_records", "dataframe_split", "instances", "inputs"] as const;

export const invokeServingEndpoint = defineTool({
  name: "invoke_serving_endpoint",
  toolset: "serving",
  effect: "write",
  openWorld: true,
  title: "Call a serving endpoint",
  description: "Calls a model or an agent with one kind of input.",
  input,
  output: z.object({
    endpoint: z.string(),
    answer: z.string().optional(),
    finish_reason: z.string().optional(),
    result: z.string().optional(),
    truncated: z.boolean(),
    total_chars: z.number(),
    served_model: z.string().optional(),
    prompt_tokens: z.number().optional(),
    completion_tokens: z.number().optional(),
    hint: z.string().optional(),
  }),
  spellings: { name: "endpoint" },
  // What an agent behind it may do, it does by its own rights.
  targets: nowhere,
  run: async (context, args) => {
    const body = bodyOf(args);
    const { answer, servedModel } = await called(context, args, body);
    return {
      endpoint: args.endpoint,
      ...shown(context, answer),
      served_model: servedModel ?? text(answer, "model"),
      ...usageOf(answer),
    };
  },
  text: (output) => fieldText(fieldLines(output)),
});

function bodyOf({ endpoint: _endpoint, wait_seconds: _wait, parameters, ...rest }: Input): object {
  const given = kinds.filter((kind) => rest[kind] !== undefined);
  const others = Object.keys(parameters ?? {}).filter((key) => kinds.some((kind) => kind === key));
  if (given.length + others.length === 1) return { ...parameters, ...rest };
  const message =
    given.length === 0 ? "The call has no input" : `The call has several inputs: ${[...given, ...others].join(", ")}`;
  throw new MortarError("invalid_input", message, {
    hint: "Give one: messages for chat, input for embeddings and agents, dataframe_records for a model of yours.",
  });
}

const tellEveryMs = 10_000;

/** The call, with a word to the caller now and then: the first one wakes an endpoint that has scaled to zero. */
async function called(context: ToolContext, { endpoint, wait_seconds }: Input, body: object) {
  const timeoutMs = Math.max(1_000, waitMs({ wait_seconds }, context));
  let elapsedSeconds = 0;
  const timer = setInterval(() => {
    elapsedSeconds += tellEveryMs / 1_000;
    context.progress(`${endpoint} is at work`, elapsedSeconds, timeoutMs / 1_000);
  }, tellEveryMs);
  try {
    return await invoke(context, endpoint, { body, timeoutMs });
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "timeout") throw thrown;
    throw new MortarError("timeout", `${endpoint} did not answer within ${timeoutMs / 1_000} s`, {
      hint: "An endpoint that has scaled to zero needs minutes for its first answer: look at `get_serving_endpoint`, then call again with a longer wait_seconds.",
      cause: thrown,
    });
  } finally {
    clearInterval(timer);
  }
}

/** Words where there are words; everything else as JSON, vectors shortened: nobody reads a thousand numbers. */
function shown({ limits }: ToolContext, answer: JsonObject) {
  const words = wordsOf(answer);
  const [choice] = objects(answer, "choices");
  const rest = words === undefined || hasMore(answer) ? JSON.stringify(withoutVectors(answer)) : undefined;
  const cutWords = cutText(words ?? "", limits.textChars);
  const cutRest = cutText(rest ?? "", Math.max(0, limits.textChars - cutWords.shownChars));
  const isCut = cutWords.truncated || cutRest.truncated;
  return {
    answer: words === undefined ? undefined : cutWords.text,
    finish_reason: text(choice ?? {}, "finish_reason"),
    result: rest === undefined ? undefined : cutRest.text,
    truncated: isCut,
    total_chars: cutWords.totalChars + cutRest.totalChars,
    hint: isCut ? "The answer is longer than a result may be: ask for less." : undefined,
  };
}

function wordsOf(answer: JsonObject): string | undefined {
  const [choice] = objects(answer, "choices");
  if (choice !== undefined) return text(choice, "text") ?? contentText((object(choice, "message") ?? {})["content"]);
  // Answers of agents: responses, or older ones with messages.
  const output = objects(answer, "output").flatMap((item) => contentText(item["content"]) ?? []);
  const messages = objects(answer, "messages").flatMap((item) => contentText(item["content"]) ?? []);
  const said = output.length > 0 ? output.join("\n") : messages.at(-1);
  return said === "" ? undefined : said;
}

function contentText(content: unknown): string | undefined {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return undefined;
  const parts = content.flatMap((part: unknown) => (isObject(part) ? (text(part as JsonObject, "text") ?? []) : []));
  return parts.length === 0 ? undefined : parts.join("");
}

/** True where the words are not all: calls of tools, several choices. */
function hasMore(answer: JsonObject): boolean {
  const choices = objects(answer, "choices");
  const calls = choices.some((choice) => objects(object(choice, "message") ?? {}, "tool_calls").length > 0);
  const others = objects(answer, "output").some(
    (item) => text(item, "type") !== "message" && text(item, "type") !== "reasoning",
  );
  return choices.length > 1 || calls || others;
}

function withoutVectors(value: Json): Json {
  if (Array.isArray(value)) {
    const isVector = value.length > 16 && value.every((one) => typeof one === "number");
    return isVector ? [...value.slice(0, 8), `... ${value.length} numbers in all`] : value.map(withoutVectors);
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).map(([key, one]) => [key, withoutVectors(one)]));
}

function usageOf(answer: JsonObject) {
  const usage = object(answer, "usage") ?? {};
  return {
    prompt_tokens: number(usage, "prompt_tokens") ?? number(usage, "input_tokens"),
    completion_tokens: number(usage, "completion_tokens") ?? number(usage, "output_tokens"),
  };
}
