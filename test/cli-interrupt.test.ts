// Ctrl-C, a request to end, and a reader that goes away: the program ends at once, and leaves nothing half done.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const call = ["tool", "call", "list_notebooks", "--arg", "path=/"];

describe.skipIf(!hasControl)("Ctrl-C on a terminal", () => {
  let machine: Machine;
  let workspace: TestWorkspace;
  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
  });
  afterAll(async () => {
    await workspace.stop();
    await machine.dispose();
  });
  // The workspace never answers: the program can only end by the interruption.
  beforeEach(() => workspace.control("POST", "faults", { kind: "hang", path: "/api/2.0/workspace/list", times: 0 }));
  afterEach(() => workspace.control("DELETE", "faults"));

  test("ends a tool that waits for the workspace", async () => {
    const run = onTerminal(machine, call);
    await run.until("Calling the tool");
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(run.text()).toContain("Interrupted");
    expect(run.text()).not.toContain("defect");
  });

  test("ends a question, and what it asked about stays", async () => {
    await Bun.write(join(machine.home, "kept", "file"), "x");
    const run = onTerminal(machine, ["emulator", "reset", "--data", "kept"]);
    await run.until("[y/N] ");
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(existsSync(join(machine.home, "kept", "file"))).toBe(true);
  });

  test("ends a command that reads what a person types", async () => {
    const run = onTerminal(machine, ["tool", "call", "list_notebooks", "-"]);
    await run.until("Ctrl-D ends them");
    run.type('{"pa\r');
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(run.text()).toContain("Interrupted");
  });

  test("ends a wait that cannot be called off", async () => {
    // Nobody types the file, and nothing ends a read that has begun.
    const run = onTerminal(machine, ["auth", "status"], { env: { DATABRICKS_CONFIG_FILE: "/dev/tty" } });
    await run.until("Asking the workspace");
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(run.text()).toContain("Interrupted");
  });

  test("ends a sign-in that waits for the browser: no profile, no tokens, no listener", async () => {
    const fresh = await createMachine();
    const run = onTerminal(fresh, ["auth", "login", "--host", workspace.host, "--no-browser"]);
    await run.until(/redirect_uri=\S+/);
    const redirect = new URL(/https?:\/\/\S+redirect_uri=\S+/.exec(run.text())?.[0] ?? "").searchParams.get(
      "redirect_uri",
    );
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(existsSync(join(fresh.home, ".databrickscfg"))).toBe(false);
    expect(await filesBelow(join(fresh.home, "mortar"))).toEqual([]);
    expect(await fetch(String(redirect)).catch(() => "nobody listens")).toBe("nobody listens");
    await fresh.dispose();
  });

  test("ends an emulator in the foreground: its port is free, its record gone, its data whole", async () => {
    const words = ["emulator", "start", "--foreground", "--port", "0", "--data", "front"];
    const run = onTerminal(machine, words);
    await run.until(/token += \S+\r?\n/);
    const host = /host +(http:\S+)/.exec(run.text())?.[1] ?? "";
    run.type(ctrlC);
    expect(await run.ended()).toBe(130);
    expect(await fetch(host).catch(() => "nobody listens")).toBe("nobody listens");
    const { data } = await machine.json(["emulator", "status", "--data", "front"]);
    expect(data).toMatchObject({ running: false, has_data: true });
    const again = onTerminal(machine, words);
    await again.until(/token += \S+\r?\n/);
    again.type(ctrlC);
    expect(await again.ended()).toBe(130);
  });
});

describe.skipIf(process.platform === "win32")("a request to end", () => {
  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends a tool that waits, with an error that scripts can read",
    async (name) => {
      const machine = await createMachine();
      const workspace = await startWorkspace(machine);
      await workspace.control("POST", "faults", { kind: "hang", path: "/api/2.0/workspace/list", times: 0 });
      const child = Bun.spawn([binary, ...call, "--json"], {
        env: machine.env,
        cwd: machine.home,
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      while (!/"hits": ?1/.test(JSON.stringify(await workspace.control("GET", "faults")))) continue;
      child.kill(name);
      expect(JSON.parse(await new Response(child.stdout).text())).toMatchObject({
        ok: false,
        error: { code: "interrupted", exit_code: 130 },
      });
      expect(await child.exited).toBe(130);
      await workspace.stop();
      await machine.dispose();
    },
  );
});

describe.skipIf(process.platform === "win32")("a reader that went away", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await createMachine();
  });
  afterAll(() => machine.dispose());

  /** Runs it with a standard output that nobody reads any more, before it writes the first byte. */
  async function unread(words: readonly string[]) {
    const pipe = join(machine.home, "pipe");
    Bun.spawnSync(["mkfifo", pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(pipe, constants.O_WRONLY);
    closeSync(reader);
    const child = Bun.spawn([binary, ...words], {
      env: machine.env,
      cwd: machine.home,
      stdin: "ignore",
      stdout: writer,
      stderr: "pipe",
    });
    closeSync(writer);
    const stderr = await new Response(child.stderr).text();
    await Bun.file(pipe).delete();
    return { exitCode: await child.exited, stderr };
  }

  test.each([
    [["--version"]],
    [["--help"]],
    [["tool", "list", "--help"]],
    [["version"]],
    [["tool", "list"]],
    [["tool", "list", "--json"]],
    [["completion", "zsh"]],
    [["config", "show"]],
    [["__complete", "bash", "1", "mortar", "e"]],
  ])("%j is done, and says nothing", async (words) => {
    expect(await unread(words)).toEqual({ exitCode: 0, stderr: "" });
  });

  test("an error keeps its exit code", async () => {
    expect((await unread(["tool", "show", "nonesuch", "--json"])).exitCode).toBe(2);
  });

  test("a pipeline that takes the first line succeeds", async () => {
    const bash = Bun.which("bash");
    if (bash === null) throw new Error("bash is missing");
    const line = `set -o pipefail; "${binary}" tool list --json | head -n 1`;
    const child = Bun.spawn([bash, "-c", line], { env: machine.env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
    expect(await new Response(child.stdout).text()).toBe("{\n");
    expect(await new Response(child.stderr).text()).toBe("");
    expect(await child.exited).toBe(0);
  });
});

describe.skipIf(!existsSync("/dev/full"))("a disk that is full", () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await createMachine();
  });
  afterAll(() => machine.dispose());

  async function onFullDisk(words: readonly string[], stream: "stdout" | "stderr") {
    const full = openSync("/dev/full", constants.O_WRONLY);
    const child = Bun.spawn([binary, ...words], {
      env: machine.env,
      cwd: machine.home,
      stdin: "ignore",
      stdout: stream === "stdout" ? full : "pipe",
      stderr: stream === "stderr" ? full : "pipe",
    });
    closeSync(full);
    const left = stream === "stdout" ? child.stderr : child.stdout;
    if (typeof left === "number") throw new Error("the other stream is no pipe");
    return { exitCode: await child.exited, other: await new Response(left).text() };
  }

  test.each([[["--version"]], [["--help"]], [["version"]], [["tool", "list", "--json"]], [["completion", "zsh"]]])(
    "under the result of %j is one line of error",
    async (words) => {
      const { exitCode, other } = await onFullDisk(words, "stdout");
      expect(other).toMatch(/^error: Cannot write to standard output: ENOSPC[^\n]*\n$/);
      expect(exitCode).toBe(1);
    },
  );

  test("under the error leaves the exit code", async () => {
    expect(await onFullDisk(["nonesuch"], "stderr")).toEqual({ exitCode: 2, other: "" });
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}
