// What the engine offers, line by line.
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { complete } from "./engine.ts";
import type { Candidate, ResolveSource } from "./table.ts";
import { sampleTable } from "./testing.ts";

const sources: Readonly<Record<string, readonly Candidate[]>> = {
  profile: [{ value: "dev", description: "dev.example.com" }, { value: "my profile" }],
  job: [{ value: "11" }, { value: "12" }],
};
const resolve: ResolveSource = async (source) => sources[source] ?? [];

async function offered(line: string): Promise<string> {
  const completion = await complete(sampleTable, line.split(" "), { resolve });
  const { before, typed } = completion;
  if (completion.kind === "folders") return `folders ${before}|${typed}`;
  if (completion.kind === "files") return `files ${completion.extensions.join(",")} ${before}|${typed}`;
  return completion.candidates.map(({ value }) => before + value).join(" ");
}

describe("commands", () => {
  test.each([
    ["", "run pick wrap group"],
    ["r", "run"],
    ["x", ""],
    ["group ", "inner"],
    ["group in", "inner"],
    ["group x ", "--profile --json --verbose --quiet"],
    ["--json r", "run"],
    ["-p dev r", "run"],
    ["--profile=dev group ", "inner"],
    ["hidden ", ""],
    ["group secret ", "--profile --json --verbose --quiet"],
    ["toString", ""],
    ["toString ", "--profile --json --verbose --quiet"],
    ["__proto__", ""],
  ])("%j offers %j", async (line, expected) => {
    expect(await offered(line)).toBe(expected);
  });
});

describe("options", () => {
  test.each([
    ["-", "--profile --json --verbose --quiet"],
    ["--", "--profile --json --verbose --quiet"],
    ["--pr", "--profile"],
    ["-p", "-p"],
    ["--x", ""],
    ["run -", "--profile --json --verbose --quiet --color --tag --port --config --folder"],
    ["run --json -", "--profile --verbose --quiet --color --tag --port --config --folder"],
    ["--json run --j", ""],
    ["run --colour", "--colour"],
    ["run --colou", "--colour"],
    ["run --colo", "--color"],
    ["run --verbose --q", ""],
    ["run --quiet --verb", ""],
    ["run -q --verb", ""],
    ["run -vp dev --verb", ""],
    ["run --colour=never --col", ""],
    ["run --tag one --ta", "--tag"],
    ["run --secre", ""],
    ["run --unknown --js", "--json"],
    ["run --json=5 --js", "--json"],
    ["run alpha --js", "--json"],
  ])("%j offers %j", async (line, expected) => {
    expect(await offered(line)).toBe(expected);
  });
});

describe("values", () => {
  test.each([
    ["--profile ", "dev my profile"],
    ["-p d", "dev"],
    ["--profile=", "--profile=dev --profile=my profile"],
    ["--profile=d", "--profile=dev"],
    ["-p=d", "-p=dev"],
    ["-pd", "-pdev"],
    ["-vpd", "-vpdev"],
    ["-vp d", "dev"],
    ["run --color ", "always never"],
    ["run --colour=n", "--colour=never"],
    ["run --port ", ""],
    ["run --port=", ""],
    ["run --secret ", ""],
    ["run --unknown=", ""],
    ["run --json=", ""],
    ["run --tag ", "one only two"],
    ["run --tag o", "one only"],
    ["run --tag one,", "one,only one,two"],
    ["run --tag=one,t", "--tag=one,two"],
    ["run --tag one,two,only,", ""],
    ["run --tag one --tag ", "only two"],
    ["run --tag one,two -t o", "only"],
    ["run --config x", "files json,yaml |x"],
    ["run --config=x/y", "files json,yaml --config=|x/y"],
    ["run --folder ", "folders |"],
    ["run ", "alpha beta"],
    ["run alpha ", "files  |"],
    ["run alpha x y", "files  |y"],
    ["run --port 5 ", "alpha beta"],
    ["run -5 ", "files  |"],
    ["run - ", "files  |"],
    ["pick ", "11 12"],
    ["pick 11 ", "12"],
    ["pick 11 12 ", ""],
    ["group inner ", "--profile --json --verbose --quiet"],
    ["group inner x", ""],
  ])("%j offers %j", async (line, expected) => {
    expect(await offered(line)).toBe(expected);
  });
});

