// The AI Gateway's OpenAI Responses dialect, and the older serving path, answered by the scripted model.
import type { JsonObject } from "../../platform/json.ts";
import type { Call, Handler, Route } from "../http/route.ts";
import { upgradeResponse } from "../http/upgrade.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { apiTypes, checkModel } from "../models/model-catalog.ts";
import { responsesDialect } from "../models/responses-answer.ts";
import { readResponses } from "../models/responses-request.ts";
import { responsesSocket } from "../models/responses-socket.ts";
import type { World } from "../world.ts";

const responses: Handler = (call, world) =>
  inDialect(responsesDialect(world), async () => respond(call, world, await call.json()));

/** A WebSocket that carries many requests, where the client asks for one. */
const socket: Handler = (call, world) =>
  upgradeResponse(
    call.request,
    responsesSocket({
      call: { headers: call.headers, path: call.path },
      signal: world.signal,
      answer: (body, part) => inDialect(responsesDialect(world), () => respond(part, world, body)),
    }),
  );

const gateway = ["/ai-gateway/codex/v1/responses", "/ai-gateway/openai/v1/responses"];
const serving = ["/serving-endpoints/openai/v1/responses", "/serving-endpoints/responses"];

export const responsesRoutes: readonly Route[] = [
  ...[...gateway, ...serving].map((pattern): Route => ({ method: "POST", pattern, handler: responses })),
  ...gateway.map((pattern): Route => ({ method: "GET", pattern, handler: socket })),
];

async function respond(
  call: Pick<Call, "signal" | "headers" | "path">,
  world: World,
  body: JsonObject,
): Promise<Response> {
  const request = readResponses(body);
  checkModel(request.model, apiTypes.responses, call.path.startsWith("/serving-endpoints/") ? "serving" : "gateway");
  checkRejects(call, world, body);
  const { ids, clock } = world;
  return playTurn(call, world, { request, dialect: responsesDialect({ ids, clock, request }) });
}
