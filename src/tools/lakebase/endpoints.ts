// create_lakebase_endpoint, update_lakebase_endpoint, delete_lakebase_endpoint: the compute of a branch.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { operate } from "./lakebase-api.ts";
import { branchInput, branchName, endpointInput, endpointName, newId } from "./names.ts";
import { changed, changedFields, changedText } from "./outcome.ts";
import { endpointSettings, maskOf } from "./projects.ts";

const sizes = {
  min_cu: z.number().min(0.5).optional().describe("Least compute units; 1 is about 2 GB"),
  max_cu: z.number().min(0.5).optional(),
  suspend_after_seconds: z.int().min(0).optional().describe("Sleeps after so long without use; 0 never"),
  wait_seconds: waitSecondsInput(50),
};

export const createLakebaseEndpoint = defineTool({
  name: "create_lakebase_endpoint",
  toolset: "lakebase",
  effect: "write",
  title: "Create a Lakebase endpoint",
  description: "Gives a branch compute to connect to. A branch has one endpoint that writes, and any that only read.",
  input: z.strictObject({
    branch: branchInput,
    name: newId.default("primary"),
    endpoint_type: z.enum(["read_write", "read_only"]).default("read_write"),
    ...sizes,
  }),
  output: z.object(changedFields),
  spellings: { endpoint_id: "name" },
  targets: nowhere,
  run: async (context, input) => {
    const parent = branchName(input.branch);
    const endpoint_type = `ENDPOINT_TYPE_${input.endpoint_type.toUpperCase()}`;
    const spec = { endpoint_type, ...endpointSettings(input) };
    const query = { endpoint_id: input.name };
    const done = await operate(context, { method: "POST", path: `${parent}/endpoints`, query, body: { spec } }, input);
    return changed(`${parent}/endpoints/${input.name}`, done, "`get_lakebase_database` tells the host.");
  },
  text: changedText,
});

export const updateLakebaseEndpoint = defineTool({
  name: "update_lakebase_endpoint",
  toolset: "lakebase",
  effect: "write",
  idempotent: true,
  title: "Change a Lakebase endpoint",
  description: "Changes an endpoint's size and when it sleeps, or switches it off and on.",
  input: z.strictObject({ endpoint: endpointInput, disabled: z.boolean().optional(), ...sizes }),
  output: z.object(changedFields),
  spellings: { name: "endpoint" },
  targets: nowhere,
  run: async (context, input) => {
    const name = endpointName(input.endpoint);
    const spec = { ...endpointSettings(input), ...(input.disabled === undefined ? {} : { disabled: input.disabled }) };
    if (Object.keys(spec).length === 0)
      return changed(name, { done: true, operation: undefined }, "Nothing was to be changed.");
    const query = { update_mask: maskOf(spec) };
    return changed(name, await operate(context, { method: "PATCH", path: name, query, body: { spec } }, input));
  },
  text: changedText,
});

export const deleteLakebaseEndpoint = defineTool({
  name: "delete_lakebase_endpoint",
  toolset: "lakebase",
  effect: "destructive",
  title: "Delete a Lakebase endpoint",
  description: "Deletes an endpoint: its connections end, the branch's data stays.",
  input: z.strictObject({ endpoint: endpointInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object(changedFields),
  spellings: { name: "endpoint" },
  confirm: ({ endpoint }) =>
    question`Delete the Lakebase endpoint ${endpointName(endpoint)}? Its connections end; the data stays.`,
  targets: nowhere,
  run: async (context, { endpoint, wait_seconds }) => {
    const name = endpointName(endpoint);
    return changed(name, await operate(context, { method: "DELETE", path: name }, { wait_seconds }));
  },
  text: changedText,
});
