// Many streams at once: when each begins, whether every byte arrives, and what the proxy's memory grows by.
import { connect, type Socket } from "node:net";
import type { Sample } from "../measure.ts";

const events = 20;
const paceMs = 50;

/** A workspace that answers every request with events at a pace, each stream with words of its own. */
export function startStreamWorkspace(): { readonly url: string; stop(): Promise<void> } {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    development: false,
    reusePort: false,
    fetch: async (request) => {
      const id = /"stream-(\d+)"/.exec(await request.text())?.[1];
      // Whoever asks what the workspace has gets an empty list.
      if (id === undefined) return Response.json({ model_services: [] });
      return new Response(paced(Number(id)), { headers: { "content-type": "text/event-stream" } });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function paced(id: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull: async (controller) => {
      if (at > 0) await Bun.sleep(paceMs);
      controller.enqueue(new TextEncoder().encode(eventOf(id, at)));
      at += 1;
      if (at === events) controller.close();
    },
  });
}

function eventOf(id: number, at: number): string {
  return `event: content_block_delta\ndata: {"stream":${id},"at":${at},"text":"${"word ".repeat(30)}"}\n\n`;
}

export interface StreamLoad {
  readonly url: string;
  readonly key: string;
  readonly count: number;
  /** The proxy's process, for its memory. */
  readonly pid: number;
}

/** Opens all streams in one moment and reads them to their ends. Throws where a byte is lost or moved. */
export async function runStreams({ url, key, count, pid }: StreamLoad): Promise<Sample> {
  const before = await rssKb(pid);
  const startedMs = performance.now();
  const streams = Array.from({ length: count }, (_, id) => openStream({ url, key, id, startedMs }));
  const firstMs = await Promise.all(streams.map(({ first }) => first));
  const plateau = await rssKb(pid);
  const texts = await Promise.all(streams.map(({ text }) => text));
  const expected = (id: number): string => Array.from({ length: events }, (_, at) => eventOf(id, at)).join("");
  const wrong = texts.filter((text, id) => text !== expected(id)).length;
  if (wrong > 0) throw new Error(`${wrong} of ${count} streams did not arrive as they were sent`);
  const sorted = firstMs.toSorted((one, other) => one - other);
  return { firstMs: sorted[Math.floor(count / 2)] ?? 0, kbEach: (plateau - before) / count };
}

interface OpenStream {
  readonly url: string;
  readonly key: string;
  readonly id: number;
  readonly startedMs: number;
}

function openStream({ url, key, id, startedMs }: OpenStream): { first: Promise<number>; text: Promise<string> } {
  const { hostname, port, pathname } = new URL(url);
  const body = `{"model":"system.ai.claude-opus-5-5","stream":true,"messages":[{"role":"user","content":"stream-${id}"}]}`;
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    `x-api-key: ${key}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
    "connection: close",
  ];
  const socket = connect(Number(port), hostname, () => socket.write(`${head.join("\r\n")}\r\n\r\n${body}`));
  return { first: firstByte(socket, startedMs), text: wholeBody(socket) };
}

/** The first byte behind the head. */
function firstByte(socket: Socket, startedMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = "";
    const look = (piece: Buffer): void => {
      seen += piece.toString("latin1");
      if (!/\r\n\r\n./s.test(seen)) return;
      socket.off("data", look);
      resolve(performance.now() - startedMs);
    };
    socket.on("data", look);
    socket.once("error", reject);
  });
}

function wholeBody(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.once("error", reject);
    socket.once("close", () => resolve(unchunked(Buffer.concat(pieces).toString("latin1"))));
  });
}

function unchunked(answer: string): string {
  let rest = answer.slice(answer.indexOf("\r\n\r\n") + 4);
  let text = "";
  for (;;) {
    const end = rest.indexOf("\r\n");
    const size = Number.parseInt(rest.slice(0, end), 16);
    if (end === -1 || !(size > 0)) return text;
    text += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
}

async function rssKb(pid: number): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text();
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}
