// A program in the place of this one: codes, streams and signals, as seen from outside of a process that runs it.
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";

const runner = `
  const { runInForeground } = await import(${JSON.stringify(join(import.meta.dir, "foreground.ts"))});
  const words = JSON.parse(process.argv.at(-1));
  try {
    process.exit(await runInForeground(words, { env: { ...process.env, MINE: "yes" } }));
  } catch (error) {
    console.log(error.code + ": " + error.message);
    process.exit(99);
  }
`;

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

/** Runs the words in the foreground of a process of its own, which has no terminal. */
function run(words: readonly string[], input?: string) {
  const own = process.platform === "linux" && Bun.which("setsid") !== null ? ["setsid", "--wait"] : [];
  const child = Bun.spawn([...own, process.execPath, "-e", runner, JSON.stringify(words)], {
    stdin: input === undefined ? "ignore" : new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "inherit",
  });
  children.push(child);
  return child;
}

const shell = (script: string): readonly string[] => ["/bin/sh", "-c", script];
const posix = describe.skipIf(process.platform === "win32");

posix("a program", () => {
  test.each([
    ["exit 0", 0],
    ["exit 7", 7],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ])("%s ends with %p", async (script, code) => {
    expect(await run(shell(script)).exited).toBe(code);
  });

  test("has the streams and the environment that were given", async () => {
    const child = run(shell('read line; echo "got $line, $MINE"'), "a line\n");
    expect(await new Response(child.stdout).text()).toBe("got a line, yes\n");
    expect(await child.exited).toBe(0);
  });

  test("that is not there is refused by name", async () => {
    const child = run(["/nowhere/agent"]);
    expect(await new Response(child.stdout).text()).toContain("not_found: Cannot start /nowhere/agent");
    expect(await child.exited).toBe(99);
  });
});

posix("a signal without a terminal", () => {
  // The program says its starter's number, and every signal that it gets, and ends at the first one.
  const listening = (name: string): readonly string[] => [
    process.execPath,
    "-e",
    `process.on("SIG${name}", () => { console.log("${name}"); setTimeout(() => process.exit(5)); });
     setInterval(() => undefined, 60_000);
     console.log(process.ppid);`,
  ];

  test.each(["INT", "TERM", "HUP", "QUIT"] as const)(
    "%s is handed on once, and its end is waited for",
    async (name) => {
      const child = run(listening(name));
      const reader = child.stdout.getReader();
      const first = new TextDecoder().decode((await reader.read()).value);
      const starter = Number(first.trim());
      process.kill(starter, `SIG${name}`);
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read())
        text += new TextDecoder().decode(part.value);
      expect(text).toBe(`${name}\n`);
      expect(await child.exited).toBe(5);
    },
  );
});
