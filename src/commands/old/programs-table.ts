// The older programs' command lines, as data. They are understood under their own names alone, and made into completion.
import type { Command, CommandModule, Flags, Group, Positional } from "../../cli/spec.ts";
import type { AgentProgram, OldAgent, OldBody } from "./agent-program.ts";
import { claudeCommands, claudeFlags } from "../agent/claude-flags.ts";
import { codexCommands, codexFlags } from "../agent/codex-flags.ts";
import { opencodeCommands, opencodeFlags } from "../agent/opencode-flags.ts";
import {
  completionFlags,
  desktopFlags,
  doctorFlags,
  noFlags,
  otelDisableFlags,
  otelEnableFlags,
  placeFlags,
  portFlags,
  profileFlags,
  serveFlags,
  serveInstallFlags,
  setupFlags,
  websearchFlags,
  writeFlags,
} from "./command-flags.ts";
import { claudeWrapperFlags, codexWrapperFlags, opencodeWrapperFlags } from "./wrapper-flags.ts";

type Module = { readonly run: OldBody<never> };

function leaf(
  summary: string,
  flags: Flags,
  load: () => Promise<Module>,
  more: { readonly positionals?: readonly Positional[]; readonly hidden?: boolean } = {},
): Command {
  return {
    summary,
    flags,
    positionals: more.positionals ?? [],
    examples: [],
    ...(more.hidden === true ? { hidden: true } : {}),
    // What the body gets and returns is not what commands of our own do: run-old.ts calls it.
    load: load as unknown as () => Promise<CommandModule>,
  };
}

const shell: Positional = { name: "SHELL", kind: "string", description: "bash, zsh, fish or powershell" };

const completion = leaf("Print the completion script for a shell", completionFlags, () => import("./completion.ts"), {
  positionals: [shell],
});
const update = leaf("Look for a newer version", noFlags, () => import("./update.ts"));
const show = leaf("Show what is set", placeFlags, () => import("./show.ts"));

const hooks: Group = {
  summary: "Sessions that other programs start: IDE extensions",
  commands: {
    install: leaf("Put the hooks into the agent's settings", placeFlags, () => import("./hooks-install.ts")),
    uninstall: leaf("Take them back", noFlags, () => import("./hooks-uninstall.ts")),
    "session-start": leaf("Called by the agent", placeFlags, () => import("./session-start.ts")),
    "session-end": leaf("Called by the agent", portFlags, () => import("./session-end.ts")),
  },
};

const otel = (agent: OldAgent): Group => ({
  summary: "Telemetry to Unity Catalog",
  commands: {
    enable: leaf(
      "Send it",
      agent === "claude" ? otelEnableFlags : without(otelEnableFlags, "traces", "traces-table"),
      () => import("./otel-enable.ts"),
    ),
    disable: leaf(
      "Stop sending it",
      agent === "claude" ? otelDisableFlags : without(otelDisableFlags, "traces"),
      () => import("./otel-disable.ts"),
    ),
  },
});

function without(flags: Flags, ...names: readonly string[]): Flags {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !names.includes(name)));
}

const claudeGroup: Group = {
  summary: "Claude Code on a Databricks workspace",
  commands: {
    setup: leaf("Sign in, where that is missing", setupFlags, () => import("./setup.ts")),
    config: {
      summary: "Settings",
      commands: {
        show,
        write: leaf("Write Claude Code's settings once", writeFlags, () => import("./config-write.ts")),
        otel: otel("claude"),
        websearch: {
          summary: "Web search and fetch",
          commands: {
            enable: leaf("Fulfil them on this machine", websearchFlags, () => import("./websearch-enable.ts")),
            disable: leaf("Leave them to the workspace", noFlags, () => import("./websearch-disable.ts")),
          },
        },
      },
    },
    hooks,
    serve: {
      summary: "The proxy without the agent",
      fallback: "run",
      commands: {
        run: leaf("Run it here", serveFlags, () => import("./serve.ts"), { hidden: true }),
        install: leaf("Run it as a service", serveInstallFlags, () => import("./serve-install.ts")),
        uninstall: leaf("Take the service back", noFlags, () => import("./serve-uninstall.ts")),
        status: leaf("Show the service", portFlags, () => import("./serve-status.ts")),
      },
    },
    desktop: {
      summary: "Claude Desktop",
      commands: {
        "generate-config": leaf("Write its configuration", desktopFlags, () => import("./desktop.ts")),
        "generate-trust-profile": leaf("Write a profile of trust", desktopFlags, () => import("./desktop-trust.ts")),
        "credential-helper": leaf("Print a token", profileFlags, () => import("./desktop-helper.ts")),
      },
    },
    doctor: leaf("Compare the models with the workspace's", doctorFlags, () => import("./doctor.ts")),
    completion,
    update,
  },
};

const siblingServe = leaf(
  "The proxy without the agent",
  without(serveFlags, "session-mode", "daemon"),
  () => import("./serve-sibling.ts"),
);

const codexGroup: Group = {
  summary: "Codex on a Databricks workspace",
  commands: {
    config: { summary: "Settings", commands: { show, otel: otel("codex") } },
    hooks,
    serve: siblingServe,
    completion,
    update,
  },
};

const opencodeGroup: Group = {
  summary: "OpenCode on a Databricks workspace",
  commands: { config: { summary: "Settings", commands: { show } }, hooks, serve: siblingServe, completion, update },
};

interface Wrapped {
  readonly title: string;
  readonly flags: Flags;
  /** What the agent takes itself. */
  readonly theirs: Flags;
  readonly commands: readonly string[];
}

function wrapper({ title, flags, theirs, commands }: Wrapped): Command {
  return {
    summary: `Start ${title} on the workspace`,
    description: `Starts ${title} on the models of the workspace. Words that are not ours go to ${title}; behind -- all do.`,
    flags,
    positionals: [],
    examples: [],
    passThrough: true,
    // Our flags are ours behind the agent's own commands too.
    mixed: { commands: [] },
    wraps: {
      flags: theirs,
      positionals: [{ name: "COMMAND", kind: "string", choices: commands, description: `a command of ${title}` }],
    },
    // run-old.ts starts the agent.
    load: () => Promise.reject(new Error("not a command of its own")),
  };
}

export const oldPrograms = {
  "databricks-claude": {
    name: "databricks-claude",
    agent: "claude",
    title: "Claude Code",
    port: 49_153,
    wrapper: wrapper({
      title: "Claude Code",
      flags: claudeWrapperFlags,
      theirs: claudeFlags,
      commands: claudeCommands,
    }),
    group: claudeGroup,
  },
  "databricks-codex": {
    name: "databricks-codex",
    agent: "codex",
    title: "Codex",
    port: 49_154,
    wrapper: wrapper({ title: "Codex", flags: codexWrapperFlags, theirs: codexFlags, commands: codexCommands }),
    group: codexGroup,
  },
  "databricks-opencode": {
    name: "databricks-opencode",
    agent: "opencode",
    title: "OpenCode",
    port: 49_156,
    wrapper: wrapper({
      title: "OpenCode",
      flags: opencodeWrapperFlags,
      theirs: opencodeFlags,
      commands: opencodeCommands,
    }),
    group: opencodeGroup,
  },
} as const satisfies Record<string, AgentProgram>;
