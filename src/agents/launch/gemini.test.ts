// Gemini CLI's folder: the person's own things in it, settings of the session, and what comes back at its end.
import { afterEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Prepared } from "./agent.ts";
import { agents } from "./agents.ts";
import { gemini } from "./gemini.ts";
import { clearFolder, fillFolder, keepFolder, noteAgent, sweepFolders } from "./session-folder.ts";
import { fileOf, key, testMachine, type TestMachine } from "./testing.ts";

let machine: TestMachine;
afterEach(() => machine.dispose());

const own =
  '{\n  // mine\n  "ui": { "theme": "GitHub" },\n  "security": { "auth": { "selectedType": "oauth-personal" } }\n}\n';

async function opened(): Promise<Prepared> {
  const prepared = await machine.prepare(gemini);
  await fillFolder(machine.folder, prepared.files);
  await prepared.open?.();
  return prepared;
}

const inSession = (...names: string[]): string => join(machine.folder, ".gemini", ...names);

/** As an agent writes a file: anew, in the place of the one that was there, a little later. */
function replace(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  const later = new Date(Date.now() + 5_000);
  utimesSync(`${path}.new`, later, later);
  renameSync(`${path}.new`, path);
}

test("variables lead to the proxy, and no other way to Google's models is left", async () => {
  machine = testMachine({ GOOGLE_API_KEY: "x", GOOGLE_GENAI_USE_VERTEXAI: "true" });
  const { env } = await machine.prepare(gemini);
  expect(env).toMatchObject({
    GEMINI_CLI_HOME: machine.folder,
    GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:49153/p/DEFAULT/gemini",
    GEMINI_API_KEY: key,
    GEMINI_API_KEY_AUTH_MECHANISM: "bearer",
    GEMINI_MODEL: "databricks-gemini-4-pro",
  });
  expect(env).toHaveProperty("GOOGLE_API_KEY", undefined);
  expect(env).toHaveProperty("GOOGLE_GENAI_USE_VERTEXAI", undefined);
});

describe("settings", () => {
  test("are the person's, with ours in them", async () => {
    machine = testMachine();
    machine.write(".gemini/settings.json", own);
    const prepared = await opened();
    const text = readFileSync(inSession("settings.json"), "utf8");
    expect(text).toContain("// mine");
    expect(text).toContain('"theme": "GitHub"');
    expect(text).toContain('"selectedType": "gemini-api-key"');
    expect(text).toContain('"/usr/bin/mortar"');
    expect(text).not.toContain(key);
    expect(prepared.files.every(({ content }) => !content.includes(key))).toBe(true);
    expect(machine.read(".gemini/settings.json")).toBe(own);
  });

  test("send what Gemini CLI asks on the side to models that are there", async () => {
    machine = testMachine();
    machine.write(".gemini/settings.json", { modelConfigs: { customOverrides: [{ match: { model: "mine" } }] } });
    const { modelConfigs } = fileOf(await machine.prepare(gemini), "settings.json") as never as {
      modelConfigs: { customOverrides: { match: { model: string }; modelConfig?: { model: string } }[] };
    };
    const rules = new Map(modelConfigs.customOverrides.map((rule) => [rule.match.model, rule.modelConfig?.model]));
    expect(rules.get("classifier")).toBe("databricks-gemini-3-5-flash");
    expect(rules.get("chat-compression-default")).toBe("databricks-gemini-4-pro");
    expect(rules.get("gemini-3.1-pro-preview")).toBe("databricks-gemini-4-pro");
    expect(rules.has("mine")).toBe(true);
    // The workspace has that one.
    expect(rules.has("gemini-3.5-flash")).toBe(false);
  });

  test("have no second MCP server of our name", async () => {
    machine = testMachine();
    machine.write("project/.gemini/settings.json", { mcpServers: { databricks: { command: "x" } } });
    expect(fileOf(await machine.prepare(gemini), "settings.json")).not.toHaveProperty("mcpServers");
  });

  test("that the person changes in the session come back, and ours do not", async () => {
    machine = testMachine();
    machine.write(".gemini/settings.json", own);
    await opened();
    const changed = readFileSync(inSession("settings.json"), "utf8").replace("GitHub", "Dracula");
    replace(inSession("settings.json"), changed.replace("{", '{ "general": { "vimMode": true },'));
    // Another session changed something in the meantime.
    machine.write(".gemini/settings.json", own.replace("// mine", "// still mine"));
    await clearFolder(machine.deps, gemini, machine.folder);
    const after = machine.read(".gemini/settings.json");
    expect(after).toContain("// still mine");
    expect(JSON.parse(after.replace(/\/\/.*/, ""))).toEqual({
      ui: { theme: "Dracula" },
      security: { auth: { selectedType: "oauth-personal" } },
      general: { vimMode: true },
    });
  });

  test("that nobody changed leave the person's file alone", async () => {
    machine = testMachine();
    await opened();
    await clearFolder(machine.deps, gemini, machine.folder);
    expect(machine.has(".gemini")).toBe(false);
    expect(existsSync(machine.folder)).toBe(false);
  });
});

