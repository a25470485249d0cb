// Standard input by the line and whole, from a stream that comes in pieces.
import { describe, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { createInput } from "./input.ts";

function inputOf(...pieces: (string | Uint8Array)[]) {
  const stream = new PassThrough();
  for (const piece of pieces) stream.write(piece);
  const input = createInput(() => stream as unknown as NodeJS.ReadStream);
  return { stream, input };
}

describe("readLine", () => {
  test("gives one line after the other, with either line end, then undefined for ever", async () => {
    const { stream, input } = inputOf("a\r\nb\n\nlast");
    stream.end();
    const lines = [];
    for (let count = 0; count < 6; count++) lines.push(await input.readLine());
    expect(lines).toEqual(["a", "b", "", "last", undefined, undefined]);
  });

  test("puts pieces together, characters included", async () => {
    const bytes = new TextEncoder().encode("grün\n");
    const { stream, input } = inputOf(bytes.slice(0, 3));
    const line = input.readLine();
    stream.write(bytes.slice(3));
    expect(await line).toBe("grün");
  });

  test("what came beyond the line waits for the next reader", async () => {
    const { stream, input } = inputOf("a\nb\nrest ");
    expect(await input.readLine()).toBe("a");
    const all = input.readAll();
    stream.end("end");
    expect(await all).toBe("b\nrest end");
    expect(await input.readAll()).toBe("");
  });

  test("stops waiting when its signal fires, and loses nothing", async () => {
    const { stream, input } = inputOf("half ");
    const controller = new AbortController();
    const line = input.readLine(controller.signal);
    controller.abort();
    expect(await line.catch((thrown: unknown) => thrown)).toMatchObject({ name: "AbortError" });
    const fired = await input.readLine(controller.signal).catch((thrown: unknown) => thrown);
    expect(fired).toMatchObject({ name: "AbortError" });
    stream.write("whole\n");
    expect(await input.readLine()).toBe("half whole");
  });

  test("reading to the end ends with its signal, and keeps what it had", async () => {
    const { stream, input } = inputOf();
    const controller = new AbortController();
    const all = input.readAll(controller.signal);
    controller.abort();
    expect(await all.catch((thrown: unknown) => thrown)).toMatchObject({ name: "AbortError" });
    stream.end("rest");
    expect(await input.readAll()).toBe("rest");
  });

  test("leaves no listener behind", async () => {
    const { stream, input } = inputOf("a\n");
    const before = stream.listenerCount("data");
    await input.readLine();
    expect(stream.listenerCount("data")).toBe(before);
    expect(stream.isPaused()).toBe(true);
  });

  test("passes a failure on", async () => {
    const { stream, input } = inputOf();
    const line = input.readLine();
    stream.destroy(new Error("lost"));
    expect(await line.catch((thrown: unknown) => thrown)).toMatchObject({ message: "lost" });
  });
});

test("the stream is not touched before somebody reads", () => {
  let opened = false;
  createInput(() => {
    opened = true;
    return new PassThrough() as unknown as NodeJS.ReadStream;
  });
  expect(opened).toBe(false);
});
