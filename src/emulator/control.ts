// The emulator's own routes below `/__emulator`: health, faults, switches, the request log, identities. Admin token only.
import { isObject, type JsonObject } from "../platform/json.ts";
import { parseFaultRule, type Faults } from "./faults.ts";
import { ingestedIn } from "./gateway/ingested.ts";
import { requiredText } from "./http/fields.ts";
import type { RequestLog } from "./http/request-log.ts";
import { ApiFault, type Answer, type Call, type Handler, type Route } from "./http/route.ts";
import { tracesOf } from "./mlflow/documents.ts";
import { parseScenario } from "./models/scenario.ts";
import { sha256, type Authority, type FederationPolicy } from "./oauth/authority.ts";
import type { TokenKind } from "./state/tokens.ts";
import type { Switches } from "./world.ts";

export interface ControlParts {
  readonly authority: Authority;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly stop: (() => void) | undefined;
}

/** The control routes of one emulator. */
export function controlRoutes({ authority, faults, requests, stop }: ControlParts): readonly Route[] {
  const { world } = authority;
  const at = (method: Route["method"], path: string, handler: Handler): Route => ({
    method,
    pattern: `/__emulator/${path}`,
    handler,
  });
  return [
    {
      method: "GET",
      pattern: "/__emulator/proof",
      open: true,
      handler: (call) => ({ pid: process.pid, proof: authority.prove(call.query.get("challenge") ?? "") }),
    },
    at("GET", "health", () => ({ pid: process.pid, workspace_id: world.workspaceId, owner: world.owner.userName })),
    at("POST", "stop", () => {
      if (stop === undefined) throw new ApiFault(400, "INVALID_STATE", "This emulator belongs to another program.");
      queueMicrotask(stop);
      return {};
    }),
    at("GET", "switches", () => world.switches),
    at("PATCH", "switches", async (call) => setSwitches(world.switches, await call.json())),
    at("GET", "faults", () => ({ faults: faults.list() })),
    at("POST", "faults", async (call) => faults.add(parseFaultRule(await call.json()))),
    at("DELETE", "faults", () => {
      faults.clear();
      return {};
    }),
    at("DELETE", "faults/{id}", (call) => ({ removed: faults.remove(Number(call.params["id"])) })),
    at("GET", "requests", () => ({ requests: requests.entries() })),
    at("DELETE", "requests", () => {
      requests.clear();
      return {};
    }),
    at("GET", "otel", () => ({ tables: ingestedIn(world).all() })),
    at("GET", "traces", () => ({
      traces: tracesOf(world)
        .all()
        .map(({ creator, experiment, info, data }) => ({ creator, experiment, info, data })),
    })),
    at("PUT", "scenario", async (call) => {
      world.model.scenario = parseScenario(await call.json());
      world.model.played.clear();
      return { conversations: world.model.scenario.conversations.length };
    }),
    at("POST", "tokens/expire", async (call) => ({ expired: world.tokens.expire(await tokenMatch(call)) })),
    at("POST", "tokens/revoke", async (call) => ({ revoked: world.tokens.revoke(await tokenMatch(call)) })),
    at("POST", "service-principals", (call) => addPrincipal(authority, call)),
    at("POST", "oauth-clients", (call) => addClient(authority, call)),
    at("POST", "federation-policies", (call) => addPolicy(authority, call)),
  ];
}

function setSwitches(switches: Switches, wanted: JsonObject): Switches {
  const values = switches as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(wanted)) {
    const known = Object.hasOwn(values, name) && typeof value === typeof values[name];
    if (!known || (typeof value === "number" && !(value >= 0))) {
      throw new ApiFault(
        400,
        "INVALID_PARAMETER_VALUE",
        `${name} is not a switch, or not of its type; switches are ${JSON.stringify(switches)}`,
      );
    }
  }
  Object.assign(switches, wanted);
  return switches;
}

/** `{kind: "access"}` or `{kind: "refresh"}`. Personal access tokens are left alone: the emulator's own is one. */
async function tokenMatch(call: Call): Promise<(record: { kind: TokenKind }) => boolean> {
  const kind = requiredText((await call.json())["kind"], "kind");
  if (kind !== "access" && kind !== "refresh") {
    throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "kind must be access or refresh");
  }
  return (record) => record.kind === kind;
}

async function addPrincipal(authority: Authority, call: Call): Promise<Answer> {
  const { principal, secret } = authority.addPrincipal(
    requiredText((await call.json())["display_name"], "display_name"),
  );
  return { client_id: principal.applicationId, client_secret: secret, id: principal.id };
}

async function addClient(authority: Authority, call: Call): Promise<Answer> {
  const body = await call.json();
  const clientId = requiredText(body["client_id"], "client_id");
  const secret = body["client_secret"];
  const redirectUris = textsOf(body["redirect_uris"], "redirect_uris");
  authority.addClient({
    clientId,
    name: typeof body["name"] === "string" ? body["name"] : clientId,
    ...(redirectUris === undefined ? {} : { redirectUris }),
    ...(typeof secret === "string" ? { secretHash: sha256(secret) } : {}),
  });
  return { client_id: clientId };
}

async function addPolicy(authority: Authority, call: Call): Promise<Answer> {
  const body = await call.json();
  const jwks = body["jwks"];
  if (!isObject(jwks)) throw new ApiFault(400, "INVALID_PARAMETER_VALUE", "jwks must be a JWK set");
  const policy: FederationPolicy = {
    id: crypto.randomUUID(),
    issuer: requiredText(body["issuer"], "issuer"),
    audiences: textsOf(body["audiences"], "audiences") ?? [],
    jwks,
    ...(typeof body["subject"] === "string" ? { subject: body["subject"] } : {}),
    ...(typeof body["client_id"] === "string" ? { applicationId: body["client_id"] } : {}),
  };
  authority.policies.put(policy.id, policy);
  return { id: policy.id };
}

function textsOf(value: unknown, name: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one): one is string => typeof one === "string")) return value;
  throw new ApiFault(400, "INVALID_PARAMETER_VALUE", `${name} must be a list of texts`);
}
