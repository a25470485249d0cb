// create_synced_table, get_synced_table, delete_synced_table: a table of the lakehouse, copied into Postgres.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { object, text } from "../../workspace/fields.ts";
import { segment } from "../../workspace/query.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { securable } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { tableParts } from "../unity-catalog/names.ts";
import { database, getPostgres, ifThere, operate, send } from "./lakebase-api.ts";
import { branchName } from "./names.ts";

const syncedFields = {
  table: z.string(),
  source_table: z.string().optional(),
  policy: z.string().optional(),
  state: z.string().optional(),
  message: z.string().optional(),
  pipeline_id: z.string().optional(),
  hint: z.string().optional(),
};

const tableInput = z.string().min(1, "must not be empty").describe("catalog.schema.table of the copy");
const plain = (table: string): string => tableParts(table).join(".");
const instancePath = (table: string): string => `synced_tables/${segment(plain(table), "name of a table")}`;

export const createSyncedTable = defineTool({
  name: "create_synced_table",
  toolset: "lakebase",
  effect: "write",
  title: "Create a synced table",
  description:
    "Copies a table of Unity Catalog into Postgres and keeps the copy up to date. TRIGGERED and CONTINUOUS need the change data feed on the source.",
  input: z.strictObject({
    source_table: z.string().min(1, "must not be empty").describe("catalog.schema.table"),
    target_table: tableInput,
    branch: z.string().optional().describe("Branch of a project: shop/production"),
    instance: z.string().optional().describe("Or an instance"),
    database_name: z.string().default("databricks_postgres"),
    primary_key_columns: z.array(z.string()).min(1, "names at least one column"),
    policy: z.enum(["SNAPSHOT", "TRIGGERED", "CONTINUOUS"]).default("TRIGGERED"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(syncedFields),
  spellings: {
    source_table_name: "source_table",
    target_table_name: "target_table",
    instance_name: "instance",
    scheduling_policy: "policy",
  },
  targets: ({ target_table }) => [securable(...tableParts(target_table))],
  run: async (context, input) => {
    const name = plain(input.target_table);
    const spec = {
      source_table_full_name: plain(input.source_table),
      primary_key_columns: input.primary_key_columns,
      scheduling_policy: input.policy,
      create_database_objects_if_missing: true,
    };
    if ((input.branch === undefined) === (input.instance === undefined)) {
      throw new MortarError("invalid_input", "A synced table is in a branch or in an instance", {
        hint: "Give one of branch and instance.",
      });
    }
    if (input.branch !== undefined) {
      const full = { ...spec, branch: branchName(input.branch), postgres_database: input.database_name };
      const query = { synced_table_id: name };
      await operate(context, { method: "POST", path: "synced_tables", query, body: { spec: full } }, input);
    } else {
      const place = { database_instance_name: input.instance, logical_database_name: input.database_name };
      await send(context, { method: "POST", path: "synced_tables", body: { name, ...place, spec } });
    }
    return await factsNow(context, name);
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const getSyncedTable = defineTool({
  name: "get_synced_table",
  toolset: "lakebase",
  effect: "read",
  title: "Get a synced table",
  description: "Tells how far a synced table is, and what went wrong.",
  input: z.strictObject({ table: tableInput }),
  output: z.object(syncedFields),
  run: async (context, { table }) => await factsNow(context, plain(table)),
  text: (output) => fieldText(fieldLines(output)),
});

export const deleteSyncedTable = defineTool({
  name: "delete_synced_table",
  toolset: "lakebase",
  effect: "destructive",
  title: "Delete a synced table",
  description: "Ends the copying and deletes the synced table. The source stays; the rows in Postgres may stay.",
  input: z.strictObject({ table: tableInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object({ ...syncedFields, deleted: z.boolean() }),
  spellings: { table_name: "table" },
  confirm: ({ table }) => question`Delete the synced table ${plain(table)}? Its source stays.`,
  targets: ({ table }) => [securable(...tableParts(table))],
  run: async (context, { table, wait_seconds }) => {
    const name = plain(table);
    const { kind, facts } = await found(context, name);
    if (kind === "instance") await send(context, { method: "DELETE", path: instancePath(name) });
    else await operate(context, { method: "DELETE", path: `synced_tables/${name}` }, { wait_seconds });
    return { ...facts, hint: undefined, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});

const factsNow = async (context: ToolContext, name: string) => (await found(context, name)).facts;

/** The synced table of either kind. Throws `not_found`. */
async function found(context: ToolContext, name: string) {
  const ofBranch = await ifThere(getPostgres(context, `synced_tables/${name}`));
  if (ofBranch !== undefined) {
    return { kind: "branch" as const, facts: factsOf(name, ofBranch, object(ofBranch, "status")) };
  }
  const { workspace, signal } = context;
  const request = { method: "GET", path: `${database}/${instancePath(name)}`, signal } as const;
  const ofInstance = await ifThere(workspace.client.json(request));
  if (ofInstance !== undefined) {
    const status = object(ofInstance, "data_synchronization_status");
    return { kind: "instance" as const, facts: factsOf(name, ofInstance, status) };
  }
  throw new MortarError("not_found", `There is no synced table ${name} that you can see`, {
    hint: "`create_synced_table` makes one.",
  });
}

function factsOf(name: string, wire: JsonObject, status: JsonObject | undefined) {
  const spec = object(wire, "spec") ?? {};
  const state = text(status ?? {}, "detailed_state")?.replace(/^SYNCED_TABLED?_/, "");
  const isOnTheWay = state === undefined || state.startsWith("PROVISIONING");
  return {
    table: name,
    source_table: text(spec, "source_table_full_name"),
    policy: text(spec, "scheduling_policy"),
    state,
    message: text(status ?? {}, "message"),
    pipeline_id: text(status ?? {}, "pipeline_id"),
    hint: isOnTheWay ? "`get_synced_table` shows when it is ONLINE." : undefined,
  };
}
