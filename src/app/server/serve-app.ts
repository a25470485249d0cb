// The app as a whole: the port taken first, then everything behind it opened in order, and closed in the other.
import { join } from "node:path";
import { openCredentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { withLock } from "../../platform/lock.ts";
import { createWorkspaceSource, type WorkspaceSource } from "../../tools/open-workspace.ts";
import type { Selection } from "../../tools/selection.ts";
import { engines as ownEngines } from "../agent/engines.ts";
import { createProjects } from "../projects/create-projects.ts";
import { createRuns } from "../runs/create-runs.ts";
import { openStore } from "../storage/open-store.ts";
import { createTracer } from "../tracing/mlflow-tracer.ts";
import type { Identity } from "./caller.ts";
import { createDispatch } from "./dispatch.ts";
import { docsPage } from "./docs-page.ts";
import { appsIdentity } from "./identity/apps.ts";
import { localIdentity } from "./identity/local.ts";
import { appKey, type AppKey } from "./key.ts";
import { listen, type Answering, type Listening } from "./listen.ts";
import { createAppMcp } from "./mcp.ts";
import { openApi } from "./openapi.ts";
import type { RunningApp, ServeAppOptions } from "./options.ts";
import { createPage } from "./page.ts";
import { pageFiles } from "./page-files.ts";
import type { AppParts } from "./parts.ts";
import { createKept } from "./pickers/kept.ts";
import { routeGroups, routes } from "./table.ts";
import { createTickets } from "./tickets.ts";

/** How long each part may take to end: a database that is away must not hold the process. */
const farewellMs = 15_000;

/**
 * Serves the app until `close` is called. Throws `conflict` for a port or a data folder that is in use, `usage` for an address
 * that is not of this machine, what opening the database and signing in throw. Nothing is left behind then.
 */
export async function serveApp(deps: Deps, options: ServeAppOptions): Promise<RunningApp> {
  const dataFolder = join(deps.paths.data, "app");
  const ending = new AbortController();
  const closers: Closer[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closed(deps, closer);
  };
  try {
    const key = options.place.mode === "local" ? await appKey(deps) : undefined;
    const opening = Promise.withResolvers<Answering>();
    opening.promise.catch(() => undefined);
    const tickets = createTickets(deps.clock);
    const door = key === undefined ? undefined : { key, tickets };
    const listening = listen({ place: options.place, door, answering: opening.promise, log: deps.log });
    closers.push({ what: "the port", work: () => listening.stop() });
    closers.push({ what: "the data folder", work: await held(deps, dataFolder) });
    const opened = openParts({ deps, options, dataFolder, key, listening, ending, closers });
    // Whoever gives up waiting for a database that is away gets his terminal back.
    opening.resolve(await Promise.race([opened, aborted(options.signal)]));
    if (key !== undefined) void greet(deps, await opening.promise, key);
    // First of all when it ends: no new requests, and no stream that holds what follows.
    closers.push({ what: "streams", work: async () => void listening.retire() });
    const ticketUrl = (): string => `${listening.origin}/?ticket=${tickets.issue()}`;
    return { url: urlOf(listening, key), ticketUrl, keyFile: key?.file, close };
  } catch (thrown) {
    ending.abort();
    await close();
    throw thrown;
  }
}

/** Asks the workspace who the person is before his browser does. Without a sign-in he reads it where he started the app. */
async function greet({ log }: Deps, { identity }: Answering, { secret }: AppKey): Promise<void> {
  const headers = { authorization: `Bearer ${secret.reveal()}` };
  try {
    await identity.callerOf(new Request("http://127.0.0.1/", { headers }));
  } catch (thrown) {
    const { message, hint = "" } = toMortarError(thrown);
    log.warn(`${message.replace(/\.$/, "")}. ${hint} The app need not be started anew.`.replace("  ", " "));
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_done, fail) => {
    if (signal.aborted) fail(signal.reason);
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
  });
}

interface Closer {
  readonly what: string;
  readonly work: () => Promise<void>;
}

