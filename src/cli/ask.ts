// A line of text from the person, with what Enter alone stands for: asked on a terminal only.
import type { Deps } from "../platform/deps.ts";

export interface Asking {
  /** Without a colon at its end. */
  readonly question: string;
  /** What Enter alone stands for, shown in brackets. */
  readonly usual?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The line, else what is usual; undefined where nobody can be asked or nothing was said. Throws an abort on Ctrl-C, and at
 * the end of input (Ctrl-D): who ends it there wants to leave.
 */
export async function ask(deps: Pick<Deps, "stdin" | "stderr">, asking: Asking): Promise<string | undefined> {
  const { question, usual, signal } = asking;
  if (!deps.stdin.isTTY || !deps.stderr.isTTY) return undefined;
  deps.stderr.write(`${question}${usual === undefined ? "" : ` [${usual}]`}: `);
  const line = await deps.stdin.readLine(signal);
  if (line === undefined) {
    deps.stderr.write("\n");
    throw new DOMException("Interrupted", "AbortError");
  }
  const text = line.trim();
  return text === "" ? usual : text;
}
