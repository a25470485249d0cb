// `mortar tool call`: one tool, called by a person or a script.
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { parseArguments, runTool } from "../../tools/call.ts";
import type { Tool, ToolImage } from "../../tools/define.ts";
import { defaultLimits } from "../../tools/limits.ts";
import { createWorkspaceSource, signInHint } from "../../tools/open-workspace.ts";
import { findSelected, selectTools } from "../../tools/selection.ts";
import { loadTool } from "../../tools/toolsets.ts";
import { readArguments } from "./arguments.ts";
import { progressLine } from "./progress.ts";
import type { callFlags } from "./table.ts";

export const run: Run<typeof callFlags> = async (context) => {
  const { deps, flags, positionals } = context;
  const tool = await namedTool(positionals[0] ?? "");
  const args = await readArguments({ json: positionals[1], pairs: flags.arg }, deps.stdin);
  const input = parseArguments(tool, args);
  if (flags["dry-run"]) {
    return {
      data: { tool: tool.name, effect: tool.effect, dry_run: true },
      text: `Would call ${tool.name}. Nothing was done.\n`,
    };
  }
  if (tool.effect === "destructive" && !flags.yes) await confirm(context, tool);
  const images: ToolImage[] = [];
  const result = await called(context, tool, { input, images });
  const pictures = images.length === 0 ? "" : `pictures not shown: ${images.length}\n`;
  return { data: result.data, text: result.text + pictures, ...(result.failed ? { exit: 1 } : {}) };
};

/** The tool with the argument names that its older name brings along. */
async function namedTool(name: string): Promise<Tool> {
  const { entry, parameters } = findSelected(selectTools(), name);
  const tool = await loadTool(entry.name);
  if (tool === undefined) throw new MortarError("unknown_tool", `Unknown tool: ${name}`);
  return { ...tool, spellings: { ...tool.spellings, ...parameters } };
}

interface Call {
  /** What the tool's schema made of the arguments. */
  readonly input: unknown;
  readonly images: ToolImage[];
}

async function called({ deps, profile, build, signal }: CommandContext<typeof callFlags>, tool: Tool, call: Call) {
  const source = createWorkspaceSource({ deps, profile, version: build.version, signal });
  const progress = progressLine(deps.stderr, deps.log.level === "quiet");
  try {
    const workspace = await source.open();
    return await runTool(
      tool,
      {
        workspace,
        deps,
        signal,
        limits: defaultLimits,
        progress: progress.show,
        attach: (image) => void call.images.push(image),
      },
      call.input,
    );
  } catch (thrown) {
    throw signInHint(thrown);
  } finally {
    progress.clear();
  }
}

async function confirm({ deps, signal }: CommandContext<typeof callFlags>, tool: Tool): Promise<void> {
  if (!deps.stdin.isTTY || !deps.stderr.isTTY) {
    throw new MortarError("usage", `${tool.name} can destroy or overwrite something, and nobody can be asked`, {
      hint: "Give --yes to do it without a question.",
    });
  }
  deps.stderr.write(`${tool.title}: it can destroy or overwrite something. Go on? [y/N] `);
  const answer = await deps.stdin.readLine(signal);
  if (answer !== undefined && /^y(?:es)?$/i.test(answer.trim())) return;
  throw new MortarError("interrupted", "Not confirmed; nothing was done", { exit: 1 });
}
