// The programs before this one, by links of their names: commands, exit codes, what goes to stdout, and their defects, each
// as the right behaviour.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, statSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { linkOldPrograms, type OldPrograms } from "./support/old-programs.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let old: OldPrograms;
let port: number;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  old = await linkOldPrograms(machine);
  const config = (await old.read(".databrickscfg")) ?? "";
  await writeFile(join(machine.home, ".databrickscfg"), `${config}\n${config.replace("[DEFAULT]", "[OTHER]")}`);
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  port = probe.port ?? 0;
  await probe.stop(true);
  await machine.run(["proxy", "start", "--port", String(port)]);
  await machine.run(["proxy", "stop", "--now"]);
}, 120_000);

afterEach(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await old.forget();
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

async function settings(): Promise<Record<string, unknown>> {
  return JSON.parse((await old.read(".claude/settings.json")) ?? "{}") as Record<string, unknown>;
}

async function put(path: string, value: unknown): Promise<string> {
  const text = typeof value === "string" ? value : `${JSON.stringify(value, null, 2)}\n`;
  await mkdir(join(machine.home, path, ".."), { recursive: true });
  await writeFile(join(machine.home, path), text);
  return text;
}

async function sessions(): Promise<readonly { agent: string; pid: number }[]> {
  const { data } = await machine.json(["proxy", "status"]);
  return (data["sessions"] ?? []) as { agent: string; pid: number }[];
}

/** Waits for a condition, and fails after a while. */
async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await Bun.sleep(25);
  }
  throw new Error(`not within 10 s: ${what}`);
}

describe("exit codes and streams", () => {
  test.each([
    [["config"], 2],
    [["config", "otel"], 2],
    [["config", "websearch"], 2],
    [["hooks"], 2],
    [["desktop"], 2],
    [["serve"], 2],
    [["serve", "--port", "1"], 2],
    [["serve", "--daemon", "--session-mode"], 2],
    [["config", "nothing"], 1],
    [["hooks", "nothing"], 1],
    [["completion"], 1],
    [["completion", "tcsh"], 1],
    [["desktop", "nothing"], 1],
    [["desktop", "generate-config", "--profile", "NOBODY"], 1],
    [["desktop", "generate-config", "--databricks-cli-path", "databricks"], 1],
    [["desktop", "generate-trust-profile"], 1],
  ] as const)("databricks-claude %j ends with %i, and what it says goes to stderr", async (words, exit) => {
    const ran = await old.run("databricks-claude", words);
    expect([ran.exitCode, ran.stdout]).toEqual([exit, ""]);
    expect(ran.stderr.length).toBeGreaterThan(20);
  });

  test.each([
    [["config", "--help"], "COMMAND"],
    [["hooks", "install", "--help"], "--profile"],
    [["doctor", "-h"], "--fix"],
    [["serve", "--help"], "--session-mode"],
    [["completion", "bash"], "databricks_claude"],
    [["completion", "--shell=zsh"], "compdef"],
    [["serve", "status"], "Registered:"],
    [["config", "show"], "ANTHROPIC_AUTH_TOKEN:"],
  ] as const)("databricks-claude %j prints on stdout", async (words, text) => {
    const ran = await old.run("databricks-claude", words);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain(text);
  });

  test("an option that no command knows is said, and does no harm", async () => {
    const ran = await old.run("databricks-claude", ["config", "show", "--fancy", "--profile=OTHER"]);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("--fancy");
    expect(ran.stdout).toContain("OTHER");
  });

  test("a failure is never silent, and no agent is one", async () => {
    const none = { env: { PATH: "/nowhere" } };
    const ran = await old.run("databricks-claude", ["hello"], none);
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("Claude Code is not installed")]);
    const unknown = await old.run("databricks-claude", ["--profile", "NOBODY", "hello"]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining("NOBODY")]);
  });

  test("the agent's own code passes through, and a signal's", async () => {
    const exit = await old.run("databricks-codex", ["x"], { env: { FAKE_DO: "exit 7" } });
    expect(exit.exitCode).toBe(7);
    const signal = await old.run("databricks-opencode", ["x"], { env: { FAKE_DO: "signal SIGTERM" } });
    expect(signal.exitCode).toBe(143);
  });
});

