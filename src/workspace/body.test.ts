import { gzipSync } from "node:zlib";
import { expect, test } from "bun:test";
import { readBody } from "./body.ts";
import { failureOf, serve, workspaceAt } from "./testing.ts";

const get = { method: "GET", path: "/api/2.0/x" } as const;

test("a body is read whole up to the limit, and cut behind it", async () => {
  const body = (): ReadableStream<Uint8Array> | undefined => new Response("0123456789").body ?? undefined;
  expect(await readBody(body(), 10)).toEqual({ bytes: new TextEncoder().encode("0123456789"), cut: false });
  expect(await readBody(body(), 9)).toEqual({ bytes: new TextEncoder().encode("012345678"), cut: true });
  expect(await readBody(undefined, 9)).toEqual({ bytes: new Uint8Array(), cut: false });
});

test("an answer that unpacks to more than the limit is too large, and is not asked for again", async () => {
  const packed = gzipSync(`{"a":"${"x".repeat(5_000_000)}"}`);
  await using server = serve(() => new Response(packed, { headers: { "content-encoding": "gzip" } }));
  const error = await failureOf(workspaceAt(server.host).client.json({ ...get, maxBytes: 1024 * 1024 }));
  expect(error.code).toBe("too_large");
  expect(error.message).toContain("1 MiB");
  expect(error.hint).toBeString();
  expect(server.received.length).toBe(1);
  expect(await workspaceAt(server.host).client.json(get)).toHaveProperty("a");
});

/** A body that goes on until its reader leaves. */
function endless(first: string): { body: ReadableStream<Uint8Array>; left: Promise<void> } {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const chunk = new TextEncoder().encode("x".repeat(65_536));
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      controller.enqueue(begun ? chunk : new TextEncoder().encode(first));
      begun = true;
    },
    cancel: () => resolve(),
  });
  return { body, left };
}

test("an answer that never ends is left at the limit, and its connection is closed", async () => {
  const { body, left } = endless("{");
  await using server = serve(() => new Response(body));
  const error = await failureOf(workspaceAt(server.host).client.json({ ...get, maxBytes: 1024 * 1024 }));
  expect(error.code).toBe("too_large");
  await left;
});

test("a refusal that never ends is read as far as it can say something", async () => {
  const { body, left } = endless("PERMISSION_DENIED: You may not ");
  await using server = serve(() => new Response(body, { status: 403 }));
  const error = await failureOf(workspaceAt(server.host).client.json(get));
  expect(error.code).toBe("permission_denied");
  expect(error.message).toStartWith("You may not");
  await left;
});

test("a body that stalls ends with the time limit and with the caller's abort", async () => {
  const stalled = (): Response =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("{")) }));
  const caller = new AbortController();
  await using server = serve((_request, index) => {
    if (index === 2) setTimeout(() => caller.abort(), 0);
    return stalled();
  });
  const { client } = workspaceAt(server.host);
  expect((await failureOf(client.json({ ...get, timeoutMs: 300 }))).code).toBe("timeout");
  expect(server.received.length).toBe(2);
  expect((await failureOf(client.json({ ...get, signal: caller.signal }))).code).toBe("interrupted");
});
