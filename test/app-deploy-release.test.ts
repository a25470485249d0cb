// The program for Databricks Apps on a machine that is no Linux: the newest release's, if it is signed.
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { makeSigningKey, parseSigningKey, signMinisign } from "../scripts/release/minisign-key.ts";
import { programFor, type ProgramWish } from "../src/app/deploy/program.ts";
import type { Fetch } from "../src/platform/deps.ts";
import { parsePublicKey } from "../src/platform/release/minisign.ts";

const linux = Buffer.from("the program for Linux");
const wishOf = (more: Partial<ProgramWish>): ProgramWish => ({
  binary: undefined,
  running: undefined,
  feed: undefined,
  repository: undefined,
  keys: [],
  version: "1.2.3",
  signal: new AbortController().signal,
  progress: () => undefined,
  ...more,
});

/** A file as tar has it. */
function tarOf(path: string, content: Buffer): Buffer {
  const head = Buffer.alloc(512);
  head.write(path, 0);
  head.write(content.length.toString(8).padStart(11, "0"), 124);
  head.write("0", 156);
  return Buffer.concat([head, content, Buffer.alloc(512 - (content.length % 512 || 512) + 1_024)]);
}

test("is fetched, checked and told", async () => {
  const warnings: string[] = [];
  const log = {
    level: "normal" as const,
    warn: (message: string) => void warnings.push(message),
    info: () => undefined,
    debug: () => undefined,
  };
  const own = makeSigningKey();
  const archive = gzipSync(tarOf("mortar-1.3.0-linux-x64/mortar", linux));
  const sums = Buffer.from(`${createHash("sha256").update(archive).digest("hex")}  mortar-1.3.0-linux-x64.tar.gz\n`);
  const files: Record<string, string | Buffer> = {
    "latest.json": JSON.stringify({ version: "1.3.0" }),
    SHA256SUMS: sums,
    "SHA256SUMS.minisig": signMinisign(parseSigningKey(own.secret), sums, "mortar 1.3.0"),
    "mortar-1.3.0-linux-x64.tar.gz": archive,
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const content = files[new URL(url).pathname.slice(1)];
      return content === undefined
        ? new Response("no", { status: 404 })
        : new Response(typeof content === "string" ? content : new Uint8Array(content));
    },
  });
  try {
    const feed = `http://127.0.0.1:${server.port}/latest.json`;
    const deps = { fetch: fetch as Fetch, log };
    const wish = wishOf({ feed, keys: [parsePublicKey(own.public)] });
    const { content, from } = await programFor(deps, wish);
    expect(from).toBe("release 1.3.0, linux-x64");
    expect(Buffer.compare(Buffer.from(await content.arrayBuffer()), linux)).toBe(0);
    expect(warnings).toEqual(["This is mortar 1.2.3; the app gets mortar 1.3.0, the newest release."]);
    const refused = programFor(deps, wishOf({ feed, keys: [parsePublicKey(makeSigningKey().public)] }));
    await expect(refused).rejects.toMatchObject({ code: "check_failed" });
  } finally {
    await server.stop(true);
  }
});
