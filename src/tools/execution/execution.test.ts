// The execution toolset beyond the older plugin's defects: results of every kind, waits, clean-up.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import type { Session } from "../define.ts";
import { bench, type BenchOptions, type Routes } from "../testing.ts";

const here = { cluster_id: "k", context_id: "x" };

function command(results: object | undefined, status = "Finished"): Routes {
  return {
    "POST /api/1.2/commands/execute": () => ({ id: "c" }),
    "GET /api/1.2/commands/status": () => ({ id: "c", status, ...(results === undefined ? {} : { results }) }),
    "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: "RUNNING" }),
  };
}

async function executed(results: object, options: BenchOptions = {}) {
  await using place = bench(command(results), options);
  const result = await place.call("execute_cell", { ...here, code: "x" });
  return { ...result, images: place.images };
}

describe("a result too large for one answer", () => {
  const rows = Array.from({ length: 2_500 }, (_, index) => [index, `v${index}`]);
  const schema = [{ name: "i" }, { name: "v" }];

  /** Follows next_offset to the end. */
  async function followed(
    place: ReturnType<typeof bench>,
    read: (data: Record<string, unknown>) => void,
  ): Promise<void> {
    let { data } = await place.call("execute_cell", { ...here, code: "x" });
    read(data);
    while (data["next_offset"] !== undefined) {
      ({ data } = await place.call("get_command_result", { ...here, command_id: "c", offset: data["next_offset"] }));
      read(data);
    }
  }

  test("goes on by next_offset: rows", async () => {
    await using place = bench(command({ resultType: "table", data: rows, schema }));
    const seen: unknown[] = [];
    await followed(place, (data) => void seen.push(...(data["rows"] as unknown[])));
    expect(seen).toEqual(rows);
  });

  test("goes on by next_offset: text", async () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `line ${index} \u{1f986}`).join("\n");
    await using place = bench(command({ resultType: "text", data: text }));
    let seen = "";
    await followed(place, (data) => void (seen += String(data["data"])));
    expect(seen).toBe(text);
  });

  test("says so, with the handle, in both halves", async () => {
    await using place = bench(command({ resultType: "table", data: rows, schema }));
    const { data, text } = await place.call("execute_cell", { ...here, code: "x" });
    expect(data).toMatchObject({ truncated: true, next_offset: 1_000, total_rows: 2_500 });
    expect(data["hint"]).toContain("`get_command_result`");
    expect(text).toContain("next_offset: 1000");
    expect(text).toContain("`get_command_result`");
  });

  test("an offset behind the end gives nothing, and no handle", async () => {
    await using place = bench(command({ resultType: "table", data: rows, schema }));
    const { data } = await place.call("get_command_result", { ...here, command_id: "c", offset: 9_999 });
    expect(data).toMatchObject({ rows: [], truncated: false });
    expect(data).not.toHaveProperty("next_offset");
  });

  test("a long value is whole where the row has room, and marked where it has not", async () => {
    const fits = await executed({ resultType: "table", data: [["y".repeat(30_000)]], schema: [{ name: "a" }] });
    expect(fits.data).toMatchObject({ rows: [["y".repeat(30_000)]], truncated: false });
    const long = await executed({ resultType: "table", data: [["y".repeat(90_000)]], schema: [{ name: "a" }] });
    expect(long.data).toMatchObject({ rows: [[`${"y".repeat(60_000)} [cut]`]], truncated: true });
    expect(long.data["hint"]).toContain("cut");
  });
});

