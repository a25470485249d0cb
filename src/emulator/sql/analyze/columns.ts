// Finds what a name in an expression means: a column, a field of a struct, a lambda's parameter.
import { nearest } from "../../../platform/suggest.ts";
import { ambiguousColumn, invalidStatement, typeMismatch, unresolvedColumn, unsupported } from "../faults.ts";
import { quoteText, sameName, showName } from "../names.ts";
import { arrayOf, typeText } from "../types.ts";
import type { Scope, ScopeColumn, Typed } from "./context.ts";

/** The column that `parts` name, with struct fields followed. Throws UNRESOLVED_COLUMN or AMBIGUOUS_REFERENCE. */
export function resolveColumn(parts: readonly string[], scope: Scope): Typed {
  for (let place: Scope | undefined = scope; place !== undefined; place = place.parent) {
    const found = findIn(parts, place);
    if (found !== undefined) return found;
  }
  throw unresolvedColumn(showName(parts), suggestions(parts, scope));
}

/** The struct column that `t.*` or `s.*` may mean; undefined when there is none. */
export function findIn(parts: readonly string[], scope: Scope): Typed | undefined {
  // The longest qualifier wins: `a.b` is column b of a before it is field b of column a.
  for (let at = parts.length - 1; at >= 0; at--) {
    const matches = matching(parts.slice(0, at), parts[at] ?? "", scope.columns);
    if (matches.length > 1)
      throw ambiguousColumn(
        showName(parts),
        matches.map((each) => showName([...each.qualifier, each.name])),
      );
    const [column] = matches;
    if (column === undefined) continue;
    return parts.slice(at + 1).reduce((operand, field) => fieldOf(operand, field), typedColumn(column));
  }
  return undefined;
}

function matching(qualifier: readonly string[], name: string, columns: readonly ScopeColumn[]): ScopeColumn[] {
  return columns.filter(
    (column) =>
      sameName(column.name, name) &&
      (qualifier.length > 0 ? endsWith(column.qualifier, qualifier) : column.hidden !== true),
  );
}

/** Whether `wanted` is the end of `full`: `t` and `default.t` both name `main.default.t`. */
export function endsWith(full: readonly string[], wanted: readonly string[]): boolean {
  const offset = full.length - wanted.length;
  return offset >= 0 && wanted.every((part, index) => sameName(part, full[offset + index] ?? ""));
}

function typedColumn(column: ScopeColumn): Typed {
  if (column.measure === true) {
    throw invalidStatement(
      "METRIC_VIEW_MISSING_MEASURE_FUNCTION",
      "42K0E",
      `The usage of measure column ${showName([column.name])} of a metric view requires a MEASURE() function to produce results.`,
    );
  }
  if (column.unstable === true)
    throw unsupported(`another use of the alias ${column.name}, whose value changes at each look`);
  return {
    sql: column.sql,
    type: column.type,
    shown: column.name,
    aggregate: column.aggregate === true,
    volatile: false,
  };
}

/** `operand.name` for a struct, and for each item of an array of structs. */
export function fieldOf(operand: Typed, name: string): Typed {
  const { type } = operand;
  const struct = type.kind === "array" ? type.element : type;
  if (struct.kind !== "struct") {
    throw typeMismatch(`${operand.shown}.${name}`, `"${typeText(type)}" has no fields`);
  }
  const field = struct.fields.find((each) => sameName(each.name, name));
  if (field === undefined) {
    throw invalidStatement(
      "FIELD_NOT_FOUND",
      "42704",
      `No such struct field ${showName([name])} in ${struct.fields.map((each) => showName([each.name])).join(", ")}.`,
    );
  }
  const get = (sql: string): string => `struct_extract(${sql}, ${quoteText(field.name)})`;
  if (type.kind !== "array")
    return { ...operand, literal: undefined, sql: get(operand.sql), type: field.type, shown: field.name };
  const sql = `list_transform(${operand.sql}, lambda item: ${get("item")})`;
  return { ...operand, literal: undefined, sql, type: arrayOf(field.type), shown: field.name };
}

function suggestions(parts: readonly string[], scope: Scope): string[] {
  const visible = scope.columns.filter((column) => column.hidden !== true);
  const wanted = (parts.at(-1) ?? "").toLowerCase();
  const best = nearest(
    wanted,
    visible.map((column) => column.name.toLowerCase()),
  );
  const names = visible.map((column) => showName([...column.qualifier.slice(-1), column.name]));
  const first = visible.findIndex((column) => column.name.toLowerCase() === best);
  const ordered = first > 0 ? [names[first] ?? "", ...names.filter((_, index) => index !== first)] : names;
  return [...new Set(ordered)].slice(0, 5);
}
