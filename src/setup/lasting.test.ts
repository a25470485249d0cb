// What the last setup was told.
import { afterEach, expect, test } from "bun:test";
import { readyMachine, type ReadyMachine } from "../agents/ready/testing.ts";
import { forgetAgents, readSetup, rememberSetup } from "./lasting.ts";

let made: ReadyMachine;
afterEach(() => made.dispose());

test("comes back as it was, and agents are added up", async () => {
  made = readyMachine();
  expect(await readSetup(made.deps)).toEqual({});
  const told = {
    host: "https://dbc-1.cloud.databricks.com",
    profile: "a b",
    mode: "helper",
    scope: { kind: "project", folder: "/x" },
    models: { opus: "o" },
    ttlMs: 600_000,
    skills: false,
    server: true,
    serverName: "dbx",
  } as const;
  await rememberSetup(made.deps, { ...told, agents: ["codex"] });
  expect(await readSetup(made.deps)).toEqual({ ...told, agents: ["codex"] });
  await rememberSetup(made.deps, { ...told, agents: ["claude"] });
  expect((await readSetup(made.deps)).agents).toEqual(["claude", "codex"]);
  await forgetAgents(made.deps, ["codex"]);
  expect((await readSetup(made.deps)).agents).toEqual(["claude"]);
});

test("keeps each agent's mode, and the agents of the last place alone", async () => {
  made = readyMachine();
  const home = { host: "https://dbc-1.cloud.databricks.com", scope: { kind: "home" } } as const;
  await rememberSetup(made.deps, { ...home, agents: ["claude"], modes: { claude: "helper" } });
  await rememberSetup(made.deps, { ...home, agents: ["codex"], modes: { codex: "proxy" } });
  expect(await readSetup(made.deps)).toMatchObject({ modes: { claude: "helper", codex: "proxy" } });
  await forgetAgents(made.deps, ["claude"]);
  expect((await readSetup(made.deps)).modes).toEqual({ codex: "proxy" });
  const project = { ...home, scope: { kind: "project", folder: "/x" } } as const;
  await rememberSetup(made.deps, { ...project, agents: ["claude"], modes: { claude: "wrapper" } });
  expect(await readSetup(made.deps)).toMatchObject({ ...project, agents: ["claude"], modes: { claude: "wrapper" } });
});

test("what a person has written wrongly counts as not said", async () => {
  made = readyMachine();
  const wrong = {
    host: "nowhere",
    profile: 5,
    agents: ["emacs"],
    mode: "magic",
    scope: "home",
    models: { opus: 1 },
    ttlMs: -1,
    skills: "no",
    serverName: "a b",
    modes: { claude: "magic", emacs: "proxy" },
  };
  made.write("mortar/settings.json", { setup: wrong });
  expect(await readSetup(made.deps)).toEqual({ models: {} });
});