describe("execute_cell", () => {
  test("whose command can no longer be asked for says by which id it goes on", async () => {
    await using place = bench({
      ...command(undefined),
      "GET /api/1.2/commands/status": () => refusal(403, "PERMISSION_DENIED", "no"),
    });
    const error = await place.failure("execute_cell", { ...here, code: "x" });
    expect(error.code).toBe("permission_denied");
    expect(error.hint).toContain("command_id c");
  });

  test("sends the code and its language", async () => {
    await using place = bench(command({ resultType: "text", data: "" }));
    await place.call("execute_cell", { ...here, code: "SELECT 1", language: "SQL" });
    expect(place.sent("POST /api/1.2/commands/execute")).toEqual([
      { clusterId: "k", contextId: "x", language: "sql", command: "SELECT 1" },
    ]);
  });

  test("takes the language of the context that the session opened, and python of one that it does not know", async () => {
    const kept = new Map<string, string | undefined>();
    const session: Session = {
      keep: (key, _release, about) => void kept.set(key, about),
      about: (key) => kept.get(key),
      forget: (key) => void kept.delete(key),
    };
    await using place = bench(
      {
        ...command({ resultType: "text", data: "" }),
        "POST /api/1.2/contexts/create": () => ({ id: "x" }),
        "GET /api/1.2/contexts/status": () => ({ id: "x", status: "Running" }),
      },
      { session },
    );
    await place.call("create_context", { cluster_id: "k", language: "scala" });
    for (const more of [{}, { language: "r" }, { context_id: "y" }]) {
      await place.call("execute_cell", { ...here, code: "1 + 1", ...more });
    }
    const sent = place.sent("POST /api/1.2/commands/execute");
    expect(sent.map(({ language }) => language)).toEqual(["scala", "r", "python"]);
  });

  test("gives text without the prompt of an expression and without colours", async () => {
    expect((await executed({ resultType: "text", data: "Out[3]: 11" })).data).toMatchObject({
      success: true,
      data: "11",
      result_type: "text",
    });
    expect((await executed({ resultType: "text", data: "\u001B[31mred\u001B[0m" })).data["data"]).toBe("red");
  });

  test("gives a table as columns and rows", async () => {
    const { data, text } = await executed({
      resultType: "table",
      data: [
        [1, "a"],
        [null, { b: 2 }],
      ],
      schema: [
        { name: "id", type: '"int"' },
        { name: "v", type: '"string"' },
      ],
    });
    expect(data).toMatchObject({
      columns: ["id", "v"],
      rows: [
        [1, "a"],
        [null, '{"b":2}'],
      ],
      total_rows: 2,
      truncated: false,
    });
    expect(text).toContain("id | v\n1 | a\n");
  });

  test("cuts rows to what fits, and says how many there are", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => [index, "y".repeat(50)]);
    const { data } = await executed(
      { resultType: "table", data: rows, schema: [{ name: "a" }, { name: "b" }] },
      { limits: { textChars: 2_000 } },
    );
    expect((data["rows"] as unknown[]).length).toBeLessThan(60);
    expect((data["rows"] as unknown[]).length).toBeGreaterThan(10);
    expect(data).toMatchObject({ total_rows: 500, truncated: true });
    const many = await executed(
      { resultType: "table", data: rows.map(() => [1]), schema: [{ name: "a" }] },
      { limits: { rows: 100 } },
    );
    expect(many.data).toMatchObject({ total_rows: 500, truncated: true });
    expect(many.data["rows"]).toHaveLength(100);
  });

  test("cuts long text, and says how long it is", async () => {
    const { data } = await executed({ resultType: "text", data: "z".repeat(5_000) }, { limits: { textChars: 1_000 } });
    expect(data).toMatchObject({ truncated: true, total_chars: 5_000 });
    expect(data["data"]).toHaveLength(1_000);
  });

  test("says what Databricks itself cut", async () => {
    const { data } = await executed({ resultType: "table", data: [[1]], schema: [{ name: "a" }], truncated: true });
    expect(data["truncated_by_databricks"]).toBe(true);
    expect(data["hint"]).toContain("Databricks itself");
  });

  test("gives an error as plain text with the end of its trace", async () => {
    const cause = `<span class="ansi-red">Traceback</span>\n${"  frame\n".repeat(2_000)}ValueError: x &lt; 1`;
    const { data, failed } = await executed(
      { resultType: "error", summary: "ValueError: x &lt; 1", cause },
      { limits: { cellChars: 500 } },
    );
    expect(failed).toBe(true);
    expect(data).toMatchObject({ success: false, status: "Finished", truncated: true });
    expect(String(data["error_trace"]).endsWith("ValueError: x < 1")).toBe(true);
    expect(String(data["error_trace"])).not.toContain("<span");
  });

  test("hands pictures over beside the result, as far as they are not too large", async () => {
    const small = `data:image/png;base64,${"A".repeat(40)}`;
    const { data, images } = await executed({
      resultType: "images",
      fileNames: [small, `data:image/png;base64,${"B".repeat(4_000_001)}`, "/plots/x.png"],
    });
    expect(images).toEqual([{ mimeType: "image/png", data: "A".repeat(40) }]);
    expect(data["images"]).toEqual(["image/png, 30 bytes", expect.stringContaining("too large"), "/plots/x.png"]);
    expect(data["truncated"]).toBe(true);
  });

  test("that goes on gives the handle and the way to wait on", async () => {
    await using place = bench(command(undefined, "Running"));
    const { data, failed } = await place.call("execute_cell", { ...here, code: "x", timeout_minutes: 0.1 });
    expect(failed).toBe(false);
    expect(data).toMatchObject({ status: "Running", command_id: "c", context_id: "x", cluster_id: "k" });
    expect(data).not.toHaveProperty("success");
    expect(data["hint"]).toContain("get_command_result");
    expect(place.context.deps.clock.now() - Date.UTC(2026, 0, 1)).toBeLessThanOrEqual(6_000);
  });

  test("waits for a context that is still opening", async () => {
    let opened = false;
    await using place = bench({
      ...command({ resultType: "text", data: "ok" }),
      "POST /api/1.2/commands/execute": () =>
        opened ? { id: "c" } : refusal(400, "INVALID_STATE", "Context is not ready"),
      "GET /api/1.2/contexts/status": () => {
        const status = opened ? "Running" : "Pending";
        opened = place.sent("GET /api/1.2/contexts/status").length > 1;
        return { id: "x", status };
      },
    });
    expect((await place.call("execute_cell", { ...here, code: "x" })).data["data"]).toBe("ok");
  });
});

