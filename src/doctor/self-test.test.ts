// The self-test with stand-ins for the program: what it runs, what it says of failures, and that it always cleans up.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { testWorld } from "../auth/testing.ts";
import type { RunProcess } from "../platform/process.ts";
import { selfTest } from "./self-test.ts";

const data = (value: object) => ({ exitCode: 0, stdout: JSON.stringify({ ok: true, data: value }), stderr: "" });

/** A program that fails at the command that begins with `broken`, and keeps what it was asked. */
function program(broken = "", onCommand: (words: string) => void = () => undefined) {
  const asked: string[] = [];
  const folders = new Set<string>();
  const run: RunProcess = async ([, ...words], options = {}) => {
    const line = words.join(" ");
    asked.push(line);
    folders.add(options.env?.["HOME"] ?? "");
    onCommand(line);
    options.signal?.throwIfAborted();
    if (broken !== "" && line.startsWith(broken)) return { exitCode: 1, stdout: "", stderr: "error: it is broken\n" };
    if (line.startsWith("emulator start")) return data({ host: "http://127.0.0.1:1" });
    if (line.startsWith("models list")) return data({ roles: { haiku: { model: "h" } } });
    if (line.startsWith("proxy start")) return data({ url: "http://127.0.0.1:2" });
    return { exitCode: 0, stdout: "token", stderr: "" };
  };
  return { asked, folders, run };
}

async function selfTested({ run }: ReturnType<typeof program>, signal = AbortSignal.timeout(20_000)) {
  const world = testWorld({ env: { DATABRICKS_TOKEN: "dapi0123", HTTPS_PROXY: "http://x:1" } });
  try {
    return await selfTest({ deps: { ...world.deps, run }, self: ["/opt/mortar"], signal });
  } finally {
    world.dispose();
  }
}

describe("the self-test", () => {
  test("goes on behind a step that fails, and says why", async () => {
    const made = program("desktop");
    const steps = await selfTested(made);
    expect(steps.find(({ title }) => title.includes("credential helper"))).toMatchObject({
      seen: undefined,
      error: "mortar desktop credential-helper: error: it is broken",
    });
    expect(steps.find(({ title }) => title === "List the models")?.error).toBeUndefined();
    expect(steps.find(({ title }) => title.endsWith("Gemini"))?.error).toBe("no model for gemini");
  });

  test("ends where there is no workspace", async () => {
    const steps = await selfTested(program("emulator start"));
    expect(steps.map(({ title }) => title)).toEqual(["Start an emulated workspace"]);
  });

  test.each([["emulator start"], ["proxy start"], [""]])(
    "stops what it started and deletes its folder (%j fails)",
    async (broken) => {
      const made = program(broken);
      await selfTested(made);
      expect(made.asked.at(-2)).toBe("proxy stop --now");
      expect(made.asked.at(-1)).toStartWith("emulator stop --data ");
      expect([...made.folders].map((folder) => [folder !== "", existsSync(folder)])).toEqual([[true, false]]);
    },
  );

  test("that is interrupted cleans up all the same", async () => {
    const interrupt = new AbortController();
    const made = program("", (line) => {
      if (line.startsWith("proxy start")) interrupt.abort(new DOMException("Interrupted", "AbortError"));
    });
    await expect(selfTested(made, interrupt.signal)).rejects.toThrow("Interrupted");
    expect(made.asked.slice(-2)).toEqual(["proxy stop --now", expect.stringMatching(/^emulator stop/)]);
    expect([...made.folders].filter((folder) => existsSync(folder))).toEqual([]);
  });

  test("takes nothing of the person's environment along but the PATH", async () => {
    const world = testWorld();
    let env: Readonly<Record<string, string | undefined>> = {};
    const { run } = program();
    const spying: RunProcess = (command, options) => {
      env = options?.env ?? {};
      return run(command, options);
    };
    const deps = {
      ...world.deps,
      run: spying,
      env: { ...world.deps.env, DATABRICKS_TOKEN: "x", HTTPS_PROXY: "http://x:1" },
    };
    await selfTest({ deps, self: ["/opt/mortar"], signal: AbortSignal.timeout(20_000) });
    world.dispose();
    expect([env["DATABRICKS_TOKEN"], env["HTTPS_PROXY"], env["MORTAR_TOKEN_STORAGE"]]).toEqual([
      undefined,
      undefined,
      "file",
    ]);
  });
});
