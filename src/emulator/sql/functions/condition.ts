// Conditions, casts by name, and what the session knows.
import { castSql } from "../casts.ts";
import { coerce, type Typed } from "../analyze/context.ts";
import { compare } from "../analyze/operators.ts";
import { meet } from "../analyze/expressions.ts";
import { unsupported } from "../faults.ts";
import { failure } from "../macros.ts";
import { quoteText } from "../names.ts";
import { decimal, describeType, duckType, types, type DataType } from "../types.ts";
import { argument, B, free, many, numeric, S, type CallSite, type FunctionSpec, type Made } from "./define.ts";

const g = "condition";

function firstPresent(site: CallSite): Made {
  const type = meet(site.args, site.shown);
  return { sql: `coalesce(${site.args.map((piece) => coerce(piece, type)).join(", ")})`, type };
}

function choose(site: CallSite): Made {
  const [yes, no] = [argument(site, 1), argument(site, 2)];
  const type = meet([yes, no], site.shown);
  return {
    sql: `CASE WHEN ${coerce(argument(site, 0), B)} THEN ${coerce(yes, type)} ELSE ${coerce(no, type)} END`,
    type,
  };
}

function nvl2(site: CallSite): Made {
  const [yes, no] = [argument(site, 1), argument(site, 2)];
  const type = meet([yes, no], site.shown);
  return {
    sql: `CASE WHEN ${argument(site, 0).sql} IS NOT NULL THEN ${coerce(yes, type)} ELSE ${coerce(no, type)} END`,
    type,
  };
}

function nullIf(site: CallSite): Made {
  const left = argument(site, 0);
  const same = compare("=", left, argument(site, 1), site.shown);
  return { sql: `CASE WHEN ${same.sql} THEN NULL ELSE ${left.sql} END`, type: left.type };
}

/** decode(value, match, result, ..., default): NULL matches NULL. With two arguments it turns bytes into text. */
function decode(site: CallSite): Made {
  const value = argument(site, 0);
  if (site.args.length === 2) {
    const charset = argument(site, 1).literal?.value;
    if (charset !== "UTF-8" && charset !== "utf-8")
      throw unsupported(`decode from the character set ${String(charset)}`);
    return { sql: `decode(${coerce(value, types.binary)})`, type: S };
  }
  const rest = site.args.slice(1);
  const results = rest.filter((_, index) => index % 2 === 1 || index === rest.length - 1);
  const type = meet(results, site.shown);
  let branches = "";
  for (let index = 0; index + 1 < rest.length; index += 2) {
    const [match, result] = [argument(site, index + 1), argument(site, index + 2)];
    branches += ` WHEN ${compare("<=>", value, match, site.shown).sql} THEN ${coerce(result, type)}`;
  }
  const otherwise = rest.length % 2 === 1 ? coerce(argument(site, rest.length), type) : "NULL";
  return { sql: `CASE${branches} ELSE ${otherwise} END`, type };
}

function raise(site: CallSite): Made {
  const text = failure("USER_RAISED_EXCEPTION", "P0001", `coalesce(${coerce(argument(site, 0), S)}, 'null')`);
  return { sql: `CAST(CASE WHEN true THEN ${text} END AS INTEGER)`, type: types.null, volatile: true };
}

function assertTrue(site: CallSite): Made {
  const message =
    site.args.length > 1 ? coerce(argument(site, 1), S) : quoteText(`'${site.args[0]?.shown ?? ""}' is not true!`);
  const condition = coerce(argument(site, 0), B);
  return {
    sql: `CAST(CASE WHEN ${condition} THEN NULL ELSE ${failure("USER_RAISED_EXCEPTION", "P0001", message)} END AS INTEGER)`,
    type: types.null,
    volatile: true,
  };
}

/** A function of one number that keeps its type. */
function fixedNumber(name: string, build: (x: string) => string): FunctionSpec {
  return free(g, { names: name, usage: `${name}(number)`, args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const type = numeric(site, piece);
    return { sql: `CAST(${build(coerce(piece, type))} AS ${duckType(type)})`, type };
  });
}

