// docs/cli.md from the table of commands.
import {
  commandName,
  flagGroups,
  flagText,
  flagWords,
  positionalText,
  shownEntries,
  usageLine,
} from "../../src/cli/help.ts";
import { globalFlags } from "../../src/cli/global-flags.ts";
import { isGroup, type Command, type Example, type Group } from "../../src/cli/spec.ts";
import { pages } from "./commands.ts";
import { conventions, exitCodes, files, variables, variablesNote, type Fact } from "./facts.ts";

/** The whole reference of the command line. */
export function cliMarkdown(root: Group): string {
  const all = pages(root).filter(({ path }) => path.length > 0);
  const sections = all.map(({ path, entry }) =>
    isGroup(entry) ? groupSection(path, entry) : commandSection(path, entry),
  );
  const parts = [
    "# The command line",
    "Every command, made from the declarations in `src/commands`. The same text is in `mortar help COMMAND` and in the manual pages.",
    "## Conventions",
    conventions.map((line) => `- ${escaped(line)}`).join("\n"),
    "## Global options",
    "Every command takes these, before or after its own words. A command that starts an agent takes them before its name, since what stands behind it may be the agent's.",
    table(
      ["Option", ""],
      Object.entries(globalFlags).map(([name, flag]) => [code(flagWords(name, flag)), flagText(flag)]),
    ),
    ...sections,
    "## Exit codes",
    factTable("Code", exitCodes),
    "## Environment",
    factTable("Variable", [...variables, ...flagVariables(root)]),
    escaped(variablesNote),
    "## Files",
    factTable("Path", files),
  ];
  return `${parts.join("\n\n")}\n`;
}

function groupSection(path: readonly string[], group: Group): string {
  const rows = shownEntries(group).map(([word, entry]) => [link([...path, word]), entry.summary]);
  return joined([
    `## ${commandName(path)}`,
    sentence(group.description ?? group.summary),
    exampleBlock(group.examples ?? []),
    table(["Command", ""], rows),
  ]);
}

function commandSection(path: readonly string[], command: Command): string {
  const level = path.length === 1 ? "##" : "###";
  const own = flagGroups(command).filter(([headline]) => headline !== globalHeadline);
  return joined([
    `${level} ${commandName(path)}`,
    sentence(command.description ?? command.summary),
    exampleBlock(command.examples),
    `Usage: \`${usageLine(path, command)}\``,
    table(
      ["Argument", ""],
      command.positionals.map((one) => [code(one.name), sentence(positionalText(one))]),
    ),
    ...own.map(([headline, flags]) =>
      table(
        [headline === "Options" ? "Option" : headline, ""],
        flags.map(([name, flag]) => [code(flagWords(name, flag)), flagText(flag)]),
      ),
    ),
  ]);
}

const globalHeadline = "Global options";

/** The variables that flags take, each once. */
export function flagVariables(root: Group): Fact[] {
  const found = new Map<string, string>();
  for (const { entry } of pages(root)) {
    if (isGroup(entry)) continue;
    for (const [name, flag] of Object.entries(entry.flags)) {
      if (flag.env !== undefined) found.set(flag.env, `The same as --${name}: ${flag.description}.`);
    }
  }
  return [...found].map(([name, text]) => ({ name, text }));
}

function factTable(headline: string, facts: readonly Fact[]): string {
  return table(
    [headline, ""],
    facts.map(({ name, text }) => [code(name), text]),
  );
}

/** A table with its columns in line, as the formatter of this repository has it. */
function table(headlines: readonly [string, string], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const cells = [
    headlines,
    ...rows.map(([first = "", second = ""]) => [first, escaped(second).replaceAll("|", "\\|")]),
  ];
  const widths = [0, 1].map((column) => Math.max(3, ...cells.map((row) => Bun.stringWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => padded(row[column] ?? "", width)).join(" | ")} |`;
  const [headline = [], ...body] = cells;
  return [line(headline), `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body.map(line)].join("\n");
}

function padded(text: string, width: number): string {
  return text + " ".repeat(width - Bun.stringWidth(text));
}

function exampleBlock(examples: readonly Example[]): string {
  if (examples.length === 0) return "";
  return ["```sh", ...examples.flatMap(({ run, does }) => [`# ${does}`, run]), "```"].join("\n");
}

function link(path: readonly string[]): string {
  const name = commandName(path);
  return `[${name}](#${name.replaceAll(" ", "-")})`;
}

function sentence(text: string): string {
  const whole = escaped(/[.!?]$/.test(text) ? text : `${text}.`);
  return whole.charAt(0).toUpperCase() + whole.slice(1);
}

/** Angle brackets, stars and underscores are no markup here; code in backticks stays as it is. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[<>*_~]/g, "\\$&")))
    .join("");
}

function code(text: string): string {
  return `\`${text.trim().replaceAll("|", "\\|")}\``;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
