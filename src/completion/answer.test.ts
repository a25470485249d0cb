// The answers in the form that each shell's script reads.
import { describe, expect, test } from "bun:test";
import { answer, findShell, readQuestion } from "./answer.ts";
import { isOwnScript, shellNames } from "./shells/shell.ts";
import type { Candidate, ResolveSource } from "./table.ts";
import { sampleTable } from "./testing.ts";

const odd: ResolveSource = async () => [
  { value: "my profile", description: "one: two\n\u001b[31mthree" },
  { value: "a:b=c" },
  { value: "it's", description: "" },
];

async function ask(...args: string[]): Promise<string[]> {
  const question = readQuestion(args);
  if (question === undefined) throw new Error("no question");
  return (await answer(sampleTable, question, odd)).split("\n").slice(0, -1);
}

describe("questions", () => {
  test.each([[[]], [["bash"]], [["tcsh", "--", "x"]], [["constructor", "--", ""]], [["bash", "x"]]])(
    "%j is none",
    (args) => {
      expect(readQuestion(args)).toBeUndefined();
    },
  );

  test("carry the program's name and the words", () => {
    expect(readQuestion(["zsh", "--name", "tool", "--", "a", "--", ""])).toMatchObject({
      program: "tool",
      words: ["a", "--", ""],
    });
    expect(readQuestion(["pwsh", "--", "=a%20b", "="])).toMatchObject({ program: undefined, words: ["a b", ""] });
    expect(readQuestion(["powershell", "--", "=%E0%A4%A"])).toMatchObject({ words: ["%E0%A4%A"] });
    expect(readQuestion(["bash", "--breaks", "=:", "--", "x 'a b' c=d"])).toMatchObject({ words: ["a b", "c=d"] });
  });
});

describe("bash", () => {
  const bash = (line: string, type = "63", width = "80"): Promise<string[]> =>
    ask("bash", "--type", type, "--width", width, "--breaks", " \t\n\"'><=;|&(:", "--", line);

  test("lists words with what they mean, wider than half the terminal", async () => {
    const lines = await bash("x p", "63", "80");
    expect(lines).toEqual(["words", "pick "]);
    const [, first, second] = await bash("x run --color ");
    expect(first).toBe("always");
    expect(second).toBe("never   (Not at all)".padEnd(40));
  });

  test("cuts what does not fit, and leaves meanings out where there is no room", async () => {
    expect(await bash("x ", "9", "25")).toEqual([
      "words",
      "run    (Run something)",
      "pick   (Pick jobs)",
      "wrap   (Start anoth...)",
      "group  (More commands)",
    ]);
    expect(await bash("x ", "9", "15")).toEqual(["words", "run", "pick", "wrap", "group"]);
  });

  test.each(["37", "42"])("inserts words alone for COMP_TYPE %s", async (type) => {
    expect(await bash("x run --color ", type)).toEqual(["words", "always ", "never "]);
  });

  test("quotes by what is open, and leaves the space to readline there", async () => {
    expect(await bash("x --profile my")).toEqual(["words", "my\\ profile "]);
    expect(await bash('x --profile "my')).toEqual(["words space", "my profile"]);
    expect(await bash("x --profile 'it")).toEqual(["words space", "it'\\''s"]);
    expect(await bash("x --profile it")).toEqual(["words", "it\\'s "]);
  });

  test("gives what readline replaces, and no more", async () => {
    expect(await bash("x --profile=a")).toEqual(["words", "a:b=c "]);
    expect(await bash("x --profile=a:b=")).toEqual(["words", "c "]);
    expect(await bash("x run --tag=one,t")).toEqual(["words", "one,two"]);
    expect(await ask("bash", "--breaks", " ", "--", "x --profile=a")).toEqual(["words", "--profile=a:b=c "]);
  });

  test("sets no space behind a value whose word goes on", async () => {
    const question = readQuestion(["bash", "--", "x pick n"]);
    const source: ResolveSource = async () => [{ value: "name=", partial: true }];
    expect(question && (await answer(sampleTable, question, source))).toBe("words\nname=\n");
    const quoted = readQuestion(["bash", "--", 'x pick "n']);
    expect(quoted && (await answer(sampleTable, quoted, source))).toBe("words\nname=\n");
    const ended: ResolveSource = async () => [{ value: "name=" }];
    expect(question && (await answer(sampleTable, question, ended))).toBe("words\nname= \n");
  });

  test("leaves all files to readline, and lists those of an ending", async () => {
    expect(await bash("x run --folder a")).toEqual(["native dirnames", "", "", "a", "", ""]);
    expect(await bash("x run --folder=a")).toEqual(["native dirnames", "", "--folder=", "a", "--folder=", ""]);
    expect(await bash('x run --folder="a b')).toEqual(["native dirnames", "", "--folder=", "a b", "--folder=", '"']);
    expect(await bash("x run --folder=a:b")).toEqual(["listed dirnames", "", "--folder=", "a:b", "--folder=a:", ""]);
    expect(await bash("x run --config a")).toEqual(["listed default", "json yaml", "", "a", "", ""]);
    expect(await bash("x run > a")).toEqual(["native default", "", "", "a", "", ""]);
  });
});

