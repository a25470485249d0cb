// A machine and a wish for the tests of this room.
import { systemClock } from "../../platform/clock.ts";
import type { RunProcess } from "../../platform/process.ts";
import { Secret } from "../../platform/secret.ts";
import { models, testMachine, type TestMachine } from "../launch/testing.ts";
import type { ReadyDeps, Wish } from "./types.ts";

export const proxyKey = `mortar-${"k".repeat(43)}`;

const port = 49_153;
const base = `http://127.0.0.1:${port}/p/DEFAULT`;
const host = "https://adb-1.azuredatabricks.net/ai-gateway";

export const wish: Wish = {
  mode: "proxy",
  scope: { kind: "home" },
  target: {
    program: ["/usr/local/bin/mortar"],
    profile: "DEFAULT",
    port,
    anthropic: `${base}/anthropic`,
    responses: `${base}/codex/v1`,
    key: new Secret(proxyKey),
    telemetry: {},
  },
  proxy: {
    anthropic: `${base}/anthropic`,
    responses: `${base}/codex/v1`,
    gemini: `${base}/gemini`,
    chat: `${base}/mlflow/v1`,
  },
  gateway: {
    anthropic: `${host}/anthropic`,
    responses: `${host}/codex/v1`,
    gemini: `${host}/gemini`,
    chat: `${host}/mlflow/v1`,
  },
  helper: ["/usr/local/bin/mortar", "auth", "token", "--output=text", "--profile=DEFAULT"],
  helperTtlMs: 900_000,
  models,
  server: ["/usr/local/bin/mortar", "mcp", "serve", "--profile", "DEFAULT"],
  serverName: "databricks",
};

export interface ReadyMachine extends Omit<TestMachine, "deps"> {
  readonly deps: ReadyDeps;
}

/** `run` answers what an agent asks of programs; without it there are none. */
export function readyMachine(env: Record<string, string> = {}, run?: RunProcess): ReadyMachine {
  const made = testMachine(env, run);
  return { ...made, deps: { ...made.deps, clock: systemClock } };
}
