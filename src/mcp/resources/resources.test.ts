// Resources: addresses, what is read at them and by whom, what is listed, and errors.
import { describe, expect, test } from "bun:test";
import { me, type Routes } from "../../tools/testing.ts";
import { refusal } from "../../workspace/testing.ts";
import { errorOf, request, stage, stranger } from "../testing-offers.ts";
import { addressOf, notebookAddress, readAddress } from "./address.ts";
import { listResources } from "./list.ts";
import { readResource } from "./read.ts";
import { listTemplates } from "./templates.ts";

const base = "/api/2.0/workspace";

describe("an address", () => {
  test.each([[["a"]], [["Users", "me@example.com", "my notebook"]], [["ü", "50%", "a?b#c", "{x}", "~"]]])(
    "of %p says the same when it is read",
    (parts) => {
      expect(readAddress(addressOf("notebook", parts))).toEqual({ kind: "notebook", parts });
    },
  );

  test("keeps the @ of user names, and hides slashes and marks", () => {
    expect(addressOf("notebook", ["me@x.com", "a/b?"])).toBe("databricks://notebook/me@x.com/a%2Fb%3F");
  });

  test.each(["", "databricks://", "databricks:///x", "databricks://table/a//c", "databricks://run/%zz", "file:///x"])(
    "is not %p",
    (uri) => {
      expect(readAddress(uri)).toBeUndefined();
    },
  );

  test("is found for a notebook's path as people write it", () => {
    expect(notebookAddress("/Workspace/Shared/a b")).toEqual(["databricks://notebook/Workspace/Shared/a%20b"]);
    expect(notebookAddress("~/nb")).toEqual(["databricks://notebook/~/nb"]);
    expect(notebookAddress("shared/nb")).toEqual(["databricks://notebook/Workspace/Shared/nb"]);
    expect(notebookAddress("nb")).toEqual([]);
  });
});

function notebookAt(path: string, source: string): Routes {
  return {
    ...me,
    [`GET ${base}/get-status`]: ({ search }) =>
      new URLSearchParams(search).get("path") === path
        ? { path, object_type: "NOTEBOOK", language: "PYTHON" }
        : refusal(404, "RESOURCE_DOES_NOT_EXIST", "Path does not exist"),
    [`GET ${base}/export`]: () => ({ content: Buffer.from(source).toString("base64"), file_type: "py" }),
    [`GET ${base}/list`]: () => ({
      objects: [{ path: "/Workspace/Users/me@example.com/etl", object_type: "NOTEBOOK" }],
    }),
  };
}

describe("what is read", () => {
  const path = "/Workspace/Users/me@example.com/etl";
  const source = "# Databricks notebook source\nprint(1)\n\n# COMMAND ----------\n\nprint(2)\n";

  test("of a notebook are its cells, by the whole path or from home", async () => {
    await using place = stage(notebookAt(path, source));
    for (const uri of [`databricks://notebook${path}`, "databricks://notebook/~/etl"]) {
      const { contents } = await readResource(place.around, uri, request);
      expect(contents).toEqual([{ uri, mimeType: "text/plain", text: expect.stringContaining("--- cell 1 python") }]);
    }
  });

  test("of a long notebook says that a tool gives the rest, under the name that is listed", async () => {
    await using place = stage(notebookAt(path, `# Databricks notebook source\n${"x".repeat(70_000)}\n`), {
      naming: "databricks",
    });
    const { contents } = await readResource(place.around, `databricks://notebook${path}`, request);
    const text = "text" in (contents[0] ?? {}) ? String((contents[0] as { text: string }).text) : "";
    expect(text.length).toBeLessThan(62_000);
    expect(text).toEndWith("the tool databricks_read_notebook gives the rest.");
  });

  test("of a table are its columns, whatever signs its name has", async () => {
    await using place = stage({
      "GET /api/2.1/unity-catalog/tables/main.s%20x.t%C3%BC": () => ({
        name: "tü",
        catalog_name: "main",
        schema_name: "s x",
        full_name: "main.s x.tü",
        columns: [{ name: "id", type_text: "bigint", position: 0, nullable: false }],
      }),
    });
    const { contents } = await readResource(place.around, "databricks://table/main/s%20x/t%C3%BC", request);
    expect(JSON.stringify(contents)).toContain("bigint");
  });

  test("of a run is its state and output", async () => {
    await using place = stage({
      "GET /api/2.2/jobs/runs/get": () => ({
        run_id: 7,
        state: { life_cycle_state: "TERMINATED", result_state: "FAILED", state_message: "it broke" },
        tasks: [],
      }),
    });
    const { contents } = await readResource(place.around, "databricks://run/7", request);
    expect(JSON.stringify(contents)).toContain("it broke");
  });

  test("of a job and a dashboard are their definitions, no digit of an id lost", async () => {
    await using place = stage({
      "GET /api/2.2/jobs/get": () => ({ job_id: 5, creator_user_name: "me", settings: { name: "nightly", tasks: [] } }),
      "GET /api/2.0/lakeview/dashboards/01ef": () =>
        new Response(
          '{"dashboard_id":"01ef","display_name":"Sales","serialized_dashboard":"{\\"pages\\":[{\\"n\\":9007199254740993}]}"}',
          { headers: { "content-type": "application/json" } },
        ),
    });
    const job = await readResource(place.around, "databricks://job/5", request);
    expect(JSON.parse((job.contents[0] as { text: string }).text)).toMatchObject({
      job_id: "5",
      settings: { name: "nightly" },
    });
    const dashboard = await readResource(place.around, "databricks://dashboard/01ef", request);
    expect(dashboard.contents[0]).toMatchObject({ mimeType: "application/json" });
    expect(JSON.stringify(dashboard.contents)).toContain("9007199254740993");
  });
});

