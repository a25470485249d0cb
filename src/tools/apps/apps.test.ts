// The apps toolset: waits, deployments that fail with their log, and logs that end by themselves.
import { describe, expect, test } from "bun:test";
import { refusal, testToken } from "../../workspace/testing.ts";
import { bench, me, rowsOf, testDeps, type Routes } from "../testing.ts";
import { systemClock } from "../../platform/clock.ts";

const base = "/api/2.0/apps";
const app = (more: object = {}) => ({
  name: "shop",
  url: "https://shop.example.databricksapps.com",
  compute_status: { state: "ACTIVE" },
  app_status: { state: "RUNNING" },
  ...more,
});

interface Log {
  readonly url: string;
  readonly seen: { readonly authorization: string | null; readonly search: string }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** An app's own address, whose log says `lines` and then nothing. */
function logServer(lines: readonly (object | string)[]): Log {
  const seen: Log["seen"] = [];
  const server = Bun.serve<{ authorization: string | null }>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, own) => {
      if (new URL(request.url).pathname !== "/logz/stream") return new Response("no", { status: 404 });
      const authorization = request.headers.get("authorization");
      return own.upgrade(request, { data: { authorization } }) ? undefined : new Response("no", { status: 426 });
    },
    websocket: {
      message: (socket, search) => {
        seen.push({ ...socket.data, search: String(search) });
        for (const line of lines) socket.send(typeof line === "string" ? line : JSON.stringify(line));
      },
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, seen, [Symbol.asyncDispose]: () => server.stop(true) };
}

const waiting = { deps: testDeps(systemClock as never) };

describe("logs", () => {
  const line = (message: string, source = "APP") => ({ timestamp: 1_790_000_000, source, severity: "INFO", message });

  test("are the last lines, of the source and with the text that are wanted, and are asked for with our sign-in", async () => {
    await using log = logServer([line("one"), line("building", "SYSTEM"), line("two"), line("three")]);
    await using it = bench({ [`GET ${base}/shop`]: () => app({ url: log.url }) });
    const { data } = await it.call("get_app_logs", { name: "shop", lines: 2, source: "APP", search: "o" }, waiting);
    expect(rowsOf({ data } as never)).toEqual([
      { time: "2026-09-21T14:13:20Z", source: "APP", message: "two" },
      { time: "2026-09-21T14:13:20Z", source: "APP", message: "three" },
    ]);
    expect(data).toMatchObject({ received: 3, truncated: true, state: "RUNNING" });
    expect(log.seen).toEqual([{ authorization: `Bearer ${testToken}`, search: "o" }]);
  });

  test("that are empty end at once, and garbage is a line", async () => {
    await using empty = logServer(["\0"]);
    await using it = bench({ [`GET ${base}/shop`]: () => app({ url: empty.url }) });
    expect((await it.call("get_app_logs", { name: "shop" }, waiting)).data["hint"]).toContain("Nothing");
    await using odd = logServer(["not json", `${testToken} leaked`]);
    await using other = bench({ [`GET ${base}/shop`]: () => app({ url: odd.url }) });
    const { data, text } = await other.call("get_app_logs", { name: "shop" }, waiting);
    expect(rowsOf({ data } as never).map(({ message }) => message)).toContain("not json");
    expect(text + JSON.stringify(data)).not.toContain(testToken);
  });

  test("of an app that has none say so; no token goes to an address without TLS", async () => {
    await using it = bench({ [`GET ${base}/shop`]: () => app({ url: undefined }) });
    expect(String((await it.failure("get_app_logs", { name: "shop" })).code)).toBe("invalid_state");
    await using plain = bench({ [`GET ${base}/shop`]: () => app({ url: "http://shop.example.com" }) });
    expect((await plain.failure("get_app_logs", { name: "shop" })).message).toContain("not https");
    await using gone = bench({ [`GET ${base}/shop`]: () => app({ url: "http://127.0.0.1:1" }) });
    expect((await gone.failure("get_app_logs", { name: "shop" }, waiting)).hint).toContain("get_app");
  });
});

