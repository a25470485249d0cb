// create_lakebase_instance, update_lakebase_instance, delete_lakebase_instance: the provisioned, older kind.
import * as z from "zod";
import type { JsonObject } from "../../platform/json.ts";
import { requiredText, text } from "../../workspace/fields.ts";
import { segment } from "../../workspace/query.ts";
import { defineTool, type ToolContext } from "../define.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { fieldLines, fieldText } from "../text.ts";
import { getInstance, send } from "./lakebase-api.ts";

const instanceFields = {
  name: z.string(),
  state: z.string().optional(),
  capacity: z.string().optional(),
  host: z.string().optional(),
  hint: z.string().optional(),
};

const instanceInput = z.string().min(1, "must not be empty").describe("Name of the instance");
const capacityInput = z.enum(["CU_1", "CU_2", "CU_4", "CU_8"]);
const pathOf = (name: string): string => `instances/${segment(name, "name of an instance")}`;

function facts(wire: JsonObject) {
  const state = text(wire, "state");
  const isMoving = state === "STARTING" || state === "UPDATING";
  return {
    name: requiredText(wire, "name"),
    state,
    capacity: text(wire, "capacity"),
    host: text(wire, "read_write_dns"),
    hint: isMoving ? "It takes some minutes: `get_lakebase_database` shows when it is AVAILABLE." : undefined,
  };
}

const factsNow = async (context: ToolContext, name: string) => facts(await getInstance(context, name));

export const createLakebaseInstance = defineTool({
  name: "create_lakebase_instance",
  toolset: "lakebase",
  effect: "write",
  title: "Create a Lakebase instance",
  description: "Creates a provisioned Postgres instance, the older kind: create_lakebase_project is for new work.",
  input: z.strictObject({
    name: z.string().min(1, "must not be empty"),
    capacity: capacityInput.default("CU_1"),
    stopped: z.boolean().default(false),
  }),
  output: z.object(instanceFields),
  targets: nowhere,
  run: async (context, body) => {
    await send(context, { method: "POST", path: "instances", body });
    return await factsNow(context, body.name);
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const updateLakebaseInstance = defineTool({
  name: "update_lakebase_instance",
  toolset: "lakebase",
  effect: "write",
  idempotent: true,
  title: "Change a Lakebase instance",
  description: "Changes the capacity of an instance, stops it or starts it.",
  input: z.strictObject({ name: instanceInput, capacity: capacityInput.optional(), stopped: z.boolean().optional() }),
  output: z.object(instanceFields),
  targets: nowhere,
  run: async (context, { name, capacity, stopped }) => {
    const change = { ...(capacity === undefined ? {} : { capacity }), ...(stopped === undefined ? {} : { stopped }) };
    const fields = Object.keys(change);
    if (fields.length > 0) {
      const query = { update_mask: fields.join(",") };
      await send(context, { method: "PATCH", path: pathOf(name), query, body: { name, ...change } });
    }
    return await factsNow(context, name);
  },
  text: (output) => fieldText(fieldLines(output)),
});

export const deleteLakebaseInstance = defineTool({
  name: "delete_lakebase_instance",
  toolset: "lakebase",
  effect: "destructive",
  title: "Delete a Lakebase instance",
  description: "Deletes an instance and all its data, for good.",
  input: z.strictObject({
    name: instanceInput,
    force: z.boolean().default(false).describe("Also instances made from it"),
  }),
  output: z.object({ ...instanceFields, deleted: z.boolean() }),
  confirm: ({ name, force }) =>
    force
      ? question`Delete the Lakebase instance ${name}, those made from it, and all their data for good?`
      : question`Delete the Lakebase instance ${name} and all its data for good?`,
  targets: nowhere,
  run: async (context, { name, force }) => {
    const before = await factsNow(context, name);
    const query = { purge: true, ...(force ? { force } : {}) };
    await send(context, { method: "DELETE", path: pathOf(name), query });
    return { ...before, hint: undefined, deleted: true };
  },
  text: (output) => fieldText(fieldLines(output)),
});
