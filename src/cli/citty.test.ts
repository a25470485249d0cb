// The table in citty's shape.
import { describe, expect, test } from "bun:test";
import { cittyTree, runLeaf } from "./citty.ts";
import type { Command, Group } from "./spec.ts";

const leaf: Command = {
  summary: "Leaf",
  flags: {},
  positionals: [],
  examples: [],
  load: () => Promise.reject(new Error("no")),
};

describe("runLeaf", () => {
  test("gives what the work gives, then cleans up", async () => {
    const calls: string[] = [];
    const work = async () => {
      calls.push("work");
      return { data: 1, text: "one" };
    };
    expect(await runLeaf("leaf", leaf, work, () => calls.push("cleanup"))).toEqual({ data: 1, text: "one" });
    expect(calls).toEqual(["work", "cleanup"]);
  });

  test("cleans up after a failure too, and passes it on as it is", async () => {
    const failure = new Error("failed");
    let cleaned = false;
    const run = runLeaf(
      "leaf",
      leaf,
      () => Promise.reject(failure),
      () => {
        cleaned = true;
      },
    );
    expect(await run.catch((thrown: unknown) => thrown)).toBe(failure);
    expect(cleaned).toBe(true);
  });
});

test("cittyTree has the names and summaries of the table, and loads no body", async () => {
  const root: Group = { summary: "All", commands: { one: leaf, more: { summary: "More", commands: { two: leaf } } } };
  const tree = cittyTree("mortar", root);
  expect(tree.meta).toEqual({ name: "mortar", description: "All" });
  const children = tree.subCommands as Record<string, () => unknown>;
  expect(Object.keys(children)).toEqual(["one", "more"]);
  expect(children["more"]?.()).toMatchObject({ meta: { name: "more", description: "More" } });
});
