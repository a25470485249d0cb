// What a plan does to a folder, and what it never does: touch a file that somebody changed or made.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { planInstall, planRemove, type Disk } from "./plan.ts";

const fresh = new Map([
  ["SKILL.md", "new"],
  ["references/a.md", "a1"],
]);
const folder = (files: Readonly<Record<string, string>>): Disk => ({
  kind: "folder",
  files: new Map(Object.entries(files)),
});
const absent: Disk = { kind: "absent", files: new Map() };

describe("an installation", () => {
  test("fills an empty place", () => {
    expect(planInstall({ disk: absent, recorded: undefined, fresh, restore: true })).toEqual({
      status: "added",
      write: ["SKILL.md", "references/a.md"],
      remove: [],
      kept: [],
      record: { "SKILL.md": "new", "references/a.md": "a1" },
    });
  });

  test("leaves a skill of that name which is not ours, whole", () => {
    for (const files of [{ "SKILL.md": "theirs" }, { "SKILL.md": "new", "references/a.md": "theirs" }, {}]) {
      const plan = planInstall({ disk: folder(files), recorded: undefined, fresh, restore: true });
      expect(plan).toMatchObject({ status: "kept", write: [], remove: [], record: undefined });
    }
  });

  test("leaves a link, recorded or not", () => {
    const disk: Disk = { kind: "other", files: new Map() };
    expect(planInstall({ disk, recorded: undefined, fresh, restore: true }).status).toBe("kept");
    expect(planInstall({ disk, recorded: { "SKILL.md": "old" }, fresh, restore: true }).status).toBe("kept");
  });

  test("takes the same files for ours", () => {
    const disk = folder({ "SKILL.md": "new", "references/a.md": "a1" });
    const plan = planInstall({ disk, recorded: undefined, fresh, restore: true });
    expect(plan).toMatchObject({
      status: "unchanged",
      write: [],
      record: { "SKILL.md": "new", "references/a.md": "a1" },
    });
  });

  test("finishes one that was cut off", () => {
    const plan = planInstall({ disk: folder({ "SKILL.md": "new" }), recorded: undefined, fresh, restore: false });
    expect(plan).toMatchObject({ status: "updated", write: ["references/a.md"], record: { "SKILL.md": "new" } });
  });

  test("replaces what is ours, adds what is new, removes what is gone", () => {
    const recorded = { "SKILL.md": "old", "references/b.md": "b1" };
    const plan = planInstall({ disk: folder({ ...recorded, "mine.md": "m" }), recorded, fresh, restore: false });
    expect(plan).toMatchObject({
      status: "updated",
      write: ["SKILL.md", "references/a.md"],
      remove: ["references/b.md"],
      kept: [],
      record: { "SKILL.md": "new", "references/a.md": "a1" },
    });
  });

  test("keeps and names what was changed, deleted or made by hand", () => {
    const recorded = { "SKILL.md": "old", "references/b.md": "b1", "references/c.md": "c1" };
    const more = new Map([...fresh, ["references/c.md", "c2"]]);
    const disk = folder({ "SKILL.md": "edited", "references/a.md": "theirs", "references/b.md": "edited" });
    const plan = planInstall({ disk, recorded, fresh: more, restore: false });
    expect(plan.write).toEqual([]);
    expect(plan.remove).toEqual([]);
    expect(plan.kept).toEqual([
      { path: "SKILL.md", reason: "changed" },
      { path: "references/a.md", reason: "foreign" },
      { path: "references/c.md", reason: "deleted" },
      { path: "references/b.md", reason: "changed" },
    ]);
    // What we wrote stays known, so that a later removal still sees the change.
    expect(plan.record).toEqual({ "SKILL.md": "old", "references/c.md": "c1" });
  });

  test("brings back what was deleted, where that is asked for", () => {
    const recorded = { "SKILL.md": "new", "references/a.md": "a1" };
    const disk = folder({ "SKILL.md": "new" });
    expect(planInstall({ disk, recorded, fresh, restore: true }).write).toEqual(["references/a.md"]);
    expect(planInstall({ disk, recorded, fresh, restore: false }).write).toEqual([]);
  });
});

describe("a removal", () => {
  test("takes what is ours and leaves what was changed", () => {
    const recorded = { "SKILL.md": "old", "references/a.md": "a1", "references/b.md": "b1" };
    const plan = planRemove(folder({ "SKILL.md": "edited", "references/a.md": "a1", "mine.md": "m" }), recorded);
    expect(plan).toMatchObject({
      status: "removed",
      remove: ["references/a.md"],
      kept: [{ path: "SKILL.md", reason: "changed" }],
      record: undefined,
    });
  });
});

describe("whatever lies there", () => {
  const path = fc.constantFrom("SKILL.md", "a.md", "references/b.md", "references/c.md");
  const hashes = fc.dictionary(path, fc.constantFrom("1", "2", "3"), { noNullPrototype: true });
  const nonEmpty = hashes.filter((files) => Object.keys(files).length > 0);

  test("only files that are as we wrote them, or absent, are written or removed", () => {
    fc.assert(
      fc.property(
        hashes,
        fc.option(nonEmpty, { nil: undefined }),
        nonEmpty,
        fc.boolean(),
        (files, recorded, next, restore) => {
          const plan = planInstall({ disk: folder(files), recorded, fresh: new Map(Object.entries(next)), restore });
          for (const touched of [...plan.write, ...plan.remove]) {
            const found = files[touched];
            expect(found === undefined || found === recorded?.[touched]).toBe(true);
          }
          // Nothing is both kept and touched, and everything that differs from what is wanted is named.
          const kept = new Set(plan.kept.map((file) => file.path));
          for (const one of Object.keys(next)) {
            const after = plan.write.includes(one) ? next[one] : files[one];
            if (plan.status !== "kept" && after !== next[one]) expect(kept.has(one)).toBe(true);
            expect(kept.has(one) && plan.write.includes(one)).toBe(false);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test("an installation that is followed by a removal leaves exactly what is the user's", () => {
    fc.assert(
      fc.property(nonEmpty, hashes, (next, edits) => {
        const installed = planInstall({
          disk: absent,
          recorded: undefined,
          fresh: new Map(Object.entries(next)),
          restore: true,
        });
        const files = { ...installed.record, ...edits };
        const plan = planRemove(folder(files), installed.record ?? {});
        const left = Object.entries(files).filter(([one]) => !plan.remove.includes(one));
        expect(left.every(([one, hash]) => hash !== next[one])).toBe(true);
        expect(plan.remove.every((one) => files[one] === next[one])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
