// On what terms tools are called: who is asked before something is lost, what is protected, how much a call may take.
import { MortarError } from "../platform/errors.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { confirmModes, limitBounds, type ConfirmMode } from "./term-bounds.ts";
import { joined, protectionOf, type Protection } from "./protection.ts";

export interface Terms {
  readonly confirm: ConfirmMode;
  /** Nothing is protected where it is absent. */
  readonly protection: Protection | undefined;
  readonly limits: Limits;
  /** The list holds tools to find and to call others, instead of all of them. */
  readonly discovery: boolean;
}

/** Where nothing is said of a term, it stays as it is. */
export interface TermsWish {
  readonly confirm?: ConfirmMode | undefined;
  /** Patterns, beside those that are protected already. */
  readonly protect?: readonly string[] | undefined;
  /** Whether what runs code may be called although something is protected. */
  readonly allowCode?: boolean | undefined;
  readonly maxRows?: number | undefined;
  /** Characters of one result. */
  readonly maxChars?: number | undefined;
  readonly maxWaitSeconds?: number | undefined;
  readonly discovery?: boolean | undefined;
}

const usualTerms: Terms = { confirm: "supported", protection: undefined, limits: defaultLimits, discovery: false };

/** The terms that are wished for. Throws `usage` for a pattern that cannot be understood. */
export function termsOf(wish: TermsWish = {}): Terms {
  return {
    confirm: wish.confirm ?? usualTerms.confirm,
    protection: protectionOf(wish.protect ?? [], wish.allowCode === true),
    limits: limitsWith(usualTerms.limits, wish),
    discovery: wish.discovery === true,
  };
}

/** The terms with what is stricter in `wish`. What is less strict in it is passed over. Throws as `termsOf` does. */
export function stricterTerms(terms: Terms, wish: TermsWish): Terms {
  const { confirm = terms.confirm } = wish;
  const isStricter = confirmModes.indexOf(confirm) > confirmModes.indexOf(terms.confirm);
  // Whoever adds a pattern does not switch code off for those that were there.
  const added = protectionOf(wish.protect ?? [], terms.protection?.allowCode === true);
  return {
    confirm: isStricter ? confirm : terms.confirm,
    protection: joined(terms.protection, added),
    limits: limitsWith(terms.limits, {
      maxRows: atMost(wish.maxRows, terms.limits.rows),
      maxChars: atMost(wish.maxChars, terms.limits.textChars),
      maxWaitSeconds: atMost(wish.maxWaitSeconds, terms.limits.maxWaitSeconds),
    }),
    discovery: wish.discovery ?? terms.discovery,
  };
}

const atMost = (wished: number | undefined, most: number): number | undefined =>
  wished === undefined ? undefined : Math.min(wished, most);

/** Throws `usage` for a value beyond its bounds. */
function limitsWith(limits: Limits, wish: Pick<TermsWish, keyof typeof limitBounds>): Limits {
  const checked = (name: keyof typeof limitBounds, present: number): number => {
    const value = wish[name];
    if (value === undefined) return present;
    const { minimum, maximum } = limitBounds[name];
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new MortarError("usage", `${name}: ${value} is not a whole number from ${minimum} to ${maximum}`);
  };
  const textChars = checked("maxChars", limits.textChars);
  const maxWaitSeconds = checked("maxWaitSeconds", limits.maxWaitSeconds);
  return {
    ...limits,
    rows: checked("maxRows", limits.rows),
    textChars,
    cellChars: Math.min(limits.cellChars, textChars),
    maxWaitSeconds,
    waitSeconds: Math.min(limits.waitSeconds, maxWaitSeconds),
  };
}
