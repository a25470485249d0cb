// `databricks-claude-credential-helper`: Claude Desktop calls it each minute, and takes what it prints for the token.
import { helperToken } from "../../desktop/credential-helper.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import { onInterrupt } from "../../platform/signals.ts";
import { systemDeps } from "../../platform/system.ts";
import { oldEnvironment } from "./run-old.ts";

/** Of its words `--profile` alone is minded: Desktop cannot give any. */
export async function runHelper(words: readonly string[]): Promise<number> {
  const deps = systemDeps({ level: "quiet", noColour: true });
  const interrupt = onInterrupt();
  try {
    return await printToken({ ...deps, env: oldEnvironment(deps.env) }, profileIn(words), interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** Prints the bare token and nothing else, without a line end, and returns 0; else it is one line on stderr, and 1. */
export async function printToken(deps: Deps, profile: string | undefined, signal: AbortSignal): Promise<number> {
  try {
    deps.stdout.write((await helperToken(deps, { profile, signal })).reveal());
    return 0;
  } catch (thrown) {
    const { message, hint } = toMortarError(thrown);
    const line = hint === undefined ? message : `${message}. ${hint}`;
    deps.stderr.write(`databricks-claude-credential-helper: ${redact(line).replaceAll(/\s+/g, " ")}\n`);
    return 1;
  }
}

function profileIn(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => word === "--profile" || word.startsWith("--profile="));
  const word = words[index] ?? "";
  const value = word.includes("=") ? word.slice("--profile=".length) : words[index + 1];
  return index === -1 || value === undefined || value === "" ? undefined : value;
}
