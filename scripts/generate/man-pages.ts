// Manual pages from the table of commands, in the man(7) macros that every troff knows.
import {
  commandName,
  flagGroups,
  flagText,
  flagWords,
  positionalText,
  shownEntries,
  usageLine,
} from "../../src/cli/help.ts";
import { isGroup, type Command, type Example, type Group } from "../../src/cli/spec.ts";
import { flagVariables } from "./cli-markdown.ts";
import { pages, type Page } from "./commands.ts";
import { conventions, exitCodes, files, variables, variablesNote, type Fact } from "./facts.ts";

/** The pages by file name, as in `mortar-auth-login.1`. */
export function manPages(root: Group): Map<string, string> {
  return new Map(pages(root).map((page) => [`${pageName(page.path)}.1`, `${lines(root, page).join("\n")}\n`]));
}

function lines(root: Group, { path, entry }: Page): string[] {
  const name = pageName(path);
  const body = isGroup(entry) ? groupBody(path, entry) : commandBody(path, entry);
  return [
    `.\\" Made from the declarations in src/commands by scripts/generate.ts.`,
    `.TH ${name.toUpperCase().replaceAll("-", "\\-")} 1 "" "mortar" "Mortar Manual"`,
    ".SH NAME",
    filled(`${name} - ${lowered(entry.summary)}`),
    ...body,
    ...(path.length === 0 ? rootBody(root) : []),
    ...seeAlso(root, path),
  ];
}

function commandBody(path: readonly string[], command: Command): string[] {
  const takes = command.positionals.flatMap((one) => item(bold(one.name), positionalText(one)));
  const flags = flagGroups(command).flatMap(([headline, group]) => [
    ...(headline === "Options" ? [] : [`.SS ${quoted(headline)}`]),
    ...group.flatMap(([name, flag]) => item(bold(flagWords(name, flag).trim()), flagText(flag))),
  ]);
  return [
    ".SH SYNOPSIS",
    bold(usageLine(path, command)),
    ".SH DESCRIPTION",
    sentence(command.description ?? command.summary),
    ...exampleLines(command.examples),
    ...(takes.length === 0 ? [] : [".SH ARGUMENTS", ...takes]),
    ".SH OPTIONS",
    ...flags,
  ];
}

function groupBody(path: readonly string[], group: Group): string[] {
  return [
    ".SH SYNOPSIS",
    bold(`${commandName(path)} COMMAND [options]`),
    ".SH DESCRIPTION",
    sentence(group.description ?? group.summary),
    ...exampleLines(group.examples ?? []),
    ".SH COMMANDS",
    ...shownEntries(group).flatMap(([word, entry]) =>
      item(`${bold(pageName([...path, word]))}(1)`, sentence(entry.summary)),
    ),
  ];
}

function rootBody(root: Group): string[] {
  const facts = (list: readonly Fact[]): string[] => list.flatMap(({ name, text }) => item(bold(name), text));
  return [
    ".SH CONVENTIONS",
    ...conventions.flatMap((line, index) => [...(index === 0 ? [] : [".PP"]), filled(line)]),
    ".SH EXIT STATUS",
    ...facts(exitCodes),
    ".SH ENVIRONMENT",
    ...facts([...variables, ...flagVariables(root)]),
    ".PP",
    filled(variablesNote),
    ".SH FILES",
    ...facts(files),
  ];
}

/** The page above, and those beside. */
function seeAlso(root: Group, path: readonly string[]): string[] {
  if (path.length === 0) return [];
  const above = path.slice(0, -1);
  const beside = pages(root).filter(
    (page) =>
      page.path.length === path.length &&
      page.path.at(-1) !== path.at(-1) &&
      page.path.slice(0, -1).join(" ") === above.join(" "),
  );
  const names = [
    ...new Set(["mortar", pageName(above), ...(path.length === 1 ? [] : beside.map((one) => pageName(one.path)))]),
  ];
  return [".SH SEE ALSO", names.map((name) => `${bold(name)}(1)`).join(",\n")];
}

function exampleLines(examples: readonly Example[]): string[] {
  if (examples.length === 0) return [];
  const blocks = examples.flatMap(({ run, does }, index) => [
    ...(index === 0 ? [] : [".PP"]),
    filled(`${does}:`),
    ".PP",
    ".nf",
    ".RS 4",
    roff(run),
    ".RE",
    ".fi",
  ]);
  return [".SH EXAMPLES", ...blocks];
}

/** `MCP` and the like keep their capitals. */
function lowered(text: string): string {
  return /^[A-Z](?![A-Z])/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

function item(term: string, text: string): string[] {
  return [".TP", term, sentence(text)];
}

function pageName(path: readonly string[]): string {
  return ["mortar", ...path].join("-");
}

function sentence(text: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return filled(whole.charAt(0).toUpperCase() + whole.slice(1));
}

/** Text that troff fills, in lines of source that stay short. */
function filled(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").map(roff)) {
    if (line !== "" && line.length + 1 + word.length > lineLength) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

// mandoc's lint complains from 80 on.
const lineLength = 78;

function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`;
}

/** Text that troff takes as it stands: backslashes and dashes are escaped, and no line begins with a control sign. */
function roff(text: string): string {
  const escaped = text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti").replaceAll("^", "\\(ha");
  return escaped.replace(/^(?=[.'])/, "\\&");
}

function quoted(text: string): string {
  return `"${roff(text)}"`;
}
