// `mortar tool call`: one tool, called by a person or a script.
import { confirm } from "../../cli/confirm.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { parseArguments, runTool } from "../../tools/call.ts";
import type { Tool, ToolImage } from "../../tools/define.ts";
import { defaultLimits } from "../../tools/limits.ts";
import { createWorkspaceSource, signInHint, workspaceFor } from "../../tools/open-workspace.ts";
import { everyTool, findSelected } from "../../tools/selection.ts";
import { loadTool } from "../../tools/toolsets.ts";
import { readArguments } from "./arguments.ts";
import type { callFlags } from "./table.ts";

export const run: Run<typeof callFlags> = async (context) => {
  const { deps, flags, positionals, signal } = context;
  const tool = await namedTool(positionals[0] ?? "");
  if (positionals[1] === "-" && deps.stdin.isTTY) deps.log.info("Type the arguments as JSON; Ctrl-D ends them.");
  const args = await readArguments({ json: positionals[1], pairs: flags.arg }, deps.stdin, signal);
  const input = parseArguments(tool, args);
  if (flags["dry-run"]) {
    return {
      data: { tool: tool.name, effect: tool.effect, dry_run: true },
      text: `Would call ${tool.name}. Nothing was done.\n`,
    };
  }
  if (tool.effect === "destructive" && !flags.yes) await confirmed(context, tool);
  const images: ToolImage[] = [];
  const result = await called(context, tool, { input, images });
  const pictures = images.length === 0 ? "" : `pictures not shown: ${images.length}\n`;
  return { data: result.data, text: result.text + pictures, ...(result.failed ? { exit: 1 } : {}) };
};

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
}

async function called(context: CommandContext<typeof callFlags>, tool: Tool, call: Call) {
  const { deps, profile, build, signal, progress } = context;
  const source = createWorkspaceSource({ deps, profile, version: build.version, signal });
  try {
    const workspace = await workspaceFor(tool, source);
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
  }
}

async function confirmed({ deps, signal }: CommandContext<typeof callFlags>, tool: Tool): Promise<void> {
  const agreed = await confirm(deps, {
    question: `${tool.title}: it can destroy or overwrite something. Go on?`,
    unasked: `${tool.name} can destroy or overwrite something, and nobody can be asked`,
    flag: "--yes",
    signal,
  });
  if (!agreed) throw new MortarError("interrupted", "Not confirmed; nothing was done", { exit: 1 });
}
