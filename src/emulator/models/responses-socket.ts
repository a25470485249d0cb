// The Responses API over one WebSocket: a request a message, an event a message, and the last response remembered.
import { isObject, parseJson, type JsonObject } from "../../platform/json.ts";
import { ApiFault, type Call } from "../http/route.ts";
import type { Socket, SocketSession } from "../http/upgrade.ts";

export interface ResponsesSocketParts {
  /** Answers a whole request, as the path without WebSocket does. Throws ApiFault. */
  readonly answer: (body: JsonObject, call: Pick<Call, "signal" | "headers" | "path">) => Promise<Response>;
  readonly call: Pick<Call, "headers" | "path">;
  /** Fires when the emulator stops. */
  readonly signal: AbortSignal;
}

interface Remembered {
  readonly id: string;
  readonly items: readonly unknown[];
}

/** Requests of one connection are answered one after the other. */
export function responsesSocket({ answer, call, signal }: ResponsesSocketParts): SocketSession {
  const leaving = new AbortController();
  const ended = AbortSignal.any([leaving.signal, signal]);
  let last: Remembered | undefined;
  let queue = Promise.resolve();

  return {
    message: (text, socket) => {
      queue = queue.then(() => play(text, socket)).catch(() => socket.terminate());
    },
    closed: () => leaving.abort(),
  };

  async function play(text: string, socket: Socket): Promise<void> {
    const request = readMessage(text);
    if (request === undefined) return refuse(socket, 400, "Invalid message: expected a JSON object with a type.");
    // A client says that it is done with a response; there is nothing to free.
    if (request["type"] === "response.processed") return;
    if (request["type"] !== "response.create") return refuse(socket, 400, `Unknown type ${String(request["type"])}.`);
    const { type: _type, previous_response_id: previous, generate, ...rest } = request;
    if (typeof previous === "string" && previous !== last?.id) {
      return refuse(socket, 400, `Previous response with id '${previous}' not found.`, "previous_response_not_found");
    }
    const before = typeof previous === "string" ? (last?.items ?? []) : [];
    const given = Array.isArray(rest["input"]) ? rest["input"] : [];
    const input = [...before, ...given] as JsonObject[];
    if (generate === false) {
      last = warmUp(socket, input);
      return;
    }
    const response = await answered({
      ...rest,
      input: typeof rest["input"] === "string" ? rest["input"] : input,
      stream: true,
    });
    if (response.status !== 200) return sendError(socket, response.status, await response.text());
    const completed = await forward(response, socket);
    if (completed === undefined) return;
    const output = Array.isArray(completed["output"]) ? completed["output"] : [];
    last = { id: String(completed["id"]), items: [...input, ...output] };
  }

  async function answered(body: JsonObject): Promise<Response> {
    try {
      return await answer(body, { ...call, signal: ended });
    } catch (thrown) {
      if (!(thrown instanceof ApiFault)) throw thrown;
      return Response.json({ error_code: thrown.errorCode, message: thrown.message }, { status: thrown.status });
    }
  }
}

/** Sends each event of the stream; a stream that ends without its last event ends the connection. */
async function forward(response: Response, socket: Socket): Promise<Record<string, unknown> | undefined> {
  const decoder = new TextDecoder();
  let pending = "";
  let completed: Record<string, unknown> | undefined;
  for await (const chunk of response.body ?? []) {
    pending += decoder.decode(chunk, { stream: true });
    const events = pending.split("\n\n");
    pending = events.pop() ?? "";
    for (const event of events) {
      const data = event.slice(event.indexOf("data: ") + "data: ".length);
      const value: unknown = JSON.parse(data);
      socket.send(data);
      if (isObject(value) && value["type"] === "response.failed") return undefined;
      if (isObject(value) && value["type"] === "response.completed" && isObject(value["response"])) {
        completed = value["response"];
      }
    }
  }
  if (completed === undefined) socket.close();
  return completed;
}

/** A request that only prepares the next one gets a response without output. */
function warmUp(socket: Socket, input: readonly unknown[]): Remembered {
  const id = `resp_${crypto.randomUUID().replaceAll("-", "")}`;
  const usage = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  const response = { id, object: "response", status: "completed", output: [], usage };
  socket.send(
    JSON.stringify({ type: "response.created", response: { ...response, status: "in_progress", usage: null } }),
  );
  socket.send(JSON.stringify({ type: "response.completed", response }));
  return { id, items: input };
}

function readMessage(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function sendError(socket: Socket, status: number, text: string): void {
  const body = readMessage(text) ?? {};
  const error = isObject(body["error"])
    ? body["error"]
    : { message: body["message"] ?? text, type: body["error_code"] };
  socket.send(JSON.stringify({ type: "error", status, error }));
}

function refuse(socket: Socket, status: number, message: string, code: string | null = null): void {
  socket.send(JSON.stringify({ type: "error", status, error: { type: "invalid_request_error", message, code } }));
}
