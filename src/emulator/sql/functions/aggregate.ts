// Aggregate functions. Each keeps DISTINCT, FILTER and OVER in the places where DuckDB wants them.
import { castSql } from "../casts.ts";
import { coerce, type Typed } from "../analyze/context.ts";
import { analyze } from "../analyze/expressions.ts";
import { decimalQuotient } from "../analyze/operators.ts";
import { orderingSql } from "../analyze/windows.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { arrayOf, decimal, duckType, isFloating, isInteger, types, type DataType } from "../types.ts";
import {
  aggregate,
  argument,
  B,
  D,
  L,
  many,
  numeric,
  S,
  type CallSite,
  type FunctionSpec,
  type Made,
} from "./define.ts";

/** `name([DISTINCT] inside) [FILTER] [OVER]`, with a condition of our own beside the FILTER that was written. */
function call(site: CallSite, name: string, inside: string, condition?: string): string {
  const conditions = [site.filter, condition].filter((each) => each !== undefined);
  const filter =
    conditions.length === 0 ? "" : ` FILTER (WHERE ${conditions.map((each) => `(${each})`).join(" AND ")})`;
  return `${name}(${site.node.distinct ? "DISTINCT " : ""}${inside})${filter}${site.over ?? ""}`;
}

function count(site: CallSite): Made {
  const [first] = site.node.args;
  if (site.args.length === 0 || first?.node === "star") return { sql: call(site, "count", "*"), type: L };
  if (site.args.length === 1) return { sql: call(site, "count", argument(site, 0).sql), type: L };
  const present = site.args.map((piece) => `${piece.sql} IS NOT NULL`).join(" AND ");
  const inside = site.node.distinct ? `row(${site.args.map((piece) => piece.sql).join(", ")})` : "*";
  return { sql: call(site, "count", inside, present), type: L };
}

function sum(site: CallSite): Made {
  const piece = argument(site, 0);
  const type = numeric(site, piece);
  const result = sumType(type);
  const value = isFloating(type) ? coerce(piece, D) : coerce(piece, type);
  return { sql: `CAST(${call(site, "sum", value)} AS ${duckType(result)})`, type: result };
}

function sumType(type: DataType): DataType {
  if (type.kind === "decimal") return decimal(Math.min(38, type.precision + 10), type.scale);
  return isInteger(type) ? L : D;
}

function average(site: CallSite): Made {
  const piece = argument(site, 0);
  const type = numeric(site, piece);
  if (type.kind !== "decimal") return { sql: call(site, "avg", coerce(piece, D)), type: D };
  const precision = Math.min(38, type.precision + 4);
  const result = decimal(precision, Math.min(precision, type.scale + 4));
  const total = call(site, "sum", piece.sql);
  const rows = call(site, "count", piece.sql);
  return {
    sql: decimalQuotient({
      left: `CAST(${total} AS DECIMAL(38,${type.scale}))`,
      leftScale: type.scale,
      right: `nullif(${rows}, 0)`,
      rightScale: 0,
      result,
    }),
    type: result,
  };
}

function extreme(name: "min" | "max"): FunctionSpec {
  return aggregate({ names: name, usage: `${name}(value)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    if (piece.type.kind === "map") throw typeMismatch(site.shown, "maps cannot be ordered");
    return { sql: call(site, name, piece.sql), type: piece.type };
  });
}

function ofDouble(names: string, duck: string): FunctionSpec {
  const [name = ""] = names.split(" ");
  return aggregate({ names, usage: `${name}(number)`, args: [1, 1] }, (site) => ({
    sql: call(site, duck, coerce(argument(site, 0), D)),
    type: D,
  }));
}

function collect(names: string, distinct: boolean): FunctionSpec {
  const [name = ""] = names.split(" ");
  return aggregate({ names, usage: `${name}(value)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const once = distinct ? { ...site, node: { ...site.node, distinct: true } } : site;
    const list = call(once, "list", piece.sql, `${piece.sql} IS NOT NULL`);
    return { sql: `coalesce(${list}, CAST([] AS ${duckType(arrayOf(piece.type))}))`, type: arrayOf(piece.type) };
  });
}

function first(names: string, duck: "first" | "last"): FunctionSpec {
  const [name = ""] = names.split(" ");
  return aggregate({ names, usage: `${name}(value[, ignoreNulls]) or IGNORE NULLS`, args: [1, 2] }, (site) => {
    const piece = argument(site, 0);
    const ignore = site.node.ignoreNulls === true || site.args[1]?.literal?.value === true;
    if (site.over !== undefined) {
      return { sql: `${duck}_value(${piece.sql}${ignore ? " IGNORE NULLS" : ""})${site.over}`, type: piece.type };
    }
    return { sql: call(site, duck, piece.sql, ignore ? `${piece.sql} IS NOT NULL` : undefined), type: piece.type };
  });
}

function truth(names: string, duck: string): FunctionSpec {
  const [name = ""] = names.split(" ");
  return aggregate({ names, usage: `${name}(condition)`, args: [1, 1] }, (site) => ({
    sql: call(site, duck, coerce(argument(site, 0), B)),
    type: B,
  }));
}

