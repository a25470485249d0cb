// `mortar tool`, as data.
import type { Command, Flags, Group } from "../../cli/spec.ts";
import { selectionFlags } from "./selection-flags.ts";
import { termsFlags } from "./terms-flags.ts";

const listCommand: Command = {
  summary: "List the tools that agents get",
  flags: selectionFlags,
  positionals: [],
  examples: [
    { run: "mortar tool list", does: "Every tool with what it does to the workspace" },
    { run: "mortar tool list --read-only --json", does: "The tools that only read, for a script" },
  ],
  load: () => import("./list.ts"),
};

const showCommand: Command = {
  summary: "Show a tool's arguments and result",
  flags: {},
  positionals: [{ name: "NAME", kind: "tool", required: true, description: "name of the tool" }],
  examples: [{ run: "mortar tool show run_notebook", does: "What run_notebook takes" }],
  load: () => import("./show.ts"),
};

export const callFlags = {
  arg: {
    kind: "list",
    of: "tool-argument",
    short: "a",
    placeholder: "NAME=VALUE",
    description: "One argument; a value that is no text is JSON",
  },
  yes: {
    kind: "switch",
    short: "y",
    description: "Do not ask before a tool that destroys or overwrites",
    env: "MORTAR_YES",
  },
  "dry-run": { kind: "switch", description: "Check the arguments and stop" },
  ...termsFlags,
} as const satisfies Flags;

const callCommand: Command = {
  summary: "Call a tool as an agent would",
  description:
    "Calls one tool. Its arguments come from --arg NAME=VALUE, from a JSON object as the second argument, or with - from standard input; --arg wins. Exit codes go by the error.",
  flags: callFlags,
  positionals: [
    { name: "NAME", kind: "tool", required: true, description: "name of the tool" },
    { name: "JSON", kind: "string", description: "its arguments as a JSON object, or - for standard input" },
  ],
  examples: [
    { run: "mortar tool call list_notebooks --arg path=~/", does: "What is in your home folder of the workspace" },
    {
      run: `mortar tool call run_notebook '{"notebook_path": "~/etl", "wait": true}'`,
      does: "Run a notebook and wait",
    },
    { run: "mortar tool call stop_cluster --arg cluster_id=0123-abc --yes", does: "Stop a cluster without a question" },
  ],
  waiting: "Calling the tool",
  load: () => import("./call.ts"),
};

export const toolGroup: Group = {
  summary: "The tools that agents get, for people and scripts",
  commands: { list: listCommand, show: showCommand, call: callCommand },
};
