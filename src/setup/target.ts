// Where the proxy is, as agents are told of it in their settings. It need not run.
import type { HookTarget } from "../agents/hooks/plan.ts";
import type { Deps } from "../platform/deps.ts";
import { Secret } from "../platform/secret.ts";
import { dialectUrl } from "../proxy/address.ts";
import { findProxy } from "../proxy/lifecycle/find.ts";
import { ensureKey, readKey } from "../proxy/lifecycle/local-key.ts";
import { rememberedPort } from "../proxy/lifecycle/port.ts";
import { stableCommand } from "../proxy/lifecycle/service/spec.ts";
import { proxyLock } from "../proxy/lifecycle/start-lock.ts";
import { claudeOtelEnvironment } from "../proxy/otel/environment.ts";
import { readOtel } from "../proxy/otel/signals.ts";

interface TargetRequest {
  readonly profile: string;
  readonly port?: number | undefined;
  /** In the place of the remembered one, where none is running. */
  readonly usualPort?: number | undefined;
  /** Makes nothing: where there is no key yet, another stands in its place. */
  readonly planned: boolean;
  readonly signal: AbortSignal;
}

export interface ProxyTarget {
  readonly target: HookTarget;
  /** `http://127.0.0.1:49153` */
  readonly url: string;
}

/** Throws `io`, and as `findProxy` does. */
export async function proxyTarget(deps: Deps, request: TargetRequest): Promise<ProxyTarget> {
  const { profile, planned, signal } = request;
  const running = await findProxy(deps, signal);
  const port = request.port ?? running?.record.port ?? request.usualPort ?? (await rememberedPort(deps));
  const key = planned
    ? ((await readKey(deps)) ?? new Secret("the-key-of-the-proxy-that-is-to-be-made"))
    : await proxyLock(deps, signal, () => ensureKey(deps));
  const tls = running?.record.tls;
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`;
  const target: HookTarget = {
    program: await stableCommand(deps),
    profile,
    port,
    key,
    anthropic: dialectUrl(url, profile, "anthropic"),
    responses: dialectUrl(url, profile, "responses"),
    caFile: tls?.certFile,
    telemetry: claudeOtelEnvironment(await readOtel(deps), { url: dialectUrl(url, profile, "otel"), key }),
  };
  return { target, url };
}
