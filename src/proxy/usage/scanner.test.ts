import { describe, expect, test } from "bun:test";
import { array, assert, nat, property } from "fast-check";
import type { DialectName } from "../dialects.ts";
import { fullCounts } from "./counts.ts";
import { createScanner } from "./scanner.ts";

const event = (data: object, name?: string): string =>
  `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;

const anthropicStream =
  event(
    {
      type: "message_start",
      message: { model: "m-1", usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 1 } },
    },
    "message_start",
  ) +
  event({ type: "content_block_delta", delta: { type: "text_delta", text: 'he said "usage": é\n' } }) +
  event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 42 } }, "message_delta") +
  event({ type: "message_stop" });

const streams: [DialectName, string, string, object][] = [
  ["anthropic", "stream", anthropicStream, { input: 10, output: 42, cacheRead: 90 }],
  [
    "anthropic",
    "CRLF stream",
    anthropicStream.replaceAll("\n", "\r\n").replaceAll("\\r\\n", "\\n"),
    { input: 10, output: 42, cacheRead: 90 },
  ],
  [
    "responses",
    "stream",
    event({ type: "response.created", response: { model: "m-1", usage: null } }) +
      event({
        type: "response.completed",
        response: {
          model: "m-1",
          usage: {
            input_tokens: 100,
            input_tokens_details: { cached_tokens: 60 },
            output_tokens: 9,
            output_tokens_details: { reasoning_tokens: 4 },
          },
        },
      }),
    { input: 40, output: 9, cacheRead: 60, reasoning: 4 },
  ],
  [
    "chat",
    "stream",
    event({ model: "m-1", choices: [], usage: { prompt_tokens: 5, completion_tokens: 6 } }) + "data: [DONE]\n\n",
    { input: 5, output: 6 },
  ],
  [
    "gemini",
    "stream",
    event({ modelVersion: "m-1", usageMetadata: { promptTokenCount: 8 } }) +
      event({
        modelVersion: "m-1",
        usageMetadata: {
          promptTokenCount: 8,
          candidatesTokenCount: 3,
          thoughtsTokenCount: 2,
          cachedContentTokenCount: 1,
        },
      }),
    { input: 7, output: 5, cacheRead: 1, reasoning: 2 },
  ],
];

const documents: [DialectName, string, string, object][] = [
  [
    "anthropic",
    "document",
    JSON.stringify(
      { model: "m-1", content: [], usage: { input_tokens: 3, output_tokens: 4, cache_creation_input_tokens: 5 } },
      null,
      1,
    ),
    { input: 3, output: 4, cacheWrite: 5 },
  ],
  [
    "chat",
    "document",
    JSON.stringify({
      model: "m-1",
      usage: { prompt_tokens: 5, completion_tokens: 6, prompt_tokens_details: { cached_tokens: 2 } },
    }),
    { input: 3, output: 6, cacheRead: 2 },
  ],
  [
    "responses",
    "document",
    JSON.stringify({ model: "m-1", usage: { input_tokens: 5, output_tokens: 6 } }),
    { input: 5, output: 6 },
  ],
  [
    "gemini",
    "document",
    JSON.stringify([
      { modelVersion: "m-1" },
      { modelVersion: "m-1", usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 6 } },
    ]),
    { input: 5, output: 6 },
  ],
];

function scan(dialect: DialectName, text: string, cuts: readonly number[] = []): unknown {
  const bytes = new TextEncoder().encode(text);
  const scanner = createScanner(dialect, text.includes("data:"));
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((one, other) => one - other);
  let at = 0;
  for (const end of [...ends, bytes.length]) {
    const piece = bytes.slice(at, end);
    scanner.push(piece);
    // The caller's buffer is used again.
    piece.fill(0);
    at = end;
  }
  return scanner.end();
}

describe.each([...streams, ...documents])("%s %s", (dialect, _kind, text, counts) => {
  const expected = { model: "m-1", counts: fullCounts(counts) };
  const full = (reading: unknown) => {
    const { model, counts: read } = reading as { model: string; counts: object };
    return { model, counts: fullCounts(read) };
  };

  test("tells its usage", () => expect(full(scan(dialect, text))).toEqual(expected));

  test("tells it wherever it is cut", () => {
    assert(
      property(array(nat(), { maxLength: 40 }), (cuts) => expect(full(scan(dialect, text, cuts))).toEqual(expected)),
    );
  });
});

describe("the scanner", () => {
  test("finds nothing in what tells nothing", () => {
    expect(scan("anthropic", "data: not json with usage\n\ndata: {}\n\n")).toBeUndefined();
    expect(scan("anthropic", '<html>"usage"</html>')).toBeUndefined();
    expect(scan("otel", '{"usage":{"input_tokens":1}}')).toBeUndefined();
    expect(scan("anthropic", '{"usage":{"input_tokens":-1,"output_tokens":"9"}}')).toEqual({
      model: undefined,
      counts: {},
    });
  });

  test("knows what there was when a stream breaks off", () => {
    const scanner = createScanner("anthropic", true);
    scanner.push(Buffer.from(anthropicStream.slice(0, anthropicStream.indexOf("message_delta"))));
    expect(scanner.reading()).toMatchObject({ model: "m-1", counts: { input: 10, output: 1 } });
  });

  test("holds no more than a bound of what never ends a line", () => {
    const scanner = createScanner("anthropic", true);
    const piece = Buffer.alloc(1024 * 1024, "x");
    for (let count = 0; count < 64; count++) scanner.push(piece);
    scanner.push(Buffer.from(`\n${event({ usage: { input_tokens: 1 } })}`));
    expect(scanner.end()).toMatchObject({ counts: { input: 1 } });
  });
});
