// One run of the program: find the command, read its words, run it, print what it returns, say the exit code.
import { releaseInfo } from "./build-info.ts";
import { rootTable } from "./commands/table.ts";
import type { CommandContext } from "./cli/context.ts";
import { globalFlags } from "./cli/global-flags.ts";
import type { HelpStyle } from "./cli/help.ts";
import { parseMixed } from "./cli/mixed.ts";
import { untilInterrupted } from "./cli/interruption.ts";
import { parseWords, type Parsed } from "./cli/parse.ts";
import { startProgress } from "./cli/progress.ts";
import { route, type Route } from "./cli/route.ts";
import type { CommandResult } from "./cli/spec.ts";
import type { Deps } from "./platform/deps.ts";
import { MortarError, toMortarError } from "./platform/errors.ts";
import { createLogger, type LogLevel } from "./platform/log.ts";
import { systemOutputs } from "./platform/output.ts";
import { isPlainStdout, writePlainStdout } from "./platform/plain-stdout.ts";
import { onInterrupt, type Interrupt } from "./platform/signals.ts";

interface BuildInfo {
  readonly version: string;
  readonly commit: string;
}

type FoundCommand = Extract<Route, { kind: "command" }>;
type FoundGroup = Extract<Route, { kind: "group" }>;

/** Runs the command that `words` name and returns the exit code. Writes to stdout and stderr, and never throws. */
export async function runMain(words: readonly string[], build: BuildInfo): Promise<number> {
  const own = words.slice(0, endOfOwnWords(words));
  const json = own.some((word) => word === "--json" || word === "--json=true");
  const noColour = own.includes("--no-color");
  try {
    const found = route(rootTable, words);
    if (found.kind === "command") return await runCommand(found, build);
    return await answerGroup(found, { json, noColour });
  } catch (thrown) {
    return fail(thrown, json, plainOutputs(noColour));
  }
}

async function runCommand(found: FoundCommand, build: BuildInfo): Promise<number> {
  const parsed = parse(found);
  const noColour = parsed.flags["no-color"] === true;
  const isMixed = found.command.mixed !== undefined;
  if (parsed.flags["help"] === true && !isMixed) {
    const { commandHelp } = await import("./cli/help.ts");
    await printHelp((style) => commandHelp(found.path, found.command, style), noColour);
    return 0;
  }
  // Help needs none of this: half of a start goes into what these modules import.
  const { systemDeps } = await import("./platform/system.ts");
  const deps = systemDeps({ level: levelOf(parsed), noColour });
  const json = parsed.flags["json"] === true;
  for (const notice of [...found.notices, ...parsed.notices]) deps.log.warn(notice);
  const interrupt = isMixed ? noInterrupt : onInterrupt();
  try {
    const work = execute(found, parsed, { deps, signal: interrupt.signal, build });
    const result = await (found.command.endsByItself === true
      ? work
      : untilInterrupted(work, deps.clock, interrupt.signal));
    if (result === undefined) return interrupt.signal.aborted ? 130 : 0;
    const { renderResult } = await import("./cli/render.ts");
    if (result.printed !== true) deps.stdout.write(renderResult(result, json));
    return result.exit ?? 0;
  } catch (thrown) {
    // Whatever an interrupted command fails of, it fails of the interruption.
    const reason = interrupt.signal.aborted ? new MortarError("interrupted", "Interrupted", { cause: thrown }) : thrown;
    return await fail(reason, json, deps);
  } finally {
    interrupt.release();
    if (!interrupt.signal.aborted && maySpeakOfUpdates(found, parsed, deps)) {
      const { speakOfUpdates } = await import("./commands/update/notice.ts");
      await speakOfUpdates(deps);
    }
  }
}

/** For a body that minds signals itself: they are the wrapped program's. */
const noInterrupt: Interrupt = { signal: new AbortController().signal, release: () => undefined };

/** Whether this run may end with the word that a newer version is out: a release, on a terminal, not told to be silent. */
function maySpeakOfUpdates({ path }: FoundCommand, { flags }: Parsed, deps: Deps): boolean {
  const isSilent = ["json", "quiet", "no-update-check"].some((name) => flags[name] === true);
  return releaseInfo.keys !== "" && !isSilent && path[0] !== "update" && deps.stderr.isTTY;
}