describe("what the person has", () => {
  test("is there, and grows where it is", async () => {
    machine = testMachine();
    machine.write(".gemini/GEMINI.md", "Remember.");
    machine.write(".gemini/tmp/a/chats/1.json", "{}");
    machine.write(".agents/skills/x/SKILL.md", "X");
    await opened();
    expect(readFileSync(inSession("GEMINI.md"), "utf8")).toBe("Remember.");
    expect(readFileSync(join(machine.folder, ".agents/skills/x/SKILL.md"), "utf8")).toBe("X");
    writeFileSync(inSession("tmp/a/chats/2.json"), "[]");
    expect(machine.read(".gemini/tmp/a/chats/2.json")).toBe("[]");
    await clearFolder(machine.deps, gemini, machine.folder);
    expect(machine.read(".gemini/tmp/a/chats/1.json")).toBe("{}");
    expect(machine.read(".gemini/GEMINI.md")).toBe("Remember.");
  });

  test("comes back where the session made it anew", async () => {
    machine = testMachine();
    machine.write(".gemini/projects.json", "old");
    machine.write(".gemini/other.json", "old");
    await opened();
    replace(inSession("projects.json"), "new");
    rmSync(inSession("other.json"));
    writeFileSync(inSession("oauth_creds.json"), "login");
    await clearFolder(machine.deps, gemini, machine.folder);
    expect(machine.read(".gemini/projects.json")).toBe("new");
    expect(machine.read(".gemini/other.json")).toBe("old");
    expect(machine.read(".gemini/oauth_creds.json")).toBe("login");
    expect(lstatSync(join(machine.home, ".gemini/projects.json")).isSymbolicLink()).toBe(false);
  });

  test("is joined with folders that another session made meanwhile", async () => {
    machine = testMachine();
    await opened();
    await fillFolder(inSession("tmp", "a"), [{ path: inSession("tmp", "a", "mine.json"), content: "1" }]);
    machine.write(".gemini/tmp/a/theirs.json", "2");
    await clearFolder(machine.deps, gemini, machine.folder);
    expect(readdirSync(join(machine.home, ".gemini/tmp/a")).toSorted()).toEqual(["mine.json", "theirs.json"]);
  });
});

describe("a session that was killed", () => {
  const all = Object.values(agents);

  test("is cleared away by the next, and what it made comes back", async () => {
    machine = testMachine();
    await opened();
    const sessions = join(machine.folder, "..");
    // No process has the number that a session gets here.
    renameSync(machine.folder, join(sessions, "gemini-999999999-aa"));
    writeFileSync(join(sessions, "gemini-999999999-aa", ".gemini", "memory.md"), "kept");
    await sweepFolders(machine.deps, all);
    expect(machine.read(".gemini/memory.md")).toBe("kept");
    expect(readdirSync(sessions)).toEqual([]);
  });

  test("is left alone while its agent lives, or works in the background", async () => {
    machine = testMachine();
    const sessions = join(machine.folder, "..");
    const places = ["gemini-999999999-aa", "claude-999999999-bb", `codex-${process.pid}-cc`, "unknown-1-dd"];
    for (const name of places) await fillFolder(join(sessions, name), []);
    await noteAgent(join(sessions, places[0] ?? ""), process.pid);
    await keepFolder(join(sessions, places[1] ?? ""));
    await sweepFolders(machine.deps, all);
    expect(readdirSync(sessions).toSorted()).toEqual(places.toSorted());
  });
});
