// From an older call to the calls of ours that answer it. Only reading happens on the way, so that nothing is done twice when a
// call is made again after a question.
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { findEntry } from "../catalog.ts";
import { fitArguments } from "./fit.ts";
import type { Arguments, Call, OlderTool, Route } from "./row.ts";
import { parseSignature } from "./signature.ts";

/** What a call of ours gave. */
export interface Answer<Raw> {
  /** As the caller's own world has it, errors and questions included. */
  readonly raw: Raw;
  /** Absent where it failed, or somebody has to be asked first. */
  readonly data: Arguments | undefined;
  readonly text: string;
  readonly failed: boolean;
  /** It failed as what it asks for is not there. */
  readonly notFound: boolean;
}

/** The answers of several calls as one. */
export interface Joined {
  readonly data: Arguments;
  readonly text: string;
  readonly failed: boolean;
}

interface Following<Raw> {
  readonly readOnly: boolean;
  call(call: Call): Promise<Answer<Raw>>;
}

export type Followed<Raw> = { readonly raw: Raw } | { readonly joined: Joined };

/** At most so many calls are made to find out which one is meant. */
const mostLooks = 4;

/** The route of these arguments, before anything is looked up. Throws `invalid_input` where they do not fit. */
export function routeOf(tool: OlderTool, args: unknown, readOnly: boolean): Route {
  const given = args ?? {};
  if (!isObject(given)) throw new MortarError("invalid_input", `${tool.name}: the arguments must be an object`);
  const fitted = fitArguments(tool.name, parseSignature(tool.parameters), given);
  const route = tool.router.route(fitted, { readOnly });
  if ("refused" in route) throw refusal(tool, route);
  return route;
}

/** Answers the older call. Throws `invalid_input` for arguments that do not fit, `unsupported` for what is refused. */
export async function followRoute<Raw>(
  tool: OlderTool,
  args: unknown,
  { readOnly, call }: Following<Raw>,
): Promise<Followed<Raw>> {
  let route = routeOf(tool, args, readOnly);
  for (let looks = 0; "look" in route; looks += 1) {
    if (looks === mostLooks) throw new MortarError("internal", `${tool.name} looks too often`);
    const found = await call(onlyReading(route.look));
    if (found.failed && !found.notFound) return { raw: found.raw };
    route = route.next(found.data);
  }
  if ("refused" in route) throw refusal(tool, route);
  if ("each" in route) return { joined: await together(route.each.map(onlyReading), call) };
  const answer = await call(route);
  const next = answer.failed || answer.data === undefined ? undefined : route.after?.(answer.data);
  return next === undefined ? { raw: answer.raw } : { joined: await afterwards(answer, next, call) };
}

function refusal(tool: OlderTool, { refused, hint }: { readonly refused: string; readonly hint: string }): MortarError {
  return new MortarError("unsupported", `${tool.name}: ${refused}`, { hint });
}

function onlyReading(call: Call): Call {
  if (findEntry(call.tool)?.effect === "read") return call;
  throw new MortarError("internal", `${call.tool} is no reading tool`);
}

/** Each answer under its tool and what it was asked. One that failed leaves the others. */
async function together<Raw>(calls: readonly Call[], call: Following<Raw>["call"]): Promise<Joined> {
  const answers: { readonly asked: Call; readonly answer: Answer<Raw> }[] = [];
  for (const asked of calls) answers.push({ asked, answer: await call(asked) });
  return {
    data: {
      results: answers.map(({ asked, answer }) => ({
        tool: asked.tool,
        arguments: asked.arguments,
        ...outcome(answer),
      })),
    },
    text: answers.map(({ asked, answer }) => `${headed(asked)}\n${answer.text}`).join("\n\n"),
    failed: answers.every(({ answer }) => answer.failed),
  };
}

/** What the older tool did besides. Its answer stands under its tool's name, beside that of the first. */
async function afterwards<Raw>(first: Answer<Raw>, asked: Call, call: Following<Raw>["call"]): Promise<Joined> {
  const next = await call(asked);
  const isOpen = next.data === undefined && !next.failed;
  const text = isOpen
    ? `Not done, as somebody has to be asked: call ${asked.tool} with ${JSON.stringify(asked.arguments)}`
    : next.text;
  return {
    data: { ...first.data, [asked.tool]: isOpen ? { hint: text } : outcome(next) },
    text: `${first.text}\n\n${headed(asked)}\n${text}`,
    failed: next.failed,
  };
}

function headed({ tool, arguments: args }: Call): string {
  return `${tool} ${JSON.stringify(args)}:`;
}

function outcome({ data, text }: Answer<unknown>): Arguments {
  return data === undefined ? { error: text } : { result: data };
}
