// Serving endpoints 2.0: those that people make, beside the hosted models. https://docs.databricks.com/api/workspace/servingendpoints
import { isObject, parseJson, type Json, type JsonObject } from "../../platform/json.ts";
import { invalid, optionalArray, optionalObject, optionalText, optionalTexts, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { estimateTokens } from "../models/dialect.ts";
import { servingEndpoints } from "../models/model-lists.ts";
import { turnOf } from "../models/scripted-model.ts";
import {
  endpointNamed,
  endpointsOf,
  endpointView,
  noteRequest,
  readConfig,
  requireEndpoint,
  tagList,
  type ServingEndpoint,
} from "../serving/endpoints.ts";
import { embed } from "../vectors/embedding.ts";
import type { World } from "../world.ts";
import { completeMade, invokeModel } from "./chat.ts";

const base = "/api/2.0/serving-endpoints";

/** A hosted model that embeds: its vectors are those of vector search. */
const embedder = {
  name: "databricks-gte-large-en",
  id: "",
  creator: "System-User",
  state: { ready: "READY", config_update: "NOT_UPDATING" },
  task: "llm/v1/embeddings",
  endpoint_type: "FOUNDATION_MODEL_API",
  permission_level: "CAN_QUERY",
  config: {
    served_entities: [
      { name: "databricks-gte-large-en", entity_name: "system.ai.gte_large_en_v1_5", entity_version: "1" },
    ],
  },
};

const list: Handler = (_call, world) => {
  const made = endpointsOf(world)
    .all()
    .map(({ name }) => endpointView(world, requireEndpoint(world, name)));
  return { endpoints: [...servingEndpoints(), embedder, ...made] };
};

const get: Handler = (call, world) => {
  const name = call.params["name"] ?? "";
  const hosted = [...servingEndpoints(), embedder].find((one) => one.name === name);
  return hosted ?? endpointView(world, requireEndpoint(world, name));
};

const create: Handler = async (call, world) => {
  const body = await call.json();
  const name = requiredText(body["name"], "name");
  if (!/^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/.test(name)) throw invalid(`Invalid endpoint name: ${name}`);
  const hosted = [...servingEndpoints(), embedder].some((one) => one.name === name);
  if (hosted || endpointsOf(world).get(name) !== undefined) {
    throw new ApiFault(409, "RESOURCE_ALREADY_EXISTS", `Endpoint with name '${name}' already exists.`);
  }
  const now = world.clock.now();
  const made: ServingEndpoint = {
    id: world.ids.hex(32),
    name,
    creator: call.caller.userName,
    description: optionalText(body["description"], "description"),
    createdAt: now,
    updatedAt: now,
    tags: withTags({}, body["tags"]),
    gateway: optionalObject(body["ai_gateway"], "ai_gateway"),
    config: readConfig(world, optionalObject(body["config"], "config") ?? {}, 1),
    requests: { total: 0, failed: 0, latencyMs: 0 },
    log: [],
  };
  endpointsOf(world).put(name, made);
  return endpointView(world, made);
};

function withTags(before: Readonly<Record<string, string>>, added: unknown): Readonly<Record<string, string>> {
  const entries = (optionalArray(added, "tags") ?? []).map((tag) => {
    if (!isObject(tag)) throw invalid("A tag must be an object.");
    return [requiredText(tag["key"], "key"), optionalText(tag["value"], "value") ?? ""] as const;
  });
  return { ...before, ...Object.fromEntries(entries) };
}

const endpointIn = (call: Call, world: World): ServingEndpoint => requireEndpoint(world, call.params["name"] ?? "");

const updateConfig: Handler = async (call, world) => {
  const before = endpointIn(call, world);
  if (before.pending !== undefined || world.clock.now() < before.config.readyAt) {
    throw new ApiFault(409, "RESOURCE_CONFLICT", `Endpoint '${before.name}' is currently updating.`);
  }
  const pending = readConfig(world, await call.json(), before.config.version + 1);
  const after = { ...before, pending };
  endpointsOf(world).put(before.name, after);
  return endpointView(world, after);
};

const updateTags: Handler = async (call, world) => {
  const before = endpointIn(call, world);
  const body = await call.json();
  const gone = new Set(optionalTexts(body["delete_tags"], "delete_tags") ?? []);
  const kept = Object.fromEntries(Object.entries(before.tags).filter(([key]) => !gone.has(key)));
  const tags = withTags(kept, body["add_tags"]);
  endpointsOf(world).put(before.name, { ...before, tags });
  return tagList(tags);
};

const updateGateway: Handler = async (call, world) => {
  const before = endpointIn(call, world);
  const gateway = await call.json();
  endpointsOf(world).put(before.name, { ...before, gateway });
  return gateway;
};

const remove: Handler = (call, world) => {
  endpointsOf(world).delete(endpointIn(call, world).name);
  return {};
};

const invoke: Handler = async (call, world) => {
  const name = call.params["name"] ?? "";
  if (name === embedder.name) return embeddings(await call.json(), name);
  const endpoint = endpointNamed(world, name);
  if (endpoint === undefined) return await invokeModel(call, world);
  if (world.clock.now() < endpoint.config.readyAt) {
    throw new ApiFault(404, "ENDPOINT_NOT_FOUND", `The endpoint '${name}' is not ready to be queried yet.`);
  }
  const begun = world.clock.now();
  const answer = await answerOf(call, world, endpoint).catch((thrown: unknown) => {
    const status = thrown instanceof ApiFault ? thrown.status : 500;
    noteRequest(world, name, { status, latencyMs: world.clock.now() - begun });
    throw thrown;
  });
  noteRequest(world, name, { status: answer.status, latencyMs: world.clock.now() - begun });
  answer.headers.set("served-model-name", String(endpoint.config.entities[0]?.["name"]));
  return answer;
};

async function answerOf(call: Call, world: World, endpoint: ServingEndpoint): Promise<Response> {
  const body = await call.json();
  if (body["messages"] !== undefined) return await completeMade(call, world, endpoint.name);
  if (Array.isArray(body["input"])) return agentAnswer(world, body);
  const rows = rowsIn(body);
  if (rows === undefined) {
    throw new ApiFault(
      400,
      "BAD_REQUEST",
      "Invalid input. The request must have one of: dataframe_split, dataframe_records, instances, inputs.",
    );
  }
  return jsonResponse({ predictions: rows.map((row) => prediction(world, row)) });
}

/** A model of one's own is scripted, too: what the scenario's turn says, as JSON where it is some. */
function prediction(world: World, row: Json): Json {
  const { text } = turnOf(world.model, JSON.stringify(row), 0);
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

function rowsIn(body: JsonObject): readonly Json[] | undefined {
  const rows = body["dataframe_records"] ?? body["instances"] ?? body["inputs"];
  if (rows !== undefined) return Array.isArray(rows) ? rows : [rows];
  const split = optionalObject(body["dataframe_split"], "dataframe_split");
  if (split === undefined) return undefined;
  const columns = optionalTexts(split["columns"], "columns") ?? [];
  return (optionalArray(split["data"], "data") ?? []).map((row) => {
    const cells = Array.isArray(row) ? row : [row];
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? null]));
  });
}

