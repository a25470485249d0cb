// sql_task over HTTP, on a scripted SQL engine: statements in order, parameters, failures, cancellation.
import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { SqlFault, type SqlEngine, type SqlOptions } from "../sql/engine.ts";
import type { World } from "../world.ts";
import { untilAborted } from "./stop.ts";
import { startJobsEmulator, until, type JobsEmulator } from "./testing-jobs.ts";

let it: JobsEmulator;
let statements: { readonly text: string; readonly parameters: SqlOptions["parameters"] }[];
let open: number;

beforeEach(async () => {
  it = await startJobsEmulator();
  statements = [];
  open = 0;
  // The world is one object for routes and tests: its engine is replaced in place.
  const world = it.world as { sql: World["sql"] };
  world.sql = () => Promise.resolve(engine);
});
afterEach(() => it.dispose());

const engine: SqlEngine = {
  catalogs: () => new Map(),
  change: async () => undefined,
  newDocument: () => {
    throw new Error("nothing is made here");
  },
  close: async () => undefined,
  session: async () => {
    open += 1;
    return {
      catalog: "main",
      schema: "default",
      close: async () => void (open -= 1),
      query: async (text, options = {}) => {
        statements.push({ text, parameters: options.parameters });
        if (text.startsWith("bad")) throw new SqlFault("PARSE_SYNTAX_ERROR", "42601", "Syntax error.");
        if (text.startsWith("hang") && options.signal !== undefined) await untilAborted(options.signal);
        return { columns: [], rows: [] };
      },
    };
  },
};

async function submit(text: string, parameters: object = {}): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  it.world.tree.write("/Shared/load.sql", bytes, { objectType: "FILE", overwrite: true });
  const sql_task = { warehouse_id: "w1", file: { path: "/Shared/load.sql" }, parameters };
  const { run_id } = await it.post("runs/submit", { tasks: [{ task_key: "s", sql_task }] });
  return String(run_id);
}

test("runs the statements of the file in one session, with the parameters that each names", async () => {
  const runId = await submit("select :day; -- then\nselect '{{day}}', {{ n }}; select 1", {
    day: "{{job.run_id}}",
    n: "2",
  });
  const run = await it.untilEnded(runId);
  expect(run.state.result_state).toBe("SUCCESS");
  const day = { name: "day", value: runId };
  expect(statements).toEqual([
    { text: "select :day", parameters: [day] },
    { text: `-- then\nselect '${runId}', :n`, parameters: [{ name: "n", value: "2" }] },
    { text: "select 1", parameters: [] },
  ]);
  const { sql_output } = await it.get("runs/get-output", { run_id: runId });
  const { query_output } = sql_output as { query_output: JsonObject };
  expect(query_output).toMatchObject({
    warehouse_id: "w1",
    endpoint_id: "w1",
    query_text: expect.stringContaining("select 1"),
  });
  expect(query_output["sql_statements"]).toHaveLength(3);
  expect(open).toBe(0);
});

test("stops at the statement that fails, in the words of the warehouse", async () => {
  const run = await it.untilEnded(await submit("select 1; bad; select 2"));
  expect(run.state).toMatchObject({ life_cycle_state: "TERMINATED", result_state: "FAILED" });
  const output = await it.get("runs/get-output", { run_id: String(run.run_id) });
  expect(output["error"]).toBe("[PARSE_SYNTAX_ERROR] Syntax error. SQLSTATE: 42601");
  expect(statements.map(({ text }) => text)).toEqual(["select 1", "bad"]);
  expect(open).toBe(0);
});

test("is cancelled within a statement", async () => {
  const runId = await submit("hang");
  await until(
    async () => statements.length,
    (count) => count === 1,
  );
  await it.post("runs/cancel", { run_id: runId });
  expect((await it.untilEnded(runId)).state.result_state).toBe("CANCELED");
  await until(
    async () => open,
    (count) => count === 0,
  );
});

test("a file that is missing cannot be run", async () => {
  const sql_task = { warehouse_id: "w1", file: { path: "/Shared/none.sql" } };
  const { run_id } = await it.post("runs/submit", { tasks: [{ task_key: "s", sql_task }] });
  const run = await it.untilEnded(run_id);
  expect(run.state.state_message).toStartWith('Unable to access the SQL file "/Shared/none.sql".');
  expect(run.status.termination_details?.code).toBe("RESOURCE_NOT_FOUND");
});
