// get_serving_logs, get_serving_metrics: how an endpoint does.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { cutTextHead, fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { endpointInput } from "./fields.ts";
import { endpointOf, entitiesOf, logsOf, metricsOf } from "./serving-api.ts";

export const getServingLogs = defineTool({
  name: "get_serving_logs",
  toolset: "serving",
  effect: "read",
  title: "Read logs of a serving endpoint",
  description: "Shows the end of a served model's logs: of its server, or of the build of its container.",
  input: z.strictObject({
    endpoint: endpointInput,
    kind: z.enum(["server", "build"]).default("server"),
    served_entity: z.string().optional().describe("As get_serving_endpoint names it; without it the newest"),
    max_chars: z.int().min(1_000).default(20_000),
  }),
  output: z.object({
    endpoint: z.string(),
    served_entity: z.string(),
    kind: z.string(),
    logs: z.string(),
    truncated: z.boolean(),
    total_chars: z.number(),
    hint: z.string().optional(),
  }),
  spellings: { name: "endpoint" },
  run: async (context, { endpoint, kind, served_entity, max_chars }) => {
    const entity = served_entity ?? (await newest(context, endpoint));
    const logs = await logsOf(context, { endpoint, entity, kind: kind === "build" ? "build-logs" : "logs" });
    const { text, truncated, totalChars } = cutTextHead(logs, Math.min(max_chars, context.limits.textChars));
    const hint = logs === "" ? "There are no logs: hosted and external models have none." : undefined;
    return { endpoint, served_entity: entity, kind, logs: text, truncated, total_chars: totalChars, hint };
  },
  text: ({ logs, ...rest }) => fieldText(fieldLines(rest), logs),
});

/** What is about to be served, else what is. */
async function newest(context: Parameters<typeof endpointOf>[0], endpoint: string): Promise<string> {
  const entities = entitiesOf(await endpointOf(context, endpoint));
  const found = entities.find(({ isPending }) => isPending) ?? entities[0];
  if (found !== undefined) return found.name;
  throw new MortarError("not_found", `${endpoint} serves nothing`, { hint: "`get_serving_endpoint` shows its state." });
}

export const getServingMetrics = defineTool({
  name: "get_serving_metrics",
  toolset: "serving",
  effect: "read",
  title: "Read metrics of a serving endpoint",
  description: "Shows requests, errors, latency, CPU and memory of an endpoint of yours as they stand now.",
  input: z.strictObject({
    endpoint: endpointInput,
    name_filter: z.string().optional().describe("Part of a metric's name: latency"),
  }),
  output: z.object({
    endpoint: z.string(),
    ...tableFields,
    returned: z.number(),
    truncated: z.boolean(),
    hint: z.string().optional(),
  }),
  spellings: { name: "endpoint" },
  run: async (context, { endpoint, name_filter = "" }) => {
    const samples = samplesOf(await metricsOf(context, endpoint)).filter(({ metric }) => metric.includes(name_filter));
    const shown = fitting(samples, context.limits.textChars);
    return {
      endpoint,
      ...tableOf(shown, {
        metric: ({ metric }) => metric,
        labels: ({ labels }) => labels,
        value: ({ value }) => value,
      }),
      returned: shown.length,
      truncated: shown.length < samples.length,
      hint: samples.length === 0 ? "No metric: there are some once the endpoint has run for a while." : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});

/** The samples of Prometheus text: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function samplesOf(text: string) {
  return text.split("\n").flatMap((line) => {
    const [, metric, labels = "", value] = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/.exec(line) ?? [];
    if (metric === undefined || value === undefined) return [];
    const number = Number(value);
    return [{ metric, labels, value: Number.isFinite(number) ? number : value }];
  });
}
