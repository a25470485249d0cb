// The tools that the app itself has for an agent: charts, and what goes on in the background.
import * as z from "zod";
import { MortarError } from "../../../platform/errors.ts";
import type { Operation } from "../../contract/events.ts";
import { chartInput, chartProblem } from "./chart.ts";
import type { RunContext } from "./run-context.ts";
import type { ToolParts } from "./tool-parts.ts";

export interface AppCall {
  readonly parts: ToolParts;
  readonly run: RunContext;
  readonly signal: AbortSignal;
}

export interface AppTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly readOnly: boolean;
  run(call: AppCall, input: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** Longer waits are cut off by agents. */
const mostWaitSeconds = 50;

function defineAppTool<Input extends z.ZodObject>(declared: {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: Input;
  readonly readOnly: boolean;
  run(call: AppCall, input: z.output<Input>): Promise<Readonly<Record<string, unknown>>>;
}): AppTool {
  return { ...declared, run: (call, input) => declared.run(call, input as z.output<Input>) };
}

const operationId = z.string().min(1).max(100);

export const appTools: readonly AppTool[] = [
  defineAppTool({
    name: "show_chart",
    title: "Show a chart",
    description:
      "Draws a chart of a query's result in the conversation. The person can change its type and axes. Give the data itself, already aggregated.",
    input: chartInput,
    readOnly: true,
    run: (_call, chart) => {
      const problem = chartProblem(chart);
      if (problem !== undefined) throw new MortarError("invalid_input", `show_chart: ${problem}`);
      return Promise.resolve({ shown: true, type: chart.type, rows: chart.rows.length });
    },
  }),
  defineAppTool({
    name: "check_operation_status",
    title: "See how an operation is",
    description:
      "Tells how a call that went on in the background is, with its result when it has ended. With wait_seconds it waits for that.",
    input: z.strictObject({
      operation_id: operationId,
      wait_seconds: z.number().min(0).max(mostWaitSeconds).default(0),
    }),
    readOnly: true,
    run: async ({ parts, run, signal }, { operation_id, wait_seconds }) => {
      await owned(parts, run, operation_id);
      const operation = await parts.operations.wait(operation_id, wait_seconds * 1_000, signal);
      if (operation === undefined) throw noOperation(operation_id);
      return view(parts, run, operation);
    },
  }),
  defineAppTool({
    name: "list_operations",
    title: "List operations",
    description: "Lists the calls of this conversation that went on in the background, the newest first.",
    input: z.strictObject({
      status: z.enum(["running", "completed", "failed", "cancelled", "lost"]).optional(),
    }),
    readOnly: true,
    run: async ({ parts, run }, { status }) => {
      const all = await ownedHere(parts, run);
      const wanted = all.filter((one) => status === undefined || one.status === status);
      const newest = wanted
        .toSorted((one, other) => other.started_at.localeCompare(one.started_at))
        .slice(0, mostListed);
      return {
        operations: newest.map(({ id, tool_name, status: is, started_at, ended_at }) => ({
          operation_id: id,
          tool_name,
          status: is,
          started_at,
          elapsed_seconds: elapsedOf(run, { started_at, ended_at }),
        })),
        truncated: wanted.length > newest.length,
      };
    },
  }),
  defineAppTool({
    name: "cancel_operation",
    title: "Cancel an operation",
    description: "Ends a call that goes on in the background. What it has done already stays done.",
    input: z.strictObject({ operation_id: operationId }),
    readOnly: false,
    run: async ({ parts, run }, { operation_id }) => {
      await owned(parts, run, operation_id);
      return view(parts, run, await parts.operations.cancel(operation_id));
    },
  }),
];

const mostListed = 50;

/** Throws `not_found` for one of another conversation or user: it is not told that it is there. */
async function owned({ store }: ToolParts, run: RunContext, id: string): Promise<void> {
  const found = await store.operations.get(id);
  if (found?.conversation_id !== run.conversationId || found.user !== run.user) throw noOperation(id);
}

async function ownedHere({ store }: ToolParts, run: RunContext): Promise<readonly Operation[]> {
  const all = await store.operations.list(run.conversationId);
  const found = await Promise.all(
    all.map(async (one) => ((await store.operations.get(one.id))?.user === run.user ? [one] : [])),
  );
  return found.flat();
}

function noOperation(id: string): MortarError {
  return new MortarError("not_found", `There is no operation ${id.slice(0, 100)} in this conversation`, {
    hint: "list_operations shows those that there are.",
  });
}

function view({ operations }: ToolParts, run: RunContext, operation: Operation) {
  const { id, tool_name, status, progress, result } = operation;
  const structured = operations.structured(id);
  const said = status === "completed" ? { result: structured ?? result } : { error: result };
  return {
    operation_id: id,
    tool_name,
    status,
    elapsed_seconds: elapsedOf(run, operation),
    ...(status === "running" && progress !== undefined ? { progress } : {}),
    ...(status === "running" || (result === undefined && structured === undefined) ? {} : said),
  };
}

function elapsedOf(
  { deps }: RunContext,
  { started_at, ended_at }: { readonly started_at: string; readonly ended_at?: string | undefined },
): number {
  const endMs = ended_at === undefined ? deps.clock.now() : Date.parse(ended_at);
  return Math.max(0, Math.round((endMs - Date.parse(started_at)) / 1_000));
}
