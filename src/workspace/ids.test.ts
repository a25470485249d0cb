import { describe, expect, test } from "bun:test";
import { parseJson, type JsonObject } from "../platform/json.ts";
import { idDigits, idOf, settingsFromWire, settingsToWire, wireId } from "./ids.ts";
import { failureOf } from "./testing.ts";

const big = "9223372036854775807";

describe("idOf", () => {
  test.each<[unknown, string | undefined]>([
    [12, "12"],
    ["12", "12"],
    [big, big],
    ["0101-abc", "0101-abc"],
    [0, "0"],
    ["", undefined],
    [1.5, undefined],
    [2 ** 53, undefined],
    [null, undefined],
    [undefined, undefined],
    [{}, undefined],
  ])("%p is %p", (value, expected) => {
    expect(idOf(value)).toBe(expected as string);
  });
});

describe("wireId", () => {
  test.each(["1", "9007199254740993", big])("%s is written as its digits", (id) => {
    expect(JSON.stringify({ id: wireId(id, "run id") })).toBe(`{"id":${id}}`);
  });

  test.each(["", "007", "12a", "-1", "1.0", "1e3", " 1", '1,"x":2', "12345678901234567890"])(
    "%p is refused",
    async (id) => {
      const error = await failureOf(Promise.try(() => wireId(id, "run id")));
      expect(error.code).toBe("invalid_input");
      expect(error.message).toContain("is not a run id");
      expect(() => idDigits(id, "run id")).toThrow();
    },
  );
});

describe("job settings", () => {
  const text = `{"tasks":[{"task_key":"a","run_job_task":{"job_id":${big},"job_parameters":{"job_id":"77"}}},
    {"task_key":"b","for_each_task":{"inputs":"[1]","task":{"run_job_task":{"job_id":5}}}},
    {"task_key":"c","notebook_task":{"base_parameters":{"job_id":"123"}}},
    {"task_key":"d","run_job_task":{"job_id":"{{job.id}}"}}],"max_concurrent_runs":1}`;

  test("ids are strings when read, and everything else stays", () => {
    const settings = settingsFromWire(parseJson(text) as JsonObject);
    expect(settings["tasks"]).toEqual([
      { task_key: "a", run_job_task: { job_id: big, job_parameters: { job_id: "77" } } },
      { task_key: "b", for_each_task: { inputs: "[1]", task: { run_job_task: { job_id: "5" } } } },
      { task_key: "c", notebook_task: { base_parameters: { job_id: "123" } } },
      { task_key: "d", run_job_task: { job_id: "{{job.id}}" } },
    ]);
    expect(settings["max_concurrent_runs"]).toBe(1);
  });

  test("what only looks like an id goes out as it came", () => {
    const settings = { tasks: [{ run_job_task: { job_id: "007" } }] };
    expect(JSON.stringify(settingsToWire(settings))).toBe(JSON.stringify(settings));
  });

  test("and go back as they came, digit by digit", () => {
    const settings = settingsFromWire(parseJson(text) as JsonObject);
    expect(JSON.stringify(settingsToWire(settings))).toBe(text.replace(/\n\s*/g, ""));
  });
});