describe("databricks-agents", () => {
  test("starts the agents, lists them, and says what it does not know", async () => {
    const bare = await old.run("databricks-agents", []);
    expect([bare.exitCode, bare.stdout]).toEqual([2, ""]);
    expect((await old.run("databricks-agents", ["nobody"])).exitCode).toBe(2);
    expect((await old.run("databricks-agents", ["list"])).stdout).toBe("claude\ncodex\nopencode\n");
    expect((await old.run("databricks-agents", ["version"])).stdout).toMatch(/^databricks-agents \d/);
    expect((await old.run("databricks-agents", ["completion", "fish"])).stdout).toContain("databricks-agents");
    const ran = await old.run("databricks-agents", ["codex", "--profile", "OTHER", "go", "b c"]);
    expect(ran.exitCode).toBe(0);
    const started = await old.agents.started();
    expect(started?.words.slice(-2)).toEqual(["go", "b c"]);
    expect(started?.words.join(" ")).toContain("/p/OTHER/codex/v1");
    expect(JSON.parse((await old.read(".codex/.databricks-codex.json")) ?? "")).toEqual({ profile: "OTHER" });
  });
});

describe("the credential helper", () => {
  const helper = "databricks-claude-credential-helper";

  test("prints the bare token and nothing else, by the flag or by the state", async () => {
    const token = /token = (\S+)/.exec((await old.read(".databrickscfg")) ?? "")?.[1] ?? "none";
    const ran = await old.run(helper, [], { printsToken: true });
    expect(ran).toEqual({ exitCode: 0, stdout: token, stderr: "" });
    await put(".claude/.databricks-claude.json", { profile: "NOBODY" });
    const lost = await old.run(helper, []);
    expect([lost.exitCode, lost.stdout]).toEqual([1, ""]);
    expect(lost.stderr).toMatch(/^databricks-claude-credential-helper: [^\n]*NOBODY[^\n]*\n$/);
    const flagged = await old.run(helper, ["--profile=OTHER"], { printsToken: true });
    expect(flagged.stdout).toBe(token);
    const same = await old.run("databricks-claude", ["desktop", "credential-helper", "--profile", "OTHER"], {
      printsToken: true,
    });
    expect(same).toEqual({ exitCode: 0, stdout: token, stderr: "" });
  });

  test("minds no DATABRICKS_CONFIG_PROFILE, which agents leak", async () => {
    const env = { DATABRICKS_CONFIG_PROFILE: "NOBODY", DATABRICKS_HOST: "https://other.example" };
    const ran = await old.run(helper, [], { env, printsToken: true });
    expect([ran.exitCode, ran.stderr]).toEqual([0, ""]);
  });
});

describe("the settings of Claude Code", () => {
  test("starting an agent edits none, whatever stands in them", async () => {
    const text = await put(
      ".claude/settings.json",
      '{\n  // mine\n  "env": { "ANTHROPIC_MODEL": "opus" }, "n": 12345678901234567890\n}',
    );
    for (const words of [["hi"], ["--otel", "--with-websearch", "hi"], ["--profile", "OTHER"]]) {
      expect((await old.run("databricks-claude", words)).exitCode).toBe(0);
      expect(await old.read(".claude/settings.json")).toBe(text);
    }
  });

  test("a foreign address in them gets no token of the workspace", async () => {
    await put(".claude/settings.json", { env: { ANTHROPIC_BASE_URL: "https://api.anthropic.com" } });
    expect((await old.run("databricks-claude", ["hi"])).exitCode).toBe(0);
    const started = await old.agents.started();
    const file = Object.values(started?.files ?? {}).find(({ text }) => text.includes("ANTHROPIC_BASE_URL"));
    expect(file?.text).toContain(`http://127.0.0.1:${port}/p/DEFAULT/anthropic`);
    expect(JSON.stringify(started)).not.toContain("api.anthropic.com");
  });
});

