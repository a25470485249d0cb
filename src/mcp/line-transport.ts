// The stdio transport of MCP: one message a line, up to 64 MB each. The SDK's own closes the server at 10 MB.
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { rawInteger } from "../platform/json.ts";
import type { ByteChannel } from "../platform/stdio.ts";
import { LineSplitter } from "./lines.ts";
import { readMessage } from "./message.ts";

export const maxMessageBytes = 64 * 1024 * 1024;

/** After the input's end: what is answered at once still is, as where someone pipes a few requests in. In milliseconds. */
const lastAnswersMs = 100;

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #channel: ByteChannel;
  readonly #limitBytes: number;
  /** Ids that came as numbers beyond 2^53 and have not been answered. */
  readonly #longIds = new Set<string>();
  /** Requests that have no answer yet. */
  readonly #open = new Set<unknown>();
  #allAnswered: (() => void) | undefined;
  #closed = false;

  constructor(channel: ByteChannel, limitBytes = maxMessageBytes) {
    this.#channel = channel;
    this.#limitBytes = limitBytes;
  }

  async start(): Promise<void> {
    void this.#read();
  }

  /** Rejects when the other side reads no more; the transport is then closed. */
  async send(message: JSONRPCMessage): Promise<void> {
    if (this.#closed) throw new Error("The connection is closed");
    const answered = "method" in message ? undefined : message.id;
    try {
      await this.#channel.write(`${JSON.stringify(this.#withLongId(message))}\n`);
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
    if (this.#open.delete(answered) && this.#open.size === 0) this.#allAnswered?.();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.onclose?.();
  }

  async #read(): Promise<void> {
    const lines = new LineSplitter(this.#limitBytes);
    try {
      for await (const chunk of this.#channel.input) {
        if (this.#closed) return;
        for (const line of lines.push(chunk)) this.#receive(readMessage(line, this.#limitBytes));
      }
    } catch (thrown) {
      this.onerror?.(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
    if (this.#open.size > 0) await this.#lastAnswers();
    await this.close();
  }

  #lastAnswers(): Promise<void> {
    return new Promise((resolve) => {
      this.#allAnswered = resolve;
      AbortSignal.timeout(lastAnswersMs).addEventListener("abort", () => resolve(), { once: true });
    });
  }

  #withLongId(message: JSONRPCMessage): unknown {
    if (!("id" in message) || typeof message.id !== "string" || !this.#longIds.delete(message.id)) return message;
    return { ...message, id: rawInteger(message.id) };
  }

  #receive(received: ReturnType<typeof readMessage>): void {
    if (received.kind === "nothing") return;
    if (received.kind === "message") {
      if (received.longId !== undefined) this.#longIds.add(received.longId);
      if ("method" in received.message && "id" in received.message) this.#open.add(received.message.id);
      this.onmessage?.(received.message);
      return;
    }
    const { id, code, text } = received;
    // JSON-RPC wants the id null where it is not known; the SDK's type leaves it out.
    const answer = { jsonrpc: "2.0", id: id ?? null, error: { code, message: text } } as unknown as JSONRPCMessage;
    this.send(answer).catch((error: unknown) =>
      this.onerror?.(error instanceof Error ? error : new Error(String(error))),
    );
  }
}