function agentAnswer(world: World, body: JsonObject): Response {
  const messages = (optionalArray(body["input"], "input") ?? []).map((one) => (isObject(one) ? one : {}));
  const asked = messages.filter(({ role }) => role === "user").map(({ content }) => String(content));
  const answered = messages.filter(({ role }) => role === "assistant").length;
  const { text } = turnOf(world.model, asked[0] ?? "", answered);
  const content = [{ type: "output_text", text }];
  return jsonResponse({
    object: "response",
    id: world.ids.hex(32),
    output: [{ type: "message", id: world.ids.hex(32), role: "assistant", content }],
    usage: { input_tokens: estimateTokens(body), output_tokens: estimateTokens(text) },
  });
}

function embeddings(body: JsonObject, model: string): object {
  const given = typeof body["input"] === "string" ? [body["input"]] : optionalTexts(body["input"], "input");
  if (given === undefined || given.length === 0) throw invalid("Missing required field: input");
  const tokens = given.reduce((sum, text) => sum + estimateTokens(text), 0);
  return {
    object: "list",
    model,
    data: given.map((text, index) => ({ object: "embedding", index, embedding: embed(text) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

function entityIn(call: Call, world: World): { readonly endpoint: ServingEndpoint; readonly entity: string } {
  const endpoint = endpointIn(call, world);
  const entity = call.params["entity"] ?? "";
  const known = [endpoint.config, ...(endpoint.pending === undefined ? [] : [endpoint.pending])];
  if (known.some(({ entities }) => entities.some(({ name }) => name === entity))) return { endpoint, entity };
  throw new ApiFault(
    404,
    "RESOURCE_DOES_NOT_EXIST",
    `Served entity '${entity}' does not exist in endpoint '${endpoint.name}'.`,
  );
}

const logs: Handler = (call, world) => ({ logs: entityIn(call, world).endpoint.log.join("\n") });

const buildLogs: Handler = (call, world) => {
  const { endpoint, entity } = entityIn(call, world);
  const { startedAt, readyAt } = endpoint.pending ?? endpoint.config;
  const lines = [`[${new Date(startedAt).toISOString()}] Deploying ${entity}; the emulator builds no container.`];
  if (world.clock.now() >= readyAt) lines.push(`[${new Date(readyAt).toISOString()}] ${entity} is ready.`);
  return { logs: lines.join("\n") };
};

const metrics: Handler = (call, world) => {
  const { name, requests } = endpointIn(call, world);
  const label = `{endpoint_name="${name}"}`;
  const text = [
    "# TYPE request_count_total counter",
    `request_count_total${label} ${requests.total}`,
    "# TYPE request_4xx_count_total counter",
    `request_4xx_count_total${label} ${requests.failed}`,
    "# TYPE request_latency_ms summary",
    `request_latency_ms_sum${label} ${requests.latencyMs}`,
    `request_latency_ms_count${label} ${requests.total}`,
  ];
  return new Response(`${text.join("\n")}\n`, { headers: { "content-type": "text/plain; version=0.0.4" } });
};

const one = `${base}/{name}`;

export const servingRoutes: readonly Route[] = [
  { method: "GET", pattern: base, handler: list },
  { method: "POST", pattern: base, handler: create },
  { method: "GET", pattern: one, handler: get },
  { method: "DELETE", pattern: one, handler: remove },
  { method: "PUT", pattern: `${one}/config`, handler: updateConfig },
  { method: "PATCH", pattern: `${one}/tags`, handler: updateTags },
  { method: "PUT", pattern: `${one}/ai-gateway`, handler: updateGateway },
  { method: "GET", pattern: `${one}/served-models/{entity}/logs`, handler: logs },
  { method: "GET", pattern: `${one}/served-models/{entity}/build-logs`, handler: buildLogs },
  { method: "GET", pattern: `${one}/metrics`, handler: metrics },
  { method: "POST", pattern: "/serving-endpoints/{name}/invocations", handler: invoke },
];
