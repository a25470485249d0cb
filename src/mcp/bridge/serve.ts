// `mortar mcp bridge`: signed in, connected to every server as far as they answer, and served on a channel of bytes.
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Server } from "@modelcontextprotocol/server";
import { openCredentials, type Credentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { ByteChannel } from "../../platform/stdio.ts";
import { signInHint } from "../../tools/open-workspace.ts";
import type { Selection } from "../../tools/selection.ts";
import { userAgent } from "../../workspace/user-agent.ts";
import { createWorkspace, type Workspace } from "../../workspace/workspace.ts";
import { LineTransport } from "../line-transport.ts";
import { addressOf } from "./addresses.ts";
import { createExchanges, type Exchanges } from "./exchange.ts";
import { unknownNames, type ToolFilter } from "./names.ts";
import { createOwnTools, type OwnTools } from "./own-tools.ts";
import { buildBridge, merged } from "./server.ts";
import { createSignedFetch } from "./signed-fetch.ts";
import { createUpstream, type Upstream, type Wire } from "./upstream.ts";
import type { ServerWord } from "./words.ts";

export interface BridgeOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly profile: string | undefined;
  readonly servers: readonly ServerWord[];
  /** Mortar's own tools beside them. */
  readonly own: Selection | undefined;
  readonly filter: ToolFilter;
  /** How long a server is waited for before the others are served without it; it may come later. In milliseconds. */
  readonly patienceMs: number;
  readonly channel: ByteChannel;
  /** Ends the service. */
  readonly signal: AbortSignal;
}

/** How long calls in flight and sessions get at the end to be let go, in milliseconds. */
const farewellMs = 500;

/**
 * Serves until the input ends, nobody reads the output, or `signal` fires. Throws before it serves: what signing in throws,
 * and the failure of the first server where none of them answers.
 */
export async function serveBridge(given: BridgeOptions): Promise<void> {
  const { deps } = given;
  // What is under way at the end holds the process no longer.
  const over = new AbortController();
  const signal = AbortSignal.any([given.signal, over.signal]);
  const options = { ...given, signal };
  const { credentials, workspace } = await signedIn(options);
  const exchanges = createExchanges();
  let serving: Server | undefined;
  const onChange = (): void => void serving?.sendToolListChanged().catch(() => undefined);
  const around: Around = { options, credentials, workspace, exchanges, onChange };
  const ownTools = options.own === undefined ? undefined : ownOf(options.own, around);
  const upstreams = [
    ...(ownTools === undefined ? [] : [ownUpstream(ownTools, around)]),
    ...options.servers.map((word) => remoteUpstream(word, around)),
  ];
  await Promise.all(upstreams.map((one) => one.connect()));
  try {
    signal.throwIfAborted();
    requireOne(upstreams);
    report(deps, { upstreams, filter: options.filter });
    const parts = { version: options.version, host: workspace.host, upstreams, filter: options.filter, exchanges };
    await serve(options, () => (serving = buildBridge(parts)));
  } finally {
    exchanges.close();
    const farewell = AbortSignal.timeout(farewellMs);
    const ended = new Promise<void>((resolve) => farewell.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([Promise.allSettled([...upstreams.map((one) => one.close()), ownTools?.end(farewell)]), ended]);
    over.abort();
  }
}

interface Around {
  readonly options: BridgeOptions;
  readonly credentials: Credentials;
  readonly workspace: Workspace;
  readonly exchanges: Exchanges;
  readonly onChange: () => void;
}

const signInCodes: readonly string[] = ["config_missing", "not_signed_in", "token_rejected", "auth_failed"];

/** A token that is no longer good is told now, and not by the first call. Throws what signing in throws. */
async function signedIn({ deps, profile, version, signal }: BridgeOptions) {
  try {
    const credentials = await openCredentials(deps, { profile, signal });
    const workspace = createWorkspace({ deps, credentials, userAgent: { version, extra: [["mcp", "bridge"]] } });
    await credentials.headers({ signal });
    await workspace.identity.me({ signal }).catch((thrown: unknown) => {
      // A token for the servers alone need not be good for this question.
      if (!(thrown instanceof MortarError)) throw thrown;
      const { code, message } = thrown;
      if (signInCodes.includes(code) || code === "unreachable") throw thrown;
      deps.log.debug(`bridge: who we are is not told: ${message}`);
    });
    return { credentials, workspace };
  } catch (thrown) {
    throw signInHint(thrown);
  }
}

function remoteUpstream(server: ServerWord, around: Around): Upstream {
  const { credentials, workspace, options } = around;
  const open = async (): Promise<Wire> => {
    const address = await addressOf(server, workspace.client, options.signal);
    const fetch = createSignedFetch({
      deps: options.deps,
      credentials,
      origin: address.origin,
      userAgent: agentOf(around),
    });
    const transport = new StreamableHTTPClientTransport(address, { fetch });
    return { transport, end: () => transport.terminateSession() };
  };
  return createUpstream({ ...common(around), word: server.word, prefix: server.prefix, open, era: "auto" });
}

function ownUpstream(own: OwnTools, around: Around): Upstream {
  return createUpstream({ ...common(around), word: "mortar", prefix: "mortar", open: own.open, era: "legacy" });
}

function ownOf(selection: Selection, { options, workspace }: Around): OwnTools {
  const source = { open: () => Promise.resolve(workspace), forget: () => undefined };
  return createOwnTools({ deps: options.deps, selection, source }, options.version);
}

function common({ options, exchanges, onChange }: Around) {
  const { version, patienceMs, signal, deps } = options;
  return { version, clock: deps.clock, patienceMs, signal, ask: exchanges.ask, onChange };
}

function agentOf({ options: { version, deps }, credentials }: Around): string {
  const around = { env: deps.env, os: deps.os, runtimeVersion: Bun.version, authType: credentials.authType };
  return userAgent({ version, extra: [["mcp", "bridge"]] }, around);
}

/** Who asks for what cannot be is told at once; who asks for a server that is away gets the others. */
function requireOne(upstreams: readonly Upstream[]): void {
  const failures = upstreams.map((one) => one.failure());
  const wrong = failures.find((failure) => failure instanceof MortarError && failure.code === "usage");
  if (wrong !== undefined) throw wrong;
  const [first] = failures;
  if (first !== undefined && failures.every((failure) => failure !== undefined)) throw first;
}

function report({ log }: Deps, { upstreams, filter }: Parameters<typeof merged>[0]): void {
  const away = upstreams.filter((one) => one.failure() !== undefined);
  for (const { word, failure } of away) {
    const thrown = failure();
    const hint = thrown instanceof MortarError && thrown.hint !== undefined ? ` ${thrown.hint}` : "";
    log.warn(`${word} is left out for now: ${thrown?.message ?? ""}.${hint}`);
  }
  if (away.length > 0) return;
  const all = merged({ upstreams, filter: { only: [], exclude: [], readOnly: false } });
  const unknown = unknownNames([...filter.only, ...filter.exclude], all);
  if (unknown.length > 0) log.warn(`No server has a tool of this name: ${unknown.join(", ")}`);
}

async function serve({ deps, channel, signal }: BridgeOptions, build: () => Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const transport = new LineTransport(channel);
    const close = transport.close.bind(transport);
    transport.close = async () => {
      await close();
      resolve();
    };
    const handle = serveStdio(build, {
      transport,
      onerror: (error) => deps.log.debug(`bridge: ${error.message}`),
    });
    const end = (): void => void handle.close().finally(resolve);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}
