// From the words on the command line to the command they name.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import { refuseSingleDash } from "./find-flag.ts";
import { globalFlags } from "./global-flags.ts";
import { isGroup, type Command, type Group } from "./spec.ts";

export type Route =
  | {
      readonly kind: "command";
      readonly path: readonly string[];
      readonly command: Command;
      readonly words: readonly string[];
      /** How many of the words stood before the command's name: flags that every command takes. */
      readonly early: number;
      /** What to tell the person about names that are out of date. */
      readonly notices: readonly string[];
    }
  | { readonly kind: "group"; readonly path: readonly string[]; readonly group: Group; readonly asked: boolean };

/**
 * Walks down the table. Global flags may stand before the command's name and are handed on; `--version` is the command
 * of that name, wherever it stands before one. Throws `usage` for a word that names no command, with the nearest name.
 */
export function route(root: Group, words: readonly string[]): Route {
  const path: string[] = [];
  const early: string[] = [];
  const notices: string[] = [];
  let group = root;
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? "";
    if (word.startsWith("-")) {
      if (word === "-h" || word === "--help") return { kind: "group", path, group, asked: true };
      if (isVersion(root, word)) return route(root, ["version", ...early, ...words.slice(index + 1)]);
      const fallback = fallbackFor(group, word);
      if (fallback !== undefined) {
        const { name, command } = fallback;
        const all = [...early, ...words.slice(index)];
        return { kind: "command", path: [...path, name], command, words: all, early: early.length, notices };
      }
      const taken = globalWords(word);
      early.push(...words.slice(index, index + taken));
      index += taken;
      continue;
    }
    const found = findEntry(group, word);
    // `mortar help auth login` is `mortar auth login --help`.
    if (found === undefined && word === "help") {
      const asked = [...words.slice(0, index), ...words.slice(index + 1), "--help"];
      return route(root, asked);
    }
    if (found === undefined) throw unknownCommand(root, path, word);
    const { name, entry } = found;
    path.push(name);
    index += 1;
    if (entry.deprecated !== undefined) notices.push(`${nameOf(path)} is out of date. ${entry.deprecated}`);
    if (!isGroup(entry)) {
      const all = [...early, ...words.slice(index)];
      return { kind: "command", path, command: entry, words: all, early: early.length, notices };
    }
    group = entry;
  }
  return { kind: "group", path, group, asked: false };
}

/** The entry of that name, or of that other name. */
function findEntry(group: Group, word: string): { name: string; entry: Command | Group } | undefined {
  const own = Object.hasOwn(group.commands, word) ? group.commands[word] : undefined;
  if (own !== undefined) return { name: word, entry: own };
  for (const [name, entry] of Object.entries(group.commands)) {
    if (entry.aliases?.includes(word) === true) return { name, entry };
  }
  return undefined;
}

function isVersion(root: Group, word: string): boolean {
  return (word === "--version" || word === "-V") && Object.hasOwn(root.commands, "version");
}

function fallbackFor(group: Group, word: string): { name: string; command: Command } | undefined {
  const name = group.fallback;
  const command = name === undefined ? undefined : group.commands[name];
  if (name === undefined || command === undefined || isGroup(command)) return undefined;
  const flag = word.replace(/^--|=.*$/gs, "");
  return word.startsWith("--") && Object.hasOwn(command.flags, flag) ? { name, command } : undefined;
}

/** How many words a global flag takes: 1, or 2 when its value follows. Throws `usage` for any other flag. */
function globalWords(word: string): 1 | 2 {
  const bare = word.replace(/=.*$/s, "");
  const isShort = !word.startsWith("--");
  if (isShort) refuseSingleDash(globalFlags, word);
  for (const [name, flag] of Object.entries(globalFlags)) {
    const isNamed = isShort ? "short" in flag && word[1] === flag.short : bare === `--${name}`;
    if (!isNamed) continue;
    const isAlone = bare === word && (!isShort || word.length === 2);
    if (isAlone) return flag.kind === "switch" ? 1 : 2;
    // `-pNAME`, and `-qp NAME`: what follows a switch in the same word is another flag.
    return isShort && flag.kind === "switch" ? globalWords(`-${word.slice(2)}`) : 1;
  }
  const suggestion = nearest(bare.replace(/^-+/, ""), [...Object.keys(globalFlags), "version"]);
  throw new MortarError("usage", `Unknown option ${bare}`, {
    hint: suggestion === undefined ? "Options of a command stand after its name." : `Did you mean --${suggestion}?`,
  });
}

function unknownCommand(root: Group, path: readonly string[], word: string): MortarError {
  const whole = nameOf(path);
  const likely = likelyCommands(root, path, word).map((names) => nameOf(names));
  return new MortarError("usage", `${whole}: unknown command ${JSON.stringify(word)}`, {
    hint: likely.length === 0 ? `${membersOf(root, path)}See ${whole} --help.` : `Did you mean ${likely.join(" or ")}?`,
  });
}

/** The commands of a group in a sentence; the whole program has too many for one. */
function membersOf(root: Group, path: readonly string[]): string {
  const names = namedEntries(root, [])
    .filter((one) => one.length === path.length + 1 && path.every((part, index) => one[index] === part))
    .map((one) => one.at(-1) ?? "");
  return path.length === 0 || names.length === 0 ? "" : `It has ${names.join(", ")}. `;
}

/** What may have been meant: the nearest name here, else commands of exactly that name elsewhere. */
function likelyCommands(root: Group, path: readonly string[], word: string): (readonly string[])[] {
  const all = namedEntries(root, []);
  const here = all.filter(
    (names) => names.length === path.length + 1 && path.every((part, index) => names[index] === part),
  );
  const near = nearest(
    word,
    here.map((names) => names.at(-1) ?? ""),
  );
  if (near !== undefined) return [[...path, near]];
  return all.filter((names) => names.at(-1) === word).slice(0, 3);
}

/** Every command and group that help shows, as the words that lead to it. */
function namedEntries(group: Group, path: readonly string[]): (readonly string[])[] {
  return Object.entries(group.commands).flatMap(([name, entry]) => {
    if (entry.hidden === true || entry.deprecated !== undefined) return [];
    const own = [...path, name];
    return isGroup(entry) ? [own, ...namedEntries(entry, own)] : [own];
  });
}

function nameOf(path: readonly string[]): string {
  return ["mortar", ...path].join(" ");
}
