// Links by which the binary under test is an older program, and what such a run leaves: for golden files.
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, type Machine, type Ran, type RunOptions } from "./binary.ts";
import { tokensIn } from "./leaks.ts";
import { installFakeAgents, type FakeAgents, type Started } from "./fake-agent.ts";

export type OldName =
  | "databricks-claude"
  | "databricks-codex"
  | "databricks-opencode"
  | "databricks-agents"
  | "databricks-claude-credential-helper";

const names: readonly OldName[] = [
  "databricks-claude",
  "databricks-codex",
  "databricks-opencode",
  "databricks-agents",
  "databricks-claude-credential-helper",
];

export interface OldPrograms {
  readonly agents: FakeAgents;
  /** The path of the link. */
  path(name: OldName): string;
  run(name: OldName, words: readonly string[], options?: RunOptions): Promise<Ran>;
  start(name: OldName, words: readonly string[], options?: RunOptions): Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** As if nothing had ever been set: settings of agents, states of older programs, and ours. */
  forget(): Promise<void>;
  read(path: string): Promise<string | undefined>;
}

export async function linkOldPrograms(machine: Machine): Promise<OldPrograms> {
  const folder = join(machine.home, "old-bin");
  await mkdir(folder, { recursive: true });
  for (const name of names) await symlink(binary, join(folder, name));
  const agents = await installFakeAgents(machine, ["claude", "codex", "opencode"]);
  const env = { ...machine.env, ...agents.env };
  const start: OldPrograms["start"] = (name, words, options = {}) =>
    Bun.spawn([join(folder, name), ...words], {
      env: { ...env, ...options.env },
      cwd: options.cwd ?? machine.home,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  return {
    agents,
    path: (name) => join(folder, name),
    start,
    run: async (name, words, options = {}) => {
      await rm(agents.env["FAKE_RECORD"] ?? "", { force: true });
      const child = Bun.spawn([join(folder, name), ...words], {
        env: { ...env, ...options.env },
        cwd: options.cwd ?? machine.home,
        stdin: options.input === undefined ? "ignore" : new TextEncoder().encode(options.input),
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr, exitCode] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      const shown = tokensIn(options.printsToken === true ? stderr : stdout + stderr);
      if (shown.length > 0) throw new Error(`${name} ${words.join(" ")} printed credentials: ${shown.join(", ")}`);
      return { exitCode, stdout, stderr };
    },
    forget: async () => {
      const paths = [".claude", ".codex", ".config", "mortar/edits.json"];
      for (const path of paths) await rm(join(machine.home, path), { recursive: true, force: true });
      // The port stays: the proxy runs on.
      const file = join(machine.home, "mortar", "settings.json");
      const all = JSON.parse(await readFile(file, "utf8").catch(() => "{}")) as Record<string, Record<string, unknown>>;
      const port = all["proxy"]?.["port"];
      await writeFile(file, JSON.stringify(port === undefined ? {} : { proxy: { port } }));
    },
    read: (path) => readFile(join(machine.home, path), "utf8").catch(() => undefined),
  };
}

/** What of a start does not differ from one run to the next. */
export function steadyStart(machine: Machine, started: Started | undefined): unknown {
  if (started === undefined) return null;
  const own = /^(?:MORTAR_MANAGED|DATABRICKS_\w+_MANAGED|NO_PROXY|no_proxy|NODE_EXTRA_CA_CERTS)$/;
  const env = Object.fromEntries(Object.entries(started.env).filter(([name]) => own.test(name)));
  const settings = Object.entries(started.files)
    .filter(([path]) => path.endsWith("/settings.json"))
    .map(([, { text }]) => (JSON.parse(text) as { env?: Record<string, string> }).env ?? {});
  return {
    words: started.words.map((word) => steady(machine, word)),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, steady(machine, value)])),
    settings: Object.fromEntries(
      settings.flatMap((values) => Object.entries(values).map(([name, value]) => [name, steady(machine, value)])),
    ),
  };
}

/** The text without what differs between two runs: folders, ports, keys, ids. */
export function steady(machine: Machine, text: string): string {
  return text
    .replaceAll(machine.home, "HOME")
    .replaceAll(binary, "MORTAR")
    .replace(/--port=\d+/g, "--port=PORT")
    .replace(/claude-\d+-[0-9a-f]{8}|codex-\d+-[0-9a-f]{8}|opencode-\d+-[0-9a-f]{8}/g, "SESSION")
    .replace(/mortar-[\w-]{40,}/g, "KEY")
    .replace(/@[0-9a-f]{32}\//g, "@LEASE/")
    .replace(/(127\.0\.0\.1:)\d+/g, "$1PORT")
    .replace(/[Pp]rocess \d+/g, "process PID")
    .replace(/(databricks-\w+) \d+\.\d+\.\d+\S*/g, "$1 VERSION");
}
