// Adding the server to agents: their own commands, in the forms that these agents were seen to print (Claude Code
// 2.1.329, Codex 0.169.0, Gemini CLI 0.61.0). What is not ours stays.
import { afterEach, describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import type { RunProcess, RunResult } from "../platform/process.ts";
import { codexServerVariables } from "./codex-variables.ts";
import { readyMachine, type ReadyMachine } from "./ready/testing.ts";
import { mcpClients, type McpClient, type ServerEntry } from "./mcp-clients.ts";
import { installServer, type Installed } from "./mcp-install.ts";

const entry: ServerEntry = { name: "databricks", command: "/usr/bin/mortar", args: ["mcp", "serve"], scope: undefined };

const machines: ReadyMachine[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

function machine(): ReadyMachine["deps"] {
  const made = readyMachine();
  machines.push(made);
  return made.deps;
}

function clientNamed(name: string): McpClient {
  const client = mcpClients[name];
  if (client === undefined) throw new Error(`no client ${name}`);
  return client;
}

interface Agent {
  readonly ran: string[];
  install(client: string, more?: Partial<ServerEntry>, dryRun?: boolean): Promise<Installed>;
  refusal(client: string, more?: Partial<ServerEntry>): Promise<MortarError>;
}

/** An agent that answers its first command with `looked`, and every later one with `then`. */
function agent(looked: Partial<RunResult>, then: Partial<RunResult> = {}): Agent {
  const ran: string[] = [];
  const run: RunProcess = async (words) => {
    ran.push(words.join(" "));
    return { exitCode: 0, stdout: "", stderr: "", ...(ran.length === 1 ? looked : then) };
  };
  const signal = new AbortController().signal;
  const install: Agent["install"] = (client, more = {}, dryRun = false) =>
    installServer(clientNamed(client), { ...entry, ...more }, { deps: { ...machine(), run }, signal, dryRun });
  return {
    ran,
    install,
    refusal: async (client, more) => {
      const outcome = await install(client, more).catch((thrown: unknown) => thrown);
      if (outcome instanceof MortarError) return outcome;
      throw new Error(`it was expected to be refused, and gave ${JSON.stringify(outcome)}`);
    },
  };
}

const claudeEntry = (
  command: string,
  args: string,
  scope = "User config (available in all your projects)",
): RunResult => ({
  exitCode: 0,
  stdout: `databricks:\n  Scope: ${scope}\n  Status: ✔ Connected\n  Type: stdio\n  Command: ${command}\n  Args: ${args}\n  Environment:\n`,
  stderr: "",
});
const codexEntry = (command: string, args: readonly string[]): RunResult => ({
  exitCode: 0,
  stdout: JSON.stringify({ name: "databricks", enabled: true, transport: { type: "stdio", command, args, env: null } }),
  stderr: "",
});
const geminiList = (line: string): RunResult => ({
  exitCode: 0,
  stdout: "",
  stderr: `Configured MCP servers:\n\n${line}\n`,
});
const none = { claude: { exitCode: 1 }, codex: { exitCode: 1 }, gemini: geminiList("") } as const;

const adds = {
  claude: "claude mcp add --scope user databricks -- /usr/bin/mortar mcp serve",
  codex: "codex mcp add databricks -- /usr/bin/mortar mcp serve",
  gemini: "gemini mcp add --scope user databricks /usr/bin/mortar -- mcp serve",
} as const;
const names = ["claude", "codex", "gemini"] as const;
type Name = (typeof names)[number];

const present = (name: Name, command: string, args: readonly string[]): RunResult =>
  ({
    claude: claudeEntry(command, args.join(" ")),
    codex: codexEntry(command, args),
    gemini: geminiList(`\u001B[32m✓\u001B[0m databricks: ${[command, ...args].join(" ")} (stdio) - Connected`),
  })[name];

describe.each(names.map((name) => [name] as const))("%s", (name) => {
  test("gets the server by its own command", async () => {
    const place = agent(none[name]);
    expect(await place.install(name)).toMatchObject({ status: "added" });
    expect(place.ran.at(-1)).toBe(adds[name]);
    expect(place.ran).toHaveLength(2);
  });

  test("is left alone where it has that very server", async () => {
    const place = agent(present(name, "/usr/bin/mortar", ["mcp", "serve"]));
    expect(await place.install(name)).toMatchObject({ status: "unchanged" });
    expect(place.ran).toHaveLength(1);
  });

  test("gets a new one in the place of an older one of ours", async () => {
    const place = agent(present(name, "/old/place/mortar", ["mcp", "serve", "--read-only"]));
    expect(await place.install(name)).toMatchObject({ status: "replaced" });
    expect(place.ran[1]).toMatch(/ mcp remove (?:--scope user )?databricks$/);
    expect(place.ran[2]).toBe(adds[name]);
  });

  test("gets a bridge in the place of an older one, and in no other's", async () => {
    const args = ["mcp", "bridge", "genie:01ef"];
    const place = agent(present(name, "/usr/bin/mortar", ["mcp", "bridge", "sql"]));
    expect(await place.install(name, { args })).toMatchObject({ status: "replaced" });
    expect(place.ran[2]).toEndWith("mcp bridge genie:01ef");
    const server = agent(present(name, "/usr/bin/mortar", ["mcp", "serve"]));
    expect((await server.refusal(name, { args })).code).toBe("already_exists");
    expect(server.ran).toHaveLength(1);
  });

  test.each([
    ["a program", "/usr/bin/other-databricks-mcp", ["serve"]],
    ["another command of ours", "/usr/bin/mortar", ["proxy", "serve"]],
    ["one that only mentions us", "npx", ["run-mortar", "mcp"]],
    ["a URL", "https://example.com/mcp", []],
    ["one that starts us through a shell", "bash", ["-c", "'/usr/bin/mortar mcp serve'"]],
    ["one that starts us on another machine", "ssh", ["host", "/usr/bin/mortar", "mcp", "serve"]],
    ["a command of a like name", "/usr/bin/mortar", ["mcp", "serve-other"]],
    ["a bridge of ours", "/usr/bin/mortar", ["mcp", "bridge", "sql"]],
    ["a program of a like name", "/usr/bin/not-mortar", ["mcp", "serve"]],
  ])("keeps a foreign server of that name: %s", async (_what, command, args) => {
    const place = agent(present(name, command, args));
    const error = await place.refusal(name);
    expect(error.code).toBe("already_exists");
    expect(error.hint).toContain("--name");
    expect(place.ran).toHaveLength(1);
  });

  test("is only looked at in a dry run", async () => {
    const place = agent(none[name]);
    const planned = await place.install(name, {}, true);
    expect(planned).toMatchObject({ status: "planned" });
    expect(planned.commands.map((words) => words.join(" "))).toEqual([adds[name]]);
    expect(place.ran).toHaveLength(1);
  });

  test("that refuses is reported with its own words", async () => {
    const error = await agent(none[name], { exitCode: 3, stderr: "noise\nthe settings are locked\n" }).refusal(name);
    expect(error.message).toContain("exit code 3: the settings are locked");
    expect(error.hint).toContain(adds[name]);
  });
});

describe("variables that somebody has set", () => {
  const withVariables = claudeEntry(
    "/usr/bin/mortar",
    "mcp serve --read-only\n  Environment:\n    DATABRICKS_CONFIG_PROFILE=PROD",
  );

  test("are not lost: the entry stays, and it is said how to go on", async () => {
    const place = agent(withVariables);
    const error = await place.refusal("claude");
    expect(error.code).toBe("already_exists");
    expect(error.hint).toContain("claude mcp remove --scope user databricks");
    expect(place.ran).toHaveLength(1);
    const transport = {
      type: "stdio",
      command: "/usr/bin/mortar",
      args: ["mcp", "serve", "--read-only"],
      env: { A: "1" },
    };
    const codex = agent({ stdout: JSON.stringify({ name: "databricks", transport }) });
    expect((await codex.refusal("codex")).code).toBe("already_exists");
  });

  test("do not matter where nothing is to change", async () => {
    expect(await agent(withVariables).install("claude", { args: ["mcp", "serve", "--read-only"] })).toMatchObject({
      status: "unchanged",
    });
  });
});

describe("names", () => {
  test.each([
    "",
    "-x",
    "--help",
    "my server",
    "a/b",
    'a"b',
    "a;touch x",
    "a\nb",
    "x=y",
    "\u00fcn\u00ef",
    "x".repeat(65),
  ])("%p is refused before anything is run", async (name) => {
    const place = agent(none.claude);
    expect(await place.refusal("claude", { name })).toMatchObject({ code: "usage" });
    expect(await place.refusal("cursor", { name })).toMatchObject({ code: "usage" });
    expect(place.ran).toEqual([]);
  });

  test.each(["databricks", "databricks-prod", "my_1"])("%p is taken", async (name) => {
    expect(await agent(none.claude).install("claude", { name })).toMatchObject({ status: "added" });
  });
});

describe("scopes", () => {
  test("an entry of ours is replaced in the scope in which it is", async () => {
    const place = agent(claudeEntry("/old/mortar", "mcp serve", "Local config (private to you in this project)"));
    await place.install("claude");
    expect(place.ran[1]).toBe("claude mcp remove --scope local databricks");
    expect(place.ran[2]).toContain("--scope local");
  });

  test("one in another scope than the wanted one stays", async () => {
    const place = agent(claudeEntry("/usr/bin/mortar", "mcp serve"));
    expect(await place.install("claude", { scope: "project" })).toMatchObject({ status: "added" });
    expect(place.ran).toHaveLength(2);
    expect(place.ran[1]).toContain("--scope project");
  });

  test("a scope that the agent has not is refused before anything is run", async () => {
    const place = agent({});
    expect(await place.refusal("codex", { scope: "user" })).toMatchObject({ code: "usage" });
    expect((await place.refusal("gemini", { scope: "local" })).hint).toContain("user, project");
    expect(place.ran).toEqual([]);
  });
});

test("Gemini CLI's list that fails means that nothing is known, so nothing is done", async () => {
  const place = agent({ exitCode: 1, stderr: "broken settings" });
  expect(await place.refusal("gemini")).toMatchObject({ code: "io" });
  expect(place.ran).toHaveLength(1);
});

describe("Codex hands its servers few variables", () => {
  const signal = new AbortController().signal;
  const written = '# mine\n[mcp_servers.databricks]\ncommand = "/usr/bin/mortar"\nargs = ["mcp", "serve"]\n';

  function withCodex(looked: Partial<RunResult>): { made: ReadyMachine; install: () => Promise<Installed> } {
    const made = readyMachine();
    machines.push(made);
    const run: RunProcess = async (words) => {
      if (words.includes("add")) made.write(".codex/config.toml", written);
      return { exitCode: 0, stdout: "", stderr: "", ...(words.includes("get") ? looked : {}) };
    };
    const options = { deps: { ...made.deps, run }, signal, dryRun: false };
    return { made, install: () => installServer(clientNamed("codex"), entry, options) };
  }

  test("so ours are named in the entry that it has made, as setup does", async () => {
    const { made, install } = withCodex(none.codex);
    expect((await install()).status).toBe("added");
    const text = made.read(".codex/config.toml");
    expect(text).toStartWith(written.trimEnd());
    expect(Bun.TOML.parse(text)).toMatchObject({
      mcp_servers: { databricks: { env_vars: [...codexServerVariables] } },
    });
  });

  test("and in one that has none, or only somebody's own, yet", async () => {
    const { made, install } = withCodex(codexEntry("/usr/bin/mortar", ["mcp", "serve"]));
    made.write(".codex/config.toml", `${written}env_vars = ["MINE"]\n`);
    expect(await install()).toMatchObject({ status: "replaced", commands: [] });
    const names = ["MINE", ...codexServerVariables];
    expect(Bun.TOML.parse(made.read(".codex/config.toml"))).toMatchObject({
      mcp_servers: { databricks: { env_vars: names } },
    });
    expect((await install()).status).toBe("unchanged");
  });

  test("a configuration that cannot be understood is left, and named", async () => {
    const { made, install } = withCodex(codexEntry("/usr/bin/mortar", ["mcp", "serve"]));
    made.write(".codex/config.toml", "[broken");
    await expect(install()).rejects.toMatchObject({ code: "config_invalid" });
    expect(made.read(".codex/config.toml")).toBe("[broken");
  });
});

test("an agent that is not installed: what to write by hand", async () => {
  const run: RunProcess = async (words) => {
    throw new MortarError("not_found", `Cannot start ${words[0]}`);
  };
  const options = { deps: { ...machine(), run }, signal: new AbortController().signal, dryRun: false };
  const error = await installServer(clientNamed("codex"), entry, options).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "not_found" });
  expect((error as MortarError).hint).toContain(
    '[mcp_servers.databricks]\ncommand = "/usr/bin/mortar"\nargs = ["mcp", "serve"]',
  );
});

describe("agents without a command for it", () => {
  const files = Object.entries(mcpClients).filter(([, client]) => client.kind === "file");

  test.each(files)("%s: a snippet that is JSON and starts the server", async (name) => {
    const place = agent({});
    const { status, file, snippet } = await place.install(name);
    expect(status).toBe("manual");
    expect(file).toMatch(/\.json$/);
    const text = JSON.stringify(JSON.parse(snippet ?? ""));
    expect(text).toContain('"databricks"');
    expect(text).toMatch(/"\/usr\/bin\/mortar"(?:,"args":\["mcp","serve"\]|,"mcp","serve")/);
    expect(place.ran).toEqual([]);
  });
});

test.each(Object.keys(mcpClients).map((name) => [name] as const))(
  "%s can have a bridge under a name of its own",
  async (name) => {
    const looked = name === "gemini" ? none.gemini : { exitCode: 1 };
    const args = ["mcp", "bridge", "genie:01ef"];
    const { status, commands, snippet = "" } = await agent(looked).install(name, { name: "genie", args }, true);
    const said = status === "manual" ? snippet : (commands[0] ?? []).join(" ");
    for (const word of ["genie", "bridge", "genie:01ef"]) expect(said).toContain(word);
  },
);
