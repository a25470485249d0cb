// The doctor through the binary: a machine with everything half broken, each break named with its cure; mended; and itself.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { stripAnsi } from "../src/notebook/terminal-text.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { freePort } from "./support/ports.ts";
import { ctrlC, hasControl, onTerminal } from "./support/terminal.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

interface Found {
  readonly id: string;
  readonly state: string;
  readonly seen: string;
  readonly cure: string | null;
}

interface Report {
  readonly ok: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Found[];
  readonly mended: readonly { readonly title: string; readonly outcome: string }[] | null;
}

let machine: Machine;
let workspace: TestWorkspace;
beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
}, 120_000);
afterAll(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await workspace.stop();
  await machine.dispose();
});

async function put(path: string, content: string | object, mode = 0o600): Promise<string> {
  const full = join(machine.home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  await chmod(full, mode);
  return full;
}

async function report(
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Report & { exitCode: number }> {
  const { stdout, stderr, exitCode } = await machine.run(["doctor", "--json", ...words], { env });
  try {
    const { data } = JSON.parse(stdout) as { data: Report };
    return { ...data, exitCode };
  } catch {
    throw new Error(`no JSON: ${stdout} ${stderr}`);
  }
}

const bad = ({ findings }: Report): readonly Found[] =>
  findings.filter(({ state }) => state === "fail" || state === "warn");

/** Where nothing of the tests' machine counts: an empty folder for short-lived files, and no other programs. */
async function clean(): Promise<Record<string, string>> {
  await mkdir(join(machine.home, "tmp"), { recursive: true });
  return {
    TMPDIR: join(machine.home, "tmp"),
    SHELL: "",
    HTTPS_PROXY: "",
    HTTP_PROXY: "",
    https_proxy: "",
    http_proxy: "",
  };
}

describe("a machine that is set up", () => {
  test("passes, and the exit code says so", async () => {
    const seen = await report([], await clean());
    expect(seen.findings.filter(({ state }) => state === "fail")).toEqual([]);
    expect([seen.ok, seen.exitCode]).toEqual([true, 0]);
    expect(seen.findings.find(({ id }) => id === "gateway.request")).toMatchObject({ state: "pass" });
    expect(seen.findings.find(({ id }) => id === "mcp.server")?.seen).toMatch(/^the server: \d+ tools$/);
  });

  test("--only looks at these groups alone, and an unknown one is wrong usage", async () => {
    const { findings } = await report(["--only", "profile,proxy"]);
    expect([...new Set(findings.map(({ id }) => id.replace(/\..*/, "")))]).toEqual(["profile", "proxy"]);
    expect((await machine.run(["doctor", "--only", "nonsense"])).exitCode).toBe(2);
  });

  test("a profile that is not there is named with the nearest, exit code 7", async () => {
    const seen = await report(["--only", "profile", "--profile", "DEFUALT"]);
    expect(seen.exitCode).toBe(7);
    expect(bad(seen)).toContainEqual(expect.objectContaining({ id: "profile.address", cure: "Did you mean DEFAULT?" }));
  });
});

describe("a machine with everything half broken", () => {
  const env = async (): Promise<Record<string, string>> => ({
    ...(await clean()),
    ANTHROPIC_API_KEY: "sk-ant-not-real",
    DATABRICKS_HOST: "https://elsewhere.cloud.databricks.com",
    HTTPS_PROXY: "http://127.0.0.1:9",
    NO_PROXY: "localhost",
    NODE_EXTRA_CA_CERTS: join(machine.home, "gone.pem"),
  });

  beforeAll(async () => {
    const helper = await put(".claude/fmapi-key-helper.sh", "#!/bin/sh\necho no\n", 0o600);
    await put(".claude/.fmapi-pat-cache", "{}");
    await put(".claude/settings.json", {
      theme: "dark",
      apiKeyHelper: helper,
      env: {
        ANTHROPIC_BASE_URL: "http://127.0.0.1:1/x",
        ANTHROPIC_AUTH_TOKEN: "proxy-managed",
        ANTHROPIC_MODEL: "databricks-claude-opus-4-1",
        CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: "1",
        CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "3300000",
      },
      hooks: {
        SessionStart: [
          {
            matcher: "startup",
            hooks: [
              { type: "command", command: "databricks-claude hooks session-start", timeout: 15 },
              { type: "command", command: "echo mine" },
            ],
          },
        ],
      },
    });
    await put(".claude/.databricks-claude.json", { profile: "OLD" });
    await put(
      ".codex/config.toml",
      '# mine\nmodel_reasoning_effort = "high"\nprofile = "databricks-proxy"\nmodel_provider = "databricks-proxy"\n\n[model_providers.databricks-proxy]\nbase_url = "http://127.0.0.1:2/v1"\n',
    );
    await put(".cursor/mcp.json", { mcpServers: { databricks: { command: "/gone/mortar", args: ["mcp", "serve"] } } });
    await put(".gemini/settings.json", '{\n  "mcpServers": {\n');
    await put(".ai-dev-kit/version", "0.1.14");
    await put("mortar/settings.json", {
      models: { DEFAULT: { opus: "databricks-claude-opus-1" } },
      proxy: { port: Number(await freePort()) },
    });
    const config = await readFile(join(machine.home, ".databrickscfg"), "utf8");
    await put(".databrickscfg", `${config}\n${config.replace("[DEFAULT]", "[twin]")}`, 0o644);
  });

  test("names each break, with its cure", async () => {
    const seen = await report([], await env());
    expect([seen.ok, seen.exitCode]).toEqual([false, 7]);
    const found = new Map(bad(seen).map((one) => [one.id, one]));
    const expected: Readonly<Record<string, RegExp>> = {
      "machine.secrets": /databrickscfg \(mode 644\)/,
      "configuration.environment": /ANTHROPIC_API_KEY/,
      "configuration.files": /Gemini CLI: .*settings\.json, line \d+/,
      "configuration.helper": /cannot be run/,
      "configuration.base-urls": /127\.0\.0\.1:/,
      "configuration.placeholder": /databricks-claude wrote/,
      "configuration.onboarding": /hasCompletedOnboarding/,
      "configuration.codex-profile": /refuses since 0\.134/,
      "configuration.betas": /EXPERIMENTAL_BETAS/,
      "configuration.older-hooks": /wrote/,
      "configuration.older-state": /\.databricks-claude\.json/,
      "configuration.fmapi": /fmapi-key-helper/,
      "configuration.ai-dev-kit": /\.ai-dev-kit/,
      "profile.environment": /DATABRICKS_HOST is set.*another workspace/,
      "profile.twins": /DEFAULT, twin/,
      "connectivity.proxy": /NO_PROXY lacks 127\.0\.0\.1/,
      "connectivity.certificates": /gone\.pem, which is not there/,
      "mcp.agents": /Cursor starts \/gone\/mortar/,
    };
    for (const [id, words] of Object.entries(expected)) {
      expect({ id, seen: found.get(id)?.seen, cure: found.get(id)?.cure }).toEqual({
        id,
        seen: expect.stringMatching(words),
        cure: expect.any(String),
      });
    }
  });

  test("names models that are gone, where the workspace is reached", async () => {
    const found = bad(await report(["--only", "models"], await clean()));
    expect(found.map(({ id }) => id)).toEqual(["models.pins", "models.settings"]);
  });

  test("--fix --dry-run names all of it, and changes nothing", async () => {
    const { mended } = await report(["--fix", "--yes", "--dry-run"], await clean());
    expect(new Set((mended ?? []).map(({ outcome }) => outcome))).toEqual(new Set(["planned"]));
    expect(JSON.stringify(mended)).toContain(".databrickscfg to others");
    expect(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")).toContain("proxy-managed");
    expect((await stat(join(machine.home, ".databrickscfg"))).mode & 0o777).toBe(0o644);
  });

  test("--fix without a person mends what is safe alone", async () => {
    const { mended } = await report(["--fix"], await clean());
    const done = (mended ?? []).filter(({ outcome }) => outcome === "done").map(({ title }) => title);
    expect(done).toEqual([expect.stringContaining(".databrickscfg to others")]);
    expect(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")).toContain("proxy-managed");
  });

  test("--fix --yes mends, what is a person's own stays, and a second look is clean", async () => {
    const { mended } = await report(["--fix", "--yes"], await clean());
    expect((mended ?? []).filter(({ outcome }) => outcome !== "done")).toEqual([]);
    const second = await report([], await clean());
    // Broken files and a second profile are nobody's to change but the person's.
    expect(
      bad(second)
        .map(({ id }) => id)
        .filter((id) => !/^(?:machine|agents)\./.test(id)),
    ).toEqual(["configuration.files", "profile.twins"]);
    const settings = JSON.parse(await readFile(join(machine.home, ".claude", "settings.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(settings["theme"]).toBe("dark");
    expect(JSON.stringify(settings["hooks"])).toContain("echo mine");
    expect(await readFile(join(machine.home, ".codex", "config.toml"), "utf8")).toBe(
      '# mine\nmodel_reasoning_effort = "high"\n',
    );
    expect(existsSync(join(machine.home, ".ai-dev-kit"))).toBe(false);
    const third = await report(["--fix", "--yes"], await clean());
    expect(third.mended).toEqual([]);
  });
});

test.skipIf(process.platform === "win32")(
  "pipes in the place of files hold up no check and not the end",
  async () => {
    const places = [".claude.json", ".gemini/settings.json", ".kiro/settings/mcp.json", ".codex/config.toml"];
    for (const place of places) {
      await mkdir(dirname(join(machine.home, place)), { recursive: true });
      await rm(join(machine.home, place), { force: true });
      expect(Bun.spawnSync(["mkfifo", join(machine.home, place)]).exitCode).toBe(0);
    }
    const seen = await report(["--only", "configuration,agents,mcp"], await clean());
    expect(seen.exitCode).toBe(7);
    const failed = seen.findings.filter(({ state }) => state === "fail");
    expect(new Set(failed.map(({ id }) => id))).toEqual(new Set(["configuration.files"]));
    expect(failed).toHaveLength(places.length);
    for (const place of places) await rm(join(machine.home, place));
  },
  60_000,
);

test("Claude Desktop's helper is looked for where the app was told of it", async () => {
  const look = async (): Promise<string[]> => {
    const { findings } = await report(["--only", "configuration"], await clean());
    return findings.filter(({ id }) => id === "configuration.desktop").map(({ state, seen }) => `${state} ${seen}`);
  };
  expect(await look()).toEqual([expect.stringMatching(/^skip /)]);
  const { data } = await machine.json(["desktop", "install"], { env: await clean() });
  expect(await look()).toEqual([expect.stringMatching(/^pass .*configLibrary/)]);
  const helper = (data["settings"] as Record<string, string>)["inferenceCredentialHelper"] ?? "";
  await rm(helper);
  expect(await look()).toEqual([`fail Claude Desktop starts ${helper}, which is not there (${entryOf(data)})`]);
  await machine.json(["desktop", "uninstall"], { env: await clean() });
  expect(await look()).toEqual([expect.stringMatching(/^skip /)]);
});

const entryOf = (data: Record<string, unknown>): string =>
  (data["files"] as readonly { readonly file: string }[])[0]?.file ?? "";

test("of what stands in settings, addresses and variables no secret comes out", async () => {
  const word = "s3cr3t";
  const [user, query] = [`u:${word}1@`, `?key=${word}2`];
  await put(".claude/settings.json", {
    apiKeyHelper: `/gone/helper --token ${word}3`,
    env: {
      ANTHROPIC_BASE_URL: `http://${user}127.0.0.1:9/x${query}`,
      ANTHROPIC_AUTH_TOKEN: `eyJhbGciOiJub25lIn0.eyJleHAiOjF9.${word}4`,
      ANTHROPIC_API_KEY: `${word}5`,
      DATABRICKS_TOKEN: `dapi${word}6`,
    },
    hooks: { SessionStart: [{ hooks: [{ type: "command", command: `/gone/mortar hooks session-start ${word}7` }] }] },
  });
  await put(".claude.json", {
    mcpServers: {
      databricks: { command: "/gone/mortar", args: ["mcp", "serve", `--x=${word}8`], env: { T: `${word}9` } },
    },
  });
  await put(
    ".codex/config.toml",
    `model_provider = "p"\n[model_providers.p]\nbase_url = "https://${user}x.cloud.databricks.com/y${query}"\nexperimental_bearer_token = "dapi0${word}"\n`,
  );
  await put(".gemini/.env", `GOOGLE_GEMINI_BASE_URL=https://${user}x.cloud.databricks.com/y${query}\n`);
  const env = {
    ...(await clean()),
    HTTPS_PROXY: `http://${user}127.0.0.1:1`,
    DATABRICKS_HOST: `https://${user}x.cloud.databricks.com`,
    DATABRICKS_TOKEN: `dapi${word}`,
    ANTHROPIC_API_KEY: word,
  };
  for (const words of [["--json"], ["--verbose"]]) {
    const { stdout, stderr, exitCode } = await machine.run(["doctor", ...words], { env });
    expect(exitCode).toBe(7);
    expect(stdout).toContain("/gone/helper");
    expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes(word))).toEqual([]);
  }
  for (const path of [".claude", ".claude.json", ".codex", ".gemini"]) {
    await rm(join(machine.home, path), { recursive: true, force: true });
  }
}, 60_000);

describe("on a terminal", () => {
  test.skipIf(!hasControl)("each question can be answered, and Ctrl-C at one changes nothing more", async () => {
    const file = await put(".claude/settings.json", { apiKeyHelper: "/gone/helper" });
    const words = ["doctor", "--fix", "--only", "configuration"];
    const interrupted = onTerminal(machine, words, { env: await clean() });
    await interrupted.until("Take apiKeyHelper out");
    interrupted.type(ctrlC);
    expect(await interrupted.ended()).toBe(130);
    expect(await readFile(file, "utf8")).toContain("/gone/helper");
    const agreed = onTerminal(machine, words, { env: await clean() });
    await agreed.until("[y/N]");
    agreed.type("y\r");
    await agreed.ended();
    expect(await readFile(file, "utf8")).not.toContain("/gone/helper");
  });

  test.each([40, 80])("no line is longer than %i columns, but for words that are", async (columns) => {
    const run = onTerminal(machine, ["doctor", "--no-color", "--only", "proxy,profile,configuration"], {
      columns,
      env: await clean(),
    });
    await run.ended();
    const lines = stripAnsi(run.text()).split(/[\r\n]+/);
    const wide = lines.filter(
      (line) =>
        line.length > columns &&
        !line
          .trim()
          .split(" ")
          .some((word) => word.length > columns - 14),
    );
    expect(wide).toEqual([]);
  });
});

describe("the self-test", () => {
  // A place of its own: somebody else may be testing beside this.
  const place = async (): Promise<string> => {
    const folder = join(machine.home, "self-tests");
    await mkdir(folder, { recursive: true });
    return folder;
  };
  const folders = async (): Promise<string[]> => readdir(await place());

  test("goes once through everything, says how long each step took, and leaves nothing behind", async () => {
    const { stdout, exitCode } = await machine.run(["doctor", "--self-test", "--json"], {
      env: { TMPDIR: await place() },
    });
    const { data } = JSON.parse(stdout) as { data: { steps: { title: string; ok: boolean; took_ms: number }[] } };
    expect(data.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(data.steps.map(({ title }) => title)).toEqual([
      "Start an emulated workspace",
      "Get a token from the credential helper",
      "List the models",
      "Start the proxy",
      "Ask in the dialect Anthropic Messages",
      "Ask in the dialect OpenAI Responses",
      "Ask in the dialect Gemini",
      "Ask in the dialect chat completions",
      "Call a tool over MCP",
    ]);
    expect(exitCode).toBe(0);
    expect(await folders()).toEqual([]);
  });

  test.skipIf(!hasControl)("that is interrupted leaves nothing behind either", async () => {
    const run = onTerminal(machine, ["doctor", "--self-test"], { env: { TMPDIR: await place() } });
    await run.until("Start");
    run.type(ctrlC);
    // On a fast machine it is done before the key comes.
    expect([0, 130]).toContain(await run.ended());
    expect(await folders()).toEqual([]);
    const left = Bun.spawnSync(["ps", "ax", "-o", "args"], { stdin: "ignore" }).stdout.toString();
    expect(left.split("\n").filter((line) => line.includes(join(machine.home, "self-tests")))).toEqual([]);
  });
});
