// A process of its own, so that it can be kept off the proxy's core: the workspace that streams, and the clients that read.
import { parseArgs } from "node:util";
import type { Socket } from "bun";

const { values } = parseArgs({
  options: {
    listen: { type: "string", default: "0" },
    target: { type: "string", default: "" },
    key: { type: "string", default: "" },
    streams: { type: "string", default: "1000" },
    events: { type: "string", default: "10" },
    pace: { type: "string", default: "200" },
  },
});
const [count, events, paceMs] = [Number(values.streams), Number(values.events), Number(values.pace)];
const target = new URL(values.target);
const latenciesMs: number[] = [];

interface Sender {
  text: string;
  id: number;
  hash: Bun.CryptoHasher;
  sent: number;
  nextMs: number;
}

// The workspace: raw, so that it costs little beside what is measured.
const senders = new Set<Socket<Sender>>();
const server = Bun.listen<Sender>({
  hostname: "127.0.0.1",
  port: Number(values.listen),
  socket: {
    open: (socket) => {
      socket.data = { text: "", id: -1, hash: new Bun.CryptoHasher("sha256"), sent: 0, nextMs: 0 };
    },
    data: (socket, bytes) => {
      socket.data.text += bytes.toString("latin1");
      const id = /"stream-(\d+)"\}\]\}$/.exec(socket.data.text)?.[1];
      if (id === undefined) return;
      Object.assign(socket.data, { text: "", id: Number(id), sent: 0, hash: new Bun.CryptoHasher("sha256") });
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
      senders.add(socket);
      sendNext(socket);
    },
    close: (socket) => void senders.delete(socket),
    error: (socket) => void senders.delete(socket),
  },
});
const ticking = setInterval(() => {
  const nowMs = performance.now();
  for (const socket of senders) if (socket.data.nextMs <= nowMs) sendNext(socket);
}, 2);

/** Events with the time in them, and at last one with the sum of all before it. */
function sendNext(socket: Socket<Sender>): void {
  const { data } = socket;
  const isLast = data.sent === events;
  const text = isLast
    ? `event: message_stop\ndata: {"hash":"${data.hash.digest("hex")}"}\n\n`
    : `event: content_block_delta\ndata: {"stream":${data.id},"at":${data.sent},"sent":${performance.now()},"text":"${"word ".repeat(25)}"}\n\n`;
  if (!isLast) data.hash.update(text);
  const chunk = `${text.length.toString(16)}\r\n${text}\r\n${isLast ? "0\r\n\r\n" : ""}`;
  if (socket.write(chunk) !== chunk.length) throw new Error("the proxy does not read what is sent");
  data.sent += 1;
  data.nextMs = performance.now() + paceMs;
  if (isLast) senders.delete(socket);
}

interface Reader {
  readonly hash: Bun.CryptoHasher;
  readonly startedMs: number;
  hasHead: boolean;
  rest: string;
  text: string;
  firstMs: number;
  isWhole: boolean;
}

/** Takes what is complete out of the chunks that have come. */
function read(reader: Reader): void {
  for (;;) {
    const end = reader.rest.indexOf("\r\n");
    if (end === -1) return;
    const size = Number.parseInt(reader.rest.slice(0, end), 16);
    if (reader.rest.length < end + 4 + size) return;
    reader.text += reader.rest.slice(end + 2, end + 2 + size);
    reader.rest = reader.rest.slice(end + 4 + size);
    if (size === 0) return finish(reader);
    if (reader.firstMs === 0) reader.firstMs = performance.now() - reader.startedMs;
    take(reader);
  }
}

/** Counts the events that have come whole, and adds them to the sum. */
function take(reader: Reader): void {
  for (let end = reader.text.indexOf("\n\n"); end !== -1; end = reader.text.indexOf("\n\n")) {
    const event = reader.text.slice(0, end + 2);
    if (event.startsWith("event: message_stop")) return;
    reader.text = reader.text.slice(end + 2);
    reader.hash.update(event);
    latenciesMs.push(performance.now() - Number(/"sent":([\d.]+)/.exec(event)?.[1]));
  }
}

function finish(reader: Reader): void {
  reader.isWhole = /"hash":"([0-9a-f]+)"/.exec(reader.text)?.[1] === reader.hash.digest("hex");
}

const ended = Promise.withResolvers<void>();
const readers: Reader[] = [];
let open = count;
let begun = 0;

function connect(id: number, startedMs: number): void {
  const hash = new Bun.CryptoHasher("sha256");
  const reader: Reader = { hash, startedMs, hasHead: false, rest: "", text: "", firstMs: 0, isWhole: false };
  readers.push(reader);
  const body = `{"model":"databricks-claude-sonnet-4-6","stream":true,"messages":[{"role":"user","content":"stream-${id}"}]}`;
  const head = [
    `POST ${target.pathname} HTTP/1.1`,
    `Host: ${target.host}`,
    `Authorization: Bearer ${values.key}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  const done = (): void => {
    open -= 1;
    if (open === 0) ended.resolve();
  };
  const data = (socket: Socket, bytes: Buffer): void => {
    reader.rest += bytes.toString("latin1");
    const end = reader.hasHead ? -1 : reader.rest.indexOf("\r\n\r\n");
    if (end !== -1) reader.rest = reader.rest.slice(end + 4);
    reader.hasHead ||= end !== -1;
    if (!reader.hasHead) return;
    const isFirst = reader.firstMs === 0;
    read(reader);
    if (isFirst && reader.firstMs > 0) begun += 1;
    if (isFirst && begun === count) process.stdout.write("open\n");
    if (reader.isWhole) socket.end();
  };
  const opened = (socket: Socket): void => void socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  const handlers = { open: opened, data, close: done, error: () => undefined, connectError: done };
  Bun.connect({ hostname: target.hostname, port: Number(target.port), socket: handlers }).catch(() => undefined);
}

const startedMs = performance.now();
for (let id = 0; id < count; id++) connect(id, startedMs);
await ended.promise;
clearInterval(ticking);
server.stop(true);
const at = (list: readonly number[], part: number): number =>
  list.toSorted((one, other) => one - other)[Math.floor(list.length * part)] ?? Number.NaN;
const report = {
  whole: readers.filter(({ isWhole }) => isWhole).length,
  firstMs: at(
    readers.map(({ firstMs }) => firstMs),
    0.5,
  ),
  eventMs: at(latenciesMs, 0.5),
  eventSlowMs: at(latenciesMs, 0.99),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
