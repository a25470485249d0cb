// Each check on a machine on which it finds something, with what mends it, and on one on which all is well.
import { describe, expect, test } from "bun:test";
import { checks } from "./checks.ts";
import { mend } from "./mend.ts";
import { on, useEmulator } from "./testing-checks.ts";
import { cases } from "./testing-check-cases.ts";

useEmulator();

describe.each([...cases])("$id", ({ id, well, broken, state, seen, cure }) => {
  test("finds nothing where all is well", async () => {
    await on(well, async (look) => {
      const findings = await look(id);
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.filter((one) => one.state === "warn" || one.state === "fail")).toEqual([]);
    });
  });

  test("names what is broken, and its cure", async () => {
    await on(broken, async (look) => {
      const findings = await look(id);
      const [found] = findings.filter((one) => one.state === state);
      expect({ findings, seen: found?.seen, cure: found?.cure }).toMatchObject({
        seen: expect.stringMatching(seen),
        cure: expect.stringMatching(cure),
      });
    });
  });
});

test.each(cases.filter(({ mends }) => mends === true))(
  "$id mends it, and finds nothing then",
  async ({ id, broken }) => {
    await on(broken, async (look) => {
      const findings = await look(id);
      const check = checks.find((one) => one.id === id);
      if (check === undefined) throw new Error(id);
      const signal = AbortSignal.timeout(20_000);
      const mended = await mend([{ check, findings, late: false }], { agrees: async () => true, signal });
      expect(mended.map(({ outcome, error }) => [outcome, error])).toEqual(mended.map(() => ["done", undefined]));
      expect(mended.length).toBeGreaterThan(0);
      expect((await look(id)).filter((one) => one.state === "warn" || one.state === "fail")).toEqual([]);
    });
  },
);

describe("the table", () => {
  test("has every check once, and each has its machines here", () => {
    const ids = checks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  });

  test("needs only checks that are there, and goes in no ring", () => {
    const known = new Map(checks.map((check) => [check.id, check.needs ?? []]));
    const depth = (id: string, way: readonly string[]): number => {
      expect(way).not.toContain(id);
      const needs = known.get(id);
      expect(needs).toBeDefined();
      return 1 + Math.max(0, ...(needs ?? []).map((one) => depth(one, [...way, id])));
    };
    for (const id of known.keys()) expect(depth(id, [])).toBeLessThan(10);
  });

  test.each(checks.map(({ id, group }) => [id, group] as const))("%s is named after its group", (id, group) => {
    expect(id).toStartWith(`${group}.`);
  });
});
