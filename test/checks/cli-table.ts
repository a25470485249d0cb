// The table of commands: complete, without contradictions, and with examples that parse.
import { globalFlags } from "../../src/cli/global-flags.ts";
import { sharedFlags } from "../../src/cli/help.ts";
import { parseMixed } from "../../src/cli/mixed.ts";
import { parseWords } from "../../src/cli/parse.ts";
import { route } from "../../src/cli/route.ts";
import { isGroup, type Command, type Flag, type Flags, type Group, type Positional } from "../../src/cli/spec.ts";
import { checkValue } from "../../src/cli/values.ts";
import { MortarError } from "../../src/platform/errors.ts";

export interface Leaf {
  readonly path: readonly string[];
  readonly command: Command;
}

const summaryLimit = 80;
const name = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const placeholder = /^[A-Z][A-Z0-9_=.-]*$/;

/** Every command with the words that lead to it, hidden ones included. */
export function leaves(group: Group, path: readonly string[] = []): Leaf[] {
  return Object.entries(group.commands).flatMap(([word, entry]) =>
    isGroup(entry) ? leaves(entry, [...path, word]) : [{ path: [...path, word], command: entry }],
  );
}

/** Everything that is wrong with the table, as sentences that name command and flag. */
export function tableFaults(root: Group): string[] {
  const all = leaves(root);
  return [
    ...flagFaults("mortar", globalFlags),
    ...groupFaults(root, root, []),
    ...all.flatMap(({ path, command }) => commandFaults(root, path, command)),
    ...environmentFaults(all),
  ];
}

function groupFaults(root: Group, group: Group, path: readonly string[]): string[] {
  const where = ["mortar", ...path].join(" ");
  const own = [...textFaults(where, "summary", group.summary), ...exampleFaults(root, undefined, { where, of: group })];
  if (Object.keys(group.commands).length === 0) own.push(`${where}: has no commands`);
  const known = new Map(Object.keys(group.commands).map((word) => [word, word]));
  for (const [word, entry] of Object.entries(group.commands)) {
    for (const [alias, other] of claim(entry.aliases ?? [], word, known))
      own.push(`${where} ${word}: ${alias} is ${other} already`);
  }
  const below = Object.entries(group.commands).flatMap(([word, entry]) => {
    const spelled = name.test(word) ? [] : [`${where}: ${word} is not lower case with dashes`];
    return isGroup(entry) ? [...spelled, ...groupFaults(root, entry, [...path, word])] : spelled;
  });
  return [...own, ...below];
}

function commandFaults(root: Group, path: readonly string[], command: Command): string[] {
  const where = ["mortar", ...path].join(" ");
  const faults = [
    ...textFaults(where, "summary", command.summary),
    ...flagFaults(where, command.flags, sharedFlags(command)),
  ];
  faults.push(...positionalFaults(where, command.positionals));
  if (command.examples.length === 0 && command.hidden !== true) faults.push(`${where}: has no example`);
  return [...faults, ...exampleFaults(root, command, { where, of: command })];
}

/** Examples run what they stand with; those of a group run any command. */
function exampleFaults(
  root: Group,
  command: Command | undefined,
  { where, of }: { readonly where: string; readonly of: Command | Group },
): string[] {
  return (of.examples ?? []).flatMap(({ run, does }) => {
    const fault = exampleFault(root, command, run);
    const parsed = fault === undefined ? [] : [`${where}: the example "${run}" ${fault}`];
    return [...textFaults(where, "example", does), ...parsed];
  });
}

/** A sentence that stands in a list: it is there, starts with a capital or a sign, and has no full stop. */
function textFaults(where: string, what: string, text: string): string[] {
  const faults: string[] = [];
  if (text.trim() === "") return [`${where}: has no ${what === "argument" ? "text" : what}`];
  if (text !== text.trim() || /\s{2}|\n/.test(text)) faults.push(`${where}: the ${what} has white space to spare`);
  if (/[.!]$/.test(text) && !text.endsWith("...")) faults.push(`${where}: the ${what} ends with a full stop`);
  // An argument's description goes on in a sentence: "Give NAME: the name of ...".
  if (/^[a-z]/.test(text) && what !== "argument") faults.push(`${where}: the ${what} starts with a small letter`);
  if (what === "summary" && text.length > summaryLimit)
    faults.push(`${where}: the summary is longer than ${summaryLimit}`);
  return faults;
}

