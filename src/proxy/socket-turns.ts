// The requests on a WebSocket: each passes the filters that it would pass over HTTP, and its events go on as they come.
import { toMortarError } from "../platform/errors.ts";
import { dialectErrorOf } from "./errors/shape.ts";
import { errorFrame, eventType, isLastOfAnswer, isRequest, refusalOf, textOf, type Frame } from "./socket-events.ts";

/** One request on its way: it throws nothing, or what breaks before an answer. Only the body travels over a socket. */
export type PassFilters = (
  body: Uint8Array<ArrayBuffer>,
  send: (body: unknown) => Promise<Response>,
) => Promise<Response>;

export interface TurnsOptions {
  readonly pass: PassFilters;
  /** To the workspace. */
  readonly send: (frame: Frame) => void;
  /** To the client, what does not come from the workspace as it is. */
  readonly tell: (frame: Frame) => void;
  /** Called when a request has its answer: `refused` is the status of one that was refused. */
  readonly onSettled: (refused: number | undefined) => void;
}

export interface Turns {
  /** Whether a request waits for the rest of its answer. */
  readonly busy: boolean;
  /** Bytes of the client's messages that wait for one before them to pass the filters. */
  readonly waitingBytes: number;
  fromClient(frame: Frame): void;
  /** Takes note of what the workspace sends; false where the client is not to get it as it is. */
  fromUpstream(frame: Frame): boolean;
  /** Nothing comes any more. */
  end(): void;
}

/** A request that the workspace has. */
interface Turn {
  readonly answer: PromiseWithResolvers<Response>;
  /** What its filters read along with, once its answer has begun. */
  body: ReadableStreamDefaultController<Uint8Array> | undefined;
  refusal: Frame | undefined;
}

const broken = (): Error => new DOMException("The WebSocket has ended", "AbortError");

export function createTurns({ pass, send, tell, onSettled }: TurnsOptions): Turns {
  const outgoing: Frame[] = [];
  let waitingBytes = 0;
  let moving = false;
  let busy = 0;
  let over = false;
  // The workspace answers them one after the other.
  const asked: Turn[] = [];

  const run = async (frame: Frame, onSent: () => void): Promise<number | undefined> => {
    const body = typeof frame === "string" ? new TextEncoder().encode(frame) : Uint8Array.from(frame);
    let turn: Turn | undefined;
    const response = await pass(body, (given) => {
      if (over) throw broken();
      turn = { answer: Promise.withResolvers<Response>(), body: undefined, refusal: undefined };
      asked.push(turn);
      send(given === body ? frame : likeFrame(frame, given));
      onSent();
      return turn.answer.promise;
    }).catch((thrown: unknown) => dialectErrorOf("responses", toMortarError(thrown)));
    if (response.status < 400) {
      await drained(response);
      return undefined;
    }
    const event = await errorFrame(response, turn?.refusal);
    if (!over) tell(event);
    return response.status;
  };

  /** Fulfilled when what comes after the message may go out. */
  const ask = (frame: Frame): Promise<void> => {
    const sent = Promise.withResolvers<void>();
    busy += 1;
    const settled = (refused: number | undefined): void => {
      busy -= 1;
      sent.resolve();
      if (!over) onSettled(refused);
    };
    run(frame, sent.resolve).then(settled, () => settled(undefined));
    return sent.promise;
  };

  const move = async (): Promise<void> => {
    if (moving) return;
    moving = true;
    for (let frame = outgoing.shift(); frame !== undefined; frame = outgoing.shift()) {
      waitingBytes -= frame.length;
      if (isRequest(frame)) await ask(frame);
      else send(frame);
    }
    moving = false;
  };

  return {
    get busy() {
      return busy > 0 || outgoing.length > 0;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    fromClient: (frame) => {
      outgoing.push(frame);
      waitingBytes += frame.length;
      void move();
    },
    fromUpstream: (frame) => {
      const type = asked.length === 0 ? undefined : eventType(frame);
      // What ended the one before was no event that is known: its answer is over all the same.
      if (type === "response.created" && asked[0]?.body !== undefined) asked.shift()?.body?.close();
      const [turn] = asked;
      if (turn === undefined || type === undefined) return true;
      if (turn.body === undefined && type === "error") {
        asked.shift();
        turn.refusal = frame;
        turn.answer.resolve(refusalOf(frame));
        return false;
      }
      if (!type.startsWith("response.") && type !== "error") return true;
      if (turn.body === undefined) begin(turn);
      if (isLastOfAnswer(type)) {
        asked.shift();
        finish(turn, frame);
      }
      return true;
    },
    end: () => {
      if (over) return;
      over = true;
      outgoing.length = 0;
      waitingBytes = 0;
      for (const { answer, body } of asked.splice(0)) {
        body?.error(broken());
        answer.reject(broken());
      }
    },
  };
}

function begin(turn: Turn): void {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      turn.body = controller;
    },
  });
  turn.answer.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
}

/** Of an answer the filters get the last event, in which all stands that they want to know. */
function finish({ body }: Turn, frame: Frame): void {
  // A line end in JSON stands between its values.
  const line = textOf(frame).replace(/[\r\n]/g, " ");
  body?.enqueue(new TextEncoder().encode(`data: ${line}\n\n`));
  body?.close();
}

async function drained({ body }: Response): Promise<void> {
  if (body === null) return;
  for await (const _chunk of body) continue;
}

function likeFrame(frame: Frame, body: unknown): Frame {
  if (!(body instanceof Uint8Array)) return frame;
  return typeof frame === "string" ? new TextDecoder().decode(body) : Uint8Array.from(body);
}
