// `mortar claude`, `codex`, `gemini`, `opencode` and `copilot`, as data.
import type { Command, Example, Flags } from "../../cli/spec.ts";
import { claudeCommands, claudeFlags, claudeOwned } from "./claude-flags.ts";
import { codexCommands, codexFlags, codexOwned } from "./codex-flags.ts";
import { copilotCommands, copilotFlags } from "./copilot-flags.ts";
import { geminiCommands, geminiFlags } from "./gemini-flags.ts";
import { opencodeCommands, opencodeFlags, opencodeOwned } from "./opencode-flags.ts";
import { ownFlags } from "./own-flags.ts";

interface Wrapped {
  readonly name: "claude" | "codex" | "gemini" | "opencode" | "copilot";
  readonly title: string;
  readonly commands: readonly string[];
  readonly flags: Flags;
  readonly owned?: readonly string[];
  readonly more: string;
  readonly examples: readonly Example[];
}

function agentCommand({ name, title, commands, flags, owned = [], more, examples }: Wrapped): Command {
  const common = `Starts ${title} with the models and the tools of the workspace, by settings of this one session: none of its files is changed. Words that are not ours go to ${title}, in their order; behind -- all do.`;
  const command: Command = {
    summary: `Start ${title} on the workspace`,
    description: `${common} ${more}`,
    flags: ownFlags(owned),
    positionals: [],
    examples,
    passThrough: true,
    mixed: { commands },
    wraps: {
      flags,
      positionals: [{ name: "COMMAND", kind: "string", choices: commands, description: `a command of ${title}` }],
    },
    load: async () => {
      const { bodyOf } = await import("./run.ts");
      return { run: bodyOf(name, command) };
    },
  };
  return command;
}

export const claudeCommand = agentCommand({
  name: "claude",
  title: "Claude Code",
  commands: claudeCommands,
  flags: claudeFlags,
  owned: claudeOwned,
  more: "A --settings of yours is joined with ours. --verbose is Claude Code's; ours is --proxy-verbose.",
  examples: [
    { run: "mortar claude", does: "A session on the remembered profile" },
    { run: "mortar claude --profile PROD -c", does: "Go on with the last one, on another workspace" },
    { run: 'mortar claude -p "Which jobs failed today?" --read-only', does: "One question, with tools that only read" },
    { run: "mortar claude -- --help", does: "Claude Code's own help alone" },
  ],
});

export const codexCommand = agentCommand({
  name: "codex",
  title: "Codex",
  commands: codexCommands,
  flags: codexFlags,
  owned: codexOwned,
  more: "--profile is Codex's own; the workspace's is --databricks-profile.",
  examples: [
    { run: "mortar codex", does: "A session on the remembered profile" },
    { run: "mortar codex --databricks-profile PROD", does: "On another workspace" },
    { run: 'mortar codex exec "Explain this repository"', does: "One task, without the interface" },
  ],
});

export const geminiCommand = agentCommand({
  name: "gemini",
  title: "Gemini CLI",
  commands: geminiCommands,
  flags: geminiFlags,
  more: "It runs in a folder of its own, in which its settings, history and extensions are yours.",
  examples: [
    { run: "mortar gemini", does: "A session on the remembered profile" },
    { run: 'mortar gemini -p "Explain this repository" --profile PROD', does: "One question to another workspace" },
  ],
});

export const opencodeCommand = agentCommand({
  name: "opencode",
  title: "OpenCode",
  commands: opencodeCommands,
  flags: opencodeFlags,
  owned: opencodeOwned,
  more: "--port is OpenCode's own; the proxy's is --proxy-port.",
  examples: [
    { run: "mortar opencode", does: "A session on the remembered profile" },
    { run: 'mortar opencode --profile PROD run "Explain this repository"', does: "One task on another workspace" },
  ],
});

export const copilotCommand = agentCommand({
  name: "copilot",
  title: "Copilot CLI",
  commands: copilotCommands,
  flags: copilotFlags,
  more: "Nothing goes to GitHub, unless COPILOT_OFFLINE=false says otherwise.",
  examples: [
    { run: "mortar copilot", does: "A session on the remembered profile" },
    { run: 'mortar copilot -p "Explain this repository" --allow-all-tools', does: "One task, without the interface" },
  ],
});
