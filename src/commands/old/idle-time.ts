// `--idle-timeout` as each of the older programs read it. What none of them understood means half an hour.
import { checkValue } from "../../cli/values.ts";
import type { OldAgent } from "./agent-program.ts";

export const usualIdleMs = 30 * 60_000;

/** Milliseconds; 0 for never. `understood` is false where the usual time stands in for what was given. */
export function idleTime(
  agent: OldAgent,
  text: string | undefined,
): { readonly ms: number; readonly understood: boolean } {
  if (text === undefined || text === "") return { ms: usualIdleMs, understood: true };
  if (/^0+$/.test(text)) return { ms: 0, understood: true };
  if (/^\d+$/.test(text)) {
    // Minutes, for one of them alone.
    return agent === "opencode"
      ? { ms: Number(text) * 60_000, understood: true }
      : { ms: usualIdleMs, understood: false };
  }
  try {
    const declared = { kind: "duration", placeholder: "TIME", description: "" } as const;
    return { ms: Number(checkValue("--idle-timeout", declared, text)), understood: true };
  } catch {
    return { ms: usualIdleMs, understood: false };
  }
}
