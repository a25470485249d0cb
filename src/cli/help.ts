// Help as text: examples first, then what the command takes.
import { globalFlags } from "./global-flags.ts";
import type { Command, Flag, Flags, Group } from "./spec.ts";

const minimumWidth = 40;
const maximumWidth = 110;

export function groupHelp(path: readonly string[], group: Group, width: number): string {
  const name = ["mortar", ...path].join(" ");
  const rows = Object.entries(group.commands)
    .filter(([, entry]) => entry.hidden !== true)
    .map(([word, entry]): Row => [word, entry.summary]);
  return [
    `${wrap(group.description ?? group.summary, fit(width), 0)}\n`,
    section("Usage", [`  ${name} COMMAND [options]`]),
    section("Commands", table(rows, fit(width))),
    `Run ${name} COMMAND --help for one command.\n`,
  ].join("\n");
}

export function commandHelp(path: readonly string[], command: Command, width: number): string {
  const columns = fit(width);
  const parts = [`${wrap(command.description ?? command.summary, columns, 0)}\n`];
  if (command.examples.length > 0) {
    const lines = command.examples.flatMap(({ run, does }) => [`  ${wrap(`# ${does}`, columns - 2, 4)}`, `  $ ${run}`]);
    parts.push(section("Examples", lines));
  }
  parts.push(section("Usage", [`  ${usageLine(path, command)}`]));
  if (command.positionals.length > 0) {
    parts.push(
      section(
        "Arguments",
        table(
          command.positionals.map((one): Row => [one.name, one.description]),
          columns,
        ),
      ),
    );
  }
  for (const [headline, flags] of grouped({ ...command.flags, ...globalFlags })) {
    parts.push(
      section(
        headline,
        table(
          flags.map(([name, flag]): Row => [flagWords(name, flag), flagText(flag)]),
          columns,
        ),
      ),
    );
  }
  return parts.join("\n");
}

export function usageLine(path: readonly string[], command: Command): string {
  const words = command.positionals.map(({ name, required, rest }) => {
    const word = rest === true ? `${name}...` : name;
    return required === true ? word : `[${word}]`;
  });
  const tail = command.passThrough === true ? ["[-- WORDS...]"] : [];
  return ["mortar", ...path, ...words, "[options]", ...tail].join(" ");
}

type Row = readonly [string, string];

function grouped(flags: Flags): [string, [string, Flag][]][] {
  const groups = new Map<string, [string, Flag][]>();
  for (const entry of Object.entries(flags)) {
    if (entry[1].hidden === true) continue;
    const headline = entry[1].group ?? "Options";
    groups.set(headline, [...(groups.get(headline) ?? []), entry]);
  }
  return [...groups];
}

function flagWords(name: string, flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const long = flag.kind === "switch" && flag.negatable === true ? `--[no-]${name}` : `--${name}`;
  return flag.kind === "switch" ? `${short}${long}` : `${short}${long} ${flag.placeholder}`;
}

function flagText(flag: Flag): string {
  const notes = [];
  if (flag.kind !== "switch" && flag.choices !== undefined) notes.push(`one of ${flag.choices.join(", ")}`);
  if (flag.kind === "list") notes.push("may be repeated");
  if ("default" in flag && flag.default !== undefined) notes.push(`default ${flag.default}`);
  if (flag.env !== undefined) notes.push(`env ${flag.env}`);
  return notes.length === 0 ? flag.description : `${flag.description} (${notes.join("; ")})`;
}

function section(headline: string, lines: readonly string[]): string {
  return `${headline}:\n${lines.join("\n")}\n`;
}

function table(rows: readonly Row[], width: number): string[] {
  const left = Math.min(Math.max(...rows.map(([word]) => word.length), 0) + 4, 34);
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
