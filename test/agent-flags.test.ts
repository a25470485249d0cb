// Every flag of ours on every agent's command line, through the compiled binary: what it does, and that the agent never
// sees it. The agents are stand-ins that write down how they were started; proxy and workspace are real.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "../src/proxy/testing-certificate.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import {
  agentNames,
  installFakeAgents,
  reachedBy,
  serverTextOf,
  type FakeAgents,
  type FakeName,
  type FakeOptions,
  type Started,
} from "./support/fake-agent.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let agents: FakeAgents;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  const config = await readFile(join(machine.home, ".databrickscfg"), "utf8");
  await writeFile(join(machine.home, ".databrickscfg"), `${config}\n${config.replace("[DEFAULT]", "[OTHER]")}`);
  agents = await installFakeAgents(machine);
});

afterAll(async () => {
  await machine.run(["proxy", "stop"]);
  await workspace.stop();
  await machine.dispose();
});

async function start(name: FakeName, words: readonly string[], options: FakeOptions = {}): Promise<Started> {
  const ran = await agents.run(name, words, options);
  const started = await agents.started();
  if (started === undefined) throw new Error(`${name} was not started: ${ran.stderr}${ran.stdout}`);
  expect([ran.exitCode, ran.stderr]).toEqual([0, ran.stderr]);
  return started;
}

const ownKey = "a-key-that-somebody-chose-0123456789";

/** The spelling that the agent leaves us. */
function spelled(name: FakeName, flag: string): string {
  const owned: Partial<Record<FakeName, Record<string, string>>> = {
    claude: { "--verbose": "--proxy-verbose" },
    codex: { "--profile": "--databricks-profile" },
    opencode: { "--port": "--proxy-port" },
  };
  return owned[name]?.[flag] ?? flag;
}

/** The agent's own words, which end whatever is put before them. */
function tail({ words }: Started, count: number): readonly string[] {
  return words.slice(words.length - count);
}

