// Starting an agent: profile, sign-in, proxy and models on one side, the agent's own preparations on the other.
import { agents } from "../../agents/launch/agents.ts";
import type { Agent, Launch, Prepared } from "../../agents/launch/agent.ts";
import { withoutProxy } from "../../agents/launch/environment.ts";
import {
  clearFolder,
  fillFolder,
  keepFolder,
  noteAgent,
  sessionFolder,
  sweepFolders,
} from "../../agents/launch/session-folder.ts";
import { serverCommand } from "../../agents/mcp-install.ts";
import type { Deps, Environment } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { runInForeground } from "../../platform/foreground.ts";
import { findProgram } from "../../platform/programs.ts";
import { programWords } from "../../platform/program-words.ts";
import type { Secret } from "../../platform/secret.ts";
import { onInterrupt } from "../../platform/signals.ts";
import { connect, plannedConnection, type Connection } from "./connect.ts";
import { describePlan, type Planned } from "./plan.ts";
import { oneDeeper } from "./depth.ts";
import { chooseProfile } from "./profile.ts";

export interface LaunchOptions {
  /** Given in so many words: it is remembered. */
  readonly profile: string | undefined;
  /** Leaves what is remembered as it is: an older name remembers its own. */
  readonly forgetful?: boolean;
  /** The key is of a person's choosing, from before it had to be long. */
  readonly shortKey?: boolean;
  readonly port: number | undefined;
  readonly upstream: { readonly url: string; readonly trusted: boolean } | undefined;
  readonly key: Secret | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  readonly logFile: string | undefined;
  readonly verbose: boolean;
  /** The MCP server that the agent gets. */
  readonly tools: "all" | "read-only" | "none";
  readonly dryRun: boolean;
}

export interface GivenWords {
  /** For the agent, in their order. */
  readonly words: readonly string[];
  /** The agent's own command among them. */
  readonly command: string | undefined;
}

export type Outcome = { readonly kind: "ended"; readonly exitCode: number } | ({ readonly kind: "planned" } & Planned);

/**
 * Starts an agent on the workspace and returns when it has ended. A command of the agent that starts no session gets
 * nothing of ours. Throws `not_found` for an agent that is not installed, `conflict` for one that is this program itself,
 * and what sign-in and proxy throw.
 */
export async function launchAgent(
  { deps: outer, version }: { readonly deps: Deps; readonly version: string },
  agent: Agent,
  given: GivenWords,
  options: LaunchOptions,
): Promise<Outcome> {
  const deps = { ...outer, env: oneDeeper(outer.env, agent) };
  const path = findProgram(agent.program, deps);
  if (path === undefined) {
    throw new MortarError("not_found", `${agent.title} is not installed: there is no program ${agent.program}`, {
      hint: `Install it with: ${agent.install}`,
    });
  }
  const program = await programWords(path, deps);
  const startsSession = given.command === undefined || agent.sessions.includes(given.command);
  if (!startsSession || isQuestion(given.words)) {
    const command: readonly [string, ...string[]] = [...program, ...given.words];
    if (options.dryRun)
      return { kind: "planned", ...describePlan({ agent, command, env: {}, files: [], secrets: [] }) };
    return { kind: "ended", exitCode: await runInForeground(command, { env: deps.env }) };
  }
  const interrupt = onInterrupt();
  let connection: Connection;
  let prepared: Prepared;
  const folder = sessionFolder(deps, agent, process.pid);
  try {
    const profile = await chooseProfile(deps, options.profile);
    const request = { agent, profile, options, version, signal: interrupt.signal };
    connection = options.dryRun ? await plannedConnection(deps, request) : await connect(deps, request);
    const server = await serverWords(deps, profile, options);
    const { endpoint, models, telemetry } = connection;
    const launch: Launch = { ...given, program: path, endpoint, models, telemetry, server, folder };
    prepared = await agent.prepare(deps, launch);
  } finally {
    interrupt.release();
  }
  const session = { deps, agent, program, connection, prepared, folder };
  if (options.dryRun) return { kind: "planned", ...planOf(session) };
  return { kind: "ended", exitCode: await runSession(session) };
}

interface Session {
  readonly deps: Deps;
  readonly agent: Agent;
  readonly program: readonly [string, ...string[]];
  readonly connection: Connection;
  readonly prepared: Prepared;
  readonly folder: string;
}

async function runSession({ deps, agent, program, connection, prepared, folder }: Session): Promise<number> {
  const keeper = connection.keep();
  const sweeping = sweepFolders(deps, Object.values(agents));
  let noted: Promise<unknown> | undefined;
  try {
    await fillFolder(folder, prepared.files);
    await prepared.open?.();
    for (const note of prepared.notes) deps.log.warn(note);
    const exitCode = await runInForeground([...program, ...prepared.words], {
      env: { ...environmentOf(deps.env, prepared), ...managedBy(agent) },
      started: (pid) => {
        noted = Promise.all([noteAgent(folder, pid), connection.holdFor(pid)]);
      },
    });
    return exitCode;
  } finally {
    await Promise.all([keeper.stop(), noted]);
    await Promise.all([connection.release(), sweeping]);
    if (prepared.keepsFolder === true) await keepFolder(folder);
    else await clearFolder(deps, agent, folder);
  }
}

function environmentOf(env: Environment, prepared: Pick<Prepared, "env">): Environment {
  return { ...env, ...prepared.env, ...withoutProxy(env) };
}

/** Hooks of older programs look for these, and of our own: the session has its proxy already. */
function managedBy({ name }: Agent): Environment {
  const isOlder = name === "claude" || name === "codex" || name === "opencode";
  return { MORTAR_MANAGED: "1", ...(isOlder ? { [`DATABRICKS_${name.toUpperCase()}_MANAGED`]: "1" } : {}) };
}

function planOf({ agent, program, connection, prepared }: Session): Planned {
  return describePlan({
    agent,
    command: [...program, ...prepared.words],
    env: { ...prepared.env, ...withoutProxy({}) },
    files: prepared.files,
    secrets: [connection.endpoint.key],
  });
}

/** `--version` and `--help` ask the agent itself: nobody has to sign in for the answer. */
function isQuestion(words: readonly string[]): boolean {
  const [only] = words;
  return words.length === 1 && ["--version", "-v", "-V", "--help", "-h"].includes(only ?? "");
}

async function serverWords(
  deps: Deps,
  profile: string,
  { tools }: LaunchOptions,
): Promise<readonly [string, ...string[]] | undefined> {
  if (tools === "none") return undefined;
  const readOnly = tools === "read-only" ? ["--read-only"] : [];
  // A name may begin with a dash.
  const named = profile.startsWith("-") ? [`--profile=${profile}`] : ["--profile", profile];
  return [...(await serverCommand(deps.env)), "mcp", "serve", ...named, ...readOnly];
}
