import { expect, test } from "bun:test";
import type { Route } from "./route.ts";
import { createRouter } from "./router.ts";

function route(method: Route["method"], pattern: string): Route {
  return { method, pattern, handler: () => ({}) };
}

const router = createRouter([
  route("GET", "/a/list"),
  route("GET", "/a/{id}"),
  route("POST", "/a/{id}"),
  route("GET", "/a/{id}/parts/{part}"),
  route("GET", "/files/{path...}"),
  route("GET", "/files/known"),
]);

function found(method: string, path: string): unknown {
  const result = router.find(method, path);
  return result.kind === "route" ? [result.route.pattern, result.params] : result.kind;
}

test.each([
  ["GET", "/a/list", ["/a/list", {}]],
  ["GET", "/a/7", ["/a/{id}", { id: "7" }]],
  ["POST", "/a/list", ["/a/{id}", { id: "list" }]],
  ["GET", "/a/x%2Fy/parts/%C3%BC", ["/a/{id}/parts/{part}", { id: "x/y", part: "ü" }]],
  ["GET", "/files/known", ["/files/known", {}]],
  ["GET", "/files/a/b%20c/", ["/files/{path...}", { path: "a/b c/" }]],
  ["GET", "/files/a%2Fb", ["/files/{path...}", { path: "a/b" }]],
  ["DELETE", "/a/list", "otherMethod"],
  ["PUT", "/files/a/b", "otherMethod"],
  ["GET", "/a", "unknown"],
  ["GET", "/a/", "unknown"],
  ["GET", "/files", "unknown"],
  ["GET", "/a/list/more", "unknown"],
])("%s %s", (method, path, expected) => {
  expect(found(method, path)).toEqual(expected);
});

test("two routes for the same call are a mistake in the table", () => {
  expect(() => createRouter([route("GET", "/x/{a}"), route("GET", "/x/{b}")])).toThrow("two routes");
});

test("a broken percent encoding is an error", () => {
  expect(() => router.find("GET", "/a/%E0%A4%A")).toThrow(URIError);
});
