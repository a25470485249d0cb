// What every tool keeps to, by a scan of the table: schemas that every model API takes, both halves of a result whole,
// annotations by effect, and a budget of tokens.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { Glob } from "bun";
import { isObject, type JsonObject } from "../platform/json.ts";
import { toolsetNames } from "./toolset-names.ts";
import { catalog } from "./catalog.ts";
import type { Tool, ToolContext } from "./define.ts";
import type { CatalogEntry } from "./entry.ts";
import { listTool } from "./listing.ts";
import { loadAllTools } from "./load-all.ts";
import { parameterKind } from "./parameter-kinds.ts";
import { toolSchemas } from "./schema.ts";

const tools = await loadAllTools();
const named = tools.map((tool) => [tool.name, tool] as const);

/** Every object in a schema, with its path. */
function* nodes(schema: unknown, path = "$"): Generator<readonly [string, Record<string, unknown>]> {
  if (Array.isArray(schema)) {
    for (const [index, one] of schema.entries()) yield* nodes(one, `${path}[${index}]`);
    return;
  }
  if (!isObject(schema)) return;
  yield [path, schema];
  for (const [key, value] of Object.entries(schema)) yield* nodes(value, `${path}.${key}`);
}

describe.each(named)("%s", (_name, tool) => {
  const { input, output } = toolSchemas(tool);

  test("shows plain objects at the root, without references or a dialect", () => {
    for (const schema of [input, output]) {
      expect(schema["type"]).toBe("object");
      expect(Object.keys(schema)).not.toEqual(expect.arrayContaining(["anyOf"]));
      for (const key of ["anyOf", "oneOf", "allOf", "$schema", "$defs", "definitions"])
        expect(schema).not.toHaveProperty([key]);
      for (const [, node] of nodes(schema)) {
        expect(node).not.toHaveProperty(["$ref"]);
        expect(node).not.toHaveProperty(["oneOf"]);
        expect(node).not.toHaveProperty(["allOf"]);
        // A list of types; a property that is called `type` is a schema.
        expect(Array.isArray(node["type"])).toBe(false);
      }
    }
  });

  test("carries no bound that says nothing", () => {
    for (const [, node] of [...nodes(input), ...nodes(output)]) {
      for (const bound of ["minimum", "maximum"]) {
        expect(Math.abs(Number(node[bound] ?? 0))).toBeLessThan(Number.MAX_SAFE_INTEGER);
      }
    }
  });

  test("says of every value what it is: the protocol's inspector objects to a schema that says nothing", () => {
    const empty = [...nodes(input), ...nodes(output)].filter(
      ([, { description: _description, title: _title, ...rest }]) => {
        return Object.keys(rest).length === 0;
      },
    );
    const schemas = empty
      .map(([path]) => path)
      .filter((path) => /\.(?:properties\.\w+|items|additionalProperties)$/.test(path));
    expect(schemas).toEqual([]);
  });

  test("says of every id and path whose it is, so that it can be completed", () => {
    const ofOneSession = [
      "context_id",
      "command_id",
      "statement_id",
      "update_id",
      "conversation_id",
      "message_id",
      "attachment_id",
    ];
    const names = Object.keys(isObject(input["properties"]) ? input["properties"] : {});
    const unknown = names.filter((name) => /(?:_id|path)$/.test(name) && parameterKind(name) === undefined);
    expect(unknown.filter((name) => !ofOneSession.includes(name))).toEqual([]);
  });

  test("declares every id as a string", () => {
    const ids = [...nodes(input), ...nodes(output)].flatMap(([, node]) =>
      isObject(node["properties"])
        ? Object.entries(node["properties"]).filter(([name]) => /(?:^|_)id$/.test(name))
        : [],
    );
    for (const [name, schema] of ids) expect([name, (schema as JsonObject)["type"]]).toEqual([name, "string"]);
  });

  test("is strict about its arguments", () => {
    expect(tool.input.safeParse({ no_such_argument: 1 }).success).toBe(false);
    expect(JSON.stringify(tool.input.safeParse({ no_such_argument: 1 }).error?.issues)).toContain("unrecognized_keys");
  });

  test("spells only arguments that it has", () => {
    for (const right of Object.values(tool.spellings ?? {})) expect(Object.keys(tool.input.shape)).toContain(right);
  });

  test("has a name, a title and a description that fit", () => {
    expect(tool.name).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
    expect(`mcp__databricks__databricks_${tool.name}`.length).toBeLessThanOrEqual(64);
    expect(tool.title.length).toBeLessThanOrEqual(40);
    expect(tool.description.length).toBeLessThanOrEqual(500);
    expect(tool.description).toMatch(/[.]$/);
  });

  test("is annotated by its effect", () => {
    const { annotations } = listTool(tool);
    expect(annotations.readOnlyHint).toBe(tool.effect === "read");
    expect(annotations.destructiveHint).toBe(tool.effect === "destructive");
    if (tool.effect === "read") expect(annotations.idempotentHint).toBe(true);
    for (const hint of Object.values(annotations)) expect(hint).toBeDefined();
  });

  test("says what it loses and what it writes, or that this is nothing: consent and protection go by it", () => {
    if (tool.effect === "destructive") expect(tool).toHaveProperty("confirm");
    if (tool.effect !== "read") expect(tool).toHaveProperty("targets");
    else expect([tool.confirm, tool.targets]).toEqual([undefined, undefined]);
  });

  test("says in its text all that its data says", () => {
    const leaves: { readonly name: string; readonly value: unknown }[] = [];
    const sample = sampleOf(output, "result", leaves);
    const { text, data } = tool.present(sample);
    expect(data).toEqual(sample as Record<string, unknown>);
    expect(leaves.length).toBeGreaterThan(2);
    const missing = leaves.filter(({ name, value }) => !isSaid(text, name, value));
    expect(missing).toEqual([]);
  });

  test("says in its text that nothing was cut, too", () => {
    if (!("truncated" in tool.output.shape)) return;
    const sample = { ...(sampleOf(output, "result", []) as Record<string, unknown>), truncated: false };
    expect(tool.present(sample).text).toContain("truncated: false");
  });
});

