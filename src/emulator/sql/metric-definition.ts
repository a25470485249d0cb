// What a metric view says in its YAML: a source with its joins, dimensions by expression, measures by aggregate.
import { parse } from "yaml";
import { isObject } from "../../platform/json.ts";
import { SqlFault } from "./engine.ts";
import { unsupported } from "./faults.ts";
import type { Expression, Query, Relation } from "./parse/ast.ts";
import { Cursor } from "./parse/cursor.ts";
import { parseExpression } from "./parse/expressions.ts";
import { parseQuery, startsQuery } from "./parse/queries.ts";
import { parseTableName } from "./parse/relations.ts";

export interface MetricColumn {
  readonly name: string;
  readonly expression: Expression;
  readonly comment: string | undefined;
}

export interface MetricDefinition {
  readonly comment: string | undefined;
  /** The source under the name `source`, joined with the others under theirs. */
  readonly relation: Relation;
  /** The names before a joined table's columns, by its own name: `nation` of `customer` is `customer.nation`. */
  readonly joined: ReadonlyMap<string, readonly string[]>;
  readonly filter: Expression | undefined;
  readonly dimensions: readonly MetricColumn[];
  readonly measures: readonly MetricColumn[];
}

type Node = Readonly<Record<string, unknown>>;

const known = [
  "version",
  "comment",
  "source",
  "filter",
  "joins",
  "fields",
  "dimensions",
  "measures",
  "materialization",
];

/** Reads the YAML of a metric view. Throws METRIC_VIEW_INVALID_VIEW_DEFINITION, and UNSUPPORTED_FEATURE by name. */
export function metricDefinition(yaml: string): MetricDefinition {
  const root = readYaml(yaml);
  const strange = Object.keys(root).find((key) => !known.includes(key));
  if (strange !== undefined) throw invalidDefinition(`the field ${strange} is not known`);
  if (!["0.1", "1", "1.0", "1.1"].includes(String(root["version"])))
    throw invalidDefinition("version must be 0.1 or 1.1");
  const joined = new Map<string, readonly string[]>();
  const relation = list(root, "joins").reduce<Relation>(
    (left, join) => withJoin(left, join, { path: [], joined }),
    relationOf(required(root, "source"), "source"),
  );
  const dimensions = [...list(root, "dimensions"), ...list(root, "fields")].map(column);
  const measures = list(root, "measures").map(column);
  if (dimensions.length + measures.length === 0) throw invalidDefinition("it has neither dimensions nor measures");
  const names = [...dimensions, ...measures].map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidDefinition(`the name ${twice} stands there twice`);
  const filter = optional(root, "filter");
  return {
    comment: optional(root, "comment"),
    relation,
    joined,
    filter: filter === undefined ? undefined : expression(filter),
    dimensions,
    measures,
  };
}

function readYaml(text: string): Node {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0 });
    if (isObject(value)) return value;
  } catch (thrown) {
    throw invalidDefinition(thrown instanceof Error ? (thrown.message.split("\n")[0] ?? "") : String(thrown));
  }
  throw invalidDefinition("it is no mapping");
}

interface JoinPlace {
  readonly path: readonly string[];
  readonly joined: Map<string, readonly string[]>;
}

function withJoin(left: Relation, join: Node, { path, joined }: JoinPlace): Relation {
  const name = required(join, "name");
  if (joined.has(name) || name === "source") throw invalidDefinition(`the join ${name} stands there twice`);
  const whole = [...path, name];
  joined.set(name, whole);
  // YAML 1.1 reads the key `on` as true.
  const on = optional(join, "on") ?? optional(join, "true");
  const using = join["using"];
  const names = Array.isArray(using) ? using.map(String) : [];
  if ((on === undefined) === (names.length === 0)) throw invalidDefinition(`the join ${name} needs either on or using`);
  const relation: Relation = {
    node: "join",
    kind: "LEFT",
    natural: false,
    left,
    right: relationOf(required(join, "source"), name),
    on: on === undefined ? usingCondition(path.at(-1) ?? "source", name, names) : expression(on),
    using: [],
  };
  return list(join, "joins").reduce<Relation>((all, inner) => withJoin(all, inner, { path: whole, joined }), relation);
}

/** Each side keeps its own column, so that both can be named. */
function usingCondition(left: string, right: string, names: readonly string[]): Expression {
  const equal = (name: string): Expression => ({
    node: "binary",
    operator: "=",
    left: { node: "column", parts: [left, name] },
    right: { node: "column", parts: [right, name] },
  });
  return names
    .slice(1)
    .reduce<Expression>(
      (all, name) => ({ node: "binary", operator: "AND", left: all, right: equal(name) }),
      equal(names[0] ?? ""),
    );
}

function relationOf(source: string, name: string): Relation {
  const cursor = new Cursor(source);
  const alias = { name, columns: [] };
  if (startsQuery(cursor)) {
    const query: Query = parseQuery(cursor);
    cursor.finish();
    return { node: "derived", query, alias, lateral: false };
  }
  const table = parseTableName(cursor);
  cursor.finish();
  return { node: "named", name: table, alias };
}

function column(node: Node): MetricColumn {
  if (node["window"] !== undefined) throw unsupported("window of a metric view's measure");
  return {
    name: required(node, "name"),
    expression: expression(required(node, "expr")),
    comment: optional(node, "comment"),
  };
}

function expression(text: string): Expression {
  const cursor = new Cursor(text);
  const found = parseExpression(cursor);
  cursor.finish();
  return found;
}

function list(node: Node, key: string): readonly Node[] {
  const value = node[key];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isObject)) return value as Node[];
  throw invalidDefinition(`${key} must be a list of mappings`);
}

function optional(node: Node, key: string): string | undefined {
  const value = node[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw invalidDefinition(`${key} must be a text`);
}

function required(node: Node, key: string): string {
  const value = optional(node, key);
  if (value === undefined || value === "") throw invalidDefinition(`${key} is missing`);
  return value;
}

function invalidDefinition(why: string): SqlFault {
  return new SqlFault(
    "METRIC_VIEW_INVALID_VIEW_DEFINITION",
    "42K0S",
    `The metric view definition is invalid. Reason: ${why}.`,
  );
}
