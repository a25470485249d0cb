// Functions on numbers.
import { coerce, type Typed } from "../analyze/context.ts";
import { arithmetic } from "../analyze/operators.ts";
import { meet } from "../analyze/expressions.ts";
import { typeMismatch, unsupported } from "../faults.ts";
import { bind, macro } from "../macros.ts";
import { decimal, duckType, isFloating, isInteger, types, type DataType } from "../types.ts";
import {
  argument,
  B,
  D,
  fixed,
  free,
  I,
  L,
  literalInteger,
  many,
  numeric,
  type CallSite,
  type FunctionSpec,
  type Made,
} from "./define.ts";

const g = "number";
const notANumber = "CAST('NaN' AS DOUBLE)";

/** A function of one double that DuckDB has alike. */
function ofDouble(names: string, build: (x: string) => string): FunctionSpec {
  const [name = ""] = names.split(" ");
  return fixed(g, { names, usage: `${name}(number)`, takes: [D], gives: D }, (x = "") => build(x));
}

/** ceil and floor: BIGINT for a double, no fraction for a decimal. */
function toWhole(names: string, duck: string): FunctionSpec {
  const [name = ""] = names.split(" ");
  return free(g, { names, usage: `${name}(number)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const type = numeric(site, piece);
    if (type.kind === "decimal") {
      const result = decimal(Math.min(38, type.precision - type.scale + 1), 0);
      return { sql: `CAST(${duck}(${piece.sql}) AS ${duckType(result)})`, type: result };
    }
    if (isInteger(type)) return { sql: `CAST(${piece.sql} AS BIGINT)`, type: L };
    return { sql: `CAST(${duck}(${coerce(piece, D)}) AS BIGINT)`, type: L };
  });
}

function round(site: CallSite): Made {
  const piece = argument(site, 0);
  const type = numeric(site, piece);
  const places = site.args.length > 1 ? literalInteger(site, 1, "the number of places") : 0;
  if (places < -18 || places > 30) throw unsupported(`round to ${places} places`);
  if (type.kind === "decimal") {
    if (places < 0) {
      const wide = decimal(Math.min(38, Math.max(type.precision - type.scale + 1, 1 - places)), 0);
      // What stands after the point decides nothing that the digits before it do not.
      return { sql: roundWhole(`trunc(${piece.sql})`, wide, places), type: wide };
    }
    const scale = Math.min(type.scale, places);
    const result = decimal(Math.min(38, type.precision - type.scale + 1 + scale), scale);
    return { sql: `CAST(${piece.sql} AS ${duckType(result)})`, type: result };
  }
  if (isInteger(type))
    return places >= 0 ? { sql: piece.sql, type } : { sql: roundWhole(piece.sql, type, places), type };
  return { sql: roundDouble(coerce(piece, type), type, places), type };
}

/** Half away from zero, in numbers so wide that only the last cast can overflow. */
function roundWhole(x: string, type: DataType, places: number): string {
  const unit = `CAST(1${"0".repeat(-places)} AS HUGEINT)`;
  return bind(
    `CAST(${x} AS HUGEINT)`,
    (value) =>
      `CAST(((abs(${value}) + ${unit} // 2) // ${unit}) * ${unit} * CASE WHEN ${value} < 0 THEN -1 ELSE 1 END AS ${duckType(type)})`,
  );
}

/** By the shortest digits: 1.005 becomes 1.01, as in the warehouse, where the binary value lies just below. */
function roundDouble(x: string, type: DataType, places: number): string {
  const exact = (value: string): string => {
    if (places >= 0) return `CAST(CAST(CAST(${value} AS VARCHAR) AS DECIMAL(38,${places})) AS ${duckType(type)})`;
    const unit = `1${"0".repeat(-places)}`;
    const digits = `CAST(CAST(abs(${value}) AS VARCHAR) AS DECIMAL(38,18))`;
    return `CAST(CAST(trunc(${digits} / ${unit} + 0.5) AS HUGEINT) * ${unit} * CASE WHEN ${value} < 0 THEN -1 ELSE 1 END AS ${duckType(type)})`;
  };
  const limit = 10 ** Math.min(15, 36 - Math.max(places, 0));
  return bind(
    x,
    (value) => `CASE WHEN abs(${value}) < ${limit.toExponential()} THEN ${exact(value)} ELSE ${value} END`,
  );
}

/** As round, but half goes to the even neighbour. */
function roundEven(site: CallSite): Made {
  const piece = argument(site, 0);
  const type = numeric(site, piece);
  const places = site.args.length > 1 ? literalInteger(site, 1, "the number of places") : 0;
  if (places < -18 || places > 30) throw unsupported(`bround to ${places} places`);
  if (isFloating(type)) throw unsupported("bround of a FLOAT or DOUBLE");
  if (type.kind !== "decimal") {
    if (places >= 0) return { sql: piece.sql, type };
    return { sql: `CAST(${evenUnits(`CAST(${piece.sql} AS HUGEINT)`, -places)} AS ${duckType(type)})`, type };
  }
  if (places < 0) throw unsupported("bround of a DECIMAL to negative places");
  const scale = Math.min(type.scale, places);
  const result = decimal(Math.min(38, type.precision - type.scale + 1 + scale), scale);
  if (scale === type.scale) return { sql: `CAST(${piece.sql} AS ${duckType(result)})`, type: result };
  // All digits as a whole number, rounded there, and brought back under the point as text.
  const digits = `CAST(replace(CAST(${piece.sql} AS VARCHAR), '.', '') AS HUGEINT)`;
  const rounded = `${macro("half_even", digits, `CAST(1${"0".repeat(type.scale - scale)} AS HUGEINT)`)}`;
  const text =
    scale === 0
      ? `CAST(${rounded} AS VARCHAR)`
      : macro("scaled_text", rounded, `CAST(1${"0".repeat(scale)} AS HUGEINT)`, String(scale));
  return { sql: `CAST(${text} AS ${duckType(result)})`, type: result };
}

function evenUnits(x: string, zeros: number): string {
  const unit = `CAST(1${"0".repeat(zeros)} AS HUGEINT)`;
  return `${macro("half_even", x, unit)} * ${unit}`;
}

function sameNumber(names: string, usage: string, build: (x: string, type: DataType) => string): FunctionSpec {
  return free(g, { names, usage, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const type = numeric(site, piece);
    return { sql: `CAST(${build(coerce(piece, type), type)} AS ${duckType(type)})`, type };
  });
}

function extreme(name: "greatest" | "least"): FunctionSpec {
  return free(g, { names: name, usage: `${name}(a, b, ...)`, args: [2, many] }, (site) => {
    const type = meet(site.args, site.shown);
    if (type.kind === "map" || type.kind === "array" || type.kind === "struct")
      throw unsupported(`${name} of complex values`);
    return { sql: `${name}(${site.args.map((piece) => coerce(piece, type)).join(", ")})`, type };
  });
}

function remainder(site: CallSite): Made {
  return arithmetic("%", argument(site, 0), argument(site, 1), site.shown);
}

function positiveRemainder(site: CallSite): Made {
  const base = remainder(site);
  const [left, right] = [argument(site, 0), argument(site, 1)];
  if (base.type.kind === "decimal") {
    // The divisor may be wider than the result.
    const wide = (piece: Typed): string =>
      `CAST(${piece.sql} AS DECIMAL(38,${base.type.kind === "decimal" ? base.type.scale : 0}))`;
    const pair = `struct_pack(rest := ${wide({ ...left, sql: base.sql })}, divisor := ${wide(right)})`;
    const moved = (x: string): string => `(${x}.rest + ${x}.divisor) % ${x}.divisor`;
    const sql = bind(pair, (x) => `CASE WHEN ${x}.rest < 0 THEN ${moved(x)} ELSE ${x}.rest END`);
    return { sql: `CAST(${sql} AS ${duckType(base.type)})`, type: base.type };
  }
  const divisor = coerce(right, base.type);
  const pair = `struct_pack(rest := ${base.sql}, divisor := ${divisor})`;
  const sql = bind(
    pair,
    (x) => `CASE WHEN ${x}.rest < 0 THEN (${x}.rest + ${x}.divisor) % ${x}.divisor ELSE ${x}.rest END`,
  );
  return { sql: `CAST(${sql} AS ${duckType(base.type)})`, type: base.type };
}

/** try_add and its kin: NULL where the operator fails. DuckDB's TRY catches what its argument throws. */
function attempt(name: string, operator: "+" | "-" | "*"): FunctionSpec {
  return free(g, { names: name, usage: `${name}(a, b)`, args: [2, 2] }, (site) => {
    const { sql, type, volatile } = arithmetic(operator, argument(site, 0), argument(site, 1), site.shown);
    if (volatile) throw unsupported(`${name} of a value that changes at each look`);
    return { sql: `TRY(${sql})`, type };
  });
}

/** try_divide and try_mod: a divisor of 0 counts as NULL. */
function attemptDivision(name: string, operator: "/" | "%"): FunctionSpec {
  return free(g, { names: name, usage: `${name}(a, b)`, args: [2, 2] }, (site) => {
    const divisor = argument(site, 1);
    const type = numeric(site, divisor);
    const safe = { ...divisor, type, sql: `nullif(${coerce(divisor, type)}, 0)` };
    const { sql, type: result } = arithmetic(operator, argument(site, 0), safe, site.shown);
    return { sql, type: result };
  });
}

function logarithm(site: CallSite): Made {
  if (site.args.length === 1) return { sql: guardPositive(coerce(argument(site, 0), D), "ln"), type: D };
  const [base, x] = [coerce(argument(site, 0), D), coerce(argument(site, 1), D)];
  return { sql: `CASE WHEN ${base} > 0 AND ${x} > 0 THEN ln(${x}) / ln(${base}) END`, type: D };
}

/** A logarithm of what is not positive is NULL in the warehouse and an error in DuckDB. */
function guardPositive(x: string, duck: string): string {
  return `CASE WHEN ${x} > 0 THEN ${duck}(${x}) END`;
}

function guardUnit(x: string, duck: string): string {
  return `CASE WHEN abs(${x}) > 1 THEN ${notANumber} ELSE ${duck}(${x}) END`;
}

function guardFinite(x: string, duck: string): string {
  return `CASE WHEN isinf(${x}) THEN ${notANumber} ELSE ${duck}(${x}) END`;
}

function absolute(site: CallSite): Made {
  const piece = argument(site, 0);
  const type = numeric(site, piece);
  return { sql: `CAST(abs(${coerce(piece, type)}) AS ${duckType(type)})`, type };
}

export const numberFunctions: readonly FunctionSpec[] = [
  free(g, { names: "abs", usage: "abs(number)", args: [1, 1] }, absolute),
  toWhole("ceil ceiling", "ceil"),
  toWhole("floor", "floor"),
  free(g, { names: "round", usage: "round(number[, places]), the places a literal", args: [1, 2] }, round),
  free(
    g,
    { names: "bround", usage: "bround(whole number or decimal[, places]), the places a literal", args: [1, 2] },
    roundEven,
  ),
  ofDouble("rint", (x) => `CASE WHEN isfinite(${x}) THEN round_even(${x}, 0) ELSE ${x} END`),
  ofDouble("sqrt", (x) => `CASE WHEN ${x} < 0 THEN ${notANumber} ELSE sqrt(${x}) END`),
  // DuckDB gives 3.0000000000000004 for 27.
  ofDouble("cbrt", (x) => `CASE WHEN pow(round(cbrt(${x})), 3) = ${x} THEN round(cbrt(${x})) ELSE cbrt(${x}) END`),
  ofDouble("exp", (x) => `exp(${x})`),
  ofDouble("ln", (x) => guardPositive(x, "ln")),
  ofDouble("log10", (x) => guardPositive(x, "log10")),
  ofDouble("log2", (x) => guardPositive(x, "log2")),
  free(g, { names: "log", usage: "log([base,] number)", args: [1, 2] }, logarithm),
  fixed(
    g,
    { names: "power pow", usage: "power(base, exponent)", takes: [D, D], gives: D },
    (x, y) => `pow(${x}, ${y})`,
  ),
  ofDouble("sign signum", (x) => `CASE WHEN isnan(${x}) OR ${x} = 0 THEN ${x} ELSE CAST(sign(${x}) AS DOUBLE) END`),
  ofDouble("sin", (x) => guardFinite(x, "sin")),
  ofDouble("cos", (x) => guardFinite(x, "cos")),
  ofDouble("tan", (x) => guardFinite(x, "tan")),
  ofDouble("asin", (x) => guardUnit(x, "asin")),
  ofDouble("acos", (x) => guardUnit(x, "acos")),
  ofDouble("atan", (x) => `atan(${x})`),
  fixed(g, { names: "atan2", usage: "atan2(y, x)", takes: [D, D], gives: D }, (y, x) => `atan2(${y}, ${x})`),
  ofDouble("sinh", (x) => `sinh(${x})`),
  ofDouble("cosh", (x) => `cosh(${x})`),
  ofDouble("tanh", (x) => `tanh(${x})`),
  ofDouble("degrees", (x) => `degrees(${x})`),
  ofDouble("radians", (x) => `radians(${x})`),
  fixed(g, { names: "pi", usage: "pi()", takes: [], gives: D }, () => "pi()"),
  fixed(g, { names: "e", usage: "e()", takes: [], gives: D }, () => "exp(CAST(1 AS DOUBLE))"),
  free(g, { names: "mod", usage: "mod(a, b)", args: [2, 2] }, remainder),
  free(g, { names: "pmod", usage: "pmod(a, b)", args: [2, 2] }, positiveRemainder),
  extreme("greatest"),
  extreme("least"),
  sameNumber("negative", "negative(number)", (x) => `-(${x})`),
  sameNumber("positive", "positive(number)", (x) => x),
  fixed(g, { names: "rand random", usage: "rand()", takes: [], gives: D, volatile: true }, () => "random()"),
  fixed(g, { names: "isnan", usage: "isnan(number)", takes: [D], gives: B }, (x) => `coalesce(isnan(${x}), false)`),
  fixed(
    g,
    { names: "nanvl", usage: "nanvl(a, b)", takes: [D, D], gives: D },
    (a, b) => `CASE WHEN isnan(${a}) THEN ${b} ELSE ${a} END`,
  ),
  fixed(g, { names: "bin", usage: "bin(number)", takes: [L], gives: types.string }, (x) => `bin(${x})`),
  fixed(
    g,
    { names: "bit_count", usage: "bit_count(number)", takes: [L], gives: I },
    (x) => `CAST(bit_count(${x}) AS INTEGER)`,
  ),
  fixed(
    g,
    { names: "hypot", usage: "hypot(a, b)", takes: [D, D], gives: D },
    (a, b) => `sqrt(pow(${a}, 2) + pow(${b}, 2))`,
  ),
  fixed(
    g,
    { names: "factorial", usage: "factorial(number)", takes: [I], gives: L },
    (x) => `CASE WHEN ${x} BETWEEN 0 AND 20 THEN CAST(factorial(${x}) AS BIGINT) END`,
  ),
  attempt("try_add", "+"),
  attempt("try_subtract", "-"),
  attempt("try_multiply", "*"),
  attemptDivision("try_divide", "/"),
  attemptDivision("try_mod", "%"),
  free(g, { names: "div", usage: "div(a, b)", args: [2, 2] }, (site) => {
    if (site.args.some((piece) => isFloating(piece.type))) throw typeMismatch(site.shown, "div takes whole numbers");
    return { sql: `memory.main.quotient(${coerce(argument(site, 0), L)}, ${coerce(argument(site, 1), L)})`, type: L };
  }),
];
