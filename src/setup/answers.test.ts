// Answers from several sources, and what is checked of them.
import { describe, expect, test } from "bun:test";
import { resolvePaths } from "../platform/paths.ts";
import { checkedProfile, checkedTtl, filledUp, merged, scopeOf } from "./answers.ts";

const deps = { cwd: "/home/me/project", paths: resolvePaths({ HOME: "/home/me" }, "linux") };

test("a team's file fills up host and profile, each by itself", () => {
  const team = { host: "https://team", profile: "team", mode: "helper" } as const;
  expect(filledUp({ profile: "me" }, team)).toMatchObject({ host: "https://team", profile: "me", mode: "helper" });
  expect(filledUp({ host: "https://mine", mode: "proxy" }, { profile: "team" })).toMatchObject({
    host: "https://mine",
    profile: "team",
    mode: "proxy",
  });
  expect(filledUp({}, team)).toMatchObject(team);
});

describe("merged", () => {
  test("the first that knows counts", () => {
    const all = merged([
      { mode: "helper" },
      { mode: "proxy", ttlMs: 60_000, skills: false },
      { skills: true, server: true },
    ]);
    expect(all).toMatchObject({ mode: "helper", ttlMs: 60_000, skills: false, server: true });
  });

  test("models count one by one, and nothing said of them stays nothing", () => {
    expect(merged([{ models: { opus: "a" } }, { models: { opus: "b", haiku: "c" } }]).models).toEqual({
      opus: "a",
      haiku: "c",
    });
    expect(merged([{}, {}]).models).toBeUndefined();
  });

  test.each([
    [
      "another host takes no profile of the last setup",
      [{ host: "https://a" }, { host: "https://b", profile: "b" }],
      "https://a",
      undefined,
    ],
    ["the same host takes it", [{ host: "https://a" }, { host: "https://a", profile: "a" }], "https://a", "a"],
    [
      "another profile takes no host of the last setup",
      [{ profile: "x" }, { host: "https://b", profile: "b" }],
      undefined,
      "x",
    ],
    ["nothing said takes both", [{}, { host: "https://b", profile: "b" }], "https://b", "b"],
  ])("%s", (_, sources, host, profile) => {
    expect(merged(sources).host).toBe(host as string);
    expect(merged(sources).profile).toBe(profile as string);
  });
});

test.each([
  [1, 60_000],
  [60, 3_600_000],
])("%p minutes are taken", (minutes, ms) => expect(checkedTtl(minutes)).toBe(ms));

test.each([0, -5, 61, 1.5, Number.NaN])("%p minutes are refused, since a token lasts an hour", (minutes) => {
  expect(() => checkedTtl(minutes)).toThrow("from 1 to 60");
});

test("a new profile has a plain name", () => {
  expect(checkedProfile("fmapi-claudecode-profile")).toBe("fmapi-claudecode-profile");
  for (const name of ["", "a b", "x]", "a\nb", "$(id)"]) expect(() => checkedProfile(name)).toThrow("letters, digits");
});

describe("scopeOf", () => {
  test.each([
    ["home", { kind: "home" }],
    ["~", { kind: "home" }],
    ["project", { kind: "project", folder: "/home/me/project" }],
    ["cwd", { kind: "project", folder: "/home/me/project" }],
    ["../other", { kind: "project", folder: "/home/me/other" }],
    ["~/x", { kind: "project", folder: "/home/me/x" }],
  ] as const)("%s", (text, scope) => expect(scopeOf(text, deps)).toEqual(scope));

  test.each(["/", "/etc", "/usr/share/x", "", " "])("%p is refused", (text) => {
    expect(() => scopeOf(text, deps)).toThrow("--scope");
  });
});
