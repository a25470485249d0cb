// A turn as a stream: the workspace's events go on as they come, with our results between them, as one message.
import { isObject } from "../../platform/json.ts";
import { MortarError } from "../../platform/errors.ts";
import { replaceAt } from "../filters/body-edit.ts";
import type { Block } from "./result-block.ts";
import { growBlock, type GrowingBlock, type ModelCall } from "./round.ts";
import { callsServerTool } from "./runner.ts";
import { eventBytes, framesOf, type Frame } from "./sse-frames.ts";
import { goesOn, mostRounds, nextDraft, serverToolUse, turnUsage, type RoundEnd, type Turn } from "./turn.ts";
import { addUsage, laterUsage, type Usage } from "./usage-sum.ts";

type Event = Readonly<Record<string, unknown>>;
type Bytes = AsyncGenerator<Uint8Array, void, void>;

/** What is known of the message that the client gets, over all answers of the model. */
interface Message {
  nextIndex: number;
  rounds: number;
  usage: Usage | undefined;
}

/** The client's stream. `first` is the workspace's answer to the turn's draft. Throws where it is to be broken off. */
export async function* streamedTurn(turn: Turn, first: ReadableStream<Uint8Array>): Bytes {
  const message: Message = { nextIndex: 0, rounds: 0, usage: undefined };
  let { draft } = turn;
  let body = first;
  for (;;) {
    const round = openRound(turn, message);
    yield* readRound(round, body);
    // The workspace itself has told the client that it broke off.
    if (round.failed) return;
    const end = yield* endRound(round);
    message.usage = addUsage(message.usage, laterUsage(round.usageAtStart, round.last?.event["usage"]));
    const isLast = !goesOn(turn, end);
    if (isLast || message.rounds >= mostRounds) return yield* endMessage(round, isLast);
    draft = nextDraft(draft, end);
    body = yield* openNext(turn, draft);
  }
}

/** The next answer of the turn. The client has its status already: what goes wrong now breaks its connection. */
async function* openNext(turn: Turn, draft: Turn["draft"]): AsyncGenerator<Uint8Array, ReadableStream<Uint8Array>> {
  const response = yield* pinging(turn, turn.send(draft));
  const { status, headers, body } = response;
  if (status < 400 && body !== null && isEventStream(headers)) return body;
  await body?.cancel();
  throw new MortarError("bad_response", `The workspace answered ${status} in the middle of a turn`);
}

export function isEventStream(headers: Headers): boolean {
  return headers.get("content-type")?.includes("text/event-stream") === true;
}

interface Placed {
  readonly index: number;
  readonly block: GrowingBlock;
}

interface Round {
  readonly turn: Turn;
  readonly message: Message;
  readonly isFirst: boolean;
  /** By the workspace's index, in the order in which they began. */
  readonly blocks: Map<unknown, Placed>;
  readonly results: { readonly call: ModelCall; readonly work: Promise<Block> }[];
  usageAtStart: unknown;
  /** The events that end the message, which wait until it is known whether this answer is the last. */
  last: { readonly frame: Frame; readonly event: Event } | undefined;
  stop: Frame | undefined;
  failed: boolean;
}

function openRound(turn: Turn, message: Message): Round {
  message.rounds += 1;
  const isFirst = message.rounds === 1;
  return {
    turn,
    message,
    isFirst,
    blocks: new Map(),
    results: [],
    usageAtStart: undefined,
    last: undefined,
    stop: undefined,
    failed: false,
  };
}

async function* readRound(round: Round, body: ReadableStream<Uint8Array>): Bytes {
  for await (const frame of framesOf(body, round.turn.signal)) {
    const bytes = passed(round, frame);
    if (bytes !== undefined) yield bytes;
  }
  if (round.failed || round.stop !== undefined) return;
  throw new MortarError("bad_response", "The workspace's answer ended before its end");
}

/** What the client gets of an event: mostly its bytes as they are. */
function passed(round: Round, frame: Frame): Uint8Array | undefined {
  const event = eventOf(frame);
  switch (event?.["type"]) {
    case "message_start":
      round.usageAtStart = isObject(event["message"]) ? event["message"]["usage"] : undefined;
      return round.isFirst ? frame.bytes : undefined;
    case "content_block_start":
      return started(round, frame, event);
    case "content_block_delta":
      round.blocks.get(event["index"])?.block.add(event["delta"]);
      return renumbered(round, frame, event);
    case "content_block_stop":
      stopped(round, event);
      return renumbered(round, frame, event);
    case "message_delta":
      round.last = { frame, event };
      return undefined;
    case "message_stop":
      round.stop = frame;
      return undefined;
    case "error":
      round.failed = true;
      return frame.bytes;
    default:
      return frame.bytes;
  }
}

