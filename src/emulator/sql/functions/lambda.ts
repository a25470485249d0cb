// Functions on arrays that take a lambda: transform, filter, exists, forall, aggregate.
import { coerce, type LambdaParameter, type Typed } from "../analyze/context.ts";
import { typeMismatch, unsupported, wrongArguments } from "../faults.ts";
import { macro } from "../macros.ts";
import { arrayOf, duckType, sameType, typeText } from "../types.ts";
import { arrayArgument } from "./collection.ts";
import { argument, B, free, I, type CallSite, type FunctionSpec, type Made } from "./define.ts";

const g = "collection";

interface Applied {
  readonly names: readonly string[];
  readonly body: Typed;
}

/** The lambda that is argument `index`, applied to parameters of these types. */
export function lambda(site: CallSite, index: number, given: readonly LambdaParameter[]): Applied {
  const source = argument(site, index).lambda;
  if (source === undefined) throw typeMismatch(site.shown, `argument ${index + 1} must be a lambda: x -> ...`);
  if (source.arity > given.length) throw wrongArguments("lambda", `at most ${given.length}`, source.arity);
  const { names, body } = source.apply(given);
  if (body.aggregate) throw unsupported("an aggregate within a lambda");
  if (/\(SELECT\b/.test(body.sql)) throw unsupported("a subquery within a lambda");
  return { names, body };
}

function lambdaSql({ names, body }: Applied, sql = body.sql): string {
  return `lambda ${names.join(", ")}: ${sql}`;
}

/** DuckDB counts from 1 where a lambda's index counts from 0. */
const indexParameter: LambdaParameter = { type: I, read: (name) => `CAST(${name} - 1 AS INTEGER)` };

function transform(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  const applied = lambda(site, 1, [{ type: type.element }, indexParameter]);
  return { sql: `list_transform(${sql}, ${lambdaSql(applied)})`, type: arrayOf(applied.body.type) };
}

function filter(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  const applied = lambda(site, 1, [{ type: type.element }, indexParameter]);
  return { sql: `list_filter(${sql}, ${lambdaSql(applied, coerce(applied.body, B))})`, type };
}

/** exists and forall by three-valued logic: no true one, but an unknown one, is unknown. */
function quantified(name: "exists" | "forall"): FunctionSpec {
  return free(g, { names: name, usage: `${name}(array, x -> condition)`, args: [2, 2] }, (site) => {
    const { sql, type } = arrayArgument(site, 0);
    const applied = lambda(site, 1, [{ type: type.element }]);
    const marks = `list_transform(${sql}, ${lambdaSql(applied, coerce(applied.body, B))})`;
    return { sql: macro(`marks_${name}`, marks), type: B };
  });
}

function reduce(site: CallSite): Made {
  const { sql, type } = arrayArgument(site, 0);
  const start = argument(site, 1);
  // list_reduce wants one type for the items and the state: the state travels in a struct beside the item.
  const merge = lambda(site, 2, [
    { type: start.type, read: (name) => `struct_extract(${name}, 's')` },
    { type: type.element, read: (name) => `struct_extract(${name}, 'i')` },
  ]);
  const [accumulator = "a", item = "b"] = merge.names;
  // The warehouse wants the state to keep its type, and says so rather than cut a value.
  if (!sameType(merge.body.type, start.type) && merge.body.type.kind !== "null")
    throw typeMismatch(
      site.shown,
      `the state begins as "${typeText(start.type)}" and becomes "${typeText(merge.body.type)}"; cast the start to that type`,
    );
  const inner = coerce(merge.body, start.type);
  const wrapped = `list_transform(${sql}, lambda item: struct_pack(s := CAST(NULL AS ${duckType(start.type)}), i := item))`;
  const first = `struct_pack(s := ${start.sql}, i := CAST(NULL AS ${duckType(type.element)}))`;
  const folded = `list_reduce(${wrapped}, lambda ${accumulator}, ${item}: struct_pack(s := ${inner}, i := struct_extract(${item}, 'i')), ${first})`;
  const result: Typed = {
    ...start,
    literal: undefined,
    sql: `CASE WHEN ${sql} IS NULL THEN NULL ELSE struct_extract(${folded}, 's') END`,
  };
  if (site.args[3] === undefined) return { sql: result.sql, type: start.type };
  const finish = lambda(site, 3, [{ type: start.type }]);
  return { sql: `list_transform([${result.sql}], ${lambdaSql(finish)})[1]`, type: finish.body.type };
}

export const lambdaFunctions: readonly FunctionSpec[] = [
  free(
    g,
    { names: "transform", usage: "transform(array, x -> value) or (x, index) -> value", args: [2, 2] },
    transform,
  ),
  free(g, { names: "filter", usage: "filter(array, x -> condition)", args: [2, 2] }, filter),
  quantified("exists"),
  quantified("forall"),
  free(
    g,
    {
      names: "aggregate reduce",
      usage: "aggregate(array, start, (state, x) -> state[, state -> result])",
      args: [3, 4],
    },
    reduce,
  ),
];
