// Protected names and paths: what a pattern keeps, however a call writes the name.
import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { MortarError } from "../platform/errors.ts";
import { defineTool, type Tool, type ToolContext } from "./define.ts";
import { checkProtected, joined, protectionOf, type Protection } from "./protection.ts";
import { pathTarget, runsCode, securable, type Target } from "./targets.ts";

function writer(targets: readonly Target[] | undefined, effect: "read" | "write" = "write"): Tool {
  return defineTool({
    name: "write_it",
    toolset: "sql",
    effect,
    title: "Write",
    description: "Writes.",
    input: z.strictObject({ dry_run: z.boolean().default(false) }),
    output: z.object({}),
    run: async () => ({}),
    text: () => "",
    ...(targets === undefined ? {} : { targets: () => targets }),
  });
}

async function outcome(patterns: readonly string[], targets: readonly Target[] | undefined, more: object = {}) {
  const protection: Protection | undefined = protectionOf(patterns, false);
  const context = { protection, ...more } as ToolContext;
  const thrown = await checkProtected(writer(targets), context, {}).catch((error: unknown) => error);
  return thrown === undefined ? "let through" : (thrown as MortarError).code;
}

const name = (written: string): Target =>
  securable(...written.split(".").map((part) => (part === "?" ? undefined : part)));

describe("a name", () => {
  test.each([
    ["prod", "prod.sales.t"],
    ["prod", "PROD.Sales.T"],
    ["prod", "prod.?"],
    ["prod.sales", "prod.sales.t"],
    // What holds a protected schema changes it, too.
    ["prod.sales", "prod.?"],
    ["prod.sales.t", "prod.sales.t.column"],
    ["*.gold", "any.gold.t"],
    ["prod_*", "prod_eu.a.t"],
    ["*prod*", "my_prod_eu.a.t"],
    ["`my.cat`", "?.a.t"],
    ["prod", "?.sales.t"],
    ["prod.sales", "prod.?.t"],
    ["/Volumes/prod/raw", "prod.raw.v"],
  ])("%s keeps %s", async (pattern, target) => expect(await outcome([pattern], [name(target)])).toBe("protected"));

  test.each([
    ["prod", "production.sales.t"],
    ["prod.sales", "prod.other.t"],
    ["prod.sales.t", "prod.sales.u"],
    ["*.gold", "any.silver.t"],
    ["prod", "dev.prod.prod"],
    ["prod_*", "my_prod_eu.a.t"],
    ["a*a", "a.s.t"],
    ["/Workspace/prod", "prod.sales.t"],
  ])("%s lets %s through", async (pattern, target) =>
    expect(await outcome([pattern], [name(target)])).toBe("let through"),
  );
});

describe("a path", () => {
  test.each([
    ["/Workspace/Shared/prod", "/Workspace/Shared/prod/nb"],
    ["/Workspace/Shared/prod", "/Shared/prod"],
    ["/Shared/prod", "/Workspace/Shared//prod/./x"],
    ["/Shared/prod", "/Shared/dev/../prod/x"],
    ["/Shared/prod", "/shared/PROD/x"],
    ["/Shared/prod", "/Shared"],
    ["/Users/*/prod", "/Workspace/Users/me@x.com/prod/nb"],
    ["prod", "/Volumes/prod/raw/v/f"],
    ["prod", "dbfs:/Volumes/PROD/raw/v"],
    ["/Volumes/main/raw/v/keep", "/Volumes/main/raw/v/keep/f"],
    ["dbfs:/mnt/prod", "/dbfs/mnt/prod/x"],
    ["s3://bucket/prod", "S3://bucket/prod/x"],
    ["s3://bucket/prod", "s3a://bucket/prod/x"],
    ["abfs://c@a.dfs.core.windows.net/prod", "abfss://c@a.dfs.core.windows.net/prod/x"],
    ["dbfs:/mnt/prod", "file:/dbfs/mnt/prod/x"],
  ])("%s keeps %s", async (pattern, path) => expect(await outcome([pattern], [pathTarget(path)])).toBe("protected"));

  test.each([
    ["/Shared/prod", "/Shared/production"],
    ["/Shared/prod", "/Users/me/Shared/prod"],
    ["prod", "/Volumes/main/prod/v"],
    ["/Volumes/main/raw/v/keep", "/Volumes/main/raw/v/other"],
    ["s3://bucket/prod", "s3://bucket2/prod"],
  ])("%s lets %s through", async (pattern, path) =>
    expect(await outcome([pattern], [pathTarget(path)])).toBe("let through"),
  );
});

describe("what cannot be told", () => {
  test("is refused: code, and a tool that does not say what it writes", async () => {
    expect(await outcome(["prod"], runsCode())).toBe("protected");
    expect(await outcome(["prod"], undefined)).toBe("protected");
    const allowed = { protection: protectionOf(["prod"], true) };
    expect(await outcome(["prod"], runsCode(), allowed)).toBe("let through");
    expect(await outcome(["prod"], [...runsCode(), name("prod.a.t")], allowed)).toBe("protected");
  });

  test("is let through where nothing is protected, where it only reads, and where it is a dry run", async () => {
    expect(await outcome([], runsCode())).toBe("let through");
    const context = { protection: protectionOf(["prod"], false) } as ToolContext;
    await checkProtected(writer([name("prod.a.t")], "read"), context, {});
    await checkProtected(writer([name("prod.a.t")]), context, { dry_run: true });
  });
});

test.each(["", " ", "a b", "a..b", "~/x", "a.b.c.d.e", "/", "`a"])("%p is no pattern", (pattern) => {
  expect(() => protectionOf([pattern], false)).toThrow(MortarError);
});

test("two protections together keep what either keeps, and allow code where both do", () => {
  const [one, other] = [protectionOf(["a"], true), protectionOf(["b"], false)];
  expect(joined(one, other)?.patterns.map(({ written }) => written)).toEqual(["a", "b"]);
  expect(joined(one, other)?.allowCode).toBe(false);
  expect(joined(one, undefined)).toBe(one);
  expect(joined(undefined, undefined)).toBeUndefined();
});
