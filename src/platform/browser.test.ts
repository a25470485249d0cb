// Where a browser is opened, and where it would be of no use.
import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseBrowser, openBrowser } from "./browser.ts";
import type { Environment, OperatingSystem } from "./deps.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function program(name: string, body: string): { folder: string; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "mortar-browser-"));
  folders.push(folder);
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return { folder, path };
}

describe("the choice", () => {
  const cases: readonly [name: string, os: OperatingSystem, env: Environment, expected: string][] = [
    ["BROWSER goes before everything", "linux", { BROWSER: "my-browser", SSH_TTY: "/dev/pts/1" }, "my-browser"],
    ["BROWSER none", "darwin", { BROWSER: "none" }, "BROWSER is none"],
    ["macOS", "darwin", {}, "/usr/bin/open"],
    ["Windows", "win32", {}, "C:\\Windows\\System32\\rundll32.exe url.dll,FileProtocolHandler"],
    ["SSH", "darwin", { SSH_CONNECTION: "1" }, "this is an SSH session"],
    ["SSH with a display", "linux", { SSH_CLIENT: "1", DISPLAY: ":0" }, "this is an SSH session"],
    ["Codespaces", "linux", { CODESPACES: "true", DISPLAY: ":0" }, "this is a dev container"],
    ["a dev container", "linux", { REMOTE_CONTAINERS: "true", DISPLAY: ":0" }, "this is a dev container"],
    ["WSL", "linux", { WSL_DISTRO_NAME: "Ubuntu", DISPLAY: ":0" }, "this is WSL"],
    ["Linux without a display", "linux", {}, "there is no display"],
    ["Linux without an opener", "linux", { DISPLAY: ":0", PATH: "/none" }, "xdg-open is not installed"],
  ];
  test.each(cases)("%s", (_name, os, env, expected) => {
    const browser = chooseBrowser(env, os);
    expect(browser.kind === "none" ? browser.reason : browser.command.join(" ")).toBe(expected);
  });

  test.each(["DISPLAY", "WAYLAND_DISPLAY"])("Linux with %s", (name) => {
    const { folder, path } = program("xdg-open", "exit 0");
    expect(chooseBrowser({ [name]: ":0", PATH: folder }, "linux")).toEqual({ kind: "command", command: [path] });
  });
});

describe("opening", () => {
  const here = { env: { PATH: "/usr/bin:/bin" }, os: "linux" } as const;

  const url = "https://x/?a=1&b='2'";

  test("gives the address as one argument, and runs nothing that is in it", async () => {
    const { folder, path } = program("browser", 'echo "$#:$1" > "$0.seen"');
    expect(await openBrowser([path], `${url}$(touch ${folder}/pwned)`, here)).toBe(true);
    expect(readFileSync(`${path}.seen`, "utf8")).toBe(`1:${url}$(touch ${folder}/pwned)\n`);
    expect(existsSync(join(folder, "pwned"))).toBe(false);
  });

  test("splits a command with arguments", async () => {
    const { path } = program("browser", 'echo "$1|$2" > "$0.seen"');
    expect(await openBrowser([`${path} --new`], url, here)).toBe(true);
    expect(readFileSync(`${path}.seen`, "utf8")).toBe(`--new|${url}\n`);
  });

  test("that fails, or has no program, is said", async () => {
    expect(await openBrowser([program("browser", "exit 3").path], url, here)).toBe(false);
    expect(await openBrowser(["/no/such/browser"], url, here)).toBe(false);
  });

  test("takes a bare name from the PATH, and never from the working folder", async () => {
    const { folder, path } = program("mortar-test-browser", 'echo "$1" > "$0.seen"');
    const cwd = process.cwd();
    process.chdir(folder);
    try {
      for (const PATH of ["", ".", `:${cwd}`, "./"]) {
        expect(await openBrowser(["mortar-test-browser"], url, { env: { PATH }, os: "linux" })).toBe(false);
      }
    } finally {
      process.chdir(cwd);
    }
    expect(existsSync(`${path}.seen`)).toBe(false);
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    expect(await openBrowser(["mortar-test-browser"], url, { env, os: "linux" })).toBe(true);
    expect(existsSync(`${path}.seen`)).toBe(true);
  });
});
