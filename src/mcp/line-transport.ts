// The stdio transport of MCP: one message a line, up to 64 MB each. The SDK's own closes the server at 10 MB.
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import type { ByteChannel } from "../platform/stdio.ts";
import { LineSplitter } from "./lines.ts";
import { readMessage } from "./message.ts";

export const maxMessageBytes = 64 * 1024 * 1024;

export class LineTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #channel: ByteChannel;
  readonly #limitBytes: number;
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
    try {
      await this.#channel.write(`${JSON.stringify(message)}\n`);
    } catch (thrown) {
      await this.close();
      throw thrown;
    }
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
    await this.close();
  }

  #receive(received: ReturnType<typeof readMessage>): void {
    if (received.kind === "nothing") return;
    if (received.kind === "message") {
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
