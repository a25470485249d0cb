// Finding models: model services of Unity Catalog, the AI Gateway's endpoints, and serving endpoints, each with its traps.
import { requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { jsonResponse } from "../http/wire.ts";
import { findService, foundationEndpoints, gatewayEndpoints, listedServices } from "../models/model-lists.ts";
import { pageOf, pageSizeOf } from "../paging.ts";

const listServices: Handler = (call, world) => {
  // Without a page size the list is so slow that the gateway before it gives up; the client is told that it left.
  if (!call.query.get("page_size")) {
    return jsonResponse({ error_code: "CANCELLED", message: "The request was cancelled." }, 499);
  }
  const orgId = call.headers.get("x-databricks-org-id");
  if (world.switches.modelListNeedsOrgId && orgId !== world.workspaceId) {
    throw new ApiFault(
      400,
      "INVALID_PARAMETER_VALUE",
      "Invalid MetastoreId: the workspace of this request is not known.",
    );
  }
  const parent = call.query.get("parent") ?? undefined;
  if (parent !== undefined && !/^schemas\/[^.]+\.[^.]+$/.test(parent)) {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `Invalid parent ${parent}: expected schemas/CATALOG.SCHEMA`);
  }
  const listed = world.switches.emptyModelLists ? [] : listedServices(parent?.slice("schemas/".length));
  return pageIn(call, "model_services", listed);
};

const getService: Handler = (call) => {
  const name = requiredText(call.params["name"], "name");
  const found = findService(name);
  if (found === undefined) {
    throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Model Service '${name}' does not exist.`);
  }
  if (found.forbidden) {
    throw new ApiFault(403, "PERMISSION_DENIED", `User does not have EXECUTE on Model Service '${name}'.`);
  }
  return found.document;
};

const services = "/api/2.1/unity-catalog/model-services";

export const modelServicesRoutes: readonly Route[] = [
  { method: "GET", pattern: services, handler: listServices },
  { method: "GET", pattern: `${services}/{name}`, handler: getService },
  {
    method: "GET",
    pattern: "/api/2.1/unity-catalog/model-provider-services",
    handler: () => ({ model_provider_services: [] }),
  },
  {
    method: "GET",
    pattern: "/api/ai-gateway/v2/endpoints",
    handler: (call) => pageIn(call, "endpoints", gatewayEndpoints()),
  },
  {
    method: "GET",
    pattern: "/api/2.0/serving-endpoints:foundation-models",
    handler: () => ({ endpoints: foundationEndpoints() }),
  },
];

function pageIn(call: Call, field: string, items: readonly object[]): object {
  const size = pageSizeOf(call.query, { name: "page_size", fallback: 100, max: 1_000 });
  const page = pageOf(items, { size, token: call.query.get("page_token") });
  return { [field]: page.items, ...(page.next === undefined ? {} : { next_page_token: page.next }) };
}
