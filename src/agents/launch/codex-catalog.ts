// What Codex has to know of a model to use it well: its own description of the nearest model, under the workspace's names.
import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { readTextIfPresent, writeAtomic } from "../../platform/files.ts";
import { isObject } from "../../platform/json.ts";
import type { Launch, LaunchDeps, PrivateFile } from "./agent.ts";
import { bareName, titleOf } from "./models.ts";

type Description = Readonly<Record<string, unknown>> & { readonly slug: string };

/**
 * A catalogue of the workspace's models. Codex knows models by the names that OpenAI gives them; of any other it warns,
 * and it works without its editing tool, without reasoning, and with a guess at the context. Descriptions that ask for
 * what only OpenAI's own service has (tools as code, a shorter form of requests) are not followed where there are others.
 * undefined where there are no models, and where this Codex has no list to learn from.
 */
export async function catalogFile(
  deps: LaunchDeps,
  launch: Pick<Launch, "models" | "program" | "folder">,
): Promise<PrivateFile | undefined> {
  const ids = launch.models.listed.filter(({ dialect }) => dialect === "responses").map(({ id }) => id);
  const wanted = [...new Set([...(launch.models.codex === undefined ? [] : [launch.models.codex]), ...ids])];
  if (wanted.length === 0) return undefined;
  const known = await knownModels(deps, launch.program);
  if (known.length === 0) return undefined;
  const usual = known.filter((model) => model["tool_mode"] === undefined && model["use_responses_lite"] !== true);
  const models = wanted.map((id, index) => describe(id, nearestTo(id, usual.length === 0 ? known : usual), index));
  return { path: join(launch.folder, "models.json"), content: `${JSON.stringify({ models })}\n` };
}

/** The known model whose name has most in common with this one, from its start. */
export function nearestTo<T extends { readonly slug: string }>(id: string, known: readonly T[]): T | undefined {
  const name = bareName(id).replace(/(?<=\d)-(?=\d)/g, ".");
  const common = (slug: string): number => {
    let length = 0;
    while (length < slug.length && slug[length] === name[length]) length += 1;
    // The whole name is more than any beginning of another.
    return slug === name ? Number.POSITIVE_INFINITY : length;
  };
  return known.toSorted((left, right) => common(right.slug) - common(left.slug))[0];
}

/** What OpenAI's own service alone has (speeds to be had for money, advertisements, a search among tools) is left out. */
function describe(id: string, model: Description | undefined, index: number): unknown {
  return {
    ...model,
    slug: id,
    display_name: titleOf(id),
    description: "A model of the Databricks workspace",
    priority: index,
    visibility: "list",
    additional_speed_tiers: [],
    service_tiers: [],
    upgrade: null,
    availability_nux: null,
    supports_search_tool: false,
    use_responses_lite: false,
  };
}

const limitMs = 10_000;

/** Codex's own list, asked for once for each version of it: asking takes it 90 ms. */
async function knownModels(deps: LaunchDeps, program: string): Promise<readonly Description[]> {
  const { mtimeMs, size } = await stat(program).catch(() => ({ mtimeMs: 0, size: 0 }));
  const version = createHash("sha256").update(`${program}\n${mtimeMs}\n${size}`).digest("hex").slice(0, 16);
  const path = join(deps.paths.cache, `codex-models-${version}.json`);
  const kept = descriptions(await readTextIfPresent(path).catch(() => undefined));
  if (kept.length > 0) return kept;
  const words = [program, "debug", "models", "--bundled"] as const;
  const asked = await deps.run(words, { env: deps.env, timeoutMs: limitMs }).catch(() => undefined);
  const fresh = asked?.exitCode === 0 ? descriptions(asked.stdout) : [];
  if (fresh.length > 0) await writeAtomic(path, JSON.stringify({ models: fresh })).catch(() => undefined);
  return fresh;
}

function descriptions(text: string | undefined): readonly Description[] {
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    const models = isObject(value) && Array.isArray(value["models"]) ? value["models"] : [];
    return models.filter((one): one is Description => isObject(one) && typeof one["slug"] === "string");
  } catch {
    return [];
  }
}
