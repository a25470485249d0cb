// list_lakebase_databases: autoscaling projects and provisioned instances.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { object, text } from "../../workspace/fields.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { listInput, listOutput, listPage, listText } from "../name-list.ts";
import { idOf, ifThere, listInstances, listPostgres } from "./lakebase-api.ts";

export const listLakebaseDatabases = defineTool({
  name: "list_lakebase_databases",
  toolset: "lakebase",
  effect: "read",
  title: "List Lakebase databases",
  description: "Lists Lakebase databases: autoscaling projects, and provisioned instances, the older kind.",
  input: z.strictObject({ type: z.enum(["all", "autoscale", "provisioned"]).default("all"), ...listInput }),
  output: listOutput,
  run: async (context, { type, ...input }) => {
    const [projects, instances] = await Promise.all([
      type === "provisioned" ? [] : projectsOf(context),
      type === "autoscale" ? [] : instancesOf(context),
    ]);
    return listPage({ items: [...projects, ...instances], truncated: false }, input, {
      fields: {
        name: (one) => one.name,
        type: (one) => one.type,
        state: (one) => one.state,
        size: (one) => one.size,
        pg_version: (one) => one.version,
        owner: (one) => one.owner,
      },
      textChars: context.limits.textChars,
      nothing: "No database matches that you can see. `create_lakebase_project` makes one.",
    });
  },
  text: listText,
});

// A workspace without one of the two kinds answers that there is no such API.
async function projectsOf(context: ToolContext) {
  const found = (await ifThere(listPostgres(context, "", "projects"))) ?? [];
  return found.map((wire) => {
    const status = object(wire, "status") ?? {};
    const main = text(status, "default_branch")?.split("/").at(-1);
    const size = main === undefined ? undefined : `default branch ${main}`;
    return {
      ...shared(wire, status["pg_version"]),
      type: "autoscale",
      state: "READY",
      size,
      owner: text(status, "owner"),
    };
  });
}

async function instancesOf(context: ToolContext) {
  const found = (await ifThere(listInstances(context))) ?? [];
  return found.map((wire) => {
    const [state, size, owner] = [text(wire, "state"), text(wire, "capacity"), text(wire, "creator")];
    return { ...shared(wire, wire["pg_version"]), type: "provisioned", state, size, owner };
  });
}

function shared(wire: JsonObject, version: unknown): { readonly name: string; readonly version: string | undefined } {
  const shown = typeof version === "number" || typeof version === "string" ? String(version) : undefined;
  return { name: idOf(wire), version: shown?.replace(/^PG_VERSION_/, "") };
}
