// The older programs' way with words, for our strict parser: switches with a value, and options that nobody knows.
import { lookUpFlag } from "../../cli/find-flag.ts";
import type { Flags } from "../../cli/spec.ts";

/** `--verbose=false` leaves the switch out, any other value sets it. Only up to `--`. */
export function plainSwitches(flags: Flags, words: readonly string[]): string[] {
  const end = endOf(words);
  const plain = words.slice(0, end).flatMap((word) => {
    const match = /^(--[^=]+)=(.*)$/s.exec(word);
    const spelled = match?.[1] ?? "";
    if (match === null || lookUpFlag(flags, spelled)?.flag.kind !== "switch") return [word];
    return /^(?:false|0|no)$/i.test(match[2] ?? "") ? [] : [spelled];
  });
  return [...plain, ...words.slice(end)];
}

export interface KnownWords {
  readonly words: readonly string[];
  readonly positionals: readonly string[];
  /** Options that are not known here; they had no effect in the older programs either. */
  readonly unknown: readonly string[];
}

/** Tells a command's words apart: known flags with their values, words without a dash, and what is not known. */
export function knownWords(flags: Flags, given: readonly string[]): KnownWords {
  const all = plainSwitches(flags, given);
  const words: string[] = [];
  const positionals: string[] = [];
  const unknown: string[] = [];
  for (let index = 0; index < all.length; index++) {
    const word = all[index] ?? "";
    if (word === "--") break;
    if (!word.startsWith("-") || word === "-") {
      positionals.push(word);
      continue;
    }
    const flag = lookUpFlag(flags, word.replace(/=.*$/s, ""))?.flag;
    if (flag === undefined) {
      unknown.push(word);
      continue;
    }
    words.push(word);
    if (flag.kind !== "switch" && !word.includes("=") && index + 1 < all.length) words.push(all[++index] ?? "");
  }
  return { words, positionals, unknown };
}

function endOf(words: readonly string[]): number {
  const end = words.indexOf("--");
  return end === -1 ? words.length : end;
}
