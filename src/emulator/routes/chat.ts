// Chat completions of every model: the AI Gateway's unified path, the older serving path, and an endpoint's invocations.
import type { Call, Handler, Route } from "../http/route.ts";
import { chatDialect } from "../models/chat-answer.ts";
import { readChat } from "../models/chat-request.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { apiTypes, checkModel } from "../models/model-catalog.ts";
import type { World } from "../world.ts";

const chat: Handler = (call, world) => complete(call, world);

/** The endpoint's name stands in the path, and a `model` in the body says nothing. */
export const invokeModel = (call: Call, world: World): Promise<Response> =>
  complete(call, world, { model: call.params["name"], isHosted: true });

/** The same for an endpoint that somebody made, which no list of models knows. */
export function completeMade(call: Call, world: World, name: string): Promise<Response> {
  return complete(call, world, { model: name, isHosted: false });
}

export const chatRoutes: readonly Route[] = [
  { method: "POST", pattern: "/ai-gateway/mlflow/v1/chat/completions", handler: chat },
  { method: "POST", pattern: "/ai-gateway/openai/v1/chat/completions", handler: chat },
  { method: "POST", pattern: "/serving-endpoints/chat/completions", handler: chat },
  { method: "POST", pattern: "/serving-endpoints/openai/v1/chat/completions", handler: chat },
];

interface Path {
  /** The endpoint that the path names. */
  readonly model: string | undefined;
  readonly isHosted: boolean;
}

function complete(call: Call, world: World, path: Path = { model: undefined, isHosted: true }): Promise<Response> {
  const { ids, clock } = world;
  return inDialect(chatDialect({ ids, clock, wantsUsage: false }), async () => {
    const body = await call.json();
    const request = readChat(body, path.model);
    const way = call.path.startsWith("/serving-endpoints/") ? "serving" : "gateway";
    if (path.isHosted) checkModel(request.model, apiTypes.chat, way);
    checkRejects(call, world, body);
    return playTurn(call, world, { request, dialect: chatDialect({ ids, clock, wantsUsage: request.wantsUsage }) });
  });
}
