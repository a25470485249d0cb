// The listener that the browser comes back to, and the address that a person pastes in its place.
import { describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { firstPort, judge, lastPort, listenForCallback } from "./callback-server.ts";
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

describe("a web page that calls the port", () => {
  test.each([
    ["an error without a state", "error=access_denied"],
    ["an error of another state", "error=access_denied&state=other"],
    ["a code of another state", "code=c&state=other"],
    ["a code without a state", "code=c"],
    ["the state in another place first", "state=other&state=s&code=c"],
    ["a state without a code", "state=s"],
    ["an empty code", "state=s&code="],
    ["nothing", ""],
  ])("%s does not end the sign-in", async (_name, query) => {
    const server = listenForCallback("s", 0);
    const base = `http://127.0.0.1:${server.port}`;
    const answer = await fetch(`${base}/?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("another sign-in");
    await fetch(`${base}/?code=right&state=s`);
    expect((await server.callback).get("code")).toBe("right");
    server.close();
  });

  test("an error of nobody is noticed", async () => {
    const server = listenForCallback("s", 0);
    await fetch(`http://127.0.0.1:${server.port}/?error=access_denied`);
    await server.strayError;
    server.close();
  });

  test("an address of a hundred kilobytes, and a request that never ends, keep nobody else out", async () => {
    const server = listenForCallback("s", 0);
    const base = `http://127.0.0.1:${server.port}`;
    const slow = connect(server.port, "127.0.0.1");
    slow.on("error", () => undefined);
    await new Promise<void>((resolve) =>
      slow.once("connect", () => slow.write("GET /?code=c&state=s HTTP/1.1\r\n", () => resolve())),
    );
    const huge = await fetch(`${base}/?x=${"x".repeat(100_000)}`).catch(() => undefined);
    expect(huge?.ok ?? false).toBe(false);
    await fetch(`${base}/?code=right&state=s`);
    expect((await server.callback).get("code")).toBe("right");
    server.close();
    slow.destroy();
  });

  test("the page arrives although whoever waits closes the server at once", async () => {
    for (const query of ["code=c&state=s", "error=access_denied&state=s"]) {
      const server = listenForCallback("s", 0);
      void server.callback.then(() => server.close());
      const answer = await fetch(`http://127.0.0.1:${server.port}/?${query}`);
      expect(await answer.text()).toContain("terminal");
    }
  });

  test("judging asks for the state of errors as well", () => {
    expect(judge(new URLSearchParams("error=x&state=s"), "s")).toBe("error");
    expect(judge(new URLSearchParams("error=x"), "s")).toBe("foreign");
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
