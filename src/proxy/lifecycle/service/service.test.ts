// Installing and taking back the service, before a service manager that is played, and before the real one where it runs.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Deps } from "../../../platform/deps.ts";
import { isAlive, runProcess, type RunResult } from "../../../platform/process.ts";
import { findProxy } from "../find.ts";
import { rememberPort } from "../port.ts";
import { readRecord } from "../record.ts";
import { ensureProxy } from "../start.ts";
import { stopProxy } from "../stop.ts";
import { testHome, until, words, type TestHome } from "../testing.ts";
import { installService, plannedService, serviceFile, uninstallService } from "./service.ts";
import { mark, type ServiceSpec } from "./spec.ts";

const { signal } = new AbortController();
const done: RunResult = { exitCode: 0, stdout: "", stderr: "" };

/** A service manager that knows one service: it starts and ends it as the real one is told to. */
function manager(
  spec: ServiceSpec,
  parts: { readonly os: Deps["os"]; readonly starts?: boolean; readonly runs?: boolean },
) {
  const asked: string[] = [];
  let child: Bun.Subprocess | undefined;
  const end = async (): Promise<void> => {
    child?.kill("SIGTERM");
    await child?.exited;
    child = undefined;
  };
  const run: Deps["run"] = async (command) => {
    const line = command.join(" ").replace(/gui\/\d+/g, "gui/UID");
    asked.push(line);
    if (parts.runs === false) return { ...done, exitCode: 1, stderr: "Failed to connect to bus" };
    if (/bootout|disable --now|schtasks.exe \/End/.test(line)) await end();
    if (/restart |bootstrap |\/Run /.test(line)) {
      await end();
      if (parts.starts === false) return done;
      child = Bun.spawn([...spec.words], { env: { ...spec.env }, stdio: ["ignore", "ignore", "ignore"] });
    }
    return done;
  };
  return { asked, run, os: parts.os, end, exitCode: async () => child?.exited };
}

async function freshHome(): Promise<TestHome> {
  const made = await testHome();
  const probe = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  await rememberPort(made.deps, probe.port ?? 0);
  await probe.stop(true);
  return made;
}

function specOf({ deps }: TestHome): ServiceSpec {
  const env = { ...deps.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "4096" } as Record<string, string>;
  return { words: [...words, "proxy", "serve", "--service"], env, home: deps.paths.home ?? "/" };
}

const systems = {
  linux: {
    file: /\.config\/systemd\/user\/mortar-proxy\.service$/,
    install: [
      "systemctl --user show-environment",
      "systemctl --user daemon-reload",
      "systemctl --user enable mortar-proxy.service",
      "systemctl --user restart mortar-proxy.service",
    ],
    uninstall: [
      "systemctl --user disable --now mortar-proxy.service",
      "systemctl --user daemon-reload",
      "systemctl --user reset-failed mortar-proxy.service",
    ],
  },
  darwin: {
    file: /Library\/LaunchAgents\/dev\.mortar\.proxy\.plist$/,
    install: [
      "/bin/launchctl print gui/UID",
      "/bin/launchctl bootout gui/UID/dev.mortar.proxy",
      "/bin/launchctl enable gui/UID/dev.mortar.proxy",
      expect.stringMatching(/^\/bin\/launchctl bootstrap gui\/UID \/.*dev\.mortar\.proxy\.plist$/),
    ],
    uninstall: ["/bin/launchctl bootout gui/UID/dev.mortar.proxy"],
  },
} as const;

describe.skipIf(process.platform === "win32").each(["linux", "darwin"] as const)("on %s", (os) => {
  test("the service is written, started, found healthy, and taken back", async () => {
    await using made = await freshHome();
    const spec = specOf(made);
    const played = manager(spec, { os });
    const deps = { ...made.deps, run: played.run, os };
    const { file, proxy } = await installService(deps, spec, signal);
    expect(file).toMatch(systems[os].file);
    expect(played.asked).toEqual([...systems[os].install]);
    expect(proxy.record.kind).toBe("service");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await serviceFile(deps)).toBe(file);
    const health: unknown = await (await fetch(`${proxy.url}/health`, { proxy: false })).json();
    expect(health).toMatchObject({ daemon: true, tool: "databricks-claude" });

    played.asked.length = 0;
    expect(await uninstallService(deps, signal)).toBe(file);
    expect(played.asked).toEqual([...systems[os].uninstall]);
    expect(existsSync(file)).toBe(false);
    await until(() => !isAlive(proxy.record.pid));
    expect(await uninstallService(deps, signal)).toBeUndefined();
    expect(await readRecord(deps)).toBeUndefined();
  }, 40_000);
});

test("the service takes the place of a proxy that an agent has started, on its port", async () => {
  await using made = await freshHome();
  const { proxy: before } = await ensureProxy(made.deps, { kind: "demand" }, { words });
  const spec = specOf(made);
  const played = manager(spec, { os: "linux" });
  const { proxy } = await installService({ ...made.deps, run: played.run, os: "linux" }, spec, signal);
  expect(proxy.url).toBe(before.url);
  await until(() => !isAlive(before.record.pid));
  await played.end();
}, 40_000);

