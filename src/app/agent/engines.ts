// The engines that the app knows, the best first.
import type { EngineName } from "../contract/api.ts";
import { claudeEngine } from "./claude/claude.ts";
import { codexEngine } from "./codex/codex.ts";
import type { Engine } from "./engine.ts";
import { geminiEngine } from "./gemini/gemini.ts";

export const engines: readonly Engine[] = [claudeEngine, codexEngine, geminiEngine];

export function engineNamed(name: EngineName): Engine | undefined {
  return engines.find((engine) => engine.name === name);
}
