// Runs: begun, streamed, stopped; what they ask, and what goes on beside them.
import * as z from "zod";
import { MortarError } from "../../../platform/errors.ts";
import { isObject } from "../../../platform/json.ts";
import type { Run, StartedRun, StartRun } from "../../contract/api.ts";
import { approvalFor, conversationFor, operationFor, projectFor, runFor } from "../access.ts";
import { notFound } from "../refusals.ts";
import { route, type Call, type Route } from "../route.ts";
import { conversationStream, olderStream } from "../run-stream.ts";
import { decision, done, operation, run, startedRun, startRun, stopped } from "../wire-fields.ts";

type Asking = Pick<Call, "parts" | "caller">;

/** Throws as access does, and what the runs throw: `conflict` while one is under way. */
async function start(asking: Asking, request: StartRun): Promise<StartedRun> {
  const { parts, caller } = asking;
  const { id } = await projectFor(asking, request.project_id, "work");
  const { conversation_id: conversationId, replaces_message_id: replaced } = request;
  if (conversationId !== undefined) await conversationFor(asking, conversationId, { need: "work", projectId: id });
  if (replaced !== undefined) {
    const message = await parts.store.messages.get(replaced);
    if (message === undefined || message.conversation_id !== conversationId) throw notFound("message");
  }
  return await parts.runs.start(caller, request);
}

/** Whether whoever reads a stream may still do so. */
const readable =
  ({ parts, caller }: Asking, projectId: string): (() => Promise<boolean>) =>
  async () =>
    (await parts.store.projects.access(projectId, caller.user)) !== undefined;

async function stop(asking: Asking, id: string) {
  const { id: runId } = await runFor(asking, id, "work");
  const success = await asking.parts.runs.stop(runId);
  return { success, message: success ? "The run has been stopped" : "The run had ended before" };
}

/** What is told of a run, without what is for the server alone. */
const publicRun = ({ replica: _replica, stop_requested: _stop, ...shown }: Awaited<ReturnType<typeof runFor>>): Run =>
  shown;

/** Where the older app's clients put another workspace and its token. */
const foreign: readonly string[] = ["target_databricks_host", "target_databricks_token"];
/** What those clients send as null where there is none. */
const nullable: readonly string[] = ["conversation_id", "replaces_message_id"];

/**
 * A message with what the older app's clients send beside it. A token has no business in a body, and passing over it would let
 * the run act on the wrong workspace: such a one is refused.
 */
const startBody = z.preprocess((value, context) => {
  if (!isObject(value)) return value;
  const isSaid = (field: unknown): boolean => field !== null && field !== "";
  if (foreign.some((name) => name in value && isSaid(value[name]))) {
    context.addIssue(
      "Another workspace is named by target_profile, a profile of this machine: no host and no token is taken in a body",
    );
    return z.NEVER;
  }
  const isLeftOut = (name: string): boolean =>
    foreign.includes(name) || (nullable.includes(name) && value[name] === null);
  return Object.fromEntries(Object.entries(value).filter(([name]) => !isLeftOut(name)));
}, startRun);

const runs: readonly Route[] = [
  ...(["POST /api/runs", "POST /api/invoke_agent"] as const).map((name) =>
    route(name, {
      summary: "Send a message: stores it, begins a run and answers at once",
      body: startBody,
      answer: startedRun,
      run: (call) => start(call, call.body),
    }),
  ),
  route("POST /api/agent/invoke", {
    summary: "Send a message and stream its run to the end, in the older protocol",
    body: startBody,
    answer: "stream",
    run: async (call) => {
      const { execution_id: id } = await start(call, call.body);
      const begun = publicRun(await runFor(call, id, "work"));
      const isAllowed = readable(call, begun.project_id);
      return olderStream(call.parts, { run: begun, cursor: undefined, isAllowed, signal: call.signal });
    },
  }),
  route("GET /api/runs/{run_id}", {
    summary: "A run",
    answer: run,
    run: async (call) => publicRun(await runFor(call, call.params.run_id, "view")),
  }),
  route("POST /api/runs/{run_id}/stop", {
    summary: "Stop a run, and wait until it has ended",
    answer: stopped,
    run: (call) => stop(call, call.params.run_id),
  }),
  route("POST /api/stop_stream/{execution_id}", {
    summary: "Stop a run, and wait until it has ended",
    answer: stopped,
    run: (call) => stop(call, call.params.execution_id),
  }),
  route("POST /api/stream_progress/{execution_id}", {
    summary: "The events of a run after a `_cursor`, to its end, in the older protocol",
    body: z.strictObject({ last_event_timestamp: z.number().nullable().exactOptional() }),
    answer: "stream",
    run: async (call) => {
      const found = publicRun(await runFor(call, call.params.execution_id, "view"));
      const cursor = call.body.last_event_timestamp ?? 0;
      // Clients of old begin with 0.
      const after = cursor > 0 ? cursor : undefined;
      const isAllowed = readable(call, found.project_id);
      return olderStream(call.parts, { run: found, cursor: after, isAllowed, signal: call.signal });
    },
  }),
];

const events: readonly Route[] = [
  route("GET /api/conversations/{conversation_id}/events", {
    summary: "The events of a conversation after a seq, and then those that come; it never ends by itself",
    query: z.strictObject({
      after: z
        .string()
        .regex(/^\d{1,15}$/, "must be a whole number")
        .exactOptional(),
    }),
    answer: "stream",
    run: async (call) => {
      const { parts, headers, query, signal } = call;
      const { conversation } = await conversationFor(call, call.params.conversation_id, { need: "view" });
      // A browser that comes back says what it had last; the address still says what it had at first.
      const last = headers.get("last-event-id")?.trim() ?? "";
      const afterSeq = /^\d{1,15}$/.test(last) ? Number(last) : Number(query.after ?? 0);
      const isAllowed = readable(call, conversation.project_id);
      return conversationStream(parts, { conversationId: conversation.id, afterSeq, isAllowed, signal });
    },
  }),
];

const answers: readonly Route[] = [
  route("POST /api/approvals/{approval_id}", {
    summary: "Answer what an agent asks before it goes on",
    body: z.strictObject({ decision }),
    answer: z.object({ success: done }),
    run: async (call) => {
      const { parts, caller, body } = call;
      const approval = await approvalFor(call, call.params.approval_id);
      const asked = await runFor(call, approval.run_id, "work");
      // The tool acts in the name of whoever began the run: nobody else's yes is his.
      if (body.decision !== "deny" && asked.user !== caller.user) {
        throw new MortarError("permission_denied", `The agent acts as ${asked.user}, who alone may allow it`, {
          hint: "You can deny it, or stop the run and send a message of your own.",
        });
      }
      await parts.runs.decide(approval.id, body.decision, caller.user);
      return { success: true } as const;
    },
  }),
  route("GET /api/operations/{operation_id}", {
    summary: "A tool call that goes on by itself",
    answer: operation,
    run: (call) => operationFor(call, call.params.operation_id, "view"),
  }),
  route("POST /api/operations/{operation_id}/cancel", {
    summary: "Cancel a tool call that goes on by itself",
    answer: operation,
    run: async (call) => {
      const { id } = await operationFor(call, call.params.operation_id, "work");
      return await call.parts.runs.cancelOperation(id);
    },
  }),
];

export const runRoutes: readonly Route[] = [...runs, ...events, ...answers];
