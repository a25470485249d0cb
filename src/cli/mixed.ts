// Words of a line on which our flags stand among those of a wrapped program: which are ours, and which are not.
import type { Environment } from "../platform/deps.ts";
import { lookUpFlag } from "./find-flag.ts";
import { parseWords, type Parsed } from "./parse.ts";
import type { Command, Flag, Flags } from "./spec.ts";

export interface MixedWords {
  readonly words: readonly string[];
  /** How many of them stood before the command's name: there `shared` flags are understood. */
  readonly early: number;
}

/**
 * Parses the words of a `mixed` command. Ours are taken out wherever they stand, up to `--` or the first of the program's
 * own commands; all others come back as `rest`, in their order and untouched. A `--` that opens the program's words is
 * ours and is dropped, a later one is the program's. Throws as `parseWords` does, never for a word that is not ours.
 */
export function parseMixed(command: Command, shared: Flags, { words, early }: MixedWords, env: Environment): Parsed {
  const { own, rest } = tellApart(command, words.slice(early));
  const alone: Command = { ...command, passThrough: false };
  const before = parseWords({ ...alone, flags: {} }, shared, words.slice(0, early), {});
  const given = parseWords(alone, {}, own, env);
  return {
    flags: { ...before.flags, ...withoutUnset(given.flags) },
    positionals: [],
    rest,
    notices: [...before.notices, ...given.notices],
  };
}

/** The wrapped program's own command among its words; undefined where there is none, as for a prompt. */
export function programCommand(command: Command, rest: readonly string[]): string | undefined {
  const commands = command.mixed?.commands ?? [];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? "";
    if (word === "--") return undefined;
    if (!isFlagWord(word)) return commands.includes(word) ? word : undefined;
    index += valuesAfter(command.wraps?.flags ?? {}, rest, index);
  }
  return undefined;
}

function tellApart(command: Command, words: readonly string[]): { own: string[]; rest: string[] } {
  const own: string[] = [];
  const rest: string[] = [];
  let isBehindWord = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") {
      rest.push(...words.slice(rest.length === 0 ? index + 1 : index));
      break;
    }
    const ours = isFlagWord(word) ? lookUpFlag(command.flags, word.replace(/=.*$/s, "")) : undefined;
    if (ours !== undefined) {
      const end = index + 1 + (takesNext(ours.flag, word) ? 1 : 0);
      own.push(...words.slice(index, end));
      index = end - 1;
      continue;
    }
    if (isFlagWord(word)) {
      const end = index + 1 + valuesAfter(command.wraps?.flags ?? {}, words, index);
      rest.push(...words.slice(index, end));
      index = end - 1;
      continue;
    }
    if (!isBehindWord && command.mixed?.commands.includes(word) === true) {
      rest.push(...words.slice(index));
      break;
    }
    isBehindWord = true;
    rest.push(word);
  }
  return { own, rest };
}

/** How many words after the one at `index` are the values of that flag of the program; 0 for one that is not known. */
function valuesAfter(flags: Flags, words: readonly string[], index: number): number {
  const word = words[index] ?? "";
  const flag = lookUpFlag(flags, word.replace(/=.*$/s, ""))?.flag;
  if (flag === undefined || !takesNext(flag, word)) return 0;
  if (flag.kind !== "list") return 1;
  // One that takes several takes all words up to the next flag.
  const next = words.findIndex((other, place) => place > index && isFlagWord(other));
  return (next === -1 ? words.length : next) - index - 1;
}

function takesNext(flag: Flag, word: string): boolean {
  return flag.kind !== "switch" && !word.includes("=");
}

function isFlagWord(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function withoutUnset(flags: Parsed["flags"]): Parsed["flags"] {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined && value !== false));
}
