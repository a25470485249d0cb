// `mortar claude` and its like: the words that are ours become options, and the agent is started.
import { resolve } from "node:path";
import { programCommand } from "../../cli/mixed.ts";
import type { CommandContext } from "../../cli/context.ts";
import type { Command, CommandResult } from "../../cli/spec.ts";
import { agents } from "../../agents/launch/agents.ts";
import type { AgentName } from "../../agents/launch/agent.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { createLogger } from "../../platform/log.ts";
import { Secret } from "../../platform/secret.ts";
import { printHelp } from "./help.ts";
import { launchAgent, type LaunchOptions } from "./launch.ts";
import { ownValues, type OwnValues } from "./own-flags.ts";

/** The body of one agent's command. Its exit code is the agent's. */
export function bodyOf(name: AgentName, command: Command): (context: CommandContext) => Promise<CommandResult> {
  const agent = agents[name];
  return async (context) => {
    const values = ownValues(context.flags);
    const deps = values.verbose ? { ...context.deps, log: verboseLog(context.deps) } : context.deps;
    if (values.help) return ended(await printHelp(deps, agent, command));
    const given = { words: context.rest, command: programCommand(command, context.rest) };
    const options = optionsOf(values, { early: context.profile, cwd: deps.cwd });
    const outcome = await launchAgent({ deps, version: context.build.version }, agent, given, options);
    return outcome.kind === "planned" ? { data: outcome.plan, text: outcome.text } : ended(outcome.exitCode);
  };
}

interface Given {
  /** The profile that stands before the agent's name. */
  readonly early: string | undefined;
  readonly cwd: string;
}

function optionsOf(values: OwnValues, { early, cwd }: Given): LaunchOptions {
  const { tlsCert, tlsKey, upstream } = values;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new MortarError("usage", "--tls-cert and --tls-key go together", { hint: "Give both, or neither." });
  }
  if (values.trustUpstream && upstream === undefined) {
    throw new MortarError("usage", "--trust-upstream is for --upstream", { hint: "Name the address with --upstream." });
  }
  return {
    profile: values.profile ?? early,
    port: values.port,
    upstream: upstream === undefined ? undefined : { url: upstream, trusted: values.trustUpstream },
    key: values.proxyApiKey === undefined ? undefined : new Secret(values.proxyApiKey),
    tls:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : { certFile: resolve(cwd, tlsCert), keyFile: resolve(cwd, tlsKey) },
    logFile: values.logFile === undefined ? undefined : resolve(cwd, values.logFile),
    verbose: values.verbose,
    tools: toolsOf(values),
    dryRun: values.dryRun,
  };
}

function ended(exit: number): CommandResult {
  return { data: null, text: "", exit };
}

/** `--verbose` has another name where the agent has one, and was not seen when the log was made. */
function verboseLog({ stderr }: Deps): Deps["log"] {
  return createLogger("verbose", (line) => stderr.write(line));
}

function toolsOf({ noMcp, readOnly }: OwnValues): LaunchOptions["tools"] {
  if (noMcp) return "none";
  return readOnly ? "read-only" : "all";
}
