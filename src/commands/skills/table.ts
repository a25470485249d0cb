// `mortar skills`, as data.
import type { Command, Flags, Group } from "../../cli/spec.ts";
import { skillAgentNames, skillScopes } from "../../skills/agent-names.ts";
import { skillSetNames } from "../../skills/entry.ts";

const agent = {
  kind: "list",
  of: "agent",
  commas: true,
  placeholder: "AGENTS",
  choices: skillAgentNames,
} as const;

const scope = { kind: "string", placeholder: "SCOPE", choices: skillScopes } as const;

const set = {
  kind: "list",
  of: "string",
  commas: true,
  placeholder: "SETS",
  choices: skillSetNames,
} as const;

export const listFlags = {
  set: { ...set, description: "Only the skills of these sets, and those of core" },
  installed: { kind: "switch", description: "Only what is installed, with skills of other folders" },
} as const satisfies Flags;

const listCommand: Command = {
  summary: "List the skills, and where they are installed",
  flags: listFlags,
  positionals: [],
  examples: [
    { run: "mortar skills list", does: "Every skill with what it is about" },
    { run: "mortar skills list --installed --json", does: "What agents have, for a script" },
  ],
  load: () => import("./list.ts"),
};

const showCommand: Command = {
  summary: "Show a skill, or one of its references",
  flags: {},
  positionals: [
    { name: "NAME", kind: "skill", required: true, description: "name of the skill, or an older name" },
    { name: "FILE", kind: "string", description: "one of its files; SKILL.md unless given" },
  ],
  examples: [
    { run: "mortar skills show databricks-notebooks", does: "What an agent reads about notebooks" },
    {
      run: "mortar skills show databricks-notebooks references/formats.md",
      does: "One of its references",
    },
  ],
  load: () => import("./show.ts"),
};

export const installFlags = {
  agent: { ...agent, short: "a", description: "The agents; agents stands for the folder that most of them share" },
  scope: { ...scope, default: "user", description: "For this user, or for the project that the folder belongs to" },
  set: { ...set, description: "The skills of these sets, and those of core" },
  "dry-run": { kind: "switch", description: "Show what would be written, and stop" },
} as const satisfies Flags;

const installCommand: Command = {
  summary: "Install skills for coding agents",
  description:
    "Writes skills into the agents' own folders: all of them, those named, or those of a set. A folder stands for the skills in it, such as a git checkout of somebody else's. A skill that was there before stays, and so does a file that you changed.",
  flags: installFlags,
  positionals: [
    { name: "SKILL", kind: "skill", rest: true, description: "names of skills, or folders that hold skills" },
  ],
  examples: [
    { run: "mortar skills install --agent claude", does: "Every skill for Claude Code, for this user" },
    { run: "mortar skills install --agent codex,gemini --set analyst", does: "What an analyst needs, for two agents" },
    { run: "mortar skills install ./our-skills --agent claude --scope project", does: "Skills of your own" },
  ],
  load: () => import("./install.ts"),
};

export const removeFlags = {
  agent: { ...agent, short: "a", description: "Only from these agents" },
  scope: { ...scope, description: "Only this scope" },
  all: { kind: "switch", description: "Every skill that mortar installed" },
  "dry-run": { kind: "switch", description: "Show what would be removed, and stop" },
  yes: { kind: "switch", short: "y", description: "Do not ask" },
} as const satisfies Flags;

const removeCommand: Command = {
  summary: "Remove skills that mortar installed",
  description:
    "Removes what mortar wrote and nobody changed. Skills of your own stay, and so does a file that you changed.",
  flags: removeFlags,
  positionals: [{ name: "SKILL", kind: "skill", rest: true, description: "names of skills" }],
  examples: [
    { run: "mortar skills remove databricks-genie", does: "One skill, from every agent" },
    { run: "mortar skills remove --all --agent claude --yes", does: "All that mortar gave to Claude Code" },
  ],
  load: () => import("./remove.ts"),
};

export const updateFlags = {
  agent: { ...agent, short: "a", description: "Only those of these agents" },
  scope: { ...scope, description: "Only this scope" },
  "dry-run": { kind: "switch", description: "Show what would change, and stop" },
} as const satisfies Flags;

const updateCommand: Command = {
  summary: "Bring installed skills up to date",
  description:
    "Writes the newer text of skills that mortar installed, from this program or from the folder that they came from. A file that you changed or deleted stays as it is, and is named.",
  flags: updateFlags,
  positionals: [{ name: "SKILL", kind: "skill", rest: true, description: "names of skills; all unless given" }],
  examples: [
    { run: "mortar skills update", does: "Everything that is installed" },
    { run: "mortar skills update --dry-run", does: "What an update would change" },
  ],
  load: () => import("./update.ts"),
};

export const skillsGroup: Group = {
  summary: "What agents can learn about work on Databricks",
  commands: {
    list: listCommand,
    show: showCommand,
    install: installCommand,
    remove: removeCommand,
    update: updateCommand,
  },
};
