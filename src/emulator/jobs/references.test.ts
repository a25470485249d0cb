// Dynamic value references: every one that is known, and that everything else is left alone.
import { expect, test } from "bun:test";
import { lookupIn, resolve, resolveMap, type ReferenceScope } from "./references.ts";

const scope: ReferenceScope = {
  workspaceId: "74",
  workspaceUrl: "http://127.0.0.1:1",
  jobId: "9007199254740993",
  jobName: "nightly",
  runId: "8",
  repairCount: 2,
  startedAt: Date.UTC(2026, 2, 1, 4, 5, 6, 7),
  trigger: "ONE_TIME",
  parameters: { day: "monday", "a.b": "dotted", "p$@": "special" },
  taskKey: "load",
  taskRunId: "81",
  retries: 1,
  notebookPath: "/Shared/load",
  input: { name: "x", deep: { n: 1 } },
  task: (key) =>
    key === "extract"
      ? {
          run_id: "80",
          execution_count: "1",
          result_state: "FAILED",
          error_code: "RUN_EXECUTION_ERROR",
          values: { n: 3, s: "t" },
        }
      : undefined,
};

test.each([
  ["job.id", "9007199254740993"],
  ["job.name", "nightly"],
  ["job.run_id", "8"],
  ["job.repair_count", "2"],
  ["job.trigger.type", "one_time"],
  ["job.parameters.day", "monday"],
  ["job.parameters.a.b", "dotted"],
  ["job.parameters.`a.b`", "dotted"],
  ["job.parameters.`p$@`", "special"],
  ["tasks.`extract`.values.`s`", "t"],
  ["job.start_time.iso_date", "2026-03-01"],
  ["job.start_time.iso_datetime", "2026-03-01T04:05:06.007Z"],
  ["job.start_time.month", "3"],
  ["job.start_time.hour", "4"],
  ["job.start_time.timestamp_ms", "1772337906007"],
  ["job.start_time.iso_weekday", "7"],
  ["job.start_time.is_weekday", "false"],
  ["job.trigger.time.year", "2026"],
  ["task.name", "load"],
  ["task.run_id", "81"],
  ["task.execution_count", "2"],
  ["task.notebook_path", "/Shared/load"],
  ["tasks.extract.result_state", "failed"],
  ["tasks.extract.error_code", "RUN_EXECUTION_ERROR"],
  ["tasks.extract.run_id", "80"],
  ["tasks.extract.values.n", "3"],
  ["tasks.extract.values.s", "t"],
  ["workspace.id", "74"],
  ["workspace.url", "http://127.0.0.1:1"],
  ["input.name", "x"],
  ["input.deep", '{"n":1}'],
  ["input.deep.n", "1"],
  ["job_id", "9007199254740993"],
  ["run_id", "81"],
  ["parent_run_id", "8"],
  ["start_date", "2026-03-01"],
  ["task_retry_count", "1"],
])("{{%s}} is %s", (reference, expected) => {
  expect(resolve(`<{{${reference}}}>`, lookupIn(scope))).toBe(`<${expected}>`);
});

test.each([
  "job.parameters.none",
  "tasks.other.run_id",
  "tasks.extract.values.none",
  "input.none.deep",
  "job",
  "x y",
  "job.start_time.era",
  "toString",
  "job.parameters.constructor",
  "job.start_time.constructor",
  "tasks.extract.constructor",
  "tasks.extract.values.toString",
  "input.constructor.name",
])("{{%s}} stays as it is", (reference) => {
  expect(resolve(`{{${reference}}}`, lookupIn(scope))).toBe(`{{${reference}}}`);
});

test("several in one text, with blanks, and braces that are none", () => {
  const lookup = lookupIn(scope);
  expect(resolve("{{ job.run_id }}-{{task.name}} {x} {{}} }}", lookup)).toBe("8-load {x} {{}} }}");
  expect(resolveMap({ a: "{{job.name}}", b: "plain" }, lookup)).toEqual({ a: "nightly", b: "plain" });
});
