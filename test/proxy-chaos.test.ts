// What can go wrong around the proxy, by the binary: nothing hangs, nothing is left behind, no settings file is damaged.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary, createMachine, type Envelope, type Machine, type Ran } from "./support/binary.ts";
import { freePort } from "./support/ports.ts";
import { installStreamingAgent, startSession, startUpstream } from "./support/streaming-agent.ts";

let machine: Machine;
let folder: string;
let settings: string;
/** A person's own settings of the agent: nobody has a reason to touch them. */
const own = '{\n  // mine\n  "model": "opus"\n}\n';

beforeEach(async () => {
  machine = await createMachine();
  folder = join(machine.home, "mortar");
  settings = join(folder, "settings.json");
  await mkdir(join(machine.home, ".claude"), { recursive: true });
  await writeFile(join(machine.home, ".claude", "settings.json"), own);
  await mkdir(folder, { recursive: true });
  await writeFile(settings, JSON.stringify({ proxy: { port: Number(await freePort()) }, usage: { dailyUsd: 5 } }));
});

afterEach(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  expect(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")).toBe(own);
  expect(await processesOfThisHome()).toEqual([]);
  await machine.dispose();
});

const proxy = (...words: string[]): Promise<Envelope> => machine.json(["proxy", ...words]);

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

/** Where /proc tells them: whatever was started with this home. */
async function processesOfThisHome(): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  const found: string[] = [];
  for (const pid of new Bun.Glob("[0-9]*").scanSync({ cwd: "/proc", onlyFiles: false })) {
    if (!isAlive(Number(pid))) continue;
    const text = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
    if (text.includes(`HOME=${machine.home}\0`))
      found.push(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
  }
  return found.filter((words) => words !== "");
}

const kill = (pid: unknown): boolean => process.kill(Number(pid), "SIGKILL");

describe("kill -9, in the middle of a stream", () => {
  beforeEach(() => installStreamingAgent(machine));

  test("of the proxy: the wrapper brings it back, where it was, and the agent goes on", async () => {
    const upstream = await startUpstream(machine, 2);
    const session = startSession(machine, upstream.url);
    await session.said("in the stream");
    const before = (await proxy("status")).data;
    kill(before["pid"]);
    await session.said(/broke[^]*in the stream/);
    await until(async () => (await proxy("status")).data["running"] === true);
    const after = (await proxy("status")).data;
    expect(after).toMatchObject({ url: before["url"], sessions: before["sessions"] });
    expect(after["pid"]).not.toBe(before["pid"]);
    process.kill(upstream.pid, "SIGUSR2");
    await session.said("whole");
    expect(await session.ended()).toBe(0);
    kill(upstream.pid);
    await upstream.ended();
  }, 60_000);

  test("of an agent: the lease goes, and what was made for the session", async () => {
    const upstream = await startUpstream(machine, 1);
    const session = startSession(machine, upstream.url);
    await session.said("in the stream");
    expect((await proxy("status")).data["sessions"]).toHaveLength(1);
    kill(/agent (\d+)/.exec(session.text())?.[1]);
    expect(await session.ended()).toBe(137);
    await until(async () => {
      const { data } = await proxy("status");
      return (data["sessions"] as unknown[]).length === 0 && data["requests"] === 0;
    });
    expect(await readdir(join(folder, "run", "proxy-leases"))).toEqual([]);
    expect(await readdir(join(folder, "run", "agents"))).toEqual([]);
    kill(upstream.pid);
    await upstream.ended();
  }, 60_000);

  test("of wrapper and agent: the lease goes with them, and with the next session what was made for theirs", async () => {
    const upstream = await startUpstream(machine, 1);
    const session = startSession(machine, upstream.url);
    await session.said("in the stream");
    const [, agent, wrapper] = /agent (\d+) of (\d+)/.exec(session.text()) ?? [];
    kill(wrapper);
    kill(agent);
    await session.ended();
    await until(async () => (await readdir(join(folder, "run", "proxy-leases"))).length === 0);
    expect(await startSession(machine, upstream.url).ended()).toBe(0);
    expect(await readdir(join(folder, "run", "agents"))).toEqual([]);
    kill(upstream.pid);
    await upstream.ended();
  }, 60_000);

  test("of the workspace: the stream breaks for the agent, which can ask again as long as it likes", async () => {
    const upstream = await startUpstream(machine, 1);
    const session = startSession(machine, upstream.url);
    await session.said("in the stream");
    kill(upstream.pid);
    await session.said("broke");
    await session.said("status 502");
    const { data } = await proxy("status");
    expect(data).toMatchObject({ running: true });
    kill(/agent (\d+)/.exec(session.text())?.[1]);
    expect(await session.ended()).toBe(137);
    await upstream.ended();
  }, 60_000);
});

