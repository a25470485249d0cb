// Setup, then uninstall, gives back the same bytes: for every agent, mode and scope, whatever its files held before.
import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { applyEdit, applyFile, listEdits, revertEdits } from "../../platform/edits/edits.ts";
import { toMortarError } from "../../platform/errors.ts";
import { hookAgents } from "../hooks/hook-agents.ts";
import { applyReady, takeBackReady } from "./apply.ts";
import { managedAgents } from "./catalog.ts";
import { readyMachine, wish, type ReadyMachine } from "./testing.ts";
import type { ManagedAgent, Mode, Scope, Wish } from "./types.ts";

const machines: ReadyMachine[] = [];
afterEach(() => {
  for (const made of machines.splice(0)) made.dispose();
});

/** Numbers that are the same in every run (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Pick = (below: number) => number;

const members: readonly string[] = [
  '"model": "opus"',
  '"apiKeyHelper": "/bin/mine"',
  '"env": { "ANTHROPIC_AUTH_TOKEN": "mine", "NO_PROXY": "corp.example" }',
  '"env": {}',
  '"hooks": { "SessionStart": [ { "hooks": [ { "type": "command", "command": "mine" } ] } ] }',
  '"mcpServers": { "other": { "command": "x", "args": [] } }',
  '"mcpServers": { "databricks": { "command": "npx", "args": ["theirs"] } }',
  '"servers": {}',
  '"mcp": { "x": { "type": "remote", "url": "https://x" } }',
  '"security": { "auth": { "selectedType": "oauth-personal" } }',
  '"modelConfigs": { "customOverrides": [ { "match": { "model": "m" }, "modelConfig": { "model": "n" } } ] }',
  '"enabledMcpjsonServers": [ "one" ]',
  '"hasCompletedOnboarding": false',
  '"id": 12345678901234567890',
  '"small": 1.50e+3',
  '"ünï": "\\u00e9 \\/ 😀 <&>"',
  '"list": [1, [2, {}], "a"]',
  '"x": 1, "x": 2',
];

function jsonText(pick: Pick, comments: boolean): string {
  const names = new Set<string>();
  const chosen = Array.from({ length: pick(6) }, () => members[pick(members.length)] ?? "").filter((one) => {
    const name = one.slice(0, one.indexOf(":"));
    return names.has(name) ? false : names.add(name) !== undefined;
  });
  const indent = ["  ", "\t", "    ", ""][pick(4)] ?? "";
  if (indent === "") return `{${chosen.join(",")}}`;
  const note = (text: string): string => (comments && pick(3) === 0 ? ` // ${text}` : "");
  const lines = chosen.map(
    (one, index) => `${indent}${one}${index < chosen.length - 1 ? "," : ""}${note("mine, this")}`,
  );
  const head = comments && pick(3) === 0 ? "/* top */\n" : "";
  return `${head}{${note("begin")}\n${lines.join("\n")}${lines.length > 0 ? "\n" : ""}}`;
}

const tables: readonly string[] = [
  "[model_providers.mine]\nname = 'Mine' # theirs\nbase_url = \"https://x\"\n",
  "[features]\nweb = true # on\n",
  "[[tables]]\na = 1\n\n[[tables]]\na = 2\n",
  '[mcp_servers.other]\ncommand = "y"\nargs = [\n  "a", # first\n  "b",\n]\n',
  '[mcp_servers.databricks]\ncommand = "theirs"\n',
  '[otel]\nenvironment = "dev"\n',
  '[projects."/home/me/ünï 😀"]\ntrust_level = "trusted"\n',
  "[numbers]\nbig = 9223372036854775807\nhex = 0xff\nfloat = 1.50\nday = 2026-11-21\n",
  '[deep.er.still]\ntext = """\nlines\n  and more"""\n',
];
const roots: readonly string[] = [
  '# mine\nmodel = "gpt-5" # note\n',
  'model_provider = "openai"\n',
  "notify = ['a', 'b']\n",
  "tui = { theme = 'x' } # inline\n",
];

function tomlText(pick: Pick): string {
  const some = (all: readonly string[]): string[] => all.filter(() => pick(3) === 0);
  return [some(roots).join(""), ...some(tables)].filter((one) => one !== "").join(pick(2) === 0 ? "\n" : "");
}

function envText(pick: Pick): string {
  const lines = [
    "# mine",
    "GEMINI_API_KEY=theirs # a comment",
    "export OTHER='a b'",
    'MULTI="one\ntwo"',
    "GOOGLE_API_KEY=AIza",
    "",
    "NO_PROXY=corp.example",
    "É=1",
  ];
  return lines.filter(() => pick(2) === 0).join("\n");
}

