// When a run cannot be, and for want of what.
import { expect, test } from "bun:test";
import type { EngineInfo, EngineName } from "../../contract/api.ts";
import { missingEngines } from "./engine-note.tsx";

const engine = (name: EngineName, installed: boolean): EngineInfo => ({
  name,
  title: name,
  version: null,
  installed,
  install: `install ${name}`,
  permission_modes: ["ask"],
  shell: { on: true, reason: null },
});
const one = [engine("claude", true), engine("codex", false)];
const none = [engine("claude", false), engine("codex", false)];

test.each<[string, readonly EngineInfo[] | undefined, EngineName | null, readonly string[]]>([
  ["before it is known", undefined, null, []],
  ["one is there", one, null, []],
  ["the chosen one is there", one, "claude", []],
  ["the chosen one is not there", one, "codex", ["codex"]],
  ["none is there", none, null, ["claude", "codex"]],
  ["none is there, one of them chosen", none, "claude", ["claude", "codex"]],
  ["a chosen one that nobody knows", one, "gemini", []],
])("%s", (_name, engines, chosen, names) => {
  expect(missingEngines(engines, chosen).map(({ name }) => name)).toEqual([...names] as EngineName[]);
});
