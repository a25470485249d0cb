// From our own declarations to the table that the completion engine reads.
import { globalFlags } from "../../cli/global-flags.ts";
import {
  isGroup,
  type Command,
  type Flag,
  type Flags,
  type Group,
  type Positional,
  type ValueKind,
} from "../../cli/spec.ts";
import type {
  Candidate,
  CompletionCommand,
  CompletionFlag,
  CompletionPositional,
  CompletionValue,
} from "../../completion/table.ts";
import { mcpClientNames, mcpClientTitles } from "../../agents/mcp-client-names.ts";
import { skillCatalog } from "../../skills/catalog.ts";
import { catalog } from "../../tools/catalog.ts";
import { toolsetNames, toolsetSummaries } from "../../tools/toolset-names.ts";

/** The whole program. Sources have the names of value kinds: `profile`, `tool-argument`, and what a workspace has. */
export function completionTable(root: Group): CompletionCommand {
  const table = group(root);
  return { ...table, flags: [...table.flags, { names: ["--version", "-V"], description: "Show the version" }] };
}

/** One command as a program of its own, for a link that stands in for it. */
export function completionOf(entry: Group | Command): CompletionCommand {
  return isGroup(entry) ? group(entry) : command(entry);
}

function group(entry: Group): CompletionCommand {
  const { fallback } = entry;
  const taking = fallback === undefined ? undefined : entry.commands[fallback];
  const own = taking === undefined || isGroup(taking) ? {} : taking.flags;
  return {
    description: entry.summary,
    // Global flags may stand before the command's name; the rest of a fallback's flags is for scripts.
    flags: [...flagsOf(globalFlags), ...flagsOf(own).map((flag) => ({ ...flag, hidden: true }))],
    positionals: [],
    commands: Object.fromEntries(Object.entries(entry.commands).flatMap(([name, below]) => named(name, below))),
    ...hiddenOf(entry),
  };
}

/** A command by its name and, without being offered, by its other names. */
function named(name: string, entry: Group | Command): [string, CompletionCommand][] {
  const own = completionOf(entry);
  const others = (entry.aliases ?? []).map((alias): [string, CompletionCommand] => [alias, { ...own, hidden: true }]);
  return [[name, own], ...others];
}

function command(entry: Command): CompletionCommand {
  const { wraps, mixed } = entry;
  const own = flagsOf(mixed === undefined ? { ...entry.flags, ...globalFlags, ...entry.flags } : entry.flags);
  // Of a mixed line ours may still come among the words of the program.
  const theirs = [...flagsOf(wraps?.flags ?? {}), ...(mixed === undefined ? [] : own)];
  return {
    description: entry.summary,
    flags: own,
    positionals: entry.positionals.map(positionalOf),
    commands: {},
    ...hiddenOf(entry),
    ...(entry.passThrough === true
      ? { wraps: { flags: theirs, positionals: (wraps?.positionals ?? []).map(positionalOf) } }
      : {}),
  };
}

function flagsOf(flags: Flags): CompletionFlag[] {
  return Object.entries(flags).flatMap(([name, flag]) => {
    const own = flagOf(name, flag);
    // Older spellings are understood, and not offered.
    const older = (flag.formerly ?? []).flatMap((old) =>
      own.slice(0, 1).map((one) => ({ ...one, names: [`--${old}`], hidden: true })),
    );
    return [...own, ...older];
  });
}

function flagOf(name: string, flag: Flag): CompletionFlag[] {
  const short = flag.short === undefined ? [] : [`-${flag.short}`];
  const names = [`--${name}`, ...short, ...(flag.aliases ?? []).map((alias) => `--${alias}`)];
  const conflicts = (flag.conflicts ?? []).map((other) => `--${other}`);
  const common = { description: flag.description, conflicts, ...hiddenOf(flag) };
  if (flag.kind !== "switch") {
    const kind = flag.kind === "list" ? flag.of : flag.kind;
    const commas = flag.kind === "list" && flag.commas === true;
    return [{ ...common, names, value: valueOf(kind, flag, commas), repeatable: flag.kind === "list" }];
  }
  if (flag.negatable !== true) return [{ ...common, names }];
  const no = `--no-${name}`;
  return [
    { ...common, names, conflicts: [...conflicts, no] },
    { ...common, names: [no], description: `${flag.description} (turn off)` },
  ];
}

function positionalOf(positional: Positional): CompletionPositional {
  const { name, kind, rest } = positional;
  return { name, value: valueOf(kind, positional, false), ...(rest === true ? { rest } : {}) };
}

interface Declared {
  readonly choices?: readonly string[];
  readonly extensions?: readonly string[];
}

function valueOf(kind: ValueKind, { choices, extensions }: Declared, commas: boolean): CompletionValue {
  const known = knownValues(kind);
  if (choices !== undefined) {
    const described = choices.map((value) => known.find((candidate) => candidate.value === value) ?? { value });
    return { kind: "choices", choices: described, commas };
  }
  switch (kind) {
    case "file":
      return { kind: "files", commas, ...(extensions === undefined ? {} : { extensions }) };
    case "folder":
      return { kind: "folders", commas };
    case "tool":
    case "toolset":
    case "agent":
    case "skill":
      return { kind: "choices", choices: known, commas };
    case "profile":
    case "tool-argument":
    case "cluster":
    case "job":
    case "warehouse":
    case "run":
    case "policy":
    case "catalog":
    case "schema":
    case "table":
    case "workspace-path":
    case "model":
    case "anthropic-model":
    case "responses-model":
    case "gemini-model":
      return { kind: "source", source: kind, commas };
    default:
      return { kind: "any" };
  }
}

function knownValues(kind: ValueKind): readonly Candidate[] {
  if (kind === "tool") return catalog.map(({ name, title }) => ({ value: name, description: title }));
  if (kind === "toolset") return toolsetNames.map((name) => ({ value: name, description: toolsetSummaries[name] }));
  if (kind === "agent") return mcpClientNames.map((name) => ({ value: name, description: mcpClientTitles[name] }));
  if (kind === "skill") return skillCatalog.map(({ name, title }) => ({ value: name, description: title }));
  return [];
}

function hiddenOf(entry: { readonly hidden?: boolean; readonly deprecated?: string }): { readonly hidden?: true } {
  return entry.hidden === true || entry.deprecated !== undefined ? { hidden: true } : {};
}
