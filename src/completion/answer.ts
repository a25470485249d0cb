// What a program does when it is called as `PROGRAM __complete SHELL [--OPTION VALUE]... -- WORDS`, and its scripts.
import { complete } from "./engine.ts";
import { bash } from "./shells/bash.ts";
import { fish } from "./shells/fish.ts";
import { powershell } from "./shells/powershell.ts";
import { shellNames, type Request, type Shell, type ShellName } from "./shells/shell.ts";
import { zsh } from "./shells/zsh.ts";
import type { CompletionCommand, ResolveSource } from "./table.ts";

const shells: Readonly<Record<ShellName, Shell>> = { bash, zsh, fish, powershell };

/** The shell of that name, or undefined. `pwsh` is PowerShell too. */
export function findShell(name: string): Shell | undefined {
  if (name === "pwsh") return powershell;
  return shellNames.some((known) => known === name) ? shells[name as ShellName] : undefined;
}

export interface Question {
  readonly shell: Shell;
  /** The name by which the program was called, from `--name`. */
  readonly program: string | undefined;
  /** The words after the program's name; the last one is being typed. */
  readonly words: readonly string[];
  readonly request: Request;
}

/** Reads the words after `__complete`, or gives undefined when no script of ours can have written them. */
export function readQuestion(args: readonly string[]): Question | undefined {
  const shell = findShell(args[0] ?? "");
  const end = args.indexOf("--");
  if (shell === undefined || end === -1) return undefined;
  const options = new Map<string, string>();
  for (let index = 1; index < end; index += 2)
    options.set((args[index] ?? "").replace(/^--/, ""), args[index + 1] ?? "");
  const request: Request = { options, words: args.slice(end + 1) };
  return { shell, program: options.get("name"), words: shell.words(request), request };
}

/** The text for stdout, in the form that the script of that shell reads. Never throws. */
export async function answer(root: CompletionCommand, question: Question, resolve?: ResolveSource): Promise<string> {
  const { shell, words, request } = question;
  const completion = await complete(root, words, {
    matching: shell.matching,
    ...(resolve === undefined ? {} : { resolve }),
  });
  return `${shell.render(completion, request)}\n`;
}