describe("zsh", () => {
  test("gets values and meanings apart", async () => {
    expect(await ask("zsh", "--", "--profile=")).toEqual([
      "values",
      "--profile=",
      "my profile:one: two [31mthree",
      "a\\:b=c",
      "it's",
    ]);
    expect(await ask("zsh", "--", "run", "--tag", "one,")).toEqual(["values commas", "one,", "only", "two"]);
    expect(await ask("zsh", "--", "g")).toEqual([
      "commands",
      "",
      "run:Run something",
      "pick:Pick jobs",
      "wrap:Start another program",
      "group:More commands",
    ]);
    const question = readQuestion(["zsh", "--", "pick", ""]);
    const values = async (...candidates: Candidate[]): Promise<unknown> =>
      question && answer(sampleTable, question, async () => candidates);
    const open = { value: "a.", description: "goes on", partial: true };
    expect(await values(open)).toBe("values\n\n\na.:goes on\n");
    expect(await values(open, { value: "7" })).toBe("values\n\n7\n\na.:goes on\n");
    expect(await values({ value: "7" })).toBe("values\n\n7\n");
    expect(await values()).toBe("values\n\n");
    expect(await ask("zsh", "--", "run", "--config=x")).toEqual(["files json yaml", "--config="]);
    expect(await ask("zsh", "--", "run", "--folder", "")).toEqual(["folders", ""]);
  });
});

describe("fish", () => {
  test("gets whole words with their meaning behind a tab", async () => {
    expect(await ask("fish", "--", "--profile=")).toEqual([
      "words",
      "--profile=",
      "--profile=my profile\tone: two [31mthree",
      "--profile=a:b=c",
      "--profile=it's",
    ]);
    expect(await ask("fish", "--", "run", "--tag", "tw")).toEqual(["words", "", "one", "only", "two", "two,"]);
    expect(await ask("fish", "--", "run", "--config=x")).toEqual(["files json yaml", "--config="]);
    expect(await ask("fish", "--", "run", "--folder", "")).toEqual(["folders", ""]);
  });
});

describe("powershell", () => {
  const decoded = async (...args: string[]): Promise<string[][]> =>
    (await ask("powershell", "--", ...args)).map((line) => line.split(" ").map(decodeURIComponent));

  test("gets words that it passes on whole, list entries and tooltips", async () => {
    expect(await decoded("=--profile=")).toEqual([
      ["words"],
      ["--profile="],
      ["'--profile=my profile'", "my profile", "one: two [31mthree"],
      ["--profile=a:b=c", "a:b=c", "a:b=c"],
      ["'--profile=it''s'", "it's", "it's"],
    ]);
    expect(await decoded("=run", "=--tag", "=one,t")).toEqual([["words"], ["one,"], ["'one,two'", "two", "two"]]);
    expect(await decoded("=run", "=--config=x")).toEqual([["files", "json", "yaml"], ["--config="]]);
    expect(await decoded("=run", "=--folder", "=")).toEqual([["folders"], [""]]);
    expect(await decoded("=g")).toEqual([["words"], [""], ["group", "group", "More commands"]]);
  });

  test("gets nothing but ASCII", async () => {
    const question = readQuestion(["powershell", "--", "=pick", "="]);
    if (question === undefined) throw new Error("no question");
    const text = await answer(sampleTable, question, async () => [{ value: "größe", description: "“ü”" }]);
    expect(text).toMatch(/^[\u0020-\u007E\n]+$/);
  });
});

describe("scripts", () => {
  test.each([...shellNames])("%s: known for ours, and only as they are made", (name) => {
    const script = findShell(name)?.script("my-tool") ?? "";
    expect(isOwnScript(script)).toBe(true);
    expect(isOwnScript(script.replaceAll("\n", "\r\n"))).toBe(true);
    expect(isOwnScript(`\n\n\n${script}`)).toBe(false);
    expect(isOwnScript("# my-tool completion for bash\n")).toBe(false);
    expect(isOwnScript("")).toBe(false);
  });

  test.each([...shellNames])("%s: hand the words over and evaluate nothing", (name) => {
    const script = findShell(name)?.script("my-tool") ?? "";
    expect(script).toContain("__complete");
    expect(script).not.toMatch(/\beval\b|Invoke-Expression|\biex\b/);
    expect(script).toContain("my-tool");
    expect(script).not.toContain("mortar");
    expect(script).toMatch(/^[\u0020-\u007E\n]+$/);
    expect(script.split("\n").length).toBeLessThan(80);
  });
});