test("kill -9 of a proxy that has just taken another's place: the one before is not taken for it", async () => {
  const first = (await proxy("start")).data;
  const second = (await proxy("start", "--idle-timeout", "2h")).data;
  expect(second).toMatchObject({ replaced: true, url: first["url"] });
  kill(second["pid"]);
  await until(() => !isAlive(Number(second["pid"])));
  const third = (await proxy("start")).data;
  expect(third).toMatchObject({ already_running: false, url: first["url"] });
  expect([first["pid"], second["pid"]]).not.toContain(third["pid"]);
  await until(() => !isAlive(Number(first["pid"])));
  expect((await proxy("status")).data).toMatchObject({ running: true, pid: third["pid"] });
}, 60_000);

/** Starts with whatever is there, or says why not; either way it ends, and a mended folder is good again. */
async function startOrSay(): Promise<Envelope> {
  const ran = await machine.run(["proxy", "start", "--json"]);
  return JSON.parse(ran.stdout) as Envelope;
}

const damages: Readonly<Record<string, (path: string) => Promise<void>>> = {
  empty: (path) => writeFile(path, ""),
  garbage: (path) => writeFile(path, "\0\u0001{{{not json\n"),
  truncated: async (path) => writeFile(path, (await readFile(path)).subarray(0, 9)),
  "a folder": async (path) => {
    await rm(path, { force: true });
    await mkdir(path);
  },
  unreadable: (path) => chmod(path, 0o000),
};

describe.each(["settings.json", "proxy-key", "run/proxy.json", "usage.db", "logs/proxy.log", "run/proxy.lck"])(
  "%s that is",
  (name) => {
    test.each(Object.keys(damages))(
      "%s: it starts, or says what is wrong, and is good when that is mended",
      async (kind) => {
        expect(await proxy("start")).toMatchObject({ ok: true });
        await proxy("stop", "--now");
        const path = join(folder, name);
        if (!existsSync(path)) await writeFile(path, "{}");
        await damages[kind]?.(path);
        const damaged = await startOrSay();
        if (damaged.ok) {
          const key = (await readFile(join(folder, "proxy-key"), "utf8")).trim();
          expect((await fetch(`${damaged.data["url"]}/health`, { proxy: false })).status).toBe(200);
          expect(key).toStartWith("mortar-");
        } else {
          expect(damaged.error?.code).toMatch(/^(?:io|unavailable|config_invalid)$/);
        }
        await machine.run(["proxy", "stop", "--now"]);
        await rm(path, { recursive: true, force: true });
        if (name === "settings.json")
          await writeFile(path, JSON.stringify({ proxy: { port: Number(await freePort()) } }));
        expect(await proxy("start")).toMatchObject({ ok: true });
      },
      60_000,
    );
  },
);

test("settings that break while it runs: what was set holds, the log and status say so, and nobody writes over them", async () => {
  await proxy("start");
  const broken = '{"usage": {"dailyUsd": ';
  await writeFile(settings, broken);
  await until(async () => (await proxy("status")).data["settings_trouble"] !== null);
  const status = await machine.run(["proxy", "status"]);
  expect(status.stdout).toContain(`${settings} cannot be understood; what was set before still holds.`);
  expect((await machine.json(["status"])).data["proxy"]).toMatchObject({
    settings_trouble: expect.stringContaining("cannot be understood"),
  });
  const { stdout } = await machine.run(["proxy", "logs"]);
  expect(stdout.split("what was set before still holds")).toHaveLength(2);
  expect(await readFile(settings, "utf8")).toBe(broken);
}, 60_000);

/** Runs it where no file can grow: each write fails, as on a full disk. The limit counts blocks of 512 or 1,024 bytes. */
async function withoutSpace(words: readonly string[]): Promise<Ran> {
  const child = Bun.spawn(["sh", "-c", 'trap "" XFSZ; ulimit -f 0; exec "$@"', "sh", binary, ...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

describe.skipIf(process.platform === "win32")("where nothing can be written", () => {
  test("a start says so and ends, with nothing damaged and nobody left", async () => {
    const before = await readFile(settings, "utf8");
    const ran = await withoutSpace(["proxy", "start", "--json"]);
    const { ok, error } = JSON.parse(ran.stdout) as Envelope;
    expect([ok, error?.code]).toEqual([false, expect.stringMatching(/^(?:io|unavailable)$/)]);
    expect(await readFile(settings, "utf8")).toBe(before);
    expect(await proxy("start")).toMatchObject({ ok: true });
  }, 60_000);

  test("settings, hooks and profiles stay as they are to the byte", async () => {
    await proxy("start");
    const before = await readFile(settings, "utf8");
    for (const words of [
      ["config", "budget", "--daily", "3"],
      ["hooks", "install"],
      ["config", "filter", "usage", "off"],
    ]) {
      const ran = await withoutSpace([...words, "--json"]);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ok: false, error: { code: "io" } });
    }
    expect(await readFile(settings, "utf8")).toBe(before);
    const left = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".tmp"));
    expect(left).toEqual([]);
  }, 60_000);
});

