// Adding the MCP server to an agent by the agent's own command. An entry that is not ours is never replaced.
import { realpath } from "node:fs/promises";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import { selfCommand } from "../platform/process.ts";
import type { CompleteDeps } from "./codex-server.ts";
import type { CommandClient, McpClient, PresentEntry, ServerEntry } from "./mcp-clients.ts";

export interface InstallOptions {
  readonly deps: Pick<Deps, "run"> & CompleteDeps;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

export interface Installed {
  readonly status: "added" | "replaced" | "unchanged" | "planned" | "manual";
  /** The agent's commands that were run, or would be. */
  readonly commands: readonly (readonly string[])[];
  /** What to write, and into which file, where the agent has no command for it. */
  readonly file?: string;
  readonly snippet?: string;
}

const limitMs = 60_000;

/** Throws `not_found` without the agent's program, `already_exists` for a foreign entry, `usage` for a scope it has not. */
export async function installServer(
  client: McpClient,
  entry: ServerEntry,
  options: InstallOptions,
): Promise<Installed> {
  checkedServerName(entry.name);
  if (client.kind === "file") {
    return { status: "manual", commands: [], file: client.file, snippet: client.snippet(entry) };
  }
  checkScope(client, entry.scope);
  const wanted = [entry.command, ...entry.args].join(" ");
  const there = await presentEntry(client, entry, options);
  const sameScope = entry.scope === undefined || there?.scope === undefined || there.scope === entry.scope;
  if (there?.commandLine === wanted && sameScope) {
    const wasMissing = !options.dryRun && (await client.complete?.(options.deps, entry.name)) === true;
    return { status: wasMissing ? "replaced" : "unchanged", commands: [] };
  }
  if (there !== undefined && !isOurs(there, entry)) throw foreignEntry(client, entry, there.commandLine);
  if (there?.hasEnvironment === true && sameScope) throw ownEnvironment(client, entry);
  const placed = { ...entry, scope: entry.scope ?? there?.scope };
  // One in another scope than the wanted one stays: the two do not stand in each other's way.
  const replaces = there !== undefined && sameScope;
  const commands = replaces ? [client.remove(placed), client.add(placed)] : [client.add(placed)];
  if (options.dryRun) return { status: "planned", commands };
  for (const words of commands) await runAgent(client, entry, words, options);
  await client.complete?.(options.deps, entry.name);
  return { status: replaces ? "replaced" : "added", commands };
}

/** The words that start this program: the one on the PATH when it is this one, as an update may move what it leads to. */
export async function serverCommand(env: Deps["env"]): Promise<[string, ...string[]]> {
  const own = selfCommand();
  if (own.length > 1) return own;
  const onPath = Bun.which("mortar", { PATH: env["PATH"] ?? "" });
  if (onPath === null) return own;
  const [left, right] = await Promise.all([realpath(onPath), realpath(own[0])]).catch(() => ["", own[0]]);
  return left === right ? [onPath] : own;
}

function checkScope(client: CommandClient, scope: string | undefined): void {
  if (scope === undefined || client.scopes.includes(scope)) return;
  throw new MortarError("usage", `${client.title} has no scope ${scope}`, {
    hint: client.scopes.length === 0 ? "Leave --scope out." : `It has ${client.scopes.join(", ")}.`,
  });
}

async function presentEntry(client: CommandClient, entry: ServerEntry, options: InstallOptions) {
  return client.present(await started(client, entry, client.look(entry.name), options), entry.name);
}

export function isServerName(name: string): boolean {
  return /^\w[\w-]{0,63}$/.test(name);
}

/** A name that every agent takes; its tools are called by it too. None can be taken for a flag. Throws `usage`. */
export function checkedServerName(name: string, label = "--name"): string {
  if (isServerName(name)) return name;
  throw new MortarError("usage", `${label}: ${JSON.stringify(name.slice(0, 80))} is no name for a server`, {
    hint: "Agents take letters, digits, - and _, at most 64.",
  });
}

/**
 * Ours start `mortar mcp serve` or `mortar mcp bridge` themselves: not through a shell or another machine, which is somebody's
 * own doing. The one is not put into the place of the other.
 */
function isOurs({ command, commandLine }: PresentEntry, { args: wanted }: ServerEntry): boolean {
  const program = command ?? /^\S*/.exec(commandLine)?.[0] ?? "";
  const args = commandLine.slice(program.length).trim();
  const kind = wanted[wanted.indexOf("mcp") + 1] === "bridge" ? "bridge" : "serve";
  if (/(?:^|[\\/])mortar(?:\.exe)?$/i.test(program)) return new RegExp(`^mcp ${kind}(?:\\s|$)`).test(args);
  // From source.
  const fromSource = new RegExp(`^\\S*[\\\\/]src[\\\\/]main\\.ts mcp ${kind}(?:\\s|$)`);
  return /(?:^|[\\/])bun(?:\.exe)?$/i.test(program) && fromSource.test(args);
}

function ownEnvironment(client: CommandClient, entry: ServerEntry): MortarError {
  return new MortarError("already_exists", `The server ${entry.name} of ${client.title} has variables of its own`, {
    hint: `It is left as it is, for a new one would lose them. Remove it first (${client.remove(entry).join(" ")}), or give ours another name with --name.`,
  });
}

function foreignEntry(client: CommandClient, { name }: ServerEntry, there: string): MortarError {
  const shown = there === "" ? "another server" : (there.split(/\s+/)[0] ?? there);
  return new MortarError("already_exists", `${client.title} has a server called ${name} already: ${shown}`, {
    hint: "It is left as it is. Give ours another name with --name, or remove that one first.",
  });
}

async function runAgent(
  client: CommandClient,
  entry: ServerEntry,
  words: readonly [string, ...string[]],
  options: InstallOptions,
) {
  const { exitCode, stdout, stderr } = await started(client, entry, words, options);
  if (exitCode === 0) return;
  const said = `${stderr}\n${stdout}`.trim().split("\n").at(-1) ?? "";
  throw new MortarError(
    "io",
    `${words.slice(0, 3).join(" ")} failed with exit code ${exitCode}: ${said.slice(0, 300)}`,
    {
      hint: `Run it yourself to see more: ${words.join(" ")}`,
    },
  );
}

async function started(
  client: CommandClient,
  entry: ServerEntry,
  words: readonly [string, ...string[]],
  options: InstallOptions,
) {
  try {
    return await options.deps.run(words, { signal: options.signal, timeoutMs: limitMs });
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.code !== "not_found") throw thrown;
    throw new MortarError("not_found", `${words[0]} is not on the PATH`, {
      hint: `Install ${client.title}, or write this into ${client.file}:\n${client.snippet(entry)}`,
    });
  }
}
