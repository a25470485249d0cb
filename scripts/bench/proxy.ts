// Measures the proxy as it ships beside nginx, in interleaved rounds: one request at a time, many, and a thousand streams.
import { join } from "node:path";
import { interleave } from "./measure.ts";
import { startMortar } from "./proxying/contestant.ts";
import { load, withRig } from "./proxying/machine.ts";
import { startNginxProxy, startWorkspace } from "./proxying/nginx.ts";
import { runStreams } from "./proxying/streams.ts";
import { runWrk } from "./proxying/wrk.ts";

const words = process.argv.slice(2);
const option = (name: string): string | undefined => {
  const at = words.indexOf(name);
  return at === -1 ? undefined : words[at + 1];
};
const rounds = Number(words[0] ?? 5) || 5;
const binary = option("--binary") ?? join(import.meta.dir, "..", "..", "dist", "mortar");
const only = option("--only");
/** Where another proxy takes Messages requests: on core 0, before the workspace at `--workspace-port`, with any key. */
const peer = option("--peer");
const workspacePort = option("--workspace-port");
const path = (profile: string): string => `/p/${profile}/anthropic/v1/messages`;
const seconds = 2;

console.log(`load ${load().toFixed(2)}: above 1, the figures are the other programs' too`);
if (only !== "streams") await requests();
if (only !== "rps") await streams();
console.log(`load ${load().toFixed(2)}`);

async function requests(): Promise<void> {
  await withRig(async (rig) => {
    const workspace = await startWorkspace(rig, workspacePort === undefined ? undefined : Number(workspacePort));
    const nginx = await startNginxProxy(rig, [workspace.plain, workspace.tls], workspace.caFile);
    const profiles = { plain: workspace.plain, tls: workspace.tls };
    const common = { binary, profiles, caFile: workspace.caFile };
    const mortar = await startMortar(rig, { ...common, name: "mortar" });
    const uncounted = await startMortar(rig, { ...common, name: "uncounted", without: ["usage"] });
    const places = [
      { name: "nginx", url: `${nginx.urls[0]}${path("plain")}`, key: "none" },
      { name: "mortar", url: `${mortar.url}${path("plain")}`, key: mortar.key },
      { name: "mortar without counting", url: `${uncounted.url}${path("plain")}`, key: uncounted.key },
      ...(peer === undefined ? [] : [{ name: "peer", url: peer, key: "none" }]),
    ];
    const encrypted = [
      { name: "nginx", url: `${nginx.urls[1]}${path("tls")}`, key: "none" },
      { name: "mortar", url: `${mortar.url}${path("tls")}`, key: mortar.key },
    ];
    const trial = async (what: string, size: { bodyBytes: number; connections: number }, at = places) => {
      const contestants = at.map(({ name, url, key }) => ({
        name,
        run: () => runWrk(rig, { url, key, seconds, ...size }),
      }));
      return { what, results: await interleave(contestants, rounds) };
    };
    const one = await trial("1 KB", { bodyBytes: 1_000, connections: 1 });
    const twenty = await trial("20 KB", { bodyBytes: 20_000, connections: 1 });
    const many = await trial("20 KB", { bodyBytes: 20_000, connections: 32 });
    const oneTls = await trial("20 KB", { bodyBytes: 20_000, connections: 1 }, encrypted);
    const manyTls = await trial("20 KB", { bodyBytes: 20_000, connections: 32 }, encrypted);
    for (const { what, results } of [one, twenty]) {
      const floor = results.get("nginx")?.get("us") ?? Number.NaN;
      row(`nginx, ${what}, c=1, p50`, floor, "us");
      for (const name of ["mortar", "mortar without counting"]) {
        const value = results.get(name)?.get("us") ?? Number.NaN;
        row(`${name}, ${what}, c=1, p50`, value, "us");
        row(`${name} / nginx`, value / floor, "x", { most: what === "1 KB" ? 1.2 : 1.3 });
      }
      besidePeer(results, "us", what);
    }
    const rate = many.results.get("nginx")?.get("rps") ?? Number.NaN;
    row("nginx, 20 KB, c=32", rate, "rps");
    for (const name of ["mortar", "mortar without counting"]) {
      const value = many.results.get(name)?.get("rps") ?? Number.NaN;
      row(`${name}, 20 KB, c=32`, value, "rps");
      row(`${name} / nginx`, value / rate, "x", { least: 0.4 });
    }
    besidePeer(many.results, "rps", "20 KB");
    besideNginx(oneTls.results, "us", "20 KB, TLS, c=1, p50");
    besideNginx(manyTls.results, "rps", "20 KB, TLS, c=32");
  });
}

