// The doctor's picture: a golden of it, and no line longer than the terminal but for words that are.
import { describe, expect, test } from "bun:test";
import { fail, pass, skip, warn, type Check, type Finding } from "../../doctor/check.ts";
import { countStates, footLines, mendedLines, resultLines, stepLines } from "./lines.ts";

const found = (id: string, group: Check["group"], title: string, ...findings: Finding[]) => ({
  late: false,
  check: { id, group, title, run: async () => findings },
  findings,
});

const results = [
  found(
    "machine.a",
    "machine",
    "A disk with room",
    pass("100 MiB free where /home/me/.local/share/mortar is, which is enough"),
  ),
  found("machine.b", "machine", "The clock is right", skip("nobody was asked")),
  found(
    "gateway.c",
    "gateway",
    "A model answers",
    fail(
      "system.ai.claude-haiku-5-5: no permission to ask it on this workspace",
      "Ask an admin for EXECUTE on system.ai.claude-haiku-5-5 for me@example.com.",
    ),
    warn("line\nwith\u001B[31m colour"),
  ),
];

describe("the picture", () => {
  test("is as it was", () => {
    expect(`\n${resultLines(results, { width: 60, colour: false }).join("\n")}`).toBe(`
Machine
  PASS  A disk with room: 100 MiB free where /home/me/.lo...
  SKIP  The clock is right: nobody was asked

AI Gateway
  FAIL  A model answers: system.ai.claude-haiku-5-5: no
        permission to ask it on this workspace
        -> Ask an admin for EXECUTE on
           system.ai.claude-haiku-5-5 for me@example.com.
  WARN  A model answers: line with [31m colour
`);
  });

  test.each([40, 60, 80, 120, 200])("fits %i columns", (width) => {
    const lines = [
      ...resultLines(results, { width, colour: false }),
      ...mendedLines(
        [{ id: "a", title: "Close the file /x/y to all of the others", outcome: "failed", error: "no disk" }],
        { width, colour: false },
      ),
    ];
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });

  test("colours the verdict alone", () => {
    const [, line = ""] = resultLines(results, { width: 80, colour: true });
    expect(line).toStartWith("  \u001B[32mPASS\u001B[0m  A disk");
  });

  test("counts", () => {
    expect(footLines(countStates(results), ["Go on"], { width: 30, colour: false })).toEqual([
      "1 passed, 1 warning, 1 failed,",
      "1 skipped",
      "Go on",
    ]);
  });

  test("of the self-test has the time of each step", () => {
    const steps = [
      { title: "Start", tookMs: 12, seen: "http://x", error: undefined },
      { title: "Ask", tookMs: 3, seen: undefined, error: "HTTP 500" },
    ];
    expect(stepLines(steps, { width: 80, colour: false })).toEqual([
      "  PASS  Start: http://x (12 ms)",
      "  FAIL  Ask: HTTP 500 (3 ms)",
    ]);
  });
});