describe("a deployment", () => {
  const routes = (states: readonly string[], more: object = {}): Routes => {
    let asked = 0;
    return {
      ...me,
      "GET /api/2.0/workspace/get-status": () => ({ path: "/x", object_type: "DIRECTORY" }),
      [`POST ${base}/shop/deployments`]: () => ({ deployment_id: "d1", status: { state: "IN_PROGRESS" } }),
      [`GET ${base}/shop/deployments/d1`]: () => {
        const state = states[Math.min(asked++, states.length - 1)];
        return { deployment_id: "d1", status: { state, message: `it is ${state}` } };
      },
      [`GET ${base}/shop`]: () => app(more),
    };
  };

  test("is waited for", async () => {
    await using it = bench(routes(["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]));
    const { data, failed } = await it.call("deploy_app", { name: "shop", source_code_path: "~/shop" });
    expect([data["state"], failed]).toEqual(["SUCCEEDED", false]);
    expect(it.sent(`POST ${base}/shop/deployments`)).toEqual([
      { source_code_path: "/Workspace/Users/me@example.com/shop", mode: "SNAPSHOT" },
    ]);
    expect(it.progress.join()).toContain("it is IN_PROGRESS");
  });

  test("that goes on says how to see its end", async () => {
    await using it = bench(routes(["IN_PROGRESS"]));
    const { data } = await it.call("deploy_app", { name: "shop", source_path: "/x", wait_seconds: 3 });
    expect(data).toMatchObject({ state: "IN_PROGRESS", hint: expect.stringContaining("get_app") });
  });

  test("that fails has the end of the log", async () => {
    await using log = logServer([{ timestamp: 1, source: "APP", message: "ModuleNotFoundError: flask" }]);
    await using it = bench(routes(["FAILED"], { url: log.url }));
    const { data, text, failed } = await it.call("deploy_app", { name: "shop", source_path: "/x" }, waiting);
    expect(failed).toBe(true);
    expect(data["log_tail"]).toBe("ModuleNotFoundError: flask");
    expect(text).toContain("ModuleNotFoundError");
  });

  test("is of a folder", async () => {
    await using it = bench({
      ...routes([]),
      "GET /api/2.0/workspace/get-status": () => ({ path: "/x", object_type: "NOTEBOOK" }),
    });
    expect((await it.failure("deploy_app", { name: "shop", source_path: "/x" })).message).toContain("from a folder");
    expect(it.sent(`POST ${base}/shop/deployments`)).toEqual([]);
  });
});

describe("compute", () => {
  test("is waited for, and an error of it fails the call", async () => {
    let asked = 0;
    const states = ["STARTING", "STARTING", "ACTIVE"];
    await using it = bench({
      [`POST ${base}`]: () => app({ compute_status: { state: "STARTING" } }),
      [`GET ${base}/shop`]: () => app({ compute_status: { state: states[asked++] ?? "ERROR" } }),
      [`POST ${base}/shop/start`]: () => ({}),
      [`POST ${base}/shop/stop`]: () => ({}),
    });
    expect((await it.call("create_app", { name: "shop" })).data["compute_state"]).toBe("ACTIVE");
    expect((await it.call("start_app", { name: "shop" })).failed).toBe(true);
    expect(String((await it.failure("create_app", { name: "No" })).code)).toBe("invalid_input");
  });

  test("that runs is not started again, and one that stands is not stopped", async () => {
    const sent: string[] = [];
    const note = (what: string) => () => (sent.push(what), {});
    await using it = bench({
      [`GET ${base}/shop`]: () => app(),
      [`POST ${base}/shop/start`]: note("start"),
      [`POST ${base}/shop/stop`]: note("stop"),
    });
    await it.call("start_app", { name: "shop" });
    expect(sent).toEqual([]);
    const stopping = await it.call("stop_app", { name: "shop", wait_seconds: 1 });
    expect([sent, stopping.data["hint"]]).toEqual([["stop"], expect.stringContaining("stopping")]);
  });
});

test("lists, deployments and deletion tell what is there", async () => {
  await using it = bench({
    [`GET ${base}`]: ({ search }) => (search.includes("page_token") ? { apps: [app()] } : { next_page_token: "x" }),
    [`GET ${base}/shop`]: () =>
      app({
        resources: [{ name: "wh" }],
        user_api_scopes: ["sql"],
        pending_deployment: { deployment_id: "d2", status: { state: "FAILED" } },
      }),
    [`GET ${base}/shop/deployments`]: () => ({
      app_deployments: [{ deployment_id: "d2", status: { state: "FAILED" } }],
    }),
    [`DELETE ${base}/shop`]: () => app(),
    [`PATCH ${base}/shop`]: (_request, body) => app(body),
  });
  expect(rowsOf(await it.call("list_apps"))).toHaveLength(1);
  expect((await it.call("get_app", { name: "shop" })).data).toMatchObject({
    resources: ["wh"],
    deployment_state: "FAILED",
    hint: expect.stringContaining("get_app_logs"),
  });
  expect(rowsOf(await it.call("list_app_deployments", { name: "shop" }))[0]?.["state"]).toBe("FAILED");
  await it.call("update_app", { name: "shop", description: "new" });
  // The API takes what is not named for gone.
  const kept = { name: "shop", resources: [{ name: "wh" }], user_api_scopes: ["sql"] };
  expect(it.sent(`PATCH ${base}/shop`)).toEqual([{ ...kept, description: "new" }]);
  expect((await it.call("delete_app", { name: "shop" })).data["deleted"]).toBe(true);
  await using none = bench({ [`GET ${base}/none`]: () => refusal(404, "RESOURCE_DOES_NOT_EXIST", "no") });
  expect(String((await none.failure("delete_app", { name: "none" })).code)).toBe("not_found");
});
