// Which agents of this machine are made ready, and how one that is missing is installed.
import { managedAgents } from "../agents/ready/catalog.ts";
import type { InstallWay, ManagedAgent, ManagedAgentId, Mode, Presence, Scope } from "../agents/ready/types.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { printable } from "../platform/log.ts";
import { programWords } from "../platform/program-words.ts";
import { findProgram } from "../platform/programs.ts";

export interface FoundAgent {
  readonly agent: ManagedAgent;
  readonly presence: Presence;
}

/** All that we know, looked for side by side, in the order of the catalogue. */
export function findAgents(deps: Deps): Promise<readonly FoundAgent[]> {
  return Promise.all(managedAgents.map(async (agent) => ({ agent, presence: await agent.detect(deps) })));
}

/** Whether it is on this side of a Windows that has a Linux in it. */
export function isHere({ presence }: FoundAgent): boolean {
  return presence.installed && !presence.isOnWindows;
}

/** The way to install it that this machine has the program for. */
export function wayToInstall(deps: Deps, agent: ManagedAgent): InstallWay | undefined {
  return agent.install(deps.os).find(({ by }) => findProgram(by, deps) !== undefined);
}

const installMs = 900_000;

/** Runs the command. Throws `io` with what it said last, and as `run` does. */
export async function installAgent(
  deps: Deps,
  agent: ManagedAgent,
  { way, signal }: { readonly way: InstallWay; readonly signal: AbortSignal },
): Promise<void> {
  const [, ...rest] = way.command;
  const program = findProgram(way.by, deps);
  const words = program === undefined ? way.command : ([...(await programWords(program, deps)), ...rest] as const);
  const options = { env: deps.env, signal, timeoutMs: installMs, maxOutputBytes: 20_000_000 };
  const { exitCode, stdout, stderr } = await deps.run(words as readonly [string, ...string[]], options);
  if (exitCode === 0) return;
  const said = `${stdout}\n${stderr}`.trim().split("\n").at(-1) ?? "";
  throw new MortarError("io", `${way.command.join(" ")} failed (${exitCode}): ${printable(said).slice(0, 300)}`, {
    hint: `Install ${agent.title} by yourself: ${agent.page}`,
  });
}

export interface Fitting {
  readonly mode: Mode;
  /** What the person should know. */
  readonly note: string | undefined;
}

/** The mode that it gets: the wanted one where it has it, else its own best. undefined where it cannot be in that scope. */
export function fittingMode(agent: ManagedAgent, mode: Mode | undefined, scope: Scope): Fitting | undefined {
  const [best] = agent.modes;
  if (best === undefined || !agent.scopes.includes(scope.kind)) return undefined;
  if (mode === undefined) return { mode: best, note: undefined };
  if (agent.modes.includes(mode)) return { mode, note: undefined };
  return { mode: best, note: `${agent.title} has no mode ${mode}, and gets ${best}.` };
}

/** The named ones, in the order of the catalogue. */
export function agentsNamed(found: readonly FoundAgent[], names: readonly ManagedAgentId[]): readonly FoundAgent[] {
  return found.filter(({ agent }) => names.includes(agent.id));
}
