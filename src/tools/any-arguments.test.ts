// Whatever a caller writes and whatever the workspace answers: a result or an explained error, never a defect of ours,
// and nothing is sent by a tool that only reads but questions.
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { MortarError } from "../platform/errors.ts";
import { isObject, type JsonObject } from "../platform/json.ts";
import { refusal, serve, testClock, workspaceAt, type Received, type Reply } from "../workspace/testing.ts";
import { callTool } from "./call.ts";
import { loadAllTools } from "./load-all.ts";
import { toolSchemas } from "./schema.ts";
import { safeEffectOf } from "./sql/text/effect.ts";
import { tokenize } from "./sql/text/tokens.ts";
import { bench } from "./testing.ts";

const tools = await loadAllTools();

const words = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "",
    "~",
    "~/a",
    "shared/a",
    "/Workspace/a",
    "..",
    "\0",
    "\uD800",
    "__proto__",
    "toString",
    "%00",
    "?a=1&b",
  ),
  fc.constantFrom("0", "-1", "9223372036854775807", "99999999999999999999", "true", "null", "[]", "{}", "1e999"),
);
const junk = fc.oneof(fc.constantFrom(null, true, 0, -1, 1.5, 2 ** 53 + 2, "x", [], {}), fc.jsonValue());

/** Values that mostly fit the schema, and sometimes do not. */
function valueOf(schema: JsonObject): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 60, arbitrary: fittingValue(schema) }, { weight: 1, arbitrary: junk });
}

function fittingValue(schema: JsonObject): fc.Arbitrary<unknown> {
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...schema["enum"]);
  switch (schema["type"]) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.oneof(fc.integer({ min: 0, max: 9 }), fc.maxSafeInteger());
    case "number":
      return fc.constantFrom(0, 0.5, 1, 30, 290, 291, -1, 1e300);
    case "array":
      return fc.array(isObject(schema["items"]) ? valueOf(schema["items"] as JsonObject) : words, { maxLength: 3 });
    case "object":
      return isObject(schema["properties"]) ? objectOf(schema) : fc.dictionary(words, words, { maxKeys: 3 });
    default:
      return fc.oneof(words, fc.stringMatching(/^[1-9]\d{0,17}$/));
  }
}

function objectOf({ properties, required }: JsonObject): fc.Arbitrary<Record<string, unknown>> {
  const entries = Object.entries(isObject(properties) ? (properties as Record<string, JsonObject>) : {});
  const requiredKeys = Array.isArray(required) ? required.map(String) : [];
  return fc.record(Object.fromEntries(entries.map(([name, one]) => [name, valueOf(one)])), { requiredKeys });
}

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
    const property = fc.asyncProperty(objectOf(toolSchemas(tool).input), made, async (args, make) => {
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
