// Apps that run: each a process of its own behind its own address, for as long as the emulator lives.
import { connect, createServer } from "node:net";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { cellEnvironment } from "../kernel/child-environment.ts";
import { sha256, type ServicePrincipal } from "../oauth/authority.ts";
import { secretValue } from "../secrets/scopes.ts";
import type { Store } from "../state/store.ts";
import type { World } from "../world.ts";
import type { AppDocument } from "./documents.ts";
import { openFront, type Front } from "./front.ts";
import { createLog, type AppLog, type LogLine } from "./log.ts";
import { runApp } from "./process.ts";
import type { AppSource, AppVariable } from "./source.ts";

export type AppState = "RUNNING" | "DEPLOYING" | "CRASHED" | "UNAVAILABLE";

/** One app, as far as it lives in this process. */
interface LiveApp {
  readonly log: AppLog;
  readonly front: Front;
  run?: Run | undefined;
}

interface Run {
  readonly port: number;
  readonly end: AbortController;
  readonly done: Promise<void>;
  state: AppState;
}

const liveByStore = new WeakMap<Store, Map<string, LiveApp>>();

/** The app's address and log; made when it is first asked for. */
export function liveApp(world: World, name: string): LiveApp {
  const all = liveByStore.get(world.store) ?? new Map<string, LiveApp>();
  liveByStore.set(world.store, all);
  const known = all.get(name);
  if (known !== undefined) return known;
  const log = createLog();
  const made: LiveApp = { log, front: openFront({ world, name, log, appPort: () => runningPort(made) }) };
  all.set(name, made);
  world.signal.addEventListener("abort", () => void forgetApp(world, name), { once: true });
  return made;
}

const runningPort = ({ run }: LiveApp): number | undefined => (run?.state === "RUNNING" ? run.port : undefined);

export function appState(world: World, name: string): AppState {
  return liveByStore.get(world.store)?.get(name)?.run?.state ?? "UNAVAILABLE";
}

export async function forgetApp(world: World, name: string): Promise<void> {
  const live = liveByStore.get(world.store)?.get(name);
  if (live === undefined) return;
  liveByStore.get(world.store)?.delete(name);
  await stopRun(live);
  await live.front.stop();
}

export async function stopApp(world: World, name: string): Promise<void> {
  const live = liveByStore.get(world.store)?.get(name);
  if (live !== undefined) await stopRun(live);
}

async function stopRun(live: LiveApp): Promise<void> {
  const { run } = live;
  live.run = undefined;
  run?.end.abort();
  await run?.done;
}

export function say(world: World, name: string, message: string, severity: LogLine["severity"] = "INFO"): void {
  liveApp(world, name).log.add({ timestamp: seconds(world), source: "SYSTEM", severity, message });
}

const seconds = (world: World): number => Math.floor(world.clock.now() / 1_000);

export interface Started {
  readonly app: AppDocument;
  readonly folder: string;
  readonly source: AppSource;
  /** Of the deployment: over those of app.yaml. */
  readonly env: readonly AppVariable[];
}

/** Starts the app in the place of what ran before, and waits until it listens, has ended, or `patienceMs` are over. */
export async function startApp(world: World, started: Started, patienceMs = 90_000): Promise<AppState> {
  const { app, folder, source } = started;
  const live = liveApp(world, app.name);
  await stopRun(live);
  const port = await freePort();
  const end = new AbortController();
  const env = { ...cellEnvironment(world.env), ...variables(world, started), DATABRICKS_APP_PORT: String(port) };
  const run: Run = { port, end, state: "DEPLOYING", done: Promise.resolve() };
  const onLine = (message: string): void => {
    live.log.add({ timestamp: seconds(world), source: "APP", severity: "INFO", message });
  };
  const signal = AbortSignal.any([end.signal, world.signal]);
  const done = runApp({ command: source.command, folder, env, onLine, signal }).then((exitCode) => {
    run.state = "CRASHED";
    if (signal.aborted) return;
    say(world, app.name, `The app ended with exit code ${exitCode ?? "unknown"}.`, "ERROR");
  });
  live.run = Object.assign(run, { done });
  const listening = listens(world, port, AbortSignal.any([end.signal, AbortSignal.timeout(patienceMs)]));
  const isListening = await Promise.race([listening, done.then(() => false)]);
  if (isListening && run.state === "DEPLOYING") run.state = "RUNNING";
  return run.state;
}

/** What the platform puts into an app's environment, and what its resources stand for. */
function variables(world: World, { app, source, env }: Started): Record<string, string> {
  const clientSecret = `dose${randomBytes(16).toString("hex")}`;
  const principals = world.store.collection<ServicePrincipal>("service_principal");
  const principal = principals.get(app.principal);
  if (principal !== undefined) principals.put(app.principal, { ...principal, secretHash: sha256(clientSecret) });
  const given = Object.fromEntries(
    [...source.env, ...env].map(({ name, value, valueFrom }) => [name, value ?? resourceValue(world, app, valueFrom)]),
  );
  return {
    ...given,
    DATABRICKS_HOST: hostOf(world),
    DATABRICKS_CLIENT_ID: app.principal,
    DATABRICKS_CLIENT_SECRET: clientSecret,
    DATABRICKS_APP_NAME: app.name,
    DATABRICKS_WORKSPACE_ID: world.workspaceId,
  };
}

const hosts = new WeakMap<Store, string>();

/** The emulator's own address, as the last request was sent to it. */
export function rememberHost(world: World, host: string): void {
  hosts.set(world.store, host);
}

const hostOf = (world: World): string => hosts.get(world.store) ?? "";

/** The value that a resource of the app stands for; empty where there is none of that key. */
function resourceValue(world: World, app: AppDocument, key: string | undefined): string {
  const resource = app.resources.find(({ name }) => name === key);
  if (resource === undefined) return "";
  const part = (kind: string): Record<string, unknown> => (resource[kind] ?? {}) as Record<string, unknown>;
  const secret = part("secret");
  if (typeof secret["scope"] === "string" && typeof secret["key"] === "string") {
    const place = { scope: secret["scope"], key: secret["key"] };
    return Buffer.from(secretValue(world, place, world.owner), "base64").toString("utf8");
  }
  const found =
    part("sql_warehouse")["id"] ??
    part("job")["id"] ??
    part("serving_endpoint")["name"] ??
    part("genie_space")["space_id"] ??
    part("uc_securable")["securable_full_name"] ??
    part("database")["instance_name"] ??
    part("postgres")["branch"];
  return typeof found === "string" ? found : "";
}

async function listens(world: World, port: number, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (await accepts(port)) return true;
    await world.clock.sleep(50, signal).catch(() => undefined);
  }
  return false;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export const folderOf = (world: World, app: string, deployment: string): string =>
  join(world.folder, "apps", app, deployment);

/** Takes away what earlier deployments left on the disk; theirs is copied again should they be started again. */
export async function keepFolder(world: World, app: string, deployment: string): Promise<void> {
  const parent = join(world.folder, "apps", app);
  const others = (await readdir(parent)).filter((name) => name !== deployment);
  await Promise.all(others.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

export async function removeFolders(world: World, app: string): Promise<void> {
  await rm(join(world.folder, "apps", app), { recursive: true, force: true });
}
