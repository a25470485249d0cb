// Quartz cron expressions, good and bad.
import { expect, test } from "bun:test";
import { cronProblem } from "./cron.ts";

test.each([
  "0 0 12 * * ?",
  "0 15 10 ? * MON-FRI",
  "0/5 * * * * ?",
  "0 0 0 1,15 * ?",
  "0 0 0 L * ?",
  "0 0 0 LW JAN-MAR ?",
  "0 0 0 15W * ? 2026",
  "0 0 0 ? * 6#3",
  "0 0 0 ? * FRIL 2026-2030",
  "20 30 * * * ?",
  "0 0 0/2 ? * sun,sat",
])("%s is fine", (expression) => {
  expect(cronProblem(expression)).toBeUndefined();
});

test.each([
  ["", "found 0"],
  ["* * * * *", "found 5"],
  ["0 0 12 * * *", "exactly one of"],
  ["0 0 12 ? * ?", "exactly one of"],
  ["60 0 0 * * ?", "'60' is not valid for seconds"],
  ["0 0 24 * * ?", "hours"],
  ["0 0 0 32 * ?", "day-of-month"],
  ["0 0 0 * 13 ?", "month"],
  ["0 0 0 ? * 8", "day-of-week"],
  ["0 0 0 * FOO ?", "'FOO' is not valid for month"],
  ["0 0 0 * * ? 1900", "year"],
  ["0 ? 0 * * ?", "minutes"],
  ["0/0 * * * * ?", "seconds"],
  ["every day at noon please now", "seconds"],
])("%s: %s", (expression, problem) => {
  expect(cronProblem(expression)).toContain(problem);
});
