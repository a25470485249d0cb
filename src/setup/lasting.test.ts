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
  } as const;
  await rememberSetup(made.deps, { ...told, agents: ["codex"] });
  expect(await readSetup(made.deps)).toEqual({ ...told, agents: ["codex"] });
  await rememberSetup(made.deps, { ...told, agents: ["claude"] });
  expect((await readSetup(made.deps)).agents).toEqual(["claude", "codex"]);
  await forgetAgents(made.deps, ["codex"]);
  expect((await readSetup(made.deps)).agents).toEqual(["claude"]);
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
  };
  made.write("mortar/settings.json", { setup: wrong });
  expect(await readSetup(made.deps)).toEqual({ models: {} });
});