describe("get_command_result", () => {
  test("waits on, and leaves the command alone when the caller goes", async () => {
    const caller = new AbortController();
    await using place = bench(command(undefined, "Running"), { signal: caller.signal, onSleep: () => caller.abort() });
    const error = await place.failure("get_command_result", { ...here, command_id: "c" });
    expect(error.code).toBe("interrupted");
    expect(place.server.received.every(({ method }) => method === "GET")).toBe(true);
  });

  test("gives the result", async () => {
    await using place = bench(command({ resultType: "text", data: "late" }));
    expect((await place.call("get_command_result", { ...here, command_id: "c" })).data).toMatchObject({
      success: true,
      data: "late",
    });
  });
});

describe("create_context", () => {
  const opening = (status: string): Routes => ({
    "POST /api/1.2/contexts/create": () => ({ id: "x" }),
    "GET /api/1.2/contexts/status": () => ({ id: "x", status }),
    "POST /api/1.2/contexts/destroy": () => ({ id: "x" }),
    "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: "RUNNING" }),
  });

  test("gives the handle", async () => {
    await using place = bench(opening("Running"));
    expect((await place.call("create_context", { cluster_id: "k", language: "scala" })).data).toEqual({
      context_id: "x",
      cluster_id: "k",
      language: "scala",
      status: "Running",
    });
  });

  test("that fails to open is closed and is an error", async () => {
    await using place = bench(opening("Error"));
    expect((await place.failure("create_context", { cluster_id: "k" })).code).toBe("workspace_error");
    expect(place.sent("POST /api/1.2/contexts/destroy")).toHaveLength(1);
  });

  test("that nobody waits for any more is closed", async () => {
    const caller = new AbortController();
    await using place = bench(opening("Pending"), { signal: caller.signal, onSleep: () => caller.abort() });
    expect((await place.failure("create_context", { cluster_id: "k" })).code).toBe("interrupted");
    expect(place.sent("POST /api/1.2/contexts/destroy")).toHaveLength(1);
  });

  test("on a cluster that does not run says what to do first", async () => {
    await using place = bench({
      "POST /api/1.2/contexts/create": () => Response.json({ error: "ClusterNotReadyException" }, { status: 500 }),
      "GET /api/2.1/clusters/get": () => ({ cluster_id: "k", cluster_name: "c", state: "TERMINATED" }),
    });
    const error = await place.failure("create_context", { cluster_id: "k" });
    expect(error).toMatchObject({ code: "invalid_state" });
    expect(error.hint).toContain("start_cluster");
  });
});

describe("destroy_context", () => {
  test("twice is no failure", async () => {
    await using place = bench({
      "POST /api/1.2/contexts/destroy": () => Response.json({ error: "ContextNotFound" }, { status: 500 }),
    });
    expect((await place.call("destroy_context", here)).data).toMatchObject({ status: "already_gone" });
  });

  test("that is not allowed is one", async () => {
    await using place = bench({ "POST /api/1.2/contexts/destroy": () => refusal(403, "PERMISSION_DENIED", "no") });
    expect((await place.failure("destroy_context", here)).code).toBe("permission_denied");
  });
});
