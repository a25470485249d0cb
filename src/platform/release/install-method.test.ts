import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detectInstall } from "./install-method.ts";

let base: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), "mortar-install-")));
});
afterEach(() => rm(base, { recursive: true, force: true }));

describe("a package manager's", () => {
  test.each([
    ["linux", "/home/linuxbrew/.linuxbrew/Cellar/mortar/1.2.3/bin/mortar", "homebrew", "brew upgrade mortar"],
    ["darwin", "/opt/homebrew/Cellar/mortar/1.2.3/bin/mortar", "homebrew", "brew upgrade mortar"],
    ["darwin", "/usr/local/Cellar/mortar/1.2.3/bin/mortar", "homebrew", "brew upgrade mortar"],
    ["win32", "C:\\Users\\me\\scoop\\apps\\mortar\\1.2.3\\mortar.exe", "scoop", "scoop update mortar"],
    ["win32", "D:\\Tools\\Apps\\mortar\\current\\mortar.exe", "scoop", "scoop update mortar"],
    [
      "win32",
      "C:\\Users\\me\\AppData\\Local\\Microsoft\\WinGet\\Packages\\mortar_1\\mortar.exe",
      "winget",
      "winget upgrade mortar",
    ],
    ["linux", "/nix/store/abc-mortar-1.2.3/bin/mortar", "nix", undefined],
    ["linux", "/usr/bin/mortar", "system-package", undefined],
  ] as const)("%s %s", async (os, path, method, command) => {
    const env = { SCOOP: "D:\\Tools" };
    const install = await detectInstall({ os, env, isReleased: true, path });
    expect(install.method).toBe(method);
    if (command === undefined) expect(install.command).toBeUndefined();
    else expect(install.command).toContain(command);
  });

  test("an empty SCOOP means nothing", async () => {
    const path = "C:\\apps\\mortar.exe";
    expect((await detectInstall({ os: "win32", env: { SCOOP: "" }, isReleased: true, path })).method).toBe("archive");
  });
});

test("a build from source, wherever it lies", async () => {
  const install = await detectInstall({ os: "linux", env: {}, isReleased: false, path: "/usr/bin/mortar" });
  expect(install).toEqual({ method: "source", path: "/usr/bin/mortar", command: "git pull && scripts/build" });
  expect((await detectInstall({ os: "linux", env: {}, isReleased: false })).path).toBe(
    await realpath(process.execPath),
  );
});

describe("a program of its own", () => {
  test("with a receipt: the install script's", async () => {
    const path = join(base, "bin", "mortar");
    await mkdir(join(base, "share", "mortar"), { recursive: true });
    await writeFile(join(base, "share", "mortar", "receipt"), "mortar-install 1\nlink bin/helper\n");
    const install = await detectInstall({ os: "linux", env: {}, isReleased: true, path });
    expect(install.method).toBe("script");
    expect(install.receipt).toEqual({ prefix: base, links: ["bin/helper"], files: [] });
    expect(install.command).toBeUndefined();
  });

  test("without one, or with one that is garbage: unpacked by hand", async () => {
    const path = join(base, "bin", "mortar");
    expect((await detectInstall({ os: "linux", env: {}, isReleased: true, path })).method).toBe("archive");
    await mkdir(join(base, "share", "mortar", "receipt"), { recursive: true });
    expect((await detectInstall({ os: "linux", env: {}, isReleased: true, path })).method).toBe("archive");
  });
});
