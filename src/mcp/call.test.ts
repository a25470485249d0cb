// One call without a process around it: progress, the sign-in, what is an error and what is not, pictures.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { catalog } from "../tools/catalog.ts";
import { selectTools, type SelectionWish } from "../tools/selection.ts";
import { testDeps } from "../tools/testing.ts";
import { serve, workspaceAt, type Reply, type Received } from "../workspace/testing.ts";
import { handleCall } from "./call.ts";
import { createSession } from "./session.ts";

type Request = Parameters<typeof handleCall>[2];

interface Notice {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

interface CallOptions {
  readonly token?: string;
  readonly opens?: () => Promise<never>;
  readonly wish?: SelectionWish;
}

function callAt(host: string, options: CallOptions = {}) {
  const notices: Notice[] = [];
  let forgotten = 0;
  let opened = 0;
  const request = {
    signal: new AbortController().signal,
    _meta: options.token === undefined ? undefined : { progressToken: options.token },
    notify: async ({ params }: { params: Notice }) => void notices.push(params),
  } as unknown as Request;
  const around = {
    deps: testDeps(),
    selection: selectTools(options.wish),
    session: createSession(),
    source: {
      open: async () => {
        opened += 1;
        return options.opens === undefined ? workspaceAt(host) : await options.opens();
      },
      forget: () => void (forgotten += 1),
    },
  };
  return {
    notices,
    counts: () => ({ forgotten, opened }),
    call: (name: string, args: Record<string, unknown> = {}) => handleCall(around, { name, arguments: args }, request),
  };
}

const running = (): object => ({ run_id: 1, state: { life_cycle_state: "RUNNING" }, tasks: [] });

describe("progress", () => {
  test("grows with every notice, never beyond its total, and says in words how it is", async () => {
    await using workspace = serve(running);
    const { call, notices } = callAt(workspace.host, { token: "t" });
    await call("wait_for_run", { run_id: "1", wait_seconds: 50 });
    expect(notices.length).toBeGreaterThan(5);
    for (const [index, notice] of notices.entries()) {
      expect(notice.progress).toBeGreaterThan(notices[index - 1]?.progress ?? -1);
      expect(notice.total).toBeGreaterThanOrEqual(notice.progress);
      expect(notice).toMatchObject({ progressToken: "t", message: "The run is RUNNING" });
    }
  });

  test("is not told to a caller who did not ask for it", async () => {
    await using workspace = serve(running);
    const { call, notices } = callAt(workspace.host);
    await call("wait_for_run", { run_id: "1", wait_seconds: 5 });
    expect(notices).toEqual([]);
  });
});

describe("the sign-in", () => {
  test("is not asked for by a call with wrong arguments", async () => {
    const place = callAt("http://127.0.0.1:1");
    const result = await place.call("list_jobs", { limt: 1 });
    expect(result.isError).toBe(true);
    expect(place.counts()).toEqual({ opened: 0, forgotten: 0 });
  });

  test("is forgotten when the workspace refuses it, and only then", async () => {
    const refusing = (status: number, error_code: string) => (): Reply =>
      Response.json({ error_code, message: "no" }, { status });
    await using unauthenticated = serve(refusing(401, "UNAUTHENTICATED"));
    const first = callAt(unauthenticated.host);
    expect(JSON.stringify(await first.call("list_jobs"))).toContain("mortar auth login");
    expect(first.counts().forgotten).toBe(1);
    await using forbidden = serve(refusing(403, "PERMISSION_DENIED"));
    const second = callAt(forbidden.host);
    expect((await second.call("list_jobs")).isError).toBe(true);
    expect(second.counts().forgotten).toBe(0);
  });

  test("that fails by a defect of ours tells nothing of its words", async () => {
    const opens = async (): Promise<never> => {
      throw new TypeError("token dapi0123456789abcdef0123456789abcdef of /home/someone");
    };
    const text = JSON.stringify(await callAt("", { opens }).call("list_jobs"));
    expect(text).toContain("error_code: internal");
    expect(text).not.toMatch(/dapi0|someone/);
  });

  test("that is missing says how to sign in, whatever the reason", async () => {
    const opens = async (): Promise<never> => {
      throw new MortarError("config_missing", "nothing is configured");
    };
    expect(JSON.stringify(await callAt("", { opens }).call("list_jobs"))).toContain("mortar auth login --host");
  });
});

describe("an outcome that is bad", () => {
  const failing = ({ path }: Received): Reply => {
    if (path.endsWith("/commands/execute")) return { id: "c" };
    if (path.endsWith("/commands/status"))
      return { id: "c", status: "Finished", results: { resultType: "error", summary: "ValueError: no", cause: "" } };
    if (path.endsWith("/runs/get"))
      return { run_id: 1, state: { life_cycle_state: "TERMINATED", result_state: "FAILED" }, tasks: [] };
    return {};
  };

  test("is an error of a tool that runs something, with the whole result in both halves", async () => {
    await using workspace = serve(failing);
    const result = await callAt(workspace.host).call("execute_cell", { cluster_id: "k", context_id: "x", code: "1" });
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toMatchObject({ success: false, error: "ValueError: no", command_id: "c" });
    expect(JSON.stringify(result.content)).toContain("ValueError: no");
  });

  test("is none of a tool that only looked", async () => {
    await using workspace = serve(failing);
    const result = await callAt(workspace.host).call("wait_for_run", { run_id: "1" });
    expect(result.isError).toBeUndefined();
    expect(result.structuredContent).toMatchObject({ result_state: "FAILED" });
  });
});

describe("under the older names", () => {
  const wish = { naming: "databricks" } as const;
  const oursIn = (value: unknown): string[] =>
    catalog
      .map(({ name }) => name)
      .filter((name) => new RegExp(`(?<!databricks_)\\b${name}\\b`).test(JSON.stringify(value)));

  test("the hint of a result names tools as they are listed, in both halves", async () => {
    await using workspace = serve(running);
    const result = await callAt(workspace.host, { wish }).call("databricks_wait_for_run", {
      run_id: "1",
      wait_seconds: 0,
    });
    expect(JSON.stringify(result.structuredContent)).toContain("databricks_cancel_run");
    expect(JSON.stringify(result.content)).toContain("databricks_cancel_run");
    expect(oursIn(result)).toEqual([]);
  });

  test("so does the hint of an error, and the error itself; a path or a task of such a name stays", async () => {
    await using workspace = serve(({ path }) => {
      if (path.endsWith("/get-status"))
        return Response.json({ error_code: "RESOURCE_DOES_NOT_EXIST", message: "no" }, { status: 404 });
      return path.endsWith("/workspace/list") ? { objects: [{ path: "/x/run_job", object_type: "NOTEBOOK" }] } : {};
    });
    const { call } = callAt(workspace.host, { wish });
    expect(JSON.stringify(await call("databricks_read_notebook", { path: "/x/run_jo" }))).toContain(
      "Did you mean /x/run_job?",
    );
    expect(JSON.stringify(await call("databricks_read_notebook", { path: "/x/zzzzzzz" }))).toContain(
      "`databricks_list_notebooks` with",
    );
    expect(JSON.stringify(await call("databricks_read_notebook", {}))).toContain(
      "databricks_read_notebook: notebook_path",
    );
  });

  test("those who list ours are told ours", async () => {
    await using workspace = serve(running);
    const result = await callAt(workspace.host).call("databricks_wait_for_run", { run_id: "1", wait_seconds: 0 });
    expect(JSON.stringify(result)).not.toContain("databricks_");
  });
});

test("pictures come as content of their own", async () => {
  await using workspace = serve(({ path }) =>
    path.endsWith("/execute")
      ? { id: "c" }
      : { id: "c", status: "Finished", results: { resultType: "image", fileName: "data:image/png;base64,QUJD" } },
  );
  const result = await callAt(workspace.host).call("execute_cell", { cluster_id: "k", context_id: "x", code: "plot" });
  expect(result.content).toContainEqual({ type: "image", mimeType: "image/png", data: "QUJD" });
});
