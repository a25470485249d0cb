// The models of a workspace, asked for once an hour: what agents are told of when they start.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Credentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { bareName, type AgentModels, type ListedModel, type ModelDialect } from "./models.ts";

type DiscoverDeps = Pick<Deps, "clock" | "fetch" | "log" | "paths">;

const freshMs = 3_600_000;
const limitMs = 5_000;

/** What the workspace lists. What was listed before holds while it cannot be asked; never throws but for an abort. */
export async function discoverModels(
  deps: DiscoverDeps,
  credentials: Pick<Credentials, "host" | "headers">,
  signal?: AbortSignal,
): Promise<AgentModels> {
  const name = createHash("sha256").update(credentials.host).digest("hex").slice(0, 16);
  const path = join(deps.paths.cache, `agent-models-${name}.json`);
  const kept = await readKept(path);
  const age = kept === undefined ? Number.POSITIVE_INFINITY : deps.clock.now() - kept.atMs;
  if (kept !== undefined && age >= 0 && age < freshMs) return chooseModels(kept.listed);
  try {
    const listed = await askWorkspace(deps, credentials, signal);
    if (listed.length > 0) {
      await writeAtomic(path, JSON.stringify({ atMs: deps.clock.now(), listed })).catch(() => undefined);
    }
    return chooseModels(listed);
  } catch (thrown) {
    signal?.throwIfAborted();
    deps.log.debug(`The workspace's models are not known: ${toMortarError(thrown).message}`);
    return chooseModels(kept?.listed ?? []);
  }
}

/** The roles that a list fills: the newest of each family. */
export function chooseModels(listed: readonly ListedModel[]): AgentModels {
  const sorted = listed.toSorted((left, right) => compareModels(left.id, right.id));
  const first = (dialect: ModelDialect, pattern: RegExp): string | undefined =>
    sorted.find((one) => one.dialect === dialect && pattern.test(bareName(one.id)))?.id;
  return {
    opus: first("anthropic", /opus/),
    sonnet: first("anthropic", /sonnet/),
    haiku: first("anthropic", /haiku/),
    fable: first("anthropic", /fable/),
    codex: first("responses", /./),
    gemini: first("gemini", /pro/) ?? first("gemini", /./),
    geminiFast: first("gemini", /flash/),
    chat: first("chat", /./),
    listed: sorted,
  };
}

/** Newer first; of one version the one that is made for code. A missing minor version counts as 0. */
export function compareModels(left: string, right: string): number {
  const [one, other] = [versionOf(left), versionOf(right)];
  if (one !== other) return other - one;
  const forCode = (id: string): number => (/codex/.test(id) ? 0 : 1);
  return forCode(left) - forCode(right) || left.localeCompare(right);
}

function versionOf(id: string): number {
  const match = /-(\d{1,3})(?:[.-](\d{1,3}))?(?=-|$)/.exec(bareName(id));
  return match === null ? 0 : Number(match[1]) * 1_000 + Number(match[2] ?? "0");
}

async function askWorkspace(
  deps: DiscoverDeps,
  credentials: Pick<Credentials, "host" | "headers">,
  signal: AbortSignal | undefined,
): Promise<readonly ListedModel[]> {
  const limit = AbortSignal.any([AbortSignal.timeout(limitMs), ...(signal === undefined ? [] : [signal])]);
  const headers = await credentials.headers({ signal: limit });
  const address = `${credentials.host}/api/2.0/serving-endpoints:foundation-models`;
  const response = await deps.fetch(address, { headers, signal: limit, redirect: "manual" });
  if (!response.ok) throw new Error(`${response.status}`);
  const body: unknown = await response.json();
  const endpoints = isObject(body) && Array.isArray(body["endpoints"]) ? (body["endpoints"] as unknown[]) : [];
  return endpoints.flatMap((endpoint) => listedOf(endpoint));
}

const dialectOfType: readonly (readonly [string, ModelDialect])[] = [
  ["anthropic/v1/messages", "anthropic"],
  ["openai/v1/responses", "responses"],
  ["gemini/v1/generateContent", "gemini"],
  ["mlflow/v1/chat/completions", "chat"],
];

function listedOf(endpoint: unknown): ListedModel[] {
  if (!isObject(endpoint) || typeof endpoint["name"] !== "string") return [];
  const { config } = endpoint;
  const entities = isObject(config) && Array.isArray(config["served_entities"]) ? config["served_entities"] : [];
  const types = (entities as unknown[]).flatMap((entity) => {
    const model = isObject(entity) ? entity["foundation_model"] : undefined;
    return isObject(model) && Array.isArray(model["api_types"]) ? (model["api_types"] as unknown[]) : [];
  });
  const dialect = dialectOfType.find(([type]) => types.includes(type))?.[1];
  return dialect === undefined ? [] : [{ id: endpoint["name"], dialect }];
}

async function readKept(path: string): Promise<{ atMs: number; listed: readonly ListedModel[] } | undefined> {
  try {
    const value: unknown = JSON.parse((await readTextIfPresent(path)) ?? "");
    if (!isObject(value) || typeof value["atMs"] !== "number" || !Array.isArray(value["listed"])) return undefined;
    const listed = (value["listed"] as unknown[]).filter(
      (one): one is ListedModel => isObject(one) && typeof one["id"] === "string" && typeof one["dialect"] === "string",
    );
    return { atMs: value["atMs"], listed };
  } catch {
    return undefined;
  }
}
