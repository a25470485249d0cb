// The command line of a hook: one text, which the agent gives to a shell.
import type { OperatingSystem } from "../../platform/deps.ts";
import type { HookTarget, SessionAgent } from "./plan.ts";

/** `"/usr/local/bin/mortar" hooks session-start --agent claude --profile DEFAULT --port 49153` */
export function hookCommand(
  os: OperatingSystem,
  { program, profile, port }: Pick<HookTarget, "program" | "profile" | "port">,
  { event, agent }: { readonly event: "session-start" | "session-end"; readonly agent: SessionAgent },
): string {
  const words = [...program, "hooks", event, `--agent=${agent}`, `--profile=${profile}`, `--port=${port}`];
  return commandLine(os, words);
}

/** Words as one text, for the shell through which agents start programs. */
export function commandLine(os: OperatingSystem, words: readonly string[]): string {
  return words.map((word) => quoted(os, word)).join(" ");
}

/** For sh, and on Windows for both shells that agents use there: slashes in the place of backslashes mean the same. */
function quoted(os: OperatingSystem, word: string): string {
  const plain = os === "win32" ? word.replaceAll("\\", "/") : word;
  if (/^[\w@%+=:,./-]+$/.test(plain)) return plain;
  return os === "win32" ? `"${plain.replaceAll('"', '\\"')}"` : `'${plain.replaceAll("'", `'\\''`)}'`;
}

/** Whether the command is a hook of ours, of whatever version and place. */
export function isOurHook(command: unknown): boolean {
  return (
    typeof command === "string" &&
    /\bmortar(?:\.exe)?["']?\s+(?:\S+main\.ts\s+)?hooks\s+session-(?:start|end)\b/.test(command)
  );
}

/** Whether the command is a hook of the programs before this one, of either of their generations. */
export function isOlderHook(command: unknown): boolean {
  if (typeof command !== "string") return false;
  return /\bdatabricks-(?:claude|codex|opencode)(?:\.exe)?["']?\s+(?:hooks\s+session-(?:start|end)|--headless-(?:ensure|release))\b/.test(
    command,
  );
}
