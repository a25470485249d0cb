// Claude Desktop through the compiled binary: its files, its library, and the helper that it runs for tokens.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine, type Ran } from "./support/binary.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let helper: string;
let token: string;

const library = (): string => join(machine.home, ".config", "Claude-3p", "configLibrary");
const isLinux = process.platform === "linux";

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  await mkdir(join(machine.home, "links"));
  for (const name of ["databricks-claude", "databricks-claude-credential-helper"]) {
    await symlink(binary, join(machine.home, "links", name));
  }
  helper = join(machine.home, "links", "databricks-claude-credential-helper");
  const config = await readFile(join(machine.home, ".databrickscfg"), "utf8");
  token = /token\s*= (\S+)/.exec(config)?.[1] ?? "";
}, 120_000);

afterEach(async () => {
  await machine.run(["desktop", "uninstall"]);
  await rm(join(machine.home, ".claude"), { recursive: true, force: true });
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

async function callHelper(
  env: Record<string, string> = {},
  name = helper,
  words: readonly string[] = [],
): Promise<Ran> {
  const child = Bun.spawn([name, ...words], {
    env: { ...machine.env, ...env },
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
}

/** The environment with a browser that signs in by itself, and writes down that it was opened. */
async function browserOf(opened: string): Promise<Record<string, string>> {
  const browser = join(machine.home, "browser");
  const program = join(import.meta.dir, "..", "scripts", "demo-browser.ts");
  await writeFile(browser, `#!/bin/sh\necho x >> '${opened}'\nexec '${process.execPath}' '${program}' "$1"\n`);
  await chmod(browser, 0o755);
  return { BROWSER: browser, DEMO_SIGN_IN_CODE: workspace.signInCode };
}

async function folder(): Promise<string> {
  return mkdtemp(join(machine.home, "out-"));
}

describe("generate-config", () => {
  const names = ["json", "mobileconfig", "reg"].map((ending) => `databricks-claude-desktop.${ending}`);

  test("writes three files with the workspace's own models, and the same ones again", async () => {
    const cwd = await folder();
    const words = ["desktop", "generate-config", "--for-pkg"];
    expect((await machine.run(words, { cwd })).exitCode).toBe(0);
    expect((await readdir(cwd)).toSorted()).toEqual(names);
    const first = await Promise.all(names.map((name) => readFile(join(cwd, name))));
    expect((await machine.run(words, { cwd })).exitCode).toBe(0);
    expect(await Promise.all(names.map((name) => readFile(join(cwd, name))))).toEqual(first);
    const json = JSON.parse(first[0]?.toString() ?? "") as Record<string, unknown>;
    expect(json).toMatchObject({
      databricksProfile: "DEFAULT",
      inferenceProvider: "gateway",
      inferenceGatewayBaseUrl: `${workspace.host}/ai-gateway/anthropic`,
      inferenceCredentialKind: "helper-script",
      inferenceCredentialHelper: "/usr/local/bin/databricks-claude-credential-helper",
      inferenceCredentialHelperTtlSec: 55,
    });
    const models = json["inferenceModels"] as readonly { name: string }[];
    expect(models[0]?.name).toMatch(/opus/);
    for (const { name } of models) expect(name).toMatch(/claude/);
    for (const name of names) expect((await stat(join(cwd, name))).mode & 0o077).toBe(0);
  });

  test("one file by its ending; a dry run shows the settings and writes nothing", async () => {
    const cwd = await folder();
    const one = await machine.run(["desktop", "generate-config", "--output", "x.reg", "--models", "a,b"], { cwd });
    expect([one.exitCode, await readdir(cwd)]).toEqual([0, ["x.reg"]]);
    const shown = await machine.json(["desktop", "generate-config", "--daemon", "--dry-run"], { cwd });
    const text = await machine.run(["desktop", "generate-config", "--daemon", "--dry-run"], { cwd });
    expect(text.stderr).toContain("mortar proxy install");
    expect(text.stdout).toContain("inferenceGatewayApiKey = ***");
    expect(shown.data).toMatchObject({ mode: "daemon", settings: { inferenceGatewayApiKey: "***" } });
    expect(await readdir(cwd)).toEqual(["x.reg"]);
  });

  test("by way of the proxy the model answers, with what the file says", async () => {
    const cwd = await folder();
    await machine.run(["proxy", "start", "--port", "0"]);
    try {
      expect(
        (await machine.run(["desktop", "generate-config", "--daemon", "--output", "x.json"], { cwd })).exitCode,
      ).toBe(0);
      const json = JSON.parse(await readFile(join(cwd, "x.json"), "utf8")) as Record<string, string>;
      const models = json["inferenceModels"] as unknown as readonly { name: string }[];
      const answer = await fetch(`${json["inferenceGatewayBaseUrl"]}/v1/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${json["inferenceGatewayApiKey"]}`, "content-type": "application/json" },
        body: JSON.stringify({
          model: models[0]?.name,
          max_tokens: 50,
          messages: [{ role: "user", content: "hello" }],
        }),
      });
      expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([200, "message"]);
    } finally {
      await machine.run(["proxy", "stop", "--now"]);
      await rm(cwd, { recursive: true, force: true });
    }
  });

  test("the workspace answers what the helper's way says", async () => {
    const { data } = await machine.json(["desktop", "generate-config", "--for-pkg", "--dry-run"]);
    const settings = data["settings"] as {
      inferenceGatewayBaseUrl: string;
      inferenceModels: readonly { name: string }[];
    };
    const { stdout } = await callHelper();
    const answer = await fetch(`${settings.inferenceGatewayBaseUrl}/v1/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${stdout}`, "content-type": "application/json" },
      body: JSON.stringify({
        model: settings.inferenceModels[0]?.name,
        max_tokens: 50,
        messages: [{ role: "user", content: "hello" }],
      }),
    });
    expect([answer.status, ((await answer.json()) as { type: string }).type]).toEqual([200, "message"]);
  });

  test.each([
    [["--otel"], "--otel is for --daemon"],
    [["--daemon", "--for-pkg"], "there is no credential helper"],
    [["--binary-path", "helper"], "not an absolute path"],
    [["--daemon", "--daemon-key", "short"], "at least"],
  ])("%j is refused", async (words, message) => {
    const ran = await machine.run(["desktop", "generate-config", ...words]);
    expect([ran.exitCode, ran.stdout]).toEqual([2, ""]);
    expect(ran.stderr).toContain(message);
  });

  test("without a workspace that can be asked, the app is told to ask itself", async () => {
    const { data } = await machine.json([
      "desktop",
      "generate-config",
      "--profile",
      "FLEET",
      "--host",
      "https://dbc-9.cloud.databricks.com",
      "--for-pkg",
      "--dry-run",
    ]);
    expect(data).toMatchObject({
      profile: "FLEET",
      host: "https://dbc-9.cloud.databricks.com",
      settings: { modelDiscoveryEnabled: true },
    });
    expect(data["settings"]).not.toHaveProperty("inferenceModels");
  });
});

