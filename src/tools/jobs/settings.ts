// What create_job takes beside its tasks, and the wire's words for it.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { parametersInput } from "../fields.ts";

const addresses = z.array(z.string());

export const jobSettingsInput = {
  schedule: z
    .strictObject({
      cron: z.string().describe('Quartz: "0 0 6 * * ?" is daily at 6'),
      timezone: z.string().default("UTC"),
      paused: z.boolean().default(false),
    })
    .optional(),
  email_notifications: z
    .strictObject({
      on_start: addresses.optional(),
      on_success: addresses.optional(),
      on_failure: addresses.optional(),
      on_duration_warning: addresses.optional(),
    })
    .optional(),
  webhook_notifications: z
    .strictObject({
      on_start: addresses.optional(),
      on_success: addresses.optional(),
      on_failure: addresses.optional(),
      on_duration_warning: addresses.optional(),
    })
    .optional()
    .describe("Notification destination ids"),
  health_rules: z
    .array(
      z.strictObject({
        metric: z
          .enum([
            "RUN_DURATION_SECONDS",
            "STREAMING_BACKLOG_BYTES",
            "STREAMING_BACKLOG_RECORDS",
            "STREAMING_BACKLOG_SECONDS",
            "STREAMING_BACKLOG_FILES",
          ])
          .default("RUN_DURATION_SECONDS"),
        greater_than: z.int().min(0),
      }),
    )
    .optional()
    .describe("Warn when a metric passes a value"),
  parameters: parametersInput("Job parameters with their defaults").optional(),
  tags: parametersInput("Tags").optional(),
  max_concurrent_runs: z.int().min(1).optional(),
  timeout_minutes: z.number().min(0).optional().describe("Limit of a run"),
};

const settingsSchema = z.object(jobSettingsInput);

/** JobSettings (Jobs API 2.2) of everything but the name, the tasks and their compute. */
export function jobSettings(input: z.output<typeof settingsSchema>): JsonObject {
  const { schedule, health_rules: rules, parameters, timeout_minutes: minutes } = input;
  return defined({
    schedule: schedule && {
      quartz_cron_expression: schedule.cron,
      timezone_id: schedule.timezone,
      pause_status: schedule.paused ? "PAUSED" : "UNPAUSED",
    },
    email_notifications: input.email_notifications && defined(input.email_notifications),
    webhook_notifications: input.webhook_notifications && destinations(input.webhook_notifications),
    health: rules && {
      rules: rules.map((rule) => ({ metric: rule.metric, op: "GREATER_THAN", value: rule.greater_than })),
    },
    parameters: parameters && Object.entries(parameters).map(([name, value]) => ({ name, default: value })),
    tags: input.tags,
    max_concurrent_runs: input.max_concurrent_runs,
    timeout_seconds: minutes === undefined ? undefined : Math.round(minutes * 60),
  });
}

function destinations(events: Readonly<Record<string, readonly string[] | undefined>>): JsonObject {
  const filled = Object.entries(events).filter(([, ids]) => ids !== undefined);
  return Object.fromEntries(filled.map(([event, ids]) => [event, (ids ?? []).map((id) => ({ id }))]));
}

function defined(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}
