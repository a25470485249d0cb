// Traces of runs in MLflow: begun with a run, sent in the background when it has ended, never in its way.
import { randomBytes } from "node:crypto";
import type { Credentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { createClient, type Client, type ClientCredentials } from "../../workspace/client.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { destinationOf, type Destination } from "./destination.ts";
import { experimentId } from "./experiments.ts";
import { sendTrace } from "./mlflow-client.ts";
import { collectSpans, type FinishedTrace } from "./spans.ts";
import type { RunTrace, TracedRun, Tracer } from "./tracer.ts";

export interface TracerOptions {
  /** MLFLOW_TRACKING_URI, or its flag: databricks, databricks://PROFILE, or the address of an MLflow server. */
  readonly trackingUri: string | undefined;
  /** The experiment of runs that name none, MLFLOW_EXPERIMENT_NAME or its flag: a name or an id. */
  readonly experiment: string | undefined;
  readonly version: string;
  /** Another workspace of this machine; undefined on a shared server, where a profile is nobody's. */
  readonly openProfile: ((profile: string) => Promise<Credentials>) | undefined;
  /**
   * The app's own sign-in on a shared server: takes a user's trace where his token may not write one, because no scope of
   * MLflow can be given to apps. Undefined elsewhere.
   */
  readonly ownWorkspace?: (() => Promise<Workspace>) | undefined;
  /** Ends what is being sent. */
  readonly signal: AbortSignal;
}

export type TracerDeps = Pick<Deps, "fetch" | "clock" | "log">;

/** So many traces wait to be sent, and so many are on their way; what comes on top of that is dropped and said. */
const mostWaiting = 100;
const mostAtOnce = 4;
const sendMs = 60_000;

/** At an end, so long is waited for what is on its way. */
const farewellMs = 5_000;

export interface ClosableTracer extends Tracer {
  /** Waits for the traces of runs that have ended, for some seconds at most. */
  close(): Promise<void>;
}

export function createTracer(deps: TracerDeps, options: TracerOptions): ClosableTracer {
  const destination = destinationOf(options.trackingUri);
  const problem = problemOf(destination, options);
  const line = sendingLine(deps, { ...options, destination });
  const pending = new Set<Promise<void>>();
  const send = (trace: FinishedTrace, experiment: string): Promise<void> => {
    const sending = line(trace, experiment).finally(() => pending.delete(sending));
    pending.add(sending);
    return sending;
  };
  const experimentOf = (run: TracedRun): string | undefined => nonEmpty(run.experiment) ?? nonEmpty(options.experiment);
  return {
    begin: (run) => {
      const experiment = experimentOf(run);
      if (problem !== undefined || experiment === undefined) return undefined;
      return traceOf(deps, run, (trace) => send(trace, experiment));
    },
    close: async () => {
      const late = new AbortController();
      const tooLate = deps.clock.sleep(farewellMs, late.signal).catch(() => undefined);
      await Promise.race([Promise.all(pending), tooLate]);
      late.abort();
    },
    status: () => ({
      enabled: problem === undefined,
      tracking_uri: nonEmpty(options.trackingUri) ?? "databricks",
      experiment_name: nonEmpty(options.experiment) ?? null,
      info: problem ?? infoOf(nonEmpty(options.experiment)),
    }),
  };
}

function infoOf(experiment: string | undefined): string {
  return experiment === undefined
    ? "A conversation that names an MLflow experiment is traced there"
    : `Runs are traced in the MLflow experiment ${experiment}, unless their conversation names another`;
}

function problemOf(destination: Destination, { openProfile }: TracerOptions): string | undefined {
  if (destination.kind === "unsupported") return destination.reason;
  if (destination.kind !== "profile" || openProfile !== undefined) return undefined;
  return "A shared server has no profiles: MLFLOW_TRACKING_URI is databricks here";
}

/** Nothing that a collector does may reach the run: a defect in it costs the trace, and is logged. */
function traceOf(deps: TracerDeps, run: TracedRun, send: (trace: FinishedTrace) => Promise<void>): RunTrace {
  const hex = (bytes: number): string => randomBytes(bytes).toString("hex");
  const collector = collectSpans({ run, now: () => deps.clock.now(), hex });
  let broken = false;
  let ended: Promise<void> | undefined;
  const guarded = <T>(work: () => T): T | undefined => {
    if (broken) return undefined;
    try {
      return work();
    } catch (thrown) {
      broken = true;
      deps.log.warn(`The trace of run ${run.runId} is lost: ${wordsOf(thrown)}`);
      return undefined;
    }
  };
  return {
    event: (event) => {
      if (ended === undefined) guarded(() => collector.event(event));
    },
    end: (status) => {
      if (ended !== undefined) return ended;
      const trace = guarded(() => collector.finish(status));
      ended = trace === undefined ? Promise.resolve() : send(trace);
      return ended;
    },
  };
}

interface LineOptions extends TracerOptions {
  readonly destination: Destination;
}

/** Sends a few at once, in order. The promise resolves when the trace is sent or given up. */
function sendingLine(deps: TracerDeps, options: LineOptions) {
  const waiting: (() => void)[] = [];
  const ids = new Map<string, Promise<string>>();
  let under = 0;
  const turn = (): Promise<void> | undefined => {
    if (under < mostAtOnce) {
      under += 1;
      return undefined;
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    return promise;
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) under -= 1;
    else next();
  };
  return async (trace: FinishedTrace, experiment: string): Promise<void> => {
    if (waiting.length >= mostWaiting) {
      deps.log.warn(`The trace of run ${trace.run.runId} is dropped: ${mostWaiting} others wait to be sent`);
      return;
    }
    await turn();
    try {
      await sendOnce(deps, { ...options, ids, trace, experiment });
    } catch (thrown) {
      deps.log.warn(`The trace of run ${trace.run.runId} was not sent: ${wordsOf(thrown)}`);
    } finally {
      release();
    }
  };
}

interface SendOptions extends LineOptions {
  /** Ids of experiments by place and name, so that each is looked up once. */
  readonly ids: Map<string, Promise<string>>;
  readonly trace: FinishedTrace;
  readonly experiment: string;
}

async function sendOnce(deps: TracerDeps, options: SendOptions): Promise<void> {
  const { destination, ownWorkspace, trace } = options;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(sendMs)]);
  const clients = clientsOf(deps, destination, options);
  try {
    await sendThrough(deps, await within(clients(), signal), { ...options, signal });
  } catch (thrown) {
    const isRefused = thrown instanceof MortarError && ["permission_denied", "token_rejected"].includes(thrown.code);
    if (!isRefused || destination.kind !== "workspace" || ownWorkspace === undefined) throw thrown;
    deps.log.debug(`The trace of run ${trace.run.runId} goes as the app: ${wordsOf(thrown)}`);
    await sendThrough(deps, (await within(ownWorkspace(), signal)).client, { ...options, signal });
  }
}

