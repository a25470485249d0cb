import { describe, expect, test } from "bun:test";
import { countJson, countProtobuf } from "./otlp.ts";

/** A length-delimited field. */
function field(number: number, ...content: readonly (Uint8Array | number[])[]): Uint8Array {
  const body = Buffer.concat(content.map((part) => Buffer.from(part)));
  const length = body.byteLength < 128 ? [body.byteLength] : [(body.byteLength & 0x7f) | 0x80, body.byteLength >> 7];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...length]), body]);
}

const record = field(2, [0x08, 0x96, 0x01], [0x11, 1, 2, 3, 4, 5, 6, 7, 8], [0x1d, 1, 2, 3, 4], field(4, [0xff]));

describe("protobuf", () => {
  test("records of all scopes of all resources", () => {
    const scope = field(2, field(1, [0x0a, 0]), record, record);
    const request = Buffer.concat([field(1, field(1), scope, scope, field(3)), field(1, field(2, record))]);
    expect(countProtobuf(request)).toBe(5);
  });

  test("long lengths, and nothing", () => {
    expect(countProtobuf(field(1, field(2, record, field(2, new Uint8Array(300)))))).toBe(2);
    expect(countProtobuf(new Uint8Array())).toBe(0);
  });

  test.each([
    ["cut off", field(1, field(2, record)).subarray(0, 9)],
    ["a number without an end", [0x80]],
    ["a number of eleven bytes", [...Array(10).fill(0x80), 1]],
    ["field zero", [0x02, 0]],
    ["a number where a message belongs", [0x08, 1]],
    ["a group", [0x0b]],
    ["JSON", Buffer.from('{"resourceLogs":[]}')],
  ])("broken: %s", (_name, bytes) => {
    expect(() => countProtobuf(Uint8Array.from(bytes))).toThrow(TypeError);
  });
});

describe("JSON", () => {
  test("each signal by its own lists", () => {
    const two = [{}, {}];
    expect(countJson("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: two }, { logRecords: two }] }] })).toBe(4);
    expect(countJson("traces", { resourceSpans: [{ scopeSpans: [{ spans: two }] }] })).toBe(2);
    expect(countJson("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics: two }] }, {}] })).toBe(2);
    expect(countJson("metrics", {})).toBe(0);
  });

  test.each([[[]], [{ resourceLogs: [] }], [{ resourceSpans: {} }], [{ resourceSpans: [1] }]])("refuses %j", (body) => {
    expect(() => countJson("traces", body)).toThrow(TypeError);
  });
});
