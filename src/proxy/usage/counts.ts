// Token counts out of an answer, in one form for all dialects.
import { isObject } from "../../platform/json.ts";
import type { DialectName } from "../dialects.ts";

/** Tokens of one answer. Cached ones are not in `input`, reasoning is in `output`. */
export interface Counts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
}

export interface Reading {
  readonly model: string | undefined;
  readonly counts: Partial<Counts>;
}

/** What one JSON document of an answer (all of it, or one event) says of usage; undefined where it says nothing. */
export function readUsage(dialect: DialectName, document: unknown): Reading | undefined {
  if (!isObject(document)) return undefined;
  switch (dialect) {
    case "anthropic":
      return anthropic(isObject(document["message"]) ? document["message"] : document);
    case "responses":
      return responses(isObject(document["response"]) ? document["response"] : document);
    case "chat":
      return chat(document);
    case "gemini":
      return gemini(document);
    default:
      return undefined;
  }
}

/** Later readings of a stream are totals: they replace what earlier ones said. */
export function merged(first: Reading | undefined, second: Reading): Reading {
  return { model: second.model ?? first?.model, counts: { ...first?.counts, ...second.counts } };
}

export function fullCounts({ input, output, cacheRead, cacheWrite, reasoning }: Partial<Counts>): Counts {
  return {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: cacheRead ?? 0,
    cacheWrite: cacheWrite ?? 0,
    reasoning: reasoning ?? 0,
  };
}

type Members = Record<string, unknown>;

// platform.claude.com, "Messages": message_start has the input, message_delta the total of the output.
function anthropic(message: Members): Reading | undefined {
  const usage = members(message, "usage");
  if (usage === undefined) return undefined;
  const counts = given({
    input: usage["input_tokens"],
    output: usage["output_tokens"],
    cacheRead: usage["cache_read_input_tokens"],
    cacheWrite: usage["cache_creation_input_tokens"],
  });
  return { model: name(message["model"]), counts };
}

// platform.openai.com, "Responses": input_tokens counts cached ones too.
function responses(response: Members): Reading | undefined {
  const usage = members(response, "usage");
  if (usage === undefined) return undefined;
  const cached = members(usage, "input_tokens_details")?.["cached_tokens"];
  const reasoning = members(usage, "output_tokens_details")?.["reasoning_tokens"];
  return {
    model: name(response["model"]),
    counts: openai(usage["input_tokens"], usage["output_tokens"], { cached, reasoning }),
  };
}

function chat(completion: Members): Reading | undefined {
  const usage = members(completion, "usage");
  if (usage === undefined) return undefined;
  // Databricks sends Anthropic's names beside OpenAI's for Claude.
  const cached = members(usage, "prompt_tokens_details")?.["cached_tokens"] ?? usage["cache_read_input_tokens"];
  const reasoning = members(usage, "completion_tokens_details")?.["reasoning_tokens"];
  const counts = openai(usage["prompt_tokens"], usage["completion_tokens"], { cached, reasoning });
  return { model: name(completion["model"]), counts };
}

function openai(
  input: unknown,
  output: unknown,
  { cached, reasoning }: { readonly cached: unknown; readonly reasoning: unknown },
): Partial<Counts> {
  const counts = given({ input, output, cacheRead: cached, reasoning });
  if (counts.input === undefined) return counts;
  return { ...counts, input: Math.max(0, counts.input - (counts.cacheRead ?? 0)) };
}

// ai.google.dev, "UsageMetadata": thoughts are not among the candidates' tokens.
function gemini(answer: Members): Reading | undefined {
  const usage = members(answer, "usageMetadata");
  if (usage === undefined) return undefined;
  const counts = openai(usage["promptTokenCount"], usage["candidatesTokenCount"], {
    cached: usage["cachedContentTokenCount"],
    reasoning: usage["thoughtsTokenCount"],
  });
  const output = counts.output === undefined ? {} : { output: counts.output + (counts.reasoning ?? 0) };
  return { model: name(answer["modelVersion"]), counts: { ...counts, ...output } };
}

function members(from: Members, key: string): Members | undefined {
  const value = from[key];
  return isObject(value) ? value : undefined;
}

function name(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;
}

/** Those that are counts. Written out: it runs for every answer, and going through entries takes longer than reading it. */
function given(values: Readonly<Partial<Record<keyof Counts, unknown>>>): Partial<Counts> {
  const { input, output, cacheRead, cacheWrite, reasoning } = values;
  const counts: { -readonly [Name in keyof Counts]?: number } = {};
  if (isCount(input)) counts.input = input;
  if (isCount(output)) counts.output = output;
  if (isCount(cacheRead)) counts.cacheRead = cacheRead;
  if (isCount(cacheWrite)) counts.cacheWrite = cacheWrite;
  if (isCount(reasoning)) counts.reasoning = reasoning;
  return counts;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
