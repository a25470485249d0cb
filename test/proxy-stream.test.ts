// Streams through the compiled proxy: whatever the bytes are and wherever they are cut, the same bytes arrive. Also many
// streams at once, and answers that are compressed.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createMachine, type Machine } from "./support/binary.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface Sent {
  readonly pieces: readonly Bytes[];
  readonly encoding?: string;
  /** The first piece is sent at once, the others after that. */
  readonly until?: Promise<unknown>;
}

let machine: Machine;
let upstream: Server;
let base = "";
let key = "";
let sent: Sent = { pieces: [] };
let streams = 0;
let onStream = (): void => undefined;

const hash = (pieces: readonly Uint8Array[]): string =>
  pieces.reduce((sum, piece) => sum.update(piece), createHash("sha256")).digest("hex");

/** Writes the answer piece by piece, each in a segment of its own as far as the socket lets it. */
async function answer(socket: Socket): Promise<void> {
  const { pieces, encoding, until } = sent;
  const coded = encoding === undefined ? "" : `content-encoding: ${encoding}\r\n`;
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${coded}connection: close\r\n\r\n`);
  let count = 0;
  for (const piece of pieces) {
    if (!socket.write(piece)) await new Promise((resolve) => socket.once("drain", resolve));
    count += 1;
    if (count === 1) await until;
    if (count % 64 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}

beforeAll(async () => {
  machine = await createMachine();
  upstream = createServer((socket) => {
    let head = "";
    let isAnswered = false;
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      head += bytes.toString("latin1");
      if (isAnswered || !head.includes("\r\n\r\n")) return;
      isAnswered = true;
      // What the proxy asks to know the workspace by.
      if (!head.startsWith("POST")) {
        socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
      }
      streams += 1;
      onStream();
      void answer(socket);
    });
  });
  await new Promise<void>((resolve) => upstream.listen({ host: "127.0.0.1", port: 0, backlog: 2048 }, resolve));
  const address = upstream.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await writeFile(join(machine.home, ".databrickscfg"), `[DEFAULT]\nhost = http://127.0.0.1:${port}\ntoken = x\n`);
  const started = await machine.json(["proxy", "start", "--port", "0"]);
  if (!started.ok) throw new Error(started.error?.message);
  base = String(started.data["url"]);
  key = (await readFile(join(machine.home, "mortar", "proxy-key"), "utf8")).trim();
}, 60_000);

afterAll(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await new Promise<void>((resolve) => upstream.close(() => resolve()));
  await machine.dispose();
});

const paths: Readonly<Record<string, string>> = {
  "Anthropic Messages": "anthropic/v1/messages",
  "OpenAI Responses": "codex/v1/responses",
  Gemini: "gemini/v1beta/models/gemini-3-flash:streamGenerateContent",
  "chat completions": "mlflow/v1/chat/completions",
};

async function received(path: string): Promise<Response> {
  const body = JSON.stringify({ model: "system.ai.claude-sonnet-4-6", stream: true, messages: [], input: [] });
  const headers = { "x-api-key": key, "content-type": "application/json", "accept-encoding": "gzip" };
  const init: BunFetchRequestInit = { method: "POST", headers, body, decompress: false, proxy: false };
  return fetch(`${base}/p/DEFAULT/${path}`, init);
}

async function hashOf(response: Response): Promise<string> {
  return hash([new Uint8Array(await response.arrayBuffer())]);
}

