// From a request to its route: found by method and path, let in, checked, run, and its answer checked as well.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { Caller } from "./caller.ts";
import { jsonHeaders } from "./headers.ts";
import type { AppParts } from "./parts.ts";
import { notFound, refusalOf } from "./refusals.ts";
import { checked, readJson } from "./request-body.ts";
import type { Call, Route } from "./route.ts";

interface Found {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Answers requests below `/api/`. Throws what is to be refused. Calls `unlimited` when who asks is known: from then on the
 * connection may be silent for as long as it likes.
 */
export type Dispatch = (request: Request, url: URL, unlimited: () => void) => Promise<Response>;

export function createDispatch(parts: AppParts, routes: readonly Route[]): Dispatch {
  const find = finder(routes);
  return async (request, url, unlimited) => {
    const found = find(url.pathname);
    if (found.length === 0) throw notFound("route");
    const one = found.find(({ route }) => route.method === request.method);
    if (one === undefined) return notAllowed(found);
    const caller = one.route.open ? undefined : await parts.identity.callerOf(request);
    if (caller !== undefined) unlimited();
    return await answer(parts, one, { request, url, caller });
  };
}

interface Asked {
  readonly request: Request;
  readonly url: URL;
  readonly caller: Caller | undefined;
}

async function answer(parts: AppParts, { route, params }: Found, asked: Asked): Promise<Response> {
  const { request, url, caller } = asked;
  const query = route.query === undefined ? undefined : checked(route.query, Object.fromEntries(url.searchParams));
  const call = {
    parts,
    caller,
    params,
    query,
    body: await bodyFor(route, request),
    headers: request.headers,
    signal: AbortSignal.any([request.signal, parts.ending]),
  };
  const value = await route.run(call as unknown as Call);
  if (typeof route.answer === "string") return value as Response;
  return Response.json(answered(route.answer, value, route.name), { headers: jsonHeaders });
}

async function bodyFor({ body }: Route, request: Request): Promise<unknown> {
  if (body === undefined) return undefined;
  return typeof body === "string" ? request : checked(body, await readJson(request));
}

/** What the schema knows of it: what is not declared does not leave. Throws `internal` for what is not as declared. */
function answered(schema: z.ZodType, value: unknown, name: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new MortarError("internal", `${name} answers otherwise than declared: ${z.prettifyError(result.error)}`);
}

function notAllowed(found: readonly Found[]): Response {
  const allowed = found.map(({ route }) => route.method).join(", ");
  const refused = refusalOf(405, { code: "invalid_input", message: `This route takes ${allowed}` });
  refused.headers.set("allow", allowed);
  return refused;
}

/** All routes with this path; those without a name in the place of a fixed word come first. */
function finder(routes: readonly Route[]): (pathname: string) => readonly Found[] {
  const known = routes.map((route) => ({ route, parts: route.path.split("/") }));
  return (pathname) => {
    const given = pathname.split("/");
    return known
      .flatMap(({ route, parts }) => {
        const params = parts.length === given.length ? matched(parts, given) : undefined;
        return params === undefined ? [] : [{ route, params }];
      })
      .toSorted((one, other) => Object.keys(one.params).length - Object.keys(other.params).length);
  };
}

function matched(parts: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const text = given[index] ?? "";
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) {
      if (part !== text) return undefined;
      continue;
    }
    const decoded = decodedPart(text);
    if (decoded === undefined) return undefined;
    params[name] = decoded;
  }
  return params;
}

function decodedPart(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text);
    return decoded === "" || decoded.includes("\0") ? undefined : decoded;
  } catch {
    return undefined;
  }
}
