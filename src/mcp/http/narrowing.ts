// Headers by which a client asks for less than the server offers, or on stricter terms. None of them gives more.
import { MortarError } from "../../platform/errors.ts";
import { selectTools, type Selection } from "../../tools/selection.ts";
import { confirmModes, limitBounds } from "../../tools/term-bounds.ts";
import { stricterTerms, type TermsWish } from "../../tools/terms.ts";

const names = {
  toolsets: "x-mcp-toolsets",
  tools: "x-mcp-tools",
  exclude: "x-mcp-exclude-tools",
  readOnly: "x-mcp-readonly",
  confirm: "x-mcp-confirm",
  protect: "x-mcp-protect",
  maxRows: "x-mcp-max-rows",
  maxChars: "x-mcp-max-chars",
  maxWait: "x-mcp-max-wait",
  discovery: "x-mcp-discovery",
} as const;

/**
 * The part of `offered` that the headers leave, on the terms that they make stricter. Throws `usage` for a name that no tool
 * or toolset has, and for what cannot be understood.
 */
export function narrowed(offered: Selection, headers: Headers): Selection {
  const left = withTools(offered, headers);
  const wish = termsIn(headers);
  const isUsual = Object.values(wish).every((one) => one === undefined);
  return isUsual ? left : { ...left, terms: stricterTerms(offered.terms, wish) };
}

function withTools(offered: Selection, headers: Headers): Selection {
  const wish = {
    toolsets: listIn(headers, names.toolsets),
    tools: listIn(headers, names.tools),
    exclude: listIn(headers, names.exclude),
  };
  const readOnly = switchIn(headers, names.readOnly) === true;
  if (Object.values(wish).every((one) => one === undefined) && !readOnly) return offered;
  const all = wish.toolsets === undefined && wish.tools === undefined ? ["all"] : wish.toolsets;
  const asked = selectTools({ ...wish, toolsets: all, readOnly: readOnly || offered.readOnly, naming: offered.naming });
  const kept = new Set(asked.entries.map(({ name }) => name));
  const entries = offered.entries.filter(({ name }) => kept.has(name));
  return {
    ...offered,
    readOnly: asked.readOnly,
    entries,
    toolsets: offered.toolsets.filter((name) => entries.some(({ toolset }) => toolset === name)),
  };
}

/** What the headers ask for, as it stands in them. */
export function narrowingOf(headers: Headers): readonly (string | null)[] {
  return Object.values(names).map((name) => headers.get(name));
}

function termsIn(headers: Headers): TermsWish {
  const confirm = headers.get(names.confirm)?.trim().toLowerCase() ?? "";
  const mode = confirmModes.find((one) => one === confirm);
  if (mode === undefined && confirm !== "")
    throw misunderstood(names.confirm, confirm, `none of ${confirmModes.join(", ")}`);
  return {
    confirm: mode,
    protect: listIn(headers, names.protect),
    maxRows: numberIn(headers, names.maxRows, limitBounds.maxRows),
    maxChars: numberIn(headers, names.maxChars, limitBounds.maxChars),
    maxWaitSeconds: numberIn(headers, names.maxWait, limitBounds.maxWaitSeconds),
    discovery: switchIn(headers, names.discovery),
  };
}

function listIn(headers: Headers, name: string): readonly string[] | undefined {
  const parts = headers.get(name)?.split(",") ?? undefined;
  return parts?.map((one) => one.trim()).filter((one) => one !== "");
}

function numberIn(
  headers: Headers,
  name: string,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): number | undefined {
  const text = headers.get(name)?.trim() ?? "";
  if (text === "") return undefined;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (value >= minimum && value <= maximum) return value;
  throw misunderstood(name, text, `no whole number from ${minimum} to ${maximum}`);
}

function switchIn(headers: Headers, name: string): boolean | undefined {
  const text = headers.get(name)?.trim().toLowerCase() ?? "";
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  if (text === "") return undefined;
  throw misunderstood(name, text, "neither true nor false");
}

function misunderstood(name: string, text: string, what: string): MortarError {
  return new MortarError("usage", `${name}: ${JSON.stringify(text.slice(0, 40))} is ${what}`);
}
