// Measures the web app: so many conversations that stream at once, beside the same agents with nobody between, and how long a
// browser takes to open a long history. The agent is a stand-in that says when it said each piece; all else is what people run.
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser } from "../../test/support/browser.ts";
import { createMachine, type Machine } from "../../test/support/binary.ts";
import { startApp, type TestApp } from "../../test/support/app.ts";
import { startWorkspace } from "../../test/support/workspace.ts";
import { fillHistory } from "./chatting/history.ts";
import { median } from "./measure.ts";

const { values } = parseArgs({
  options: {
    conversations: { type: "string", default: "100" },
    pieces: { type: "string", default: "200" },
    messages: { type: "string", default: "10000" },
    rounds: { type: "string", default: "5" },
  },
});
const conversations = Number(values.conversations);

const machine = await createMachine();
const workspace = await startWorkspace(machine);
const bin = join(machine.home, "bin");
await mkdir(bin, { recursive: true });
const agent = join(bin, "claude");
// What it shall do stands in its text: the app hands an agent nothing of its own environment.
const script = await Bun.file(join(import.meta.dir, "chatting", "claude.pl")).text();
await Bun.write(agent, script.replace("PIECES", values.pieces));
await chmod(agent, 0o755);
const PATH = `${bin}:${machine.env["PATH"]}`;

try {
  await streams();
  await history();
} finally {
  await workspace.stop();
  await machine.dispose();
}

/** The pieces' ages when they arrive, in milliseconds. */
interface Ages {
  readonly first: number[];
  readonly all: number[];
}

async function streams(): Promise<void> {
  const app = await startApp(machine, { env: { PATH } });
  try {
    const { id: project } = await post<{ id: string }>(app, "/api/projects", { name: "Bench" });
    const idleMb = await residentMb(app.pid);
    const one = await through(app, project, 1);
    const alone = await direct(conversations);
    const peak = watchPeak(app.pid);
    const many = await through(app, project, conversations);
    const peakMb = peak();
    row("age of the first piece, one conversation", median(one.first), "ms");
    row(`age of the first piece, ${conversations} agents with nobody between`, median(alone.first), "ms");
    row(`age of the first piece, ${conversations} conversations`, median(many.first), "ms");
    row(`  the slowest twentieth of them`, quantile(many.first, 0.95), "ms");
    row(`age of any piece, p50 and p95`, median(many.all), "ms", `${quantile(many.all, 0.95).toFixed(1)} ms`);
    row("pieces that came", many.all.length, "", `of ${conversations * Number(values.pieces)}`);
    row("RSS of the server, idle", idleMb, "MB");
    row("RSS of the server, most", peakMb, "MB", `${(((peakMb - idleMb) * 1000) / conversations).toFixed(0)} KB each`);
  } finally {
    await app.stop();
  }
}

/** Starts so many conversations at once and reads their streams to the end. */
async function through(app: TestApp, project: string, count: number): Promise<Ages> {
  const ages: Ages = { first: [], all: [] };
  await Promise.all(
    Array.from({ length: count }, async () => {
      const started = await post<{ conversation_id: string }>(app, "/api/invoke_agent", {
        project_id: project,
        message: "Go",
      });
      const answer = await app.ask(`/api/conversations/${started.conversation_id}/events?after=0`);
      await read(answer.body, ages, (line) => line.includes('"stream.completed"'));
    }),
  );
  return ages;
}

/** The same agents, and nobody between. */
async function direct(count: number): Promise<Ages> {
  const ages: Ages = { first: [], all: [] };
  await Promise.all(
    Array.from({ length: count }, async () => {
      const child = Bun.spawn([agent], { env: { PATH }, stdin: "pipe", stdout: "pipe", stderr: "ignore" });
      child.stdin.write("{}\n");
      child.stdin.end();
      await read(child.stdout, ages, () => false);
      await child.exited;
    }),
  );
  return ages;
}

async function read(stream: ReadableStream<Uint8Array> | null, ages: Ages, ends: (text: string) => boolean) {
  if (stream === null) throw new Error("no stream");
  const decoder = new TextDecoder();
  let isFirst = true;
  let rest = "";
  for await (const chunk of stream) {
    const now = performance.timeOrigin + performance.now();
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      // The pieces alone: the block that is whole in the end says them again.
      const stamps = line.includes("text_delta") ? [...line.matchAll(/<(\d+\.\d)>/g)] : [];
      for (const [, stamp] of stamps) {
        const age = now - Number(stamp);
        if (isFirst) ages.first.push(age);
        isFirst = false;
        ages.all.push(age);
      }
      if (ends(line)) return;
    }
  }
}

async function history(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "mortar-bench-app-"));
  const database = join(folder, "app.db");
  const place = await fillHistory({ database, user: await userOf(machine), messages: Number(values.messages) });
  const app = await startApp(machine, { env: { PATH }, words: ["--database", database] });
  const browser = await openBrowser();
  try {
    const taken: number[] = [];
    for (let round = 0; round <= Number(values.rounds); round++) {
      const page = await browser.newPage();
      await page.goto(app.url);
      const started = performance.now();
      await page.goto(`${app.origin}/projects/${place.projectId}/c/${place.conversationId}`);
      await page.getByText(place.lastWords).last().waitFor();
      if (round > 0) taken.push(performance.now() - started);
      await page.close();
    }
    row(`a history of ${values.messages} messages, opened in a browser`, median(taken), "ms", "bar 1000 ms");
  } finally {
    await browser.close();
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function userOf({ json }: Machine): Promise<string> {
  const { data } = await json(["tool", "call", "get_current_user"]);
  const found = /"user_name":"([^"]+)"/.exec(JSON.stringify(data))?.[1];
  if (found === undefined) throw new Error(`no user in ${JSON.stringify(data)}`);
  return found.toLowerCase();
}

async function post<T>(app: TestApp, path: string, body: object): Promise<T> {
  const headers = { "content-type": "application/json" };
  const answer = await app.ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** The memory of the process alone; its agents are not ours. */
async function residentMb(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1000;
}

function watchPeak(pid: number): () => number {
  let most = 0;
  const look = setInterval(() => {
    void residentMb(pid).then((now) => {
      most = Math.max(most, now);
    });
  }, 100);
  return () => {
    clearInterval(look);
    return most;
  };
}

function quantile(samples: readonly number[], part: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

function row(what: string, value: number, unit: string, more = ""): void {
  console.log(`${what.padEnd(62)} ${value.toFixed(1).padStart(9)} ${unit.padEnd(4)} ${more}`);
}