/** A value for every field of the schema, each leaf unlike the others. */
function sampleOf(schema: JsonObject, name: string, leaves: { name: string; value: unknown }[]): unknown {
  const keep = (value: unknown): unknown => {
    leaves.push({ name: name.slice(name.lastIndexOf(".") + 1), value });
    return value;
  };
  if (Array.isArray(schema["enum"])) return keep(schema["enum"][0]);
  const type = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
  switch (type) {
    case "object": {
      const properties = (schema["properties"] ?? {}) as Record<string, JsonObject>;
      return Object.fromEntries(
        Object.entries(properties).map(([key, value]) => [key, sampleOf(value, `${name}.${key}`, leaves)]),
      );
    }
    case "array": {
      if (name.endsWith("columns")) return ["column_a", "column_b"];
      if (name.endsWith("rows")) return [Array.from({ length: 5 }, (_, index) => keep(`${name}-${index}`))];
      return [sampleOf(schema["items"] as JsonObject, `${name}.0`, leaves)];
    }
    case "integer":
    case "number":
      return keep(7_000 + leaves.length);
    case "boolean":
      return keep(true);
    default:
      return keep(`${name}-value`);
  }
}

function isSaid(text: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return text.includes(`${name}: ${value}`);
  return text.includes(String(value));
}

