// Where programs are looked for, and where they are not.
import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./programs.ts";

const folder = mkdtempSync(join(tmpdir(), "mortar-programs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(...parts: string[]): string {
  const path = join(folder, ...parts);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  return path;
}

const name = "mortar-test-program";
const repository = join(program("repository", name), "..");
program("repository", "bin", name);
const good = program("good", name);
const own = program("home", ".local", "bin", name);

const find = (PATH: string | undefined, home?: string): string | undefined =>
  findProgram(name, { env: PATH === undefined ? {} : { PATH }, os: "linux", paths: { home } });

/** In a repository that has a program of the name. */
function inRepository<T>(work: () => T): T {
  const cwd = process.cwd();
  process.chdir(repository);
  try {
    return work();
  } finally {
    process.chdir(cwd);
  }
}

describe.skipIf(process.platform === "win32")("a program", () => {
  test.each(["", ".", "./", "bin", "./bin", ":", "/usr/bin:.", "/usr/bin::/bin", ":/usr/bin", "/usr/bin:", "~/bin"])(
    "is not taken from the working folder: PATH %j",
    (path) => {
      expect(inRepository(() => find(path))).toBeUndefined();
    },
  );

  test("is not taken from the working folder without a PATH", () => {
    expect(inRepository(() => find(undefined))).toBeUndefined();
  });

  test("is taken from a whole path, also one after others that are left out", () => {
    expect(inRepository(() => find(`.:bin::${join(good, "..")}`))).toBe(good);
  });

  test("is looked for in the home's folder after the PATH", () => {
    expect(find("/usr/bin", join(folder, "home"))).toBe(own);
    expect(find(join(good, ".."), join(folder, "home"))).toBe(good);
  });
});
