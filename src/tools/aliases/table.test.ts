// Each row of the table: older arguments lead to the tool and the arguments that they should, which that tool takes.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { MortarError } from "../../platform/errors.ts";
import { isObject } from "../../platform/json.ts";
import { parseArguments } from "../call.ts";
import { catalog, findEntry } from "../catalog.ts";
import { generations } from "../naming.ts";
import { loadTool } from "../toolsets.ts";
import { routeOf } from "./follow.ts";
import { olderToolsMarkdown } from "./markdown.ts";
import type { Arguments, OlderTool, Route } from "./row.ts";
import { inputSchemaOf, parseSignature } from "./signature.ts";
import { fits, formsOf, olderTools, toolsOf } from "./table.ts";
import { plainCases, type AliasCase } from "./testing-cases.ts";
import { furtherCases } from "./testing-more-cases.ts";

const cases = [...plainCases, ...furtherCases];

/** The calls of a route, with what a look finds. */
function callsOf(route: Route, found: AliasCase["found"]): readonly (readonly [string, Arguments])[] {
  if ("refused" in route) throw new Error(route.refused);
  if ("look" in route) return callsOf(route.next(found ?? undefined), found);
  const calls = "each" in route ? route.each : [route];
  return calls.map((call) => [call.tool, call.arguments] as const);
}

function isFor({ name, args, era }: AliasCase, form: OlderTool): boolean {
  return name === form.name && fits(form, args) && (era === undefined || form.generations.includes(era));
}

async function taken(tool: string, args: Arguments): Promise<void> {
  const ours = await loadTool(tool);
  if (ours === undefined) throw new Error(`there is no ${tool}`);
  parseArguments(ours, args);
}

describe("a row", () => {
  test.each(cases.map((one) => [`${one.name} ${JSON.stringify(one.args)}`, one] as const))("%s", async (_name, one) => {
    const forms = formsOf(one.name).filter((form) => isFor(one, form));
    expect(forms).not.toEqual([]);
    for (const form of forms) {
      const route = routeOf(form, one.args, one.readOnly ?? false);
      if ("look" in route) {
        await taken(route.look.tool, route.look.arguments);
        expect([form.router.tools.includes(route.look.tool), findEntry(route.look.tool)?.effect]).toEqual([
          true,
          "read",
        ]);
        expect(one.found).not.toBeUndefined();
      }
      const calls = callsOf(route, one.found);
      expect(calls).toEqual([...one.leads]);
      for (const [tool, args] of calls) {
        expect(form.router.tools).toContain(tool);
        await taken(tool, args);
      }
      const last = "look" in route ? route.next(one.found ?? undefined) : route;
      const after = "tool" in last ? last.after?.(one.gave ?? {}) : undefined;
      expect(after === undefined ? undefined : [after.tool, after.arguments]).toEqual(
        one.after === undefined ? undefined : [...one.after],
      );
      if (after !== undefined) {
        expect(form.router.tools).toContain(after.tool);
        await taken(after.tool, after.arguments);
      }
    }
  });

  const named = olderTools.map((tool) => [`${tool.name} of ${tool.generations.join(", ")}`, tool] as const);

  test.each(named.filter(([, { router }]) => router.tools.length > 0))("%s has a case", (_name, tool) => {
    expect(cases.some((one) => isFor(one, tool))).toBe(true);
  });

  test.each(named)("%s has a case for each of its actions", (_name, tool) => {
    const { name, schema } = parseSignature(tool.parameters).find((one) => isAction(one.name)) ?? {};
    const choices = schema?.["enum"];
    if (name === undefined || !Array.isArray(choices)) return;
    const called = cases.filter((one) => isFor(one, tool)).map(({ args }) => args[name]);
    expect(choices.filter((choice) => choice !== "get_best" && !called.includes(choice))).toEqual([]);
  });

  test.each(named)("%s leads to tools that there are", (_name, tool) => {
    const known = catalog.map(({ name }) => name);
    expect(tool.router.tools.filter((name) => !known.includes(name))).toEqual([]);
  });

  test.each(named)("%s can be listed", (_name, tool) => {
    const schema = inputSchemaOf(parseSignature(tool.parameters));
    expect(isObject(schema["properties"])).toBe(true);
    expect(tool.does).toMatch(/^[A-Z].*\.$/);
  });
});