async function closed({ clock, log }: Deps, { what, work }: Closer): Promise<void> {
  const late = new AbortController();
  try {
    const first = await Promise.race([work(), clock.sleep(farewellMs, late.signal).then(() => "late" as const)]);
    if (first === "late") log.warn(`${what} did not end in time, and is left as it is`);
  } catch (thrown) {
    log.warn(`${what} did not end well: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  } finally {
    late.abort();
  }
}

function urlOf({ origin }: Listening, key: AppKey | undefined): string {
  return key === undefined ? `${origin}/` : `${origin}/?key=${key.secret.reveal()}`;
}

/** How long one that is ending may take to let the folder go. */
const handoverMs = 5_000;

/** One app at a time works with the folder: it is one replica of its database. Throws `conflict`. */
async function held({ clock }: Deps, folder: string): Promise<() => Promise<void>> {
  const took = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const holding = withLock(folder, "serving", { clock, waitMs: handoverMs }, async () => {
    took.resolve();
    await over.promise;
  });
  holding.catch((thrown: unknown) => took.reject(thrown));
  try {
    await took.promise;
  } catch (cause) {
    if (!(cause instanceof MortarError) || cause.code !== "timeout") throw cause;
    throw new MortarError("conflict", "The app is served already with the data of this user", {
      hint: "Use the one that runs; or start another with a folder of its own: MORTAR_HOME names it.",
      cause,
    });
  }
  return async () => {
    over.resolve();
    await holding;
  };
}

interface Opening {
  readonly deps: Deps;
  readonly options: ServeAppOptions;
  readonly dataFolder: string;
  readonly key: AppKey | undefined;
  readonly listening: Listening;
  readonly ending: AbortController;
  readonly closers: Closer[];
}

async function openParts(opening: Opening): Promise<Answering> {
  const { deps, options, dataFolder, ending, closers } = opening;
  const { version, profile, defaults } = options;
  const isShared = options.place.mode === "apps";
  const { signal } = ending;
  const own = createWorkspaceSource({ deps, profile, version, through: ["app", "server"], signal });
  const identity = await identityOf(opening, signal);
  const store = await openStore(deps, {
    ...options.database,
    database: options.database.database ?? join(dataFolder, "app.db"),
    workspace: own,
  });
  closers.push({ what: "the database", work: () => store.close() });
  const root = options.projectsFolder ?? join(dataFolder, "projects");
  const projects = createProjects(deps, { store, root, skills: options.skills });
  closers.push({ what: "the copy of project files", work: () => projects.close() });
  const tracer = tracerOf(opening, own);
  // What streams and waits ends when the runs have said their last words, and their traces are sent.
  closers.push({ what: "requests", work: async () => ending.abort() });
  closers.push({ what: "traces", work: () => tracer.close() });
  const selection = isShared ? withoutLocal(options.selection) : options.selection;
  const common = { version, identity, store, projects, tracer, defaults, selection };
  const engines = options.engines ?? ownEngines;
  const runs = await createRuns(deps, { ...common, engines, dataFolder, isShared });
  closers.push({ what: "runs", work: () => runs.close() });
  return answering({ ...common, deps, runs, kept: createKept(deps.clock), ending: signal }, opening);
}

function answering(parts: AppParts, { options, closers }: Opening): Answering {
  const mcp = createAppMcp(parts);
  closers.push({ what: "the tools", work: () => mcp.close() });
  // Made when somebody asks for it.
  let documents: ReturnType<Answering["docs"]> | undefined;
  return {
    identity: parts.identity,
    dispatch: createDispatch(parts, routes),
    mcp,
    page: createPage(options.page ?? pageFiles),
    docs: () => (documents ??= documentsOf(parts.version)),
  };
}

function tracerOf({ deps, options, ending }: Opening, own: WorkspaceSource) {
  const { signal } = ending;
  const isShared = options.place.mode === "apps";
  return createTracer(deps, {
    trackingUri: options.mlflowTrackingUri,
    experiment: options.defaults.mlflow_experiment_name ?? undefined,
    version: options.version,
    openProfile: isShared ? undefined : (profile) => openCredentials(deps, { profile, environment: "ignore", signal }),
    ...(isShared ? { ownWorkspace: () => own.open() } : {}),
    signal,
  });
}

function documentsOf(version: string): ReturnType<Answering["docs"]> {
  const document = openApi(routeGroups, version);
  return { html: docsPage(document), openApi: document };
}

async function identityOf({ deps, options, key, listening }: Opening, signal: AbortSignal): Promise<Identity> {
  const { version, profile } = options;
  if (key !== undefined) {
    return localIdentity({ deps, version, profile, key, port: () => listening.port, signal });
  }
  // Our own sign-in says which workspace it is, and does nothing else in anybody's name.
  const { host } = await openCredentials(deps, { profile, signal });
  return appsIdentity({ deps, version, host, signal });
}

/** The files and programs of this machine are nobody's on a shared server. */
function withoutLocal(selection: Selection): Selection {
  return { ...selection, entries: selection.entries.filter(({ local }) => !local) };
}
