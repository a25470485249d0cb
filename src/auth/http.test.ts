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

  test("keeps every digit of a number", () => {
    expect(jsonOf(answer('{"workspace_id": 9007199254740993}'), what)["workspace_id"]).toBe("9007199254740993");
  });

  test("gives its words short and clean", () => {
    expect(errorWords({ error: "invalid_grant", error_description: "a\n b" })).toBe("a b");
    expect(errorWords({ error: "invalid_grant" })).toBe("invalid_grant");
    expect(errorWords({ message: `no ${"x".repeat(400)}` })).toHaveLength(300);
    expect(errorWords({ message: "token=dapi0123456789abcdef0123" })).not.toContain("0123456789");
    expect(errorWords({})).toBeUndefined();
  });
});
