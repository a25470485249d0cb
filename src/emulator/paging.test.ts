import { expect, test } from "bun:test";
import { pageOf, pageSizeOf } from "./paging.ts";

function walk(items: readonly number[], size: number): (readonly number[])[] {
  const pages: (readonly number[])[] = [];
  let token: string | undefined;
  do {
    const page = pageOf(items, { size, token });
    pages.push(page.items);
    token = page.next;
  } while (token !== undefined);
  return pages;
}

test("everything comes once, with one empty page between the first and the rest", () => {
  expect(walk([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [], [3, 4], [5]]);
  expect(walk([1, 2, 3, 4], 2)).toEqual([[1, 2], [], [3, 4]]);
});

test("a list that fits has one page", () => {
  expect(walk([1, 2], 2)).toEqual([[1, 2]]);
  expect(walk([], 2)).toEqual([[]]);
});

test("previous leads back to the first page", () => {
  const items = [1, 2, 3, 4, 5];
  let page = pageOf(items, { size: 2 });
  expect(page.previous).toBeUndefined();
  while (page.next !== undefined) page = pageOf(items, { size: 2, token: page.next });
  expect(page.items).toEqual([5]);
  const seen = [];
  while (page.previous !== undefined) {
    page = pageOf(items, { size: 2, token: page.previous });
    seen.push(page.items);
  }
  expect(seen).toEqual([
    [3, 4],
    [1, 2],
  ]);
});

test.each(["x", "YXQ6LTE", "\u0000"])("the token %j is none of ours", (token) => {
  expect(() => pageOf([1], { size: 1, token })).toThrow(expect.objectContaining({ status: 400 }));
});

test("page sizes", () => {
  const rule = { name: "limit", fallback: 20, max: 100 };
  const size = (query: string): number => pageSizeOf(new URLSearchParams(query), rule);
  expect([size(""), size("limit="), size("limit=0"), size("limit=7"), size("limit=100")]).toEqual([20, 20, 20, 7, 100]);
  for (const query of ["limit=101", "limit=-1", "limit=x", "limit=1.5"]) {
    expect(() => size(query)).toThrow(expect.objectContaining({ errorCode: "INVALID_PARAMETER_VALUE" }));
  }
});
