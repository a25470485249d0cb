// A question before something is destroyed: asked on a terminal only, and answered by a flag elsewhere.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";

export interface Question {
  /** Ends with a question mark. */
  readonly question: string;
  /** What cannot go on where nobody can be asked, as in "Deleting /data needs --yes". */
  readonly unasked: string;
  /** The flag that answers it. */
  readonly flag: string;
  readonly signal: AbortSignal;
}

/** Whether the person says yes. Throws `usage` where nobody can be asked, and an abort on Ctrl-C. */
export async function confirm(deps: Pick<Deps, "stdin" | "stderr">, asked: Question): Promise<boolean> {
  const { question, unasked, flag, signal } = asked;
  if (!deps.stdin.isTTY || !deps.stderr.isTTY) {
    throw new MortarError("usage", unasked, { hint: `Give ${flag} to do it without a question.` });
  }
  deps.stderr.write(`${question} [y/N] `);
  const answer = await deps.stdin.readLine(signal);
  // The end of input (Ctrl-D) leaves the cursor behind the question.
  if (answer === undefined) deps.stderr.write("\n");
  return /^y(?:es)?$/i.test((answer ?? "").trim());
}
