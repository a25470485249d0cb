// What `mortar config show` tells of the terms on which tools are called: what a variable or a setting says, and from where.
import { settingsFile } from "../../platform/settings.ts";
import { settledTerms } from "../../tools/terms-settings.ts";
import { termsOf, type TermsWish } from "../../tools/terms.ts";
import { consentFlags, termsFlags, yesFlag } from "../tool/terms-flags.ts";
import type { Fact, FactProvider, FactRequest } from "./facts.ts";

const rows = [
  { key: "protect", label: "protected", wish: "protect", flag: termsFlags.protect },
  { key: "allow_code", label: "code all the same", wish: "allowCode", flag: termsFlags["allow-code"] },
  { key: "confirm", label: "asks before a loss", wish: "confirm", flag: consentFlags.confirm },
  { key: "max_rows", label: "most rows", wish: "maxRows", flag: termsFlags["max-rows"] },
  { key: "max_chars", label: "most characters", wish: "maxChars", flag: termsFlags["max-chars"] },
  { key: "max_wait_seconds", label: "longest wait", wish: "maxWaitSeconds", flag: termsFlags["max-wait"] },
  { key: "discovery", label: "discovery", wish: "discovery", flag: consentFlags.discovery },
] as const;

export const termsFacts: FactProvider = {
  key: "tool_terms",
  title: "What tools may do",
  collect: async ({ deps }) => {
    const settled = await settledTerms(deps);
    // A pattern that protects nothing is told here, and not when an agent starts.
    termsOf(settled);
    return rows.map((row) => factOf(row, deps, settled));
  },
};

function factOf(
  { key, label, wish, flag }: (typeof rows)[number],
  deps: FactRequest["deps"],
  settled: TermsWish,
): Fact {
  const yes = deps.env[yesFlag.yes.env];
  if (key === "confirm" && yes !== undefined && /^(?:1|true|yes|on)$/i.test(yes)) {
    return { key, label, value: "never", from: yesFlag.yes.env };
  }
  const named = deps.env[flag.env];
  const set = textOf(settled[wish]);
  const note = key === "protect" && set !== undefined ? `${set} from ${settingsFile(deps)}` : undefined;
  if (named !== undefined && named !== "") return { key, label, value: named, from: flag.env, note };
  if (set !== undefined) return { key, label, value: set, from: settingsFile(deps) };
  return { key, label, value: usual[wish] };
}

const { confirm, limits } = termsOf();

/** Where nothing is said. */
const usual: Readonly<Partial<Record<keyof TermsWish, string>>> = {
  confirm,
  maxRows: String(limits.rows),
  maxChars: String(limits.textChars),
  maxWaitSeconds: `${limits.maxWaitSeconds} s`,
  allowCode: "no",
  discovery: "no",
};

function textOf(value: TermsWish[keyof TermsWish]): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return value.length === 0 ? undefined : value.join(", ");
}
