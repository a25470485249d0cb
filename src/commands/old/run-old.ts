// This program under an older name: it behaves as that program did. Loaded by the entry point for such a name alone.
import { resolve } from "node:path";
import { parseMixed } from "../../cli/mixed.ts";
import { resolveNamedPaths } from "../../cli/named-paths.ts";
import { parseWords, type Parsed } from "../../cli/parse.ts";
import { renderErrorText } from "../../cli/render.ts";
import { isGroup, type Command, type Group } from "../../cli/spec.ts";
import type { Deps, Environment } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import type { LogLevel } from "../../platform/log.ts";
import { writePlainStdout } from "../../platform/plain-stdout.ts";
import type { OldProgramName } from "../../platform/program-name.ts";
import { onInterrupt } from "../../platform/signals.ts";
import type { AgentProgram, OldBody, OldContext } from "./agent-program.ts";
import { knownWords, plainSwitches } from "./lenient-words.ts";

type Build = OldContext["build"];

/** Runs the program of that name and returns its exit code. Writes to stdout and stderr, and never throws. */
export async function runOldProgram(name: OldProgramName, words: readonly string[], build: Build): Promise<number> {
  try {
    if (name === "databricks-claude-credential-helper") {
      const { runHelper } = await import("./credential-helper.ts");
      return await runHelper(words);
    }
    if (name === "databricks-agents") {
      const { runAgents } = await import("./agents-program.ts");
      return await runAgents(words, build);
    }
    const { oldPrograms } = await import("./programs-table.ts");
    return await runAgentProgram(oldPrograms[name], words, build);
  } catch (thrown) {
    return fail(thrown);
  }
}

/** One of the three programs for an agent, also where databricks-agents calls it. */
export async function runAgentProgram(program: AgentProgram, words: readonly string[], build: Build): Promise<number> {
  const [first = ""] = words;
  // Commands are known in the first place alone: behind an option, or behind --, such a word is the agent's.
  const entry = Object.hasOwn(program.group.commands, first) ? program.group.commands[first] : undefined;
  if (entry === undefined) return runLine(program, words, build);
  return runEntry({ program, build, path: [program.name, first] }, entry, words.slice(1));
}

interface Place {
  readonly program: AgentProgram;
  readonly build: Build;
  readonly path: readonly string[];
}

async function runEntry(place: Place, entry: Group | Command, words: readonly string[]): Promise<number> {
  const { path } = place;
  if (!isGroup(entry)) return runLeaf(place, entry, words);
  const [first] = words;
  const isHelp = first === "--help" || first === "-h";
  if (first === undefined || isHelp) {
    const { groupText } = await import("./help-text.ts");
    const { stdout, stderr } = await outputs();
    (isHelp ? stdout : stderr).write(groupText(path, entry));
    return isHelp ? 0 : 2;
  }
  const fallback = entry.fallback === undefined ? undefined : entry.commands[entry.fallback];
  if (fallback !== undefined && first.startsWith("-")) return runEntry(place, fallback, words);
  const found = Object.hasOwn(entry.commands, first) ? entry.commands[first] : undefined;
  if (found === undefined || found.hidden === true) {
    const names = Object.keys(entry.commands).filter((name) => entry.commands[name]?.hidden !== true);
    throw new MortarError("usage", `${path.join(" ")}: unknown command ${JSON.stringify(first)}`, {
      hint: `It has ${names.join(", ")}.`,
    });
  }
  return runEntry({ ...place, path: [...path, first] }, found, words.slice(1));
}

async function runLeaf(place: Place, command: Command, words: readonly string[]): Promise<number> {
  const { program, build, path } = place;
  const known = knownWords({ ...command.flags, help: helpFlag }, words);
  if (known.words.some((word) => word === "--help" || word === "-h")) {
    const { commandText } = await import("./help-text.ts");
    (await outputs()).stdout.write(commandText(path, command));
    return 0;
  }
  const alone = { ...command, positionals: [] };
  const parsed = parseWords(alone, {}, known.words, {});
  const deps = await oldDeps(parsed.flags["verbose"] === true ? "verbose" : "normal");
  const { flags } = absolutePaths(alone, parsed, deps);
  for (const word of known.unknown) deps.log.warn(`${path.join(" ")} does not know ${word}; it is left aside`);
  const interrupt = onInterrupt();
  try {
    const module = (await command.load()) as unknown as { readonly run: OldBody };
    const { positionals } = known;
    return await module.run({ program, deps, flags: flags as never, positionals, signal: interrupt.signal, build });
  } catch (thrown) {
    if (interrupt.signal.aborted) return 130;
    throw thrown;
  } finally {
    interrupt.release();
  }
}

const helpFlag = { kind: "switch", short: "h", description: "Show this help" } as const;

/** The line that starts the agent. Its words are told apart as they were; what was ours stays ours wherever it stands. */
async function runLine(program: AgentProgram, words: readonly string[], build: Build): Promise<number> {
  const own = plainSwitches(program.wrapper.flags, words);
  const parsed = parseMixed(program.wrapper, {}, { words: own, early: 0 }, {});
  if (parsed.flags["version"] === true) {
    await writePlainStdout(`${program.name} ${build.version}\n`);
    return 0;
  }
  const deps = await oldDeps(parsed.flags["verbose"] === true ? "verbose" : "normal");
  const { flags, rest } = absolutePaths(program.wrapper, parsed, deps);
  const { runWrapper } = await import("./wrapper.ts");
  return runWrapper({ program, deps, build, flags, words: rest, given: own });
}

/** The proxy has another working folder, and a state file outlives this one. */
function absolutePaths(command: Command, parsed: Parsed, deps: Deps): Parsed {
  const named = resolveNamedPaths(command, parsed, deps);
  const flags = Object.entries(named.flags).map(([name, value]) => {
    const isFile = command.flags[name]?.kind === "file" && typeof value === "string" && value !== "";
    return [name, isFile ? resolve(deps.cwd, value) : value] as const;
  });
  return { ...named, flags: Object.fromEntries(flags) };
}

/** The outside world as the older programs saw it. */
export async function oldDeps(level: LogLevel): Promise<Deps> {
  const { systemDeps } = await import("../../platform/system.ts");
  const deps = systemDeps({ level, noColour: false });
  return { ...deps, env: oldEnvironment(deps.env) };
}

/** They had another variable for the path of the Databricks CLI. */
export function oldEnvironment(env: Environment): Environment {
  const own = env["DATABRICKS_CLI"] ?? "";
  return own === "" || (env["DATABRICKS_CLI_PATH"] ?? "") !== "" ? env : { ...env, DATABRICKS_CLI_PATH: own };
}

async function outputs(): Promise<Pick<Deps, "stdout" | "stderr">> {
  return oldDeps("normal");
}

/** Whatever goes wrong is said: the older programs often ended without a word. Their exit code for it is 1. */
async function fail(thrown: unknown): Promise<number> {
  const { stderr } = await outputs();
  const error = toMortarError(thrown);
  stderr.write(renderErrorText(error, stderr.colour));
  return error.code === "interrupted" ? 130 : 1;
}