describe("under the older name", () => {
  const old = (words: readonly string[], cwd: string): Promise<Ran> =>
    (async () => {
      const child = Bun.spawn([join(machine.home, "links", "databricks-claude"), "desktop", ...words], {
        env: machine.env,
        cwd,
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
    })();

  test("generate-config says all on stderr, leaves aside what is for the daemon, and keeps the path of the CLI", async () => {
    const cwd = await folder();
    const cli = join(cwd, "databricks");
    await writeFile(cli, "#!/bin/sh\n");
    expect((await old(["generate-config", "--databricks-cli-path", cli], cwd)).exitCode).toBe(1);
    await chmod(cli, 0o755);
    const ran = await old(["generate-config", "--for-pkg", "--otel", "--port", "1", "--databricks-cli-path", cli], cwd);
    expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
    expect(ran.stderr).toContain("databricks-claude-desktop.mobileconfig");
    expect(await readFile(join(cwd, "databricks-claude-desktop.mobileconfig"), "utf8")).toContain(cli);
    expect(JSON.parse(await readFile(join(machine.home, ".claude", ".databricks-claude.json"), "utf8"))).toEqual({
      databricks_cli_path: cli,
    });
  });

  test("generate-trust-profile writes into dist", async () => {
    const cwd = await folder();
    const words = [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      "k",
      "-out",
      "c.pem",
      "-subj",
      "/CN=A",
      "-days",
      "9",
    ];
    expect(Bun.spawnSync(["openssl", ...words], { cwd }).exitCode).toBe(0);
    const ran = await old(["generate-trust-profile", "--cert", "c.pem"], cwd);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toContain("ends on");
    expect(await readFile(join(cwd, "dist", "databricks-claude-trust.mobileconfig"), "utf8")).toContain(
      "com.apple.security.root",
    );
    await rm(join(cwd, "k"));
  });
});

describe.skipIf(!isLinux)("install", () => {
  test("chooses an entry, shows it, and gives back what was there", async () => {
    await mkdir(library(), { recursive: true });
    const meta = '{"appliedId":"a","entries":[{"id":"a","name":"Mine"}]}';
    await writeFile(join(library(), "_meta.json"), meta);
    const installed = await machine.json(["desktop", "install"]);
    expect(installed.data).toMatchObject({ profile: "DEFAULT", applied_before: "a", kept: [] });
    const status = await machine.json(["desktop", "status"]);
    expect(status.data).toMatchObject({
      library: { installed: true, applied: true },
      base_url: `${workspace.host}/ai-gateway/anthropic`,
      helper: { exists: true },
      profile: { name: "DEFAULT", source: "install", host: workspace.host },
    });
    const path = (status.data["helper"] as { path: string }).path;
    expect(await callHelper({}, path)).toEqual({ stdout: token, stderr: "", exitCode: 0 });
    const again = await machine.json(["desktop", "install"]);
    expect((again.data["files"] as readonly { status: string }[]).map(({ status: one }) => one)).toEqual([
      "unchanged",
      "unchanged",
    ]);
    expect((await machine.run(["desktop", "uninstall"])).exitCode).toBe(0);
    expect(await readdir(library())).toEqual(["_meta.json"]);
    expect(await readFile(join(library(), "_meta.json"), "utf8")).toBe(meta);
    expect(await Bun.file(path).exists()).toBe(false);
    await rm(library(), { recursive: true, force: true });
    expect((await machine.json(["desktop", "status"])).data).toMatchObject({ library: { installed: false } });
  });
});

test.skipIf(!isLinux)("files for another workspace do not move the helper of an app that is set up here", async () => {
  const cwd = await folder();
  const config = join(machine.home, ".databrickscfg");
  const before = await readFile(config, "utf8");
  await writeFile(config, `${before}\n[ELSEWHERE]\nhost = http://127.0.0.1:1\ntoken = nothing\n`);
  try {
    await machine.run(["desktop", "install"]);
    const made = await machine.run(["desktop", "generate-config", "--profile", "ELSEWHERE", "--models", "a"], { cwd });
    expect([made.exitCode, made.stderr]).toEqual([0, expect.stringContaining(`stays on ${workspace.host}`)]);
    expect((await callHelper()).stdout).toBe(token);
    await machine.run(["desktop", "uninstall"]);
    await machine.run(["desktop", "generate-config", "--profile", "ELSEWHERE", "--models", "a"], { cwd });
    expect((await machine.json(["desktop", "status"])).data["profile"]).toMatchObject({
      name: "ELSEWHERE",
      source: "install",
    });
  } finally {
    await writeFile(config, before);
  }
});

describe("the credential helper", () => {
  test("prints the bare token, whatever the environment says and in whichever context", async () => {
    const leaked = { DATABRICKS_HOST: "https://other.example", DATABRICKS_CONFIG_PROFILE: "NOBODY" };
    for (const context of ["", "interactive", "mid-session-refresh", "scheduled-task", "setup-test", "background"]) {
      const ran = await callHelper({ ...leaked, CLAUDE_HELPER_CONTEXT: context });
      expect(ran).toEqual({ stdout: token, stderr: "", exitCode: 0 });
    }
    const own = await machine.run(["desktop", "credential-helper"], { printsToken: true });
    expect(own).toEqual({ stdout: token, stderr: "", exitCode: 0 });
  });

  test("is not for a workspace other than the app's", async () => {
    await machine.run(["desktop", "install"]);
    const config = join(machine.home, ".databrickscfg");
    const text = await readFile(config, "utf8");
    await writeFile(config, text.replace(workspace.host, "http://127.0.0.1:1"));
    try {
      const ran = await callHelper();
      expect([ran.exitCode, ran.stdout]).toEqual([1, ""]);
      expect(ran.stderr).toContain("desktop install");
    } finally {
      await writeFile(config, text);
    }
  });

  test.skipIf(!isLinux)("signs in to a profile that this machine never had, at the workspace of the app", async () => {
    const browser = await browserOf(join(machine.home, "opened-new"));
    const config = join(machine.home, ".databrickscfg");
    const before = await readFile(config, "utf8");
    expect((await machine.run(["desktop", "install", "--profile", "FIRST", "--host", workspace.host])).exitCode).toBe(
      0,
    );
    try {
      const silent = await callHelper({ CLAUDE_HELPER_CONTEXT: "mid-session-refresh" });
      expect(silent.stderr).toContain(`--profile FIRST --host ${workspace.host}`);
      const first = await callHelper({ ...browser, CLAUDE_HELPER_CONTEXT: "interactive" });
      expect([first.exitCode, first.stderr]).toEqual([0, expect.not.stringContaining("error")]);
      expect(first.stdout).toMatch(/^\S+$/);
      expect(await readFile(config, "utf8")).toContain("[FIRST]");
      expect((await callHelper({ CLAUDE_HELPER_CONTEXT: "background" })).stdout).toBe(first.stdout);
    } finally {
      await machine.run(["auth", "logout", "--profile", "FIRST"]);
      await writeFile(config, before);
    }
  });

  test("signs in once for all calls that come meanwhile, and only where somebody is there", async () => {
    const opened = join(machine.home, "opened");
    const env = await browserOf(opened);
    const config = join(machine.home, ".databrickscfg");
    const before = await readFile(config, "utf8");
    await writeFile(config, `${before}\n[PERSON]\nhost = ${workspace.host}\nauth_type = databricks-cli\n`);
    await mkdir(join(machine.home, ".claude"), { recursive: true });
    await writeFile(join(machine.home, ".claude", ".databricks-claude.json"), '{"profile":"PERSON"}');
    try {
      const silent = await callHelper({ ...env, CLAUDE_HELPER_CONTEXT: "background" });
      expect([silent.exitCode, silent.stdout]).toEqual([1, ""]);
      expect(silent.stderr).toContain("mortar auth login");
      expect(await Bun.file(opened).exists()).toBe(false);
      const all = await Promise.all(
        ["interactive", "", "setup-test"].map((context) => callHelper({ ...env, CLAUDE_HELPER_CONTEXT: context })),
      );
      expect(all.map(({ exitCode, stdout }) => [exitCode, stdout !== "" && !stdout.includes("\n")])).toEqual([
        [0, true],
        [0, true],
        [0, true],
      ]);
      expect(new Set(all.map(({ stdout }) => stdout)).size).toBe(1);
      expect(await readFile(opened, "utf8")).toBe("x\n");
      expect((await callHelper({ CLAUDE_HELPER_CONTEXT: "background" })).stdout).toBe(all[0]?.stdout ?? "");
      const log = await readFile(join(machine.home, "mortar", "logs", "credential-helper.log"), "utf8");
      for (const { stdout } of all) {
        for (let at = 0; at + 12 <= stdout.length; at += 4) expect(log).not.toContain(stdout.slice(at, at + 12));
      }
    } finally {
      await machine.run(["auth", "logout", "--profile", "PERSON"]);
      await writeFile(config, before);
    }
  });
});

describe.skipIf(!isLinux)("mortar uninstall", () => {
  test("takes it back with everything else, says so before, and leaves it where an agent is named", async () => {
    expect((await machine.json(["desktop", "install"])).ok).toBe(true);
    const named = await machine.json(["uninstall", "claude", "--yes"]);
    expect(named.ok).toBe(true);
    expect(await readdir(library())).toContain("_meta.json");
    const planned = await machine.json(["uninstall", "--dry-run"]);
    const files = planned.data["files"] as readonly { readonly file: string }[];
    expect(files.map(({ file }) => file)).toContain(join(library(), "_meta.json"));
    expect((planned.data["removed"] as readonly string[]).length).toBeGreaterThan(0);
    expect((await machine.json(["uninstall", "--yes"])).ok).toBe(true);
    expect(await readdir(library()).catch(() => [])).toEqual([]);
  });
});

describe.skipIf(!isLinux)("mortar setup claude-desktop", () => {
  test("leads the app alone, on the profile that is signed in", async () => {
    const { ok, data } = await machine.json(["setup", "claude-desktop"]);
    expect([ok, data["host"]]).toEqual([true, workspace.host]);
    expect(await readdir(library())).toContain("_meta.json");
  });

  test("goes with agents, and a dry run writes neither", async () => {
    await mkdir(join(machine.home, ".claude"), { recursive: true });
    const words = [
      "setup",
      "claude",
      "claude-desktop",
      "--profile",
      "DEFAULT",
      "--no-verify",
      "--no-skills",
      "--mode",
      "wrapper",
    ];
    const planned = await machine.json([...words, "--dry-run"]);
    expect(planned.data["desktop"]).toMatchObject({ dry_run: true });
    expect(await readdir(library()).catch(() => [])).toEqual([]);
    const done = await machine.json([...words, "--yes"]);
    expect([done.ok, done.data["desktop"]]).toEqual([true, expect.objectContaining({ host: workspace.host })]);
    expect(await readdir(library())).toContain("_meta.json");
    expect((await machine.json(["uninstall", "--yes"])).ok).toBe(true);
    expect(await readdir(library()).catch(() => [])).toEqual([]);
  });

  test("goes by a team's file, which names the workspace: alone, and beside agents", async () => {
    const file = join(machine.home, "team.json");
    const setup = (agents: readonly string[], ...words: string[]) =>
      writeFile(file, JSON.stringify({ host: workspace.host, mode: "wrapper", skills: false, agents })).then(() =>
        machine.json(["setup", "--config", file, "--no-verify", ...words]),
      );
    const alone = await setup(["claude-desktop"]);
    expect([alone.ok, alone.data["host"]]).toEqual([true, workspace.host]);
    expect(await readdir(library())).toContain("_meta.json");
    expect((await machine.json(["uninstall", "--yes"])).ok).toBe(true);
    const beside = await setup(["claude", "claude-desktop"]);
    expect([beside.ok, beside.data["desktop"]]).toEqual([true, expect.objectContaining({ host: workspace.host })]);
    expect((await machine.json(["uninstall", "--yes"])).ok).toBe(true);
    // What the person names takes the place of what the team does.
    const own = await setup(["claude-desktop"], "--agent", "claude");
    expect([own.ok, own.data["desktop"]]).toEqual([true, undefined]);
    expect(await readdir(library()).catch(() => [])).toEqual([]);
    expect((await machine.json(["uninstall", "--yes"])).ok).toBe(true);
  });

  test("takes nothing that is for agents", async () => {
    const { exitCode, stderr } = await machine.run(["setup", "claude-desktop", "--mode", "helper"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("takes a profile")]);
  });
});
