// Where Claude Desktop is looked for.
import { expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { OperatingSystem } from "../platform/deps.ts";
import { resolvePaths } from "../platform/paths.ts";
import { hasApp } from "./presence.ts";

test.each([
  ["darwin", "Applications/Claude.app/Contents"],
  ["win32", "AppData/Local/AnthropicClaude/claude.exe"],
  ["linux", ".config/Claude/settings.json"],
] as const)("on %s", async (os: OperatingSystem, place) => {
  const home = await mkdtemp(join(tmpdir(), "mortar-app-"));
  try {
    const deps = { env: {}, os, paths: resolvePaths({ HOME: home }, os) };
    expect(await hasApp(deps)).toBe(false);
    await mkdir(dirname(join(home, place)), { recursive: true });
    await writeFile(join(home, place), "");
    expect(await hasApp(deps)).toBe(true);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
