// What the doctor sees of servers and ports: the real thing, on this machine.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import { testCertificates } from "../../proxy/testing-certificate.ts";
import { surroundings } from "./surroundings.ts";

let world: TestWorld;
let server: ReturnType<typeof Bun.serve>;
beforeAll(() => {
  world = testWorld();
  const { cert, key } = testCertificates(["localhost"]);
  server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: { cert, key }, fetch: () => new Response() });
});
afterAll(async () => {
  await server.stop(true);
  world.dispose();
});

const around = () => surroundings({ deps: world.deps, build: { version: "1.2.3", commit: "abc" } });
const signal = AbortSignal.timeout(20_000);

describe("certificates", () => {
  test.each(["localhost", "127.0.0.1"])("of a private authority are told from public ones (%s)", async (name) => {
    const chain = await around().certificates(new URL(`https://${name}:${server.port}`), signal);
    expect(chain).toEqual([{ subject: "Test Server", issuer: "Test Authority", isPublic: false }]);
  });

  test("of a server that says nothing are not waited for behind the signal", async () => {
    const mute = createServer();
    await listening(mute);
    const limit = new AbortController();
    const asked = around().certificates(new URL(`https://127.0.0.1:${portOf(mute)}`), limit.signal);
    mute.once("connection", () => limit.abort());
    await expect(asked).rejects.toThrow("no answer");
    mute.close();
  });
});

test("a port that somebody listens on, and one that nobody does", async () => {
  const one = createServer();
  await listening(one);
  const port = portOf(one);
  expect(await around().listens(port, "127.0.0.1", signal)).toBe(true);
  const { promise, resolve } = Promise.withResolvers<void>();
  one.close(() => resolve());
  await promise;
  expect(await around().listens(port, "127.0.0.1", signal)).toBe(false);
});

function listening(one: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  one.listen(0, "127.0.0.1", () => resolve());
  return promise;
}

function portOf(one: Server): number {
  const address = one.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
