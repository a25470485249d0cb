// The lists of models that a workspace has: model services, AI Gateway endpoints, serving endpoints.
import { MortarError, toMortarError } from "../platform/errors.ts";
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client, ClientRequest } from "./client.ts";
import { flag, object, objects, requiredText, text, texts } from "./fields.ts";
import { collect, pagesOf } from "./pages.ts";
import { segment } from "./query.ts";

export interface ModelService {
  /** `system.ai.claude-opus-5-5`: what requests name. */
  readonly fullName: string;
  /** `anthropic/v1/messages` and the like; empty where a list leaves them out. */
  readonly apiTypes: readonly string[];
  /** Where its requests go; undefined where a list leaves them out. Those that were deleted are not among them. */
  readonly destinations: readonly string[] | undefined;
}

export interface ModelEndpoint {
  /** `databricks-claude-opus-5-5`: what requests name. */
  readonly name: string;
  readonly apiTypes: readonly string[];
  /** Whether it serves; that says nothing of who may ask it. */
  readonly ready: boolean;
}

export interface ModelListsApi {
  /** Services of one schema (`system.ai`), or of all that the caller sees, which may take a minute. */
  services(options?: CallOptions & { readonly schema?: string | undefined }): Promise<readonly ModelService[]>;
  /** One service, whole. Throws `permission_denied` and `not_found`. */
  service(fullName: string, options?: CallOptions): Promise<ModelService>;
  /** Endpoints of the AI Gateway before there were model services. */
  gatewayEndpoints(options?: CallOptions): Promise<readonly ModelEndpoint[]>;
  /** Serving endpoints of foundation models, with the APIs that each answers. */
  foundationEndpoints(options?: CallOptions): Promise<readonly ModelEndpoint[]>;
  /** All serving endpoints; without the APIs that they answer. */
  servingEndpoints(options?: CallOptions): Promise<readonly ModelEndpoint[]>;
  /** Ids that the Anthropic dialect lists; may be empty where models are. */
  anthropicModels(options?: CallOptions): Promise<readonly string[]>;
}

const services = "/api/2.1/unity-catalog/model-services";

/** The list without a page size ends in 499. */
const pageSize = 100;

export function createModelListsApi(client: Client): ModelListsApi {
  const withOrg = orgHeader(client);
  const endpoints = async (path: `/${string}`, { signal }: CallOptions): Promise<readonly ModelEndpoint[]> =>
    objects(await client.json({ method: "GET", path, signal }), "endpoints").map(toEndpoint);
  return {
    services: ({ schema, signal } = {}) =>
      withOrg(signal, async (headers) => {
        const parent = schema === undefined ? undefined : `schemas/${schema}`;
        const pages = pagesOf(client, (token) => {
          const query = { page_size: pageSize, parent, page_token: token };
          return { method: "GET", path: services, query, headers, timeoutMs: 120_000, signal };
        });
        return (await collect(pages, (page) => objects(page, "model_services").map(toService))).items;
      }),
    service: (fullName, { signal } = {}) =>
      withOrg(signal, async (headers) => {
        const path: `/${string}` = `${services}/${segment(fullName, "model service")}`;
        return toService(await client.json({ method: "GET", path, headers, signal }));
      }),
    gatewayEndpoints: async ({ signal } = {}) => {
      const pages = pagesOf(client, (token) => {
        const query = { page_size: pageSize, page_token: token };
        return { method: "GET", path: "/api/ai-gateway/v2/endpoints", query, signal };
      });
      return (await collect(pages, (page) => objects(page, "endpoints").map(toEndpoint))).items;
    },
    foundationEndpoints: (options = {}) => endpoints("/api/2.0/serving-endpoints:foundation-models", options),
    servingEndpoints: (options = {}) => endpoints("/api/2.0/serving-endpoints", options),
    anthropicModels: async ({ signal } = {}) => {
      const page = await client.json({ method: "GET", path: "/ai-gateway/anthropic/v1/models", signal });
      return objects(page, "data").map((model) => requiredText(model, "id"));
    },
  };
}

type Headers = ClientRequest["headers"];

/**
 * Some workspaces list model services only to who names the workspace's id: the refusal of the first request carries it
 * in a header, as every answer does. Asked for once, then kept.
 */
function orgHeader(client: Client) {
  let known: Headers;
  return async <T>(signal: AbortSignal | undefined, ask: (headers: Headers) => Promise<T>): Promise<T> => {
    try {
      return await ask(known);
    } catch (thrown) {
      const { message } = toMortarError(thrown);
      if (known !== undefined || !/Invalid MetastoreId/i.test(message)) throw thrown;
      known = { "X-Databricks-Org-Id": await orgId(client, signal) };
      return ask(known);
    }
  };
}

async function orgId(client: Client, signal: AbortSignal | undefined): Promise<string> {
  const answer = await client.send({ method: "GET", path: "/api/2.0/preview/scim/v2/Me", signal });
  const id = answer.headers.get("x-databricks-org-id");
  if (id !== null) return id;
  throw new MortarError("bad_response", `${client.host} wants its workspace id and does not say what it is`, {
    hint: "Add `workspace_id` to the profile in ~/.databrickscfg.",
  });
}

function toService(wire: JsonObject): ModelService {
  const routing = object(object(wire, "config") ?? {}, "routing");
  const destinations = routing === undefined ? undefined : objects(routing, "destinations");
  // Lists write a prefix that requests refuse.
  const name = text(wire, "full_name") ?? requiredText(wire, "name");
  return {
    fullName: name.replace(/^model-services\//, ""),
    apiTypes: texts(wire, "supported_api_types"),
    destinations: destinations?.filter((one) => !flag(one, "is_deleted")).map((one) => requiredText(one, "name")),
  };
}

function toEndpoint(wire: JsonObject): ModelEndpoint {
  const entities = objects(object(wire, "config") ?? {}, "served_entities");
  const ofEntities = entities.flatMap((entity) => texts(object(entity, "foundation_model") ?? {}, "api_types"));
  const { ready } = object(wire, "state") ?? {};
  return {
    name: requiredText(wire, "name"),
    apiTypes: [...new Set([...texts(wire, "supported_api_types"), ...ofEntities])],
    ready: ready === undefined || ready === "READY",
  };
}
