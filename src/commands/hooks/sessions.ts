// A session that its agent has started by itself: the proxy is there for it, and a lease is held by the agent's process.
import { agentProcess } from "../../agents/hooks/agent-process.ts";
import type { SessionAgent } from "../../agents/hooks/plan.ts";
import { openCredentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { call } from "../../proxy/lifecycle/client.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { joinProxy, type ProxyEndpoint } from "../../proxy/lifecycle/join.ts";
import { leaseIds, readLease, removeLease } from "../../proxy/lifecycle/lease.ts";
import { ensureProxy } from "../../proxy/lifecycle/start.ts";

export interface SessionRequest {
  readonly agent: SessionAgent;
  readonly profile: string;
  readonly port?: number | undefined;
  /** Told by the agent; found out unless given. */
  readonly pid?: number | undefined;
  readonly signal: AbortSignal;
}

// Agents give a hook 15 s.
const limitMs = 12_000;
const tokenLimitMs = 4_000;

/** Whether the session was started by a wrapper, ours or an older program's, which has the proxy for it already. */
export function isManaged({ env }: Pick<Deps, "env">, agent: SessionAgent): boolean {
  return env["MORTAR_MANAGED"] === "1" || env[`DATABRICKS_${agent.toUpperCase()}_MANAGED`] === "1";
}

/** Starts or joins the proxy within the time of a hook. A second start of the same process leaves one lease. Throws as `joinProxy`. */
export async function startSession(deps: Deps, request: SessionRequest): Promise<ProxyEndpoint | undefined> {
  const { agent, profile, port } = request;
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(limitMs)]);
  const pid = request.pid ?? (await agentProcess(deps, process.ppid));
  if (pid === undefined) {
    // Without a process to go by, the proxy ends when nobody has used it for long enough.
    await ensureProxy(deps, { kind: "demand", port }, { signal });
    return undefined;
  }
  const before = await leasesOf(deps, { agent, pid });
  const joined = await joinProxy(deps, { pid, agent, profile, port, signal });
  for (const id of before) await removeLease(deps, id);
  return joined;
}

/** Ends the session's lease; the proxy ends with the last one, unless somebody wants it to stay. */
export async function endSession(deps: Deps, request: Omit<SessionRequest, "profile" | "port">): Promise<void> {
  const pid = request.pid ?? (await agentProcess(deps, process.ppid));
  const ids = pid === undefined ? [] : await leasesOf(deps, { agent: request.agent, pid });
  if (ids.length === 0) return;
  const proxy = await findProxy(deps, request.signal);
  for (const id of ids) {
    const path = `/shutdown?lease=${id}`;
    const answer = proxy && (await call(deps, proxy, { method: "POST", path, signal: request.signal }));
    if (answer?.status !== 200) await removeLease(deps, id);
  }
}

/** Why requests of this profile would be refused now, as a sentence; undefined where they would not. Opens no browser. */
export async function signInTrouble(deps: Deps, profile: string, outer: AbortSignal): Promise<string | undefined> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(tokenLimitMs)]);
  try {
    const named = { profile, environment: "ignore", bundle: "ignore", signal } as const;
    await (await openCredentials(deps, named)).headers({ signal });
    return undefined;
  } catch (thrown) {
    outer.throwIfAborted();
    // A workspace that does not answer now may do so when the person has typed something.
    if (signal.aborted) return undefined;
    const { exit, message } = toMortarError(thrown);
    return exit === 6 ? undefined : `${message}. Sign in with: mortar auth login --profile ${profile}`;
  }
}

async function leasesOf(
  deps: Deps,
  { agent, pid }: { readonly agent: string; readonly pid: number },
): Promise<readonly string[]> {
  const ids = await leaseIds(deps);
  return ids.filter((id) => {
    const lease = readLease(deps, id);
    return lease !== undefined && lease !== "broken" && lease.agent === agent && lease.pid === pid;
  });
}
