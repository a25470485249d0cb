import { describe, expect, test } from "bun:test";
import type { Install } from "../../platform/release/install-method.ts";
import { describe as say, type Outcome } from "./words.ts";

const archive: Install = { method: "archive", path: "/opt/mortar" };
const outcome = (changes: Partial<Outcome>): Outcome => ({
  kind: "managed",
  version: "1.0.0",
  install: archive,
  dryRun: false,
  latest: "1.1.0",
  ...changes,
});

describe("a program that somebody else updates", () => {
  test.each([
    ["homebrew", "brew upgrade mortar", "Homebrew installed it. To update:\n\n  brew upgrade mortar\n"],
    ["scoop", "scoop update mortar", "Scoop installed it. To update:\n\n  scoop update mortar\n"],
    ["winget", "winget upgrade mortar", "winget installed it. To update:\n\n  winget upgrade mortar\n"],
    ["nix", undefined, "Nix installed it, and updates it."],
    ["system-package", undefined, "The system's package manager installed it, and updates it."],
  ] as const)("%s", (method, command, words) => {
    const install: Install = { method, path: "/x/mortar", ...(command === undefined ? {} : { command }) };
    const { text, data } = say(outcome({ install, page: "https://example.com/new" }));
    expect(text).toContain(`mortar 1.1.0 is out; this is 1.0.0. ${words}`);
    expect(text).toContain("What is new: https://example.com/new");
    expect(data).toMatchObject({
      changed: false,
      install: { method, path: "/x/mortar", command: command ?? null },
      page: "https://example.com/new",
    });
  });
});

test.each([
  ["current", { latest: "1.0.0" }, "mortar 1.0.0 is the newest version.\n"],
  ["current", { latest: "0.9.0" }, "mortar 1.0.0 is the newest version (the feed has 0.9.0).\n"],
  ["available", { dryRun: true }, "mortar 1.1.0 is out; this is 1.0.0. Would replace /opt/mortar.\n"],
  ["declined", {}, "Nothing was changed: this is still mortar 1.0.0.\n"],
  ["updated", {}, "Updated mortar 1.0.0 to 1.1.0. To go back: mortar update --rollback\n"],
  ["rollback-available", { latest: "0.9.0" }, "Would go back from mortar 1.0.0 to 0.9.0.\n"],
  [
    "rolled-back",
    { latest: "0.9.0" },
    "Went back from mortar 1.0.0 to 0.9.0. To undo this: mortar update --rollback\n",
  ],
  ["no-feed", {}, "This mortar 1.0.0 knows no feed of releases to ask. Name one with --feed URL.\n"],
  [
    "no-feed",
    { install: { method: "source", path: "/x", command: "git pull" } },
    "This mortar 1.0.0 knows no feed of releases to ask. To update:\n\n  git pull\n\n",
  ],
  ["switched-off", {}, "Looking for updates is switched off by the environment.\n"],
] as const)("%s %j", (kind, changes, words) => {
  const { text, data } = say(outcome({ kind, ...changes }));
  expect(text).toBe(words);
  expect((data as { changed: boolean }).changed).toBe(kind === "updated" || kind === "rolled-back");
});

test("what could not be renewed is named", () => {
  const { text, data } = say(outcome({ kind: "updated", previous: "/opt/.mortar.previous", left: ["/a", "/b"] }));
  expect(text).toContain("Left as they were, because they cannot be written: /a, /b\n");
  expect(data).toMatchObject({ previous: "/opt/.mortar.previous", left: ["/a", "/b"] });
});