/** int(x), string(x): casts written as functions. */
function castFunction(name: string, type: DataType): FunctionSpec {
  return {
    ...free("cast", { names: name, usage: `${name}(value)`, args: [1, 1] }, (site) => {
      const piece = argument(site, 0);
      return { sql: castSql({ sql: piece.sql, from: piece.type, to: type, shown: site.shown }), type };
    }),
    group: "cast",
  };
}

export const conditionFunctions: readonly FunctionSpec[] = [
  free(g, { names: "coalesce", usage: "coalesce(a, b, ...)", args: [1, many] }, firstPresent),
  free(g, { names: "nvl ifnull", usage: "nvl(a, b)", args: [2, 2] }, firstPresent),
  free(g, { names: "nvl2", usage: "nvl2(test, present, absent)", args: [3, 3] }, nvl2),
  free(g, { names: "if iff", usage: "if(condition, yes, no)", args: [3, 3] }, choose),
  free(g, { names: "nullif", usage: "nullif(a, b)", args: [2, 2] }, nullIf),
  fixedNumber("nullifzero", (x) => `nullif(${x}, 0)`),
  free(g, { names: "zeroifnull", usage: "zeroifnull(number)", args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const zero: Typed = { ...piece, sql: "0", type: types.int, literal: undefined };
    const type = meet([piece, zero], site.shown);
    return { sql: `coalesce(${coerce(piece, type)}, ${coerce(zero, type)})`, type };
  }),
  free(g, { names: "isnull", usage: "isnull(value)", args: [1, 1] }, (site) => ({
    sql: `(${argument(site, 0).sql} IS NULL)`,
    type: B,
  })),
  free(g, { names: "isnotnull", usage: "isnotnull(value)", args: [1, 1] }, (site) => ({
    sql: `(${argument(site, 0).sql} IS NOT NULL)`,
    type: B,
  })),
  free(g, { names: "equal_null", usage: "equal_null(a, b)", args: [2, 2] }, (site) => {
    const { sql } = compare("<=>", argument(site, 0), argument(site, 1), site.shown);
    return { sql, type: B };
  }),
  free(
    g,
    {
      names: "decode",
      usage: "decode(value, match, result, ...[, default]) or decode(binary, 'UTF-8')",
      args: [2, many],
    },
    decode,
  ),
  free(g, { names: "raise_error", usage: "raise_error(message)", args: [1, 1] }, raise),
  free(g, { names: "assert_true", usage: "assert_true(condition[, message])", args: [1, 2] }, assertTrue),
  free(g, { names: "typeof", usage: "typeof(value)", args: [1, 1] }, (site) => {
    const piece = argument(site, 0);
    const text = quoteText(describeType(piece.type));
    // An aggregate below it still makes one row of a group.
    return { sql: piece.aggregate ? `coalesce(max(${text}), ${text})` : text, type: S };
  }),
  castFunction("string", types.string),
  castFunction("boolean", types.boolean),
  castFunction("tinyint", types.byte),
  castFunction("smallint", types.short),
  castFunction("int", types.int),
  castFunction("bigint", types.long),
  castFunction("float", types.float),
  castFunction("double", types.double),
  castFunction("decimal", decimal(10, 0)),
  castFunction("date", types.date),
  castFunction("timestamp", types.timestamp),
  castFunction("binary", types.binary),
];

const session = (names: string, usage: string, value: (site: CallSite) => string): FunctionSpec =>
  free("session", { names, usage, args: [0, 0] }, (site) => ({ sql: quoteText(value(site)), type: S }));

/** Everybody here is in the group of users, and the owner of the workspace administers it. */
const groups = ["users", "account users", "admins"];

export const sessionFunctions: readonly FunctionSpec[] = [
  free(
    "session",
    { names: "is_account_group_member is_member", usage: "is_account_group_member(group)", args: [1, 1] },
    (site) => ({
      sql: `(${coerce(argument(site, 0), S)} IN (${groups.map(quoteText).join(", ")}))`,
      type: types.boolean,
    }),
  ),
  session("current_user user session_user", "current_user()", (site) => site.context.user),
  session("current_catalog", "current_catalog()", (site) => site.context.catalog),
  session("current_schema current_database", "current_schema()", (site) => site.context.schema),
];
