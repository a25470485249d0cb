// Which tools are on: by toolset, by name, without those that change anything; and on what terms they are called.
import { MortarError } from "../platform/errors.ts";
import { nearest } from "../platform/suggest.ts";
import { findAlias, listedName } from "./aliases.ts";
import { generationOf, type Naming } from "./naming.ts";
import { termsOf, type Terms } from "./terms.ts";
import { catalog } from "./catalog.ts";
import { toolsetNames, type ToolsetName } from "./toolset-names.ts";
import type { CatalogEntry } from "./entry.ts";

export interface SelectionWish {
  /** Names of toolsets, `default` or `all`. */
  readonly toolsets?: readonly string[] | undefined;
  /** Tools beside those of the toolsets; alone, only these. */
  readonly tools?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Leaves out every tool that changes something, whoever asked for it. */
  readonly readOnly?: boolean | undefined;
  readonly naming?: Naming | undefined;
  /** The usual ones where it is absent. */
  readonly terms?: Terms | undefined;
}

export interface Selection {
  readonly naming: Naming;
  readonly readOnly: boolean;
  /** In the catalog's order. */
  readonly entries: readonly CatalogEntry[];
  readonly toolsets: readonly ToolsetName[];
  readonly terms: Terms;
}

/** The tools that `wish` names; without a wish, those of the default toolsets. Throws `usage` for an unknown name. */
export function selectTools(wish: SelectionWish = {}): Selection {
  const wished = wish.toolsets ?? [];
  const named = wished.flatMap(toolsetsNamed);
  const tools = (wish.tools ?? []).map(toolNamed);
  const excluded = (wish.exclude ?? []).map(toolNamed);
  const isUnsaid = wished.length === 0 && tools.length === 0;
  const usual = wished.includes("default") || isUnsaid;
  // A server of an older generation had all of its tools on.
  const every = isUnsaid && generationOf(wish.naming) !== undefined;
  const entries = catalog.filter((entry) => {
    if (excluded.includes(entry.name) || (wish.readOnly === true && entry.effect !== "read")) return false;
    return every || (usual && entry.byDefault) || named.includes(entry.toolset) || tools.includes(entry.name);
  });
  return {
    naming: wish.naming ?? "mortar",
    readOnly: wish.readOnly === true,
    entries,
    toolsets: toolsetNames.filter((name) => entries.some(({ toolset }) => toolset === name)),
    terms: wish.terms ?? termsOf(),
  };
}

/** The toolsets that hold more than is on by default, and of which none of that is on here. */
export function toolsetsBeside({ entries }: Pick<Selection, "entries">): readonly ToolsetName[] {
  const beside = catalog.filter(({ byDefault }) => !byDefault).map(({ toolset }) => toolset);
  const on = entries.filter(({ byDefault }) => !byDefault).map(({ toolset }) => toolset);
  return toolsetNames.filter((name) => beside.includes(name) && !on.includes(name));
}

/** Every tool, for what names one and serves none. */
export function everyTool(): Selection {
  return selectTools({ toolsets: ["all"] });
}

export interface Found {
  readonly entry: CatalogEntry;
  /** From older names of arguments to ours. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The tool that `name`, ours or an older one, means in this selection. Throws `unknown_tool` with what may be meant. */
export function findSelected(selection: Selection, name: string): Found {
  const alias = findAlias(name);
  const canonical = alias?.tool ?? name;
  const entry = selection.entries.find((one) => one.name === canonical);
  if (entry !== undefined) return { entry, parameters: alias?.parameters ?? {} };
  const known = catalog.find((one) => one.name === canonical);
  if (known === undefined) throw unknownTool(selection, name);
  if (selection.readOnly && known.effect !== "read") {
    throw new MortarError("read_only", `${name} changes something, and only reading is allowed here`, {
      hint: "It was started with --read-only.",
    });
  }
  throw new MortarError("unknown_tool", `${name} is switched off here`, {
    hint: known.byDefault
      ? `It is in the toolset ${known.toolset}, which --toolsets, --tools or --exclude-tools leaves out.`
      : `It is in the toolset ${known.toolset}: the person can start the server with --toolsets default,${known.toolset}.`,
  });
}

function unknownTool(selection: Selection, name: string): MortarError {
  const names = selection.entries.map((entry) => listedName(entry.name, selection.naming));
  const near = nearest(name, names) ?? nearest(name.replace(/^.*__|^databricks_/, ""), names);
  return new MortarError("unknown_tool", `Unknown tool: ${name.slice(0, 100)}`, {
    hint: near === undefined ? "The list of tools has the names there are." : `Did you mean ${near}?`,
  });
}

function toolsetsNamed(name: string): readonly ToolsetName[] {
  if (name === "all") return toolsetNames;
  if (name === "default") return [];
  const toolset = toolsetNames.find((one) => one === name);
  if (toolset !== undefined) return [toolset];
  const near = nearest(name, [...toolsetNames, "default", "all"]);
  throw new MortarError("usage", `There is no toolset ${JSON.stringify(name)}`, {
    hint:
      near === undefined
        ? `The toolsets are ${toolsetNames.join(", ")}; default and all name several.`
        : `Did you mean ${near}?`,
  });
}

function toolNamed(name: string): string {
  const canonical = findAlias(name)?.tool ?? name;
  const names = catalog.map((entry) => entry.name);
  if (names.includes(canonical)) return canonical;
  const near = nearest(name, names);
  throw new MortarError("usage", `There is no tool ${JSON.stringify(name)}`, {
    hint: near === undefined ? "`mortar tool list` shows the tools." : `Did you mean ${near}?`,
  });
}