/** What a file may hold before; undefined for none. */
function textFor(file: string, pick: Pick): string | undefined {
  const kind = pick(8);
  if (kind === 0) return undefined;
  if (kind === 1) return ["", "\n", "  \n\n"][pick(3)];
  const body = bodyFor(file, pick);
  const ended = pick(3) === 0 ? body.replace(/\n$/, "") : `${body}\n`;
  const lines = pick(4) === 0 ? ended.replaceAll("\n", "\r\n") : ended;
  return pick(6) === 0 ? `\uFEFF${lines}` : lines;
}

function bodyFor(file: string, pick: Pick): string {
  if (file.endsWith(".toml")) return tomlText(pick);
  return file.endsWith(".env") ? envText(pick) : jsonText(pick, pick(2) === 0);
}

/** All files below a folder with their bytes and modes, but for our own. */
function snapshot(made: ReadyMachine): Record<string, string> {
  const all: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (path === join(made.home, "mortar")) continue;
      if (entry.isDirectory()) {
        all[path] = "folder";
        walk(path);
      } else all[path] = `${statSync(path).mode} ${readFileSync(path).toString("latin1")}`;
    }
  };
  walk(made.home);
  return all;
}

interface Case {
  readonly agent: ManagedAgent;
  readonly mode: Mode;
  readonly scope: Scope["kind"];
}

const cases: readonly Case[] = managedAgents.flatMap((agent) =>
  agent.modes.flatMap((mode) => agent.scopes.map((scope) => ({ agent, mode, scope }))),
);
const rounds = 20;

function machine(): ReadyMachine {
  const made = readyMachine();
  machines.push(made);
  return made;
}

const really = { dryRun: false } as const;

async function hooksInstall(made: ReadyMachine, id: string, profile: string): Promise<void> {
  const agent = id === "claude" || id === "codex" || id === "opencode" ? hookAgents[id] : undefined;
  const plan = await agent?.plan(made.deps, { ...wish.target, profile });
  for (const { orphans: _orphans, clean: _clean, ...edit } of plan?.edits ?? []) {
    await applyEdit(made.deps, { ...edit, owner: `hooks-${id}` });
  }
  for (const file of plan?.files ?? []) await applyFile(made.deps, { ...file, owner: `hooks-${id}` });
}

describe("setup, then uninstall", () => {
  test.each(cases.map((one) => [`${one.agent.id}, ${one.mode}, ${one.scope}`, one] as const))(
    "%s",
    async (_name, { agent, mode, scope }) => {
      let refused = 0;
      for (let seed = 0; seed < rounds; seed++) {
        const made = machine();
        const pick = random(seed * 7919 + agent.id.length * 31 + mode.length);
        const place: Scope = scope === "home" ? { kind: "home" } : { kind: "project", folder: made.project };
        const serverName = ["databricks", "databricks", "dbx-2"][pick(3)] ?? "databricks";
        const wanted: Wish = { ...wish, mode, scope: place, serverName };
        for (const { file } of (await agent.plan(made.deps, wanted)).edits) {
          const text = textFor(file, pick);
          if (text === undefined) continue;
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text, { mode: pick(2) === 0 ? 0o600 : 0o644 });
        }
        const before = snapshot(made);
        const order = pick(4);
        try {
          if (order === 1) await hooksInstall(made, agent.id, "OTHER");
          await applyReady(made.deps, agent, wanted, really);
          if (order === 2) await hooksInstall(made, agent.id, "OTHER");
          if (order === 3) await applyReady(made.deps, agent, { ...wanted, models: { listed: [] } }, really);
        } catch (thrown) {
          // A name twice, or a structure that cannot be edited safely.
          expect([seed, toMortarError(thrown).code]).toEqual([seed, "config_invalid"]);
          refused += 1;
        }
        if (order === 2 && pick(2) === 0) await revertEdits(made.deps, `hooks-${agent.id}`);
        const taken = await takeBackReady(made.deps, agent.id, really);
        expect([seed, taken.filter(({ status }) => status === "failed")]).toEqual([seed, []]);
        expect([seed, snapshot(made)]).toEqual([seed, before]);
        expect(await listEdits(made.deps)).toEqual([]);
        made.dispose();
      }
      expect(refused).toBeLessThan(rounds / 2);
    },
    60_000,
  );

  test("are enough cases", () => {
    expect(cases.length * rounds).toBeGreaterThan(200);
  });
});
