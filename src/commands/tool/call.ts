// `mortar tool call`: one tool, called by a person or a script.
import { confirm } from "../../cli/confirm.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import type { CommandResult } from "../../cli/spec.ts";
import { MortarError } from "../../platform/errors.ts";
import { findAlias } from "../../tools/aliases.ts";
import { olderToolMeant } from "../../tools/aliases/meaning.ts";
import { parseArguments, questionBefore, runTool } from "../../tools/call.ts";
import { findEntry } from "../../tools/catalog.ts";
import type { Tool, ToolContext, ToolImage } from "../../tools/define.ts";
import { createWorkspaceSource, signInHint, workspaceFor } from "../../tools/open-workspace.ts";
import { isDryRun } from "../../tools/protection.ts";
import type { Question } from "../../tools/question.ts";
import { everyTool, findSelected } from "../../tools/selection.ts";
import type { Terms } from "../../tools/terms.ts";
import { loadTool } from "../../tools/toolsets.ts";
import { readArguments } from "./arguments.ts";
import type { callFlags } from "./table.ts";
import { termsFor } from "./wish.ts";

export const run: Run<typeof callFlags> = async (context) => {
  const { deps, flags, positionals, signal } = context;
  const name = positionals[0] ?? "";
  await checkKnown(name);
  if (positionals[1] === "-" && deps.stdin.isTTY) deps.log.info("Type the arguments as JSON; Ctrl-D ends them.");
  const args = await readArguments({ json: positionals[1], pairs: flags.arg }, deps.stdin, signal);
  const older = await olderToolMeant(name, args, undefined);
  if (older === undefined) return await callOwn(context, name, args);
  const { callOlder } = await import("./older.ts");
  return await callOlder({
    older,
    args,
    isDryRun: flags["dry-run"],
    own: ({ tool, arguments: given }) => callOwn(context, tool, given),
  });
};

/** Before arguments are asked for. Throws `unknown_tool`. */
async function checkKnown(name: string): Promise<void> {
  if (findEntry(name) !== undefined || findAlias(name) !== undefined) return;
  const { formsOf } = await import("../../tools/aliases/table.ts");
  if (formsOf(name).length === 0) findSelected(everyTool(), name);
}

/** A call of one of our tools, by its name or with the older prefix. */
async function callOwn(
  context: CommandContext<typeof callFlags>,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<CommandResult> {
  const { deps, flags } = context;
  const tool = await namedTool(name);
  const hasDryRun = "dry_run" in tool.input.shape;
  const input = parseArguments(tool, flags["dry-run"] && hasDryRun ? { ...args, dry_run: true } : args);
  if (flags["dry-run"] && !hasDryRun) {
    return {
      data: { tool: tool.name, effect: tool.effect, dry_run: true },
      text: `Would call ${tool.name}. Nothing was done.\n`,
    };
  }
  const images: ToolImage[] = [];
  const result = await called(context, tool, { input, images, terms: await termsFor(deps, flags) });
  const pictures = images.length === 0 ? "" : `pictures not shown: ${images.length}\n`;
  return { data: result.data, text: result.text + pictures, ...(result.failed ? { exit: 1 } : {}) };
}

/** The tool with the argument names that its older name brings along. */
async function namedTool(name: string): Promise<Tool> {
  const { entry, parameters } = findSelected(everyTool(), name);
  const tool = await loadTool(entry.name);
  if (tool === undefined) throw new MortarError("unknown_tool", `Unknown tool: ${name}`);
  return { ...tool, spellings: { ...tool.spellings, ...parameters } };
}

interface Call {
  /** What the tool's schema made of the arguments. */
  readonly input: unknown;
  readonly images: ToolImage[];
  readonly terms: Terms;
}

async function called(context: CommandContext<typeof callFlags>, tool: Tool, { input, images, terms }: Call) {
  const { deps, flags, profile, build, signal, progress } = context;
  const asks = !flags.yes && !isDryRun(tool, input);
  // Before anyone signs in.
  if (asks && tool.effect === "destructive" && !deps.stdin.isTTY) await confirmed(context, tool, undefined);
  const source = createWorkspaceSource({ deps, profile, version: build.version, signal });
  try {
    const workspace = await workspaceFor(tool, source);
    const around: ToolContext = {
      workspace,
      deps,
      signal,
      limits: terms.limits,
      protection: terms.protection,
      recordsMade: source.recordsMade,
      progress: progress.show,
      attach: (image) => void images.push(image),
    };
    if (asks) {
      const question = await questionBefore(tool, around, input);
      if (question !== undefined || tool.effect === "destructive") await confirmed(context, tool, question);
    }
    return await runTool(tool, around, input);
  } catch (thrown) {
    throw signInHint(thrown);
  }
}

async function confirmed(
  { deps, signal, progress }: CommandContext<typeof callFlags>,
  tool: Tool,
  asked: Question | undefined,
): Promise<void> {
  progress.clear();
  const agreed = await confirm(deps, {
    question: asked ?? `${tool.title}: it can destroy or overwrite something. Go on?`,
    unasked: `${tool.name} can destroy or overwrite something, and nobody can be asked`,
    flag: "--yes",
    signal,
  });
  if (!agreed) throw new MortarError("interrupted", "Not confirmed; nothing was done", { exit: 1 });
  progress.show("Calling the tool");
}
