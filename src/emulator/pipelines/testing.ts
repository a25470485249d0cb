// A pipeline in a running emulator: its sources written, its updates run to their end.
import type { JsonObject } from "../../platform/json.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

export interface PipelineBench {
  readonly it: TestEmulator;
  /** Writes sources below /Users/me@example.com/etl and makes a pipeline of them. Gives its id. */
  make(sources: Readonly<Record<string, string>>, spec?: JsonObject): Promise<string>;
  write(name: string, text: string): Promise<void>;
  /** Starts an update and waits for its end. */
  update(pipelineId: string, request?: JsonObject): Promise<{ readonly state: string; readonly updateId: string }>;
  /** Rows of a query. */
  rows(statement: string): Promise<readonly (readonly (string | null)[])[]>;
  run(statement: string): Promise<void>;
  events(pipelineId: string, filter?: string): Promise<readonly JsonObject[]>;
  dispose(): Promise<void>;
}

const folder = "/Workspace/Users/me@example.com/etl";

export async function startPipelineBench(): Promise<PipelineBench> {
  const it = await startTestEmulator();
  const { json } = await it.call("GET /api/2.0/sql/warehouses");
  const warehouse = (json["warehouses"] as JsonObject[])[0]?.["id"];
  let made = 0;
  const sql = async (statement: string): Promise<JsonObject> => {
    const answer = await it.call("POST /api/2.0/sql/statements", {
      body: { statement, warehouse_id: warehouse ?? null, wait_timeout: "50s" },
    });
    const state = (answer.json["status"] as JsonObject | undefined)?.["state"];
    if (state !== "SUCCEEDED") throw new Error(`${statement}: ${answer.text}`);
    return answer.json;
  };
  const write = async (name: string, text: string): Promise<void> => {
    const body = {
      path: `${folder}/${name}`,
      format: "AUTO",
      overwrite: true,
      content: Buffer.from(text).toString("base64"),
    };
    await it.call("POST /api/2.0/workspace/mkdirs", { body: { path: folder } });
    const { status, text: said } = await it.call("POST /api/2.0/workspace/import", { body });
    if (status !== 200) throw new Error(said);
  };
  return {
    it,
    write,
    make: async (sources, spec = {}) => {
      for (const [name, text] of Object.entries(sources)) await write(name, text);
      const libraries = Object.keys(sources).map((name) => ({ file: { path: `${folder}/${name}` } }));
      made += 1;
      const body = { name: `p${made}`, catalog: "main", schema: "etl", serverless: true, libraries, ...spec };
      const { json: answer, text } = await it.call("POST /api/2.0/pipelines", { body });
      if (typeof answer["pipeline_id"] !== "string") throw new Error(text);
      return answer["pipeline_id"];
    },
    update: async (pipelineId, request = {}) => {
      const started = await it.call(`POST /api/2.0/pipelines/${pipelineId}/updates`, { body: request });
      const updateId = String(started.json["update_id"]);
      for (;;) {
        const { json: answer, text } = await it.call(`GET /api/2.0/pipelines/${pipelineId}/updates/${updateId}`);
        const state = (answer["update"] as JsonObject | undefined)?.["state"];
        if (state === undefined) throw new Error(`${started.text} ${text}`);
        if (["COMPLETED", "FAILED", "CANCELED"].includes(String(state))) return { state: String(state), updateId };
      }
    },
    rows: async (statement) =>
      ((await sql(statement))["result"] as JsonObject | undefined)?.["data_array"] as string[][],
    run: async (statement) => void (await sql(statement)),
    events: async (pipelineId, filter) => {
      const query = filter === undefined ? "" : `&filter=${encodeURIComponent(filter)}`;
      const answer = await it.call(
        `GET /api/2.0/pipelines/${pipelineId}/events?max_results=250&order_by=timestamp%20asc`.replace(
          "&order_by",
          `${query}&order_by`,
        ),
      );
      return (answer.json["events"] ?? []) as JsonObject[];
    },
    dispose: () => it.dispose(),
  };
}
