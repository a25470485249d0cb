// Results as text for a model or a person: lines of `name: value`, tables, blocks. Nothing is left out but nothings.
import type { CellValue } from "./fields.ts";

type Value = string | number | boolean | null | undefined | readonly Value[] | { readonly [name: string]: Value };

/**
 * `name: value` lines. Empty values are left out; nested objects become `outer.inner: value`; a text of several lines
 * becomes a block under its name.
 */
export function fieldLines(fields: { readonly [name: string]: Value }, prefix = ""): string[] {
  const lines: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    lines.push(...valueLines(`${prefix}${name}`, value));
  }
  return lines;
}

function valueLines(name: string, value: NonNullable<Value>): string[] {
  if (typeof value === "string") return value.includes("\n") ? [`${name}:`, value] : [`${name}: ${value}`];
  if (typeof value !== "object") return [`${name}: ${String(value)}`];
  if (!Array.isArray(value)) return fieldLines(value as { [name: string]: Value }, `${name}.`);
  const items = value as readonly Value[];
  if (items.length === 0) return [];
  if (items.every((item) => typeof item !== "object" || item === null))
    return [`${name}: ${items.map(String).join(", ")}`];
  return items.flatMap((item, index) => valueLines(`${name}[${index}]`, item ?? "null"));
}

/** The lines as one text, ended by a line end. */
export function fieldText(...parts: readonly (string | readonly string[])[]): string {
  const lines = parts.flat().filter((line) => line !== "");
  return `${lines.join("\n")}\n`;
}

/** A header line and one line a row, cells parted by ` | `. Line ends inside a cell become spaces. */
export function tableLines(columns: readonly string[], rows: readonly (readonly CellValue[])[]): string[] {
  if (rows.length === 0) return [];
  return [columns.join(" | "), ...rows.map((row) => row.map(cellText).join(" | "))];
}

function cellText(value: CellValue): string {
  if (value === null) return "-";
  return typeof value === "string" ? value.replace(/\s*\n\s*/g, " ") : String(value);
}
