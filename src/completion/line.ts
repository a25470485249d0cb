// Reads a half-typed command line: which command it names, what is given already, and what the last word is.
import type { CompletionCommand, CompletionFlag, CompletionPositional } from "./table.ts";

/** Where the cursor stands. */
export type Spot =
  /** In a word of its own. */
  | { readonly kind: "word" }
  /** In the value of a flag; `before` is what stands in the same word before it: `--flag=`, or nothing. */
  | { readonly kind: "value"; readonly flag: CompletionFlag; readonly typed: string; readonly before: string }
  /** Behind `--`, where nothing is known. */
  | { readonly kind: "beyond" };

export interface Line {
  /** The command whose words these are; undefined for those of a program that it wraps. */
  readonly command: CompletionCommand | undefined;
  /** What may stand at the cursor. */
  readonly flags: readonly CompletionFlag[];
  readonly declared: readonly CompletionPositional[];
  /** Flags that are on the line, with their values; a switch has none. */
  readonly used: ReadonlyMap<CompletionFlag, readonly string[]>;
  readonly positionals: readonly string[];
  readonly typed: string;
  readonly spot: Spot;
}

/**
 * `words` are those after the program's name; the last one is being typed and may be empty. Never throws: a word that
 * it does not know counts as a positional, a flag that it does not know as a switch.
 */
export function readLine(root: CompletionCommand, words: readonly string[]): Line {
  const typed = words.at(-1) ?? "";
  const state = walk(root, words.slice(0, -1));
  const { command, used, positionals, wrapped } = state;
  // The word at the cursor may still be ours, or be the first of the wrapped program.
  const both = wrapped === undefined ? command.wraps : undefined;
  const own = wrapped ?? command;
  return {
    command: wrapped === undefined ? command : undefined,
    // A flag may be of both: ours may come among the words of the program.
    flags: [...new Set([...own.flags, ...(both?.flags ?? [])])],
    declared: [...own.positionals, ...(both?.positionals ?? [])],
    used,
    positionals,
    typed,
    spot: spotOf(state, typed),
  };
}

interface Walk {
  command: CompletionCommand;
  /** Set once the words are those of the program that the command wraps. */
  wrapped: CompletionCommand["wraps"];
  readonly used: Map<CompletionFlag, readonly string[]>;
  positionals: string[];
  /** A flag that still waits for its value. */
  pending: CompletionFlag | undefined;
  /** Nothing more is known: `--` of a command that wraps no program. */
  ended: boolean;
}

function walk(root: CompletionCommand, words: readonly string[]): Walk {
  const state: Walk = {
    command: root,
    wrapped: undefined,
    used: new Map(),
    positionals: [],
    pending: undefined,
    ended: false,
  };
  for (const word of words) step(state, word);
  return state;
}

function step(state: Walk, word: string): void {
  if (state.ended) return;
  if (state.pending !== undefined) {
    note(state, state.pending, word);
    state.pending = undefined;
    return;
  }
  if (word === "--") return cross(state);
  const below = subcommand(state, word);
  if (below !== undefined) return enter(state, below);
  if (isForeign(state, word)) cross(state);
  const read = readFlag(state, word);
  if (read === undefined) {
    state.positionals.push(word);
    return;
  }
  for (const { flag, value } of read.given) note(state, flag, value);
  state.pending = read.pending;
}

/** From here on the words are not the command's. */
function cross(state: Walk): void {
  // The wrapped program may have a `--` too, and what stands behind that is not known.
  state.ended = state.wrapped !== undefined || state.command.wraps === undefined;
  state.wrapped = state.command.wraps;
  state.positionals = [];
}

/** The first word that a wrapping command does not know belongs to the wrapped program, and so does all behind it. */
function isForeign(state: Walk, word: string): boolean {
  const { command, wrapped, positionals } = state;
  if (command.wraps === undefined || wrapped !== undefined) return false;
  const read = readFlag(state, word);
  if (read !== undefined) return read.given.length === 0 && read.pending === undefined;
  return positionals.length >= command.positionals.length && command.positionals.at(-1)?.rest !== true;
}