describe("the budget", () => {
  const byDefault = catalog.filter((entry) => entry.byDefault);
  const tokens = (value: unknown): number => Buffer.byteLength(JSON.stringify(value)) / 4;
  const costOf = (entries: readonly CatalogEntry[]) => {
    const names = entries.map(({ name }) => name);
    const listed = tools.filter(({ name }) => names.includes(name)).map(listTool);
    const shown = listed.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    return { asked: tokens(shown), whole: tokens({ tools: listed }) };
  };

  test("names, descriptions and arguments take at most 8k tokens by default", () => {
    expect(costOf(byDefault).asked).toBeLessThanOrEqual(8_000);
  });

  test("the whole list takes at most 16k tokens by default", () => {
    expect(costOf(byDefault).whole).toBeLessThanOrEqual(16_000);
  });

  test.each(toolsetNames)("what %s adds takes at most 200 tokens a tool, 400 with the results", (name) => {
    const added = catalog.filter(({ toolset, byDefault: usual }) => toolset === name && !usual);
    const { asked, whole } = costOf(added);
    expect(asked).toBeLessThanOrEqual(200 * added.length + 1);
    expect(whole).toBeLessThanOrEqual(400 * added.length + 4);
  });
});

describe("texts that a caller is shown", () => {
  const names = new RegExp(`(?<![\\w\`])(?:${tools.map(({ name }) => name).join("|")})(?![\\w\`])`);
  const sources = new Glob("**/*.ts").scanSync({ cwd: import.meta.dir });
  // Rows of older tools name ours as data.
  const shown = [...sources].filter((file) => !/\.test\.ts$|^testing|^golden\/|^aliases\//.test(file));

  test.each(shown)(
    "%s puts the tools it names in backticks, so that they can be shown under other names",
    async (file) => {
      const code = (await Bun.file(join(import.meta.dir, file)).text())
        .replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, "")
        // These are listed, and renamed as a whole.
        .replaceAll(/description:\s*(["'])(?:\\.|(?!\1).)*\1|\.describe\((["'])(?:\\.|(?!\2).)*\2/g, "");
      const sentences = [...code.matchAll(/"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g)]
        .map(([literal]) => literal.slice(1, -1).replaceAll("\\`", "`"))
        .filter((text) => text.includes(" "));
      expect(sentences.filter((text) => names.test(text))).toEqual([]);
    },
  );
});

describe("reading tools", () => {
  test("are exactly those that change nothing", () => {
    const reading = tools.filter((tool: Tool) => tool.effect === "read").map(({ name }) => name);
    expect(reading.filter((name) => !/^(?:list|get|read|wait|resolve|query|search|find)_/.test(name))).toEqual([]);
    const changing = tools.filter((tool) => tool.effect !== "read").map(({ name }) => name);
    expect(changing.filter((name) => /^(?:list|get|read|wait|resolve|query|search|find)_/.test(name))).toEqual([]);
  });
});

test("who is given a place to write at does not say that it writes nowhere", async () => {
  // They only read there.
  const reading = [
    "export_query",
    "download_from_volume",
    "download_from_workspace",
    "create_knowledge_assistant",
    "add_knowledge_source",
    "add_agent_examples",
  ];
  const named = tools.filter(({ effect, input }) => {
    const places = Object.keys(input.shape).filter((name) =>
      /(?:^|_)(?:path|table|schema|catalog|volume|full_name)$/.test(name),
    );
    return effect !== "read" && places.length > 0;
  });
  const outcome = async ({ targets }: Tool): Promise<unknown> => {
    try {
      // What comes of nothing: no target at all, or a mistake of who looked for its arguments.
      return await targets?.({}, {} as ToolContext);
    } catch {
      return undefined;
    }
  };
  const nowhere: string[] = [];
  for (const tool of named) if (JSON.stringify(await outcome(tool)) === "[]") nowhere.push(tool.name);
  expect(nowhere.filter((name) => !reading.includes(name))).toEqual([]);
});

test("tools that touch files of this machine are known, so that callers from elsewhere never get them", () => {
  const ofFiles = tools.filter((tool) => /\blocal\b/i.test(JSON.stringify(toolSchemas(tool).input)));
  const ofSignIns = ["list_profiles", "switch_workspace", "sign_in"];
  const ofRecord = ["list_made_resources", "delete_made_resource"];
  const ofPrograms = ["create_pdf"];
  expect([...ofFiles.map(({ name }) => name), ...ofSignIns, ...ofRecord, ...ofPrograms].toSorted()).toEqual(
    catalog
      .filter(({ local }) => local)
      .map(({ name }) => name)
      .toSorted(),
  );
});
