// Whatever a caller writes and whatever the workspace answers: a result or an explained error, never a defect of ours,
// and nothing is sent by a tool that only reads but questions.
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { MortarError } from "../platform/errors.ts";
import { refusal, serve, testClock, workspaceAt, type Received, type Reply } from "../workspace/testing.ts";
import { callTool } from "./call.ts";
import { loadAllTools } from "./load-all.ts";
import { toolSchemas } from "./schema.ts";
import { argumentsFor } from "./testing-arguments.ts";
import { safeEffectOf } from "./sql/text/effect.ts";
import { tokenize } from "./sql/text/tokens.ts";
import { bench } from "./testing.ts";

const tools = await loadAllTools();

/** What the workspace answers: nothing much, a refusal, or fields of any kind. */
const answers = fc.oneof(
  fc.constant({}),
  fc.constantFrom(
    { path: "/a", object_type: "NOTEBOOK", language: "SQL", object_id: 1, content: "LS0=" },
    {
      run_id: 5,
      job_id: 6,
      state: { life_cycle_state: "TERMINATED", result_state: "FAILED" },
      tasks: [{ task_key: "t" }],
    },
    { cluster_id: "k", cluster_name: "k", state: "RUNNING", node_types: [], versions: [], id: "c", status: "Finished" },
    { id: "c", status: "Error", results: { resultType: "error", summary: "<b>", cause: 5 } },
  ),
  fc.dictionary(
    fc.constantFrom("id", "status", "state", "results", "tasks", "path", "run_id", "views"),
    fc.jsonValue(),
  ),
);

/** What the workspace is asked for by POST: events of a cluster, rows that Genie's query gave, vectors. */
const askedByPost = [
  /^\/api\/2\.1\/clusters\/events$/,
  /^\/api\/2\.0\/genie\/.+\/execute-query$/,
  /^\/api\/2\.0\/vector-search\/indexes\/[^/]+\/(?:query|query-next-page|scan)$/,
];

/** Questions, and statements that read. */
function isQuestion({ method, path, body }: Pick<Received, "method" | "path" | "body">): boolean {
  if (path === "/api/2.0/sql/statements") {
    const { statement } = JSON.parse(body) as { statement: string };
    return safeEffectOf(statement, tokenize(statement)).effect === "read";
  }
  return method === "GET" || askedByPost.some((question) => question.test(path));
}

test.each(tools.map((tool) => [tool.name, tool] as const))(
  "%s",
  async (_name, tool) => {
    await using place = bench({}, { limits: { waitSeconds: 0, maxWaitSeconds: 1 } });
    let answer = (): Reply => ({});
    await using workspace = serve(() => answer());
    const context = { ...place.context, workspace: workspaceAt(workspace.host, { clock: testClock() }) };
    const refused = fc.constantFrom(400, 404, 500).map((status) => () => refusal(status, "ANY", "any"));
    const made = fc.oneof(
      answers.map((one) => () => one as Reply),
      refused,
    );
    const property = fc.asyncProperty(argumentsFor(toolSchemas(tool).input), made, async (args, make) => {
      answer = make;
      const outcome = await callTool(tool, context, args).catch((thrown: unknown) => thrown);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(MortarError);
      if (outcome instanceof MortarError) expect([outcome.code, outcome.message]).not.toContain("internal");
    });
    await fc.assert(property, { numRuns: 60 });
    if (tool.effect === "read") expect(workspace.received.filter((one) => !isQuestion(one))).toEqual([]);
  },
  30_000,
);
