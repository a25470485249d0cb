// The runs of the app, put together: what the server calls.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { selectTools } from "../../tools/selection.ts";
import { createEventWriter, type EventPlace } from "./events/event-writer.ts";
import { createHub } from "./events/hub.ts";
import { watch } from "./events/watch.ts";
import type { AnyEvent } from "../contract/events.ts";
import { beat } from "./heart.ts";
import { createModels } from "./models.ts";
import { endOrphans, loseOperations, silentMs } from "./orphans.ts";
import type { RunsParts } from "./parts.ts";
import { promptFor } from "./prompt.ts";
import { takeReplica } from "./replica.ts";
import { begin } from "./run/begin.ts";
import { createQuota, noQuota } from "./run/quota.ts";
import type { LiveRun, Runtime } from "./run/runtime.ts";
import { stopRun } from "./run/stop.ts";
import type { Runs } from "./runs.ts";
import { createSessions } from "./sessions.ts";
import { createShells } from "./shells.ts";
import { createApprovals } from "./tools/approvals.ts";
import { selectionFor } from "./tools/databricks-server.ts";
import { createOperations } from "./tools/operations.ts";
import { storable } from "./tools/secrets-out.ts";
import { startToolServer } from "./tools/tool-server.ts";

/** How long the end of the process waits for runs to end, and then for what is left to be stored, in milliseconds. */
const farewellMs = 8_000;
const usualHandoverMs = 10_000;

/**
 * Ends what an earlier process left behind, then serves. Throws `io` where the data folder cannot be used, and what the
 * database throws.
 */
export async function createRuns(deps: Deps, parts: RunsParts): Promise<Runs> {
  const { store } = parts;
  const { clock } = deps;
  const ending = new AbortController();
  const replica = await takeReplica(deps, parts.dataFolder);
  const live = new Map<string, LiveRun>();
  const hub = createHub();
  const writer = createEventWriter({
    store,
    clock,
    stored: (events) => hub.publish(events),
    failed: (runId, error) => live.get(runId)?.stop(error),
  });
  const emit = (place: EventPlace, event: AnyEvent): void => {
    const own = live.get(place.runId);
    // What goes on after a run is told in its conversation, and is no part of its message.
    const isOpen = own?.emit !== undefined && !own.isFinishing;
    void (isOpen ? own.emit?.(event) : writer.write(place, storable(event)));
  };
  const runOf = (conversationId: string): string | undefined =>
    [...live.values()].findLast((run) => run.conversationId === conversationId)?.runId;
  const toldElsewhere = ({ runId }: EventPlace): void => {
    const own = live.get(runId);
    if (own !== undefined) own.isToldElsewhere = true;
  };
  const running = new Set<Promise<unknown>>();
  const approvals = createApprovals({ store, clock, emit, toldElsewhere });
  const operations = createOperations({ store, clock, emit });
  const { version, handoverMs = usualHandoverMs } = parts;
  const tools = startToolServer({ version, store, approvals, operations, handoverMs, running, log: deps.log });
  const runtime: Runtime = {
    deps,
    parts,
    replica: parts.replica ?? replica.id,
    writer,
    models: createModels(deps, version),
    tools,
    sessions: createSessions(clock),
    shells: createShells(deps, parts),
    live,
    quota: parts.isShared ? createQuota() : noQuota,
    beginning: new Set(),
    emit,
    ending: ending.signal,
  };
  await endOrphans(runtime, replica.isAlone ? runtime.replica : "");
  // Who has the folder for himself has its database too, when that is a file.
  await loseOperations(runtime, store.kind === "sqlite" && replica.isAlone ? 0 : silentMs, []);
  const beating = beat({ runtime, operations, signal: ending.signal });
  return {
    start: (caller, request) => begin(runtime, caller, request),
    watch: (conversationId, options) =>
      watch({ store, clock, hub, isHere: (runId) => live.has(runId), runOf }, conversationId, options),
    stop: (runId) => stopRun(runtime, runId),
    decide: (id, decision, by) => approvals.decide(id, decision, by),
    cancelOperation: (id) => operations.cancel(id),
    systemPrompt: async (caller, projectId, context) => {
      const hidden = await parts.projects.skills.hiddenTools(projectId);
      const engine = parts.engines.find(({ name }) => name === context.engine) ?? parts.engines[0];
      return await promptFor(runtime, caller, {
        projectId,
        context,
        host: caller.access.host,
        selection: selectionFor(parts.selection ?? selectTools(), { isShared: parts.isShared, hidden }),
        hasShell: engine !== undefined && (await runtime.shells.modeOf(engine)) !== "off",
      });
    },
    engines: () => runtime.shells.engines(),
    close: async () => {
      if (ending.signal.aborted) return;
      ending.abort(new MortarError("interrupted", "The app ends"));
      const farewell = AbortSignal.timeout(farewellMs);
      const over = new Promise<void>((resolve) => farewell.addEventListener("abort", () => resolve(), { once: true }));
      for (const run of live.values()) run.stop("interrupted");
      const ends = [...live.values()].map(({ ended }) => ended);
      await Promise.race([Promise.all(ends), over]);
      await operations.close(farewell);
      await Promise.race([Promise.all(running), over]);
      await writer.close(farewell);
      await Promise.all([tools.close(), runtime.models.close(), runtime.sessions.end(farewell), beating]);
      await replica.release();
    },
  };
}
