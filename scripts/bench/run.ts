// Measures start-up and the MCP server beside their yardsticks and the bars that the project holds.
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interleave, timeProcess, timeToolsList } from "./measure.ts";

const root = join(import.meta.dir, "..", "..");
const binary = join(root, "dist", "mortar");
const folder = join(root, ".tools", "bench");
const rounds = Number(process.argv[2] ?? 25);
const env = { PATH: process.env["PATH"] ?? "", HOME: join(tmpdir(), "mortar-bench"), LANG: "C.UTF-8" };

await mkdir(folder, { recursive: true });
await mkdir(env.HOME, { recursive: true });
const bare = await yardstick("bare");
const sdk = await yardstick("sdk-server");

const starts = await interleave(
  [
    { name: "bare", run: () => timeProcess([bare], env) },
    { name: "--version", run: () => timeProcess([binary, "--version"], env) },
    { name: "--help", run: () => timeProcess([binary, "--help"], env) },
    {
      name: "__complete",
      run: () =>
        timeProcess([binary, "__complete", "bash", "--name", "mortar", "--type", "9", "--", "mortar emulator st"], env),
    },
    { name: "command", run: () => timeProcess([binary, "version"], env) },
  ],
  rounds,
);
const lists = await interleave(
  [
    { name: "sdk", run: () => timeToolsList([sdk], env) },
    { name: "mortar", run: () => timeToolsList([binary, "mcp", "serve"], env) },
  ],
  rounds,
);

const floor = figure(starts, "bare", "ms");
const sizeMb = Bun.file(binary).size / 1e6;
row("bare binary, start to end", floor, "ms");
row("mortar --version / bare", figure(starts, "--version", "ms") / floor, "x", 2);
row("mortar --help / bare", figure(starts, "--help", "ms") / floor, "x", 3.3);
row("mortar __complete / bare", figure(starts, "__complete", "ms") / floor, "x", 3.3);
row("a command beyond the bare binary", figure(starts, "command", "ms") - floor, "ms", 25);
row("bare SDK server, spawn to tools/list", figure(lists, "sdk", "ms"), "ms");
row("bare SDK server, RSS", figure(lists, "sdk", "rssMb"), "MB");
row("mortar mcp serve, spawn to tools/list", figure(lists, "mortar", "ms"), "ms", 60);
row("mortar mcp serve / bare SDK server", figure(lists, "mortar", "ms") / figure(lists, "sdk", "ms"), "x");
row("mortar mcp serve, RSS", figure(lists, "mortar", "rssMb"), "MB", 75);
row("tools/list, bytes / 4", figure(lists, "mortar", "listKb") / 4, "k tokens", 16);
row("binary", sizeMb, "MB", 145);

function row(what: string, value: number, unit: string, bar?: number): void {
  const verdict = value <= (bar ?? Number.POSITIVE_INFINITY) ? "held" : "MISSED";
  const held = bar === undefined ? "" : `bar ${bar} ${unit}: ${verdict}`;
  console.log(`${what.padEnd(40)} ${value.toFixed(2).padStart(8)} ${unit.padEnd(9)} ${held}`);
}

function figure(results: Map<string, Map<string, number>>, name: string, metric: string): number {
  return results.get(name)?.get(metric) ?? Number.NaN;
}

async function yardstick(name: string): Promise<string> {
  const outfile = join(folder, name);
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, "yardsticks", `${name}.ts`)],
    target: "bun",
    format: "esm",
    bytecode: true,
    minify: true,
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  for (const message of result.logs) console.error(message);
  return outfile;
}