function flagFaults(where: string, flags: Flags, shared: Flags = {}): string[] {
  const faults: string[] = [];
  const taken = new Map<string, string>();
  for (const [own, flag] of Object.entries(shared)) claim(spellings(own, flag), own, taken);
  for (const [own, flag] of Object.entries(flags)) {
    const at = `${where} --${own}`;
    if (!name.test(own)) faults.push(`${at}: is not lower case with dashes`);
    for (const [spelled, other] of claim(spellings(own, flag), own, taken)) {
      faults.push(`${at}: ${spelled} is --${other} already`);
    }
    const text = textFaults(at, "description", flag.description);
    // A description may begin with one of the values.
    const choices = flag.kind === "switch" ? [] : (flag.choices ?? []);
    const isValue = choices.some((choice) => new RegExp(`^${RegExp.escape(choice)}\\b`).test(flag.description));
    faults.push(...text.filter((fault) => !isValue || !fault.endsWith("small letter")));
    if (flag.short !== undefined && !/^[A-Za-z]$/.test(flag.short))
      faults.push(`${at}: -${flag.short} is not one letter`);
    if (flag.env !== undefined && !/^[A-Z][A-Z0-9_]*$/.test(flag.env)) faults.push(`${at}: ${flag.env} is no variable`);
    for (const other of flag.conflicts ?? []) {
      if (other === own || !Object.hasOwn({ ...shared, ...flags }, other))
        faults.push(`${at}: conflicts with --${other}, which is not there`);
    }
    faults.push(...valueFaults(at, flag));
  }
  return faults;
}

/** Every word by which a flag can be given. */
function spellings(own: string, flag: Flag): string[] {
  const words = [own, ...(flag.aliases ?? []), ...(flag.formerly ?? [])].map((one) => `--${one}`);
  if (flag.kind === "switch" && flag.negatable === true) words.push(`--no-${own}`);
  return flag.short === undefined ? words : [...words, `-${flag.short}`];
}

function claim(words: readonly string[], own: string, taken: Map<string, string>): [string, string][] {
  return words.flatMap((word): [string, string][] => {
    const other = taken.get(word);
    taken.set(word, own);
    return other === undefined ? [] : [[word, other]];
  });
}

function valueFaults(at: string, flag: Flag): string[] {
  if (flag.kind === "switch") return [];
  const faults = placeholder.test(flag.placeholder)
    ? []
    : [`${at}: the placeholder "${flag.placeholder}" is not in capitals`];
  const kind = flag.kind === "list" ? flag.of : flag.kind;
  const { minimum, maximum } = flag;
  if ((minimum !== undefined || maximum !== undefined) && kind !== "integer" && kind !== "number")
    faults.push(`${at}: has a range, and is no number`);
  if (flag.exists === true && kind !== "file" && kind !== "folder") faults.push(`${at}: is no path that could exist`);
  if (flag.choices?.length === 0) faults.push(`${at}: has no choices to choose from`);
  const byDefault = flag.kind === "list" ? undefined : flag.default;
  if (byDefault === undefined) return faults;
  try {
    checkValue(at, flag, byDefault);
  } catch {
    faults.push(`${at}: its default ${JSON.stringify(byDefault)} does not fit`);
  }
  return faults;
}

function positionalFaults(where: string, positionals: readonly Positional[]): string[] {
  return positionals.flatMap((one, index) => {
    const at = `${where} ${one.name}`;
    const faults = textFaults(at, "argument", one.description);
    if (!placeholder.test(one.name)) faults.push(`${at}: is not in capitals`);
    if (one.rest === true && index < positionals.length - 1) faults.push(`${at}: takes the rest, but is not the last`);
    if (one.required === true && positionals.slice(0, index).some(({ required }) => required !== true)) {
      faults.push(`${at}: is required, but stands behind one that is not`);
    }
    return faults;
  });
}

/** One variable means one flag, by whatever command it is taken. */
function environmentFaults(all: readonly Leaf[]): string[] {
  const owners = new Map<string, string>();
  return all.flatMap(({ path, command }) =>
    Object.entries(command.flags).flatMap(([own, flag]) => {
      if (flag.env === undefined) return [];
      const owner = owners.get(flag.env) ?? own;
      owners.set(flag.env, owner);
      return owner === own ? [] : [`mortar ${path.join(" ")} --${own}: ${flag.env} gives --${owner} elsewhere`];
    }),
  );
}

/** What is wrong with a shell line that runs this program; with `command`, it must be that one. */
export function exampleFault(root: Group, command: Command | undefined, run: string): string | undefined {
  // Of `eval "$(mortar ...)"` and of a pipe, the part that is ours.
  const inner = /\$\((mortar\b[^)]*)\)/.exec(run)?.[1];
  const words = shellWords(inner ?? run.replace(/^(?!\S*=|mortar\b).*?\|\s*(?=mortar\b)/, ""));
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  if (words[start] !== "mortar") return "does not start with mortar";
  try {
    const found = route(root, words.slice(start + 1));
    if (found.kind !== "command" || (command !== undefined && found.command !== command)) return "runs another command";
    if (found.command.mixed === undefined) parseWords(found.command, globalFlags, found.words, {});
    else parseMixed(found.command, globalFlags, found, {});
    return undefined;
  } catch (thrown) {
    if (thrown instanceof MortarError) return `does not parse: ${thrown.message}`;
    throw thrown;
  }
}

/** The words of the first command of a shell line: quotes are taken off, and a pipe or a redirection ends it. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/g)) {
    if (/^(?:\||>|<|&&|;|2>)/.test(word)) break;
    words.push(
      word.replace(
        /'([^']*)'|"((?:\\.|[^"\\])*)"/g,
        (_all, single, double) => single ?? String(double).replace(/\\(.)/g, "$1"),
      ),
    );
  }
  return words;
}
