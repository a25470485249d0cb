// Lists that come in pages: followed to the end, or cut at a limit and said to be cut.
import { MortarError } from "../platform/errors.ts";
import type { JsonObject } from "../platform/json.ts";
import type { CallOptions, Client, ClientRequest } from "./client.ts";
import { objects, text } from "./fields.ts";

export interface ListOptions extends CallOptions {
  /** At most this many items; everything when absent. */
  readonly limit?: number | undefined;
}

export interface Listing<T> {
  readonly items: readonly T[];
  /** True when `limit` cut the list: there is at least one more item. */
  readonly truncated: boolean;
}

/** Makes the request for the page of a token, or for the first page. */
export type PageRequest = (pageToken: string | undefined) => ClientRequest;

// The longest lists that a workspace has are runs, 24 a page: this is some 240,000 of them.
const mostPages = 10_000;

/**
 * Every page, in order. A page may be empty and still name a next one. Throws `bad_response` when a token comes a second
 * time, which would go on for ever, and `too_large` after 10,000 pages.
 */
export async function* pagesOf(client: Client, request: PageRequest): AsyncGenerator<JsonObject, void, undefined> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await client.json(request(token));
    yield page;
    token = text(page, "next_page_token");
    if (token !== undefined && seen.has(token))
      throw new MortarError("bad_response", "The workspace gives the same page of the list again and again", {
        hint: "Try again; if it stays, ask for fewer items with a limit.",
      });
    if (token !== undefined) seen.add(token);
    if (seen.size >= mostPages)
      throw new MortarError("too_large", `The list has more than ${mostPages} pages`, {
        hint: "Ask for fewer items with a limit, or narrow the list down.",
      });
  } while (token !== undefined);
}

/** The items of all pages up to `limit`. Throws `invalid_input` for a limit that is not a whole number from 1. */
export async function collect<T>(
  pages: AsyncIterable<JsonObject>,
  itemsOf: (page: JsonObject) => readonly T[],
  limit?: number,
): Promise<Listing<T>> {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1))
    throw new MortarError("invalid_input", "A limit is a whole number from 1", {
      hint: "Leave it out for everything.",
    });
  const items: T[] = [];
  for await (const page of pages) {
    for (const item of itemsOf(page)) items.push(item);
    if (limit !== undefined && items.length > limit) return { items: items.slice(0, limit), truncated: true };
  }
  return { items, truncated: false };
}

/** The page size to ask for: one more than the limit, so that one page mostly tells whether the list was cut. */
export function pageSize(limit: number | undefined, largest: number): number {
  return limit === undefined ? largest : Math.min(largest, limit + 1);
}

/** One object that came in pages: `before` with the lists that `keys` name continued by those of `page`. */
export function appendLists(before: JsonObject | undefined, page: JsonObject, keys: readonly string[]): JsonObject {
  if (before === undefined) return page;
  const joined = keys
    .filter((key) => key in before || key in page)
    .map((key) => [key, [...objects(before, key), ...objects(page, key)]]);
  return { ...page, ...before, ...Object.fromEntries(joined) };
}
