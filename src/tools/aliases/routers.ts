// How rows say where arguments go: to one tool with renamed arguments, by an argument's value, or by a function.
import type { Arguments, Call, OlderArguments, Route, Router } from "./row.ts";

interface Carrying {
  /** Arguments of ours that are always the same. */
  readonly fixed?: Arguments;
  /** Older arguments that change nothing here, such as a number of workers. */
  readonly drops?: string;
  /** From the value of an older argument, where it was given, to arguments of ours. */
  readonly adapts?: Readonly<Record<string, (value: unknown) => Arguments>>;
  readonly after?: (given: Arguments, older: Arguments) => Call | undefined;
}

/**
 * To `tool`, with the arguments that `carried` names: `name`, or `older=ours`. What else was given is refused, unless it is
 * what the older tool takes anyway: an argument that is silently lost may be the one that mattered.
 */
export function to(tool: string, carried = "", carrying: Carrying = {}): Router {
  return {
    tools: [tool],
    route: (args) => {
      const stray = strayIn(args, { ...carrying, carried });
      if (stray !== undefined) {
        return refuse(`${stray} means nothing here`, `\`${tool}\` answers this call. Leave ${stray} out.`);
      }
      const { after } = carrying;
      const call = { tool, arguments: carriedArguments(args, carried, carrying) };
      return after === undefined ? call : { ...call, after: (given) => after(given, args.all) };
    },
  };
}

/** The arguments of ours that `carried` and `carrying` make of the older ones. */
export function carriedArguments(
  { given, all }: OlderArguments,
  carried: string,
  { fixed = {}, adapts = {} }: Pick<Carrying, "fixed" | "adapts"> = {},
): Arguments {
  const renamed = pairsOf(carried).flatMap(([older, ours]) => (all[older] === undefined ? [] : [[ours, all[older]]]));
  const adapted = Object.entries(adapts).map(([older, adapt]) =>
    given[older] === undefined ? {} : adapt(given[older]),
  );
  return Object.assign(Object.fromEntries(renamed), fixed, ...adapted);
}

/** An argument that was given and goes nowhere. */
function strayIn(
  { given }: OlderArguments,
  { carried, drops = "", adapts = {} }: Carrying & { readonly carried: string },
): string | undefined {
  const known = new Set([...pairsOf(carried).map(([older]) => older), ...words(drops), ...Object.keys(adapts)]);
  const saysNothing = (value: unknown): boolean =>
    value === false || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.keys(given).find((name) => !known.has(name) && !saysNothing(given[name]));
}

/** By the value of an argument, such as `action`, which then is spent. */
export function by(name: string, routers: Readonly<Record<string, Router>>): Router {
  return {
    tools: [...new Set(Object.values(routers).flatMap(({ tools }) => tools))],
    route: (args, around) => {
      const value = String(args.all[name]);
      const router = Object.hasOwn(routers, value) ? routers[value] : undefined;
      if (router !== undefined) return router.route(without(args, name), around);
      return refuse(`${name} ${JSON.stringify(value)} is not known here`, `It is ${Object.keys(routers).join(", ")}.`);
    },
  };
}

/** By a function, which may lead to these tools. */
export function leads(tools: string, route: Router["route"]): Router {
  return { tools: words(tools), route };
}

/** Never done, whatever the arguments are. */
export function never(refused: string, hint: string): Router {
  return { tools: [], route: () => refuse(refused, hint) };
}

/** By whether the argument was given. */
export function whether(name: string, given: Router, absent: Router): Router {
  return {
    tools: [...new Set([...given.tools, ...absent.tools])],
    route: (args, around) => (args.given[name] === undefined ? absent : given).route(args, around),
  };
}

export function refuse(refused: string, hint: string): Route {
  return { refused, hint };
}

export function without({ given, all }: OlderArguments, name: string): OlderArguments {
  const { [name]: _given, ...others } = given;
  const { [name]: _all, ...rest } = all;
  return { given: others, all: rest };
}

/** As text, for what our tools take as text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** One column of a result that is columns and rows, as texts. */
export function columnOf(found: Arguments | undefined, column: string): readonly string[] {
  const columns = Array.isArray(found?.["columns"]) ? (found["columns"] as unknown[]) : [];
  const rows = Array.isArray(found?.["rows"]) ? (found["rows"] as unknown[][]) : [];
  const at = columns.indexOf(column);
  return rows.map((row) => textOf(row[at]));
}

/**
 * How it goes on with the only one of exactly that name among what was listed, by what it has in `column`; with undefined where
 * there is none. Refused where the list does not tell.
 */
export function byName(
  found: Arguments | undefined,
  { name, column }: { readonly name: unknown; readonly column: string },
  next: (one: string | undefined) => Route,
): Route {
  const names = columnOf(found, "name");
  const [one, ...others] = columnOf(found, column).filter((_cell, at) => names[at] === name);
  if (others.length > 0) {
    return refuse(
      `several are called ${textOf(name)}`,
      `Name one by its id: ${[one, ...others].slice(0, 10).join(", ")}.`,
    );
  }
  if (one === undefined && found?.["truncated"] === true) {
    return refuse(
      `too many have ${textOf(name)} in their names`,
      "Use the tool that creates, or the one that changes by id.",
    );
  }
  return next(one);
}

/** How long a call waits, from a timeout in seconds: ours waits at most 290, and then hands over what goes on. */
export const waitsFor = (value: unknown): Arguments =>
  typeof value === "number" ? { wait_seconds: Math.max(0, Math.min(value, 290)) } : {};

function pairsOf(carried: string): readonly (readonly [string, string])[] {
  return words(carried).map((word) => {
    const [older = "", ours = older] = word.split("=");
    return [older, ours] as const;
  });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
