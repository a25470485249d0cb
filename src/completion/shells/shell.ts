// What a shell's part of completion is: a small script to install, and the form in which it wants its answers.
import type { Candidate, Completion } from "../table.ts";

/** What the script handed over: its own options, and the words as this shell sees them. */
export interface Request {
  readonly options: ReadonlyMap<string, string>;
  readonly words: readonly string[];
}

export interface Shell {
  readonly name: ShellName;
  /** The name under which the shell finds the script in a folder of completions. */
  readonly fileName: (program: string) => string;
  /** The script for the program of this name. It hands the words over as arguments and never evaluates them. */
  readonly script: (program: string) => string;
  /** The words after the program's name as the program would get them; the last one is being typed. */
  readonly words: (request: Request) => readonly string[];
  /** Whether the shell wants only what begins with the typed word, or matches by itself. */
  readonly matching: "prefix" | "all";
  /** The answer as the script reads it: a first line that directs it, then lines that it puts before the shell. */
  readonly render: (completion: Completion, request: Request) => string;
}

export const shellNames = ["bash", "zsh", "fish", "powershell"] as const;
export type ShellName = (typeof shellNames)[number];

/** The second line of every script: by it we know our own file again. */
export function marker(shell: ShellName, program: string): string {
  return `# ${program} completion for ${shell}. Made by \`${program} completion\`, which replaces this file: changes are lost.`;
}

/** Whether the text is a script made here, for whatever program and version. */
export function isOwnScript(text: string): boolean {
  const lines = text.replaceAll("\r\n", "\n").split("\n", 3);
  return lines.some((line) => /^# (\S+) completion for \w+\. Made by `\1 completion`, which replaces/.test(line));
}

/** Text that cannot break a line-based answer or draw on the terminal: control characters become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}

/** What stands beside a candidate, where there is something to say. */
export function descriptionOf({ description }: Candidate): string | undefined {
  const text = oneLine(description ?? "");
  return text === "" ? undefined : text;
}

/** The program's name as part of a function's name. */
export function identifier(program: string): string {
  return program.replaceAll(/[^A-Za-z0-9]/g, "_");
}
