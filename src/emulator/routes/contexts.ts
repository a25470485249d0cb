// Command execution API 1.2: contexts and commands. camelCase on the wire; errors are `{"error": ...}`.
import type { JsonObject } from "../../platform/json.ts";
import { contextsOf, type Command, type Context, type ContextLanguage } from "../contexts/contexts.ts";
import { commandResults } from "../contexts/results.ts";
import { optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { World } from "../world.ts";

const languages: readonly ContextLanguage[] = ["python", "scala", "sql", "r"];

const createContext: Handler = async (call, world) => {
  const body = await readBody(call);
  return { id: contextsOf(world).create(clusterIdOf(body["clusterId"]), languageOf(body["language"])).id };
};

const contextStatus: Handler = (call, world) => {
  const context = contextsOf(world).require(clusterIdOf(call.query.get("clusterId")), idOf(call.query, "contextId"));
  return { id: context.id, status: context.status };
};

const destroyContext: Handler = async (call, world) => {
  const body = await readBody(call);
  const context = requireContext(world, body);
  contextsOf(world).destroy(context);
  return { id: context.id };
};

const execute: Handler = async (call, world) => {
  const body = await readBody(call);
  const context = requireContext(world, body);
  const language = body["language"] === undefined ? context.language : languageOf(body["language"]);
  const code = body["command"];
  if (typeof code !== "string") throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "Missing required field: command");
  return { id: contextsOf(world).execute(context, { language, code }).id };
};

const commandStatus: Handler = (call, world) => {
  const { query } = call;
  const context = contextsOf(world).require(clusterIdOf(query.get("clusterId")), idOf(query, "contextId"));
  return commandView(requireCommand(context, idOf(query, "commandId")));
};

const cancel: Handler = async (call, world) => {
  const body = await readBody(call);
  const command = requireCommand(requireContext(world, body), requiredText(body["commandId"], "commandId"));
  contextsOf(world).cancel(command);
  return { id: command.id };
};

export const contextsRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/1.2/contexts/create", handler: createContext },
  { method: "GET", pattern: "/api/1.2/contexts/status", handler: contextStatus },
  { method: "POST", pattern: "/api/1.2/contexts/destroy", handler: destroyContext },
  { method: "POST", pattern: "/api/1.2/commands/execute", handler: execute },
  { method: "GET", pattern: "/api/1.2/commands/status", handler: commandStatus },
  { method: "POST", pattern: "/api/1.2/commands/cancel", handler: cancel },
];

function commandView(command: Command): object {
  const { id, status, result, failure } = command;
  if (status === "Finished" && result !== undefined) return { id, status, results: commandResults(result) };
  if (status === "Error") {
    const words = failure ?? "The command failed.";
    return { id, status, results: { resultType: "error", summary: words, cause: words } };
  }
  return { id, status, results: null };
}

function requireContext(world: World, body: JsonObject): Context {
  return contextsOf(world).require(clusterIdOf(body["clusterId"]), requiredText(body["contextId"], "contextId"));
}

function requireCommand(context: Context, commandId: string): Command {
  const command = context.commands.get(commandId);
  if (command !== undefined) return command;
  throw new ApiFault(
    404,
    "CommandNotFound",
    `CommandNotFound: Command ${commandId} not found in context ${context.id}`,
  );
}

function clusterIdOf(value: unknown): string {
  const clusterId = requiredText(value, "clusterId");
  if (!/^serverless/i.test(clusterId)) return clusterId;
  const words = "Serverless compute is not supported by the command execution API. Use a cluster that you created.";
  throw new ApiFault(400, "INVALID_PARAMETER_VALUE", words);
}

function idOf(query: URLSearchParams, name: string): string {
  return requiredText(query.get(name), name);
}

function languageOf(value: unknown): ContextLanguage {
  const language = optionalWord(value, "language", languages);
  if (language === undefined) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "Missing required field: language");
  return language;
}

/** JSON, or the multipart form that long commands are sent in. */
async function readBody(call: Call): Promise<JsonObject> {
  const type = call.headers.get("content-type") ?? "";
  if (!type.startsWith("multipart/form-data")) return call.json();
  const form = await new Response(Uint8Array.from(await call.bytes()), {
    headers: { "content-type": type },
  }).formData();
  const body: JsonObject = {};
  for (const [name, value] of form) body[name] = typeof value === "string" ? value : await value.text();
  return body;
}
