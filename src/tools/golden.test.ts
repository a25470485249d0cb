// The declared tools against what is written down of them: one golden file a tool, the catalog, docs/tools.md.
// UPDATE_GOLDEN=1 writes the files anew; look at the difference before you commit it.
import { describe, expect, test } from "bun:test";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { aliases, findAlias, listedName } from "./aliases.ts";
import { catalog, entries } from "./catalog.ts";
import { toolsetNames, type ToolsetName } from "./toolset-names.ts";
import { loadGoldens } from "./golden/load.ts";
import { underName } from "./listed-tool.ts";
import { listTool } from "./listing.ts";
import { loadAllTools } from "./load-all.ts";
import { toolsMarkdown } from "./markdown.ts";
import { loadTool, loadToolset } from "./toolsets.ts";

const folder = join(import.meta.dir, "golden");
const docs = join(import.meta.dir, "..", "..", "docs", "tools.md");
const update = process.env["UPDATE_GOLDEN"] === "1";
const tools = await loadAllTools();
const listed = tools.map(listTool);

if (update) {
  for (const tool of listed) await Bun.write(join(folder, `${tool.name}.json`), pretty(tool));
  for (const file of await jsonFiles()) {
    if (!listed.some(({ name }) => `${name}.json` === file)) await rm(join(folder, file));
  }
  for (const toolset of toolsetNames) await Bun.write(join(folder, fileOf(toolset)), goldenModule(toolset));
  for (const toolset of toolsetNames)
    await Bun.write(join(import.meta.dir, "entries", fileOf(toolset)), entriesModule(toolset));
  await Bun.write(docs, toolsMarkdown(tools));
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function fileOf(toolset: ToolsetName): string {
  return `${toolset.replace("_", "-")}.ts`;
}

function camel(name: string): string {
  return name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

/** What is known of a toolset's tools without loading them. Which of them are on only where it is named stays as it is. */
function entriesModule(toolset: ToolsetName): string {
  const onRequest = new Set((entries[toolset].more ?? []).map(([name]) => name));
  const rows = (wanted: boolean): string =>
    tools
      .filter((tool) => tool.toolset === toolset && onRequest.has(tool.name) === wanted)
      .map(({ name, effect, title, local }) => JSON.stringify([name, effect, title, ...(local ? ["local"] : [])]))
      .join(", ");
  const more = onRequest.size === 0 ? "" : ` more: [${rows(true)}]`;
  return [
    `// The toolset ${toolset}: its tools by name, in the order in which they are listed. Made by the tests of the golden files.\n`,
    'import type { ToolsetEntries } from "../entry.ts";\n',
    `\nexport const ${camel(toolset)}Entries: ToolsetEntries = { usual: [${rows(false)}],${more} };\n`,
  ].join("");
}

/** The module that carries a toolset's golden files into the program. `bun fmt` lays it out. */
function goldenModule(toolset: ToolsetName): string {
  const names = tools.filter((tool) => tool.toolset === toolset).map(({ name }) => name);
  const imports = names.toSorted().map((name) => `import ${camel(name)} from "./${name}.json";\n`);
  return [
    `// The toolset ${toolset} as it is listed. Made by the tests of the golden files.\n`,
    'import type { ListedTool } from "../listed-tool.ts";\n',
    ...imports,
    `\nexport const ${camel(toolset)}Golden: readonly ListedTool[] = [${names.map(camel).join(", ")}];\n`,
  ].join("");
}

async function jsonFiles(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(".json"));
}

describe("golden files", () => {
  test.each(listed.map((tool) => [tool.name, tool] as const))("%s is as its golden file says", async (name, tool) => {
    const written: unknown = await Bun.file(join(folder, `${name}.json`)).json();
    expect(pretty(tool)).toBe(pretty(written));
  });

  test("there is one for each tool and none besides", async () => {
    expect((await jsonFiles()).toSorted()).toEqual(listed.map(({ name }) => `${name}.json`).toSorted());
  });

  test("what the server lists without loading a tool is what the tools declare, in the same order", async () => {
    expect(await loadGoldens(toolsetNames)).toEqual(listed);
  });

  test("docs/tools.md is made from the declarations", async () => {
    expect(await Bun.file(docs).text()).toBe(toolsMarkdown(tools));
  });
});

describe("the catalog", () => {
  test("equals the declarations", () => {
    expect(
      tools.map(({ name, toolset, effect, title, local = false }) => [name, toolset, effect, title, local]),
    ).toEqual(catalog.map(({ name, toolset, effect, title, local }) => [name, toolset, effect, title, local]));
  });

  test.each([...toolsetNames])("the toolset %s holds its own tools", async (name) => {
    expect((await loadToolset(name)).every((tool) => tool.toolset === name)).toBe(true);
  });

  test("every tool can be loaded by its name", async () => {
    for (const { name } of catalog) expect((await loadTool(name))?.name).toBe(name);
    expect(await loadTool("no_such_tool")).toBeUndefined();
  });
});

describe("aliases", () => {
  const older = [
    "run_notebook get_run_output wait_for_run read_notebook write_notebook list_notebooks update_notebook_cell",
    "create_job run_job get_job_run_status get_run_logs list_jobs cancel_run",
    "list_clusters get_cluster_status start_cluster stop_cluster create_cluster list_cluster_policies",
    "create_context execute_cell destroy_context",
  ].flatMap((line) => line.split(" "));

  test("each of the 22 older names stands for the tool of that name", () => {
    expect(older).toHaveLength(22);
    for (const name of older) expect(findAlias(`databricks_${name}`)?.tool).toBe(name);
  });

  test("every alias leads to a tool, and its parameters to arguments of that tool", () => {
    for (const alias of aliases) {
      const tool = tools.find(({ name }) => name === alias.tool);
      expect(tool).toBeDefined();
      for (const ours of Object.values(alias.parameters)) expect(Object.keys(tool?.input.shape ?? {})).toContain(ours);
    }
  });

  test("a description under the older names speaks of its fellows by those names", () => {
    const run = tools.find(({ name }) => name === "run_notebook");
    if (run === undefined) throw new Error("run_notebook is missing");
    const shown = underName(listTool(run), "databricks");
    expect(shown.name).toBe(listedName("run_notebook", "databricks"));
    expect(shown.description).toContain("databricks_wait_for_run");
    expect(shown.description).not.toMatch(/(?<!databricks_)wait_for_run/);
  });

  test("nothing of a listed tool speaks of another by the name that is not listed", () => {
    const ours = new RegExp(`(?<!databricks_)\\b(?:${catalog.map(({ name }) => name).join("|")})\\b`);
    for (const tool of listed) expect(JSON.stringify(underName(tool, "databricks"))).not.toMatch(ours);
  });
});
