// Paths to routes and back.
import { describe, expect, test } from "bun:test";
import { pathOf, type Route, routeOf } from "./router.ts";

describe("routeOf", () => {
  test.each<[string, Route]>([
    ["/", { page: "home" }],
    ["//", { page: "home" }],
    ["/projects", { page: "home" }],
    ["/projects/p1", { page: "project", projectId: "p1", view: "chat" }],
    ["/projects/p1/", { page: "project", projectId: "p1", view: "chat" }],
    ["/projects/p1/c/c1", { page: "project", projectId: "p1", view: "chat", conversationId: "c1" }],
    ["/projects/p1/files", { page: "project", projectId: "p1", view: "files" }],
    ["/projects/p1/usage", { page: "project", projectId: "p1", view: "usage" }],
    ["/projects/p1/c", { page: "unknown" }],
    ["/projects/p1/c/c1/more", { page: "unknown" }],
    ["/projects/p1/other", { page: "unknown" }],
    ["/projects/p1/files/more", { page: "unknown" }],
    ["/projects/%E0%A4%A", { page: "unknown" }],
    ["/settings", { page: "settings" }],
    ["/settings/x", { page: "unknown" }],
    ["/doc", { page: "docs" }],
    ["/docs-page", { page: "docs" }],
    ["/nowhere", { page: "unknown" }],
  ])("%s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });
});

describe("pathOf", () => {
  test.each<Route>([
    { page: "home" },
    { page: "settings" },
    { page: "docs" },
    { page: "project", projectId: "a b/ü?#%", view: "chat" },
    { page: "project", projectId: "p", view: "chat", conversationId: "../x" },
    { page: "project", projectId: "p", view: "skills" },
  ])("%j comes back", (route) => {
    expect(routeOf(pathOf(route))).toEqual(route);
  });

  test("what is nowhere leads home", () => {
    expect(pathOf({ page: "unknown" })).toBe("/");
  });
});
