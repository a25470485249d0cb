// The skills inside the compiled binary: the same as in the source, and installed from it into a home of their own.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { skillTexts } from "../src/skills/embedded.ts";
import { createMachine, type Machine } from "./support/binary.ts";

setDefaultTimeout(60_000);

let machine: Machine;
beforeAll(async () => {
  machine = await createMachine();
});
afterAll(() => machine?.dispose());

describe("the binary", () => {
  test("installs every skill, byte for byte as in the source, and takes all of it back", async () => {
    const folder = join(machine.home, ".claude", "skills");
    const installed = await machine.run(["skills", "install", "--agent", "claude"]);
    expect([installed.exitCode, installed.stderr]).toEqual([0, ""]);
    for (const [path, text] of await skillTexts()) {
      expect([path, await readFile(join(folder, ...path.split("/")), "utf8")]).toEqual([path, text]);
    }
    const edited = join(folder, "databricks-jobs", "SKILL.md");
    await writeFile(edited, "mine");
    await machine.run(["skills", "update"]);
    const removed = await machine.json(["skills", "remove", "--all", "--yes"]);
    expect(removed.ok).toBe(true);
    expect(await readFile(edited, "utf8")).toBe("mine");
    expect(existsSync(join(folder, "databricks-sql"))).toBe(false);
  });

  test("shows a skill without a network or a sign-in, and refuses one that is none with code 5", async () => {
    const shown = await machine.run(["skills", "show", "sdp"]);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toBe((await skillTexts()).get("databricks-pipelines/SKILL.md") ?? "");
    const wrong = await machine.json(["skills", "show", "databricks-job"]);
    expect(wrong).toMatchObject({ ok: false, error: { code: "not_found", hint: "Did you mean databricks-jobs?" } });
    expect((await machine.run(["skills", "show", "databricks-job"])).exitCode).toBe(5);
  });

  test("writes a project's skills at the root of its repository", async () => {
    const repository = join(machine.home, "work");
    await mkdir(join(repository, ".git"), { recursive: true });
    await mkdir(join(repository, "src", "deep"), { recursive: true });
    const words = ["skills", "install", "databricks-sql", "--agent", "agents", "--scope", "project"];
    await machine.run(words, { cwd: join(repository, "src", "deep") });
    expect(existsSync(join(repository, ".agents", "skills", "databricks-sql", "SKILL.md"))).toBe(true);
  });
});
