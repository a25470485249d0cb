// What a session needs before its agent can be told of it: a sign-in, the proxy, and the workspace's models.
import type { Agent, Endpoint, Telemetry } from "../../agents/launch/agent.ts";
import type { AgentModels } from "../../agents/launch/models.ts";
import { dialectUrl } from "../../proxy/address.ts";
import { claudeOtelEnvironment } from "../../proxy/otel/environment.ts";
import { readOtel, signals } from "../../proxy/otel/signals.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { joinProxy, keepProxy, type JoinRequest } from "../../proxy/lifecycle/join.ts";
import { rememberedPort } from "../../proxy/lifecycle/port.ts";
import { urlOf } from "../../proxy/lifecycle/record.ts";
import type { Deps } from "../../platform/deps.ts";
import { Secret } from "../../platform/secret.ts";
import type { LaunchOptions } from "./launch.ts";
import { agentModels } from "./models.ts";
import { rememberProfile, signedIn } from "./profile.ts";

export interface Connection {
  readonly endpoint: Endpoint;
  readonly models: AgentModels;
  readonly telemetry: Telemetry | undefined;
  /** Keeps the proxy there while the agent runs. */
  keep(): { stop(): Promise<void> };
  /** Has the session last as long as the agent's process, should this one be killed before it. */
  holdFor(pid: number): Promise<void>;
  release(): Promise<void>;
}

interface Request {
  readonly agent: Agent;
  readonly profile: string;
  readonly options: LaunchOptions;
  /** Of this program, for the workspace's own log. */
  readonly version: string;
  readonly signal: AbortSignal;
}

/** Signs in where that is missing, then starts or joins the proxy. Throws as both do. */
export async function connect(deps: Deps, request: Request): Promise<Connection> {
  const { profile, options, version, signal } = request;
  // An upstream that is not trusted gets no token of ours, so none is needed.
  const needsToken = options.upstream === undefined || options.upstream.trusted;
  const credentials = needsToken ? await signedIn(deps, profile, signal) : undefined;
  if (options.profile !== undefined && options.forgetful !== true) await rememberProfile(deps, profile);
  const joining = joinRequest(request);
  const [proxy, models] = await Promise.all([
    joinProxy(deps, joining),
    credentials === undefined ? { listed: [] } : agentModels(deps, { credentials, profile, version, signal }),
  ]);
  return {
    endpoint: { ...bases(proxy.url, profile, proxy.leaseId), key: proxy.key, caFile: proxy.caFile },
    models,
    telemetry: await telemetryOf(deps, dialectUrl(proxy.url, profile, "otel", proxy.leaseId), proxy.key),
    keep: () => keepProxy(deps, proxy, joining),
    holdFor: (pid) => proxy.holdFor(pid),
    release: () => proxy.release(),
  };
}

/** The same for `--dry-run`: nobody signs in, and nothing is started. */
export async function plannedConnection(deps: Deps, request: Request): Promise<Connection> {
  const { profile, options, version, signal } = request;
  const credentials = await signedInAlready(deps, profile, signal);
  const running = options.port === undefined ? await findProxy(deps, signal) : undefined;
  const tls = options.tls ?? running?.record.tls;
  const scheme = tls === undefined ? "http" : "https";
  const port = options.port ?? running?.record.port ?? (await rememberedPort(deps));
  const url = urlOf({ scheme, hostname: running?.record.hostname ?? "127.0.0.1", port });
  const key = new Secret("the-key-of-the-proxy");
  return {
    telemetry: await telemetryOf(deps, dialectUrl(url, profile, "otel"), key),
    endpoint: {
      ...bases(url, profile, undefined),
      key,
      caFile: tls?.certFile,
    },
    models:
      credentials === undefined ? { listed: [] } : await agentModels(deps, { credentials, profile, version, signal }),
    keep: () => ({ stop: () => Promise.resolve() }),
    holdFor: () => Promise.resolve(),
    release: () => Promise.resolve(),
  };
}

async function signedInAlready(deps: Deps, profile: string, signal: AbortSignal) {
  const silent = { ...deps, stdin: { ...deps.stdin, isTTY: false } };
  return signedIn(silent, profile, signal).catch(() => undefined);
}

/** What a person has switched on; undefined where that is nothing, or cannot be read. */
async function telemetryOf(deps: Deps, url: string, key: Secret): Promise<Telemetry | undefined> {
  const state = await readOtel(deps).catch(() => undefined);
  if (state === undefined) return undefined;
  const on = signals.filter((signal) => state[signal].enabled);
  return on.length === 0 ? undefined : { url, on, variables: claudeOtelEnvironment(state, { url, key }) };
}

function joinRequest({ agent, profile, options, signal }: Request): JoinRequest {
  const { upstream, key, shortKey, tls, port, logFile, verbose } = options;
  return {
    pid: process.pid,
    agent: agent.name,
    profile,
    signal,
    ...(upstream === undefined ? {} : { upstream }),
    ...(key === undefined ? {} : { key, shortKey }),
    ...(tls === undefined ? {} : { tls }),
    ...(port === undefined ? {} : { port }),
    ...(logFile === undefined && !verbose
      ? {}
      : { log: { verbose, ...(logFile === undefined ? {} : { file: logFile }) } }),
  };
}

function bases(url: string, profile: string, lease: string | undefined): Omit<Endpoint, "key" | "caFile"> {
  return {
    anthropic: dialectUrl(url, profile, "anthropic", lease),
    responses: dialectUrl(url, profile, "responses", lease),
    gemini: dialectUrl(url, profile, "gemini", lease),
    chat: dialectUrl(url, profile, "chat", lease),
  };
}
