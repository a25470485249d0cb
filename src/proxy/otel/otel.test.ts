import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "../../platform/paths.ts";
import { Secret } from "../../platform/secret.ts";
import { httpUpstream, startTestProxy, testDeps } from "../testing.ts";
import { claudeOtelEnvironment } from "./environment.ts";
import { otelTables } from "./filter.ts";
import { isTableName, otelState, readOtel, signals, tableBeside, updateOtel } from "./signals.ts";
import { createTable } from "./tables.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mortar-otel-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const deps = () => testDeps({ paths: resolvePaths({ MORTAR_HOME: folder }, "linux") });

const on = (table: string) => ({ table, enabled: true });

describe("the signals", () => {
  test("are off before anything is set, and off stays off with its table kept", async () => {
    expect(await readOtel(deps())).toEqual(otelState({}));
    await updateOtel(deps(), { metrics: on("a.b.m"), logs: on("a.b.l") });
    await updateOtel(deps(), { metrics: { enabled: false } });
    const { metrics, logs, traces } = await readOtel(deps());
    expect([metrics, logs]).toEqual([{ table: "a.b.m", enabled: false }, on("a.b.l")]);
    expect(traces).toEqual({ table: undefined, enabled: false });
    await updateOtel(deps(), { metrics: { enabled: true } });
    expect((await readOtel(deps())).metrics).toEqual(on("a.b.m"));
  });

  test("of garbage are off", () => {
    expect(otelState({ metrics: { table: "a.b", enabled: true }, logs: { enabled: true }, traces: 1 })).toEqual(
      otelState({}),
    );
  });

  test.each([
    ["main.x.claude_otel_metrics", "main.x.claude_otel_logs", "main.x.claude_otel_spans"],
    ["main.x.telemetry", "main.x.telemetry_otel_logs", "main.x.telemetry_otel_spans"],
    ["main.x.`a b_otel_metrics`", "main.x.`a b_otel_logs`", "main.x.`a b_otel_spans`"],
  ])("beside %s have %s and %s", (metrics, logs, traces) => {
    expect([tableBeside(metrics, "logs"), tableBeside(metrics, "traces")]).toEqual([logs, traces]);
    expect([metrics, logs, traces].every(isTableName)).toBe(true);
  });

  test.each([
    "a.b",
    "a.b.c.d",
    "a..c",
    "a.b.c; DROP TABLE x",
    "a.b.`c",
    "",
    "a.b.c d",
    "a.b.\nc",
    "a.b.`c\rX-Evil: 1`",
    "a.b.`c\0`",
    "a.b.`c.d`",
  ])("%p is no table", (name) => expect(isTableName(name)).toBe(false));
});

describe("an export", () => {
  test("goes to the table of its signal, whatever table the agent names", async () => {
    await using upstream = httpUpstream(() => Response.json({}));
    const state = otelState({ metrics: on("a.b.m"), logs: on("a.`b c`.l"), traces: on("a.b.t") });
    await using proxy = await startTestProxy(upstream.url, { filters: [otelTables(() => Promise.resolve(state))] });
    for (const signal of signals) {
      const headers = { "x-databricks-uc-table-name": "evil.x.y" };
      await proxy.call(`/p/DEFAULT/otel/v1/${signal}`, { method: "POST", body: "x", headers });
    }
    await proxy.call("/otel/v1/metrics", { method: "POST", body: "x" });
    expect(upstream.received.map(({ target, headers }) => [target, headers.get("x-databricks-uc-table-name")])).toEqual(
      [
        ["/api/2.0/otel/v1/metrics", "a.b.m"],
        ["/api/2.0/otel/v1/logs", "a.b c.l"],
        ["/api/2.0/otel/v1/traces", "a.b.t"],
        ["/api/2.0/otel/v1/metrics", "a.b.m"],
      ],
    );
  });

  test("goes to a table with letters beyond ASCII, in UTF-8", async () => {
    await using upstream = httpUpstream(() => Response.json({}));
    const state = otelState({ metrics: on("main.`zähler`.`表`") });
    await using proxy = await startTestProxy(upstream.url, { filters: [otelTables(() => Promise.resolve(state))] });
    expect((await proxy.call("/p/DEFAULT/otel/v1/metrics", { method: "POST", body: "x" })).status).toBe(200);
    const name = upstream.received[0]?.headers.get("x-databricks-uc-table-name") ?? "";
    expect(Buffer.from(name, "latin1").toString()).toBe("main.zähler.表");
  });

  test("of a signal that is off is taken and goes nowhere", async () => {
    await using upstream = httpUpstream(() => Response.json({}));
    await using proxy = await startTestProxy(upstream.url, {
      filters: [otelTables(() => Promise.resolve(otelState({})))],
    });
    const call = (type: string) =>
      proxy.call("/p/DEFAULT/otel/v1/logs", { method: "POST", body: "x", headers: { "content-type": type } });
    const protobuf = await call("application/x-protobuf");
    expect([protobuf.status, await protobuf.text()]).toEqual([200, ""]);
    expect(await (await call("application/json")).json()).toEqual({});
    expect((await proxy.call("/p/DEFAULT/otel/v1/profiles", { method: "POST", body: "x" })).status).toBe(404);
    expect(upstream.received).toEqual([]);
  });
});

describe("Claude Code's variables", () => {
  const target = { url: "http://127.0.0.1:1/p/DEFAULT/otel", key: new Secret("k y") };

  test("are none where nothing is on", () => expect(claudeOtelEnvironment(otelState({}), target)).toEqual({}));

  test("name each signal that is on, with the key", () => {
    expect(claudeOtelEnvironment(otelState({ logs: on("a.b.l") }), target)).toEqual({
      CLAUDE_CODE_ENABLE_TELEMETRY: "1",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://127.0.0.1:1/p/DEFAULT/otel/v1/logs",
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "http/protobuf",
      OTEL_EXPORTER_OTLP_LOGS_HEADERS: "content-type=application/x-protobuf,authorization=Bearer%20k%20y",
      OTEL_LOGS_EXPORT_INTERVAL: "5000",
      CLAUDE_OTEL_UC_LOGS_TABLE: "a.b.l",
    });
    const all = claudeOtelEnvironment(
      otelState({ metrics: on("a.b.m"), logs: on("a.b.l"), traces: on("a.b.t") }),
      target,
    );
    expect(all).toMatchObject({ OTEL_TRACES_EXPORTER: "otlp", CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: "1" });
    expect(all["OTEL_METRIC_EXPORT_INTERVAL"]).toBe("10000");
  });
});

test.each([...signals])("the table of %s is made in Delta, with the schema's version and balanced types", (signal) => {
  const statement = createTable(signal, "a.b.t");
  expect(statement).toStartWith("CREATE TABLE IF NOT EXISTS a.b.t (\n");
  expect(statement).toEndWith(") USING DELTA\nTBLPROPERTIES ('otel.schemaVersion' = 'v1');\n");
  expect(statement.split("<").length).toBe(statement.split(">").length);
  expect(statement).toMatch(/(?:metric|log|span)_schema_url STRING\n\)/);
});