function bits(name: string): FunctionSpec {
  return aggregate({ names: name, usage: `${name}(number)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    if (!isInteger(piece.type)) throw typeMismatch(site.shown, "a whole number is wanted");
    return { sql: call(site, name, piece.sql), type: piece.type };
  });
}

function by(name: string, duck: string): FunctionSpec {
  return aggregate({ names: name, usage: `${name}(value, order)`, args: [2, 2] }, (site) => {
    const [value, order] = [argument(site, 0), argument(site, 1)];
    return { sql: call(site, duck, `${value.sql}, ${order.sql}`), type: value.type };
  });
}

function fractions(site: CallSite, index: number): { readonly sql: string; readonly several: boolean } {
  const piece = argument(site, index);
  if (piece.aggregate) throw typeMismatch(site.shown, "the percentage must be a constant");
  if (piece.type.kind === "array") return { sql: coerce(piece, arrayOf(D)), several: true };
  return { sql: coerce(piece, D), several: false };
}

/** percentile interpolates; percentile_approx gives a value that is there, and is exact here. */
function quantile(site: CallSite, exact: boolean): Made {
  const piece = argument(site, 0);
  const fraction = fractions(site, 1);
  const type = exact ? D : piece.type;
  numeric(site, piece);
  const value = exact ? coerce(piece, D) : piece.sql;
  const sql = call(site, exact ? "quantile_cont" : "quantile_disc", `${value}, ${fraction.sql}`);
  return { sql, type: fraction.several ? arrayOf(type) : type };
}

function quantileWithin(names: string, duck: string): FunctionSpec {
  return aggregate({ names, usage: `${names}(fraction) WITHIN GROUP (ORDER BY value)`, args: [1, 1] }, (site) => {
    const [order, ...more] = site.node.withinGroup ?? [];
    if (order === undefined || more.length > 0)
      throw typeMismatch(site.shown, "WITHIN GROUP (ORDER BY one value) is wanted");
    const piece = analyze(order.expression, site.scope, site.context);
    const fraction = coerce(argument(site, 0), D);
    const cont = duck === "quantile_cont";
    const at = order.descending ? `1 - ${fraction}` : fraction;
    if (order.descending && !cont) throw unsupported("percentile_disc in descending order");
    return { sql: call(site, duck, `${cont ? coerce(piece, D) : piece.sql}, ${at}`), type: cont ? D : piece.type };
  });
}

function joinTexts(site: CallSite): Made {
  const text = coerce(argument(site, 0), S);
  const separator = site.args[1] === undefined ? "''" : coerce(site.args[1], S);
  const order = site.node.withinGroup ?? [];
  const sorted =
    order.length === 0
      ? ""
      : ` ORDER BY ${order.map((each) => orderingSql(each, analyze(each.expression, site.scope, site.context).sql)).join(", ")}`;
  return { sql: call(site, "string_agg", `${text}, ${separator}${sorted}`), type: S };
}

function grouping(site: CallSite): Made {
  return {
    sql: `CAST(grouping(${site.args.map((piece: Typed) => piece.sql).join(", ")}) AS TINYINT)`,
    type: types.byte,
  };
}

export const aggregateFunctions: readonly FunctionSpec[] = [
  aggregate({ names: "count", usage: "count(*), count([DISTINCT] a, ...)", args: [0, many] }, count),
  aggregate({ names: "count_if", usage: "count_if(condition)", args: [1, 1] }, (site) => ({
    sql: call(site, "count", "*", coerce(argument(site, 0), B)),
    type: L,
  })),
  aggregate({ names: "sum", usage: "sum([DISTINCT] number)", args: [1, 1] }, sum),
  aggregate({ names: "avg mean", usage: "avg([DISTINCT] number)", args: [1, 1] }, average),
  extreme("min"),
  extreme("max"),
  by("min_by", "arg_min_null"),
  by("max_by", "arg_max_null"),
  first("first first_value any_value", "first"),
  first("last last_value", "last"),
  collect("collect_list array_agg", false),
  collect("collect_set", true),
  aggregate(
    { names: "string_agg listagg", usage: "string_agg(text[, separator]) [WITHIN GROUP (ORDER BY ...)]", args: [1, 2] },
    joinTexts,
  ),
  truth("bool_and every", "bool_and"),
  truth("bool_or some any", "bool_or"),
  bits("bit_and"),
  bits("bit_or"),
  bits("bit_xor"),
  ofDouble("stddev stddev_samp std", "stddev_samp"),
  ofDouble("stddev_pop", "stddev_pop"),
  ofDouble("variance var_samp", "var_samp"),
  ofDouble("var_pop", "var_pop"),
  aggregate(
    { names: "approx_count_distinct", usage: "approx_count_distinct(value), counted exactly", args: [1, 2] },
    (site) => {
      return {
        sql: call({ ...site, node: { ...site.node, distinct: true } }, "count", argument(site, 0).sql),
        type: L,
      };
    },
  ),
  aggregate(
    { names: "percentile", usage: "percentile(number, fraction or array of fractions)", args: [2, 2] },
    (site) => quantile(site, true),
  ),
  aggregate(
    {
      names: "percentile_approx approx_percentile",
      usage: "percentile_approx(number, fraction[, accuracy]), computed exactly",
      args: [2, 3],
    },
    (site) => quantile(site, false),
  ),
  quantileWithin("percentile_cont", "quantile_cont"),
  quantileWithin("percentile_disc", "quantile_disc"),
  aggregate({ names: "median", usage: "median(number)", args: [1, 1] }, (site) => ({
    sql: call(site, "quantile_cont", `${castOf(argument(site, 0))}, 0.5`),
    type: D,
  })),
  aggregate({ names: "mode", usage: "mode(value)", args: [1, 1] }, (site) => ({
    sql: call(site, "mode", argument(site, 0).sql),
    type: argument(site, 0).type,
  })),
  aggregate({ names: "grouping", usage: "grouping(column)", args: [1, 1] }, grouping),
];

function castOf(piece: Typed): string {
  return castSql({ sql: piece.sql, from: piece.type, to: D, shown: piece.shown });
}
