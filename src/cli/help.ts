// Help as text: examples first, then what the command takes.
import { globalFlags } from "./global-flags.ts";
import type { Command, Example, Flag, Flags, Group, Positional, ValueRules } from "./spec.ts";
import { rangeWords } from "./values.ts";

export interface HelpStyle {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

const minimumWidth = 40;
const maximumWidth = 110;

export function groupHelp(path: readonly string[], group: Group, style: HelpStyle): string {
  const name = commandName(path);
  const columns = fit(style.width);
  const rows = shownEntries(group).map(([word, entry]): Row => [word, entry.summary]);
  const options = Object.entries(globalFlags).map(([word, flag]): Row => [flagWords(word, flag), flagText(flag)]);
  const version: Row = ["-V, --version", "Show the version"];
  const headline = section(style);
  return [
    `${wrap(group.description ?? group.summary, columns, 0)}\n`,
    ...exampleSections(group.examples ?? [], style),
    headline("Usage", [`  ${name} COMMAND [options]`]),
    headline("Commands", table(rows, columns)),
    ...(path.length === 0 ? [headline("Global options", table([...options, version], columns))] : []),
    `${wrap(`Run ${name} COMMAND --help for one command.`, columns, 0)}\n`,
  ].join("\n");
}

export function commandHelp(path: readonly string[], command: Command, style: HelpStyle): string {
  const columns = fit(style.width);
  const headline = section(style);
  const takes = command.positionals.map((one): Row => [one.name, positionalText(one)]);
  return [
    `${wrap(command.description ?? command.summary, columns, 0)}\n`,
    ...(command.deprecated === undefined ? [] : [`${wrap(`Out of date. ${command.deprecated}`, columns, 0)}\n`]),
    ...exampleSections(command.examples, style),
    headline("Usage", [`  ${wrap(usageLine(path, command), columns - 2, 4)}`]),
    ...(takes.length === 0 ? [] : [headline("Arguments", table(takes, columns))]),
    ...flagGroups(command).map(([title, flags]) =>
      headline(
        title,
        table(
          flags.map(([name, flag]): Row => [flagWords(name, flag), flagText(flag)]),
          columns,
        ),
      ),
    ),
  ].join("\n");
}

export function usageLine(path: readonly string[], command: Command): string {
  const words = command.positionals.map(({ name, required, rest }) => {
    const word = rest === true ? `${name}...` : name;
    return required === true ? word : `[${word}]`;
  });
  return [commandName(path), ...words, "[options]", ...tailOf(command)].join(" ");
}

function tailOf({ passThrough, mixed }: Command): string[] {
  if (mixed !== undefined) return ["[WORDS...]"];
  return passThrough === true ? ["[-- WORDS...]"] : [];
}

/** The flags that every command takes, where this one does. */
export function sharedFlags({ mixed }: Pick<Command, "mixed">): Flags {
  return mixed === undefined ? globalFlags : {};
}

export function commandName(path: readonly string[]): string {
  return ["mortar", ...path].join(" ");
}

/** What a group lists: neither what is hidden nor what is out of date. */
export function shownEntries(group: Group): [string, Command | Group][] {
  return Object.entries(group.commands).filter(([, entry]) => entry.hidden !== true && entry.deprecated === undefined);
}

/** The flags of a command and the global ones, by headline, in the order of their declaration. */
export function flagGroups(command: Command): [string, [string, Flag][]][] {
  const flags: Flags = { ...command.flags, ...sharedFlags(command) };
  const groups = new Map<string, [string, Flag][]>();
  for (const entry of Object.entries(flags)) {
    if (entry[1].hidden === true || entry[1].deprecated !== undefined) continue;
    const headline = entry[1].group ?? "Options";
    groups.set(headline, [...(groups.get(headline) ?? []), entry]);
  }
  return [...groups];
}

/** `-p, --profile NAME`; without a short form as wide as with one. */
export function flagWords(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const long = flag.kind === "switch" && flag.negatable === true ? `--[no-]${name}` : `--${name}`;
  return flag.kind === "switch" ? `${short}${long}` : `${short}${long} ${flag.placeholder}`;
}

/** The description with what else there is to know: choices, default, variable, other spellings. */
export function flagText(flag: Flag): string {
  const notes = flag.kind === "switch" ? [] : ruleNotes(flag);
  if (flag.kind === "list") notes.push(flag.commas === true ? "several with commas, or repeated" : "may be repeated");
  if ("default" in flag && flag.default !== undefined) notes.push(`default ${flag.default}`);
  if (flag.env !== undefined) notes.push(`env ${flag.env}`);
  if (flag.aliases !== undefined) notes.push(`also ${flag.aliases.map((alias) => `--${alias}`).join(", ")}`);
  if (flag.conflicts !== undefined) notes.push(`not with ${flag.conflicts.map((other) => `--${other}`).join(", ")}`);
  return withNotes(flag.description, notes);
}

export function positionalText(positional: Positional): string {
  return withNotes(positional.description, ruleNotes(positional));
}

function ruleNotes({ choices, minimum, maximum }: ValueRules): string[] {
  const range = rangeWords(minimum, maximum);
  return [...(choices === undefined ? [] : [`one of ${choices.join(", ")}`]), ...(range === undefined ? [] : [range])];
}

function withNotes(text: string, notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text} (${notes.join("; ")})`;
}

function exampleSections(examples: readonly Example[], style: HelpStyle): string[] {
  if (examples.length === 0) return [];
  const lines = examples.flatMap(({ run, does }) => [`  ${wrap(`# ${does}`, fit(style.width) - 2, 4)}`, `  $ ${run}`]);
  return [section(style)("Examples", lines)];
}

type Row = readonly [string, string];

function section({ colour }: HelpStyle): (headline: string, lines: readonly string[]) => string {
  const [bold, plain] = colour ? ["\u001B[1m", "\u001B[0m"] : ["", ""];
  return (headline, lines) => `${bold}${headline}:${plain}\n${lines.join("\n")}\n`;
}

function table(rows: readonly Row[], width: number): string[] {
  const left = Math.min(Math.max(...rows.map(([word]) => word.length), 0) + 4, 34, Math.floor(width / 2));
  return rows.map(([word, text]) => {
    const wrapped = wrap(text, width, left);
    const fits = word.length + 4 <= left;
    return fits ? `  ${word.padEnd(left - 2)}${wrapped}` : `  ${word}\n${" ".repeat(left)}${wrapped}`;
  });
}

/** Breaks text at spaces so that lines hold `width` columns; further lines are indented by `indent`. */
function wrap(text: string, width: number, indent: number): string {
  const room = Math.max(width - indent, 20);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}

function fit(width: number): number {
  return Math.min(Math.max(width, minimumWidth), maximumWidth);
}
