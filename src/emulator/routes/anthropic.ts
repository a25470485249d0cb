// The AI Gateway's Anthropic dialect, and the older serving path, answered by the scripted model.
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { eventStream, messageBody, messageEvents, type ModelAnswer } from "../models/anthropic-answer.ts";
import { MessagesFault, readMessages, type MessagesRequest } from "../models/anthropic-request.ts";
import { fillIn, takeError, turnOf, type Turn } from "../models/scenario.ts";
import type { World } from "../world.ts";

const gateway = "/ai-gateway/anthropic/v1";
const serving = "/serving-endpoints/anthropic/v1";

const modelNames = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"].flatMap((name) => [
  `system.ai.${name}`,
  `databricks-${name}`,
]);

const messages: Handler = async (call, world) =>
  answered(async () => {
    const request = readMessages(await call.json(), false);
    checkModel(request.model);
    const turn = turnOf(world.model, request.firstMessage, request.answered);
    const error = takeError(world.model, turn);
    if (error !== undefined) {
      const headers = error.retryAfter === undefined ? {} : { "retry-after": error.retryAfter };
      return errorResponse(error.status, error, headers);
    }
    return play(call, world, { request, turn });
  });

const countTokens: Handler = async (call) =>
  answered(async () => {
    const request = readMessages(await call.json(), true);
    checkModel(request.model);
    return jsonResponse({ input_tokens: request.inputTokens });
  });

const listModels: Handler = () => ({
  data: modelNames.map((id) => ({ id, type: "model", display_name: id, created_at: "2026-01-01T00:00:00Z" })),
  has_more: false,
  first_id: modelNames[0],
  last_id: modelNames.at(-1),
});

/** The older path has no token counting; its words are those that clients know. */
const noCounting: Handler = () => {
  throw new ApiFault(404, "NOT_FOUND", "Path must be of form /serving-endpoints/<endpoint_name>/invocations");
};

export const anthropicRoutes: readonly Route[] = [
  { method: "POST", pattern: `${gateway}/messages`, handler: messages },
  { method: "POST", pattern: `${gateway}/messages/count_tokens`, handler: countTokens },
  { method: "GET", pattern: `${gateway}/models`, handler: listModels },
  { method: "POST", pattern: `${serving}/messages`, handler: messages },
  { method: "POST", pattern: `${serving}/messages/count_tokens`, handler: noCounting },
];

function play(call: Call, world: World, { request, turn }: { request: MessagesRequest; turn: Turn }): Response {
  // A request beside the conversation (a title, a summary) offers no tools, and cannot be answered with a call.
  const wanted = request.hasTools ? turn.tools : [];
  const answer: ModelAnswer = {
    id: `msg_${world.ids.hex(24)}`,
    model: request.model,
    text: fillIn(turn.text, request.results) || (wanted.length === 0 ? "ok" : ""),
    tools: fillIn(wanted, request.results).map((tool) => ({ ...tool, id: `toolu_${world.ids.hex(24)}` })),
    inputTokens: request.inputTokens,
  };
  if (!request.stream) return jsonResponse(messageBody(answer));
  const options = { clock: world.clock, signal: call.signal, delayMs: turn.delayMs };
  return new Response(eventStream(messageEvents(answer), options), {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}

function checkModel(model: string): void {
  if (model.endsWith("]")) throw new ApiFault(400, "BAD_REQUEST", `Invalid Unity Catalog name: ${model}`);
  if (/^(system\.ai\.|databricks-)?claude-[a-z0-9.-]+$/.test(model)) return;
  throw new ApiFault(404, "ENDPOINT_NOT_FOUND", `The model ${model} does not exist or is not available to you.`);
}

async function answered(work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof MessagesFault)) throw thrown;
    return errorResponse(thrown.status, thrown);
  }
}

function errorResponse(
  status: number,
  { type, message }: { type: string; message: string },
  headers: Record<string, string> = {},
): Response {
  return jsonResponse({ type: "error", error: { type, message } }, status, headers);
}
