// Headers by which a client asks for less than the server offers. None of them gives more.
import { MortarError } from "../../platform/errors.ts";
import { selectTools, type Selection } from "../../tools/selection.ts";

const names = {
  toolsets: "x-mcp-toolsets",
  tools: "x-mcp-tools",
  exclude: "x-mcp-exclude-tools",
  readOnly: "x-mcp-readonly",
} as const;

/** The part of `offered` that the headers leave. Throws `usage` for a name that no tool or toolset has. */
export function narrowed(offered: Selection, headers: Headers): Selection {
  const list = (name: string): readonly string[] | undefined => {
    const value = headers.get(name);
    return value === null
      ? undefined
      : value
          .split(",")
          .map((one) => one.trim())
          .filter((one) => one !== "");
  };
  const wish = { toolsets: list(names.toolsets), tools: list(names.tools), exclude: list(names.exclude) };
  const readOnly = switchOf(headers.get(names.readOnly));
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

function switchOf(value: string | null): boolean {
  const text = value?.trim().toLowerCase() ?? "";
  if (text === "true" || text === "1") return true;
  if (text === "" || text === "false" || text === "0") return false;
  throw new MortarError("usage", `${names.readOnly}: ${JSON.stringify(text.slice(0, 40))} is neither true nor false`);
}