describe("a definition", () => {
  const ofTasks = (count: number): Routes => ({
    "GET /api/2.2/jobs/get": () => ({
      job_id: 5,
      settings: { tasks: Array.from({ length: count }, (_one, at) => ({ task_key: `task-${at}` })) },
    }),
  });

  test("that is long is given without its spaces, and one that is too long is refused, not cut", async () => {
    await using long = stage(ofTasks(5_000));
    const { contents } = await readResource(long.around, "databricks://job/5", request);
    const text = (contents[0] as { text: string }).text;
    expect(text.slice(0, 13)).toBe('{"job_id":"5"');
    expect((JSON.parse(text) as { settings: { tasks: unknown[] } }).settings.tasks).toHaveLength(5_000);
    await using tooLong = stage(ofTasks(10_000));
    const error = await errorOf(readResource(tooLong.around, "databricks://job/5", request));
    expect(error).toMatchObject({ code: -32_603, data: { error_code: "too_large" } });
  });

  test("keeps to what the server was told to give", async () => {
    await using place = stage(ofTasks(200));
    const { selection } = place.around;
    const limits = { ...selection.terms.limits, textChars: 2_000 };
    const around = { ...place.around, selection: { ...selection, terms: { ...selection.terms, limits } } };
    expect((await errorOf(readResource(around, "databricks://job/5", request))).message).toContain("at most 2000");
  });
});

describe("an error", () => {
  test("for what is not there has the protocol's code, the address and what may be meant", async () => {
    await using place = stage(notebookAt("/Workspace/Users/me@example.com/etl", ""));
    const uri = "databricks://notebook/Workspace/Users/me@example.com/etl2";
    const error = await errorOf(readResource(place.around, uri, request));
    expect(error).toMatchObject({ code: -32_602, data: { uri } });
    expect(error.message).toContain("Did you mean /Workspace/Users/me@example.com/etl?");
  });

  test.each([
    ["of another scheme", "file:///etc/passwd"],
    ["of an unknown kind", "databricks://clustre/1"],
    ["with too few parts", "databricks://table/a/b"],
    ["with too many", "databricks://run/1/2"],
    ["with no id", "databricks://dashboard/..%2F..%2Fjobs"],
    ["with none", "databricks://run"],
  ])("for an address %s says how addresses look, and nothing is sent", async (_what, uri) => {
    await using place = stage(me);
    const error = await errorOf(readResource(place.around, uri, request));
    expect(error.code).toBe(-32_602);
    expect(place.bench.server.received).toEqual([]);
  });

  test("for missing rights is another one, and says who refused", async () => {
    await using place = stage({
      "GET /api/2.2/jobs/get": () => refusal(403, "PERMISSION_DENIED", "User has no View on job 5"),
    });
    const error = await errorOf(readResource(place.around, "databricks://job/5", request));
    expect(error).toMatchObject({ code: -32_603, data: { error_code: "permission_denied" } });
    expect(error.message).toContain("no View");
  });

  test("without a sign-in says how to sign in", async () => {
    await using place = stranger();
    const error = await errorOf(readResource(place.around, "databricks://run/1", request));
    expect(error.message).toContain("mortar auth login");
  });
});

describe("with fewer tools", () => {
  test("there is only what they show", async () => {
    await using place = stage(me, { tools: ["get_table"] });
    expect(listTemplates(place.around.selection).map(({ name }) => name)).toEqual(["table", "skill"]);
    const error = await errorOf(readResource(place.around, "databricks://notebook/~/nb", request));
    expect(error).toMatchObject({ code: -32_602, message: expect.stringContaining("switched off here") });
    expect(place.bench.server.received).toEqual([]);
  });

  test("reading alone leaves all of it", async () => {
    await using all = stage(me);
    await using reading = stage(me, { readOnly: true });
    expect(listTemplates(reading.around.selection)).toEqual(listTemplates(all.around.selection));
  });
});

