// What is written for the three service managers: whole, as golden texts, and read again by who reads them.
import { describe, expect, test } from "bun:test";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../../platform/process.ts";
import { launchAgentText } from "./launch-agent.ts";
import { checkSpec, mark, serviceEnvironment, stableCommand, type ServiceSpec } from "./spec.ts";
import { unitText } from "./systemd.ts";
import { argument, taskXml } from "./windows-task.ts";

/** Everything that means something to a shell, to systemd, to XML, or to Windows. */
const nasty = `a b%n"c'd$HOME\\e&<f>;\``;

const spec: ServiceSpec = {
  words: ["/opt/my tools/50% x/mortar", "proxy", "serve", "--service", "--port=49153", `--log-file=/logs/${nasty}`],
  env: { PATH: "/usr/bin:/bin", MORTAR_HOME: `/home/${nasty}`, BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" },
  home: "/home/ada & co",
};

const windows: ServiceSpec = {
  words: ["C:\\Program Files\\mortar\\mortar.exe", "proxy", "serve", "--service", `--log-file=C:\\a "b"\\`],
  env: {},
  home: "C:\\Users\\ada",
};

test.each([
  ["systemd.service", () => unitText(spec)],
  ["launchd.plist", () => launchAgentText(spec)],
  ["windows-task.xml", () => taskXml(windows, { name: "HOME\\ada & co" }).replaceAll("\r\n", "\n")],
])("%s is as it was", async (name, text) => {
  const path = join(import.meta.dir, "golden", name);
  if (process.env["UPDATE_GOLDEN"] === "1") await Bun.write(path, text());
  expect(text()).toBe(await readFile(path, "utf8"));
  expect(text()).toContain(mark);
});

async function python(script: string, input: string): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runProcess(["python3", "-c", script], { input, timeoutMs: 20_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test("the plist means the same words and variables to a reader of plists", async () => {
  const script = "import plistlib,sys,json; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  expect(await python(script, launchAgentText(spec))).toEqual({
    Label: "dev.mortar.proxy",
    ProgramArguments: [...spec.words],
    EnvironmentVariables: spec.env,
    WorkingDirectory: spec.home,
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ExitTimeOut: 45,
    SoftResourceLimits: { NumberOfFiles: 8_192 },
    Umask: 63,
    StandardOutPath: "/dev/null",
    StandardErrorPath: "/dev/null",
  });
});

test("the task means the same words to a reader of XML and to Windows", async () => {
  const script = [
    "import sys,json,re,xml.etree.ElementTree as e",
    "t=e.fromstring(re.sub(r'encoding=\"UTF-16\"','',sys.stdin.read()))",
    "n='{http://schemas.microsoft.com/windows/2004/02/mit/task}'",
    "x=t.find(f'{n}Actions/{n}Exec')",
    "print(json.dumps([x.find(n+k).text for k in ('Command','Arguments','WorkingDirectory')]+[t.find(f'.//{n}LogonTrigger/{n}UserId').text]))",
  ].join("\n");
  const [command, line, folder, user] = (await python(
    script,
    taskXml(windows, { name: "HOME\\ada & co" }),
  )) as string[];
  expect([command, folder, user]).toEqual(["%SystemRoot%\\System32\\conhost.exe", windows.home, "HOME\\ada & co"]);
  expect(takenApart(line ?? "")).toEqual(["--headless", ...windows.words]);
});

/** CommandLineToArgvW, as its documentation has it. */
function takenApart(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let inQuotes = false;
  let begun = false;
  for (let at = 0; at < line.length; at++) {
    let backslashes = 0;
    while (line[at] === "\\") {
      backslashes += 1;
      at += 1;
    }
    const isQuote = line[at] === '"';
    word += "\\".repeat(isQuote ? Math.floor(backslashes / 2) : backslashes);
    begun ||= backslashes > 0;
    if (at >= line.length) break;
    if (isQuote && backslashes % 2 === 0) {
      inQuotes = !inQuotes;
      begun = true;
    } else if (!inQuotes && /\s/.test(line.charAt(at))) {
      if (begun) words.push(word);
      word = "";
      begun = false;
    } else {
      word += line.charAt(at);
      begun = true;
    }
  }
  return begun ? [...words, word] : words;
}

test("arguments for Windows come out as they went in", () => {
  const all = ["", "a", "a b", 'a"b', "a\\", "a b\\", 'a\\"b c\\\\', "\\\\server\\share x", "--log=C:\\a b\\"];
  expect(takenApart(all.map((one) => argument(one)).join(" "))).toEqual(all);
});

const hasVerify = Bun.which("systemd-analyze") !== null;

async function verified(folder: string, text: string): Promise<string> {
  const unit = join(folder, "mortar-proxy.service");
  await writeFile(unit, text);
  const { stderr } = await runProcess(["systemd-analyze", "verify", "--user", "--man=no", unit], {
    env: { PATH: process.env["PATH"], HOME: folder, XDG_RUNTIME_DIR: folder },
    timeoutMs: 30_000,
  });
  return stderr
    .split("\n")
    .filter((line) => line.includes("mortar"))
    .join("\n");
}

test.skipIf(!hasVerify).each(["50% x mortar", `50% "x" mor'tar`])(
  "systemd finds nothing wrong with the unit of a program called %s",
  async (name) => {
    const folder = await mkdtemp(join(tmpdir(), "mortar unit %-"));
    try {
      const program = join(folder, name);
      await writeFile(program, "#!/bin/sh\n", { mode: 0o755 });
      expect(await verified(folder, unitText({ ...spec, words: [program, ...spec.words.slice(1)] }))).toBe("");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

test.skipIf(!hasVerify)("systemd looks for the very file: quotes and percent signs mean what they should", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-unit-"));
  try {
    const text = unitText({ ...spec, words: ["/nonexistent/50% n%h/mortar", ...spec.words.slice(1)] });
    expect(await verified(folder, text)).toContain("/nonexistent/50% n%h/mortar");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a program that systemd would not take is started by the shell, word for word", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mortar-shell-"));
  try {
    const program = join(folder, `mor'tar "x"`);
    await writeFile(program, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n", { mode: 0o755 });
    const line = /^ExecStart=(.*)$/m.exec(unitText({ ...spec, words: [program, nasty, "$HOME"] }))?.[1] ?? "";
    // As systemd.syntax(7) reads it: quotes and backslashes, then %% and $$.
    const words = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = ""]) =>
      word
        .replace(/\\(.)/g, "$1")
        .replaceAll("%%", "%")
        .replaceAll("$$", () => "$"),
    );
    const { stdout } = await runProcess(words as [string, ...string[]], { timeoutMs: 10_000 });
    expect(stdout).toBe(`${nasty}\n$HOME\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

describe("what goes into a service", () => {
  test("nothing with control characters", () => {
    expect(() => checkSpec({ ...spec, words: ["/bin/mortar", "a\nExecStartPre=/bin/evil"] })).toThrow(
      expect.objectContaining({ code: "invalid_input" }),
    );
    expect(() => checkSpec({ ...spec, env: { X: "a\u0000" } })).toThrow();
    expect(() => checkSpec(spec)).not.toThrow();
  });

  test("where the network and our files are, room for many requests, and nothing of a workspace or a key", () => {
    expect(
      serviceEnvironment({
        PATH: `/usr/bin:relative::/bin`,
        HTTPS_PROXY: "http://proxy.example",
        MORTAR_HOME: "/m",
        DATABRICKS_TOKEN: "dapi-x",
        DATABRICKS_HOST: "https://x",
        MORTAR_PROXY_API_KEY: "a-key",
        NO_PROXY: "",
      }),
    ).toEqual({
      PATH: "/usr/bin:/bin",
      HTTPS_PROXY: "http://proxy.example",
      MORTAR_HOME: "/m",
      BUN_CONFIG_MAX_HTTP_REQUESTS: "4096",
    });
  });

  test.skipIf(process.platform === "win32")(
    "the name on the PATH, which stays when a package manager moves the file",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "mortar-stable-"));
      try {
        const real = join(folder, "Cellar", "mortar", "1.2.3", "mortar");
        await Bun.write(real, "#!/bin/sh\n");
        await runProcess(["chmod", "755", real]);
        await Bun.write(join(folder, "bin", ".keep"), "");
        await runProcess(["ln", "-s", real, join(folder, "bin", "mortar")]);
        const env = { PATH: `relative:${join(folder, "bin")}` };
        expect(await stableCommand({ env }, [real])).toEqual([join(folder, "bin", "mortar")]);
        expect(await stableCommand({ env: { PATH: "" } }, [real])).toEqual([real]);
        expect(await stableCommand({ env }, ["/usr/bin/bun", "/src/main.ts"])).toEqual([
          "/usr/bin/bun",
          "/src/main.ts",
        ]);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );
});
