// The listener that the browser comes back to, and the address that a person pastes in its place.
import { describe, expect, test } from "bun:test";
import { firstPort, lastPort, listenForCallback } from "./callback-server.ts";
import { queryOf } from "./sign-in.ts";

describe("the ports", () => {
  test("begin at 8020 and go on to the next free one", () => {
    const first = listenForCallback("s");
    const second = listenForCallback("s");
    expect(first.port).toBeGreaterThanOrEqual(firstPort);
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.port).toBeLessThanOrEqual(lastPort);
    expect(second.redirectUri).toBe(`http://localhost:${second.port}`);
    first.close();
    second.close();
  });

  test("one that is asked for and taken is an error", () => {
    const taken = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
    expect(() => listenForCallback("s", taken.port)).toThrow(`port ${taken.port} is in use`);
    void taken.stop(true);
  });

  test("other paths, methods and names get nothing", async () => {
    const server = listenForCallback("s", 0);
    const base = `http://127.0.0.1:${server.port}`;
    expect((await fetch(`${base}/favicon.ico`)).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`, { method: "POST" })).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`, { headers: { host: "evil.example.com" } })).status).toBe(404);
    expect((await fetch(`${base}/?code=c&state=s`)).status).toBe(200);
    expect((await server.callback).get("code")).toBe("c");
    server.close();
  });
});

describe("a pasted address", () => {
  const cases: readonly [name: string, text: string, code: string | undefined][] = [
    ["whole", "http://localhost:8020/?code=a&state=b", "a"],
    ["with spaces and quotes", ' "http://localhost:8020/?code=a&state=b" ', "a"],
    ["its query alone", "?code=a&state=b", "a"],
    ["its query without the mark", "code=a&state=b", "a"],
    ["without a scheme", "localhost:8020/?code=a&state=b", "a"],
    ["something else", "hello", undefined],
  ];
  test.each(cases)("%s", (_name, text, code) => {
    expect(queryOf(text)?.get("code") ?? undefined).toBe(code as string);
  });
});
