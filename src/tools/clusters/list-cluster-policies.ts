// list_cluster_policies: the rules under which clusters may be created.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { tableFields, tableOf } from "../fields.ts";
import { fitting } from "../limits.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";

export const listClusterPolicies = defineTool({
  name: "list_cluster_policies",
  toolset: "clusters",
  effect: "read",
  title: "List cluster policies",
  description: "Lists the cluster policies that you may use with create_cluster or a job cluster.",
  input: z.strictObject({
    include_definitions: z.boolean().default(false).describe("Also each policy's rules, as JSON"),
    limit: z.int().min(1).max(200).default(50),
    offset: z.int().min(0).default(0),
  }),
  output: z.object({
    ...tableFields,
    count: z.number(),
    truncated: z.boolean(),
    next_offset: z.number().optional(),
  }),
  run: async ({ workspace, signal, limits }, input) => {
    const policies = await workspace.policies.list({ signal });
    const table = tableOf(policies.slice(input.offset, input.offset + input.limit), {
      policy_id: (one) => one.policyId,
      name: (one) => one.name,
      description: (one) => one.description,
      ...(input.include_definitions ? { definition: (one: (typeof policies)[number]) => one.definition } : {}),
    });
    const rows = [...fitting(table.rows, limits.textChars)];
    const end = input.offset + rows.length;
    return {
      columns: table.columns,
      rows,
      count: policies.length,
      truncated: end < policies.length,
      next_offset: end < policies.length ? end : undefined,
    };
  },
  text: ({ columns, rows, ...rest }) => fieldText(tableLines(columns, rows), fieldLines(rest)),
});
