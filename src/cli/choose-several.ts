// Some of several, marked with the space bar: asked on a terminal only, and each question has a flag that answers it.
import type { Deps } from "../platform/deps.ts";
import type { Choosing } from "./choose.ts";

export interface ChoosingSeveral extends Choosing {
  /** Values that are marked at first. */
  readonly marked: readonly string[];
}

/** The chosen values, or undefined where nobody can be asked. Throws an abort on Ctrl-C and Escape. */
export async function chooseSeveral(
  { stdin, stdout, stderr }: Pick<Deps, "stdin" | "stdout" | "stderr">,
  { question, choices, marked, signal }: ChoosingSeveral,
): Promise<readonly string[] | undefined> {
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
    const initial = [...marked];
    const asked = consola.prompt(question, { type: "multiselect", options, initial, required: true, cancel: "symbol" });
    const answer: unknown = await Promise.race([asked, ended.promise]);
    // The keyboard is read key by key meanwhile, so that Ctrl-C comes as a key and not as a signal.
    if (!Array.isArray(answer)) throw new DOMException("Interrupted", "AbortError");
    return answer
      .map((one: unknown) => (typeof one === "object" && one !== null && "value" in one ? one.value : one))
      .map(String);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
