// What the dialects of the AI Gateway have in common: a request as the scripted model sees it, and playing a turn of it.
import type { Call } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import type { World } from "../world.ts";
import { eventStream } from "./event-stream.ts";
import { ModelFault, type ErrorText } from "./model-fault.ts";
import { checkRejectedBetas, checkRejectedFields } from "./rejects.ts";
import type { ScriptedError, ScriptedTool, Turn } from "./scenario.ts";
import { fillIn, take, turnOf } from "./scripted-model.ts";

/** What the script needs to know of a request, whatever its dialect. */
export interface ModelRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly hasTools: boolean;
  /** Whether the client wants to see the model think. */
  readonly wantsThinking: boolean;
  /** Text of what the user said before the model's first answer. */
  readonly firstMessage: string;
  /** How many answers of the model the conversation holds. */
  readonly answered: number;
  /** Text of the tool results since the model's last answer. */
  readonly results: string;
  /** A rough count: four bytes to a token. */
  readonly inputTokens: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly reasoningTokens: number;
}

export interface ModelAnswer {
  readonly model: string;
  readonly thinking: string;
  readonly text: string;
  readonly tools: readonly ScriptedTool[];
  readonly usage: Usage;
}

/** How an answer of the model looks in one API. */
export interface Dialect {
  /** The answer as one JSON document. */
  body(answer: ModelAnswer): object;
  /** The answer as the texts of a stream, one to an event. */
  frames(answer: ModelAnswer): readonly string[];
  errorBody(error: ErrorText): object;
  /** An error after the stream has begun. */
  errorFrame(error: ErrorText): string;
  /** Of a stream; server-sent events unless given. */
  readonly contentType?: string;
}

export interface Played {
  readonly request: ModelRequest;
  readonly dialect: Dialect;
}

/** The model's answer to a request that was read, or the error that the scenario has for it. */
export async function playTurn(
  call: Pick<Call, "signal">,
  world: World,
  { request, dialect }: Played,
): Promise<Response> {
  const turn = turnOf(world.model, request.firstMessage, request.answered);
  const error = take(world.model, turn.error);
  if (error !== undefined) return scriptedError(error, dialect);
  const answer = answerOf(request, turn);
  const fault = take(world.model, turn.fault);
  if (turn.firstDelayMs > 0) await world.clock.sleep(turn.firstDelayMs, call.signal).catch(() => undefined);
  const { clock } = world;
  const failure = { status: 500, type: fault?.type ?? "", message: fault?.message ?? "" };
  const options = { clock, signal: call.signal, turn, fault, errorFrame: dialect.errorFrame(failure) };
  if (request.stream) {
    const contentType = dialect.contentType ?? "text/event-stream; charset=utf-8";
    return new Response(eventStream(dialect.frames(answer), options), {
      headers: { "content-type": contentType, "cache-control": "no-cache" },
    });
  }
  if (fault === undefined && turn.splitBytes === 0) return jsonResponse(dialect.body(answer));
  if (fault?.kind === "error") return jsonResponse(dialect.errorBody(failure), failure.status);
  return new Response(eventStream([JSON.stringify(dialect.body(answer))], options), {
    headers: { "content-type": "application/json" },
  });
}

/** Runs a handler of a dialect; what it refuses as a ModelFault is answered in the dialect's shape. */
export async function inDialect(dialect: Pick<Dialect, "errorBody">, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof ModelFault)) throw thrown;
    return jsonResponse(dialect.errorBody(thrown), thrown.status);
  }
}

/** Throws ModelFault 400 for what the scenario says that requests may not hold. */
export function checkRejects(call: Pick<Call, "headers">, world: World, body: object): void {
  const { rejects } = world.model.scenario;
  checkRejectedBetas(call.headers, rejects.betas);
  checkRejectedFields(body, rejects.fields);
}

/** Four bytes to a token, as good as any guess. */
export function estimateTokens(value: unknown): number {
  return Math.ceil(Buffer.byteLength(JSON.stringify(value)) / 4);
}

/** The lines of one server-sent event. */
export function sse(data: object | string, event?: string): string {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${text}\n\n`;
}

function answerOf(request: ModelRequest, turn: Turn): ModelAnswer {
  // A request beside the conversation (a title, a summary) offers no tools, and cannot be answered with a call.
  const wanted = request.hasTools ? turn.tools : [];
  const thinking = request.wantsThinking ? fillIn(turn.thinking, request.results) : "";
  const text = fillIn(turn.text, request.results) || (wanted.length === 0 ? "ok" : "");
  const tools = fillIn(wanted, request.results);
  const reasoningTokens = turn.usage.reasoningTokens ?? (thinking === "" ? 0 : estimateTokens(thinking));
  return {
    model: request.model,
    thinking,
    text,
    tools,
    usage: {
      inputTokens: turn.usage.inputTokens ?? request.inputTokens,
      outputTokens: turn.usage.outputTokens ?? estimateTokens([text, tools]) + reasoningTokens,
      cacheReadTokens: turn.usage.cacheReadTokens ?? 0,
      cacheWriteTokens: turn.usage.cacheWriteTokens ?? 0,
      reasoningTokens,
    },
  };
}

function scriptedError(error: ScriptedError, dialect: Dialect): Response {
  const { status, shape, message, type } = error;
  const headers: Record<string, string> = error.retryAfter === undefined ? {} : { "retry-after": error.retryAfter };
  if (shape === "html") {
    const page = `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body>${escapeHtml(message)}</body></html>\n`;
    return new Response(page, { status, headers: { ...headers, "content-type": "text/html;charset=utf-8" } });
  }
  const own = dialect.errorBody(error);
  if (shape === "dialect") return jsonResponse(own, status, headers);
  const said = shape === "nested" ? JSON.stringify(own) : message;
  return jsonResponse({ error_code: type, message: said }, status, headers);
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
