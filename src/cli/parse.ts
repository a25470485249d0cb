// Strict parsing of command words against a declaration. citty's own parser loses repeated flags and passes unknown
// ones, so it is not used.
import { MortarError } from "../platform/errors.ts";
import type { Environment } from "../platform/deps.ts";
import { findFlag, lookUpFlag, refuseSingleDash } from "./find-flag.ts";
import { checkValue } from "./values.ts";
import type { Command, Flag, Flags, Positional } from "./spec.ts";

export interface Parsed {
  readonly flags: Readonly<Record<string, boolean | string | number | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  readonly rest: readonly string[];
  /** What to tell the person about words that are out of date. */
  readonly notices: readonly string[];
}

/** What the words gave: the values of each flag by its name, and what is to be said about spellings. */
interface Given {
  readonly flags: Flags;
  readonly values: Map<string, string[]>;
  readonly notices: Set<string>;
}

/**
 * Parses `words` by the command's flags and `shared` ones. Throws `usage` with a hint for an unknown flag, a missing or
 * malformed value, a missing or surplus positional, and flags that exclude each other.
 */
export function parseWords(command: Command, shared: Flags, words: readonly string[], env: Environment): Parsed {
  const flags: Flags = { ...shared, ...command.flags };
  const given: Given = { flags, values: new Map(), notices: new Set() };
  const positionals: string[] = [];
  let rest: readonly string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") {
      rest = words.slice(index + 1);
      break;
    }
    const isPositional = !word.startsWith("-") || word === "-" || /^-\d+(\.\d+)?$/.test(word);
    if (command.passThrough === true && isForeign(word, isPositional, { command, flags, count: positionals.length })) {
      rest = words.slice(index);
      break;
    }
    if (isPositional) positionals.push(word);
    else index += readFlag(given, word, words[index + 1]);
  }
  if (command.passThrough !== true && rest.length > 0) {
    positionals.push(...rest);
    rest = [];
  }
  // Whoever asks for help gets it, whatever else is missing or wrong.
  const helped = given.values.get("help")?.[0] === "true";
  if (!helped) {
    checkPositionals(command.positionals, positionals);
    checkConflicts(flags, given.values);
  }
  const values = resolveValues(flags, given.values, helped ? {} : env);
  return { flags: values, positionals, rest, notices: [...given.notices] };
}

/** Whether a word is the first of those that belong to the wrapped program: they and all that follow are not ours. */
function isForeign(
  word: string,
  isPositional: boolean,
  known: { readonly command: Command; readonly flags: Flags; readonly count: number },
): boolean {
  const { positionals } = known.command;
  if (isPositional) return known.count >= positionals.length && positionals.at(-1)?.rest !== true;
  const spelled = word.startsWith("--") ? word.replace(/=.*$/s, "") : word.slice(0, 2);
  return lookUpFlag(known.flags, spelled) === undefined;
}

/** Reads one flag word into `given`; returns how many further words it took (0 or 1). */
function readFlag(given: Given, word: string, next: string | undefined): 0 | 1 {
  if (!word.startsWith("--") && word.length > 2) return readCluster(given, word, next);
  const equals = word.indexOf("=");
  const spelled = equals === -1 ? word : word.slice(0, equals);
  const attached = equals === -1 ? undefined : word.slice(equals + 1);
  const { name, flag, negated, notice } = findFlag(given.flags, spelled);
  if (notice !== undefined) given.notices.add(notice);
  if (flag.kind === "switch") {
    if (attached === undefined) return add(given, name, negated ? "false" : "true");
    if (!/^(true|false)$/.test(attached) || negated) {
      throw usage(`${spelled} takes no value`, `Write ${spelled} alone.`);
    }
    return add(given, name, attached);
  }
  if (attached !== undefined) return add(given, name, attached);
  if (next === undefined || (next.startsWith("-") && next !== "-" && !/^-\d/.test(next))) {
    throw usage(
      `${spelled} needs a value`,
      `Write ${spelled} ${flag.placeholder}, or ${spelled}=VALUE when it begins with a dash.`,
    );
  }
  add(given, name, next);
  return 1;
}