describe("behind --", () => {
  test.each([
    ["-- ", ""],
    ["-- r", ""],
    ["run -- ", ""],
    ["run -- --js", ""],
    ["run --port -- ", "alpha beta"],
    ["wrap -- -", "--model --print"],
    ["wrap -- --model ", "big"],
    ["wrap -- --model=b", "--model=big"],
    ["wrap -- ", "agents"],
    ["wrap -- agents ", "--model --print"],
    ["wrap -- -- ", ""],
  ])("%j offers %j", async (line, expected) => {
    expect(await offered(line)).toBe(expected);
  });
});

describe("a wrapped program", () => {
  test.each([
    ["wrap -", "--profile --json --verbose --quiet --model --print"],
    ["wrap --model=", "--model=big"],
    ["wrap --model b", "big"],
    ["wrap --json --model big -", "--print"],
    ["wrap ", "agents"],
    ["wrap --profile dev ag", "agents"],
    ["wrap agents --js", ""],
    ["wrap --other --js", ""],
    ["wrap --other -P --mo", "--model"],
  ])("%j offers %j", async (line, expected) => {
    expect(await offered(line)).toBe(expected);
  });
});

describe("sources", () => {
  test("get what stands on the line", async () => {
    const asked: unknown[] = [];
    const note: ResolveSource = async (source, { flags, positionals, typed }) => {
      asked.push([source, Object.fromEntries(flags), positionals, typed]);
      return [];
    };
    await complete(sampleTable, ["--profile", "dev", "pick", "-v", "7", "8"], { resolve: note });
    await complete(sampleTable, ["-pdev", "pick", "--profile=x"], { resolve: note });
    expect(asked).toEqual([
      ["job", { "--profile": ["dev"], "--verbose": [] }, ["7"], "8"],
      ["profile", { "--profile": ["dev"] }, [], "x"],
    ]);
  });

  test("that fail, and values that would break a line, count as none", async () => {
    const failing = complete(sampleTable, ["pick", ""], { resolve: () => Promise.reject(new Error("no network")) });
    expect(await failing).toMatchObject({ kind: "words", candidates: [] });
    const odd = [{ value: "a\nb" }, { value: "" }, { value: "\u001b[31m" }, { value: "good" }];
    expect(await complete(sampleTable, ["pick", ""], { resolve: async () => odd })).toMatchObject({
      candidates: [{ value: "good" }],
    });
    expect(await complete(sampleTable, ["pick", ""])).toMatchObject({ candidates: [] });
  });
});

test("a shell that matches by itself gets all that may stand", async () => {
  const all = await complete(sampleTable, ["run", "--tag=one,x"], { matching: "all" });
  expect(all).toMatchObject({
    before: "--tag=one,",
    typed: "x",
    commas: true,
    candidates: [{ value: "only" }, { value: "two" }],
  });
});

test("says of what kind the candidates are", async () => {
  expect(await complete(sampleTable, [])).toMatchObject({ group: "commands" });
  expect(await complete(sampleTable, ["-"])).toMatchObject({ group: "options" });
  expect(await complete(sampleTable, ["run", ""])).toMatchObject({ group: "values", commas: false });
});

test("any line has an answer, and everything offered begins with what is typed", async () => {
  const known = [
    "run",
    "group",
    "inner",
    "wrap",
    "pick",
    "--",
    "-",
    "--profile",
    "-p",
    "-vq",
    "--tag=one,",
    "--json",
    "=",
    "",
  ];
  const word = fc.oneof(fc.constantFrom(...known), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 7 }), async (words) => {
      const completion = await complete(sampleTable, words, { resolve });
      expect((words.at(-1) ?? "").endsWith(completion.before + completion.typed)).toBe(true);
      if (completion.kind !== "words") return;
      for (const { value } of completion.candidates) expect(value.startsWith(completion.typed)).toBe(true);
    }),
  );
});
