// For tests: a home of its own, and skills made of texts.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../platform/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { resolvePaths } from "../platform/paths.ts";
import type { SkillPackage } from "./package.ts";

export interface TestHome extends Disposable {
  readonly home: string;
  readonly deps: Pick<Deps, "paths" | "clock" | "cwd" | "run" | "env">;
  write(path: string, text: string): string;
  read(path: string): string;
  /** Every file below a folder of the home, by path, with its text. */
  files(folder: string): Record<string, string>;
}

export function testHome(env: Readonly<Record<string, string>> = {}): TestHome {
  const home = mkdtempSync(join(tmpdir(), "mortar-skills-"));
  const whole = (path: string): string => join(home, ...path.split("/"));
  const files = (folder: string): Record<string, string> => {
    const found: Record<string, string> = {};
    const walk = (path: string): void => {
      for (const entry of readdirSync(whole(path), { withFileTypes: true })) {
        const below = `${path}/${entry.name}`;
        if (entry.isDirectory()) walk(below);
        else found[below.slice(folder.length + 1)] = readFileSync(whole(below), "utf8");
      }
    };
    try {
      walk(folder);
    } catch {
      return {};
    }
    return found;
  };
  return {
    home,
    deps: {
      env,
      cwd: home,
      paths: resolvePaths({ HOME: home, MORTAR_HOME: join(home, "mortar") }, "linux"),
      clock: systemClock,
      run: async () => ({ exitCode: 128, stdout: "", stderr: "not a git repository" }),
    },
    write: (path, text) => {
      mkdirSync(dirname(whole(path)), { recursive: true });
      writeFileSync(whole(path), text);
      return whole(path);
    },
    read: (path) => readFileSync(whole(path), "utf8"),
    files,
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** A skill with these files; a SKILL.md comes by itself. */
export function testSkill(name: string, files: Readonly<Record<string, string>> = {}): SkillPackage {
  const texts = { "SKILL.md": skillText(name), ...files };
  return {
    name,
    description: `About ${name}`,
    source: { kind: "built-in" },
    files: new Map(
      Object.entries(texts).map(([path, text]) => [
        path,
        { content: new TextEncoder().encode(text), executable: false },
      ]),
    ),
  };
}

export function skillText(name: string, body = `# ${name}`): string {
  return `---\nname: ${name}\ndescription: About ${name}. Use for ${name}.\n---\n\n${body}\n`;
}
