// What the tools of serving take and tell alike.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { isObject, type JsonObject } from "../../platform/json.ts";
import { pollUntil } from "../../workspace/poll.ts";
import { requiredText, text, timeMs } from "../../workspace/fields.ts";
import type { ToolContext } from "../define.ts";
import { isoTime, tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { waitOptions } from "../waiting.ts";
import { endpointOf, entitiesOf, readyOf, updateOf } from "./serving-api.ts";

export const endpointInput = z
  .string()
  .min(1, "must not be empty")
  .describe("Endpoint, as list_serving_endpoints gives it");

export const entitiesInput = z
  .array(
    z.looseObject({
      name: z.string().optional(),
      entity_name: z.string().optional().describe("main.ml.churn"),
      entity_version: z.string().optional(),
      workload_size: z.string().optional(),
      scale_to_zero_enabled: z.boolean().default(true),
      environment_vars: z.record(z.string(), z.string()).optional().describe('Secrets as "{{secrets/scope/key}}"'),
      external_model: z.looseObject({}).optional().describe("provider, name, task, <provider>_config"),
      traffic_percent: z.int().min(0).max(100).optional(),
    }),
  )
  .min(1)
  .describe("More fields as in the API: workload_type");

type Entities = z.output<typeof entitiesInput>;

/** The part of the API's config that says what is served, and who gets how much. Throws `invalid_input`. */
export function configOf(endpoint: string, entities: Entities): object {
  const named = entities.map((entity, at) => ({ ...entity, name: entity.name ?? nameOf(endpoint, entity, at) }));
  checkSecrets(named);
  const shares = named.map(({ traffic_percent }) => traffic_percent);
  const given = shares.filter((share) => share !== undefined);
  const total = given.reduce((sum, share) => sum + share, 0);
  if (given.length > 0 || named.length > 1) {
    if (given.length !== named.length || total !== 100) {
      throw new MortarError("invalid_input", "The shares of traffic have to make 100", {
        hint: "Give each served entity its traffic_percent.",
      });
    }
  }
  const routes = named.map(({ name, traffic_percent }) => ({
    served_entity_name: name,
    traffic_percentage: traffic_percent ?? 100,
  }));
  return {
    // An external model runs elsewhere: it has nothing that could scale.
    served_entities: named.map(({ traffic_percent: _share, scale_to_zero_enabled, ...entity }) =>
      entity.external_model === undefined ? { ...entity, scale_to_zero_enabled } : entity,
    ),
    traffic_config: { routes },
  };
}

function nameOf(endpoint: string, { entity_name, entity_version }: Entities[number], at: number): string {
  if (entity_name === undefined) return at === 0 ? `${endpoint}-external` : `${endpoint}-external-${at + 1}`;
  // The workspace names it so when nobody does.
  return `${entity_name.split(".").at(-1) ?? entity_name}-${entity_version ?? "1"}`;
}

/** A key in the clear would stand in the conversation and in every log of it. */
function checkSecrets(value: unknown): void {
  if (Array.isArray(value)) return value.forEach(checkSecrets);
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key.endsWith("_plaintext")) {
      throw new MortarError("invalid_input", `${key} would put a secret into the conversation`, {
        hint: `Store it by \`put_secret_from_file\`, and give ${key.slice(0, -"_plaintext".length)}: "{{secrets/scope/key}}".`,
      });
    }
    checkSecrets(inner);
  }
}

export const endpointFields = {
  endpoint: z.string(),
  state: z.string(),
  config_update: z.string(),
  task: z.string().optional(),
  description: z.string().optional(),
  creator: z.string().optional(),
  permission: z.string().optional(),
  updated: z.string().optional(),
  ...tableFields,
  hint: z.string().optional(),
};

export const endpointOutput = z.object(endpointFields);

export function shownEndpoint(wire: JsonObject) {
  return {
    endpoint: requiredText(wire, "name"),
    state: readyOf(wire),
    config_update: updateOf(wire),
    task: text(wire, "task"),
    description: text(wire, "description"),
    creator: text(wire, "creator"),
    permission: text(wire, "permission_level"),
    updated: isoTime(timeMs(wire, "last_updated_timestamp")),
    ...tableOf(entitiesOf(wire), {
      served_entity: ({ name }) => name,
      entity: ({ entity }) => entity,
      version: ({ version }) => version,
      deployment: ({ deployment }) => deployment,
      message: ({ message }) => message,
      traffic_percent: ({ trafficPercent }) => trafficPercent,
      workload_size: ({ size }) => size,
      scales_to_zero: ({ scalesToZero }) => scalesToZero,
      is_pending: ({ isPending }) => isPending,
    }),
  };
}

export function endpointText({ columns, rows, ...rest }: z.output<typeof endpointOutput>): string {
  return fieldText(fieldLines(rest), tableLines(columns, rows));
}

export const updateFailed = ({ config_update }: { readonly config_update: string }): boolean =>
  config_update === "UPDATE_FAILED" || config_update === "UPDATE_CANCELED";

/** Waits until the update is through, and tells what stands then. */
export async function untilUpdated(context: ToolContext, endpoint: string, timeoutMs: number) {
  const { last } = await pollUntil(context.deps.clock, (signal) => endpointOf(context, endpoint, signal), {
    ...waitOptions<JsonObject>(context, timeoutMs, progressOf),
    done: (wire) => updateOf(wire) !== "IN_PROGRESS",
  });
  const shown = shownEndpoint(last);
  return { ...shown, hint: hintOf(shown) };
}

function hintOf(shown: { readonly state: string; readonly config_update: string }): string | undefined {
  if (updateFailed(shown)) return "`get_serving_logs` with kind build, then server, shows why.";
  if (shown.config_update === "IN_PROGRESS")
    return "The update goes on. `get_serving_endpoint` with wait_seconds waits on; do not start it again.";
  return shown.state === "READY" ? undefined : "It is not ready: `get_serving_logs` may show why.";
}

function progressOf(wire: JsonObject): string {
  const coming = entitiesOf(wire).find(
    ({ isPending, deployment }) => isPending || deployment === "DEPLOYMENT_CREATING",
  );
  const why = coming?.message ?? coming?.deployment ?? "the update goes on";
  return coming === undefined ? why : `${coming.name}: ${why}`;
}
