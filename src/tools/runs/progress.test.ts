import { expect, test } from "bun:test";
import { bench } from "../testing.ts";

interface Seen {
  readonly state: string;
  readonly queue?: string;
  readonly tasks?: Readonly<Record<string, string>>;
}

/** What a wait tells while the run goes through these states. */
async function told(...seen: readonly Seen[]): Promise<readonly string[]> {
  let asked = 0;
  const taskOf = ([key, state]: readonly [string, string]) => ({
    task_key: key,
    run_id: 1,
    attempt_number: 0,
    state: { life_cycle_state: state, ...(state === "TERMINATED" ? { result_state: "SUCCESS" } : {}) },
  });
  await using place = bench({
    "GET /api/2.2/jobs/runs/get": () => {
      const { state, queue, tasks = {} } = seen[asked++] ?? { state: "TERMINATED" };
      return {
        run_id: 7,
        state: {
          life_cycle_state: state,
          ...(queue === undefined ? {} : { queue_reason: queue }),
          ...(state === "TERMINATED" ? { result_state: "SUCCESS" } : {}),
        },
        tasks: Object.entries(tasks).map(taskOf),
      };
    },
  });
  await place.call("wait_for_run", { run_id: "7" });
  return place.progress;
}

test("a wait tells what is happening, from the queue to the last task", async () => {
  expect(
    await told(
      { state: "QUEUED", queue: "Too many runs at once" },
      { state: "PENDING" },
      { state: "RUNNING", tasks: { a: "PENDING" } },
      { state: "RUNNING", tasks: { a: "RUNNING" } },
      { state: "RUNNING", tasks: { a: "TERMINATED", b: "RUNNING", c: "BLOCKED" } },
      {
        state: "RUNNING",
        tasks: { a: "TERMINATED", b: "RUNNING", c: "RUNNING", d: "RUNNING", e: "RUNNING", f: "RUNNING" },
      },
      { state: "TERMINATING", tasks: { a: "TERMINATED", b: "TERMINATED" } },
    ),
  ).toEqual([
    "The run waits in a queue: Too many runs at once",
    "The run is PENDING: its compute is starting",
    "The run is RUNNING; compute is starting",
    "The run is RUNNING",
    "The run is RUNNING: 1 of 3 tasks have ended; now b",
    "The run is RUNNING: 1 of 6 tasks have ended; now b, c, d and 2 more",
    "The run is TERMINATING",
  ]);
});