describe.each(agentNames.map((name) => [name] as const))("mortar %s", (name) => {
  test("leads the agent to the proxy, with a key that no word holds", async () => {
    const started = await start(name, ["one", "prompt", "--unknown", "x=y z"], { input: "what was piped in" });
    const { base, key } = reachedBy(name, started);
    expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/p\/DEFAULT\//);
    expect(key.length).toBeGreaterThan(20);
    expect(started.words.join(" ")).not.toContain(key);
    expect(tail(started, 4)).toEqual(["one", "prompt", "--unknown", "x=y z"]);
    expect(started.input).toBe("what was piped in");
    expect(started.env["NO_PROXY"]).toContain("127.0.0.1,localhost,::1");
    expect(started.env["no_proxy"]).toBe(started.env["NO_PROXY"] ?? "");
    for (const { mode } of Object.values(started.files)) expect(mode).toBe(0o600);
    expect(await readdir(join(machine.home, "mortar", "run", "agents"))).toEqual([]);
    const refused = await fetch(base);
    expect(refused.status).toBe(401);
  });

  test("--profile names the workspace, wherever it stands, and is remembered", async () => {
    const flag = spelled(name, "--profile");
    const places: readonly (readonly [readonly string[], FakeOptions])[] = [
      [[flag, "OTHER", "-x"], {}],
      [["-x", `${flag}=OTHER`], {}],
      [["-x", "--databricks-profile", "OTHER"], {}],
      [["-x"], { before: ["--profile", "OTHER"] }],
      [["-x"], {}],
    ];
    for (const [words, options] of places) {
      const started = await start(name, words, options);
      expect(reachedBy(name, started).base).toContain("/p/OTHER/");
      expect(serverTextOf(started)).toMatch(/"--profile",\s*"OTHER"/);
      expect(tail(started, 1)).toEqual(["-x"]);
    }
    await start(name, [flag, "DEFAULT"]);
    expect(reachedBy(name, await start(name, [])).base).toContain("/p/DEFAULT/");
    const unknown = await agents.run(name, [flag, "NOWHERE"]);
    expect([unknown.exitCode, await agents.started()]).toEqual([unknown.exitCode, undefined]);
    expect(unknown.stderr).toContain("NOWHERE");
    expect(reachedBy(name, await start(name, [])).base).toContain("/p/DEFAULT/");
  });

  test("--port is where the proxy is reached", async () => {
    const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
    const { port } = probe;
    await probe.stop(true);
    const { base } = reachedBy(name, await start(name, [spelled(name, "--port"), String(port)]));
    expect(new URL(base).port).toBe(String(port));
    expect((await agents.run(name, [spelled(name, "--port"), "x"])).exitCode).toBe(2);
  });

  test("--upstream and --trust-upstream are this session's alone", async () => {
    const words = ["--upstream", `${workspace.host}/elsewhere`, "--trust-upstream"];
    expect(reachedBy(name, await start(name, words)).base).toMatch(/\/p\/DEFAULT@[\w-]+\//);
    expect(reachedBy(name, await start(name, [])).base).toContain("/p/DEFAULT/");
    const alone = await agents.run(name, ["--trust-upstream"]);
    expect([alone.exitCode, await agents.started()]).toEqual([2, undefined]);
  });

  test("--proxy-api-key takes the place of the random key", async () => {
    const started = await start(name, ["--proxy-api-key", ownKey]);
    expect(reachedBy(name, started).key).toBe(ownKey);
    expect(started.words.join(" ")).not.toContain(ownKey);
    expect(reachedBy(name, await start(name, [], { env: { MORTAR_PROXY_API_KEY: ownKey } })).key).toBe(ownKey);
  });

  test("--tls-cert and --tls-key are spoken, and trusted", async () => {
    const { cert, key } = testCertificates(["localhost"]);
    const [certFile, keyFile] = ["proxy-cert.pem", "proxy-key.pem"].map((file) => join(machine.home, file));
    await writeFile(certFile ?? "", cert);
    await writeFile(keyFile ?? "", key, { mode: 0o600 });
    const started = await start(name, ["--tls-cert", certFile ?? "", "--tls-key", keyFile ?? ""]);
    expect(reachedBy(name, started).base).toStartWith("https://127.0.0.1:");
    const trusted = started.env[name === "codex" ? "CODEX_CA_CERTIFICATE" : "NODE_EXTRA_CA_CERTS"] ?? "";
    expect(started.files[trusted]?.text).toContain(cert.trim());
    const relative = await start(name, ["--tls-cert", "proxy-cert.pem", "--tls-key", "proxy-key.pem"]);
    expect(reachedBy(name, relative).base).toStartWith("https://127.0.0.1:");
    const half = await agents.run(name, ["--tls-cert", certFile ?? ""]);
    expect([half.exitCode, await agents.started()]).toEqual([2, undefined]);
  });

  test("--log-file gets the session's requests", async () => {
    const file = join(machine.home, `${name}.log`);
    const words = ["--log-file", file, "--proxy-api-key", ownKey];
    const { base } = reachedBy(name, await start(name, words, { env: { FAKE_DO: `ask ${ownKey}` } }));
    expect(base).toContain("/p/DEFAULT@");
    const log = await readFile(file, "utf8");
    expect(log).toContain("/v1/models");
    expect(log).not.toContain(ownKey);
  });

  test("--verbose says more", async () => {
    const silent = await agents.run(name, []);
    const loud = await agents.run(name, [spelled(name, "--verbose")]);
    const started = await agents.started();
    expect(started === undefined ? "" : reachedBy(name, started).base).toContain("/p/DEFAULT@");
    expect([loud.exitCode, silent.exitCode]).toEqual([0, 0]);
  });

  test("--no-mcp and --read-only decide on the tools", async () => {
    expect(serverTextOf(await start(name, []))).not.toContain("--read-only");
    expect(serverTextOf(await start(name, ["--read-only"]))).toContain("--read-only");
    expect(serverTextOf(await start(name, ["--no-mcp"]))).toBe("");
    expect(serverTextOf(await start(name, ["--no-databricks-tools"]))).toBe("");
  });

  test("--dry-run starts nothing, and shows no key", async () => {
    const ran = await agents.run(name, ["--dry-run", "a prompt"]);
    expect([ran.exitCode, await agents.started()]).toEqual([0, undefined]);
    expect(ran.stdout).toContain("'a prompt'");
    expect(ran.stdout).toContain("***");
    const plan = await machine.run([name, "--dry-run", "x"], { env: agents.env });
    expect(plan.stdout).toContain("Nothing was started.");
  });

  test("--no-update-check is ours", async () => {
    expect((await start(name, ["--no-update-check", "-x"])).words).not.toContain("--no-update-check");
  });

  test("--help is ours, then the agent's; behind -- it is the agent's alone", async () => {
    const both = await agents.run(name, ["--help"]);
    expect(both.stdout).toMatch(/mortar \w+ \[options\][^]*HELP OF THE AGENT/);
    const short = await agents.run(name, ["-h"]);
    expect(short.stdout).toBe(both.stdout);
    const alone = await agents.run(name, ["--", "--help"]);
    expect(alone.stdout).toBe("HELP OF THE AGENT\n");
  });

  test("flags that are the agent's own pass", async () => {
    const own: Record<FakeName, readonly string[]> = {
      claude: ["-p", "hi", "--output-format", "stream-json", "--verbose", "--model", "opus", "-v"],
      codex: ["--profile", "mine", "-p", "mine", "-m", "x", "--json", "--quiet"],
      gemini: ["-p", "hi", "-m", "x", "--json", "-v", "-q"],
      opencode: ["--port", "4096", "-m", "a/b", "--json", "-p", "x"],
      copilot: ["-p", "hi", "--model", "x", "--json", "-s"],
    };
    expect(tail(await start(name, own[name]), own[name].length)).toEqual(own[name]);
  });

  test("a command of the agent that starts no session gets nothing of ours", async () => {
    const own: Record<FakeName, readonly string[]> = {
      claude: ["mcp", "add", "x", "--profile", "y", "--", "cmd", "--port", "1"],
      codex: ["mcp", "list", "--json"],
      gemini: ["mcp", "list", "--profile", "y"],
      opencode: ["auth", "list", "--verbose"],
      copilot: ["mcp", "list", "--dry-run"],
    };
    const started = await start(name, own[name]);
    expect(started.words).toEqual(own[name]);
    expect(started.env["MORTAR_PROXY_KEY"]).toBeUndefined();
  });

  test.each([
    ["exit 7", 7],
    ["exit 130", 130],
    ["signal SIGTERM", 143],
    ["signal SIGKILL", 137],
  ])("%s of the agent ends it with %p", async (what, code) => {
    const ran = await agents.run(name, ["x"], { env: { FAKE_DO: what } });
    expect(ran.exitCode).toBe(code);
    expect(await readdir(join(machine.home, "mortar", "run", "agents"))).toEqual([]);
  });
});