function clientsOf(deps: TracerDeps, destination: Destination, options: SendOptions): () => Promise<Client> {
  const made = (credentials: ClientCredentials): Client =>
    createClient({ deps, credentials, userAgent: `mortar/${options.version}` });
  return async () => {
    if (destination.kind === "server") return made(nobody(destination.host));
    if (destination.kind !== "profile") return (await options.trace.run.access.source.open()).client;
    if (options.openProfile === undefined) throw new MortarError("unsupported", "There are no profiles here");
    return made(await options.openProfile(destination.profile));
  };
}

/** Signing in may wait for a person, and minds no signal of ours. */
async function within<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(new MortarError("timeout", "There was no sign-in in time"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const nobody = (host: string): ClientCredentials => ({
  host,
  authType: "none",
  workspaceId: undefined,
  headers: () => Promise.resolve({}),
});

async function sendThrough(deps: TracerDeps, client: Client, options: SendOptions): Promise<void> {
  const { trace, experiment, ids, destination, signal } = options;
  const kind = destination.kind === "server" ? "server" : "workspace";
  const user = kind === "server" ? undefined : trace.run.user;
  const key = JSON.stringify([client.host, user, experiment]);
  const id = ids.get(key) ?? experimentId(client, { experiment, user, signal });
  ids.set(key, id);
  try {
    await sendTrace(trace, { client, fetch: deps.fetch, experimentId: await id, kind, signal });
  } catch (thrown) {
    // The experiment may be gone, or its look-up itself failed: the next trace looks again.
    ids.delete(key);
    throw thrown;
  } finally {
    if (ids.size > mostIds) ids.clear();
  }
}

const mostIds = 1_000;

const nonEmpty = (text: string | null | undefined): string | undefined =>
  text === null || text === undefined || text.trim() === "" ? undefined : text.trim();

const wordsOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
