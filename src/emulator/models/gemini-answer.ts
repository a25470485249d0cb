// A turn of the scripted model as the Gemini API sends it: one response, server-sent events, or a JSON list in pieces.
import type { Ids } from "../state/store.ts";
import { sse, type Dialect, type ModelAnswer } from "./dialect.ts";
import { pieces } from "./event-stream.ts";
import type { ErrorText } from "./model-fault.ts";

type Part = Readonly<Record<string, unknown>>;

/** `list` streams as one JSON list, as the API does without `alt=sse`. */
export function geminiDialect(ids: Ids, form: "sse" | "list" = "sse"): Dialect {
  const frames = (answer: ModelAnswer): readonly object[] => chunksOf(answer, ids);
  if (form === "list") {
    return {
      ...geminiDialect(ids),
      frames: (answer) =>
        frames(answer).map((chunk, index, all) => {
          const end = index === all.length - 1 ? "]\n" : "";
          return `${index === 0 ? "[" : ","}${JSON.stringify(chunk)}\n${end}`;
        }),
      errorFrame: (error) => `,${JSON.stringify(geminiError(error))}]\n`,
      contentType: "application/json; charset=UTF-8",
    };
  }
  return {
    body: (answer) => responseOf(answer, headOf(answer, ids), partsOf(answer, ids)),
    frames: (answer) => frames(answer).map((chunk) => sse(chunk)),
    errorBody: geminiError,
    errorFrame: (error) => sse(geminiError(error)),
  };
}

const statusWords: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

function geminiError({ status, message }: ErrorText): object {
  return { error: { code: status, message, status: statusWords[status] ?? "UNKNOWN" } };
}

function headOf({ model }: ModelAnswer, ids: Ids): object {
  return { modelVersion: model, responseId: ids.hex(22) };
}

function responseOf({ usage }: ModelAnswer, head: object, parts: readonly Part[]): object {
  const thoughts = usage.reasoningTokens;
  return {
    ...head,
    candidates: [{ content: { role: "model", parts }, finishReason: "STOP", index: 0 }],
    usageMetadata: {
      promptTokenCount: usage.inputTokens,
      candidatesTokenCount: usage.outputTokens - thoughts,
      totalTokenCount: usage.inputTokens + usage.outputTokens,
      ...(thoughts > 0 ? { thoughtsTokenCount: thoughts } : {}),
      ...(usage.cacheReadTokens > 0 ? { cachedContentTokenCount: usage.cacheReadTokens } : {}),
    },
  };
}

function partsOf({ thinking, text, tools }: ModelAnswer, ids: Ids): readonly Part[] {
  return [
    ...(thinking === "" ? [] : [{ text: thinking, thought: true }]),
    ...(text === "" && tools.length > 0 ? [] : [{ text }]),
    ...tools.map(({ name, input }) => ({
      functionCall: { name, args: input },
      thoughtSignature: Buffer.from(ids.hex(32)).toString("base64"),
    })),
  ];
}

/** Text comes in pieces, a call as a whole; the last chunk says that the answer is complete. */
function chunksOf(answer: ModelAnswer, ids: Ids): readonly object[] {
  const head = headOf(answer, ids);
  const parts = partsOf(answer, ids).flatMap((part) => {
    const { text } = part;
    return typeof text === "string" ? pieces(text).map((piece): Part => ({ ...part, text: piece })) : [part];
  });
  const begun = parts.slice(0, -1).map((part) => ({
    ...head,
    candidates: [{ content: { role: "model", parts: [part] }, index: 0 }],
  }));
  return [...begun, responseOf(answer, head, parts.slice(-1))];
}
