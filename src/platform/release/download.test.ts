// Servers that lie, stall, swell and lead astray, on the loopback address.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Fetch } from "../deps.ts";
import { MortarError } from "../errors.ts";
import { download, type DownloadLimits } from "./download.ts";

const limits: DownloadLimits = { sizeBytes: 1_000, idleMs: 20_000, totalMs: 20_000 };
const deps = { fetch: fetch as Fetch };
let server: Bun.Server<undefined>;
let loops = 0;

beforeAll(() => {
  const routes: Record<string, () => Response> = {
    "/file": () => new Response("x".repeat(900)),
    "/huge": () => new Response("x".repeat(5_000)),
    "/endless": () => new Response(endless("x".repeat(400))),
    "/silent": () => new Response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(3)) })),
    "/error": () => new Response("no", { status: 500 }),
    "/moved": () => Response.redirect("/file", 302),
    "/astray": () => new Response(null, { status: 302, headers: { location: "http://example.com/file" } }),
    "/nowhere": () => new Response(null, { status: 302 }),
    "/loop": () => {
      loops += 1;
      return new Response(null, { status: 302, headers: { location: "/loop" } });
    },
  };
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => routes[new URL(request.url).pathname]?.() ?? new Response("none", { status: 404 }),
  });
});
afterAll(() => server.stop(true));

function endless(chunk: string): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (stream) => stream.enqueue(new TextEncoder().encode(chunk)) });
}

function get(path: string, changes: Partial<DownloadLimits> = {}, signal = new AbortController().signal) {
  return download(deps, new URL(path, server.url), { ...limits, ...changes, signal });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const thrown: unknown = await work.then(
    () => "nothing was thrown",
    (reason: unknown) => reason,
  );
  return thrown instanceof MortarError ? thrown.code : String(thrown);
}

test("the bytes, also behind a redirect, with what has come so far", async () => {
  const seen: number[] = [];
  const options = { ...limits, signal: new AbortController().signal };
  const bytes = await download(deps, new URL("/file", server.url), {
    ...options,
    onProgress: (received, total) => void seen.push(received, total ?? -1),
  });
  expect(bytes.length).toBe(900);
  expect(seen.slice(-2)).toEqual([900, 900]);
  expect((await get("/moved")).length).toBe(900);
});

describe("ends with", () => {
  test.each([
    ["/huge", "too_large"],
    ["/endless", "too_large"],
    ["/error", "bad_response"],
    ["/missing", "not_found"],
    ["/astray", "bad_response"],
    ["/nowhere", "bad_response"],
    ["/loop", "bad_response"],
  ])("%s: %s", async (path, code) => {
    expect(await codeOf(get(path))).toBe(code);
  });

  test("a few redirects, not endless ones", () => {
    expect(loops).toBeLessThanOrEqual(6);
  });

  test("a server that falls silent", async () => {
    expect(await codeOf(get("/silent", { idleMs: 50 }))).toBe("timeout");
    expect(await codeOf(get("/silent", { totalMs: 50 }))).toBe("timeout");
  });

  test("a server that is not there", async () => {
    const gone = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const url = gone.url;
    await gone.stop(true);
    expect(await codeOf(download(deps, url, { ...limits, signal: new AbortController().signal }))).toBe("unreachable");
  });

  test("an answer that is cut off", async () => {
    const cut = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket) => {
          socket.end("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nonly this");
        },
      },
    });
    const url = new URL(`http://127.0.0.1:${cut.port}/archive`);
    const code = await codeOf(download(deps, url, { ...limits, signal: new AbortController().signal }));
    cut.stop(true);
    expect(["bad_response", "unreachable"]).toContain(code);
  });

  test("Ctrl-C", async () => {
    const controller = new AbortController();
    const waiting = get("/silent", {}, controller.signal);
    controller.abort(new DOMException("Interrupted", "AbortError"));
    expect(await waiting.catch((thrown: unknown) => (thrown as Error).name)).toBe("AbortError");
  });

  test("plain http to another machine, before anything is asked", async () => {
    let asked = 0;
    const never: Fetch = () => {
      asked += 1;
      return Promise.resolve(new Response());
    };
    const url = new URL("http://example.com/file");
    expect(await codeOf(download({ fetch: never }, url, { ...limits, signal: new AbortController().signal }))).toBe(
      "bad_response",
    );
    expect(asked).toBe(0);
  });

  test("https that leads to plain http, also of this machine", async () => {
    const asked: string[] = [];
    const lead: Fetch = (input) => {
      asked.push(String(input));
      return Promise.resolve(new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/file" } }));
    };
    const url = new URL("https://example.com/file");
    expect(await codeOf(download({ fetch: lead }, url, { ...limits, signal: new AbortController().signal }))).toBe(
      "bad_response",
    );
    expect(asked).toEqual(["https://example.com/file"]);
  });
});
