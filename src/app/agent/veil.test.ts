// No path of the server is in what an agent says, however it comes.
import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, integer, property } from "fast-check";
import { createVeil } from "./veil.ts";

const veil = createVeil({
  folders: ["/data/projects/a1", "/private/data/projects/a1"],
  others: [
    ["/data/runs/7", "(the run's folder)"],
    ["key-of-the-run", "***"],
  ],
});

describe("a text", () => {
  test.each([
    ["/data/projects/a1/src/x.py", "src/x.py"],
    ["see /data/projects/a1. Then", "see .. Then"],
    ["see /data/projects/a1, please", "see ., please"],
    ["cd /private/data/projects/a1 && ls", "cd . && ls"],
    ["/data/projects/a11/x", "/data/projects/a11/x"],
    ["/data/projects/a1-b/x", "/data/projects/a1-b/x"],
    ["in /data/runs/7/plugin/skills/x today", "in (the run's folder) today"],
    ['{"p":"/data/runs/7/a"}', '{"p":"(the run\'s folder)"}'],
    ["Bearer key-of-the-run", "Bearer ***"],
    ["nothing of it", "nothing of it"],
  ])("%s becomes %s", (text, wanted) => {
    expect(veil.text(text)).toBe(wanted);
  });

  test("of Windows, with its own slashes", () => {
    const windows = createVeil({ folders: ["C:\\data\\a1"], others: [] });
    expect(windows.text("C:\\data\\a1\\src\\x.py and C:\\data\\a1")).toBe("src\\x.py and .");
  });
});

test("a project within the person's home is relative all the same, and the home is not named", () => {
  const own = createVeil({
    folders: ["/home/eve/data/p/a1"],
    others: [["/home/eve/data/state", "(state)"]],
    homes: ["/home/eve"],
  });
  expect(own.text("/home/eve/data/p/a1/x.py /home/eve/.ssh/id /home/eve /home/evelyn /home/eve/data/state/y")).toBe(
    "x.py ~/.ssh/id ~ /home/evelyn (state)",
  );
});

test("a value is veiled in depth; keys and what is no text stay", () => {
  const value = { file: "/data/projects/a1/x", list: ["/data/runs/7/y", 5, null], deep: { on: true } };
  expect(veil.value(value)).toEqual({ file: "x", list: ["(the run's folder)", 5, null], deep: { on: true } });
});

test("a stream gives what the whole text gives, in whatever pieces it comes", () => {
  const words = constantFrom(
    "/data/projects/a1/x.py",
    "/data/runs/7/p",
    "/data",
    " ",
    "a",
    "/",
    "key-of-the-run",
    "\n",
  );
  assert(
    property(array(words, { maxLength: 12 }), array(integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
      const text = parts.join("");
      const stream = veil.stream();
      let shown = "";
      for (let at = 0, turn = 0; at < text.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        shown += stream.push(text.slice(at, at + size));
        at += size;
      }
      expect(shown + stream.rest()).toBe(veil.text(text));
    }),
  );
});

test("a stream does not keep back what is no path", () => {
  const stream = veil.stream();
  expect(stream.push("The answer is 42. ")).toBe("The answer is 42. ");
  expect(stream.push("See /da")).toBe("See ");
  expect(stream.push("ys")).toBe("/days");
});