function started(round: Round, frame: Frame, event: Event): Uint8Array {
  const start = isObject(event["content_block"]) ? event["content_block"] : {};
  const block = growBlock(start);
  const index = round.message.nextIndex;
  round.message.nextIndex += 1;
  round.blocks.set(event["index"], { index, block });
  if (!isOurs(round, block)) return renumbered(round, frame, event);
  const call = { id: String(start["id"]), name: String(start["name"]) };
  return blockStart(index, serverToolUse(call, start["input"] ?? {}));
}

function isOurs({ turn }: Round, { start }: GrowingBlock): boolean {
  return start["type"] === "tool_use" && callsServerTool(turn.draft.tools, String(start["name"]));
}

/** A call is run as soon as it is complete, while the model may still write the next one. */
function stopped(round: Round, event: Event): void {
  const placed = round.blocks.get(event["index"]);
  const call = placed?.block.call();
  if (placed === undefined || call === undefined || !isOurs(round, placed.block)) return;
  const work = round.turn.runner.run(call);
  // It is awaited below; until then a failure is nobody's.
  work.catch(() => undefined);
  round.results.push({ call, work });
}

/** The event with the index that the client counts by; its own bytes where they are the same. */
function renumbered({ blocks }: Round, { bytes, data = "" }: Frame, event: Event): Uint8Array {
  const index = blocks.get(event["index"])?.index;
  if (index === undefined || index === event["index"]) return bytes;
  return eventBytes(String(event["type"]), replaceAt(data, ["index"], index) ?? data);
}

/** Waits for the results of the round's calls, and gives them to the client in the order of the calls. */
async function* endRound({ turn, message, blocks, results, last }: Round): AsyncGenerator<Uint8Array, RoundEnd> {
  const found: Block[] = [];
  for (const { work } of results) {
    const block = yield* pinging(turn, work);
    found.push(block);
    const index = message.nextIndex;
    message.nextIndex += 1;
    yield blockStart(index, block);
    yield eventBytes("content_block_stop", JSON.stringify({ type: "content_block_stop", index }));
  }
  const grown = [...blocks.values()].map(({ block }) => block);
  const delta = last?.event["delta"];
  return {
    blocks: grown.flatMap((block) => block.json() ?? []),
    calls: grown.flatMap((block) => block.call() ?? []),
    results: found,
    stopReason: isObject(delta) ? delta["stop_reason"] : undefined,
  };
}

function blockStart(index: number, block: Block): Uint8Array {
  const event = { type: "content_block_start", index, content_block: block };
  return eventBytes("content_block_start", JSON.stringify(event));
}

/** The end of the message, once: with what all its answers have used. A turn in which nothing was run ends as it came. */
function* endMessage({ turn, message, last, stop }: Round, isLast: boolean): Generator<Uint8Array, void> {
  const { web_search_requests: searches, web_fetch_requests: fetches } = turn.runner.counts();
  const isPlain = message.rounds === 1 && isLast && searches + fetches === 0;
  if (last !== undefined) yield isPlain ? last.frame.bytes : summedDelta(last.event, { turn, message, isLast });
  if (stop !== undefined) yield stop.bytes;
}

interface Summing {
  readonly turn: Turn;
  readonly message: Message;
  readonly isLast: boolean;
}

function summedDelta(event: Event, { turn, message, isLast }: Summing): Uint8Array {
  const delta = isObject(event["delta"]) ? event["delta"] : {};
  const paused = isLast ? {} : { stop_reason: "pause_turn" };
  const usage = turnUsage(message.usage ?? {}, turn.runner);
  return eventBytes("message_delta", JSON.stringify({ ...event, delta: { ...delta, ...paused }, usage }));
}

const pingMs = 10_000;

/** Waits, and keeps the client from thinking that nobody is there: as the API itself does. */
async function* pinging<T>({ clock, signal }: Turn, work: Promise<T>): AsyncGenerator<Uint8Array, T> {
  for (;;) {
    const done = new AbortController();
    const pause = clock.sleep(pingMs, AbortSignal.any([signal, done.signal])).then(
      () => undefined,
      () => undefined,
    );
    const settled = work.then((value) => ({ value }));
    const first = await Promise.race([settled, pause]).finally(() => done.abort());
    signal.throwIfAborted();
    if (first !== undefined) return first.value;
    yield eventBytes("ping", '{"type":"ping"}');
  }
}

function eventOf({ data }: Frame): Event | undefined {
  if (data === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
