// Cluster policies 2.0.
import { policiesOf, readDefinition, type PolicyDocument } from "../clusters/policy.ts";
import { invalid, optionalInteger, optionalText, optionalWord, requiredText } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import type { World } from "../world.ts";
import type { JsonObject } from "../../platform/json.ts";

const create: Handler = async (call, world) => {
  const body = await call.json();
  const policyId = world.ids.hex(16).toUpperCase();
  const fields = readFields(world, body, undefined);
  const policy: PolicyDocument = { ...fields, policyId, creator: call.caller.userName, createdAt: world.clock.now() };
  policiesOf(world).put(policyId, policy);
  return { policy_id: policyId };
};

const edit: Handler = async (call, world) => {
  const body = await call.json();
  const before = requirePolicy(world, requiredText(body["policy_id"], "policy_id"));
  const { policyId, creator, createdAt } = before;
  policiesOf(world).put(policyId, { ...readFields(world, body, policyId), policyId, creator, createdAt });
  return {};
};

const remove: Handler = async (call, world) => {
  const policyId = requiredText((await call.json())["policy_id"], "policy_id");
  requirePolicy(world, policyId);
  policiesOf(world).delete(policyId);
  return {};
};

const get: Handler = (call, world) =>
  view(requirePolicy(world, requiredText(call.query.get("policy_id"), "policy_id")));

const list: Handler = (call, world) => {
  const policies = sorted(policiesOf(world).all(), call).map(view);
  return { ...(policies.length === 0 ? {} : { policies }), total_count: policies.length };
};

function sorted(policies: readonly PolicyDocument[], { query }: Call): readonly PolicyDocument[] {
  const column = optionalWord(query.get("sort_column"), "sort_column", ["POLICY_CREATION_TIME", "POLICY_NAME"]);
  const order = optionalWord(query.get("sort_order"), "sort_order", ["ASC", "DESC"]);
  const result = policies.toSorted((left, right) =>
    column === "POLICY_NAME" ? left.name.localeCompare(right.name) : left.createdAt - right.createdAt,
  );
  return order === "DESC" ? result.toReversed() : result;
}

type Fields = Omit<PolicyDocument, "policyId" | "creator" | "createdAt">;

function readFields(world: World, body: JsonObject, own: string | undefined): Fields {
  const name = requiredText(body["name"], "name");
  if (
    policiesOf(world)
      .all()
      .some((policy) => policy.name === name && policy.policyId !== own)
  ) {
    throw invalid(`Policy with name ${name} already exists`);
  }
  if (optionalText(body["policy_family_id"], "policy_family_id") !== undefined) {
    throw invalid("policy_family_id: policy families are not supported by the Mortar emulator.");
  }
  const definition = requiredText(body["definition"], "definition");
  readDefinition(definition);
  const description = optionalText(body["description"], "description");
  const most = optionalInteger(body["max_clusters_per_user"], "max_clusters_per_user", { min: 0, max: 10_000 });
  return {
    name,
    definition,
    ...(description === undefined ? {} : { description }),
    ...(most === undefined ? {} : { maxClustersPerUser: most }),
  };
}

function requirePolicy(world: World, policyId: string): PolicyDocument {
  const policy = policiesOf(world).get(policyId);
  if (policy !== undefined) return policy;
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Can't find a cluster policy with id: ${policyId}.`);
}

function view(policy: PolicyDocument): object {
  return {
    policy_id: policy.policyId,
    name: policy.name,
    definition: policy.definition,
    creator_user_name: policy.creator,
    created_at_timestamp: policy.createdAt,
    is_default: false,
    ...(policy.description === undefined ? {} : { description: policy.description }),
    ...(policy.maxClustersPerUser === undefined ? {} : { max_clusters_per_user: policy.maxClustersPerUser }),
  };
}

export const policiesRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/2.0/policies/clusters/create", handler: create },
  { method: "POST", pattern: "/api/2.0/policies/clusters/edit", handler: edit },
  { method: "POST", pattern: "/api/2.0/policies/clusters/delete", handler: remove },
  { method: "GET", pattern: "/api/2.0/policies/clusters/get", handler: get },
  { method: "GET", pattern: "/api/2.0/policies/clusters/list", handler: list },
];
