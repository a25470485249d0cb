// Lines as JSON-RPC messages, and the errors that answer what is none.
import { describe, expect, test } from "bun:test";
import { readMessage, type Received } from "./message.ts";

const megabyte = 1_048_576;
const read = (text: string): Received => readMessage({ kind: "line", text }, 64 * megabyte);

describe("readMessage", () => {
  test.each([
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"x"}}'],
    ['{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    ['{"jsonrpc":"2.0","id":1,"result":{}}'],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"m"}}\r'],
  ])("takes %s", (text) => {
    expect(read(text)).toEqual({ kind: "message", message: JSON.parse(text) as never });
  });

  test("an integer beyond 2^53 in the arguments keeps its digits", () => {
    const received = read(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"run_id":9223372036854775806}}}',
    );
    expect(JSON.stringify(received)).toContain('"run_id":"9223372036854775806"');
  });

  test("an id beyond 2^53 keeps its digits, and is told from one that came as a string", () => {
    const digits = "9223372036854775807";
    expect(read(`{"jsonrpc":"2.0","id":${digits},"method":"ping"}`)).toMatchObject({
      message: { id: digits },
      longId: digits,
    });
    expect(read(`{"jsonrpc":"2.0","id":"${digits}","method":"ping"}`)).not.toHaveProperty("longId");
  });

  test("blank lines are nothing", () => {
    expect(read(" \r")).toEqual({ kind: "nothing" });
  });

  test.each([
    ["no JSON", "{nonsense", -32_700, undefined],
    ["cut JSON", '{"jsonrpc":"2.0","id":1,', -32_700, undefined],
    ["a batch", '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32_600, undefined],
    ["another version", '{"jsonrpc":"1.0","id":4,"method":"ping"}', -32_600, 4],
    ["no method and no result", '{"jsonrpc":"2.0","id":"x"}', -32_600, "x"],
    ["an id of null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32_600, undefined],
    ["params that are no object", '{"jsonrpc":"2.0","id":2,"method":"ping","params":[1]}', -32_600, 2],
    ["a bare number", "7", -32_600, undefined],
    ["an id that is a fraction", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32_600, 1.5],
    ["a _meta of null", '{"jsonrpc":"2.0","id":3,"method":"ping","params":{"_meta":null}}', -32_600, 3],
    [
      "a progress token that is none",
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"_meta":{"progressToken":{}},"name":"x"}}',
      -32_600,
      3,
    ],
    ["a member that does not belong there", '{"jsonrpc":"2.0","id":3,"method":"ping","extra":1}', -32_600, 3],
    ["a request with a result", '{"jsonrpc":"2.0","id":3,"method":"ping","result":{}}', -32_600, 3],
  ])("%s is answered with an error", (_what, text, code, id) => {
    expect(read(text)).toMatchObject({ kind: "error", code, id });
  });

  const rest = "x".repeat(100);
  test.each([
    ["first", `{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"a":"${rest}`, `${rest}"}}`, 7],
    ["first, as a string", `{"id":"ab\\"c","jsonrpc":"2.0","params":{"a":"${rest}`, `${rest}"}}`, 'ab"c'],
    ["after the method", `{"method":"tools/call","id":8,"params":{"a":"${rest}`, `${rest}"}}`, 8],
    ["last", `{"method":"tools/call","params":{"a":"${rest}`, `${rest}"},"jsonrpc":"2.0","id":9}`, 9],
    ["last but the version", `{"method":"tools/call","params":{"a":"${rest}`, `${rest}"},"id":10,"jsonrpc":"2.0"}`, 10],
    ["nowhere to be seen", `{"params":{"id":1,"a":"${rest}`, `${rest}"}}`, undefined],
  ])("a message too long is answered by its id: %s", (_what, head, tail, id) => {
    const received = readMessage({ kind: "too-long", head, tail, sizeBytes: 70 * megabyte }, 64 * megabyte);
    expect(received).toMatchObject({ kind: "error", id, text: "The message is 70 MB; at most 64 MB are taken" });
  });
});
