// Small wording that the auth commands share.
import type { CommandContext } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";

/** The profile or host of a command that takes `[PROFILE]`, `--profile` and `--host`. Throws `usage` for two of them. */
export function targetOf(
  context: Pick<CommandContext, "positionals" | "profile">,
  host: string | undefined,
): {
  profile: string | undefined;
  host: string | undefined;
} {
  const [word] = context.positionals;
  if (word === undefined) return { profile: context.profile, host };
  if (context.profile !== undefined && context.profile !== word) {
    throw new MortarError("usage", `${word} and --profile ${context.profile} contradict each other`, {
      hint: "Give one of the two.",
    });
  }
  if (!/^https?:\/\//i.test(word)) return { profile: word, host };
  return { profile: context.profile, host: word };
}

/** `in 52 min` or `3 h ago`. */
export function relative(ms: number, nowMs: number): string {
  const minutes = Math.round(Math.abs(ms - nowMs) / 60_000);
  const amount = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return ms >= nowMs ? `in ${amount}` : `${amount} ago`;
}

export const storageWords = {
  keyring: "the system's keyring",
  file: "a private file",
  none: "nowhere (no refresh token)",
} as const;

/** RFC 3339 in UTC, or undefined; also for a time that no calendar has. */
export function isoOf(ms: number | undefined): string | undefined {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
