// Which process a hook belongs to.
import { describe, expect, test } from "bun:test";
import type { RunProcess } from "../../platform/process.ts";
import { agentProcess } from "./agent-process.ts";

const answering = (answers: Readonly<Record<string, string>>): RunProcess => {
  return (command) => {
    const pid = /(?:ProcessId=|^)(\d+)/.exec(command.at(-1) ?? "")?.[1] ?? "";
    const found = answers[pid];
    return Promise.resolve({ exitCode: found === undefined ? 1 : 0, stdout: found ?? "", stderr: "" });
  };
};

describe("agentProcess", () => {
  test("on Linux is the first one above the shells", async () => {
    const nobody: RunProcess = () => Promise.reject(new Error("nothing is run"));
    expect(await agentProcess({ os: "linux", run: nobody }, process.pid)).toBe(process.pid);
    const shell = Bun.spawn(["sh", "-c", "sh -c 'echo $$; read x'; true"], { stdin: "pipe", stdout: "pipe" });
    const { value } = await shell.stdout.getReader().read();
    const inner = Number(new TextDecoder().decode(value));
    expect(await agentProcess({ os: "linux", run: nobody }, inner)).toBe(process.pid);
    await shell.stdin.end();
    await shell.exited;
    expect(await agentProcess({ os: "linux", run: nobody }, inner)).toBeUndefined();
  });

  test("on macOS is asked of ps", async () => {
    const run = answering({ "30": "   20 -zsh\n", "20": "   10 /bin/bash\n", "10": "    1 /opt/my tools/node\n" });
    expect(await agentProcess({ os: "darwin", run }, 30)).toBe(10);
    expect(await agentProcess({ os: "darwin", run }, 99)).toBeUndefined();
  });

  test("on Windows is asked of the system", async () => {
    const run = answering({ "30": "20 cmd.exe\r\n", "20": "10 claude.exe\r\n" });
    expect(await agentProcess({ os: "win32", run }, 30)).toBe(20);
  });

  test("is nobody where shells are all that there is", async () => {
    const run = answering({ "30": "20 cmd.exe", "20": "30 bash.exe" });
    expect(await agentProcess({ os: "win32", run }, 30)).toBeUndefined();
  });
});
