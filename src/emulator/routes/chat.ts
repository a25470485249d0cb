// Chat completions of every model: the AI Gateway's unified path, the older serving path, and an endpoint's invocations.
import type { Call, Handler, Route } from "../http/route.ts";
import { chatDialect } from "../models/chat-answer.ts";
import { readChat } from "../models/chat-request.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { apiTypes, checkModel } from "../models/model-catalog.ts";
import type { World } from "../world.ts";

const chat: Handler = (call, world) => complete(call, world);

/** The endpoint's name stands in the path, and a `model` in the body says nothing. */
const invoke: Handler = (call, world) => complete(call, world, call.params["name"]);

export const chatRoutes: readonly Route[] = [
  { method: "POST", pattern: "/ai-gateway/mlflow/v1/chat/completions", handler: chat },
  { method: "POST", pattern: "/ai-gateway/openai/v1/chat/completions", handler: chat },
  { method: "POST", pattern: "/serving-endpoints/chat/completions", handler: chat },
  { method: "POST", pattern: "/serving-endpoints/openai/v1/chat/completions", handler: chat },
  { method: "POST", pattern: "/serving-endpoints/{name}/invocations", handler: invoke },
];

function complete(call: Call, world: World, pathModel?: string): Promise<Response> {
  const { ids, clock } = world;
  return inDialect(chatDialect({ ids, clock, wantsUsage: false }), async () => {
    const body = await call.json();
    const request = readChat(body, pathModel);
    checkModel(request.model, apiTypes.chat, call.path.startsWith("/serving-endpoints/") ? "serving" : "gateway");
    checkRejects(call, world, body);
    return playTurn(call, world, { request, dialect: chatDialect({ ids, clock, wantsUsage: request.wantsUsage }) });
  });
}