test("a service that is replaced asks to be started again, and the one in its place stays until then", async () => {
  await using made = await freshHome();
  const spec = specOf(made);
  const played = manager(spec, { os: "linux" });
  await installService({ ...made.deps, run: played.run, os: "linux" }, spec, signal);
  const { proxy, how } = await ensureProxy(made.deps, { kind: "command", verbose: true }, { words });
  expect([how, proxy.record.kind, proxy.record.idleTimeoutMs]).toEqual(["replaced", "command", 0]);
  expect(await played.exitCode()).toBe(75);
  expect((await findProxy(made.deps))?.record.pid).toBe(proxy.record.pid);
  await stopProxy(made.deps, { now: true, signal });
}, 40_000);

test("without a service manager nothing is written, and what to do is said", async () => {
  await using made = await testHome();
  const spec = specOf(made);
  const deps = { ...made.deps, run: manager(spec, { os: "linux", runs: false }).run, os: "linux" } as const;
  await expect(installService(deps, spec, signal)).rejects.toMatchObject({
    code: "unsupported",
    hint: expect.stringContaining("mortar proxy start"),
  });
  expect(existsSync(plannedService(deps, spec).file)).toBe(false);
});

test("a file that somebody else wrote is neither replaced nor removed", async () => {
  await using made = await testHome();
  const spec = specOf(made);
  const deps = { ...made.deps, run: manager(spec, { os: "linux" }).run, os: "linux" } as const;
  const { file, content } = plannedService(deps, spec);
  expect(content).toContain(mark);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "[Unit]\nDescription=mine\n");
  await expect(installService(deps, spec, signal)).rejects.toMatchObject({ code: "already_exists" });
  await expect(uninstallService(deps, signal)).rejects.toMatchObject({ code: "already_exists" });
  expect(await readFile(file, "utf8")).toBe("[Unit]\nDescription=mine\n");
  expect(await serviceFile(deps)).toBeUndefined();
});

test("one that does not come up is said, with where to look", async () => {
  await using made = await testHome();
  const spec = specOf(made);
  const clock = { ...made.deps.clock, sleep: () => Promise.resolve() };
  const deps = { ...made.deps, run: manager(spec, { os: "linux", starts: false }).run, os: "linux", clock } as const;
  await expect(installService(deps, spec, signal)).rejects.toMatchObject({
    code: "unavailable",
    hint: expect.stringContaining("journalctl --user -u mortar-proxy.service"),
  });
});

test("on Windows the task is given in UTF-16, which its reader wants", async () => {
  await using made = await testHome();
  const asked: string[] = [];
  const run: Deps["run"] = (command) => {
    asked.push(command.join(" "));
    return Promise.resolve(done);
  };
  const clock = { ...made.deps.clock, sleep: () => Promise.resolve() };
  const deps = { ...made.deps, os: "win32", run, clock, env: { ...made.deps.env, SystemRoot: "C:\\Windows" } } as const;
  await expect(installService(deps, specOf(made), signal)).rejects.toMatchObject({ code: "unavailable" });
  const file = (await serviceFile(deps)) ?? "";
  const bytes = await readFile(file);
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xfe]);
  expect(bytes.toString("utf16le")).toContain("--service");
  expect(asked).toEqual([
    "C:\\Windows\\System32\\schtasks.exe /End /TN mortar-proxy",
    `C:\\Windows\\System32\\schtasks.exe /Create /TN mortar-proxy /XML ${file} /F`,
    "C:\\Windows\\System32\\schtasks.exe /Run /TN mortar-proxy",
  ]);
  expect(await uninstallService(deps, signal)).toBe(file);
  expect(existsSync(file)).toBe(false);
});

const hasSystemd =
  process.platform === "linux" &&
  (await runProcess(["systemctl", "--user", "show-environment"], { timeoutMs: 10_000 }).catch(() => done)).stdout !==
    "";

// Under the name that a person's own service has: only where there is none.
test.skipIf(!hasSystemd)(
  "systemd itself starts it and ends it",
  async () => {
    await using made = await freshHome();
    const deps = {
      ...made.deps,
      env: { ...made.deps.env, ...userBus() },
      paths: { ...made.deps.paths, home: realHome() },
    };
    if ((await serviceFile(deps)) !== undefined) return;
    const { proxy, file } = await installService(deps, specOf(made), signal);
    expect(proxy.record.kind).toBe("service");
    expect(await uninstallService(deps, signal)).toBe(file);
    await until(() => !isAlive(proxy.record.pid));
  },
  90_000,
);

function realHome(): string {
  return process.env["HOME"] ?? "/nonexistent";
}

function userBus(): Record<string, string> {
  const names = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? ""]])),
  );
}
