// The AI Gateway's Gemini dialect, and the older serving path, answered by the scripted model.
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { checkRejects, inDialect, playTurn } from "../models/dialect.ts";
import { geminiDialect } from "../models/gemini-answer.ts";
import { readGemini } from "../models/gemini-request.ts";
import { apiTypes, checkModel } from "../models/model-catalog.ts";
import type { World } from "../world.ts";

const actions = ["generateContent", "streamGenerateContent", "countTokens"] as const;
type Action = (typeof actions)[number];

/** `{call}` is `MODEL:ACTION`. */
const handle: Handler = (call, world) => {
  const { model, action } = readTarget(call.params["call"] ?? "");
  checkModel(model, apiTypes.gemini, call.path.startsWith("/serving-endpoints/") ? "serving" : "gateway");
  const form = action === "streamGenerateContent" && call.query.get("alt") !== "sse" ? "list" : "sse";
  const dialect = geminiDialect(world.ids, form);
  return inDialect(dialect, async () => {
    if (action === "countTokens") return countTokens(call, world, model);
    const body = await call.json();
    const request = readGemini(body, { model, stream: action === "streamGenerateContent" });
    checkRejects(call, world, body);
    return playTurn(call, world, { request, dialect });
  });
};

export const geminiRoutes: readonly Route[] = ["/ai-gateway/gemini", "/serving-endpoints/gemini"].map((base) => ({
  method: "POST",
  pattern: `${base}/v1beta/models/{call}`,
  handler: handle,
}));

async function countTokens(call: Call, world: World, model: string): Promise<Response> {
  const body = await call.json();
  checkRejects(call, world, body);
  const { inputTokens } = readGemini(body, { model, stream: false });
  return jsonResponse({ totalTokens: inputTokens });
}

function readTarget(target: string): { model: string; action: Action } {
  const at = target.lastIndexOf(":");
  const action = actions.find((one) => one === target.slice(at + 1));
  if (at > 0 && action !== undefined) return { model: target.slice(0, at), action };
  throw new ApiFault(404, "ENDPOINT_NOT_FOUND", `No API found for 'POST models/${target}'`);
}
