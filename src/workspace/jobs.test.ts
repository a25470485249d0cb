import { describe, expect, test } from "bun:test";
import { failureOf, inTurn, sentJson, serve, workspaceAt } from "./testing.ts";

const big = "9223372036854775807";

describe("ids beyond 2^53 on the wire", () => {
  test("create: comes back as its digits", async () => {
    await using server = serve(() => new Response(`{"job_id":${big}}`));
    const { jobs } = workspaceAt(server.host);
    const settings = { name: "n", tasks: [{ task_key: "a", run_job_task: { job_id: big } }] };
    expect(await jobs.create(settings)).toEqual({ jobId: big });
    expect(server.received[0]?.body).toBe(`{"name":"n","tasks":[{"task_key":"a","run_job_task":{"job_id":${big}}}]}`);
  });

  test("get, update, reset, delete, run-now: go out as bare digits", async () => {
    await using server = serve(() => new Response(`{"job_id":${big},"run_id":${big},"number_in_job":${big}}`));
    const { jobs } = workspaceAt(server.host);
    expect((await jobs.get(big)).jobId).toBe(big);
    await jobs.update(big, { newSettings: { name: "x" }, fieldsToRemove: ["schedule"] });
    await jobs.reset(big, { name: "y" });
    await jobs.delete(big);
    expect(await jobs.runNow(big, { idempotencyToken: "t" })).toEqual({ runId: big, numberInJob: big });
    expect(server.received.map(({ path, search, body }) => `${path}${search} ${body}`)).toEqual([
      `/api/2.2/jobs/get?job_id=${big} `,
      `/api/2.2/jobs/update {"job_id":${big},"new_settings":{"name":"x"},"fields_to_remove":["schedule"]}`,
      `/api/2.2/jobs/reset {"job_id":${big},"new_settings":{"name":"y"}}`,
      `/api/2.2/jobs/delete {"job_id":${big}}`,
      `/api/2.2/jobs/run-now {"job_id":${big},"idempotency_token":"t"}`,
    ]);
  });

  test("small ids are strings as well", async () => {
    await using server = serve(() => ({ job_id: 12, settings: { name: "n" } }));
    expect((await workspaceAt(server.host).jobs.get("12")).jobId).toBe("12");
  });

  test.each(["abc", "1.5", "", "1,2"])("%p is no id, and nothing is sent", async (id) => {
    await using server = serve(() => ({}));
    const { jobs } = workspaceAt(server.host);
    expect((await failureOf(jobs.get(id))).code).toBe("invalid_input");
    expect((await failureOf(jobs.delete(id))).code).toBe("invalid_input");
    expect(server.received).toEqual([]);
  });
});

test("get joins all pages of tasks, clusters, parameters and environments", async () => {
  const page = (n: number, next?: string) => () => ({
    job_id: 1,
    creator_user_name: "me",
    run_as_user_name: "you",
    created_time: 5,
    settings: {
      name: "n",
      tasks: [{ task_key: `t${n}` }],
      job_clusters: n === 1 ? [] : [{ job_cluster_key: `c${n}` }],
      parameters: [{ name: `p${n}` }],
      tags: { a: "b" },
    },
    ...(next === undefined ? {} : { next_page_token: next }),
  });
  await using server = serve(inTurn(page(1, "x"), page(2, "y"), page(3)));
  const job = await workspaceAt(server.host).jobs.get("1");
  expect(job).toEqual({
    jobId: "1",
    name: "n",
    creator: "me",
    runAs: "you",
    createdTimeMs: 5,
    settings: {
      name: "n",
      tasks: [{ task_key: "t1" }, { task_key: "t2" }, { task_key: "t3" }],
      job_clusters: [{ job_cluster_key: "c2" }, { job_cluster_key: "c3" }],
      parameters: [{ name: "p1" }, { name: "p2" }, { name: "p3" }],
      tags: { a: "b" },
    },
  });
  expect(server.received.map((request) => request.search)).toEqual([
    "?job_id=1",
    "?job_id=1&page_token=x",
    "?job_id=1&page_token=y",
  ]);
});

