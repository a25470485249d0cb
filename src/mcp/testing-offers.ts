// For tests: what the offers beside tools get, over a workspace that answers as it is told.
import { MortarError } from "../platform/errors.ts";
import { selectTools, type SelectionWish } from "../tools/selection.ts";
import { bench, type Bench, type Routes } from "../tools/testing.ts";
import type { CallSurroundings } from "./call.ts";
import { createSession } from "./session.ts";

export interface Stage extends AsyncDisposable {
  readonly around: CallSurroundings;
  readonly bench: Bench;
}

/** Somebody who is signed in. */
export function stage(routes: Routes = {}, wish: SelectionWish = {}): Stage {
  const table = bench(routes);
  const { workspace, deps } = table.context;
  const source = { open: () => Promise.resolve(workspace), forget: () => undefined };
  return {
    around: { deps, selection: selectTools(wish), source, session: createSession() },
    bench: table,
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
}

/** Nobody is signed in. */
export function stranger(wish: SelectionWish = {}): Stage {
  const one = stage({}, wish);
  const refuse = () => Promise.reject(new MortarError("not_signed_in", "Nobody is signed in"));
  return { ...one, around: { ...one.around, source: { open: refuse, forget: () => undefined } } };
}

/** A request that nobody takes back. */
export const request = { signal: new AbortController().signal };

/** The code, message and data of the protocol's error that a promise ends with. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<{ readonly code: number; readonly message: string; readonly data: unknown }> {
  const outcome = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(outcome instanceof Error) || !("code" in outcome)) throw new Error("It was expected to fail, and did not");
  const data = "data" in outcome ? outcome.data : undefined;
  return { code: Number(outcome.code), message: outcome.message, data };
}
