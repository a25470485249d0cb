// The line of an older program that starts its agent. Nothing of the person's settings is edited by it.
import { agents } from "../../agents/launch/agents.ts";
import { readOldState, updateOldState, type OldState } from "../../agents/older/state.ts";
import { programCommand } from "../../cli/mixed.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { launchAgent, type LaunchOptions, type Outcome } from "../agent/launch.ts";
import { claudeCommand, codexCommand, opencodeCommand } from "../agent/table.ts";
import { printWrapperHelp } from "./wrapper-help.ts";
import type { AgentProgram, OldContext } from "./agent-program.ts";
import { modelWords } from "./model-words.ts";
import { chosenPort, chosenProfile, rememberPlace } from "./profile.ts";
import { warnOfRights } from "./rights.ts";
import { standIn } from "./stand-ins.ts";
import { disableSignals, enableSignals, adoptTelemetry } from "./telemetry.ts";
import { adoptWebsearch, enableWebsearch } from "./websearch.ts";
import { readSettings } from "../../platform/settings.ts";
import type { claudeWrapperFlags, codexWrapperFlags } from "./wrapper-flags.ts";
import type { FlagValues } from "../../cli/spec.ts";
import type { Signal } from "../../proxy/otel/signals.ts";

/** Values of all wrappers together: what a program does not have was not given. */
export type WrapperValues = Partial<FlagValues<typeof claudeWrapperFlags> & FlagValues<typeof codexWrapperFlags>>;

export interface WrapperLine {
  readonly program: AgentProgram;
  readonly deps: Deps;
  readonly build: OldContext["build"];
  readonly flags: Readonly<Record<string, unknown>>;
  /** For the agent, in their order. */
  readonly words: readonly string[];
  /** All words of the line. */
  readonly given: readonly string[];
}

/** Does what the line says and returns the exit code: the agent's own where it was started. */
export async function runWrapper(line: WrapperLine): Promise<number> {
  const { program, deps } = line;
  const flags = line.flags as WrapperValues;
  if (flags.help === true) return printWrapperHelp(deps, program);
  checkTls(flags);
  await applySettings(line, flags);
  const instead = standIn(line, flags);
  if (instead !== undefined) return instead();
  warnOfRights(deps);
  return startAgent(line, flags);
}

function checkTls({ "tls-cert": cert, "tls-key": key }: WrapperValues): void {
  if ((cert === undefined) === (key === undefined)) return;
  throw new MortarError("usage", "--tls-cert and --tls-key go together", { hint: "Give both, or neither." });
}

/** What is set for good: profile, port, telemetry, web search. */
async function applySettings({ program, deps }: WrapperLine, flags: WrapperValues): Promise<void> {
  const { agent } = program;
  await rememberPlace(deps, agent, flags);
  if (agent !== "opencode") await applyTelemetry(deps, agent, flags);
  if (agent === "claude") await applyWebsearch(deps, flags);
  if (agent !== "claude") await keepOwn(deps, agent, flags);
}

async function applyTelemetry(deps: Deps, agent: "claude" | "codex", flags: WrapperValues): Promise<void> {
  await adoptTelemetry(deps, agent);
  const tables = {
    metrics: flags["otel-metrics-table"],
    logs: flags["otel-logs-table"],
    traces: flags["otel-traces-table"],
  };
  const wants = flags.otel === true || flags["otel-traces"] === true;
  if (wants || Object.values(tables).some((table) => table !== undefined)) {
    await enableSignals(deps, agent, { usual: flags.otel === true, traces: flags["otel-traces"] === true, tables });
  }
  const all = flags["no-otel"] === true;
  const off = (["metrics", "logs", "traces"] as const).filter((signal: Signal) => all || flags[`no-otel-${signal}`]);
  if (off.length > 0) await disableSignals(deps, agent, off);
}

async function applyWebsearch(deps: Deps, flags: WrapperValues): Promise<void> {
  const { "websearch-backend": backend, "websearch-fetch-budget": budgetBytes } = flags;
  await adoptWebsearch(deps);
  const isOn = (await readSettings(deps, "websearch"))["enabled"] === true;
  const changes = backend !== undefined || budgetBytes !== undefined;
  if (flags["with-websearch"] === true || (isOn && changes)) await enableWebsearch(deps, { backend, budgetBytes });
}

/** The certificate of the last line holds for its hooks; a line without one takes it away. */
async function keepOwn(deps: Deps, agent: "codex" | "opencode", flags: WrapperValues): Promise<void> {
  const state = await readOldState(deps, agent);
  const { model = state.model, "tls-cert": cert, "tls-key": key } = flags;
  const isSame = model === state.model && cert === state.tls_cert && key === state.tls_key;
  if (!isSame) await updateOldState(deps, agent, { model, tls_cert: cert, tls_key: key });
}

const commands = { claude: claudeCommand, codex: codexCommand, opencode: opencodeCommand } as const;

async function startAgent(line: WrapperLine, flags: WrapperValues): Promise<number> {
  const { program, deps, build } = line;
  const state = await readOldState(deps, program.agent);
  if (program.agent === "claude") await sayOfWebsearch(deps);
  const command = programCommand(commands[program.agent], line.words);
  const words = [...modelWords(program.agent, { given: flags.model, state, command }), ...wordsFor(line)];
  const options = launchOptions(flags, state);
  const start = (own: LaunchOptions): Promise<Outcome> =>
    launchAgent({ deps, version: build.version }, agents[program.agent], { words, command }, own);
  const outcome = await start(options).catch((thrown: unknown) => {
    // The port belongs to another program. These sessions find the proxy wherever it is.
    if (!(thrown instanceof MortarError) || thrown.code !== "conflict" || options.port === undefined) throw thrown;
    deps.log.warn(`${thrown.message}. Another port is taken.`);
    return start({ ...options, port: undefined });
  });
  if (flags["no-update-check"] !== true && deps.stderr.isTTY) {
    const { speakOfUpdates } = await import("../update/notice.ts");
    await speakOfUpdates(deps);
  }
  return outcome.kind === "ended" ? outcome.exitCode : 0;
}

/** Claude Code wants `--verbose` itself where it prints a stream: there it is for both. */
function wordsFor({ program, words, given }: WrapperLine): readonly string[] {
  const end = given.indexOf("--");
  const own = end === -1 ? given : given.slice(0, end);
  const prints = words.some((word) => word === "-p" || word === "--print" || word.startsWith("--output-format"));
  return program.agent === "claude" && prints && own.includes("--verbose") ? ["--verbose", ...words] : words;
}

function launchOptions(flags: WrapperValues, state: OldState): LaunchOptions {
  const { upstream, "proxy-api-key": key, "tls-cert": certFile, "tls-key": keyFile } = flags;
  return {
    profile: chosenProfile(flags.profile, state),
    forgetful: true,
    shortKey: true,
    port: chosenPort(flags.port, state),
    upstream: upstream === undefined ? undefined : { url: upstream, trusted: flags["trust-upstream"] === true },
    key: key === undefined || key === "" ? undefined : new Secret(key),
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
    logFile: flags["log-file"],
    verbose: flags.verbose === true,
    tools: "none",
    dryRun: false,
  };
}

async function sayOfWebsearch(deps: Deps): Promise<void> {
  const { enabled, backend } = await readSettings(deps, "websearch");
  if (enabled === true) deps.log.info(`Web search and fetch are fulfilled on this machine (${String(backend)}).`);
}
