import { expect, test } from "bun:test";
import { encodeQuery, segment } from "./query.ts";

test("nested objects become dotted keys, lists repeated keys, undefined nothing", () => {
  const query = {
    filter_by: { cluster_states: ["RUNNING", "PENDING"], is_pinned: false, policy_id: undefined },
    page_size: 20,
    page_token: undefined,
  };
  expect(encodeQuery(query)).toBe(
    "?filter_by.cluster_states=RUNNING&filter_by.cluster_states=PENDING&filter_by.is_pinned=false&page_size=20",
  );
});

test("keys and values are percent-encoded", () => {
  expect(encodeQuery({ path: "/Users/a b@x.com/ü&c=d+e", "a&b": "1" })).toBe(
    "?path=%2FUsers%2Fa%20b%40x.com%2F%C3%BC%26c%3Dd%2Be&a%26b=1",
  );
});

test("no query is no question mark", () => {
  expect(encodeQuery(undefined)).toBe("");
  expect(encodeQuery({ a: undefined, b: [], c: {} })).toBe("");
});

test("a segment stays one segment", () => {
  expect(segment("a/b c?d", "name")).toBe("a%2Fb%20c%3Fd");
  for (const bad of ["", ".", ".."]) expect(() => segment(bad, "statement id")).toThrow("is not a statement id");
});

test("half of a character is refused as what it is, in a value, a key and a segment", () => {
  for (const query of [{ path: "/a\ud800" }, { "\udc00": "x" }]) {
    expect(() => encodeQuery(query)).toThrow("half of a character");
  }
  expect(() => segment("\ud800", "statement id")).toThrow("half of a character");
  expect(encodeQuery({ path: "/💥" })).toBe("?path=%2F%F0%9F%92%A5");
});
