// Which models a workspace has, by what each can be asked in: live, whatever generation the workspace is of.
import type { Deps } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import type { ModelEndpoint, ModelListsApi, ModelService } from "../../workspace/model-lists.ts";
import type { DialectName } from "../dialects.ts";
import type { UpstreamFamily } from "../family.ts";
import { readModelName } from "./names.ts";

export type ModelDialect = Exclude<DialectName, "otel">;

/** `ready` can be asked; the others are listed, and cannot. */
export type ModelState = "ready" | "not-ready" | "forbidden" | "split" | "unknown-api";

export interface FoundModel {
  /** What requests name. */
  readonly id: string;
  readonly dialects: readonly ModelDialect[];
  readonly state: ModelState;
  /** The models behind it, where it is a service that people made. */
  readonly destinations?: readonly string[] | undefined;
}

export interface Discovery {
  readonly family: UpstreamFamily;
  /** The newest of each family first. */
  readonly models: readonly FoundModel[];
}

export interface DiscoverOptions {
  readonly family: UpstreamFamily;
  /** Schemas whose services are looked at beside `system.ai`; `all` looks at every one, which may take a minute. */
  readonly schemas?: readonly string[] | "all" | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The names of the APIs, as the lists have them. */
const dialectOf: Readonly<Record<string, ModelDialect>> = {
  "anthropic/v1/messages": "anthropic",
  "openai/v1/responses": "responses",
  "gemini/v1/generateContent": "gemini",
  "mlflow/v1/chat/completions": "chat",
  "llm/v1/chat": "chat",
};

/**
 * Asks the workspace. Where model services are listed and there are none, which happens to who has no grant on them, its
 * endpoints are asked too. Throws `not_found` with what to do when nothing is found, and what the lists throw.
 */
export async function discoverModels(
  lists: ModelListsApi,
  options: DiscoverOptions,
  { log }: Pick<Deps, "log">,
): Promise<Discovery> {
  const { family, signal } = options;
  const found = family === "model-services" ? await fromServices(lists, options) : [];
  const models = found.length > 0 ? found : await fromEndpoints(lists, { family, signal, log });
  if (models.length > 0) return { family, models: models.toSorted(byName) };
  throw new MortarError("not_found", "The workspace lists no models", {
    hint: "Ask an admin to enable the AI Gateway (account console, Previews), and for USE CATALOG on `system`, USE SCHEMA and EXECUTE on `system.ai`.",
  });
}

async function fromServices(lists: ModelListsApi, { schemas = [], signal }: DiscoverOptions): Promise<FoundModel[]> {
  const wanted = schemas === "all" ? [undefined] : ["system.ai", ...schemas];
  const listed = await Promise.all(wanted.map((schema) => lists.services({ schema, signal })));
  const services = new Map(listed.flat().map((service) => [service.fullName, service]));
  return inTurns([...services.values()], (service) => modelOf(lists, service, signal));
}

/** How many are looked at side by side. */
const width = 8;

/** What lists say of system's own models is whole; for those that people made, each has to be asked. */
async function modelOf(lists: ModelListsApi, listed: ModelService, signal?: AbortSignal): Promise<FoundModel> {
  const isWhole = listed.apiTypes.length > 0;
  const service = isWhole ? listed : await lists.service(listed.fullName, { signal }).catch(refusedAs(signal));
  if (service === "forbidden") return { id: listed.fullName, dialects: [], state: "forbidden" };
  const { fullName, apiTypes, destinations } = service;
  const dialects = dialectsOf(apiTypes);
  const made = destinations === undefined || destinations.join() === fullName ? {} : { destinations };
  return { id: fullName, dialects, state: stateOf(dialects, destinations ?? []), ...made };
}

function refusedAs(signal: AbortSignal | undefined): (thrown: unknown) => "forbidden" {
  return (thrown) => {
    signal?.throwIfAborted();
    const { code } = toMortarError(thrown);
    if (code === "permission_denied" || code === "not_found") return "forbidden";
    throw thrown;
  };
}

/** Several families behind one name answer differently from turn to turn, and the dialects refuse them. */
function stateOf(dialects: readonly ModelDialect[], destinations: readonly string[]): ModelState {
  if (new Set(destinations.map((name) => readModelName(name).family)).size > 1) return "split";
  return dialects.length === 0 ? "unknown-api" : "ready";
}

interface EndpointOptions {
  readonly family: UpstreamFamily;
  readonly signal: AbortSignal | undefined;
  readonly log: Deps["log"];
}

async function fromEndpoints(lists: ModelListsApi, { family, signal, log }: EndpointOptions): Promise<FoundModel[]> {
  const ask = async (list: (options: { signal: AbortSignal | undefined }) => Promise<readonly ModelEndpoint[]>) => {
    try {
      return await list({ signal });
    } catch (thrown) {
      signal?.throwIfAborted();
      const error = toMortarError(thrown);
      if (["not_found", "permission_denied", "unsupported", "feature_disabled"].includes(error.code)) {
        log.debug(error.message);
        return [];
      }
      throw error;
    }
  };
  const gateway = family === "serving-endpoints" ? [] : await ask((options) => lists.gatewayEndpoints(options));
  const foundation = gateway.length > 0 ? [] : await ask((options) => lists.foundationEndpoints(options));
  const endpoints = [...gateway, ...foundation];
  const last = endpoints.length > 0 ? endpoints : await ask((options) => lists.servingEndpoints(options));
  return last.map(fromEndpoint).filter(({ state }) => state !== "unknown-api");
}

/** A list without APIs still names foundation models as the workspace does. */
function fromEndpoint({ name, apiTypes, ready }: ModelEndpoint): FoundModel {
  const known = dialectsOf(apiTypes);
  const dialects = known.length > 0 ? known : guessed(name);
  if (dialects.length === 0) return { id: name, dialects, state: "unknown-api" };
  return { id: name, dialects, state: ready ? "ready" : "not-ready" };
}

function guessed(name: string): readonly ModelDialect[] {
  if (name.startsWith("databricks-claude-")) return ["anthropic", "chat"];
  if (/^databricks-gpt-(?!oss)/.test(name)) return ["responses", "chat"];
  if (name.startsWith("databricks-gemini-")) return ["gemini", "chat"];
  return /^databricks-(?!.*(?:embed|bge|gte))/.test(name) ? ["chat"] : [];
}

function dialectsOf(apiTypes: readonly string[]): readonly ModelDialect[] {
  return [...new Set(apiTypes.flatMap((type) => dialectOf[type] ?? []))];
}

/** Families in their order of names, in each the newest first; of equals the workspace's own before people's. */
function byName(one: FoundModel, other: FoundModel): number {
  const [left, right] = [readModelName(one.id), readModelName(other.id)];
  const versions = (right.version[0] ?? 0) - (left.version[0] ?? 0) || (right.version[1] ?? 0) - (left.version[1] ?? 0);
  return left.family.localeCompare(right.family) || versions || one.id.localeCompare(other.id);
}

async function inTurns<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}
