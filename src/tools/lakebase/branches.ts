// create_lakebase_branch, update_lakebase_branch, delete_lakebase_branch.
import * as z from "zod";
import { MortarError } from "../../platform/errors.ts";
import { defineTool } from "../define.ts";
import { waitSecondsInput } from "../fields.ts";
import { question } from "../question.ts";
import { nowhere } from "../targets.ts";
import { listPostgres, operate } from "./lakebase-api.ts";
import { branchInput, branchName, newId, projectInput, projectName } from "./names.ts";
import { changed, changedFields, changedText } from "./outcome.ts";
import { maskOf } from "./projects.ts";

const ttlInput = z.int().min(60).optional().describe("The branch is deleted so long after it was made");

export const createLakebaseBranch = defineTool({
  name: "create_lakebase_branch",
  toolset: "lakebase",
  effect: "write",
  title: "Create a Lakebase branch",
  description:
    "Creates a branch: a copy of another one's data that can be changed on its own. create_lakebase_endpoint gives it compute.",
  input: z.strictObject({
    project: projectInput,
    name: newId,
    source_branch: z.string().optional().describe("Without it the default branch"),
    ttl_seconds: ttlInput.describe("Deleted after so long; without it never"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(changedFields),
  spellings: { project_name: "project", branch_id: "name" },
  targets: nowhere,
  run: async (context, input) => {
    const parent = projectName(input.project);
    const source = input.source_branch;
    const written = source === undefined || source.includes("/") ? source : `${input.project}/${source}`;
    const spec = {
      ...(written === undefined ? {} : { source_branch: branchName(written) }),
      ...(input.ttl_seconds === undefined ? { no_expiry: true } : { ttl: `${input.ttl_seconds}s` }),
    };
    const query = { branch_id: input.name };
    const done = await operate(context, { method: "POST", path: `${parent}/branches`, query, body: { spec } }, input);
    return changed(`${parent}/branches/${input.name}`, done, "`create_lakebase_endpoint` gives it compute.");
  },
  text: changedText,
});

export const updateLakebaseBranch = defineTool({
  name: "update_lakebase_branch",
  toolset: "lakebase",
  effect: "write",
  idempotent: true,
  title: "Change a Lakebase branch",
  description: "Protects a branch from being deleted, or changes when it ends.",
  input: z.strictObject({
    branch: branchInput,
    is_protected: z.boolean().optional(),
    ttl_seconds: ttlInput,
    no_expiry: z.boolean().default(false).describe("It never ends"),
    wait_seconds: waitSecondsInput(50),
  }),
  output: z.object(changedFields),
  spellings: { name: "branch" },
  targets: nowhere,
  run: async (context, input) => {
    const name = branchName(input.branch);
    if (input.no_expiry && input.ttl_seconds !== undefined) {
      throw new MortarError("invalid_input", "A branch has an end or none, not both", {
        hint: "Give one of ttl_seconds and no_expiry.",
      });
    }
    const spec = {
      ...(input.is_protected === undefined ? {} : { is_protected: input.is_protected }),
      ...(input.ttl_seconds === undefined ? {} : { ttl: `${input.ttl_seconds}s` }),
      ...(input.no_expiry ? { no_expiry: true } : {}),
    };
    if (Object.keys(spec).length === 0)
      return changed(name, { done: true, operation: undefined }, "Nothing was to be changed.");
    const query = { update_mask: maskOf(spec) };
    return changed(name, await operate(context, { method: "PATCH", path: name, query, body: { spec } }, input));
  },
  text: changedText,
});

export const deleteLakebaseBranch = defineTool({
  name: "delete_lakebase_branch",
  toolset: "lakebase",
  effect: "destructive",
  title: "Delete a Lakebase branch",
  description: "Deletes a branch with its data and endpoints. Default and protected branches stay.",
  input: z.strictObject({ branch: branchInput, wait_seconds: waitSecondsInput(50) }),
  output: z.object(changedFields),
  spellings: { name: "branch" },
  confirm: async ({ branch }, context) => {
    const endpoints = await listPostgres(context, branchName(branch), "endpoints");
    return question`Delete the Lakebase branch ${branchName(branch)}, its data and its ${endpoints.length} endpoints?`;
  },
  targets: nowhere,
  run: async (context, { branch, wait_seconds }) => {
    const name = branchName(branch);
    return changed(name, await operate(context, { method: "DELETE", path: name }, { wait_seconds }));
  },
  text: changedText,
});
