// One run of the program: find the command, read its words, run it, print what it returns, say the exit code.
import { rootTable } from "./commands/table.ts";
import type { CommandContext } from "./cli/context.ts";
import { globalFlags } from "./cli/global-flags.ts";
import { parseWords, type Parsed } from "./cli/parse.ts";
import { route, type Route } from "./cli/route.ts";
import type { Command, CommandResult } from "./cli/spec.ts";
import type { Deps } from "./platform/deps.ts";
import { toMortarError } from "./platform/errors.ts";
import type { LogLevel } from "./platform/log.ts";
import { onInterrupt } from "./platform/signals.ts";
import { systemDeps } from "./platform/system.ts";

interface BuildInfo {
  readonly version: string;
  readonly commit: string;
}

/** Runs the command that `words` name and returns the exit code. Writes to stdout and stderr, and never throws. */
export async function runMain(words: readonly string[], build: BuildInfo): Promise<number> {
  const json = words.slice(0, endOfOwnWords(words)).includes("--json");
  const colourless = words.includes("--no-color");
  try {
    const found = route(rootTable, words);
    if (found.kind === "group")
      return await printGroupHelp(found, systemDeps({ level: "normal", noColour: colourless }));
    return await runCommand(found, build);
  } catch (thrown) {
    return await fail(thrown, json, systemDeps({ level: "normal", noColour: colourless }));
  }
}

async function runCommand(found: Extract<Route, { kind: "command" }>, build: BuildInfo): Promise<number> {
  const parsed = parseWords(found.command, globalFlags, found.words, process.env);
  const deps = systemDeps({ level: levelOf(parsed), noColour: parsed.flags["no-color"] === true });
  if (parsed.flags["help"] === true) {
    const { commandHelp } = await import("./cli/help.ts");
    deps.stdout.write(commandHelp(found.path, found.command, deps.stdout.width));
    return 0;
  }
  const json = parsed.flags["json"] === true;
  const interrupt = onInterrupt();
  try {
    const context = contextOf(parsed, deps, interrupt.signal, build);
    const result = await execute(found.path, found.command, context, interrupt.release);
    if (result === undefined) return interrupt.signal.aborted ? 130 : 0;
    const { renderResult } = await import("./cli/render.ts");
    deps.stdout.write(renderResult(result, json));
    return result.exit ?? 0;
  } catch (thrown) {
    return await fail(thrown, json, deps);
  }
}

async function execute(
  path: readonly string[],
  command: Command,
  context: CommandContext,
  cleanup: () => void,
): Promise<CommandResult | void> {
  const [{ runLeaf }, module] = await Promise.all([import("./cli/citty.ts"), command.load()]);
  const body = module.run as (context: CommandContext) => Promise<CommandResult | void>;
  return runLeaf(path.join(" "), command, () => body(context), cleanup);
}

function contextOf(parsed: Parsed, deps: Deps, signal: AbortSignal, build: BuildInfo): CommandContext {
  const profile = parsed.flags["profile"];
  return {
    deps,
    signal,
    build,
    flags: parsed.flags as CommandContext["flags"],
    positionals: parsed.positionals,
    rest: parsed.rest,
    profile: typeof profile === "string" ? profile : undefined,
    json: parsed.flags["json"] === true,
  };
}

async function printGroupHelp(found: Extract<Route, { kind: "group" }>, deps: Deps): Promise<number> {
  const { groupHelp } = await import("./cli/help.ts");
  const target = found.asked ? deps.stdout : deps.stderr;
  target.write(groupHelp(found.path, found.group, target.width));
  return found.asked ? 0 : 2;
}

async function fail(thrown: unknown, json: boolean, deps: Deps): Promise<number> {
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
