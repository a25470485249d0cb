// A route, declared once: what it takes, what it answers and what does it. Checks, dispatch and documents are made from it.
import type * as z from "zod";
import type { RouteName, Routes } from "../contract/routes.ts";
import type { Caller } from "./caller.ts";
import type { AppParts } from "./parts.ts";

/** The names in braces of a path. */
type NamesIn<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

type QueryOf<Name extends RouteName> = Routes[Name] extends { readonly query: infer Query } ? Query : undefined;
type BodyOf<Name extends RouteName> = Routes[Name] extends { readonly body: infer Body } ? Body : undefined;
type AnswerOf<Name extends RouteName> = Routes[Name]["answer"];

/** Answers that are no JSON come from the handler as they are. */
export type RawKind = "text" | "stream" | "bytes";
export type BodyKind = "form" | "file";

/** What a handler gets of its request, checked. */
export interface Call<Name extends RouteName = RouteName> {
  readonly parts: AppParts;
  readonly caller: Caller;
  readonly params: Readonly<Record<NamesIn<Name>, string>>;
  readonly query: QueryOf<Name>;
  readonly body: BodyOf<Name> extends FormData | Blob ? Request : BodyOf<Name>;
  readonly headers: Headers;
  /** Fires when whoever asked has gone, and when the app ends. */
  readonly signal: AbortSignal;
}

interface Spec<Name extends RouteName> {
  /** For the documents: one line. */
  readonly summary: string;
  readonly query?: z.ZodType<QueryOf<Name>>;
  /** `form`, `file`: the handler reads the request itself. */
  readonly body?: z.ZodType<BodyOf<Name>> | BodyKind;
  readonly answer: AnswerOf<Name> extends RawKind ? AnswerOf<Name> : z.ZodType<AnswerOf<Name>>;
  /** Whether it answers without a sign-in. */
  readonly open?: boolean;
  readonly run: (call: Call<Name>) => Promise<AnswerOf<Name> extends RawKind ? Response : AnswerOf<Name>>;
}

/** A declared route, as the rest of the server sees it. */
export interface Route {
  readonly name: RouteName;
  readonly method: string;
  /** With its names in braces. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | BodyKind | undefined;
  readonly answer: z.ZodType | RawKind;
  readonly open: boolean;
  readonly run: (call: Call) => Promise<unknown>;
}

export function route<Name extends RouteName>(name: Name, spec: Spec<Name>): Route {
  const [method = "", path = ""] = name.split(" ");
  return {
    name,
    method,
    path,
    summary: spec.summary,
    query: spec.query,
    body: spec.body,
    answer: spec.answer,
    open: spec.open === true,
    // The dispatcher gives it what its own schemas have made.
    run: spec.run as unknown as Route["run"],
  };
}