function subcommand({ command, wrapped, positionals }: Walk, word: string): CompletionCommand | undefined {
  if (wrapped !== undefined || positionals.length > 0 || !Object.hasOwn(command.commands, word)) return undefined;
  return command.commands[word];
}

/** A flag given before the subcommand's name counts for the same flag of the subcommand. */
function enter(state: Walk, below: CompletionCommand): void {
  const earlier = [...state.used];
  state.used.clear();
  for (const [flag, values] of earlier) {
    const same = below.flags.find(({ names }) => names[0] === flag.names[0]);
    if (same !== undefined) state.used.set(same, values);
  }
  state.command = below;
}

interface Read {
  readonly given: readonly { readonly flag: CompletionFlag; readonly value: string | undefined }[];
  readonly pending: CompletionFlag | undefined;
}

/** The flags that a whole word gives, or undefined for a word that is none. */
function readFlag(state: Walk, word: string): Read | undefined {
  if (!word.startsWith("-") || word === "-") return undefined;
  const attached = attachedValue(state, word);
  if (attached !== undefined) {
    return { given: [...attached.switches, { flag: attached.flag, value: attached.typed }], pending: undefined };
  }
  const flag = findFlag(state, word);
  if (flag !== undefined) {
    return flag.value === undefined
      ? { given: [{ flag, value: undefined }], pending: undefined }
      : { given: [], pending: flag };
  }
  if (/^-\d/.test(word)) return undefined;
  const { switches, last } = readCluster(state, word);
  return { given: switches, pending: last };
}

interface Attached {
  /** Switches of one letter that stand before it: `-v` in `-vpdev`. */
  readonly switches: Read["given"];
  readonly flag: CompletionFlag;
  readonly before: string;
  readonly typed: string;
}

/** A value in the same word as its flag: `--flag=value`, `-f=value`, `-fvalue`. */
function attachedValue(state: Walk, word: string): Attached | undefined {
  const equals = word.indexOf("=");
  const flag = equals === -1 ? undefined : findFlag(state, word.slice(0, equals));
  if (flag?.value !== undefined) {
    return { switches: [], flag, before: word.slice(0, equals + 1), typed: word.slice(equals + 1) };
  }
  if (word.startsWith("--") || findFlag(state, word) !== undefined) return undefined;
  const { switches, last, end } = readCluster(state, word);
  if (last === undefined || end === word.length) return undefined;
  const start = word[end] === "=" ? end + 1 : end;
  return { switches, flag: last, before: word.slice(0, start), typed: word.slice(start) };
}

/** `-vq`, `-vp`: the switches, the flag behind them that takes a value, and where the word goes on after it. */
function readCluster(
  state: Walk,
  word: string,
): { switches: Read["given"]; last: CompletionFlag | undefined; end: number } {
  const switches: { flag: CompletionFlag; value: undefined }[] = [];
  for (let index = 1; index < word.length && !word.startsWith("--"); index++) {
    const flag = findFlag(state, `-${word[index]}`);
    if (flag === undefined) break;
    if (flag.value !== undefined) return { switches, last: flag, end: index + 1 };
    switches.push({ flag, value: undefined });
  }
  return { switches, last: undefined, end: word.length };
}

function findFlag({ command, wrapped }: Walk, name: string): CompletionFlag | undefined {
  return (wrapped ?? command).flags.find(({ names }) => names.includes(name));
}

function note(state: Walk, flag: CompletionFlag, value: string | undefined): void {
  const before = state.used.get(flag) ?? [];
  state.used.set(flag, value === undefined ? before : [...before, value]);
}

function spotOf(state: Walk, typed: string): Spot {
  if (state.ended) return { kind: "beyond" };
  if (state.pending !== undefined) return { kind: "value", flag: state.pending, typed, before: "" };
  const { command, wrapped } = state;
  const attached = wordValue(state, typed) ?? wordValue({ ...state, wrapped: wrapped ?? command.wraps }, typed);
  return attached ?? { kind: "word" };
}

function wordValue(state: Walk, typed: string): Spot | undefined {
  const attached = typed.startsWith("-") ? attachedValue(state, typed) : undefined;
  if (attached === undefined) return undefined;
  return { kind: "value", flag: attached.flag, typed: attached.typed, before: attached.before };
}
