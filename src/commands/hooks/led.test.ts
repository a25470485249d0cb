// Addresses that lead a session to the proxy, and those that do not.
import { expect, test } from "bun:test";
import { ledTo } from "./led.ts";

test.each([
  ["http://127.0.0.1:49153/p/PROD/anthropic", { profile: "PROD", port: 49_153 }],
  ["https://127.0.0.1:5000/p/my%20one/anthropic/", { profile: "my one", port: 5000 }],
  ["http://127.0.0.1:49153", { profile: undefined, port: 49_153 }],
  ["http://127.0.0.1:49153/p/PROD/codex/v1", undefined],
  ["http://127.0.0.1/p/PROD/anthropic", undefined],
  ["https://api.anthropic.com", undefined],
  ["http://127.0.0.1.example.com:49153/p/PROD/anthropic", undefined],
  ["nonsense", undefined],
  ["", undefined],
])("%p", (address, led) => {
  expect(ledTo({ ANTHROPIC_BASE_URL: address })).toEqual(led);
});

test("without an address", () => {
  expect(ledTo({})).toBeUndefined();
});
