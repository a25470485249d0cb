// From a spelling on the command line to the flag that is meant by it.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import type { Flag, Flags } from "./spec.ts";

export interface FoundFlag {
  readonly name: string;
  readonly flag: Flag;
  /** It was spelled `--no-NAME`. */
  readonly negated: boolean;
  /** What the person should know about this spelling: that it is an older one, or that the flag is. */
  readonly notice?: string;
}

/** The flag of `--name` or `-n`, or undefined. */
export function lookUpFlag(flags: Flags, spelled: string): FoundFlag | undefined {
  const bare = spelled.replace(/^--?/, "");
  const isLong = spelled.startsWith("--");
  for (const [name, flag] of Object.entries(flags)) {
    const names = isLong ? [name, ...(flag.aliases ?? [])] : [flag.short];
    const older = isLong && flag.formerly?.includes(bare) === true;
    const negated = flag.kind === "switch" && flag.negatable === true && spelled === `--no-${name}`;
    if (!older && !negated && !names.includes(bare)) continue;
    const notice = noticeOf(spelled, older ? `Use --${name}.` : flag.deprecated);
    return { name, flag, negated, ...(notice === undefined ? {} : { notice }) };
  }
  return undefined;
}

/** The same, and `usage` with the nearest name where there is none. `inWord` is the word that it stands in. */
export function findFlag(flags: Flags, spelled: string, inWord = spelled): FoundFlag {
  const found = lookUpFlag(flags, spelled);
  if (found !== undefined) return found;
  const suggestion = suggestionFor(flags, spelled, inWord);
  throw new MortarError("usage", `Unknown option ${spelled}${inWord === spelled ? "" : ` in ${inWord}`}`, {
    hint: suggestion === undefined ? undefined : `Did you mean ${suggestion}?`,
  });
}

/**
 * Refuses `-profile`, which is how some programs spell `--profile`: read by the letter it would be `-p rofile`, and a
 * command would run with a profile that nobody named.
 */
export function refuseSingleDash(flags: Flags, word: string): void {
  const equals = word.indexOf("=");
  const bare = word.slice(1, equals === -1 ? undefined : equals);
  if (bare.length < 2 || lookUpFlag(flags, `--${bare}`) === undefined) return;
  throw new MortarError("usage", `Unknown option -${bare}`, { hint: `Did you mean --${bare}?` });
}

function suggestionFor(flags: Flags, spelled: string, inWord: string): string | undefined {
  const bare = spelled.replace(/^--?/, "");
  const negatable = Object.entries(flags).filter(([, flag]) => flag.kind === "switch" && flag.negatable === true);
  const known = [...shownNames(flags), ...negatable.map(([name]) => `no-${name}`)];
  // A letter is near to nothing; the whole word, taken for a name, may be.
  const wrong = spelled.startsWith("--") ? bare : inWord.replace(/^-|=.*$/gs, "");
  const near = wrong.length < 2 ? undefined : nearest(wrong, known);
  return near === undefined ? undefined : `--${near}`;
}

function shownNames(flags: Flags): string[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true && flag.deprecated === undefined)
    .map(([name]) => name);
}

function noticeOf(spelled: string, instead: string | undefined): string | undefined {
  return instead === undefined ? undefined : `${spelled} is out of date. ${instead}`;
}
