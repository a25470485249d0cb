// One of several, chosen with the arrow keys: asked on a terminal only, and each question has a flag that answers it.
import type { Deps } from "../platform/deps.ts";

export interface Choice {
  readonly value: string;
  readonly label: string;
  /** A few words that stand beside it while it is marked. */
  readonly hint?: string;
}

export interface Choosing {
  /** Ends with a question mark. */
  readonly question: string;
  readonly choices: readonly Choice[];
  readonly signal: AbortSignal;
}

/** The chosen value, or undefined where nobody can be asked. Throws an abort on Ctrl-C and Escape. */
export async function choose(
  { stdin, stdout, stderr }: Pick<Deps, "stdin" | "stdout" | "stderr">,
  { question, choices, signal }: Choosing,
): Promise<string | undefined> {
  // The list is drawn on stdout, and drawn anew with every key: a dumb terminal or a file cannot take that.
  if (!stdin.isTTY || !stdout.isTTY || stderr.status === undefined) return undefined;
  const { consola } = await import("consola");
  signal.throwIfAborted();
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => ended.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const options = choices.map(({ value, label, hint }) => ({
      value,
      label,
      ...(hint === undefined ? {} : { hint }),
    }));
    const asked = consola.prompt(question, { type: "select", options, cancel: "symbol" });
    const answer: unknown = await Promise.race([asked, ended.promise]);
    // The keyboard is read key by key meanwhile, so that Ctrl-C comes as a key and not as a signal.
    if (typeof answer !== "string") throw new DOMException("Interrupted", "AbortError");
    return answer;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
