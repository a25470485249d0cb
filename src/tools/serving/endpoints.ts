// Serving endpoints: list, get, create, update, delete.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { requiredText, text } from "../../workspace/fields.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { question } from "../question.ts";
import { nowhere, securable, type Target } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { waitMs } from "../waiting.ts";
import {
  configOf,
  endpointInput,
  endpointOutput,
  endpointText,
  entitiesInput,
  untilUpdated,
  updateFailed,
} from "./fields.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  endpointOf,
  entitiesOf,
  listEndpoints,
  readyOf,
  updateOf,
} from "./serving-api.ts";

export const listServingEndpoints = defineTool({
  name: "list_serving_endpoints",
  toolset: "serving",
  effect: "read",
  title: "List serving endpoints",
  description: "Lists model serving endpoints: hosted foundation models, external models, your own.",
  input: z.strictObject({ task: z.string().optional().describe("llm/v1/chat, llm/v1/embeddings"), ...listInput }),
  output: listOutput,
  run: async (context, { task, ...input }) => {
    const found = (await listEndpoints(context)).map((wire) => ({ name: requiredText(wire, "name"), wire }));
    const items = found.filter(({ wire }) => task === undefined || text(wire, "task") === task);
    return listPage({ items, truncated: false }, input, {
      fields: {
        endpoint: ({ name }) => name,
        state: ({ wire }) => readyOf(wire),
        update: ({ wire }) => updateOf(wire),
        task: ({ wire }) => text(wire, "task"),
        serves: ({ wire }) =>
          entitiesOf(wire)
            .map(({ entity, name }) => entity ?? name)
            .join(", "),
        creator: ({ wire }) => text(wire, "creator"),
      },
      textChars: context.limits.textChars,
      nothing: "No endpoint matches that you can see.",
    });
  },
  text: listText,
});

export const getServingEndpoint = defineTool({
  name: "get_serving_endpoint",
  toolset: "serving",
  effect: "read",
  title: "Get a serving endpoint",
  description: "Tells whether an endpoint is ready, what it serves and is about to serve, and why a deployment failed.",
  input: z.strictObject({ endpoint: endpointInput, wait_seconds: waitSecondsInput(0) }),
  output: endpointOutput,
  spellings: { name: "endpoint" },
  run: async (context, { endpoint, wait_seconds }) =>
    untilUpdated(context, endpoint, waitMs({ wait_seconds }, context)),
  text: endpointText,
});

const gatewayInput = z.looseObject({}).optional().describe("rate_limits, guardrails, ...");

/** The tables in which an endpoint keeps what it was asked: theirs are the only names in catalogs that it writes. */
function gatewayTargets({ ai_gateway }: { readonly ai_gateway?: object | undefined }): readonly Target[] {
  const wish: unknown = ai_gateway === undefined ? undefined : Reflect.get(ai_gateway, "inference_table_config");
  if (!isObject(wish) || wish["enabled"] === false) return [];
  // A name that is left out stays as it is, which is not known here.
  const { catalog_name: catalog, schema_name: schema } = wish;
  const known = (name: unknown): string | undefined => (typeof name === "string" && name !== "" ? name : undefined);
  return [securable(known(catalog), known(schema))];
}

export const createServingEndpoint = defineTool({
  name: "create_serving_endpoint",
  toolset: "serving",
  effect: "write",
  title: "Create a serving endpoint",
  description: "Creates an endpoint for a registered model, an agent or an external model, which takes minutes.",
  input: z.strictObject({
    endpoint: z.string().min(1, "must not be empty").describe("New name"),
    served_entities: entitiesInput,
    description: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
    ai_gateway: gatewayInput,
    wait_seconds: waitSecondsInput(50),
  }),
  output: endpointOutput,
  spellings: { name: "endpoint" },
  targets: gatewayTargets,
  run: async (context, { endpoint, served_entities, description, tags, ai_gateway, wait_seconds }) => {
    const body = {
      name: endpoint,
      config: configOf(endpoint, served_entities),
      description,
      tags: tags === undefined ? undefined : Object.entries(tags).map(([key, value]) => ({ key, value })),
      ai_gateway,
    };
    await createEndpoint(context, body);
    return await untilUpdated(context, endpoint, waitMs({ wait_seconds }, context));
  },
  text: endpointText,
  failed: updateFailed,
});

