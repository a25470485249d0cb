// Bodies that are not held in memory: files on their way up, answers of any size on their way down.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, failureOf, inTurn, refusal, serve, testClock, workspaceAt } from "./testing.ts";

const path = "/api/2.0/fs/files/Volumes/c/s/v/x";
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "mortar-stream-"))));
afterAll(() => rm(folder, { recursive: true }));

describe("a file as the body", () => {
  const large = "ż".repeat(300_000);

  test("is sent with its length, and as bytes", async () => {
    const file = join(folder, "large");
    await Bun.write(file, large);
    await using server = serve(() => new Response(null, { status: 204 }));
    await workspaceAt(server.host).client.run({ method: "PUT", path, body: Bun.file(file) });
    const [sent] = server.received;
    expect(sent?.body === large).toBe(true);
    expect(sent?.headers.get("content-length")).toBe("600000");
    expect(sent?.headers.get("transfer-encoding")).toBeNull();
    expect(sent?.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("that is empty is sent as that", async () => {
    const file = join(folder, "empty.json");
    await Bun.write(file, "");
    await using server = serve(() => new Response(null, { status: 204 }));
    await workspaceAt(server.host).client.run({ method: "PUT", path, body: Bun.file(file) });
    expect(server.received[0]?.body).toBe("");
    expect(server.received[0]?.headers.get("content-length")).toBe("0");
  });

  test("is read anew for each try", async () => {
    const file = join(folder, "again");
    await Bun.write(file, large);
    await using server = serve(
      inTurn(
        () => refusal(503, "TEMPORARILY_UNAVAILABLE", "later"),
        () => refusal(429, "RESOURCE_EXHAUSTED", "slower"),
        () => new Response(null, { status: 204 }),
      ),
    );
    await workspaceAt(server.host).client.run({ method: "PUT", path, body: Bun.file(file) });
    expect(server.received.map(({ body }) => body === large)).toEqual([true, true, true]);
  });

  test("that is not there is told, and not sent as an empty one", async () => {
    await using server = serve(() => new Response(null, { status: 204 }));
    const body = Bun.file(join(folder, "none"));
    const outcome = await workspaceAt(server.host)
      .client.run({ method: "PUT", path, body, idempotent: false })
      .then(
        () => "sent",
        () => "refused",
      );
    expect(outcome).toBe("refused");
  });
});

describe("an answer as a stream", () => {
  test("is larger than any other answer may be, and comes as it is read", async () => {
    const chunk = new Uint8Array(1024 * 1024).fill(7);
    let sent = 0;
    await using server = serve(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => {
              sent += 1;
              if (sent > 80) controller.close();
              else controller.enqueue(chunk);
            },
          }),
        ),
    );
    const answer = await workspaceAt(server.host).client.stream({ method: "GET", path, maxBytes: 10 });
    let size = 0;
    for await (const part of answer.body) size += part.byteLength;
    expect([answer.status, size]).toEqual([200, 80 * 1024 * 1024]);
  });

  test("begins after retries and one forced refresh, as any other", async () => {
    const forced: boolean[] = [];
    const headers = async ({ forceRefresh = false } = {}): Promise<Record<string, string>> => {
      forced.push(forceRefresh);
      return { Authorization: `Bearer token-${forced.length}` };
    };
    await using server = serve(
      inTurn(
        () => refusal(429, "RESOURCE_EXHAUSTED", "slower", { "retry-after": "3" }),
        () => refusal(401, "UNAUTHENTICATED", "expired"),
        () => new Response("there"),
      ),
    );
    const clock = testClock();
    const { client } = workspaceAt(server.host, { clock, credentials: { headers } });
    const answer = await client.stream({ method: "GET", path, headers: { Accept: "*/*" } });
    expect(new TextDecoder().decode(await bytesOf(answer.body))).toBe("there");
    expect([forced, clock.sleeps]).toEqual([[false, false, true], [3_000]]);
    expect(server.received[2]?.headers.get("accept")).toBe("*/*");
  });

  test.each([
    [404, "NOT_FOUND", "not_found"],
    [403, "PERMISSION_DENIED", "permission_denied"],
  ])("that is refused with %d says why", async (status, code, ours) => {
    await using server = serve(() => refusal(status, code, "because"));
    const error = await failureOf(workspaceAt(server.host).client.stream({ method: "GET", path }));
    expect([String(error.code), error.message]).toEqual([ours, "because"]);
  });

  test("to elsewhere is not followed", async () => {
    await using server = serve(() => new Response(null, { status: 302, headers: { location: "/login.html" } }));
    const error = await failureOf(workspaceAt(server.host).client.stream({ method: "GET", path }));
    expect(error.code).toBe("auth_failed");
  });

  test("that falls silent ends with a time-out; a reader who takes his time does not end it", async () => {
    const half = new Uint8Array(10);
    await using server = serve(() => new Response(new ReadableStream({ start: (stream) => stream.enqueue(half) })));
    const answer = await workspaceAt(server.host).client.stream({ method: "GET", path, timeoutMs: 40 });
    let size = 0;
    const reading = (async () => {
      for await (const part of answer.body) {
        size += part.byteLength;
        // Longer than the limit: it is the workspace's silence that counts.
        await Bun.sleep(60);
      }
    })();
    expect((await failureOf(reading)).code).toBe("timeout");
    expect(size).toBe(10);
  });

  test("that breaks off in the middle is no whole one", async () => {
    const listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => {
          socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it");
          socket.end();
        },
      },
    });
    try {
      const { client } = workspaceAt(`http://127.0.0.1:${listener.port}`);
      const answer = await client.stream({ method: "GET", path });
      const error = await failureOf(bytesOf(answer.body));
      expect([error.code, error.message]).toEqual(["unreachable", expect.stringContaining("the connection broke")]);
    } finally {
      listener.stop(true);
    }
  });

  test("ends at once with the caller, as an abort", async () => {
    await using server = serve(
      () => new Response(new ReadableStream({ start: (one) => one.enqueue(new Uint8Array(5)) })),
    );
    const controller = new AbortController();
    const answer = await workspaceAt(server.host).client.stream({ method: "GET", path, signal: controller.signal });
    const reading = (async () => {
      for await (const _part of answer.body) controller.abort();
    })();
    expect((await reading.catch((thrown: unknown) => thrown)) as Error).toHaveProperty("name", "AbortError");
  });

  test("that the reader leaves closes the connection", async () => {
    const { promise: left, resolve } = Promise.withResolvers<string>();
    await using server = serve(
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.enqueue(new Uint8Array(1024)),
            cancel: () => resolve("left"),
          }),
        ),
    );
    const answer = await workspaceAt(server.host).client.stream({ method: "GET", path });
    for await (const _part of answer.body) break;
    expect(await left).toBe("left");
  });
});
