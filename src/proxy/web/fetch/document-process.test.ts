import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { testDeps } from "../../testing.ts";
import type { WebRefusal } from "../refusal.ts";
import { documentProcesses } from "./document-process.ts";
import { pdfOf } from "./testing.ts";

const main = join(import.meta.dir, "..", "..", "..", "main.ts");
const deps = testDeps({ env: { BRAVE_API_KEY: "secret-of-the-proxy", PATH: "/usr/bin" } });
const { signal } = new AbortController();
const page = { kind: "html", text: "<title>T</title><p>Words</p>", url: "https://example.com/" } as const;

/** A program in the place of ours. */
const program = (source: string): readonly [string, ...string[]] => [process.execPath, "-e", source];

describe("the program's own process", () => {
  const read = documentProcesses(deps, { command: [process.execPath, main] });

  test("reads a page and a PDF", async () => {
    expect(await read(page, signal)).toEqual({ title: "T", text: "Words" });
    const base64 = Buffer.from(pdfOf("In a PDF")).toString("base64");
    expect(await read({ kind: "pdf", base64 }, signal)).toEqual({ title: undefined, text: "In a PDF" });
  });

  test("tells why it could not", async () => {
    const refused = read({ kind: "pdf", base64: Buffer.from("%PDF-broken").toString("base64") }, signal);
    expect(await refused.catch((thrown: WebRefusal) => [thrown.code, thrown.message])).toEqual([
      "unsupported_content_type",
      "The PDF is damaged.",
    ]);
  });
});

test("the process knows nothing of the proxy's environment", async () => {
  const source = "console.log(JSON.stringify({ document: { text: JSON.stringify(Object.keys(process.env)) } }))";
  const { text } = await documentProcesses(deps, { command: program(source) })(page, signal);
  expect(text).not.toMatch(/BRAVE|PATH/);
});

test("one that never ends is ended", async () => {
  const read = documentProcesses(deps, { command: program("for (;;);"), limitMs: 300 });
  expect(read(page, signal)).rejects.toMatchObject({ code: "content_too_large" });
});

test("one that writes without end is ended", async () => {
  const source = 'const line = "x".repeat(1_000_000); for (;;) require("fs").writeSync(1, line);';
  expect(documentProcesses(deps, { command: program(source) })(page, signal)).rejects.toMatchObject({
    code: "content_too_large",
  });
});

test.each(["process.exit(1)", "console.log('no JSON')", "console.log('{}')", ""])(
  "one that does %j has read nothing",
  async (source) => {
    expect(documentProcesses(deps, { command: program(source) })(page, signal)).rejects.toMatchObject({
      code: "bad_response",
    });
  },
);

test("whoever leaves ends it", async () => {
  const client = new AbortController();
  const reading = documentProcesses(deps, { command: program("setInterval(() => {}, 1000)") })(page, client.signal);
  client.abort();
  expect(reading).rejects.toMatchObject({ name: "AbortError" });
});

test("no more than two are read at once", async () => {
  let running = 0;
  let most = 0;
  const gates: (() => void)[] = [];
  const counting = {
    env: {},
    run: async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => gates.push(resolve));
      running -= 1;
      return { exitCode: 0, stdout: '{"document":{"text":"x"}}', stderr: "" };
    },
  };
  const read = documentProcesses(counting);
  const all = Promise.all([1, 2, 3, 4, 5].map(() => read(page, signal)));
  for (let done = 0; done < 5; done++) {
    while (gates.length === 0) await Promise.resolve();
    gates.shift()?.();
  }
  expect((await all).length).toBe(5);
  expect(most).toBe(2);
});
