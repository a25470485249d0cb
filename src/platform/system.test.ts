// The real outside world, in a process of its own: a reader that goes away, input that comes in a pipe.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { systemDeps } from "./system.ts";

const prelude = `
import { systemDeps } from ${JSON.stringify(join(import.meta.dir, "system.ts"))};
const deps = systemDeps({ level: "normal", noColour: false });
`;

async function runScript(code: string, stdin: "ignore" | Uint8Array<ArrayBuffer> = "ignore") {
  const child = Bun.spawn([process.execPath, "-e", prelude + code], { stdin, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { stdout, stderr, exitCode: await child.exited };
}

describe("standard output", () => {
  test("a reader that went away is no failure", async () => {
    const code = `${prelude}
      await deps.stdin.readLine();
      for (let line = 0; line < 50; line++) deps.stdout.write("x".repeat(10_000) + "\\n");
      await new Promise((resolve) => process.stdout.write("last", () => resolve(undefined)));
    `;
    const child = Bun.spawn([process.execPath, "-e", code], { stdin: "pipe", stdout: "pipe", stderr: "pipe" });
    await child.stdout.cancel();
    child.stdin.write("go\n");
    await child.stdin.end();
    const stderr = await new Response(child.stderr).text();
    expect({ stderr, exitCode: await child.exited }).toEqual({ stderr: "", exitCode: 0 });
  });

  test("diagnostics go to stderr, without secrets", async () => {
    const { stdout, stderr } = await runScript('deps.log.info("token=abcdef123456"); deps.stdout.write("data");');
    expect(stdout).toBe("data");
    expect(stderr).toBe("token=***\n");
  });
});

test("standard input comes line by line, and the process ends with more of it unread", async () => {
  const lines = new TextEncoder().encode("one\ntwo\nthree\n");
  const { stdout, exitCode } = await runScript(
    "console.log(JSON.stringify([await deps.stdin.readLine(), await deps.stdin.readLine()]));",
    lines,
  );
  expect(JSON.parse(stdout)).toEqual(["one", "two"]);
  expect(exitCode).toBe(0);
});

test("the Deps are of this process", () => {
  const deps = systemDeps({ level: "quiet", noColour: true });
  expect(deps.cwd).toBe(process.cwd());
  expect(["linux", "darwin", "win32"]).toContain(deps.os);
  expect(deps.stdout.colour).toBe(false);
  expect(deps.stdout.width).toBeGreaterThan(0);
  expect(deps.log.level).toBe("quiet");
});
