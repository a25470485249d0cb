// The older app's environment: what is not read is named, and nothing else is.
import { expect, test } from "bun:test";
import { serveFlags } from "./serve-flags.ts";
import { olderVariables, unreadVariables } from "./older-variables.ts";

test("a variable that is set and not read is named, with what to do instead", () => {
  expect(
    unreadVariables({ LLM_PROVIDER: "azure", PROJECTS_BASE_DIR: "/p", DATABRICKS_HOST: "https://x", HOME: "/h" }),
  ).toEqual(["LLM_PROVIDER is not read: models come from the workspace; --model names one"]);
  expect(unreadVariables({ LLM_PROVIDER: "" })).toEqual([]);
});

test("ENV is that of the older app only where it says what that one knew", () => {
  expect(unreadVariables({ ENV: "/home/me/.shrc" })).toEqual([]);
  expect(unreadVariables({ ENV: "production" })).toHaveLength(1);
});

test("the variable of a flag is that of the older app", () => {
  const named = Object.entries(olderVariables).flatMap(([name, meaning]) =>
    "flag" in meaning ? [[name, meaning.flag]] : [],
  );
  for (const [name, flag] of Object.entries(serveFlags)) {
    const variable = "env" in flag ? flag.env : undefined;
    if (variable === undefined || variable.startsWith("MORTAR_")) continue;
    expect(named).toContainEqual([variable, name]);
  }
});

test("docs/app.md tells of each", async () => {
  const text = await Bun.file(new URL("../../../docs/app.md", import.meta.url)).text();
  const missing = Object.entries(olderVariables).filter(([name, meaning]) => {
    const row = text.split("\n").find((line) => line.startsWith("|") && line.includes(`\`${name}\``)) ?? "";
    if ("flag" in meaning) return !row.includes(`\`--${meaning.flag}\``);
    return !row.includes("read" in meaning ? meaning.read : meaning.unsupported);
  });
  expect(missing.map(([name]) => name)).toEqual([]);
});
