// The engines as the app lists them, how they are found, and what each is told by its words and its environment.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Secret } from "../../platform/secret.ts";
import { engineNamed, engines } from "./engines.ts";
import { findEngine } from "./found.ts";
import { createFakeStage, type FakeStage } from "./testing.ts";

let stage: FakeStage;
beforeEach(async () => {
  stage = await createFakeStage();
});
afterEach(() => stage[Symbol.asyncDispose]());

test("each is found by its name, and says what it can do", () => {
  expect(engines.map(({ name }) => name)).toEqual(["claude", "codex", "gemini"]);
  for (const engine of engines) {
    expect(engineNamed(engine.name)).toBe(engine);
    expect(engine.install).toStartWith("npm install -g @");
    // Only Claude Code's headless mode can ask a person.
    expect(engine.permissionModes.includes("ask")).toBe(engine.name === "claude");
  }
});

// The scripted program is started by its first line, which Windows does not read.
describe.if(process.platform !== "win32")("a program", () => {
  const install = async (version: string): Promise<string> => {
    const folder = join(stage.root, "bin");
    await mkdir(folder, { recursive: true });
    const path = join(folder, "someagent");
    await writeFile(path, `#!/bin/sh\necho "$1 ${version} (Some Agent)"\necho "$HOME" >> '${stage.root}/asked'\n`);
    await chmod(path, 0o755);
    return path;
  };

  test("is found on the PATH with its version, which is asked for once until it changes", async () => {
    const path = await install("1.2.3");
    const deps = { ...stage.deps, env: { ...stage.deps.env, PATH: `${join(stage.root, "bin")}:/bin:/usr/bin` } };
    expect(await findEngine(deps, "someagent")).toEqual({ program: path, version: "1.2.3" });
    await findEngine(deps, "someagent");
    expect((await Bun.file(join(stage.root, "asked")).text()).trim().split("\n")).toHaveLength(1);
    await install("1.20.30-beta");
    expect(await findEngine(deps, "someagent")).toEqual({ program: path, version: "1.20.30-beta" });
    expect(await findEngine(deps, "no-such-agent")).toBeUndefined();
  });

  test.each(engines.map((engine) => [engine.name, engine] as const))(
    "%s gets no key by its words, and the mode that was chosen",
    async (name, engine) => {
      const secret = "key-of-the-models";
      for (const permissionMode of engine.permissionModes) {
        const events = await stage.run(engine, "process.exit(3);", { permissionMode });
        expect(events.at(-1)).toMatchObject({ type: "error", code: "unavailable" });
      }
      // Codex is asked for the models that it knows, too.
      const seen = (await stage.seen()).filter(({ argv }) => argv[0] !== "debug");
      expect(seen).toHaveLength(engine.permissionModes.length);
      expect(new Set(seen.map(({ argv }) => argv.join(" "))).size).toBeGreaterThan(name === "gemini" ? 0 : 1);
      for (const { argv, stdin } of seen) {
        expect(argv.join(" ")).not.toContain(secret);
        expect(argv.join(" ")).not.toContain("bearer-of-this-run");
        expect(argv.join(" ")).not.toMatch(/yolo|dangerously|bypass|full-access/);
        expect(argv).not.toContain("hello");
        expect(stdin).toContain("hello");
      }
    },
  );

  test.each([
    ["codex", { models: { kind: "anthropic", key: new Secret("sk-of-the-person") } }],
    ["codex", { permissionMode: "ask" }],
    ["gemini", { models: { kind: "login" } }],
    ["gemini", { permissionMode: "ask" }],
    ["gemini", { model: null }],
  ] as const)("%s says so where it cannot do %o", async (name, changes) => {
    const engine = engineNamed(name);
    const events = engine === undefined ? [] : await stage.run(engine, "", { permissionMode: "plan", ...changes });
    expect(events).toMatchObject([{ type: "error", code: "unsupported" }]);
  });
});
