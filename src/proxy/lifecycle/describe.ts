// What a running proxy tells the holder of its key: who uses it.
import type { Deps } from "../../platform/deps.ts";
import { isObject } from "../../platform/json.ts";
import { call } from "./client.ts";
import type { FoundProxy } from "./find.ts";

export interface SessionFacts {
  readonly agent: string;
  readonly pid: number;
  readonly profile: string;
}

export interface ProxyFacts {
  /** Requests and streams under way. */
  readonly inFlight: number;
  /** When a request last came, in milliseconds since the epoch; undefined where it does not say. */
  readonly lastActiveMs: number | undefined;
  readonly leases: readonly SessionFacts[];
  /** Why its settings of now do not count, and older ones do. */
  readonly settingsTrouble: string | undefined;
}

/** Nothing but zeros where it has gone meanwhile. Throws an abort. */
export async function describeProxy(deps: Deps, proxy: FoundProxy, signal?: AbortSignal): Promise<ProxyFacts> {
  const answer = await call(deps, proxy, { method: "GET", path: "/health", signal });
  const body = isObject(answer?.body) ? answer.body : {};
  const { in_flight: inFlight, last_active_ms: lastActiveMs, leases, settings_trouble: trouble } = body;
  return {
    inFlight: typeof inFlight === "number" ? inFlight : 0,
    lastActiveMs: typeof lastActiveMs === "number" ? lastActiveMs : undefined,
    settingsTrouble: typeof trouble === "string" ? trouble : undefined,
    leases: Array.isArray(leases) ? leases.flatMap((lease) => sessionOf(lease)) : [],
  };
}

function sessionOf(value: unknown): SessionFacts[] {
  if (!isObject(value)) return [];
  const { agent, pid, profile } = value;
  if (typeof agent !== "string" || typeof pid !== "number" || typeof profile !== "string") return [];
  return [{ agent, pid, profile }];
}
