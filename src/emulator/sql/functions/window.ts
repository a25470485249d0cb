// Functions that exist only over a window.
import { coerce } from "../analyze/context.ts";
import { meet } from "../analyze/expressions.ts";
import { types, type DataType } from "../types.ts";
import { argument, D, I, windowed, type CallSite, type FunctionSpec, type Made } from "./define.ts";

function ranked(name: string, type: DataType): FunctionSpec {
  return windowed({ names: name, usage: `${name}() OVER (...)`, args: [0, 0] }, (site) => ({
    sql: type.kind === "int" ? `CAST(${name}()${site.over} AS INTEGER)` : `${name}()${site.over}`,
    type,
  }));
}

/** lag and lead with their default: the default fills rows that are not there, not values that are NULL. */
function neighbour(name: "lag" | "lead"): FunctionSpec {
  return windowed(
    { names: name, usage: `${name}(value[, offset[, default]]) [IGNORE NULLS] OVER (...)`, args: [1, 3] },
    (site) => {
      const value = argument(site, 0);
      const offset = site.args[1] === undefined ? "1" : coerce(site.args[1], types.int);
      const type = site.args[2] === undefined ? value.type : meet([value, site.args[2]], site.shown);
      const otherwise = site.args[2] === undefined ? "" : `, ${coerce(site.args[2], type)}`;
      return { sql: `${name}(${coerce(value, type)}, ${offset}${otherwise}${nulls(site)})${site.over}`, type };
    },
  );
}

function nulls(site: CallSite): string {
  return site.node.ignoreNulls === true ? " IGNORE NULLS" : "";
}

function nth(site: CallSite): Made {
  const value = argument(site, 0);
  return {
    sql: `nth_value(${value.sql}, ${coerce(argument(site, 1), types.int)}${nulls(site)})${site.over}`,
    type: value.type,
  };
}

export const windowFunctions: readonly FunctionSpec[] = [
  ranked("row_number", I),
  ranked("rank", I),
  ranked("dense_rank", I),
  ranked("percent_rank", D),
  ranked("cume_dist", D),
  windowed({ names: "ntile", usage: "ntile(buckets) OVER (...)", args: [1, 1] }, (site) => ({
    sql: `CAST(ntile(${coerce(argument(site, 0), types.int)})${site.over} AS INTEGER)`,
    type: I,
  })),
  neighbour("lag"),
  neighbour("lead"),
  windowed({ names: "nth_value", usage: "nth_value(value, n) OVER (...)", args: [2, 2] }, nth),
];
