import { describe, expect, test } from "bun:test";
import type { Project } from "../../contract/api.ts";
import { countOf, nameProblem, shownProjects } from "./project-list.ts";

const project = (name: string, updated: string, count: number, user = "me@x.com"): Project => ({
  id: name,
  name,
  user_email: user,
  role: "owner",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: updated,
  conversation_count: count,
  instructions: "",
});

const all = [
  project("Sales 10", "2026-01-02T00:00:00Z", 3),
  project("sales 9", "2026-01-03T00:00:00Z", 3),
  project("Churn", "2026-01-01T00:00:00Z", 8, "ann@x.com"),
];
const names = (options: Parameters<typeof shownProjects>[1]) => shownProjects(all, options).map(({ name }) => name);

describe("shownProjects", () => {
  test("orders by what changed last, by conversations, by name as people count", () => {
    expect(names({ query: "", order: "recent" })).toEqual(["sales 9", "Sales 10", "Churn"]);
    expect(names({ query: "", order: "active" })).toEqual(["Churn", "sales 9", "Sales 10"]);
    expect(names({ query: "", order: "name" })).toEqual(["Churn", "sales 9", "Sales 10"]);
  });

  test("finds every word in name or owner", () => {
    expect(names({ query: " SALES 1 ", order: "recent" })).toEqual(["Sales 10"]);
    expect(names({ query: "ann", order: "recent" })).toEqual(["Churn"]);
    expect(names({ query: "sales churn", order: "recent" })).toEqual([]);
  });
});

test("nameProblem and countOf speak plainly", () => {
  expect([nameProblem("x"), nameProblem("  "), nameProblem("x".repeat(201))]).toEqual([
    undefined,
    "Give the project a name.",
    "A name has at most 200 characters.",
  ]);
  expect([countOf(1, "conversation"), countOf(0, "conversation")]).toEqual(["1 conversation", "0 conversations"]);
});
