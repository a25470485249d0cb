import { expect, test } from "bun:test";
import { parseArguments } from "../call.ts";
import { catalog } from "../catalog.ts";
import type { Tool } from "../define.ts";
import { loadAllTools } from "../load-all.ts";
import { deleters, endsNothing, keptOutside, madeTypes, makers, removerOf } from "./made.ts";

const tools = new Map((await loadAllTools()).map((tool) => [tool.name, tool]));

function toolCalled(name: string): Tool {
  const tool = tools.get(name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  return tool;
}

function fieldsOf(name: string): string[] {
  const { input, output } = toolCalled(name);
  return [...Object.keys(output.shape), ...Object.keys(input.shape)];
}

test("every tool that creates something is in the table, or left out of it with a reason", () => {
  const creating = catalog.map(({ name }) => name).filter((name) => /^(?:create|put)_/.test(name));
  expect(creating.length).toBeGreaterThan(30);
  const known = [...Object.keys(makers), ...Object.keys(keptOutside)];
  // One that is missing here needs a row in made.ts: what names the new thing, and which tool deletes it.
  expect(creating.filter((name) => !known.includes(name))).toEqual([]);
});

test("every tool that deletes something ends its entries, or is left out with a reason", () => {
  const deleting = catalog.map(({ name }) => name).filter((name) => /^(?:delete|drop|destroy)_/.test(name));
  const known = [...Object.keys(deleters), ...Object.keys(endsNothing), "delete_made_resource"];
  expect(deleting.filter((name) => !known.includes(name))).toEqual([]);
});

test("the table names tools and fields that there are", () => {
  for (const [name, { id, name: shown, url }] of Object.entries(makers)) {
    const wanted = [...id.split("/"), ...(shown === undefined ? [] : [shown]), ...(url === undefined ? [] : [url])];
    expect([name, wanted.filter((field) => !fieldsOf(name).includes(field))]).toEqual([name, []]);
  }
  for (const [name, { id, types }] of Object.entries(deleters)) {
    const wanted = [...id.split("/"), ...(types === "securable_type" ? [types] : [])];
    expect([name, wanted.filter((field) => !fieldsOf(name).includes(field))]).toEqual([name, []]);
  }
  for (const name of [...Object.keys(keptOutside), ...Object.keys(endsNothing)]) toolCalled(name);
});

const samples: Readonly<Record<string, string>> = {
  notebook: "/Workspace/Users/me/nb",
  workspace_folder: "/Workspace/Users/me/folder",
  volume_file: "/Volumes/main/shop/raw/a.pdf",
  volume_folder: "/Volumes/main/shop/raw/folder",
  job: "9007199254740993",
  git_folder: "9007199254740993",
  secret: "team/key",
  metric_view: "main.shop.sales",
  table: "main.shop.fruit",
  lakebase_project: "projects/a",
  lakebase_branch: "projects/a/branches/b",
  lakebase_endpoint: "projects/a/branches/b/endpoints/c",
};

test("what each type is deleted by takes the id that was kept, ends its entry, and asks first", () => {
  for (const type of madeTypes) {
    const { tool: name, args, contents } = removerOf(type);
    const tool = toolCalled(name);
    const id = samples[type] ?? "main.shop.thing";
    const given = { ...args(id), ...(contents === undefined ? {} : { [contents]: true }) };
    expect(parseArguments(tool, given)).toMatchObject(given);
    const ended = deleters[name]?.types ?? [];
    expect([type, ended === "securable_type" || ended.includes(type)]).toEqual([type, true]);
    expect([type, tool.effect, tool.confirm === undefined]).toEqual([type, "destructive", false]);
  }
});

test("every type is made by a tool", () => {
  const made = new Set(Object.values(makers).map(({ type }) => type));
  expect(madeTypes.filter((type) => !made.has(type))).toEqual([]);
});
