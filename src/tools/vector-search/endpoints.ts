// Endpoints of vector search: list, get, create, delete.
import * as z from "zod";
import { pollUntil } from "../../workspace/poll.ts";
import type { JsonObject } from "../../platform/json.ts";
import { number, object, requiredText, text, timeMs } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { isoTime, waitSecondsInput } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs, waitOptions } from "../waiting.ts";
import { endpointInput, stateOf } from "./fields.ts";
import { createEndpoint, deleteEndpoint, endpointOf, listEndpoints, listIndexes } from "./vector-search-api.ts";

const endpointFields = {
  endpoint: z.string(),
  state: z.string(),
  endpoint_type: z.string().optional(),
  message: z.string().optional(),
  indexes: z.number().optional(),
  creator: z.string().optional(),
  created: z.string().optional(),
  hint: z.string().optional(),
};

function shownEndpoint(wire: JsonObject) {
  return {
    endpoint: requiredText(wire, "name"),
    state: stateOf(wire),
    endpoint_type: text(wire, "endpoint_type"),
    message: text(object(wire, "endpoint_status") ?? {}, "message"),
    indexes: number(wire, "num_indexes"),
    creator: text(wire, "creator"),
    created: isoTime(timeMs(wire, "creation_timestamp")),
  };
}

export const listVectorSearchEndpoints = defineTool({
  name: "list_vector_search_endpoints",
  toolset: "vector_search",
  effect: "read",
  title: "List vector search endpoints",
  description: "Lists the endpoints that serve vector indexes.",
  input: z.strictObject(listInput),
  output: listOutput,
  run: async (context, input) => {
    const found = (await listEndpoints(context)).map((wire) => ({
      ...shownEndpoint(wire),
      name: requiredText(wire, "name"),
    }));
    return listPage({ items: found, truncated: false }, input, {
      fields: {
        endpoint: ({ name }) => name,
        state: ({ state }) => state,
        type: ({ endpoint_type }) => endpoint_type,
        indexes: ({ indexes }) => indexes,
        creator: ({ creator }) => creator,
      },
      textChars: context.limits.textChars,
      nothing: "No endpoint matches that you can see. `create_vector_search_endpoint` makes one.",
    });
  },
  text: listText,
});

export const getVectorSearchEndpoint = defineTool({
  name: "get_vector_search_endpoint",
  toolset: "vector_search",
  effect: "read",
  title: "Get a vector search endpoint",
  description: "Tells an endpoint's state and type.",
  input: z.strictObject({ endpoint: endpointInput }),
  output: z.object(endpointFields),
  spellings: { name: "endpoint", endpoint_name: "endpoint" },
  run: async (context, { endpoint }) => shownEndpoint(await endpointOf(context, endpoint)),
  text: (output) => fieldText(fieldLines(output)),
});

/** States in which nothing more happens by itself. */
const settled: readonly string[] = ["ONLINE", "OFFLINE", "RED_STATE", "YELLOW_STATE", "DELETED"];

export const createVectorSearchEndpoint = defineTool({
  name: "create_vector_search_endpoint",
  toolset: "vector_search",
  effect: "write",
  title: "Create a vector search endpoint",
  description:
    "Creates an endpoint for vector indexes and waits until it is online, which takes minutes. It costs while it exists.",
  input: z.strictObject({
    endpoint: z.string().min(1, "must not be empty").describe("New name"),
    endpoint_type: z
      .enum(["STANDARD", "STORAGE_OPTIMIZED"])
      .default("STANDARD")
      .describe("STORAGE_OPTIMIZED: many vectors at less cost, slower"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(endpointFields),
  spellings: { name: "endpoint", endpoint_name: "endpoint" },
  targets: nowhere,
  run: async (context, { endpoint, endpoint_type, wait_seconds }) => {
    await createEndpoint(context, { name: endpoint, endpoint_type });
    const timeoutMs = waitMs({ wait_seconds }, context);
    const { last } = await pollUntil(context.deps.clock, (signal) => endpointOf(context, endpoint, signal), {
      ...waitOptions<JsonObject>(context, timeoutMs, (wire) => `the endpoint is ${stateOf(wire)}`),
      done: (wire) => settled.includes(stateOf(wire)),
    });
    const goesOn = "It goes on. `get_vector_search_endpoint` shows when it is ONLINE; do not create it again.";
    return { ...shownEndpoint(last), hint: settled.includes(stateOf(last)) ? undefined : goesOn };
  },
  text: (output) => fieldText(fieldLines(output)),
  failed: ({ state }) => state === "OFFLINE" || state === "RED_STATE",
});

export const deleteVectorSearchEndpoint = defineTool({
  name: "delete_vector_search_endpoint",
  toolset: "vector_search",
  effect: "destructive",
  title: "Delete a vector search endpoint",
  description: "Deletes an endpoint. Its indexes have to be deleted first.",
  input: z.strictObject({ endpoint: endpointInput }),
  output: z.object({ endpoint: z.string(), state: z.string(), hint: z.string() }),
  spellings: { name: "endpoint", endpoint_name: "endpoint" },
  confirm: async ({ endpoint }, context) => {
    const indexes = (await listIndexes(context, endpoint)).map((wire) => requiredText(wire, "name"));
    if (indexes.length === 0) return question`Delete the vector search endpoint ${endpoint}, which has no index?`;
    return question`Delete the vector search endpoint ${endpoint}, which serves ${indexes}?`;
  },
  targets: nowhere,
  run: async (context, { endpoint }) => {
    await deleteEndpoint(context, endpoint);
    return { endpoint, state: "DELETED", hint: "`list_vector_search_endpoints` shows what is left." };
  },
  text: (output) => fieldText(fieldLines(output)),
});
