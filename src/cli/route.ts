// From the words on the command line to the command they name.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import { globalFlags } from "./global-flags.ts";
import { isGroup, type Command, type Group } from "./spec.ts";

export type Route =
  | {
      readonly kind: "command";
      readonly path: readonly string[];
      readonly command: Command;
      readonly words: readonly string[];
    }
  | { readonly kind: "group"; readonly path: readonly string[]; readonly group: Group; readonly asked: boolean };

/**
 * Walks down the table. Global flags may stand before the command's name and are handed on. Throws `usage` for a word
 * that names no command, with the nearest name.
 */
export function route(root: Group, words: readonly string[]): Route {
  const path: string[] = [];
  const early: string[] = [];
  let group = root;
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    if (word.startsWith("-")) {
      if (word === "-h" || word === "--help") return { kind: "group", path, group, asked: true };
      const fallback = fallbackFor(group, word);
      if (fallback !== undefined) {
        const { name, command } = fallback;
        return { kind: "command", path: [...path, name], command, words: [...early, ...words.slice(index)] };
      }
      const taken = globalWords(word);
      early.push(...words.slice(index, index + taken));
      index += taken;
      continue;
    }
    const entry = Object.hasOwn(group.commands, word) ? group.commands[word] : undefined;
    // `mortar help auth login` is `mortar auth login --help`.
    if (entry === undefined && word === "help") {
      const asked = [...words.slice(0, index), ...words.slice(index + 1), "--help"];
      return route(root, asked);
    }
    if (entry === undefined) throw unknownCommand(path, group, word);
    path.push(word);
    index += 1;
    if (!isGroup(entry)) return { kind: "command", path, command: entry, words: [...early, ...words.slice(index)] };
    group = entry;
  }
  return { kind: "group", path, group, asked: false };
}

/** How many words a global flag takes: 1, or 2 when its value follows. Throws `usage` for any other flag. */
function fallbackFor(group: Group, word: string): { name: string; command: Command } | undefined {
  const name = group.fallback;
  const command = name === undefined ? undefined : group.commands[name];
  if (name === undefined || command === undefined || isGroup(command)) return undefined;
  const flag = word.replace(/^--|=.*$/gs, "");
  return word.startsWith("--") && Object.hasOwn(command.flags, flag) ? { name, command } : undefined;
}

function globalWords(word: string): 1 | 2 {
  const bare = word.replace(/=.*$/s, "");
  const isShort = !word.startsWith("--");
  for (const [name, flag] of Object.entries(globalFlags)) {
    const isNamed = isShort ? "short" in flag && word[1] === flag.short : bare === `--${name}`;
    if (!isNamed) continue;
    const isAlone = bare === word && (!isShort || word.length === 2);
    if (isAlone) return flag.kind === "switch" ? 1 : 2;
    // `-pNAME`, and `-qp NAME`: what follows a switch in the same word is another flag.
    return isShort && flag.kind === "switch" ? globalWords(`-${word.slice(2)}`) : 1;
  }
  const suggestion = nearest(bare.replace(/^-+/, ""), Object.keys(globalFlags));
  throw new MortarError("usage", `Unknown option ${bare}`, {
    hint: suggestion === undefined ? "Options of a command stand after its name." : `Did you mean --${suggestion}?`,
  });
}

function unknownCommand(path: readonly string[], group: Group, word: string): MortarError {
  const visible = Object.entries(group.commands).filter(([, entry]) => entry.hidden !== true);
  const suggestion = nearest(
    word,
    visible.map(([name]) => name),
  );
  const whole = ["mortar", ...path].join(" ");
  return new MortarError("usage", `${whole}: unknown command ${JSON.stringify(word)}`, {
    hint: suggestion === undefined ? `See ${whole} --help.` : `Did you mean ${whole} ${suggestion}?`,
  });
}
