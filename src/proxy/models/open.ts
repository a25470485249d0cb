// The models of a profile's workspace: asked for live, kept for an hour, with what a person has pinned.
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Credentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import { readSettings } from "../../platform/settings.ts";
import { createClient, type Client } from "../../workspace/client.ts";
import { createModelListsApi } from "../../workspace/model-lists.ts";
import { userAgent } from "../../workspace/user-agent.ts";
import { createFamilyProbe } from "../family-probe.ts";
import { upstreamFamilies, type UpstreamFamily } from "../family.ts";
import { discoverModels, type Discovery, type FoundModel } from "./discover.ts";
import { forcedFamily } from "./forced-family.ts";

export interface OpenedModels {
  readonly client: Client;
  readonly discovery: Discovery;
  /** When the workspace was asked, in milliseconds since the epoch. */
  readonly askedAtMs: number;
}

export interface OpenModelsOptions {
  readonly credentials: Credentials;
  readonly profile: string;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Asks, whatever is kept. */
  readonly fresh?: boolean | undefined;
  /** Looks at the services of every schema. */
  readonly everySchema?: boolean | undefined;
}

type ModelDeps = Pick<Deps, "clock" | "fetch" | "log" | "paths" | "env" | "os">;

const keptMs = 3_600_000;

/**
 * The models of the workspace. What is kept serves for an hour, and longer where the workspace cannot be reached. Throws
 * what signing in and the lists throw, and `not_found` where there are none.
 */
export async function openModels(deps: ModelDeps, options: OpenModelsOptions): Promise<OpenedModels> {
  const { credentials, version } = options;
  const around = { env: deps.env, os: deps.os, runtimeVersion: Bun.version, authType: credentials.authType };
  const client = createClient({ deps, credentials, userAgent: userAgent({ version }, around) });
  const path = cacheFile(deps, options);
  const kept = await readKept(path);
  const ageMs = deps.clock.now() - (kept?.askedAtMs ?? 0);
  if (kept !== undefined && options.fresh !== true && ageMs >= 0 && ageMs < keptMs) return { client, ...kept };
  try {
    const asked = { discovery: await ask(deps, client, options), askedAtMs: deps.clock.now() };
    // What cannot be kept is asked for again.
    await writeAtomic(path, JSON.stringify(asked)).catch(() => undefined);
    return { client, ...asked };
  } catch (thrown) {
    options.signal.throwIfAborted();
    const { code, message } = toMortarError(thrown);
    if (kept === undefined || options.fresh === true || !["unreachable", "timeout", "unavailable"].includes(code)) {
      throw thrown;
    }
    deps.log.warn(`${message}. The models are those of ${new Date(kept.askedAtMs).toISOString()}.`);
    return { client, ...kept };
  }
}

/** What is kept of a workspace's models, however old; undefined where it was never asked. Asks nobody. */
export function keptModels(
  deps: Pick<Deps, "paths">,
  { host, profile }: { readonly host: string; readonly profile: string },
): Promise<Omit<OpenedModels, "client"> | undefined> {
  return readKept(cacheFile(deps, { credentials: { host }, profile }));
}

async function ask(deps: ModelDeps, client: Client, options: OpenModelsOptions): Promise<Discovery> {
  const { credentials, profile, signal, everySchema } = options;
  const settings = await readSettings(deps, "models");
  const own = settings["schemas"];
  const schemas = Array.isArray(own) ? own.filter((name): name is string => typeof name === "string") : [];
  const family = (await forcedFamily(deps, profile)) ?? (await probe(deps, { credentials, profile, signal }));
  const wanted = everySchema === true ? "all" : schemas;
  return discoverModels(createModelListsApi(client), { family, schemas: wanted, signal }, deps);
}

function probe(
  deps: ModelDeps,
  { credentials, profile, signal }: Pick<OpenModelsOptions, "credentials" | "profile" | "signal">,
): Promise<UpstreamFamily> {
  const headers = () => credentials.headers({ signal });
  return createFamilyProbe(deps)({ profile, origin: credentials.host, prefix: "", headers }, signal);
}

interface Asked extends Pick<OpenModelsOptions, "profile" | "everySchema"> {
  readonly credentials: Pick<Credentials, "host">;
}

function cacheFile({ paths }: Pick<Deps, "paths">, { credentials, profile, everySchema }: Asked): string {
  const key = JSON.stringify([credentials.host, profile, everySchema === true]);
  return join(paths.cache, "models", `${createHash("sha256").update(key).digest("hex").slice(0, 16)}.json`);
}

async function readKept(path: string): Promise<Omit<OpenedModels, "client"> | undefined> {
  try {
    const value: unknown = JSON.parse((await readTextIfPresent(path)) ?? "");
    if (!isObject(value) || !isObject(value["discovery"]) || typeof value["askedAtMs"] !== "number") return undefined;
    const { family, models } = value["discovery"];
    const known = upstreamFamilies.find((one) => one === family);
    if (known === undefined || !Array.isArray(models) || !models.every(isFoundModel)) return undefined;
    return { discovery: { family: known, models }, askedAtMs: value["askedAtMs"] };
  } catch {
    return undefined;
  }
}

function isFoundModel(value: unknown): value is FoundModel {
  return (
    isObject(value) &&
    typeof value["id"] === "string" &&
    typeof value["state"] === "string" &&
    Array.isArray(value["dialects"])
  );
}
