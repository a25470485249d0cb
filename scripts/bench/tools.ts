// Measures the tools: a large SQL result to a file, many small files up, many calls at once while one is slow, and what the list
// of tools costs. SQL results come from a server of this process, so that what is measured is our side of it.
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toolsetNames } from "../../src/tools/toolset-names.ts";
import { median } from "./measure.ts";
import { openTools, type Tools } from "./tooling/session.ts";
import { startWarehouse } from "./tooling/warehouse.ts";
import { startEmulator } from "./tooling/emulator.ts";

const { values } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    files: { type: "string", default: "2000" },
    binary: { type: "string", default: join(import.meta.dir, "..", "..", "dist", "mortar") },
  },
});
const rows = Number(values.rows);
const files = Number(values.files);
const { binary } = values;
const folder = await mkdtemp(join(tmpdir(), "mortar-bench-tools-"));

try {
  await tokens();
  await exports();
  await uploads();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Bytes / 4 of each toolset alone: names, descriptions and inputs, and with what results look like. */
async function tokens(): Promise<void> {
  const home = await newHome("lists");
  for (const name of ["default", ...toolsetNames]) {
    await using tools = await openTools({ binary, home, words: ["--toolsets", name] });
    const listed = await tools.list();
    const inputs = listed.map(({ name: one, description, inputSchema }) => ({ one, description, inputSchema }));
    const whole = JSON.stringify(listed).length / 4;
    const part = JSON.stringify(inputs).length / 4;
    const head = `${name}, ${listed.length} tools`;
    row(`tools/list: ${head}`, whole, "tokens", `${part.toFixed(0)} without results and annotations`);
  }
}

async function exports(): Promise<void> {
  using warehouse = startWarehouse(rows);
  const home = await newHome("exports");
  for (const ending of ["csv", "jsonl", "parquet"]) {
    await using tools = await openTools({ binary, home, host: warehouse.host });
    const idleMb = await tools.residentMb();
    const file = join(folder, `result.${ending}`);
    const peak = tools.watchPeak();
    const started = performance.now();
    await tools.call("export_query", { sql: "SELECT * FROM t", file, warehouse_id: "w1", wait_seconds: 290 });
    const seconds = (performance.now() - started) / 1_000;
    const most = peak.stop();
    const { size } = await stat(file);
    row(
      `${rows} rows to .${ending}`,
      size / 1e6 / seconds,
      "MB/s",
      `${(size / 1e6).toFixed(0)} MB, ${seconds.toFixed(1)} s`,
    );
    row(
      `${rows} rows to .${ending}, rows`,
      rows / seconds / 1_000,
      "k rows/s",
      `${warehouse.mb.toFixed(0)} MB were fetched`,
    );
    row(`${rows} rows to .${ending}, RSS at most`, most, "MB", `${idleMb.toFixed(0)} MB before`);
    await rm(file);
  }
}

async function uploads(): Promise<void> {
  const home = await newHome("uploads");
  await using emulator = await startEmulator({ binary, home });
  const source = join(folder, "small");
  await mkdir(source);
  for (let at = 0; at < files; at++) await Bun.write(join(source, `file-${at}.txt`), `file ${at}\n`.repeat(20));
  const words = ["--toolsets", "all"];
  await using tools = await openTools({ binary, home, host: emulator.host, token: emulator.token, words });
  await tools.call("create_schema", { catalog: "main", schema: "bench" });
  await tools.call("create_volume", { catalog: "main", schema: "bench", volume: "files" });
  const sample = Math.min(200, files);
  for (const kind of ["volume", "workspace"] as const) {
    const target = kind === "volume" ? "/Volumes/main/bench/files" : "/Workspace/Shared/bench";
    const tool = `upload_to_${kind}`;
    const at = (name: string): Record<string, unknown> =>
      kind === "volume" ? { volume_path: `${target}/${name}` } : { path: `${target}/${name}` };
    const together = await seconds(async () => {
      let done = await tools.call(tool, { source, ...at("together"), wait_seconds: 290 });
      while (done["state"] !== "complete") {
        done = await tools.call(tool, { source, ...at("together"), resume: true, wait_seconds: 290 });
      }
    });
    const alone = await seconds(async () => {
      for (let one = 0; one < sample; one++) {
        await tools.call(tool, { source: join(source, `file-${one}.txt`), ...at(`alone/file-${one}.txt`) });
      }
    });
    row(`${tool}, ${files} files in one call`, files / together, "files/s", `${together.toFixed(1)} s`);
    row(
      `${tool}, one call a file`,
      sample / alone,
      "files/s",
      `${sample} of them; ${(files / together / (sample / alone)).toFixed(1)} x slower`,
    );
  }
  await atOnce(tools, emulator);
}

/** 32 calls, while another waits for an answer that takes three seconds. */
async function atOnce(tools: Tools, emulator: { delay(path: string, ms: number): Promise<void> }): Promise<void> {
  const one = async (): Promise<number> => await seconds(() => tools.call("list_secret_scopes", {}));
  const single: number[] = [];
  for (let round = 0; round < 20; round++) single.push(await one());
  const slowMs = 3_000;
  await emulator.delay("/api/2.0/sql/warehouses", slowMs);
  let slowIsDone = false;
  const slow = seconds(() => tools.call("list_warehouses", {})).finally(() => {
    slowIsDone = true;
  });
  const started = performance.now();
  const times = await Promise.all(Array.from({ length: 32 }, one));
  const all = performance.now() - started;
  const waited = slowIsDone ? "they waited for the slow one" : "the slow one was still on its way";
  row("one call alone, p50", median(single) * 1_000, "ms");
  row("32 calls at once beside a slow one, p50", median(times) * 1_000, "ms");
  row("32 calls at once beside a slow one, all", all, "ms", waited);
  row("the slow one", (await slow) * 1_000, "ms", `its answer takes ${slowMs} ms`);
}

async function newHome(name: string): Promise<string> {
  const home = join(folder, name);
  await mkdir(home);
  return home;
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

function row(what: string, value: number, unit: string, more = ""): void {
  console.log(`${what.padEnd(52)} ${value.toFixed(value < 100 ? 1 : 0).padStart(9)} ${unit.padEnd(9)} ${more}`);
}
