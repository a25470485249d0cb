// Every option of databricks-claude, by its link, through the compiled binary: one golden file each. UPDATE_GOLDEN=1 writes
// them anew; look at the difference before you commit it.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testCertificates } from "../src/proxy/testing-certificate.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { linkOldPrograms, steady, steadyStart, type OldPrograms } from "./support/old-programs.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

const folder = join(import.meta.dir, "golden", "old");
const update = process.env["UPDATE_GOLDEN"] === "1";

let machine: Machine;
let workspace: TestWorkspace;
let old: OldPrograms;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  old = await linkOldPrograms(machine);
  const config = (await old.read(".databrickscfg")) ?? "";
  await writeFile(join(machine.home, ".databrickscfg"), `${config}\n${config.replace("[DEFAULT]", "[OTHER]")}`);
  // Once, on a port of its own: a machine may have a proxy already.
  const probe = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const port = String(probe.port);
  await probe.stop(true);
  expect((await machine.run(["proxy", "start", "--port", port, "--idle-timeout", "0"])).exitCode).toBe(0);
  const { cert, key } = testCertificates(["localhost"]);
  await writeFile(join(machine.home, "cert.pem"), cert);
  await writeFile(join(machine.home, "key.pem"), key, { mode: 0o600 });
}, 120_000);

afterAll(async () => {
  await machine.run(["proxy", "stop", "--now"]);
  await workspace.stop();
  await machine.dispose();
});

/** By the name of the golden file: the words, and a line before it where it needs one. */
const lines: Readonly<Record<string, { readonly words: readonly string[]; readonly before?: readonly string[] }>> = {
  profile: { words: ["--profile", "OTHER", "write tests"] },
  "profile-equals": { words: ["write", "--profile=OTHER", "tests"] },
  "profile-remembered": { before: ["--profile", "OTHER"], words: ["again"] },
  "profile-default-not-kept": { before: ["--profile", "DEFAULT"], words: ["again"] },
  verbose: { words: ["--verbose", "fix the bug"] },
  "verbose-short": { words: ["-v", "fix the bug"] },
  "verbose-for-both": { words: ["-p", "--output-format", "stream-json", "--verbose", "x"] },
  "log-file": { words: ["--log-file", "dc.log", "fix"] },
  otel: { words: ["--otel", "summarize"] },
  "otel-metrics-table": { words: ["--otel-metrics-table", "main.x.metrics", "go"] },
  "otel-logs-table": { words: ["--otel-logs-table", "main.x.logs", "go"] },
  "otel-both-tables": { words: ["--otel", "--otel-metrics-table", "m.x.a_otel_metrics", "go"] },
  "otel-traces": { words: ["--otel-traces", "go"] },
  "otel-traces-table": { words: ["--otel-traces", "--otel-traces-table", "main.x.traces", "go"] },
  "no-otel": { before: ["--otel", "--otel-traces-table", "main.x.traces"], words: ["--no-otel", "go"] },
  "no-otel-metrics": { before: ["--otel"], words: ["--no-otel-metrics", "go"] },
  "no-otel-logs": { before: ["--otel"], words: ["--no-otel-logs", "go"] },
  "no-otel-traces": { before: ["--otel", "--otel-traces-table", "main.x.traces"], words: ["--no-otel-traces", "go"] },
  "with-websearch": { words: ["--with-websearch", "--profile", "OTHER", "go"] },
  "websearch-backend": { words: ["--with-websearch", "--websearch-backend", "none", "go"] },
  "websearch-fetch-budget": { words: ["--with-websearch", "--websearch-fetch-budget", "2048", "go"] },
  upstream: { words: ["--upstream", "https://gateway.example/ai-gateway/anthropic", "go"] },
  "proxy-api-key": { words: ["--proxy-api-key", "my-secret-key", "explain"] },
  "tls-cert-and-key": { words: ["--tls-cert", "cert.pem", "--tls-key", "key.pem", "explain"] },
  "tls-cert-alone": { words: ["--tls-cert", "cert.pem", "explain"] },
  version: { words: ["--version"] },
  "print-env": { words: ["--print-env"] },
  help: { words: ["--help"] },
  "help-short": { words: ["-h"] },
  "help-of-the-agent": { words: ["--", "--help"] },
  "no-update-check": { words: ["--no-update-check", "go"] },
  "install-hooks": { words: ["--install-hooks", "--profile", "OTHER"] },
  "uninstall-hooks": { before: ["--install-hooks"], words: ["--uninstall-hooks"] },
  "headless-ensure": { words: ["--headless-ensure"] },
  "headless-release": { before: ["--headless-ensure"], words: ["--headless-release"] },
  "write-claude-config": { words: ["--write-claude-config"] },
  "unknown-passes": { words: ["--resume", "abc", "--model", "opus", "doctor", "-c", "--", "--profile", "x"] },
  "words-behind-dashes": { words: ["--", "doctor"] },
  "port-not-a-number": { words: ["--port", "x"] },
};

test.each(Object.entries(lines))("%s", async (name, { words, before }) => {
  await old.forget();
  if (before !== undefined) expect((await old.run("databricks-claude", before)).exitCode).toBe(0);
  const { exitCode, stdout, stderr } = await old.run("databricks-claude", words);
  const found = {
    line: ["databricks-claude", ...words].join(" "),
    ...(before === undefined ? {} : { before: ["databricks-claude", ...before].join(" ") }),
    exit: exitCode,
    stdout: steady(machine, stdout).split("\n"),
    // What --verbose adds is for eyes, and grows.
    stderr: steady(machine, stderr)
      .split("\n")
      .filter((line) => !line.startsWith("debug: ") && !line.includes("runs as root")),
    started: steadyStart(machine, await old.agents.started()),
    state: json(await old.read(".claude/.databricks-claude.json")),
    "settings.json": json(await old.read(".claude/settings.json")),
    set: sections(await old.read("mortar/settings.json")),
  };
  const text = `${JSON.stringify(found, null, 2)}\n`;
  const path = join(folder, `${name}.json`);
  if (update) await Bun.write(path, text);
  expect(found).toEqual((await Bun.file(path).json()) as typeof found);
});

test("there is a golden file for each line, and none besides", async () => {
  expect((await readdir(folder)).toSorted()).toEqual(
    Object.keys(lines)
      .map((name) => `${name}.json`)
      .toSorted(),
  );
});

function json(text: string | undefined): unknown {
  return text === undefined ? null : (JSON.parse(steady(machine, text)) as unknown);
}

/** What the proxy goes by, as far as these options set it. */
function sections(text: string | undefined): unknown {
  const all = JSON.parse(text ?? "{}") as Record<string, unknown>;
  return { otel: all["otel"] ?? null, websearch: all["websearch"] ?? null };
}
