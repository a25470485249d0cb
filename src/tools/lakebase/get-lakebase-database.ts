// get_lakebase_database: a project with its branches and endpoints, or an instance; where to connect.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import { flag, number, object, requiredText, text } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import { getInstance, getPostgres, ifThere, listPostgres } from "./lakebase-api.ts";
import { projectName } from "./names.ts";

export const getLakebaseDatabase = defineTool({
  name: "get_lakebase_database",
  toolset: "lakebase",
  effect: "read",
  title: "Get a Lakebase database",
  description: "Tells a project's branches and endpoints, or an instance: state, size, and the host to connect to.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty").describe("Id of a project, or name of an instance"),
    type: z.enum(["autoscale", "provisioned"]).optional().describe("Needed where both have the name"),
  }),
  output: z.object({
    name: z.string(),
    type: z.string(),
    state: z.string().optional(),
    pg_version: z.string().optional(),
    owner: z.string().optional(),
    capacity: z.string().optional(),
    host: z.string().optional(),
    read_only_host: z.string().optional(),
    ...tableFields,
    hint: z.string(),
  }),
  run: async (context, { name, type }) => {
    const project = type === "provisioned" ? undefined : await projectNamed(context, name);
    if (project !== undefined) return await projectFacts(context, project);
    const instance = type === "autoscale" ? undefined : await ifThere(getInstance(context, name));
    if (instance !== undefined) return instanceFacts(instance);
    throw new MortarError("not_found", `There is no Lakebase database ${name} that you can see`, {
      hint: "`list_lakebase_databases` shows those there are.",
    });
  },
  text: ({ columns, rows, hint, ...rest }) =>
    fieldText(fieldLines(rest), tableLines(columns, rows), fieldLines({ hint })),
});

/** An instance may have a name that no project can have. */
async function projectNamed(context: ToolContext, name: string): Promise<JsonObject | undefined> {
  if (!/^(?:projects\/)?[a-z0-9][a-z0-9-]*$/.test(name)) return undefined;
  return await ifThere(getPostgres(context, projectName(name)));
}

const connecting =
  "Connect to the host at port 5432, database databricks_postgres, sslmode=require, as your user name; `create_lakebase_credential` gives the password.";

async function projectFacts(context: ToolContext, project: JsonObject) {
  const name = requiredText(project, "name");
  const status = object(project, "status") ?? {};
  const branches = await listPostgres(context, name, "branches");
  const endpoints = await Promise.all(
    branches.map(async (branch) => {
      const found = await listPostgres(context, requiredText(branch, "name"), "endpoints");
      return found.length === 0 ? [{ branch, endpoint: undefined }] : found.map((endpoint) => ({ branch, endpoint }));
    }),
  );
  const rows = endpoints.flat().map(({ branch, endpoint }) => ({
    branch: object(branch, "status") ?? {},
    name: requiredText(branch, "name"),
    endpoint: endpoint === undefined ? undefined : requiredText(endpoint, "name"),
    status: endpoint === undefined ? {} : (object(endpoint, "status") ?? {}),
  }));
  return {
    name,
    type: "autoscale",
    pg_version: textOrNumber(status, "pg_version"),
    owner: text(status, "owner"),
    ...tableOf(rows, {
      branch: (one) => one.name,
      branch_state: (one) => text(one.branch, "current_state"),
      is_default: (one) => flag(one.branch, "default"),
      is_protected: (one) => flag(one.branch, "is_protected"),
      expires: (one) => text(one.branch, "expire_time"),
      endpoint: (one) => one.endpoint,
      endpoint_state: (one) => text(one.status, "current_state"),
      min_cu: (one) => number(one.status, "autoscaling_limit_min_cu"),
      max_cu: (one) => number(one.status, "autoscaling_limit_max_cu"),
      host: (one) => text(object(one.status, "hosts") ?? {}, "host"),
    }),
    hint: connecting,
  };
}

function instanceFacts(wire: JsonObject) {
  return {
    name: requiredText(wire, "name"),
    type: "provisioned",
    state: text(wire, "state"),
    pg_version: text(wire, "pg_version")?.replace(/^PG_VERSION_/, ""),
    owner: text(wire, "creator"),
    capacity: text(wire, "effective_capacity") ?? text(wire, "capacity"),
    host: text(wire, "read_write_dns"),
    read_only_host: text(wire, "read_only_dns"),
    columns: [],
    rows: [],
    hint: connecting,
  };
}

function textOrNumber(wire: JsonObject, key: string): string | undefined {
  const value = wire[key];
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
