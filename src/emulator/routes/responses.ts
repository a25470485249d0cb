// The AI Gateway's OpenAI Responses dialect, and the older serving path, answered by the scripted model.
import type { Handler, Route } from "../http/route.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { apiTypes, checkModel } from "../models/model-catalog.ts";
import { responsesDialect } from "../models/responses-answer.ts";
import { readResponses } from "../models/responses-request.ts";

const responses: Handler = (call, world) =>
  inDialect(responsesDialect(world), async () => {
    const body = await call.json();
    const request = readResponses(body);
    checkModel(request.model, apiTypes.responses, call.path.startsWith("/serving-endpoints/") ? "serving" : "gateway");
    checkRejects(call, world, body);
    return playTurn(call, world, {
      request,
      dialect: responsesDialect({ ids: world.ids, clock: world.clock, request }),
    });
  });

export const responsesRoutes: readonly Route[] = [
  "/ai-gateway/codex/v1/responses",
  "/ai-gateway/openai/v1/responses",
  "/serving-endpoints/openai/v1/responses",
  "/serving-endpoints/responses",
].map((pattern) => ({ method: "POST", pattern, handler: responses }));