/** The words of the command. A refusal that does not say what to do names the help that does. */
function parse({ path, command, words, early }: FoundCommand): Parsed {
  try {
    if (command.mixed !== undefined) return parseMixed(command, globalFlags, { words, early }, process.env);
    return parseWords(command, globalFlags, words, process.env);
  } catch (thrown) {
    if (!(thrown instanceof MortarError) || thrown.hint !== undefined) throw thrown;
    // A hidden command stands in for its group.
    const known = command.hidden === true ? path.slice(0, -1) : path;
    throw new MortarError(thrown.code, thrown.message, {
      hint: `See mortar ${known.join(" ")} --help.`,
      cause: thrown,
    });
  }
}

interface Surroundings {
  readonly deps: Deps;
  readonly signal: AbortSignal;
  readonly build: BuildInfo;
}

async function execute(
  { path, command }: FoundCommand,
  parsed: Parsed,
  { deps, signal, build }: Surroundings,
): Promise<CommandResult | void> {
  const { resolveNamedPaths, takesPaths } = await import("./cli/named-paths.ts");
  const words = takesPaths(command) ? resolveNamedPaths(command, parsed, deps) : parsed;
  const [{ runLeaf }, module] = await Promise.all([import("./cli/citty.ts"), command.load()]);
  const body = module.run as (context: CommandContext) => Promise<CommandResult | void>;
  const done = new AbortController();
  const ended = AbortSignal.any([signal, done.signal]);
  const progress = startProgress(deps, { message: command.waiting, signal: ended });
  const context: CommandContext = { ...contextOf(words), deps, signal, build, progress };
  return runLeaf(
    path.join(" "),
    command,
    () => body(context),
    () => done.abort(),
  );
}

function contextOf(parsed: Parsed): Pick<CommandContext, "flags" | "positionals" | "rest" | "profile" | "json"> {
  const profile = parsed.flags["profile"];
  return {
    flags: parsed.flags as CommandContext["flags"],
    positionals: parsed.positionals,
    rest: parsed.rest,
    profile: typeof profile === "string" ? profile : undefined,
    json: parsed.flags["json"] === true,
  };
}

/** A group alone is a question: its help, on stdout when it was asked for, and on stderr with exit code 2 when not. */
async function answerGroup(found: FoundGroup, { json, noColour }: { json: boolean; noColour: boolean }) {
  const { commandName, groupHelp } = await import("./cli/help.ts");
  if (found.asked) {
    await printHelp((style) => groupHelp(found.path, found.group, style), noColour);
    return 0;
  }
  if (json) {
    const name = commandName(found.path);
    throw new MortarError("usage", `${name}: a command is missing`, { hint: `See ${name} --help.` });
  }
  const { stderr } = systemOutputs(process.env, noColour);
  stderr.write(groupHelp(found.path, found.group, stderr));
  return 2;
}

async function printHelp(render: (style: HelpStyle) => string, noColour: boolean): Promise<void> {
  if (await isPlainStdout()) return writePlainStdout(render({ width: 80, colour: false }));
  const { stdout } = systemOutputs(process.env, noColour);
  stdout.write(render(stdout));
}

type Outputs = Pick<Deps, "stdout" | "stderr" | "log">;

function plainOutputs(noColour: boolean): Outputs {
  const { stdout, stderr } = systemOutputs(process.env, noColour);
  return { stdout, stderr, log: createLogger("normal", (line) => stderr.write(line)) };
}

async function fail(thrown: unknown, json: boolean, deps: Outputs): Promise<number> {
  if (isBrokenPipe(thrown)) return 0;
  const error = toMortarError(thrown);
  const { renderErrorJson, renderErrorText } = await import("./cli/render.ts");
  if (json) deps.stdout.write(renderErrorJson(error));
  else deps.stderr.write(renderErrorText(error, deps.stderr.colour));
  if (error.code === "internal" && thrown instanceof Error) deps.log.debug(thrown.stack ?? thrown.message);
  return error.exit;
}

function levelOf(parsed: Parsed): LogLevel {
  if (parsed.flags["quiet"] === true) return "quiet";
  return parsed.flags["verbose"] === true ? "verbose" : "normal";
}

function endOfOwnWords(words: readonly string[]): number {
  const end = words.indexOf("--");
  return end === -1 ? words.length : end;
}

function isBrokenPipe(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === "EPIPE";
}
