import { describe, expect, test } from "bun:test";
import { findEntry } from "../../tools/catalog.ts";
import { systemPrompt, type PromptFacts } from "./system-prompt.ts";
import { appTools } from "./tools/app-tools.ts";

const facts: PromptFacts = {
  workspaceUrl: "https://dbc-1.cloud.databricks.com",
  user: "ann@example.com",
  context: {},
  skills: [],
  instructions: "",
  hasLocalFiles: true,
  hasShell: true,
};

describe("the system prompt", () => {
  test("names what was chosen, and nothing that was not", () => {
    const context = {
      cluster_id: "0101-abc",
      warehouse_id: "w-77",
      default_catalog: "main",
      default_schema: "sales",
      workspace_folder: "/Workspace/Users/ann@example.com/sales",
    };
    const full = systemPrompt({ ...facts, context });
    for (const value of [...Object.values(context), facts.workspaceUrl, facts.user]) expect(full).toContain(value);
    const empty = systemPrompt(facts);
    for (const word of ["warehouse_id", "cluster_id", "Catalog", "undefined", "null"])
      expect(empty).not.toContain(word);
  });

  test("leaves the cluster out where compute is serverless", () => {
    const text = systemPrompt({ ...facts, context: { cluster_id: "__serverless__" } });
    expect(text).toContain("serverless");
    expect(text).not.toContain("__serverless__");
  });

  test("never has rights given to everybody", () => {
    const text = systemPrompt({ ...facts, context: { default_catalog: "main", default_schema: "sales" } });
    expect(text).not.toMatch(/account users|ALL PRIVILEGES|GRANT ALL|READ VOLUME|WRITE VOLUME/i);
    expect(text).toContain("Give no other user, group or service principal a right on anything unless");
  });

  test("lists the skills that are on, a line each, and the project's own instructions", () => {
    const skills = [{ name: "databricks-jobs", description: "How jobs\n  are made" }];
    const text = systemPrompt({ ...facts, skills, instructions: " Speak German. " });
    expect(text).toContain("- `databricks-jobs`: How jobs are made\n");
    expect(text).toEndWith("# Instructions of this project\n\nSpeak German.\n");
    expect(systemPrompt(facts)).not.toContain("# Skills");
  });

  test("names only tools that there are", () => {
    const text = systemPrompt({ ...facts, context: { cluster_id: "c", warehouse_id: "w" } });
    const named = [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, name]) => name ?? "");
    const arguments_ = new Set(["operation_id", "wait_seconds"]);
    const tools = named.filter((name) => !arguments_.has(name));
    expect(tools.length).toBeGreaterThan(2);
    for (const name of tools) {
      const isThere = findEntry(name) !== undefined || appTools.some((tool) => tool.name === name);
      expect([name, isThere]).toEqual([name, true]);
    }
  });

  test("is the same for the same facts, and says what the shell is for where there is one", () => {
    expect(systemPrompt(facts)).toBe(systemPrompt({ ...facts }));
    expect(systemPrompt({ ...facts, hasShell: false })).not.toContain("shell");
    expect(systemPrompt({ ...facts, hasLocalFiles: false })).toContain("as content");
  });
});