/** `-vq` is `-v -q`; `-pNAME` is `-p NAME`. */
function readCluster(given: Given, word: string, next: string | undefined): 0 | 1 {
  refuseSingleDash(given.flags, word);
  for (let index = 1; index < word.length; index++) {
    const letter = `-${word[index]}`;
    const { name, flag } = findFlag(given.flags, letter, word);
    if (flag.kind === "switch") {
      add(given, name, "true");
      continue;
    }
    const tail = word.slice(index + 1);
    if (tail !== "") return add(given, name, tail.startsWith("=") ? tail.slice(1) : tail);
    return readFlag(given, letter, next);
  }
  return 0;
}

function add(given: Given, name: string, value: string): 0 {
  const flag = given.flags[name];
  if (flag === undefined) return 0;
  const values =
    flag.kind === "list" && flag.commas === true ? value.split(",").filter((part) => part !== "") : [value];
  for (const one of values) if (flag.kind !== "switch") checkValue(`--${name}`, flag, one);
  given.values.set(name, flag.kind === "list" ? [...(given.values.get(name) ?? []), ...values] : values);
  return 0;
}

function checkPositionals(declared: readonly Positional[], given: readonly string[]): void {
  const missing = declared[given.length];
  if (missing?.required === true)
    throw usage(`${missing.name} is missing`, `Give ${missing.name}: ${missing.description}.`);
  const last = declared.at(-1);
  if (given.length > declared.length && last?.rest !== true) {
    throw usage(`Unexpected argument ${JSON.stringify(given[declared.length])}`);
  }
  given.forEach((value, index) => {
    const positional = declared[index] ?? last;
    if (positional !== undefined) checkValue(positional.name, positional, value);
  });
}

function checkConflicts(flags: Flags, given: ReadonlyMap<string, readonly string[]>): void {
  for (const name of given.keys()) {
    const other = flags[name]?.conflicts?.find((conflict) => given.has(conflict));
    if (other !== undefined) throw usage(`--${name} and --${other} exclude each other`, "Give one of the two.");
  }
}

function resolveValues(flags: Flags, given: ReadonlyMap<string, readonly string[]>, env: Environment): Parsed["flags"] {
  const values: Record<string, boolean | string | number | readonly string[] | undefined> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const words = given.get(name) ?? fromEnvironment(name, flag, env);
    if (flag.kind === "switch") values[name] = words?.[0] === "true";
    else if (flag.kind === "list") values[name] = words ?? [];
    else values[name] = typed(name, flag, words?.[0] ?? flag.default);
  }
  return values;
}

function fromEnvironment(name: string, flag: Flag, env: Environment): readonly string[] | undefined {
  const value = flag.env === undefined ? undefined : env[flag.env];
  if (value === undefined || value === "") return undefined;
  if (flag.kind === "switch") return [switchOf(name, flag, value)];
  const values = flag.kind === "list" ? value.split(",").filter((part) => part !== "") : [value];
  for (const one of values) checkValue(`${flag.env} (for --${name})`, flag, one);
  return values;
}

/** A switch in the environment. What is neither yes nor no must not pass for one of the two. */
function switchOf(name: string, flag: Flag, value: string): "true" | "false" {
  if (/^(1|true|yes|on)$/i.test(value)) return "true";
  if (/^(0|false|no|off)$/i.test(value)) return "false";
  throw usage(
    `${flag.env} (for --${name}): ${JSON.stringify(value)} is neither true nor false`,
    `Set ${flag.env} to 1 or 0.`,
  );
}

function typed(name: string, flag: Flag, word: string | undefined): string | number | undefined {
  if (word === undefined || flag.kind === "switch" || flag.kind === "list") return word;
  return checkValue(`--${name}`, flag, word);
}

function usage(message: string, hint?: string): MortarError {
  return new MortarError("usage", message, { hint });
}