export const updateServingEndpoint = defineTool({
  name: "update_serving_endpoint",
  toolset: "serving",
  effect: "destructive",
  idempotent: true,
  title: "Change a serving endpoint",
  description: "Changes what an endpoint serves (the list replaces all of it), its tags or its AI Gateway.",
  input: z.strictObject({
    endpoint: endpointInput,
    served_entities: entitiesInput.optional(),
    tags: z
      .record(z.string(), z.union([z.string(), z.null()]))
      .optional()
      .describe("null removes one; others stay"),
    ai_gateway: gatewayInput.describe("Replaces all of it"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: endpointOutput,
  spellings: { name: "endpoint" },
  confirm: async ({ endpoint, served_entities, ai_gateway }, context) => {
    if (served_entities === undefined && ai_gateway === undefined) return undefined;
    const now = entitiesOf(await endpointOf(context, endpoint)).map(({ entity, name, version = "" }) =>
      `${entity ?? name} ${version}`.trim(),
    );
    const part = served_entities === undefined ? "the AI Gateway settings" : "what it serves";
    return question`Replace ${part} of the endpoint ${endpoint}, which serves ${now}?`;
  },
  targets: gatewayTargets,
  run: async (context, { endpoint, served_entities, tags, ai_gateway, wait_seconds }) => {
    if (served_entities === undefined && tags === undefined && ai_gateway === undefined) {
      throw new MortarError("invalid_input", "There is nothing to change", {
        hint: "Give served_entities, tags or ai_gateway.",
      });
    }
    const config = served_entities === undefined ? undefined : configOf(endpoint, served_entities);
    if (tags !== undefined)
      await changeEndpoint(context, endpoint, { method: "PATCH", part: "tags", body: tagChange(tags) });
    if (ai_gateway !== undefined) {
      await changeEndpoint(context, endpoint, { method: "PUT", part: "ai-gateway", body: ai_gateway });
    }
    if (config !== undefined) await changeEndpoint(context, endpoint, { method: "PUT", part: "config", body: config });
    return await untilUpdated(context, endpoint, waitMs({ wait_seconds }, context));
  },
  text: endpointText,
  failed: updateFailed,
});

function tagChange(tags: Readonly<Record<string, string | null>>): object {
  const entries = Object.entries(tags);
  return {
    add_tags: entries.flatMap(([key, value]) => (value === null ? [] : [{ key, value }])),
    delete_tags: entries.flatMap(([key, value]) => (value === null ? [key] : [])),
  };
}

export const deleteServingEndpoint = defineTool({
  name: "delete_serving_endpoint",
  toolset: "serving",
  effect: "destructive",
  title: "Delete a serving endpoint",
  description: "Deletes an endpoint: whoever calls it fails from then on. The models that it served stay.",
  input: z.strictObject({ endpoint: endpointInput }),
  output: z.object({ endpoint: z.string(), state: z.string(), hint: z.string() }),
  spellings: { name: "endpoint" },
  confirm: async ({ endpoint }, context) => {
    const serves = entitiesOf(await endpointOf(context, endpoint)).map(({ entity, name }) => entity ?? name);
    return question`Delete the serving endpoint ${endpoint}, which serves ${serves}?`;
  },
  targets: nowhere,
  run: async (context, { endpoint }) => {
    await deleteEndpoint(context, endpoint);
    return { endpoint, state: "DELETED", hint: "The registered models stay." };
  },
  text: (output) => fieldText(fieldLines(output)),
});
