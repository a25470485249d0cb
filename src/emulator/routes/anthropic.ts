// The AI Gateway's Anthropic dialect, and the older serving path, answered by the scripted model.
import type { JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { anthropicDialect } from "../models/anthropic-answer.ts";
import { checkOffered, checkOlder } from "../models/anthropic-limits.ts";
import { readMessages } from "../models/anthropic-request.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { apiTypes, checkModel, foundationModels } from "../models/model-catalog.ts";
import type { World } from "../world.ts";

const gateway = "/ai-gateway/anthropic/v1";
const serving = "/serving-endpoints/anthropic/v1";

const modelNames = foundationModels
  .filter((model) => model.apiTypes.includes(apiTypes.anthropic))
  .flatMap(({ name }) => [`system.ai.${name}`, `databricks-${name}`])
  // The real list has some models twice.
  .concat("databricks-claude-opus-4-8-anthropic");

const messages: Handler = (call, world) => {
  const dialect = anthropicDialect(world.ids);
  return inDialect(dialect, async () => {
    const body = await call.json();
    const request = readMessages(body, false);
    checkPath(call, request.model, body);
    checkOffered(body);
    checkRejects(call, world, body);
    return playTurn(call, world, { request, dialect });
  });
};

const countTokens: Handler = (call, world) => inDialect(anthropicDialect(world.ids), () => count(call, world));

async function count(call: Call, world: World): Promise<Response> {
  const body = await call.json();
  const request = readMessages(body, true);
  checkModel(request.model, apiTypes.anthropic, "gateway");
  checkRejects(call, world, body);
  return jsonResponse({ input_tokens: request.inputTokens });
}

const listModels: Handler = (_call, { switches }) => {
  const names = switches.emptyModelLists ? [] : modelNames;
  return {
    data: names.map((id) => ({ id, type: "model", display_name: id, created_at: "2026-01-01T00:00:00Z" })),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  };
};

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

function checkPath(call: Call, model: string, body: JsonObject): void {
  const isServing = call.path.startsWith(serving);
  checkModel(model, apiTypes.anthropic, isServing ? "serving" : "gateway");
  if (isServing) checkOlder(body, call.headers);
}