/** Whether a small disk can be made here: root may, in most containers not. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), "mortar-mount-"));
  const isDone = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place]).exitCode === 0;
  if (isDone) Bun.spawnSync(["umount", place]);
  rmSync(place, { recursive: true, force: true });
  return isDone;
}

describe.skipIf(!canMount())("a disk that fills up while it runs (only where a small one can be mounted)", () => {
  test("requests are carried, nothing of what is there is damaged, and commands say why they cannot", async () => {
    await installStreamingAgent(machine);
    const before = await readFile(settings, "utf8");
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", folder]);
    try {
      await writeFile(settings, before);
      const upstream = await startUpstream(machine, 0);
      const { data } = await proxy("start", "--upstream", upstream.url, "--verbose");
      const headers = { "x-api-key": (await readFile(join(folder, "proxy-key"), "utf8")).trim() };
      const ask = async (): Promise<string> =>
        (
          await fetch(`${data["url"]}/v1/messages`, { method: "POST", body: '{"model":"m"}', headers, proxy: false })
        ).text();
      expect(await ask()).toContain("ended");
      Bun.spawnSync(["dd", "if=/dev/zero", `of=${join(folder, "filler")}`, "bs=4k"], { stderr: "ignore" });
      const log = (): Promise<string> => readFile(join(folder, "logs", "proxy.log"), "utf8");
      const said = (await log()).length;
      for (let round = 0; round < 50; round++) expect(await ask()).toContain("ended");
      expect(await machine.json(["config", "budget", "--daily", "3"])).toMatchObject({
        ok: false,
        error: { code: "io" },
      });
      expect(await readFile(settings, "utf8")).toBe(before);
      expect((await proxy("status")).data).toMatchObject({ running: true, pid: data["pid"] });
      await rm(join(folder, "filler"));
      expect(await ask()).toContain("ended");
      await until(async () => (await log()).length > said);
      expect(await machine.json(["config", "budget", "--daily", "3"])).toMatchObject({ ok: true });
      expect((await proxy("stop")).data).toMatchObject({ stopped: true, pid: data["pid"] });
      kill(upstream.pid);
      await upstream.ended();
    } finally {
      await machine.run(["proxy", "stop", "--now"]);
      Bun.spawnSync(["umount", "-l", folder]);
    }
  }, 60_000);
});

describe.skipIf(process.platform !== "linux" || process.getuid?.() !== 0 || Bun.which("setpriv") === null)(
  "another user of the machine (only root can become one)",
  () => {
    const asNobody = async (...words: string[]): Promise<Ran> => {
      const child = Bun.spawn(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", ...words], {
        env: { PATH: process.env["PATH"] ?? "" },
        cwd: "/",
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr, exitCode] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      return { stdout, stderr, exitCode };
    };

    test("reads neither key nor state nor log, also where the home is open", async () => {
      const { data } = await proxy("start");
      await chmod(machine.home, 0o755);
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
      expect(files.length).toBeGreaterThan(3);
      for (const { name, parentPath } of files) {
        // The settings are the only file that was there before.
        if (name === "settings.json") continue;
        expect([name, (await asNobody("cat", join(parentPath, name))).exitCode]).toEqual([name, 1]);
      }
      expect((await asNobody("cat", `/proc/${data["pid"]}/environ`)).exitCode).toBe(1);
      expect((await asNobody("kill", "-9", String(data["pid"]))).exitCode).not.toBe(0);
      expect((await proxy("status")).data).toMatchObject({ running: true });
    }, 60_000);

    test("cannot talk to it without the key", async () => {
      const { data } = await proxy("start");
      const url = String(data["url"]);
      const { port } = new URL(url);
      const ask = (method: string, path: string): Promise<Ran> =>
        asNobody(
          "bash",
          "-c",
          `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${method} ${path} HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\nConnection: close\\r\\nContent-Length: 0\\r\\nx-api-key: proxy-managed\\r\\n\\r\\n' >&3; head -n 1 <&3`,
        );
      for (const path of ["/p/DEFAULT/anthropic/v1/messages", "/v1/messages", "/shutdown?stop=now", "/leases"]) {
        expect([path, (await ask("POST", path)).stdout]).toEqual([path, expect.stringContaining(" 401 ")]);
      }
      expect((await ask("GET", "/health")).stdout).toContain(" 200 ");
      expect((await proxy("status")).data).toMatchObject({ running: true, pid: data["pid"] });
    }, 60_000);
  },
);

test("a web page gets nothing, not even with the key", async () => {
  const { data } = await proxy("start");
  const key = (await readFile(join(folder, "proxy-key"), "utf8")).trim();
  const ask = async (path: string, headers: Record<string, string>): Promise<Response> =>
    fetch(`${data["url"]}${path}`, {
      method: "POST",
      body: "{}",
      proxy: false,
      headers: { "x-api-key": key, ...headers },
    });
  const pages: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { host: `evil.example:${data["port"]}` },
    { host: "evil.example" },
  ];
  for (const headers of pages) {
    for (const path of [
      "/v1/messages",
      "/p/DEFAULT/anthropic/v1/messages",
      "/shutdown?stop=now",
      "/leases",
      "/health",
    ]) {
      const answer = await ask(path, headers);
      expect([path, headers, answer.status]).toEqual([path, headers, 403]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(await answer.text()).not.toContain(key);
    }
  }
  expect((await proxy("status")).data).toMatchObject({ running: true, pid: data["pid"] });
}, 60_000);