describe("the list", () => {
  const things: Routes = {
    ...me,
    [`GET ${base}/list`]: () => ({
      objects: [
        { path: "/Workspace/Users/me@example.com/old", object_type: "NOTEBOOK", modified_at: 1_000 },
        { path: "/Workspace/Users/me@example.com/new nb", object_type: "NOTEBOOK", modified_at: 2_000 },
        { path: "/Workspace/Users/me@example.com/folder", object_type: "DIRECTORY" },
      ],
    }),
    "GET /api/2.2/jobs/runs/list": () => ({
      runs: Array.from({ length: 24 }, (_one, at) => ({
        run_id: at + 1,
        run_name: "nightly",
        start_time: 1_000,
        state: { life_cycle_state: "TERMINATED", result_state: "FAILED" },
      })),
    }),
    "GET /api/2.2/jobs/list": () => refusal(403, "PERMISSION_DENIED", "no"),
    "GET /api/2.0/lakeview/dashboards": () => ({
      dashboards: [
        { dashboard_id: "01ef", display_name: "Sales", update_time: "2026-01-02T03:04:05.678Z" },
        { odd: 1 },
      ],
    }),
  };

  test("has what is at home, what ran last and the skills; what is refused is left out", async () => {
    await using place = stage(things);
    const { resources } = await listResources(place.around, {}, request);
    const uris = resources.map(({ uri }) => uri);
    expect(uris.slice(0, 2)).toEqual([
      "databricks://notebook/Workspace/Users/me@example.com/new%20nb",
      "databricks://notebook/Workspace/Users/me@example.com/old",
    ]);
    expect(uris.filter((uri) => uri.startsWith("databricks://run/"))).toHaveLength(20);
    expect(uris.filter((uri) => uri.startsWith("databricks://job/"))).toEqual([]);
    expect(uris).toContain("skill://databricks-jobs/SKILL.md");
    expect(resources.find(({ uri }) => uri === "databricks://run/1")).toMatchObject({
      title: "Run 1 of nightly",
      description: "FAILED",
      mimeType: "text/plain",
    });
    expect(resources.find(({ uri }) => uri === "databricks://dashboard/01ef")).toMatchObject({
      title: "Dashboard Sales",
      annotations: { lastModified: "2026-01-02T03:04:05Z" },
    });
  });

  test("costs one request a kind, and one for the home folder's name", async () => {
    await using place = stage(things);
    await listResources(place.around, {}, request);
    expect(place.bench.server.received).toHaveLength(5);
  });

  test("without a sign-in has the skills alone", async () => {
    await using place = stranger();
    const { resources } = await listResources(place.around, undefined, request);
    expect(resources.length).toBeGreaterThan(30);
    expect(resources.every(({ uri }) => uri.startsWith("skill://"))).toBe(true);
  });

  test("asks nothing where no kind is on", async () => {
    await using place = stage(things, { tools: ["stop_cluster"] });
    await listResources(place.around, {}, request);
    expect(place.bench.server.received).toEqual([]);
  });

  test("does not wait for a sign-in that hangs when the caller has gone", async () => {
    await using place = stage();
    const caller = new AbortController();
    const hanging = { open: () => new Promise<never>(() => undefined), forget: () => undefined };
    const listing = listResources({ ...place.around, source: hanging }, {}, { signal: caller.signal });
    caller.abort();
    expect((await listing).resources.length).toBeGreaterThan(30);
  });

  test("has one page", async () => {
    await using place = stage();
    expect((await errorOf(listResources(place.around, { cursor: "x" }, request))).code).toBe(-32_602);
  });
});

test("whatever the address, the answer is an error of the protocol or a text", async () => {
  await using place = stage(me);
  const parts = [
    "databricks://",
    "notebook",
    "run",
    "table",
    "job",
    "dashboard",
    "/",
    "//",
    "%",
    "%00",
    "%2F",
    "..",
    "~",
    "`",
  ];
  const more = [
    "{path}",
    "\u0000",
    "\ud800",
    "é",
    " ",
    "?x=1",
    "#y",
    "9".repeat(30),
    "a".repeat(3_000),
    "__proto__",
    "skill://",
  ];
  const words = [...parts, ...more];
  // A fixed sequence: what fails once fails again.
  let seed = 7;
  const next = (): number => (seed = (seed * 48_271) % 2_147_483_647);
  for (let round = 0; round < 400; round++) {
    const length = 1 + (next() % 5);
    const rest = Array.from({ length }, () => words[next() % words.length] ?? "").join("");
    const uri = (next() % 3 === 0 ? "" : `databricks://${words[1 + (next() % 5)]}/`) + rest;
    const outcome = await readResource(place.around, uri, request).catch((thrown: unknown) => thrown);
    const code = outcome instanceof Error && "code" in outcome ? outcome.code : undefined;
    expect([uri, [-32_602, -32_603].includes(Number(code)) || (outcome as object).hasOwnProperty("contents")]).toEqual([
      uri,
      true,
    ]);
    if (outcome instanceof Error) expect(outcome.message).not.toContain("defect");
  }
  // None of it wrote, and none left the APIs that reading is for.
  const strange = place.bench.server.received.filter(
    ({ method, path }) =>
      method !== "GET" || !/^\/api\/2\.\d\/(workspace|jobs|unity-catalog\/tables|lakeview|preview\/scim)/.test(path),
  );
  expect(strange).toEqual([]);
});
