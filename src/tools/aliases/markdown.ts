// The older tools as pages of Markdown: docs/older-tools.md and `mortar tool show`.
import { generations } from "../naming.ts";
import { effectOf } from "./effect.ts";
import { answeredBy } from "./listed.ts";
import type { OlderTool } from "./row.ts";
import { inputSchemaOf, parseSignature } from "./signature.ts";
import { olderTools } from "./table.ts";

/** The whole table, generation by generation. */
export function olderToolsMarkdown(): string {
  const sections = generations.map((generation) => {
    const tools = olderTools.filter((tool) => tool.generations.includes(generation));
    const rows = tools.map(
      (tool) => `| \`${shape(tool)}\` | ${tool.router.tools.map((name) => `\`${name}\``).join(", ") || "refused"} |`,
    );
    return [`## ${generation}`, "", "| Older tool | Answered by |", "|---|---|", ...rows].join("\n");
  });
  return `# Older tools\n\n${introduction}\n\n${sections.join("\n\n")}\n`;
}

const introduction = [
  "The tools of ai-dev-kit's servers, each answered by Mortar's own. Prompts and skills that were written for them still work.",
  "",
  "- Each name can always be called, with its own arguments: by an agent, and by `mortar tool call`. `mortar tool show NAME` explains it.",
  "- A name that Mortar has as well is the one whose arguments are given. Where an agent was allowed a name, no other form of it goes farther than that.",
  "- `--names ai-dev-kit` lists these tools in the place of Mortar's, all of them unless `--toolsets` or `--tools` says otherwise, and beside them the few of ours that go on where a wait has ended.",
  "- `ai-dev-kit` is version 0.1.14; `ai-dev-kit-0.1.8` and `ai-dev-kit-0.1.0` are versions, `ai-dev-kit-2026-01-14` and `ai-dev-kit-2026-01-01` days before there were any.",
  "- Results are those of the tool that answers. So is what may be done: questions, protection and `--read-only` hold for that tool. A tool with both reading and changing actions counts as changing; with `--read-only` its reading actions work.",
  "- Where a single tool answers an action, an argument that it has no use for is refused. `create_or_update` looks for the name first, and then calls the tool that creates, or the one that changes.",
].join("\n");

/** One form of an older tool, for people. */
export function olderMarkdown(tool: OlderTool): string {
  return [
    `### ${tool.name} (${tool.generations.join(", ")})`,
    "",
    tool.does,
    "",
    `\`${shape(tool)}\``,
    "",
    answeredBy(tool).replaceAll(/\b[a-z]+(?:_[a-z]+)+\b/g, "`$&`"),
  ].join("\n");
}

/** The same for scripts. */
export function shownOlder(tool: OlderTool) {
  return {
    name: tool.name,
    generations: tool.generations,
    toolset: tool.toolset,
    effect: effectOf(tool),
    description: tool.does,
    inputSchema: inputSchemaOf(parseSignature(tool.parameters)),
    answered_by: tool.router.tools,
  };
}

function shape({ name, parameters }: OlderTool): string {
  return `${name}(${parameters.replaceAll("|", "/")})`;
}
