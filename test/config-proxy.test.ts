// What a person sets for the proxy: telemetry, filters, the budget and the upstream, each kept and each taken back.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createMachine, type Machine } from "./support/binary.ts";

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
});
afterAll(() => machine.dispose());

async function data(...words: string[]): Promise<Record<string, unknown>> {
  const envelope = await machine.json(["config", ...words]);
  expect(envelope.error).toBeUndefined();
  return envelope.data;
}

const table = "main.claude_telemetry.claude_otel";

describe("config otel", () => {
  test("is off before it is enabled; what is disabled stays so, with its table", async () => {
    expect(await data("otel", "show")).toMatchObject({ metrics: { enabled: false, table: null } });
    expect(await data("otel", "enable")).toEqual({
      metrics: { enabled: true, table: `${table}_metrics` },
      logs: { enabled: true, table: `${table}_logs` },
      traces: { enabled: false, table: null },
    });
    await data("otel", "disable", "--logs");
    expect(await data("otel", "show")).toMatchObject({
      metrics: { enabled: true },
      logs: { enabled: false, table: `${table}_logs` },
    });
    await data("otel", "disable");
    expect(await data("otel", "show")).toMatchObject({ metrics: { enabled: false, table: `${table}_metrics` } });
  });

  test("moves the others with the metrics, and takes tables that are named", async () => {
    const moved = await data("otel", "enable", "--metrics-table", "a.b.x_otel_metrics", "--traces");
    expect(moved).toMatchObject({
      logs: { table: "a.b.x_otel_logs" },
      traces: { enabled: true, table: "a.b.x_otel_spans" },
    });
    const named = await data("otel", "enable", "--logs-table", "c.d.l", "--dry-run");
    expect(named).toMatchObject({ metrics: { table: "a.b.x_otel_metrics" }, logs: { table: "c.d.l" } });
    expect(await data("otel", "show")).toMatchObject({ logs: { table: "a.b.x_otel_logs" } });
    await data("otel", "disable");
  });

  test("prints the tables' statements, and refuses what is no table", async () => {
    const { stdout } = await machine.run(["config", "otel", "ddl", "--metrics-table", "a.b.m"]);
    expect([...(stdout.match(/CREATE TABLE IF NOT EXISTS \S+/g) ?? [])]).toEqual(
      ["a.b.m", "a.b.m_otel_logs", "a.b.m_otel_spans"].map((name) => `CREATE TABLE IF NOT EXISTS ${name}`),
    );
    const { exitCode, stderr } = await machine.run(["config", "otel", "enable", "--metrics-table", "a.b; DROP"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("catalog.schema.table")]);
  });
});

describe("config filter", () => {
  test("lists, switches, and goes back to what is usual", async () => {
    const enabled = async (...words: string[]) =>
      ((await data("filter", ...words))["filters"] as { name: string; enabled: boolean }[]).map(
        ({ enabled: on }) => on,
      );
    expect((await enabled()).every((on) => on)).toBe(true);
    expect(await enabled("count-tokens", "off")).toEqual([false]);
    expect(await enabled("count-tokens")).toEqual([false]);
    expect(await enabled("count-tokens", "on", "--dry-run")).toEqual([true]);
    expect(await enabled("count-tokens")).toEqual([false]);
    expect(await enabled("count-tokens", "default")).toEqual([true]);
  });

  test("knows its names", async () => {
    const { exitCode, stderr } = await machine.run(["config", "filter", "cout-tokens", "off"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Did you mean count-tokens?")]);
  });
});

describe("config budget", () => {
  test("is none, then what is set, then none again", async () => {
    expect(await data("budget")).toMatchObject({ daily_usd: null, spent_today_usd: 0 });
    expect(await data("budget", "--daily", "12.5", "--warn", "50")).toMatchObject({ daily_usd: 12.5, warn_at: 0.5 });
    expect(await data("budget", "--daily", "99", "--dry-run")).toMatchObject({ daily_usd: 99 });
    expect(await data("budget")).toMatchObject({ daily_usd: 12.5 });
    expect(await data("budget", "--off")).toMatchObject({ daily_usd: null });
  });

  test.each(["--daily -1", "--daily much", "--warn 0", "--off --daily 3"])("refuses %s", async (words) => {
    expect((await machine.run(["config", "budget", ...words.split(" ")])).exitCode).toBe(2);
  });
});

describe("config upstream", () => {
  test("is forced for one profile, and found out again", async () => {
    await Bun.write(
      `${machine.home}/.databrickscfg`,
      "[DEFAULT]\nhost = https://a.example\n[dev]\nhost = https://b.example\n",
    );
    expect(await data("upstream")).toEqual({
      profile: "DEFAULT",
      host: "https://a.example",
      family: null,
      forced: false,
    });
    await data("upstream", "--profile", "dev", "--family", "serving-endpoints");
    expect(await data("upstream", "--profile", "dev")).toMatchObject({ family: "serving-endpoints", forced: true });
    expect(await data("upstream")).toMatchObject({ family: null, forced: false });
    await data("upstream", "--profile", "dev", "--family", "auto");
    expect(await data("upstream", "--profile", "dev")).toMatchObject({ family: null, forced: false });
  });

  test("knows its families", async () => {
    expect((await machine.run(["config", "upstream", "--family", "v3"])).exitCode).toBe(2);
  });
});
