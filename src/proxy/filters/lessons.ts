// What a refusal teaches: which field, beta or setting a path does not take, as a change to make to requests.
import { addMember, removeLike, replaceAt, valueAt } from "./body-edit.ts";

export type Lesson =
  /** Leave a member out. `*` in the path is any element of a list. */
  | { readonly kind: "field"; readonly path: readonly string[] }
  /** Leave a value out of the header `anthropic-beta`. */
  | { readonly kind: "beta"; readonly value: string }
  /** Let the model decide how much it thinks. */
  | { readonly kind: "adaptive-thinking" };

/** The same text for the same lesson. */
export function lessonKey(lesson: Lesson): string {
  if (lesson.kind === "field") return `field ${lesson.path.join(".")}`;
  return lesson.kind === "beta" ? `beta ${lesson.value}` : lesson.kind;
}

/** What the message of a 400 teaches; empty where it is about something that cannot be left out. */
export function lessonsOf(message: string): readonly Lesson[] {
  const named = [...extraInputs(message), ...unknownBetas(message)];
  return named.length > 0 ? named : unsupported(message);
}

// Pydantic's words: `tools.0.custom.eager_input_streaming: Extra inputs are not permitted`.
function extraInputs(message: string): Lesson[] {
  return [...message.matchAll(/([\w.[\]-]+): Extra inputs are not permitted/g)].flatMap(([, named = ""]) => {
    const path = fieldPath(named);
    return path.length === 0 || isNeeded(path) ? [] : [{ kind: "field", path } as const];
  });
}

/** The path in the body of what the message names: indices become `*`, and the names of variants of a union go. */
function fieldPath(named: string): string[] {
  const steps = named.replace(/\[(\d+)\]/g, ".$1").split(".");
  const marked = steps.map((step) => (/^\d+$/.test(step) ? "*" : step));
  // `tools.0.custom.x` and `system.0.cache_control.ephemeral.x`: the variant's name is no member of the body.
  const isVariant = (step: string, at: number): boolean =>
    (marked[at - 1] === "*" && marked[at - 2] === "tools" && at < marked.length - 1 && step !== "input_schema") ||
    (marked[at - 1] === "cache_control" && step === "ephemeral" && at < marked.length - 1) ||
    (marked[at - 1] === "*" && contentVariants.has(step) && at < marked.length - 1);
  return marked.filter((step, at) => !isVariant(step, at));
}

const contentVariants = new Set(["text", "tool_use", "tool_result", "thinking", "image", "document"]);

/**
 * What a request is made of: without it there is no request, or another one than the agent meant, and the refusal is worth
 * more than its answer. A prompt cache marker is worth more than an answer too.
 */
function isNeeded(path: readonly string[]): boolean {
  const [root = "", ...below] = path;
  const last = path.at(-1) ?? "";
  if (last === "*" || last === "cache_control") return true;
  if (below.length === 0) return neededAtRoot.has(root);
  if (root === "tools") return neededInTools.has(last) || below.slice(0, -1).includes("properties");
  if (!neededAtRoot.has(root)) return false;
  // Below a tool's input are names that its author gave.
  if (neededInMessages.has(last) || below.slice(0, -1).includes("input")) return true;
  return below.length > 2 && neededInBlocks.has(last);
}

const words = (text: string): string[] => text.split(/\s+/);

const neededAtRoot = new Set(
  words(
    `model messages input contents tools system instructions systemInstruction stream max_tokens
     max_output_tokens max_completion_tokens tool_choice previous_response_id`,
  ),
);

const neededInMessages = new Set(
  words(
    `role type content parts text output arguments encrypted_content call_id tool_calls tool_call_id
     tool_use_id function`,
  ),
);

const neededInBlocks = new Set(
  words(
    `id name input thinking signature data source url image_url media_type inlineData functionCall
     functionResponse`,
  ),
);

const neededInTools = new Set(words(`name description input_schema parameters function properties required`));

// Unexpected value(s) `a`, `b` for the `anthropic-beta` header.
function unknownBetas(message: string): Lesson[] {
  const list = /unexpected value\(?s?\)? (.+?) for the `?anthropic-beta`? header/i.exec(message)?.[1] ?? "";
  return [...list.matchAll(/`([\w.-]+)`/g)].map(([, value = ""]) => ({ kind: "beta", value }));
}

const droppable = [
  "temperature",
  "top_p",
  "top_k",
  "store",
  "stream_options",
  "parallel_tool_calls",
  "reasoning_effort",
  "service_tier",
  "metadata",
  "prediction",
  "logprobs",
  "top_logprobs",
  "seed",
  "user",
  "frequency_penalty",
  "presence_penalty",
];

function unsupported(message: string): Lesson[] {
  if (/thinking\.type\.?\W{0,3}enabled\W{0,3}\s*is not supported/i.test(message))
    return [{ kind: "adaptive-thinking" }];
  if (/function\.strict|\bstrict\b.*(?:not supported|unknown|unrecognized|not permitted)/i.test(message)) {
    return ["tools.*.function.strict", "tools.*.strict"].map((path) => ({ kind: "field", path: path.split(".") }));
  }
  const named =
    /[`'"]([a-z_]+)[`'"]?(?: \S+)? (?:is|are) not (?:supported|permitted|allowed)/i.exec(message)?.[1] ??
    /(?:unknown|unrecognized|unsupported|unexpected) (?:field|parameter|argument|request argument|name|key)s?(?: supplied)?:? [`'"]?([a-z_]+)/i.exec(
      message,
    )?.[1];
  return named !== undefined && droppable.includes(named) ? [{ kind: "field", path: [named] }] : [];
}

/** A request's body and headers with the lessons kept; undefined where there was nothing to change. Throws for what is no JSON. */
export function keepLessons(
  text: string,
  headers: Headers,
  lessons: readonly Lesson[],
): { readonly text: string; readonly headers: Headers } | undefined {
  JSON.parse(text);
  let body = text;
  let changedHeaders: Headers | undefined;
  for (const lesson of lessons) {
    if (lesson.kind === "beta") changedHeaders = withoutBeta(changedHeaders ?? headers, lesson.value) ?? changedHeaders;
    else body = lesson.kind === "field" ? removeLike(body, lesson.path) : thinkingAdaptively(body);
  }
  if (body === text && changedHeaders === undefined) return undefined;
  return { text: body, headers: changedHeaders ?? headers };
}

function withoutBeta(headers: Headers, value: string): Headers | undefined {
  const betas = (headers.get("anthropic-beta") ?? "").split(",").map((beta) => beta.trim());
  const left = betas.filter((beta) => beta !== value && beta !== "");
  if (!betas.includes(value)) return undefined;
  const changed = new Headers(headers);
  if (left.length === 0) changed.delete("anthropic-beta");
  else changed.set("anthropic-beta", left.join(","));
  return changed;
}

/** A budget of tokens becomes an effort, as the models from Opus 4.7 on take it (platform.claude.com, "Adaptive thinking"). */
function thinkingAdaptively(text: string): string {
  if (valueAt(text, ["thinking", "type"]) !== "enabled") return text;
  const budget = valueAt(text, ["thinking", "budget_tokens"]);
  const body = replaceAt(text, ["thinking"], { type: "adaptive" }) ?? text;
  if (typeof budget !== "number" || valueAt(body, ["output_config"]) !== undefined) return body;
  return addMember(body, "output_config", { effort: effortOf(budget) });
}

function effortOf(budgetTokens: number): string {
  if (budgetTokens < 4_096) return "low";
  return budgetTokens < 16_384 ? "medium" : "high";
}
