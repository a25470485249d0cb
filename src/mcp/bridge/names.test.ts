// Merged tools: names that every model takes, that do not depend on which server is there, and the filter over them.
import { describe, expect, test } from "bun:test";
import type { Tool } from "@modelcontextprotocol/server";
import { array, assert, constantFrom, property, record, string } from "fast-check";
import { mergeTools, unknownNames, type ServerTools, type ToolFilter } from "./names.ts";

const all: ToolFilter = { only: [], exclude: [], readOnly: false };

function tool(name: string, readOnlyHint?: boolean): Tool {
  return {
    name,
    inputSchema: { type: "object" },
    ...(readOnlyHint === undefined ? {} : { annotations: { readOnlyHint } }),
  };
}

function server(prefix: string, ...tools: readonly (string | Tool)[]): ServerTools<string> {
  return { server: prefix, prefix, tools: tools.map((one) => (typeof one === "string" ? tool(one) : one)) };
}

const namesOf = (servers: readonly ServerTools<string>[], filter = all): readonly string[] =>
  mergeTools(servers, filter).map(({ name }) => name);

describe("names", () => {
  test("stay where no two are alike", () => {
    expect(namesOf([server("a", "one", "two"), server("b", "three")])).toEqual(["one", "two", "three"]);
  });

  test("that two servers have are nobody's", () => {
    expect(namesOf([server("a", "run", "one"), server("b", "run")])).toEqual(["a_run", "one", "b_run"]);
  });

  test("stay apart where prefixes are alike, too", () => {
    const names = namesOf([server("a", "run"), server("a", "run")]);
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toBe("a_run");
  });

  test("are the same whichever other tools a filter takes away", () => {
    const servers = [server("a", tool("run", true)), server("b", tool("run", false))];
    expect(namesOf(servers, { ...all, readOnly: true })).toEqual(["a_run"]);
  });

  test("are taken by every model, and each is one tool's", () => {
    const anyName = string({ minLength: 0, maxLength: 90, unit: "grapheme" });
    const anyServer = record({
      prefix: constantFrom("a", "b", "genie_1"),
      tools: array(anyName, { maxLength: 8 }),
    });
    assert(
      property(array(anyServer, { maxLength: 4 }), (servers) => {
        const given = servers.map(({ prefix, tools }) => server(prefix, ...tools.map((name) => tool(name))));
        const names = namesOf(given);
        expect(names).toEqual(namesOf(given));
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
      }),
    );
  });

  test("that are too long keep their beginning and differ by their end", () => {
    const long = `main__default__${"x".repeat(80)}`;
    const names = namesOf([server("a", `${long}1`, `${long}2`)]);
    expect(names.every((name) => name.length === 64 && name.startsWith("main__default__x"))).toBe(true);
    expect(new Set(names).size).toBe(2);
  });
});

describe("the filter", () => {
  const servers = [server("a", tool("get", true), tool("set", false), "unsaid"), server("b", tool("get", true))];

  test("reading leaves what says that it only reads", () => {
    expect(namesOf(servers, { ...all, readOnly: true })).toEqual(["a_get", "b_get"]);
  });

  test("a tool is named as it is listed, or as its server has it", () => {
    expect(namesOf(servers, { ...all, only: ["a_get", "set"] })).toEqual(["a_get", "set"]);
    expect(namesOf(servers, { ...all, only: ["get"] })).toEqual(["a_get", "b_get"]);
    expect(namesOf(servers, { ...all, exclude: ["get", "set"] })).toEqual(["unsaid"]);
  });

  test("a name that nobody has is told", () => {
    expect(unknownNames(["get", "a_get", "gone"], mergeTools(servers, all))).toEqual(["gone"]);
  });
});
