// Checks side by side: limits, needs, order, what is thrown, and that nothing secret comes out.
import { describe, expect, test } from "bun:test";
import { testWorld } from "../auth/testing.ts";
import { MortarError } from "../platform/errors.ts";
import { endingWith } from "./children.ts";
import { fail, pass, warn, type Check, type Finding } from "./check.ts";
import { createFacts } from "./facts.ts";
import { mend } from "./mend.ts";
import { grandchild } from "../platform/testing-grandchild.ts";
import { runChecks, type CheckResult } from "./run.ts";

const { deps, dispose } = testWorld();
dispose();
const around = {
  version: "1.2.3",
  self: ["/opt/mortar"],
  completion: async () => [],
  desktop: async () => undefined,
  certificates: async () => [],
  listens: async () => false,
  freeBytes: async () => 0,
  processors: async () => ({ own: "x64", system: "x64" }),
} as const;

function check(id: string, run: Check["run"], more: Partial<Check> = {}): Check {
  return { id, group: "machine", title: `Title of ${id}`, run, ...more };
}

async function look(checks: readonly Check[], signal = AbortSignal.timeout(20_000), seen: string[] = []) {
  const facts = createFacts(deps, { profile: "DEFAULT", version: "1.2.3", signal });
  const onProgress = (done: number, all: number): void => void seen.push(`${done}/${all}`);
  const results = await runChecks(checks, { deps, around, facts, signal, onProgress });
  return results.map(({ check: { id }, findings, late }) => [
    late ? `${id}, late` : id,
    ...findings.map(({ state, seen: said }) => `${state} ${said}`),
  ]);
}

describe("checks", () => {
  test("run side by side, and are shown in the order of the table", async () => {
    const second = Promise.withResolvers<void>();
    const seen: string[] = [];
    const results = await look(
      [
        check("a", async () => {
          await second.promise;
          return pass("one");
        }),
        check("b", async () => {
          second.resolve();
          return [pass("two"), warn("three")];
        }),
      ],
      undefined,
      seen,
    );
    expect(results).toEqual([
      ["a", "pass one"],
      ["b", "pass two", "warn three"],
    ]);
    expect(seen).toEqual(["1/2", "2/2"]);
  });

  test("that hang fail by their limit, are told to end, and hold up nobody", async () => {
    let ended = false;
    const hung = check(
      "a",
      ({ signal }) => {
        signal.addEventListener("abort", () => (ended = true));
        return new Promise<Finding>(() => undefined);
      },
      { limitMs: 20 },
    );
    expect(await look([hung, check("b", async () => pass("well"))])).toEqual([
      ["a, late", "fail did not answer in 0 s"],
      ["b", "pass well"],
    ]);
    expect(ended).toBe(true);
  });

  test("that throw have found what they threw, with its hint", async () => {
    const thrown = check("a", () => Promise.reject(new MortarError("io", "no disk", { hint: "buy one" })));
    const signal = AbortSignal.timeout(20_000);
    const facts = createFacts(deps, { profile: "DEFAULT", version: "1", signal });
    const [result] = await runChecks([thrown], { deps, around, facts, signal });
    expect(result?.findings).toEqual([{ state: "fail", seen: "no disk", cure: "buy one", fix: undefined }]);
  });

  test.each([
    ["fail", fail("no")],
    ["skip", { state: "skip", seen: "no" } as const],
  ])("that need one with %s are skipped, and so is what needs those", async (_state, found) => {
    let count = 0;
    const results = await look([
      check("c", async () => pass(String((count += 1))), { needs: ["b"] }),
      check("b", async () => pass(String((count += 1))), { needs: ["a"] }),
      check("a", async () => found),
    ]);
    expect(results.slice(0, 2)).toEqual([
      ["c", 'skip not looked at, since "Title of b" does not pass'],
      ["b", 'skip not looked at, since "Title of a" does not pass'],
    ]);
    expect(count).toBe(0);
  });

  test("that need one with a warning are made, and that one once", async () => {
    let count = 0;
    const results = await look([
      check("a", async () => warn(`look ${(count += 1)}`)),
      check("b", async () => pass("well"), { needs: ["a"] }),
      check("c", async () => pass("well"), { needs: ["a", "is not looked at"] }),
    ]);
    expect(results).toEqual([
      ["a", "warn look 1"],
      ["b", "pass well"],
      ["c", "pass well"],
    ]);
  });

  test("say no credential", async () => {
    const results = await look([check("a", async () => pass("Bearer abcdefgh12345678 dapi0123456789abcdef0123"))]);
    expect(results).toEqual([["a", "pass Bearer *** ***"]]);
  });

  test("end with an interruption", async () => {
    const interrupt = new AbortController();
    const hung = check("a", () => {
      interrupt.abort(new DOMException("Interrupted", "AbortError"));
      return new Promise<Finding>(() => undefined);
    });
    await expect(look([hung], interrupt.signal)).rejects.toThrow("Interrupted");
  });
});

