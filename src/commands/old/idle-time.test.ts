// Times as each older program read them.
import { expect, test } from "bun:test";
import { idleTime, usualIdleMs } from "./idle-time.ts";

test.each([
  ["claude", undefined, usualIdleMs, true],
  ["claude", "10m", 600_000, true],
  ["claude", "1h30m", 5_400_000, true],
  ["claude", "0", 0, true],
  ["claude", "5", usualIdleMs, false],
  ["codex", "5", usualIdleMs, false],
  ["opencode", "5", 300_000, true],
  ["claude", "soon", usualIdleMs, false],
] as const)("%s: %p is %i ms", (agent, text, ms, understood) => {
  expect(idleTime(agent, text)).toEqual({ ms, understood });
});
