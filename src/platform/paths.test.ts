// Where Mortar's folders are, on each system.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { MortarError } from "./errors.ts";
import { expandTilde, requireHome, resolvePaths } from "./paths.ts";

const home = join("/", "home", "ada");

describe("resolvePaths", () => {
  test("Linux", () => {
    expect(resolvePaths({ HOME: home }, "linux")).toEqual({
      home,
      data: join(home, ".local", "share", "mortar"),
      cache: join(home, ".cache", "mortar"),
      run: join(home, ".local", "share", "mortar", "run"),
    });
  });

  test("macOS", () => {
    expect(resolvePaths({ HOME: home }, "darwin")).toEqual({
      home,
      data: join(home, "Library", "Application Support", "mortar"),
      cache: join(home, "Library", "Caches", "mortar"),
      run: join(home, "Library", "Application Support", "mortar", "run"),
    });
  });

  test("Windows", () => {
    const local = join(home, "AppData", "Local");
    const expected = {
      home,
      data: join(local, "mortar"),
      cache: join(local, "mortar", "cache"),
      run: join(local, "mortar", "run"),
    };
    expect(resolvePaths({ USERPROFILE: home, LOCALAPPDATA: local }, "win32")).toEqual(expected);
    expect(resolvePaths({ USERPROFILE: home }, "win32")).toEqual(expected);
    expect(resolvePaths({}, "win32", home)).toEqual(expected);
  });

  test("USERPROFILE counts on Windows alone", () => {
    expect(resolvePaths({ USERPROFILE: home }, "linux").home).toBeUndefined();
  });

  test("the XDG variables go before the custom of any system", () => {
    const env = { HOME: home, XDG_DATA_HOME: join("/", "d"), XDG_CACHE_HOME: join("/", "c") };
    for (const os of ["linux", "darwin", "win32"] as const) {
      expect(resolvePaths(env, os)).toMatchObject({ data: join("/", "d", "mortar"), cache: join("/", "c", "mortar") });
    }
  });

  test("MORTAR_HOME holds everything", () => {
    const own = join("/", "m");
    const env = { HOME: home, MORTAR_HOME: own, XDG_DATA_HOME: "/d", XDG_CACHE_HOME: "/c" };
    expect(resolvePaths(env, "linux")).toEqual({ home, data: own, cache: join(own, "cache"), run: join(own, "run") });
  });

  test("an empty variable is as good as none", () => {
    const env = { HOME: home, MORTAR_HOME: "", XDG_DATA_HOME: "", XDG_CACHE_HOME: "" };
    expect(resolvePaths(env, "linux")).toEqual(resolvePaths({ HOME: home }, "linux"));
    expect(resolvePaths({ HOME: "" }, "linux").home).toBeUndefined();
  });
});

describe("the home folder", () => {
  const paths = resolvePaths({ HOME: home }, "linux");
  const homeless = resolvePaths({}, "linux");

  test("expandTilde", () => {
    expect(expandTilde("~", paths)).toBe(home);
    expect(expandTilde("~/a/b", paths)).toBe(join(home, "a", "b"));
    expect(expandTilde("~\\a", paths)).toBe(join(home, "a"));
    for (const other of ["~ada/x", "a/~", "/a", "", "~~"]) expect(expandTilde(other, paths)).toBe(other);
  });

  test("missing, it is named only where it is needed", () => {
    expect(expandTilde("/a", homeless)).toBe("/a");
    for (const work of [
      () => requireHome(homeless),
      () => expandTilde("~", homeless),
      () => expandTilde("~/a", homeless),
    ]) {
      expect(work).toThrow(MortarError);
      expect(work).toThrow(expect.objectContaining({ code: "config_missing", hint: expect.stringContaining("HOME") }));
    }
  });
});
