// One request of the sign-in: limits, retries, redirects, and what an answer of the wrong kind becomes.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { errorWords, jsonOf, send, type Answer } from "./http.ts";
import { failure, fetchBy, startMs, useWorlds } from "./testing.ts";

let handle: (request: Request) => Response | Promise<Response>;
let server: Bun.Server<undefined>;
let url: string;
beforeEach(() => {
  handle = () => Response.json({ ok: true });
  server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: (request) => handle(request) });
  url = `http://127.0.0.1:${server.port}/x`;
});
afterEach(() => void server.stop(true));
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });
const what = "the server";

describe("a request", () => {
  test("that nobody answers is a timeout with a hint", async () => {
    const never = Promise.withResolvers<Response>();
    handle = () => never.promise;
    const error = await failure(send(world().deps, { url, what, timeoutMs: 20 }));
    expect(error).toMatchObject({ code: "timeout", exit: 6 });
    expect(error.message).toContain("The server at http://127.0.0.1");
    never.resolve(new Response());
  });

  test("whose answer stops in the middle is a timeout too", async () => {
    handle = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue("{") }));
    const error = await failure(send(world().deps, { url, what, timeoutMs: 20 }));
    expect(error.code).toBe("timeout");
  });

  test("ends with the caller's signal", async () => {
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    handle = () => {
      asked.resolve();
      return never.promise;
    };
    const controller = new AbortController();
    const waiting = send(world().deps, { url, what, signal: controller.signal }).catch((error: unknown) => error);
    await asked.promise;
    controller.abort(new DOMException("stop", "AbortError"));
    expect(((await waiting) as Error).name).toBe("AbortError");
    never.resolve(new Response());
  });

  test("does not follow a redirect", async () => {
    let elsewhere = 0;
    handle = (request) => {
      if (!request.url.endsWith("/x")) elsewhere += 1;
      return new Response(null, { status: 302, headers: { location: "/login?token=1" } });
    };
    const answer = await send(world().deps, { url, what, headers: { authorization: "Bearer t" } });
    expect([answer.status, elsewhere]).toEqual([302, 0]);
  });

  test("without encryption leaves this machine only when it may", async () => {
    let asked = 0;
    const { deps } = world({
      fetch: fetchBy(() => {
        asked += 1;
        return new Response("{}");
      }),
    });
    const plain = "http://169.254.169.254/x";
    expect((await failure(send(deps, { url: plain, what }))).code).toBe("config_invalid");
    expect(asked).toBe(0);
    expect((await send(deps, { url: plain, what, allowPlain: true })).status).toBe(200);
  });

  test.each([429, 502, 503, 504])("is sent again after %d, no sooner than Retry-After says", async (status) => {
    let asked = 0;
    handle = () => {
      asked += 1;
      return asked === 1 ? new Response("", { status, headers: { "retry-after": "7" } }) : Response.json({});
    };
    const { deps } = world();
    expect((await send(deps, { url, what })).status).toBe(200);
    expect(deps.clock.now()).toBe(startMs + 7_000);
  });

  test("is given up after a minute in all", async () => {
    handle = () => new Response("", { status: 503, headers: { "retry-after": "25" } });
    const { deps } = world();
    expect((await send(deps, { url, what })).status).toBe(503);
    expect(deps.clock.now()).toBe(startMs + 50_000);
  });

  test.each([400, 401, 404, 500])("is not sent again after %d", async (status) => {
    let asked = 0;
    handle = () => {
      asked += 1;
      return new Response("", { status });
    };
    expect((await send(world().deps, { url, what })).status).toBe(status);
    expect(asked).toBe(1);
  });

  test("over a connection that breaks is tried three times", async () => {
    let asked = 0;
    const { deps } = world({
      fetch: () => {
        asked += 1;
        return Promise.reject(Object.assign(new Error("reset"), { code: "ECONNRESET" }));
      },
    });
    const error = await failure(send(deps, { url, what }));
    expect(error.message).toBe(`Could not reach the server at http://127.0.0.1:${server.port} (ECONNRESET)`);
    expect(asked).toBe(3);
  });
});