test("settings that nobody here knows survive a read and a write", async () => {
  const settings = { name: "n", brand_new: { deep: [1, "2", null, true] } };
  await using server = serve(() => ({ job_id: 1, settings }));
  const { jobs } = workspaceAt(server.host);
  await jobs.reset("1", (await jobs.get("1")).settings);
  expect(sentJson(server.received[1])["new_settings"]).toEqual(settings);
});

describe("list", () => {
  test("passes the name, asks for one more than the limit, and says that it was cut", async () => {
    await using server = serve(() => ({ jobs: [{ job_id: 1 }, { job_id: 2 }, { job_id: 3 }], next_page_token: "x" }));
    const listing = await workspaceAt(server.host).jobs.list({ name: "Nightly", limit: 2 });
    expect(listing.items.map((job) => job.jobId)).toEqual(["1", "2"]);
    expect(listing.truncated).toBe(true);
    expect(server.received.map((request) => request.search)).toEqual(["?name=Nightly&limit=3"]);
  });

  test("without a limit it gives everything", async () => {
    await using server = serve(
      inTurn(
        () => ({ jobs: [{ job_id: 1 }], next_page_token: "x" }),
        () => ({ next_page_token: "y" }),
        () => ({ jobs: [{ job_id: 2 }] }),
      ),
    );
    const listing = await workspaceAt(server.host).jobs.list();
    expect(listing.items.map((job) => job.jobId)).toEqual(["1", "2"]);
    expect(listing.truncated).toBe(false);
    expect(server.received[0]?.search).toBe("?limit=100");
  });

  test("a job whose tasks were cut is fetched whole when tasks are wanted", async () => {
    const whole = { job_id: 2, settings: { tasks: [{ task_key: "a" }, { task_key: "b" }] } };
    const cut = { job_id: 2, has_more: true, settings: { tasks: [{ task_key: "a" }] } };
    await using server = serve(({ path }) => (path.endsWith("/get") ? whole : { jobs: [{ job_id: 1 }, cut] }));
    const { jobs } = workspaceAt(server.host);
    const listing = await jobs.list({ expandTasks: true });
    expect(listing.items[1]?.settings["tasks"]).toEqual([{ task_key: "a" }, { task_key: "b" }]);
    expect(server.received.length).toBe(2);
    await jobs.list();
    expect(server.received.length).toBe(3);
  });
});

describe("run-now", () => {
  test("sends every kind of parameter", async () => {
    await using server = serve(() => ({ run_id: 7 }));
    const started = await workspaceAt(server.host).jobs.runNow("1", {
      jobParameters: { a: "1" },
      only: ["t"],
      queue: true,
      performanceTarget: "STANDARD",
      idempotencyToken: "tok",
    });
    expect(started).toEqual({ runId: "7", numberInJob: undefined });
    expect(sentJson(server.received[0])).toEqual({
      job_id: 1,
      job_parameters: { a: "1" },
      only: ["t"],
      queue: { enabled: true },
      performance_target: "STANDARD",
      idempotency_token: "tok",
    });
  });

  test("a lost answer is asked for again under the same token, so that the job runs once", async () => {
    await using server = serve(
      inTurn(
        () => new Response("", { status: 502 }),
        () => ({ run_id: 7 }),
      ),
    );
    const { jobs } = workspaceAt(server.host);
    await jobs.runNow("1");
    const tokens = server.received.map((request) => sentJson(request)["idempotency_token"]);
    expect(tokens.length).toBe(2);
    expect(tokens[0]).toBe(tokens[1] ?? "");
    expect(String(tokens[0]).length).toBeLessThanOrEqual(64);
    await jobs.runNow("1");
    expect(sentJson(server.received[2])["idempotency_token"]).not.toBe(tokens[0] ?? "");
  });
});