describe("hooks", () => {
  test("are taken back to the byte, with the proxy's address", async () => {
    const text = await put(".claude/settings.json", '{\n\t"model": "opus",\n\t"hooks": {}\n}\n');
    expect((await old.run("databricks-claude", ["hooks", "install"])).exitCode).toBe(0);
    const { env, hooks } = (await settings()) as { env: Record<string, string>; hooks: Record<string, unknown[]> };
    expect(env["ANTHROPIC_BASE_URL"]).toBe(`http://127.0.0.1:${port}/p/DEFAULT/anthropic`);
    expect(Object.keys(hooks)).toEqual(["SessionStart", "SessionEnd"]);
    expect(statSync(join(machine.home, ".claude/settings.json")).mode & 0o777).toBe(0o600);
    expect((await old.run("databricks-claude", ["hooks", "uninstall"])).exitCode).toBe(0);
    expect(await old.read(".claude/settings.json")).toBe(text);
  });

  test("of both older generations are replaced, and what else stands in their entries stays", async () => {
    const command = (text: string) => ({ type: "command", command: text });
    await put(".claude/settings.json", {
      env: {
        ANTHROPIC_AUTH_TOKEN: "proxy-managed",
        ANTHROPIC_BASE_URL: "http://127.0.0.1:49153",
        ANTHROPIC_MODEL: "databricks-claude-opus-4-7",
        CLAUDE_OTEL_UC_METRICS_TABLE: "main.x.m",
        CLAUDE_CODE_ENABLE_TELEMETRY: "1",
        MINE: "1",
      },
      hooks: {
        SessionStart: [
          { matcher: "startup", hooks: [command("databricks-claude hooks session-start"), command("mine")] },
          { matcher: "startup", hooks: [command("/usr/bin/databricks-claude --headless-ensure")] },
        ],
        SessionEnd: [{ matcher: "*", hooks: [command("databricks-claude --headless-release")] }],
      },
    });
    await old.run("databricks-claude", ["hooks", "install"]);
    const after = JSON.stringify(await settings());
    expect(after).not.toMatch(/databricks-claude (?:hooks|--headless)|proxy-managed|databricks-claude-opus/);
    await old.run("databricks-claude", ["hooks", "uninstall"]);
    expect(await settings()).toEqual({
      env: { MINE: "1" },
      hooks: { SessionStart: [{ matcher: "startup", hooks: [command("mine")] }] },
    });
    // The table stood nowhere else.
    expect(JSON.parse((await old.read(".claude/.databricks-claude.json")) ?? "")).toEqual({
      otel_metrics_table: "main.x.m",
    });
  });

  test("in broken settings are refused, and the settings stay", async () => {
    const text = await put(".claude/settings.json", "null\n");
    const ran = await old.run("databricks-claude", ["hooks", "install"]);
    expect([ran.exitCode, ran.stderr]).toEqual([1, expect.stringContaining("settings.json")]);
    expect(await old.read(".claude/settings.json")).toBe(text);
  });

  test("start one proxy for several sessions, and the last end stops it", async () => {
    expect((await old.run("databricks-claude", ["hooks", "session-start"])).exitCode).toBe(0);
    expect((await old.run("databricks-claude", ["hooks", "session-start"])).exitCode).toBe(0);
    expect(await sessions()).toEqual([{ agent: "claude", pid: process.pid, profile: "DEFAULT" } as never]);
    const health = (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({ tool: "databricks-claude" });
    const clear = { input: JSON.stringify({ hook_event_name: "SessionEnd", reason: "clear" }) };
    await old.run("databricks-claude", ["hooks", "session-end"], clear);
    expect(await sessions()).toHaveLength(1);
    expect((await old.run("databricks-claude", ["hooks", "session-end"])).exitCode).toBe(0);
    await until("the proxy ends", async () => (await machine.run(["proxy", "status"])).exitCode === 1);
  });

  test("leave the session of a wrapper alone", async () => {
    const managed = { env: { DATABRICKS_CLAUDE_MANAGED: "1" } };
    expect((await old.run("databricks-claude", ["hooks", "session-start"], managed)).exitCode).toBe(0);
    expect((await machine.run(["proxy", "status"])).exitCode).toBe(1);
  });
});

describe("serve --session-mode", () => {
  async function firstLine(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<string> {
    const reader = child.stdout.getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    reader.releaseLock();
    return text;
  }

  test.each([
    ["databricks-claude", ["serve", "--session-mode"]],
    ["databricks-claude", ["--headless"]],
    ["databricks-codex", ["serve"]],
  ] as const)("%s %j says where the proxy is, leads settings there, and takes that back", async (name, words) => {
    const child = old.start(name, words);
    expect(await firstLine(child)).toBe(`PROXY_URL=http://127.0.0.1:${port}\n`);
    const base = `http://127.0.0.1:${port}/p/DEFAULT/anthropic`;
    expect((await settings())["env"]).toEqual(
      name === "databricks-claude" ? expect.objectContaining({ ANTHROPIC_BASE_URL: base }) : undefined,
    );
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(existsSync(join(machine.home, ".claude/settings.json"))).toBe(false);
    await until("no session is left", async () => (await sessions()).length === 0);
  });

  test("ends by itself when nobody uses it, and not by being looked at", async () => {
    const child = old.start("databricks-claude", ["--headless", "--idle-timeout", "300ms"]);
    await firstLine(child);
    let asked = 0;
    while (child.exitCode === null && asked < 400) {
      await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      asked += 1;
      await Bun.sleep(20);
    }
    expect(await child.exited).toBe(0);
  });

  test("ends with POST /shutdown, which needs the key", async () => {
    const child = old.start("databricks-claude", ["serve", "--session-mode"]);
    await firstLine(child);
    const url = `http://127.0.0.1:${port}/shutdown`;
    expect((await fetch(url, { method: "POST" })).status).toBeGreaterThanOrEqual(400);
    expect(child.exitCode).toBeNull();
    const key = ((await old.read("mortar/proxy-key")) ?? "").trim();
    const answer = await fetch(url, { method: "POST", headers: { authorization: `Bearer ${key}` } });
    expect((await answer.json()) as unknown).toEqual({ remaining: 0, exiting: true });
    expect(await child.exited).toBe(0);
  });
});

describe("telemetry", () => {
  test("that was switched off stays off, also over an older state", async () => {
    await put(".claude/.databricks-claude.json", { otel_metrics_table: "main.x.m", later: 1 });
    await old.run("databricks-claude", ["hi"]);
    expect(JSON.stringify(await old.agents.started())).toContain("main.x.m");
    expect((await old.run("databricks-claude", ["config", "otel", "disable"])).exitCode).toBe(0);
    await old.run("databricks-claude", ["hi"]);
    expect(JSON.stringify(await old.agents.started())).not.toContain("OTEL_METRICS_EXPORTER");
    expect(JSON.parse((await old.read(".claude/.databricks-claude.json")) ?? "")).toEqual({
      otel_metrics_table: "main.x.m",
      later: 1,
    });
  });

  test("of Codex is really switched on by a bare enable, and its own [otel] is left alone", async () => {
    const own = await put(".codex/config.toml", '[otel]\nenvironment = "mine"\n\n[[tables]]\na = 1\n');
    expect((await old.run("databricks-codex", ["config", "otel", "enable"])).exitCode).toBe(0);
    expect((await old.run("databricks-codex", ["hi"])).exitCode).toBe(0);
    const started = await old.agents.started();
    const words = started?.words.join(" ") ?? "";
    expect(words).toContain(
      `otel.metrics_exporter={otlp-http={endpoint="http://127.0.0.1:${port}/p/DEFAULT/otel/v1/metrics"`,
    );
    expect(words).toContain("otel.exporter=");
    expect(words).not.toContain("Bearer");
    expect(started?.env["OTEL_EXPORTER_OTLP_HEADERS"]).toMatch(/^authorization=Bearer%20mortar-/);
    expect(await old.read(".codex/config.toml")).toBe(own);
  });
});

describe("models", () => {
  test("--model of databricks-opencode counts at every start, not only the first", async () => {
    await old.run("databricks-opencode", ["--model", "databricks-claude-opus-4-7", "run", "x"]);
    expect((await old.agents.started())?.words).toEqual([
      "--model",
      "databricks/databricks-claude-opus-4-7",
      "run",
      "x",
    ]);
    await old.run("databricks-opencode", ["--model", "databricks-gemini-3-pro"]);
    await old.run("databricks-opencode", []);
    expect((await old.agents.started())?.words).toEqual(["--model", "databricks-gemini/databricks-gemini-3-pro"]);
  });

  test("--model of databricks-codex goes to Codex as its own setting, and its file stays", async () => {
    const own = await put(".codex/config.toml", 'model = "gpt-5" # note\n');
    await old.run("databricks-codex", ["--model", "databricks-gpt-5-6", "x"]);
    expect((await old.agents.started())?.words.slice(-3)).toEqual(["-c", 'model="databricks-gpt-5-6"', "x"]);
    expect(await old.read(".codex/config.toml")).toBe(own);
  });

  test("doctor compares, --fix remembers, and a family that is nobody's is no failure", async () => {
    const first = await old.run("databricks-claude", ["doctor"]);
    expect([first.exitCode, first.stdout]).toEqual([1, ""]);
    expect(first.stderr).toMatch(/^opus {3}stale-legacy/m);
    expect((await old.run("databricks-claude", ["doctor", "--fix"])).exitCode).toBe(0);
    const second = await old.run("databricks-claude", ["doctor"]);
    expect([second.exitCode, second.stderr]).toEqual([0, expect.stringMatching(/^opus {3}ok/m)]);
  });
});

describe("setup", () => {
  test("of a profile that is signed in does nothing but remember it", async () => {
    const ran = await old.run("databricks-claude", ["setup", "--profile", "OTHER"]);
    expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
    expect(ran.stderr).toContain("Already authenticated");
    expect(JSON.parse((await old.read(".claude/.databricks-claude.json")) ?? "")).toEqual({ profile: "OTHER" });
  });

  test("of one that is not there fails with a word", async () => {
    const ran = await old.run("databricks-claude", ["setup", "--profile", "NOBODY"]);
    expect([ran.exitCode, ran.stdout]).toEqual([1, ""]);
    expect(ran.stderr).toContain("error:");
  });
});

test("two sessions on two profiles never mix", async () => {
  await old.run("databricks-claude", ["--profile", "OTHER", "x"], { env: { FAKE_DO: "exit 0" } });
  const other = JSON.stringify(await old.agents.started());
  await old.run("databricks-codex", ["x"]);
  const codex = JSON.stringify(await old.agents.started());
  expect(other).toContain("/p/OTHER/");
  expect(codex).toContain("/p/DEFAULT/");
});

test("a copy in the place of a link is the older program too, and finds its way back to this one", async () => {
  const copy = join(machine.home, "copied", "databricks-claude");
  await mkdir(join(copy, ".."), { recursive: true });
  await copyFile(binary, copy);
  const env = { ...machine.env, ...old.agents.env };
  const child = Bun.spawn([copy, "hi"], { env, cwd: machine.home, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const stderr = await new Response(child.stderr).text();
  expect([await child.exited, stderr]).toEqual([0, stderr]);
  expect((await old.agents.started())?.words.at(-1)).toBe("hi");
  const version = Bun.spawnSync([copy, "__mortar", "--version"], { env });
  expect(version.stdout.toString()).toMatch(/^mortar \d/);
});