/** A generator that gives the same numbers each time: what fails can be played again. From 0 to below `limit`. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const lines = ["\n", "\r\n", "\r"];
const words = [
  "straße",
  "日本語",
  "🧱🔥",
  "data:",
  "event: x",
  "\u2028",
  "\0",
  " ",
  '{"type":"message_start"}',
  "\ufeff",
];

/** SSE-like bytes of this length: events with every kind of line end, characters of 1 to 4 bytes, and bytes that are none. */
function randomEvents(sizeBytes: number, next: (limit: number) => number): Bytes {
  const out = new Uint8Array(sizeBytes);
  const encoder = new TextEncoder();
  let at = 0;
  while (at < sizeBytes) {
    const end = lines[next(3)] ?? "";
    const text = Array.from({ length: next(30) }, () => words[next(words.length)]).join("");
    const event = encoder.encode(`event: e${next(9)}${end}data: {"text":"${text}"}${end}${end}`);
    const wild = Uint8Array.from({ length: next(8) === 0 ? next(64) : 0 }, () => next(256));
    for (const piece of [event, wild]) {
      out.set(piece.subarray(0, sizeBytes - at), at);
      at = Math.min(sizeBytes, at + piece.length);
    }
  }
  return out;
}

/** Cuts where `size` says, each at least a byte. */
function cut(bytes: Bytes, size: () => number): readonly Bytes[] {
  const pieces: Bytes[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.max(1, size()));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** Cuts before every byte that goes on with a character, and between CR and LF. */
function cutInside(bytes: Bytes): readonly Bytes[] {
  const pieces: Bytes[] = [];
  let start = 0;
  for (let at = 1; at < bytes.length; at += 1) {
    const isInside = ((bytes[at] ?? 0) & 0xc0) === 0x80 || (bytes[at] === 10 && bytes[at - 1] === 13);
    if (!isInside) continue;
    pieces.push(bytes.subarray(start, at));
    start = at;
  }
  return [...pieces, bytes.subarray(start)];
}

const megabyte = randomEvents(1_048_576, numbers(7));
const small = megabyte.subarray(0, 32_768);
const next = numbers(99);

const cuts: readonly (readonly [string, Bytes, readonly Bytes[]])[] = [
  ["in one piece", megabyte, [megabyte]],
  ["inside characters and line ends", megabyte, cutInside(megabyte)],
  ["at random", megabyte, cut(megabyte, () => next(4_096))],
  ["just off the size of a buffer", megabyte, cut(megabyte, () => 16_383 + next(3))],
  ["after each byte", small, cut(small, () => 1)],
];

describe.each(Object.entries(paths))("%s", (_name, path) => {
  test.each(cuts)(
    "random events that are cut %s arrive as they were",
    async (_cut, whole, pieces) => {
      expect(hash(pieces)).toBe(hash([whole]));
      sent = { pieces };
      const response = await received(path);
      expect(response.status).toBe(200);
      expect(await hashOf(response)).toBe(hash([whole]));
    },
    60_000,
  );

  test("a compressed answer stays compressed, to the byte", async () => {
    const packed = Uint8Array.from(gzipSync(megabyte));
    sent = { pieces: cut(packed, () => next(5_000)), encoding: "gzip" };
    const response = await received(path);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(hash([bytes])).toBe(hash([packed]));
    expect(hash([gunzipSync(bytes)])).toBe(hash([megabyte]));
  }, 60_000);
});

/** One answer, whole: by node's client, for fetch keeps requests waiting beyond a few hundred. */
function hashOfOne(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const asked = request(`${base}/p/DEFAULT/${path}`, { method: "POST", headers, agent: false }, (response) => {
      const sum = createHash("sha256");
      response.on("data", (bytes: Buffer) => sum.update(bytes));
      response.on("end", () => resolve(sum.digest("hex")));
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end(JSON.stringify({ model: "system.ai.claude-sonnet-4-6", stream: true, messages: [] }));
  });
}

test("1,000 streams at once lose nothing", async () => {
  const each = megabyte.subarray(0, 20_000);
  const whole = Promise.withResolvers<undefined>();
  sent = { pieces: cut(each, () => 1 + next(4_000)), until: whole.promise };
  const before = streams;
  onStream = () => {
    // None ends before all have begun.
    if (streams - before === 1_000) whole.resolve(undefined);
  };
  const path = paths["Anthropic Messages"] ?? "";
  const hashes = await Promise.all(Array.from({ length: 1_000 }, () => hashOfOne(path)));
  expect(new Set(hashes)).toEqual(new Set([hash([each])]));
  expect(streams - before).toBe(1_000);
}, 120_000);
