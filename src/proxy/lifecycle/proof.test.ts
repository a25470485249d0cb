import { expect, test } from "bun:test";
import { Secret } from "../../platform/secret.ts";
import { prove } from "./client.ts";
import { isChallenge, isProof, proofOf } from "./proof.ts";
import { testHome } from "./testing.ts";

const key = new Secret("mortar-key-of-this-test");
const answerer = { pid: 42, port: 49_153 };

test("a proof holds for its key, challenge, process and port alone", () => {
  const proof = proofOf(key, "challenge-challenge", answerer);
  expect(isProof(proof, key, "challenge-challenge", answerer)).toBe(true);
  expect(isProof(proof, new Secret("another-key-of-this-test"), "challenge-challenge", answerer)).toBe(false);
  expect(isProof(proof, key, "challenge-challengf", answerer)).toBe(false);
  expect(isProof(proof, key, "challenge-challenge", { ...answerer, pid: 43 })).toBe(false);
  expect(isProof(proof, key, "challenge-challenge", { ...answerer, port: 49_154 })).toBe(false);
  for (const other of [undefined, 1, "", "short"])
    expect(isProof(other, key, "challenge-challenge", answerer)).toBe(false);
  expect(proof).not.toContain(key.reveal());
});

test("only what can be a challenge is answered", () => {
  expect(isChallenge("abcdefghijklmnop")).toBe(true);
  for (const text of ["", "short", "with spaces in it....", "x".repeat(129), "line\nline-line-line"]) {
    expect(isChallenge(text)).toBe(false);
  }
});

test("a program that sits on the port and fetches its proof from the real proxy elsewhere proves nothing, and sees no key", async () => {
  await using made = await testHome();
  const seen: string[] = [];
  const real = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      const challenge = new URL(request.url).searchParams.get("challenge") ?? "";
      const port = Number(new URL(request.url).port);
      return Response.json({ pid: 42, version: "1", proof: proofOf(key, challenge, { pid: 42, port }) });
    },
  });
  const squatter = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      seen.push(`${request.headers.get("authorization")}`);
      const { search } = new URL(request.url);
      return fetch(`http://127.0.0.1:${real.port}/health${search}`, { proxy: false });
    },
  });
  try {
    expect(await prove(made.deps, { url: `http://127.0.0.1:${real.port}`, key })).toEqual({
      pid: 42,
      version: "1",
      retiring: false,
    });
    expect(await prove(made.deps, { url: `http://127.0.0.1:${squatter.port}`, key })).toBeUndefined();
    expect(seen).toEqual(["null"]);
  } finally {
    await Promise.all([real.stop(true), squatter.stop(true)]);
  }
});

test.each([
  ["nobody", undefined],
  ["a web server", () => new Response("<html>hello</html>")],
  ["a proxy of older kind", () => Response.json({ pid: 42, tool: "databricks-claude", version: "v2.0.0" })],
  ["a redirect", () => Response.redirect("http://127.0.0.1:1/")],
  ["an error", () => new Response("no", { status: 500 })],
])("%s on the port is not our proxy", async (_name, answer) => {
  await using made = await testHome();
  const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: answer ?? (() => new Response()) });
  const url = `http://127.0.0.1:${server.port}`;
  if (answer === undefined) await server.stop(true);
  expect(await prove(made.deps, { url, key })).toBeUndefined();
  await server.stop(true);
});

test("one that never stops answering is left, before its answer fills the memory", async () => {
  await using made = await testHome();
  let sentBytes = 0;
  const left = Promise.withResolvers<void>();
  const chunk = new Uint8Array(100_000).fill(0x20);
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sentBytes += chunk.length;
            controller.enqueue(chunk);
          },
          cancel: () => left.resolve(),
        }),
      ),
  });
  expect(await prove(made.deps, { url: `http://127.0.0.1:${server.port}`, key })).toBeUndefined();
  await left.promise;
  expect(sentBytes).toBeLessThan(20_000_000);
  await server.stop(true);
});
