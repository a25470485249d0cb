// Tables under a row filter or column masks: what readers of them see is a query over what is stored.
import type { Context, FoundTable } from "./analyze/context.ts";
import type { ColumnDocument, Policy, TableDocument } from "./catalog-documents.ts";
import { sameName } from "./names.ts";
import type { Expression, FunctionCall, Query } from "./parse/ast.ts";
import { typeFromText } from "./parse/types.ts";

/** No statement can name it. */
const stored = "stored rows";

/** Whether readers see something else than what is stored. */
export function isGuarded(document: TableDocument): boolean {
  return document.rowFilter !== undefined || document.columns.some(({ mask }) => mask !== undefined);
}

/** The table as readers see it. Nobody is exempt, its owner neither. */
export function guarded(document: TableDocument, raw: FoundTable, within: Context): FoundTable {
  if (!isGuarded(document)) return raw;
  const query: Query = {
    with: [],
    body: {
      node: "select",
      distinct: false,
      items: document.columns.map((column) => ({ expression: seen(column), aliases: [column.name] })),
      from: [{ node: "named", name: [stored], alias: { name: stored, columns: [] } }],
      views: [],
      where: document.rowFilter === undefined ? undefined : call(document.rowFilter, document.rowFilter.columns),
      group: undefined,
      having: undefined,
      qualify: undefined,
      windows: [],
    },
    order: [],
    limit: undefined,
    offset: undefined,
  };
  const find: Context["find"] = (name) => (name.length === 1 && name[0] === stored ? raw : within.find(name));
  const names = document.columns.map(({ name }) => name);
  return { kind: "view", query, names, path: raw.path, within: { ...within, common: new Map(), find } };
}

function seen(column: ColumnDocument): Expression {
  if (column.mask === undefined) return reference(column.name);
  const operand = call(column.mask, [column.name, ...column.mask.columns]);
  return { node: "cast", operand, type: typeFromText(column.type), safe: false };
}

function call(policy: Policy, columns: readonly string[]): FunctionCall {
  const [, , name] = policy.function;
  return { node: "call", name, path: policy.function, args: columns.map(reference), distinct: false };
}

function reference(name: string): Expression {
  return { node: "column", parts: [stored, name] };
}

/** The policies that read the column: they would end with it. */
export function policiesOn(document: TableDocument, column: string): readonly Policy[] {
  const masks = document.columns.flatMap(({ name, mask }) =>
    mask !== undefined && !sameName(name, column) && mask.columns.some((each) => sameName(each, column)) ? [mask] : [],
  );
  const filters =
    document.rowFilter?.columns.some((each) => sameName(each, column)) === true ? [document.rowFilter] : [];
  return [...masks, ...filters];
}
