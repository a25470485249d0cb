// A proxy that is there: the running one where it will do, else one that is started now in the background.
import { buildInfo } from "../../build-info.ts";
import { endChild, startInBackground, type BackgroundChild } from "../../platform/background.ts";
import type { Deps, Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { redact } from "../../platform/log.ts";
import { selfCommand } from "../../platform/process.ts";
import type { Secret } from "../../platform/secret.ts";
import { findProxy, silentProxy, type FoundProxy } from "./find.ts";
import { dropRunKey, ensureKey, useKeyForRun } from "./local-key.ts";
import { closeFolders } from "./ownership.ts";
import { defaultLogFile, outputFile } from "./places.ts";
import { rememberedPort } from "./port.ts";
import { readRecord, type ProxyRecord, type ProxySettings, type TlsFiles } from "./record.ts";
import { forgetStart, noteStart, proxyLock } from "./start-lock.ts";

/** What is asked of the proxy. What is undefined may be as it is, or as it was. */
export interface Wanted {
  readonly kind: "demand" | "command";
  readonly port?: number | undefined;
  readonly tls?: TlsFiles | undefined;
  readonly idleTimeoutMs?: number | undefined;
  readonly logFile?: string | undefined;
  readonly verbose?: boolean | undefined;
  readonly upstream?: ProxySettings["upstream"];
  /** In the place of the usual one until that proxy ends. */
  readonly key?: Secret | undefined;
}

export interface Ensured {
  readonly proxy: FoundProxy;
  /** What had to be done for it. */
  readonly how: "joined" | "started" | "replaced";
}

export const defaultIdleMs = 30 * 60_000;

const startMs = 30_000;
const pollMs = 25;
const silentMs = 6_000;

/**
 * The running proxy, or a new one. An older version is replaced, and for a person (`command`) also one with other options:
 * its requests go on, and none is refused. `words` start this program. Throws `unavailable` with what the new one said
 * where it did not start or the running one does not answer, `conflict` for a port that another program has, `timeout`.
 */
export async function ensureProxy(
  deps: Deps,
  wanted: Wanted,
  options: { readonly signal?: AbortSignal | undefined; readonly words?: readonly [string, ...string[]] } = {},
): Promise<Ensured> {
  const { signal, words = selfCommand() } = options;
  const running = await findProxy(deps, signal);
  if (running !== undefined && wanted.key === undefined && !mustReplace(running.record, wanted))
    return { proxy: running, how: "joined" };
  return proxyLock(deps, signal, async () => {
    const present = await findAnswering(deps, signal);
    const last = present?.record ?? (await readRecord(deps));
    await closeFolders(deps);
    await ensureKey(deps);
    await prepareKey(deps, wanted.key, last);
    if (present !== undefined && !mustReplace(present.record, wanted)) {
      // It takes a new key over when it is asked.
      return { proxy: (wanted.key && (await findProxy(deps, signal))) ?? present, how: "joined" };
    }
    const usual = last?.port ?? (await rememberedPort(deps));
    const launched = launch(deps, { words: [...words, ...serveWords(deps, wanted, last)], signal });
    const proxy = await launched.catch(async (thrown: unknown) => {
      await prepareKey(deps, undefined, await readRecord(deps));
      throw thrown;
    });
    if (wanted.port === undefined && proxy.record.port !== usual) {
      deps.log.warn(`Port ${usual} belongs to another program: the proxy is on ${proxy.record.port} from now on`);
    }
    return { proxy, how: present === undefined ? "started" : "replaced" };
  });
}

/** A key of one run lasts as long as its proxy, through a crash; what is left of another run goes. */
export async function prepareKey(deps: Deps, key: Secret | undefined, last: ProxyRecord | undefined): Promise<void> {
  if (key !== undefined) await useKeyForRun(deps, key);
  else if (last === undefined) await dropRunKey(deps);
}

/** Whether the running one cannot stay: it is older, or a person wants it otherwise. */
export function mustReplace(record: ProxyRecord, wanted: Wanted): boolean {
  if (Bun.semver.order(record.version, buildInfo.version) < 0) return true;
  if (wanted.kind === "demand") return false;
  // That one would go with the last session, and a person wants it to stay.
  if (record.kind === "demand") return true;
  const differs = <T>(want: T | undefined, has: T | undefined): boolean =>
    want !== undefined && JSON.stringify(want) !== JSON.stringify(has);
  return (
    (differs(wanted.port, record.port) && wanted.port !== 0) ||
    differs(wanted.tls, record.tls) ||
    differs(wanted.idleTimeoutMs, record.idleTimeoutMs) ||
    differs(wanted.logFile, record.logFile) ||
    differs(wanted.verbose, record.verbose) ||
    differs(wanted.upstream, record.upstream)
  );
}

/** The running one. One that lives and is silent may be just ending or starting; it gets a moment. */
async function findAnswering(deps: Deps, signal: AbortSignal | undefined): Promise<FoundProxy | undefined> {
  const deadline = deps.clock.now() + silentMs;
  for (let tries = 1; ; tries++) {
    const found = await findProxy(deps, signal);
    if (found !== undefined) return found;
    const silent = await silentProxy(deps);
    if (silent === undefined) return undefined;
    // A laptop that has just woken up gets its chance too.
    if (tries > 1 && deps.clock.now() >= deadline) {
      throw new MortarError("unavailable", `The proxy (process ${silent.pid}) does not answer`, {
        hint: "End it with: mortar proxy stop --now",
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
}

/** The options for the new one: what is asked, else what the one before had, else the usual. */
function serveWords(deps: Deps, wanted: Wanted, before: ProxyRecord | undefined): string[] {
  const tls = wanted.tls ?? before?.tls;
  const upstream = wanted.upstream ?? before?.upstream;
  // Where the service manager's own is replaced, this one stays in its place until that comes again.
  const usualIdleMs = before?.kind === "service" ? 0 : (before?.idleTimeoutMs ?? defaultIdleMs);
  const kind = before?.kind === "command" ? "command" : wanted.kind;
  return [
    "proxy",
    "serve",
    `--background=${kind}`,
    ...(wanted.port === undefined ? [] : [`--port=${wanted.port}`]),
    `--idle-timeout=${wanted.idleTimeoutMs ?? usualIdleMs}ms`,
    `--log-file=${wanted.logFile ?? before?.logFile ?? defaultLogFile(deps)}`,
    ...((wanted.verbose ?? before?.verbose) === true ? ["--verbose"] : []),
    ...(tls === undefined ? [] : [`--tls-cert=${tls.certFile}`, `--tls-key=${tls.keyFile}`]),
    ...(upstream === undefined
      ? []
      : [`--upstream=${upstream.url}`, ...(upstream.trusted ? ["--trust-upstream"] : [])]),
  ];
}

interface Launching {
  readonly words: readonly string[];
  readonly signal: AbortSignal | undefined;
}

async function launch(deps: Deps, { words, signal }: Launching): Promise<FoundProxy> {
  const logFile = outputFile(deps);
  const [program = "", ...rest] = words;
  const env = proxyEnvironment(deps.env);
  noteStart(deps, 0);
  const starting = startInBackground([program, ...rest], { env, cwd: deps.paths.run, logFile });
  const child = await starting.catch(async (thrown: unknown) => {
    await forgetStart(deps);
    throw thrown;
  });
  noteStart(deps, child.pid);
  const deadline = deps.clock.now() + startMs;
  try {
    return await untilReady(deps, child, { deadline, logFile, signal });
  } catch (thrown) {
    // Who gives up waiting with Ctrl-C does not want a proxy that comes up all the same, nor one that is still there.
    if (signal?.aborted === true) await endChild(child, deps.clock);
    throw thrown;
  } finally {
    await forgetStart(deps);
  }
}

interface Waiting {
  readonly deadline: number;
  readonly logFile: string;
  readonly signal: AbortSignal | undefined;
}

async function untilReady(deps: Deps, child: BackgroundChild, waiting: Waiting): Promise<FoundProxy> {
  const { deadline, logFile, signal } = waiting;
  for (;;) {
    // Its record is the last thing that it writes; until then there is nothing to ask.
    const isThere = (await readRecord(deps))?.pid === child.pid;
    const found = isThere ? await findProxy(deps, signal) : undefined;
    if (found?.record.pid === child.pid) return found;
    const exitCode = child.exitCode();
    if (exitCode !== undefined) throw await startFailure(logFile, exitCode);
    if (deps.clock.now() >= deadline) {
      child.end();
      throw new MortarError("timeout", `The proxy did not answer within ${startMs / 1_000} s`, {
        hint: `Its output is in ${logFile}; mortar proxy serve runs it where you can watch it.`,
      });
    }
    await deps.clock.sleep(pollMs, signal);
  }
}

/** What a failed start printed says more than that it failed. */
async function startFailure(logFile: string, exitCode: number): Promise<MortarError> {
  const output = redact(((await readTextIfPresent(logFile)) ?? "").trim()).split("\n");
  const said = output.find((line) => line.startsWith("error: "))?.slice("error: ".length);
  const hint = output.find((line) => line.startsWith("hint: "))?.slice("hint: ".length);
  const words = said ?? `it ended with exit code ${exitCode}`;
  const code = words.includes("belongs to another program") ? "conflict" : "unavailable";
  // A full disk takes no last words.
  const silent = "It has said nothing: see whether the disk is full, and run mortar proxy serve to watch it.";
  const usual = output.join("") === "" ? silent : `Its output is in ${logFile}.`;
  return new MortarError(code, `The proxy did not start: ${words}`, { hint: hint ?? usual });
}

/** As many requests at once as there may be sessions and streams; Bun reads it when a process starts, and only then. */
export const requestCap = { BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" } as const;

/**
 * The environment of a proxy: it serves all profiles for as long as it likes, so what one shell or one agent says of a
 * workspace is not for it, nor is any key.
 */
export function proxyEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !isForeign(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...requestCap };
}

/** Which file holds the profiles, and where the Databricks CLI is, hold for all of them. */
const places = new Set(["DATABRICKS_CONFIG_FILE", "DATABRICKS_CLI_PATH"]);

/** By these Bun prints each request with its token, and trusts any certificate: one shell's wish is not all sessions'. */
const unsafe = new Set(["BUN_CONFIG_VERBOSE_FETCH", "NODE_TLS_REJECT_UNAUTHORIZED"]);

function isForeign(name: string): boolean {
  if (places.has(name)) return false;
  if (unsafe.has(name)) return true;
  return (
    /^(?:DATABRICKS_|ANTHROPIC_|MORTAR_PROXY_)/.test(name) || name === "OPENAI_API_KEY" || name === "GEMINI_API_KEY"
  );
}
