// Programs that stand in for agents: they write down how they were started, and do what a variable tells them.
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Machine, Ran } from "./binary.ts";

export const agentNames = ["claude", "codex", "gemini", "opencode", "copilot"] as const;
export type FakeName = (typeof agentNames)[number];

/** How an agent was started. */
export interface Started {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  /** What its words and variables name of files, by the path, and the mode of each. */
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
}

export interface FakeAgents {
  /** Runs `mortar NAME WORDS...` with the stand-in on the PATH. */
  run(name: FakeName, words: readonly string[], options?: FakeOptions): Promise<Ran>;
  /** How the last one was started; undefined when none was. */
  started(): Promise<Started | undefined>;
  /** The variables with which they are found. */
  readonly env: Record<string, string>;
}

export interface FakeOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly cwd?: string;
  /** Words before the agent's name. */
  readonly before?: readonly string[];
}

// FAKE_DO: `exit N`, `ask KEY` (something of the proxy), `signal NAME` (of itself), `wait` (says its number, then each signal; ends at the second TERM or at
// an end of input). Codex is asked for its models by the wrapper itself.
const program = `#!BUN
import { readFileSync, statSync, writeFileSync } from "node:fs";
const words = process.argv.slice(2);
if (words[0] === "debug" && words[1] === "models") {
  console.log(JSON.stringify({ models: [{ slug: "gpt-5.5", context_window: 1000 }] }));
  process.exit(0);
}
if (words.length === 1 && words[0] === "--help") {
  console.log("HELP OF THE AGENT");
  process.exit(0);
}
const files = {};
const note = (path) => {
  try {
    files[path] = { text: readFileSync(path, "utf8"), mode: statSync(path).mode & 0o777 };
  } catch {}
};
const all = [...words, ...Object.values(process.env)].join(" ");
for (const [path] of all.matchAll(/[^\\s"'=@]+\\/run\\/agents\\/[^\\s"']+\\.(?:json|pem)/g)) note(path);
if (process.env.GEMINI_CLI_HOME) note(process.env.GEMINI_CLI_HOME + "/.gemini/settings.json");
for (const name of ["NODE_EXTRA_CA_CERTS", "CODEX_CA_CERTIFICATE"]) if (process.env[name]) note(process.env[name]);
const input = process.env.FAKE_DO === "wait" ? "" : readFileSync(0, "utf8");
writeFileSync(process.env.FAKE_RECORD, JSON.stringify({ words, env: process.env, input, files }));
const [verb, value] = (process.env.FAKE_DO ?? "exit 0").split(" ");
if (verb === "ask") {
  const texts = [...words, ...Object.values(process.env), ...Object.values(files).map(({ text }) => text)].join(" ");
  const [base] = /https?:\\/\\/127\\.0\\.0\\.1:\\d+\\/p\\/[^"'\\s]+/.exec(texts) ?? [];
  await fetch(base + "/v1/models", { headers: { authorization: "Bearer " + value } });
  process.exit(0);
}
if (verb === "exit") process.exit(Number(value));
if (verb === "signal") process.kill(process.pid, value);
if (verb === "wait") {
  let terms = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(name, () => {
      console.log("got " + name);
      if (name === "SIGTERM" && ++terms === 2) process.exit(9);
    });
  }
  console.log("agent " + process.pid + " of " + process.ppid);
  setInterval(() => undefined, 60_000);
}
`;

/** Puts the stand-ins into a folder of the machine. */
export async function installFakeAgents(
  machine: Machine,
  names: readonly FakeName[] = agentNames,
): Promise<FakeAgents> {
  const folder = join(machine.home, "fake-bin");
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const path = join(folder, name);
    await writeFile(path, program.replace("BUN", process.execPath));
    await chmod(path, 0o755);
  }
  const record = join(machine.home, "fake-record.json");
  const env = { PATH: `${folder}:${machine.env["PATH"]}`, FAKE_RECORD: record };
  return {
    env,
    run: async (name, words, options = {}) => {
      await rm(record, { force: true });
      const { before = [], env: more, ...rest } = options;
      return machine.run([...before, name, ...words], { ...rest, env: { ...env, ...more } });
    },
    started: async () => {
      const text = await readFile(record, "utf8").catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as Started);
    },
  };
}

export interface Reached {
  /** Of the dialect that the agent is given first. */
  readonly base: string;
  readonly key: string;
}

/** Where an agent was led, and with which key. */
export function reachedBy(name: FakeName, { words, env, files }: Started): Reached {
  const text = (value: string | undefined): string => value ?? "";
  if (name === "claude") {
    const path = words.find((word) => word.startsWith("--settings="))?.slice("--settings=".length);
    const settings = JSON.parse(files[path ?? ""]?.text ?? "{}") as { env?: Record<string, string> };
    return { base: text(settings.env?.["ANTHROPIC_BASE_URL"]), key: text(settings.env?.["ANTHROPIC_AUTH_TOKEN"]) };
  }
  if (name === "codex") {
    return { base: text(/base_url="([^"]+)"/.exec(words.join(" "))?.[1]), key: text(env["MORTAR_PROXY_KEY"]) };
  }
  if (name === "gemini") return { base: text(env["GOOGLE_GEMINI_BASE_URL"]), key: text(env["GEMINI_API_KEY"]) };
  if (name === "copilot") {
    return { base: text(env["COPILOT_PROVIDER_BASE_URL"]), key: text(env["COPILOT_PROVIDER_BEARER_TOKEN"]) };
  }
  const layer = JSON.parse(text(env["OPENCODE_CONFIG_CONTENT"])) as {
    provider: Record<string, { options: { baseURL: string } }>;
  };
  return { base: text(layer.provider["databricks"]?.options.baseURL), key: text(env["MORTAR_PROXY_KEY"]) };
}

/** All that says how the agent's MCP server is to be started. */
export function serverTextOf({ words, env, files }: Started): string {
  const texts = [...words, env["OPENCODE_CONFIG_CONTENT"] ?? "", ...Object.values(files).map(({ text }) => text)];
  return texts.filter((text) => /mcp/.test(text) && /serve/.test(text)).join("\n");
}
