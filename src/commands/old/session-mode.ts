// `databricks-claude serve --session-mode`, once `--headless`: the proxy for programs that others start, for as long as
// this process lives. The settings that lead Claude Code there are written when it begins and taken back when it ends.
import { claudeSettings } from "../../agents/hooks/claude.ts";
import { readOldState } from "../../agents/older/state.ts";
import type { Deps } from "../../platform/deps.ts";
import { applyEdit, listEdits, revertEdits } from "../../platform/edits/edits.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { describeProxy } from "../../proxy/lifecycle/describe.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { createIdle } from "../../proxy/lifecycle/idle.ts";
import { joinProxy, keepProxy, type JoinRequest, type ProxyEndpoint } from "../../proxy/lifecycle/join.ts";
import { leaseIds, readLease, sessionMode } from "../../proxy/lifecycle/lease.ts";
import { keyFile } from "../../proxy/lifecycle/places.ts";
import { rememberProfile } from "../../proxy/lifecycle/port.ts";
import { signedIn } from "../agent/profile.ts";
import { sessionOwner, targetOf } from "../hooks/installing.ts";
import { say, type OldBody, type OldContext } from "./agent-program.ts";
import type { serveFlags } from "./command-flags.ts";
import { idleTime } from "./idle-time.ts";
import { chosenPort, chosenProfile, rememberPlace, withStateCli } from "./profile.ts";
import { adoptTelemetry } from "./telemetry.ts";

type Context = OldContext<typeof serveFlags>;

export const run: OldBody<typeof serveFlags> = async (given) => {
  const { flags, program, signal } = given;
  const state = await readOldState(given.deps, program.agent);
  const context = { ...given, deps: withStateCli(given.deps, state) };
  const { deps } = context;
  const profile = chosenProfile(flags.profile, state);
  const request = joinRequest(context, { profile, port: chosenPort(flags.port, state) });
  await rememberPlace(deps, program.agent, flags);
  await adoptTelemetry(deps, program.agent);
  const needsToken = request.upstream === undefined || request.upstream.trusted;
  if (needsToken) await signedIn(deps, profile, signal);
  // Programs that take PROXY_URL for their base name no profile.
  await rememberProfile(deps, profile);
  const joined = await join(deps, request);
  const keeper = keepProxy(deps, joined, request);
  try {
    await writeSettings(context, profile, joined.port);
    deps.stdout.write(`PROXY_URL=${joined.url}\n`);
    say(context, `Requests need the key of ${keyFile(deps)}, as x-api-key or as a bearer token.`);
    await untilEnd(context, joined);
    return 0;
  } finally {
    await keeper.stop();
    await takeBackSettings(context);
    await joined.release();
  }
};

function joinRequest(
  { flags, signal, deps }: Context,
  { profile, port }: { readonly profile: string; readonly port: number | undefined },
): JoinRequest {
  const { upstream, "proxy-api-key": key, "tls-cert": certFile, "tls-key": keyPath, "log-file": file } = flags;
  if ((certFile === undefined) !== (keyPath === undefined)) {
    throw new MortarError("usage", "--tls-cert and --tls-key go together", { hint: "Give both, or neither." });
  }
  const verbose = deps.log.level === "verbose";
  return {
    pid: process.pid,
    agent: sessionMode,
    profile,
    port,
    signal,
    shortKey: true,
    ...(upstream === undefined ? {} : { upstream: { url: upstream, trusted: flags["trust-upstream"] } }),
    ...(key === undefined || key === "" ? {} : { key: new Secret(key) }),
    ...(certFile === undefined || keyPath === undefined ? {} : { tls: { certFile, keyFile: keyPath } }),
    ...(file === undefined && !verbose ? {} : { log: { verbose, ...(file === undefined ? {} : { file }) } }),
  };
}

/** On the wanted port; on the one that the proxy has where that belongs to another program. */
async function join(deps: Deps, request: JoinRequest): Promise<ProxyEndpoint> {
  try {
    return await joinProxy(deps, request);
  } catch (thrown) {
    if (request.port === undefined || toMortarError(thrown).code !== "conflict") throw thrown;
    deps.log.warn(`${toMortarError(thrown).message}. Another port is taken.`);
    return joinProxy(deps, { ...request, port: undefined });
  }
}

async function writeSettings({ deps, program, signal }: Context, profile: string, port: number): Promise<void> {
  if (program.agent !== "claude") return;
  try {
    const target = await targetOf(deps, { profile, port, dryRun: true, signal });
    const { orphans: _orphans, ...edit } = await claudeSettings(deps, target);
    const others = (await listEdits(deps)).filter((one) => one.file === edit.file && one.owner !== sessionOwner);
    // Hooks lead there already, and stay when this ends.
    if (others.length === 0) await applyEdit(deps, { ...edit, owner: sessionOwner });
  } catch (thrown) {
    deps.log.warn(`Claude Code's settings are not changed: ${toMortarError(thrown).message}`);
  }
}

async function takeBackSettings({ deps }: Context): Promise<void> {
  try {
    const others = (await leaseIds(deps)).filter((id) => {
      const lease = readLease(deps, id);
      return lease !== undefined && lease !== "broken" && lease.agent === sessionMode && lease.pid !== process.pid;
    });
    if (others.length === 0) await revertEdits(deps, sessionOwner);
  } catch (thrown) {
    deps.log.warn(`Claude Code's settings are not taken back: ${toMortarError(thrown).message}`);
  }
}

const lookMs = 1_000;

/** Until it is asked to end, its lease is released (POST /shutdown), or nobody has asked anything for long enough. */
async function untilEnd(context: Context, joined: ProxyEndpoint): Promise<void> {
  const { deps, flags, program, signal } = context;
  const { ms, understood } = idleTime(program.agent, flags["idle-timeout"]);
  if (!understood) deps.log.warn(`--idle-timeout ${flags["idle-timeout"]} is no time such as 10m; it is 30m`);
  const stepMs = ms > 0 ? Math.max(50, Math.min(lookMs, ms / 4)) : lookMs;
  const isIdle = createIdle(ms, stepMs * 2);
  const own = (await leaseIds(deps)).filter((id) => {
    const lease = readLease(deps, id);
    return lease !== undefined && lease !== "broken" && lease.pid === process.pid;
  });
  while (!signal.aborted) {
    const isHeld = own.some((id) => readLease(deps, id) !== undefined);
    if (!isHeld) return;
    const proxy = await findProxy(deps, signal).catch(() => undefined);
    const facts = proxy && (await describeProxy(deps, proxy, signal).catch(() => undefined));
    const others = facts?.leases.some(({ agent }) => agent !== sessionMode) === true;
    const busy = (facts?.inFlight ?? 0) > 0 || others;
    if (isIdle({ nowMs: deps.clock.now(), busy, mark: facts?.lastActiveMs ?? 0 })) {
      say(context, `Nobody has used ${joined.url} for a while; it ends.`);
      return;
    }
    await deps.clock.sleep(stepMs, signal).catch(() => undefined);
  }
}
