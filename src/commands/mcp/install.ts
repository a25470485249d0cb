// `mortar mcp install`: adds the server to an agent.
import { installServer, serverCommand, type Installed } from "../../agents/mcp-install.ts";
import { mcpClients, type McpClient } from "../../agents/mcp-clients.ts";
import { choose } from "../../cli/choose.ts";
import type { CommandContext, Run } from "../../cli/context.ts";
import { MortarError } from "../../platform/errors.ts";
import { protectionOf } from "../../tools/protection.ts";
import { parseServerWord } from "../../mcp/bridge/words.ts";
import { selectionOf } from "../tool/wish.ts";
import { installFlags } from "./table.ts";

export const run: Run<typeof installFlags> = async (context) => {
  const { deps, flags, signal } = context;
  const key = flags.client ?? (await askForClient(context));
  const client = key === undefined ? undefined : mcpClients[key];
  if (key === undefined || client === undefined) {
    throw new MortarError("usage", "Nothing says which agent", { hint: "Give --client, such as --client claude." });
  }
  const [command, ...words] = await serverCommand(deps.env);
  const entry = {
    name: flags.name,
    command,
    args: [...words, "mcp", ...(flags.bridge.length === 0 ? serveArguments(context) : bridgeArguments(context))],
    scope: flags.scope,
  };
  const installed = await installServer(client, entry, { deps, signal, dryRun: flags["dry-run"] });
  return {
    data: { client: key, name: flags.name, ...installed },
    text: textOf(client, flags.name, installed),
  };
};

/** Which agent, from the person; undefined where nobody can be asked. */
async function askForClient({ deps, json, progress, signal }: CommandContext<typeof installFlags>) {
  if (json) return undefined;
  progress.clear();
  const choices = Object.entries(mcpClients).map(([value, { kind, title, file }]) => ({
    value,
    label: title,
    hint: kind === "command" ? "by its own command" : `shows what to put into ${file}`,
  }));
  const chosen = await choose(deps, { question: "Which agent?", choices, signal });
  if (chosen !== undefined) progress.show("Asking the agent");
  return chosen;
}

/** The flags that the server is to be started with. */
function serveArguments(context: CommandContext<typeof installFlags>): string[] {
  const { flags, profile } = context;
  // An unknown name is refused now, not when the agent starts the server; so is a pattern that protects nothing.
  selectionOf(flags);
  protectionOf(flags.protect, flags["allow-code"]);
  return [
    "serve",
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...list("toolsets", flags.toolsets),
    ...list("tools", flags.tools),
    ...list("exclude-tools", flags["exclude-tools"]),
    ...(flags["read-only"] ? ["--read-only"] : []),
    ...(flags.names === "mortar" ? [] : ["--names", flags.names]),
    ...termsArguments(flags),
  ];
}

/** The servers and flags of a bridge. Throws `usage` for what is no server, and for the name that is the own server's. */
function bridgeArguments({ flags, profile }: CommandContext<typeof installFlags>): string[] {
  if (flags.name === installFlags.name.default) {
    throw new MortarError("usage", "--bridge needs a --name of its own", {
      hint: `${flags.name} is the name of Mortar's own server. A bridge stands beside it: --name genie, for example.`,
    });
  }
  protectionOf(flags.protect, flags["allow-code"]);
  return [
    "bridge",
    ...flags.bridge.map((word) => parseServerWord(word).word),
    ...(profile === undefined ? [] : ["--profile", profile]),
    ...(flags["with-own"] ? ["--with-own"] : []),
    ...list("toolsets", flags.toolsets),
    ...list("tools", flags.tools),
    ...list("exclude-tools", flags["exclude-tools"]),
    ...(flags["read-only"] ? ["--read-only"] : []),
    ...termsArguments(flags),
  ];
}

function list(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`--${name}`, values.join(",")];
}

/** The terms as they were given; settings are read anew by each server. */
function termsArguments(flags: CommandContext<typeof installFlags>["flags"]): string[] {
  const values = ["max-rows", "max-chars", "max-wait", "confirm"] as const;
  const switches = ["allow-code", "discovery"] as const;
  return [
    ...(flags.protect.length === 0 ? [] : ["--protect", flags.protect.join(",")]),
    ...values.flatMap((name) => (flags[name] === undefined ? [] : [`--${name}`, String(flags[name])])),
    ...switches.flatMap((name) => (flags[name] ? [`--${name}`] : [])),
  ];
}

function textOf(client: McpClient, name: string, { status, commands, file, snippet }: Installed): string {
  const lines = commands.map((words) => `  ${words.map(quoted).join(" ")}`).join("\n");
  if (status === "manual") return `Put this into ${file ?? "its configuration"} (${client.title}):\n\n${snippet ?? ""}`;
  if (status === "planned") return `Would run:\n${lines}\nNothing was done.\n`;
  if (status === "unchanged") return `${client.title} has ${name} already. Nothing was done.\n`;
  if (commands.length === 0) return `${client.title} hands ${name} the variables that it needs now.\n`;
  return `${status === "added" ? "Added" : "Replaced"} ${name} in ${client.title}:\n${lines}\n`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
}
