// Numbers, times and sizes in words.
import { describe, expect, test } from "bun:test";
import { agoText, costText, countText, durationText, sizeText, timeText } from "./format.ts";

test.each([
  [0, "0 ms"],
  [-5, "0 ms"],
  [94.4, "94 ms"],
  [95, "0.1 s"],
  [420, "0.4 s"],
  [9949, "9.9 s"],
  [9950, "10 s"],
  [59_499, "59 s"],
  [59_500, "1 min 00 s"],
  [185_000, "3 min 05 s"],
  [3_599_600, "1 h 00 min"],
  [7_800_000, "2 h 10 min"],
])("%d ms is %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  [0, "$0.00"],
  [0.000_01, "< $0.0001"],
  [0.0123, "$0.0123"],
  [0.1, "$0.10"],
  [12.345, "$12.35"],
])("%d dollars are %s", (dollars, text) => {
  expect(costText(dollars)).toBe(text);
});

test.each([
  [999, "999"],
  [1000, "1.0k"],
  [99_949, "99.9k"],
  [99_950, "100k"],
  [999_499, "999k"],
  [999_500, "1.0M"],
])("%d is %s", (count, text) => {
  expect(countText(count)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"],
  [999_949, "999.9 KB"],
  [999_950, "1.0 MB"],
  [2_500_000_000, "2.5 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

describe("agoText", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const minute = 60_000;
  test.each([
    [-minute, "just now"],
    [59_000, "just now"],
    [minute, "1 min ago"],
    [60 * minute, "1 h ago"],
    [24 * 60 * minute, "yesterday"],
    [3 * 24 * 60 * minute, "3 days ago"],
    [40 * 24 * 60 * minute, "Oct 12"],
    [400 * 24 * 60 * minute, "Oct 17, 2025"],
  ])("%d ms before", (ms, text) => {
    expect(agoText(new Date(now - ms).toISOString(), now)).toBe(text);
  });

  test("what is no time", () => {
    expect(agoText("never", now)).toBe("");
    expect(timeText("never")).toBe("never");
  });
});
