// What a prompt is: a job that people often ask for, told to the model step by step, with what it is about put beside it.
import type { SourceName } from "../completion/source.ts";

export interface PromptArgument {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly required?: boolean;
  /** What completes it. */
  readonly source?: SourceName;
}

export interface PromptTools {
  /** The name under which a tool is listed. */
  name(tool: string): string;
  /** `text` where the tool is on, else nothing. */
  where(tool: string, text: string): string;
}

export interface PromptDeclaration {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** Tools without which it cannot be done: it is offered where all of them are on. */
  readonly needs: readonly string[];
  /** Addresses of what it is about: their content comes with the prompt. */
  attach?(given: Given): readonly string[];
  text(given: Given, tools: PromptTools): string;
}

/** Arguments by name; those that are not given are absent. */
export type Given = Readonly<Record<string, string>>;

/** Text of somebody else between fences that it cannot close. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.trim()}\n${fence}`;
}

/** The steps that are there, one a line, numbered. */
export function numbered(steps: readonly string[]): string {
  return steps
    .filter((step) => step !== "")
    .map((step, at) => `${at + 1}. ${step}`)
    .join("\n");
}