describe("mending", () => {
  const results = (fixes: readonly { title: string; safe: boolean; apply: () => Promise<void> }[]): CheckResult[] => [
    { late: false, check: check("a", async () => pass("")), findings: fixes.map((fix) => fail("broken", "cure", fix)) },
  ];
  const signal = AbortSignal.timeout(20_000);

  test("does what is safe, asks for the rest, and goes on behind a failure", async () => {
    const done: string[] = [];
    const asked: string[] = [];
    const fix = (title: string, safe: boolean) => ({ title, safe, apply: async () => void done.push(title) });
    const broken = { title: "broken", safe: true, apply: () => Promise.reject(new Error("no token=abcdef123456")) };
    const mended = await mend(results([fix("safe", true), broken, fix("yes", false), fix("no", false)]), {
      agrees: async ({ title }) => {
        asked.push(title);
        return title === "yes";
      },
      signal,
    });
    expect(mended.map(({ title, outcome }) => [title, outcome])).toEqual([
      ["safe", "done"],
      ["broken", "failed"],
      ["yes", "done"],
      ["no", "left"],
    ]);
    expect([done, asked]).toEqual([
      ["safe", "yes"],
      ["yes", "no"],
    ]);
    expect(mended[1]?.error).not.toContain("abcdef123456");
  });

  test("of a dry run is a plan, and nobody is asked", async () => {
    const fixes = [true, false].map((safe) => ({
      title: String(safe),
      safe,
      apply: () => Promise.reject(new Error("done")),
    }));
    const agrees = () => Promise.reject(new Error("asked"));
    const mended = await mend(results(fixes), { agrees, signal, dryRun: true });
    expect(mended.map(({ title, outcome }) => [title, outcome])).toEqual([
      ["true", "planned"],
      ["false", "planned"],
    ]);
  });

  test("ends at a question that is interrupted", async () => {
    const agrees = () => Promise.reject(new DOMException("Interrupted", "AbortError"));
    const unsafe = { title: "x", safe: false, apply: async () => undefined };
    await expect(mend(results([unsafe]), { agrees, signal })).rejects.toThrow("Interrupted");
  });
});

describe.skipIf(process.platform === "win32")("a hung program behind a script", () => {
  test("ends with the check that has started it", async () => {
    await using inner = grandchild();
    const run: Check["run"] = async ({ deps: own }) => {
      void own.run(inner.words).catch(() => undefined);
      await inner.began;
      return pass("seen");
    };
    expect(await look([check("a", run)])).toEqual([["a", "pass seen"]]);
    await inner.ended;
  });

  test("ends with the doctor, also where its own limit is another", async () => {
    await using inner = grandchild();
    const done = new AbortController();
    const running = endingWith(deps.run, done.signal)(inner.words, { signal: new AbortController().signal });
    await inner.began;
    done.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await inner.ended;
  });
});