describe("a company's proxy", () => {
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"] as const;
  let seen: string[];
  let before: Record<string, string | undefined>;
  let proxy: Bun.TCPSocketListener;
  beforeEach(() => {
    seen = [];
    proxy = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket, bytes) => {
          seen.push(bytes.toString());
          socket.end("HTTP/1.1 502 no\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        },
      },
    });
    before = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    for (const name of names) delete process.env[name];
    process.env["HTTP_PROXY"] = process.env["HTTPS_PROXY"] = `http://127.0.0.1:${proxy.port}`;
  });
  afterEach(() => {
    proxy.stop(true);
    for (const name of names) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  test.each(["127.0.0.1", "localhost"])("gets nothing of a request to %s", async (name) => {
    const request = { url: `http://${name}:${server.port}/x`, headers: { authorization: "Bearer t" }, what };
    expect((await send(world().deps, request)).status).toBe(200);
    expect(seen).toEqual([]);
  });

  test("gets nothing of a request to the cloud's own metadata service", async () => {
    const options: (BunFetchRequestInit | undefined)[] = [];
    const { deps } = world({
      fetch: (_input, init) => {
        options.push(init);
        return Promise.resolve(Response.json({}));
      },
    });
    await send(deps, { url: "http://169.254.169.254/metadata", what, allowPlain: true });
    expect(options[0]?.proxy).toBe(false);
  });

  test("is asked for a workspace", async () => {
    await failure(send(world().deps, { url: "https://workspace.invalid/", what }));
    expect(seen[0]).toStartWith("CONNECT workspace.invalid:443 ");
  });

  test("is not asked for a workspace that NO_PROXY names", async () => {
    process.env["NO_PROXY"] = "localhost,.invalid";
    await failure(send(world().deps, { url: "https://workspace.invalid/", what }));
    expect(seen).toEqual([]);
  });
});

describe("an answer", () => {
  const answer = (text: string, status = 200): Answer => ({
    url: "https://x/y?secret",
    status,
    headers: new Headers(),
    text,
  });
  const cases: readonly [name: string, text: string, words: string][] = [
    ["a web page", "<!DOCTYPE html><title>Sign in", "a web page"],
    ["a web page with spaces before it", "\n  <html>", "a web page"],
    ["nothing", " \n", "nothing"],
    ["a list", "[1]", "not JSON"],
    ["text", "hello token-secret", "not JSON"],
  ];
  test.each(cases)("that is %s", (_name, text, words) => {
    try {
      jsonOf(answer(text), what);
      throw new Error("no error");
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(MortarError);
      expect((thrown as MortarError).message).toContain(words);
      expect((thrown as MortarError).message).not.toContain("secret");
    }
  });

  test("that never ends is cut off", async () => {
    const chunk = new Uint8Array(65_536).fill(32);
    handle = () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }));
    const error = await failure(send(world().deps, { url, what }));
    expect(error).toMatchObject({ code: "bad_response", httpStatus: 200 });
    expect(error.message).toContain("more than 4 MB");
  });

  test("that is small and becomes huge when unpacked is cut off too", async () => {
    const packed = Bun.gzipSync(new Uint8Array(50_000_000));
    handle = () => new Response(packed, { headers: { "content-encoding": "gzip" } });
    expect((await failure(send(world().deps, { url, what }))).message).toContain("more than 4 MB");
  });

  test("has letters of more than one byte whole, wherever the network cuts them", async () => {
    const bytes = new TextEncoder().encode('{"userName": "Ünïcødé"}');
    handle = () =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
      );
    expect((await send(world().deps, { url, what })).text).toBe('{"userName": "Ünïcødé"}');
  });

  test("keeps every digit of a number", () => {
    expect(jsonOf(answer('{"workspace_id": 9007199254740993}'), what)["workspace_id"]).toBe("9007199254740993");
  });

  test("gives its words short and clean", () => {
    expect(errorWords({ error: "invalid_grant", error_description: "a\n b" })).toBe("a b");
    expect(errorWords({ error: "invalid_grant" })).toBe("invalid_grant");
    expect(errorWords({ message: `no ${"x".repeat(400)}` })).toHaveLength(300);
    expect(errorWords({ message: "token=dapi0123456789abcdef0123" })).not.toContain("0123456789");
    expect(errorWords({ message: "a\u001B]52;c;eA==\u0007b\u009B31mc" })).toBe("a ]52;c;eA== b 31mc");
    expect(errorWords({})).toBeUndefined();
  });
});