function isAction(name: string): boolean {
  return ["action", "operation", "type", "resource"].includes(name);
}

describe("the table", () => {
  test("has as many tools of each generation as it had", () => {
    expect(generations.map((generation) => toolsOf(generation).length)).toEqual([44, 77, 98, 21, 17]);
  });

  test.each([...generations])("has each name of %s once", (generation) => {
    const names = toolsOf(generation).map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
  });

  test("docs/older-tools.md is made from it", async () => {
    const docs = join(import.meta.dir, "..", "..", "..", "docs", "older-tools.md");
    if (process.env["UPDATE_GOLDEN"] === "1") await Bun.write(docs, olderToolsMarkdown());
    expect(await Bun.file(docs).text()).toBe(olderToolsMarkdown());
  });

  test("names differ from the older prefix", () => {
    expect(olderTools.filter(({ name }) => name.startsWith("databricks_"))).toEqual([]);
  });
});

describe("a refusal", () => {
  const refused = (name: string, args: Arguments): MortarError => {
    try {
      for (const form of formsOf(name).slice(0, 1)) routeOf(form as OlderTool, args, false);
    } catch (thrown) {
      if (thrown instanceof MortarError) return thrown;
    }
    throw new Error("not refused");
  };

  test("of an argument that would be lost names it", () => {
    const error = refused("manage_jobs", { action: "get", job_id: 1, tasks: [{}] });
    expect([error.code, error.message]).toEqual(["unsupported", "manage_jobs: tasks means nothing here"]);
    expect(error.hint).toContain("`get_job`");
  });

  test("of what is filled in by clients that fill in everything does not happen", () => {
    const [form] = formsOf("manage_jobs");
    const args = { action: "get", job_id: 1, limit: 25, expand_tasks: false, name: null };
    expect(form === undefined ? undefined : routeOf(form, args, false)).toMatchObject({ tool: "get_job" });
  });

  test("of an action that there is not lists those there are", () => {
    const error = refused("manage_jobs", { action: "explode" });
    expect([error.code, error.message]).toEqual([
      "invalid_input",
      "manage_jobs: action: expected one of create, get, list, find_by_name, update, delete",
    ]);
  });

  test("of an unknown argument says which is meant", () => {
    expect(refused("manage_jobs", { action: "get", jobid: 1 }).hint).toBe('Did you mean "job_id"?');
  });

  test.each([
    [
      {
        columns: ["space_id", "name"],
        rows: [
          ["1", "a"],
          ["2", "a"],
        ],
      },
      "several are called a",
    ],
    [{ columns: ["space_id", "name"], rows: [["1", "aa"]], truncated: true }, "too many have a in their names"],
  ])("of a name that a list does not tell for certain: %j", (found, why) => {
    const [form] = formsOf("manage_genie");
    const args = { action: "create_or_update", display_name: "a", table_identifiers: ["a.b.c"] };
    const route = form === undefined ? undefined : routeOf(form, args, false);
    expect(route !== undefined && "look" in route ? route.next(found) : route).toMatchObject({ refused: why });
  });

  test("of a password says what to use", () => {
    expect(refused("generate_lakebase_credential", {}).hint).toContain("`create_lakebase_credential`");
  });

  test.each([
    ["manage_uc_objects", { object_type: "function", action: "create", name: "f" }, "create_function"],
    ["manage_uc_sharing", { resource_type: "share", action: "add_table", partition_spec: "a=1" }, "partitions"],
    ["manage_app", { action: "get", name: "a", deployment_id: "d" }, "deployment_id"],
    ["execute_sql", { sql_query: "SELECT 1", query_tags: "a:b" }, "Leave it out"],
    ["manage_pipeline", { action: "create", name: "a" }, "root_path"],
    ["execute_code", {}, "Give one of them"],
  ] as const)("%s %p", (name, args, hint) => {
    expect(refused(name, args).hint).toContain(hint);
  });
});
