// Calls of the server's routes by their names, typed by the contract.
import type { RouteName, Routes } from "../contract/routes.ts";
import { address, request, type RequestOptions, send } from "./http.ts";

/** The names within braces in a route. */
type PathNames<R extends string> = R extends `${string}{${infer Name}}${infer Rest}` ? Name | PathNames<Rest> : never;

type PathPart<R extends string> = [PathNames<R>] extends [never]
  ? { readonly path?: undefined }
  : { readonly path: { readonly [Name in PathNames<R>]: string } };

type QueryPart<Q> = [Q] extends [never]
  ? { readonly query?: undefined }
  : Record<never, never> extends Q
    ? { readonly query?: Q }
    : { readonly query: Q };

type BodyPart<B> = [B] extends [never] ? { readonly body?: undefined } : { readonly body: B };

type Field<R extends RouteName, F extends string> = F extends keyof Routes[R] ? Routes[R][F] : never;

/** What a call of a route is given: the parts of its path, its query, its body, and an abort signal. */
export type CallOptions<R extends RouteName> = PathPart<R> &
  QueryPart<Field<R, "query">> &
  BodyPart<Field<R, "body">> & { readonly signal?: AbortSignal };

export type AnswerOf<R extends RouteName> = Routes[R]["answer"] extends "text" | "stream" | "bytes"
  ? Response
  : Routes[R]["answer"];

type Rest<R extends RouteName> =
  Record<never, never> extends CallOptions<R> ? [options?: CallOptions<R>] : [options: CallOptions<R>];

interface LooseOptions {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: RequestOptions["query"];
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

const filled = (path: string, values: LooseOptions["path"] = {}): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));

const streams: ReadonlySet<string> = new Set<RouteName>([
  "GET /api/conversations/{conversation_id}/export",
  "GET /api/projects/{project_id}/files/download",
  "GET /api/projects/{project_id}/files/zip",
]);

const requestOf = (method: string, { query, body, signal }: LooseOptions): RequestOptions => ({
  method: method as Exclude<RequestOptions["method"], undefined>,
  ...(query === undefined ? {} : { query }),
  ...(signal === undefined ? {} : { signal }),
  ...(body instanceof Blob || body instanceof FormData ? { body } : {}),
  ...(body === undefined || body instanceof Blob || body instanceof FormData ? {} : { json: body }),
});

/**
 * Calls a route: `call("GET /api/projects/{project_id}", { path: { project_id } })`. Gives its answer; the `Response` of one whose
 * answer is text or bytes. Throws `ApiError`, whose `hint` says what to do.
 */
export const call = async <R extends RouteName>(route: R, ...[options]: Rest<R>): Promise<AnswerOf<R>> => {
  const [method = "GET", path = ""] = route.split(" ");
  const loose = (options ?? {}) as LooseOptions;
  const to = filled(path, loose.path);
  if (streams.has(route)) return (await send(to, requestOf(method, loose))) as AnswerOf<R>;
  return await request<AnswerOf<R>>(to, requestOf(method, loose));
};

type GetRoute = Extract<RouteName, `GET ${string}`>;

/** The address of a route that is read, for a link or an event stream. */
export const addressOf = <R extends GetRoute>(route: R, ...[options]: Rest<R>): string => {
  const loose = (options ?? {}) as LooseOptions;
  return address(filled(route.slice("GET ".length), loose.path), loose.query);
};
