// Resources, prompts and completion through the binary, by the official MCP client, on a workspace with real things in it.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let session: Session;
let runId: string;
let dashboardId: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  session = await openSession(machine, ["--toolsets", "default,dashboards"], "auto");
  const content = "print('from the first cell')\n\n# COMMAND ----------\n\n1 / 0\n";
  await made("write_notebook", { notebook_path: "~/my broken etl", content });
  const sql =
    "CREATE SCHEMA IF NOT EXISTS main.shop; CREATE OR REPLACE TABLE main.shop.fruit (id BIGINT, name STRING COMMENT 'as sold')";
  await made("execute_sql_script", { sql });
  const run = await made("run_notebook", { notebook_path: "~/my broken etl" });
  runId = String(run.data["run_id"]);
  const definition = { datasets: [{ name: "d", displayName: "d", queryLines: ["SELECT 42 AS answer"] }], pages: [] };
  dashboardId = String((await made("create_dashboard", { name: "Shop", definition })).data["dashboard_id"]);
  await session.call("wait_for_run", { run_id: runId });
}, 60_000);

async function made(tool: string, args: Record<string, unknown>) {
  const result = await session.call(tool, args);
  if (result.isError) throw new Error(`${tool}: ${result.text}`);
  return result;
}

afterAll(async () => {
  await session.close();
  await workspace.stop();
  await machine.dispose();
});

async function textAt(uri: string): Promise<string> {
  const { contents } = await session.client.readResource({ uri });
  const [first] = contents;
  return first !== undefined && "text" in first ? first.text : "";
}

test("what was made is listed, and can be read at the address that the list gives", async () => {
  const { resources } = await session.client.listResources();
  const notebook = resources.find(({ name }) => name === "my broken etl");
  expect(await textAt(notebook?.uri ?? "")).toContain("from the first cell");
  const run = resources.find(({ uri }) => uri === `databricks://run/${runId}`);
  expect(run?.description).toBe("FAILED");
  expect(await textAt(run?.uri ?? "")).toContain("ZeroDivisionError");
  const dashboard = resources.find(({ title }) => title === "Dashboard Shop");
  expect(dashboard?.uri).toBe(`databricks://dashboard/${dashboardId}`);
  const read = JSON.parse(await textAt(dashboard?.uri ?? "")) as { definition: { datasets: object[] } };
  expect(JSON.stringify(read.definition.datasets)).toContain("SELECT 42 AS answer");
});

test("what is not listed is reached by completion and a template", async () => {
  const uri = "databricks://table/{catalog}/{schema}/{table}";
  const complete = async (name: string, value: string, given: Record<string, string>) => {
    const ref = { type: "ref/resource", uri } as const;
    const asked = { ref, argument: { name, value }, context: { arguments: given } };
    return (await session.client.complete(asked)).completion.values;
  };
  expect(await complete("catalog", "ma", {})).toEqual(["main"]);
  expect(await complete("schema", "sh", { catalog: "main" })).toContain("shop");
  expect(await complete("table", "", { catalog: "main", schema: "shop" })).toEqual(["fruit"]);
  expect(await textAt("databricks://table/main/shop/fruit")).toContain("as sold");
  const ref = { type: "ref/prompt", name: "job_from_notebook" } as const;
  const paths = await session.client.complete({ ref, argument: { name: "notebook_path", value: "~/my" } });
  expect(paths.completion.values).toEqual(["~/my broken etl"]);
});

test("a prompt brings what it is about", async () => {
  const asked = async (name: string, args: Record<string, string>) =>
    JSON.stringify((await session.client.getPrompt({ name, arguments: args })).messages.map(({ content }) => content));
  expect(await asked("diagnose_run", { run_id: runId })).toContain("ZeroDivisionError");
  expect(await asked("explore_table", { table: "main.shop.fruit" })).toContain("as sold");
  expect(await asked("job_from_notebook", { notebook_path: "~/my broken etl" })).toContain("from the first cell");
  const wrong = asked("explore_table", { table: "main.shop.fruits" });
  expect(await wrong.catch((thrown: unknown) => String(thrown))).toContain("fruits");
});

test("listing asks the workspace a few times, and reads nothing of what it lists", async () => {
  const before = (await workspace.requests()).length;
  await session.client.listResources();
  const asked = (await workspace.requests()).slice(before).map(({ path }) => path);
  expect(asked.length).toBeLessThanOrEqual(6);
  expect(asked.filter((path) => /export|get-output|runs\/get/.test(path))).toEqual([]);
});
