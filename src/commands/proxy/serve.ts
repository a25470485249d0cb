// `mortar proxy serve`: the proxy in this process, in a terminal, in the background, or for the service manager.
import type { CommandContext, Run } from "../../cli/context.ts";
import { renderResult } from "../../cli/render.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { MortarError } from "../../platform/errors.ts";
import { runInForeground } from "../../platform/foreground.ts";
import { selfCommand } from "../../platform/process.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { defaultLogFile } from "../../proxy/lifecycle/places.ts";
import { readRecord, urlOf, type ProxyKind, type ProxyRecord } from "../../proxy/lifecycle/record.ts";
import { serveProxy, type ServeEnd } from "../../proxy/lifecycle/serve.ts";
import { proxyLock } from "../../proxy/lifecycle/start-lock.ts";
import { defaultIdleMs, prepareKey, proxyEnvironment, requestCap } from "../../proxy/lifecycle/start.ts";
import type { serveFlags } from "./flags.ts";
import { keepOptions, keepProfile, optionWords, proxyOptions, type ProxyOptions } from "./options.ts";
import { proxyData, proxyLines } from "./words.ts";

type Context = CommandContext<typeof serveFlags>;

/** Tells the service manager to start it again: the version of now is there, and a stopgap has its place. */
const startAgain = 75;

export const run: Run<typeof serveFlags> = async (context) => {
  const options = await proxyOptions(context);
  const kind = kindOf(context);
  if (kind === "service") await keepOptions(context, options);
  if (kind === "foreground") await keepProfile(context);
  if (kind === "foreground" && options.key !== undefined) return serveWithKey(context, options);
  return serveHere(context, kind, options);
};

async function serveHere(context: Context, kind: ProxyKind, options: ProxyOptions): Promise<CommandResult | undefined> {
  // Bun looks for it when a process starts, and only then.
  if (context.deps.env["BUN_CONFIG_MAX_HTTP_REQUESTS"] === undefined) return again(context, options);
  if (await isOutranked(context, kind)) return { data: { served: false }, text: "" };
  const ended = await serve(context, kind, options);
  return resultOf(context, kind, ended);
}

/** Its key is this run's alone, and is none where it may not run. */
async function serveWithKey(context: Context, options: ProxyOptions): Promise<CommandResult | undefined> {
  const { deps, signal } = context;
  await isOutranked(context, "foreground");
  await proxyLock(deps, signal, async () => prepareKey(deps, options.key, await readRecord(deps)));
  try {
    return await serveHere(context, "foreground", options);
  } finally {
    await prepareKey(deps, undefined, await readRecord(deps));
  }
}

function kindOf({ flags }: Context): ProxyKind {
  if (flags.service) return "service";
  const { background } = flags;
  return background === "demand" || background === "command" ? background : "foreground";
}

/** Runs the same command with what Bun has to find in its environment. What it prints and its exit code are the result. */
async function again({ deps, flags, json }: Context, options: ProxyOptions): Promise<CommandResult> {
  const idle = flags["idle-timeout"];
  const words = [
    "proxy",
    "serve",
    ...optionWords(options),
    ...(idle === undefined ? [] : [`--idle-timeout=${idle}ms`]),
    ...(flags.service ? ["--service"] : []),
    ...(flags.background === undefined ? [] : [`--background=${flags.background}`]),
    ...(json ? ["--json"] : []),
    ...(deps.log.level === "quiet" ? ["--quiet"] : []),
  ];
  const env = { ...proxyEnvironment(deps.env), ...requestCap };
  const exit = await runInForeground([...selfCommand(), ...words], { env });
  return { data: null, text: "", exit, printed: true };
}

/** Whether one runs that this one may not replace. Throws `conflict` where a person has to decide. */
async function isOutranked({ deps, signal, build }: Context, kind: ProxyKind): Promise<boolean> {
  if (kind !== "foreground" && kind !== "service") return false;
  const running = await findProxy(deps, signal);
  if (running === undefined) return false;
  const { record } = running;
  if (kind === "service") {
    const isNewer = Bun.semver.order(record.version, build.version) > 0;
    if (isNewer) deps.log.info(`A newer proxy (${record.version}, process ${record.pid}) runs; it stays`);
    return isNewer;
  }
  if (record.kind !== "foreground" && record.kind !== "service") return false;
  const what = record.kind === "service" ? "as a service" : "in another terminal";
  throw new MortarError("conflict", `The proxy runs ${what} (process ${record.pid}, ${running.url})`, {
    hint:
      record.kind === "service" ? "mortar proxy logs --follow shows it at work." : "Stop it first: mortar proxy stop",
  });
}

function serve(context: Context, kind: ProxyKind, options: ProxyOptions): Promise<ServeEnd> {
  const { deps, flags, signal, json, progress } = context;
  const { port, tls, upstream, logFile = defaultLogFile(deps), verbose = false } = options;
  const idleTimeoutMs = flags["idle-timeout"] ?? (kind === "foreground" || kind === "service" ? 0 : defaultIdleMs);
  return serveProxy(deps, {
    kind,
    port,
    signal,
    background: flags.background !== undefined,
    settings: { idleTimeoutMs, logFile, verbose, ...(tls && { tls }), ...(upstream && { upstream }) },
    onReady: (record) => {
      progress.clear();
      if (kind === "foreground") deps.stdout.write(renderResult(ready(record), json));
    },
  });
}

function ready(record: ProxyRecord): CommandResult {
  const lines = proxyLines({ record, url: urlOf(record) });
  return {
    data: proxyData({ record, url: urlOf(record) }),
    text: `The proxy runs; Ctrl-C stops it.\n\n${lines.join("\n")}\n`,
  };
}

/** A person who pressed Ctrl-C gets the exit code of that; a service manager sees an end in order. */
function resultOf({ json }: Context, kind: ProxyKind, ended: ServeEnd): CommandResult | undefined {
  if (kind === "service") return { data: { ended }, text: "", exit: ended === "replaced" ? startAgain : 0 };
  if (kind !== "foreground") return { data: { ended }, text: "" };
  if (ended === "stopped") return undefined;
  const text = ended === "idle" ? "Nobody used the proxy; it has ended.\n" : "Another proxy has taken its place.\n";
  return { data: { ended }, text, printed: json };
}