type Results = Awaited<ReturnType<typeof interleave>>;

/** Without a bar: it is for the reader to judge. */
function besideNginx(results: Results, unit: "us" | "rps", what: string): void {
  const [nginx, mortar] = ["nginx", "mortar"].map((name) => results.get(name)?.get(unit) ?? Number.NaN);
  row(`nginx, ${what}`, nginx ?? Number.NaN, unit);
  row(`mortar, ${what}`, mortar ?? Number.NaN, unit);
  row("mortar / nginx", (mortar ?? Number.NaN) / (nginx ?? Number.NaN), "x");
}

function besidePeer(results: Results, unit: "us" | "rps", what: string): void {
  const theirs = results.get("peer")?.get(unit);
  if (theirs === undefined) return;
  const ours = results.get("mortar")?.get(unit) ?? Number.NaN;
  row(`peer, ${what}, ${unit === "us" ? "c=1, p50" : "c=32"}`, theirs, unit);
  row("mortar / peer", ours / theirs, "x", unit === "us" ? { most: 0.7 } : { least: 3 });
}

async function streams(): Promise<void> {
  const listen = freePort();
  await withRig(async (rig) => {
    const profiles = { streams: `http://127.0.0.1:${listen}` };
    const mortar = await startMortar(rig, { binary, profiles, caFile: "", name: "mortar" });
    const shape = { listen, key: mortar.key, streams: 1_000, events: 10, paceMs: 200 };
    const run = () => runStreams({ ...shape, url: `${mortar.url}${path("streams")}`, pid: mortar.pid });
    const direct = () => runStreams({ ...shape, url: `http://127.0.0.1:${listen}${path("streams")}` });
    // The first round is when a proxy that has rested grows.
    const first = await run();
    row("1,000 streams, memory for each, first time", first["kbEach"] ?? Number.NaN, "KB", { most: 12 });
    const contestants = [
      { name: "direct", run: direct },
      { name: "mortar", run },
    ];
    const results = await interleave(contestants, Math.min(rounds, 5));
    const figure = (name: string, of: string): number => results.get(name)?.get(of) ?? Number.NaN;
    row("1,000 streams, first byte p50, no proxy", figure("direct", "firstMs"), "ms");
    row("1,000 streams, first byte p50", figure("mortar", "firstMs"), "ms", { most: 80 });
    row("1,000 streams, an event's way p50, no proxy", figure("direct", "eventMs"), "ms");
    row("1,000 streams, an event's way p50", figure("mortar", "eventMs"), "ms");
    row("1,000 streams, an event's way p99", figure("mortar", "eventSlowMs"), "ms");
    row("1,000 streams, bytes lost or moved", 0, "");
  });
}

/** A port that nobody listens on at this moment. */
function freePort(): number {
  const socket = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = socket;
  socket.stop(true);
  return port;
}

function row(what: string, value: number, unit: string, bar: { most?: number; least?: number } = {}): void {
  const held = value <= (bar.most ?? Number.POSITIVE_INFINITY) && value >= (bar.least ?? Number.NEGATIVE_INFINITY);
  const limit = bar.most ?? bar.least;
  const verdict = limit === undefined ? "" : `bar ${limit} ${unit}: ${held ? "held" : "MISSED"}`;
  console.log(`${what.padEnd(46)} ${value.toFixed(2).padStart(10)} ${unit.padEnd(4)} ${verdict}`);
}
