// Libraries: what the emulator's Python has is installed, everything else says why it is not.
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { JsonObject } from "../../platform/json.ts";
import { librariesOf } from "../jobs/task-libraries.ts";
import { startJobsEmulator, until, type JobsEmulator } from "../jobs/testing-jobs.ts";
import { libraryProblem } from "./libraries.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let it: JobsEmulator;
beforeEach(async () => {
  it = await startJobsEmulator();
});
afterEach(() => it.dispose());

const absent = { pypi: { package: "mortar-no-such-package==1.0" } };

test("a task's libraries are its own and its environment's", () => {
  const settings = {
    environments: [
      { environment_key: "e", spec: { dependencies: ["a==1", "-r /Workspace/r.txt", "/Volumes/x/y/z.whl"] } },
    ],
  };
  expect(librariesOf({ environment_key: "e" }, settings)).toEqual([
    { pypi: { package: "a==1" } },
    { requirements: "/Workspace/r.txt" },
    { whl: "/Volumes/x/y/z.whl" },
  ]);
  expect(librariesOf({ libraries: [absent] }, settings)).toEqual([absent]);
  expect(librariesOf({}, settings)).toEqual([]);
});

test.each([
  [{ maven: { coordinates: "a:b:1" } }, "only packages of PyPI"],
  [{ pypi: { package: "--index-url=x" } }, "is not a package of PyPI"],
  [{ pypi: { package: "git+https://example.com/x" } }, "is not a package of PyPI"],
  [{ pypi: { package: "./folder" } }, "is not a package of PyPI"],
])("%j: %s", async (library, message) => {
  expect(await libraryProblem(it.world, library, AbortSignal.timeout(10_000))).toContain(message);
});

test("a task without its library fails with the reason, and runs nothing", async () => {
  const task = { task_key: "t", environment_key: "e", notebook_task: { notebook_path: it.notebook("t") } };
  const environments = [
    { environment_key: "e", spec: { environment_version: "4", dependencies: [absent.pypi.package] } },
  ];
  const run = await it.untilEnded((await it.post("runs/submit", { tasks: [task], environments }))["run_id"]);
  expect(run.state).toMatchObject({ life_cycle_state: "INTERNAL_ERROR", result_state: "FAILED" });
  expect(run.status.termination_details?.code).toBe("LIBRARY_INSTALLATION_ERROR");
  expect(run.state.state_message).toContain("mortar-no-such-package==1.0");
  expect(it.ran).toEqual([]);
});

test("a cluster's libraries are pending, then installed or not, then there until it restarts", async () => {
  const call = async (request: string, body?: unknown): Promise<JsonObject> =>
    (await it.emulator.call(request, body === undefined ? {} : { body })).json;
  const spec = { spark_version: "17.3.x-scala2.13", node_type_id: "m5d.large", num_workers: 1 };
  it.world.switches.clusterStartMs = 50;
  const { cluster_id } = await call("POST /api/2.1/clusters/create", spec);
  const status = (): Promise<JsonObject> =>
    call(`GET /api/2.0/libraries/cluster-status?cluster_id=${String(cluster_id)}`);
  const statuses = async (): Promise<unknown> =>
    ((await status())["library_statuses"] as { status: string }[] | undefined)?.map((one) => one.status);
  const running = (): Promise<JsonObject> =>
    until(
      () => call(`GET /api/2.1/clusters/get?cluster_id=${String(cluster_id)}`),
      ({ state }) => state === "RUNNING",
    );
  const missing = { pypi: { package: "pip==0.0.1" } };
  expect(await status()).toEqual({ cluster_id: cluster_id ?? "" });
  await call("POST /api/2.0/libraries/install", { cluster_id, libraries: [absent, { whl: "/Volumes/a.whl" }] });
  expect(await statuses()).toEqual(["PENDING", "PENDING"]);
  await running();
  expect(await statuses()).toEqual(["INSTALLING", "INSTALLING"]);
  await until(statuses, (found) => Bun.deepEquals(found, ["FAILED", "FAILED"]));
  expect(JSON.stringify(await status())).toContain("is not installed for");
  await call("POST /api/2.0/libraries/install", { cluster_id, libraries: [absent] });
  expect(await statuses()).toEqual(["INSTALLING", "FAILED"]);
  await call("POST /api/2.0/libraries/uninstall", { cluster_id, libraries: [absent, missing] });
  expect(await statuses()).toEqual(["FAILED", "UNINSTALL_ON_RESTART"]);
  await call("POST /api/2.1/clusters/restart", { cluster_id });
  await running();
  await until(statuses, (found) => Bun.deepEquals(found, ["FAILED"]));
  const bad = await it.refusal("POST /api/2.0/libraries/install", { cluster_id, libraries: [{ pypi: {}, whl: "x" }] });
  expect(bad["message"]).toContain("exactly one of");
}, 60_000);
