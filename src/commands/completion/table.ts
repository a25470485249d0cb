// `mortar completion`, as data.
import type { Command, Flags, Group, Positional } from "../../cli/spec.ts";
import { nameFlag, nameListFlag, shells } from "./name-flags.ts";

type ShellName = (typeof shells)[number];

export const printFlags = nameFlag;

export const printAnyFlags = {
  ...nameFlag,
  shell: { kind: "string", placeholder: "SHELL", choices: shells, description: "The shell" },
} as const satisfies Flags;

export const changeFlags = {
  ...nameListFlag,
  "dry-run": { kind: "switch", description: "Say what would be done, and do nothing" },
} as const satisfies Flags;

const startFiles: Readonly<
  Record<ShellName, { readonly file: string; readonly line: string; readonly title: string }>
> = {
  bash: { title: "bash", file: "~/.bashrc", line: 'eval "$(mortar completion bash)"' },
  zsh: { title: "zsh", file: "~/.zshrc", line: 'eval "$(mortar completion zsh)"' },
  fish: { title: "fish", file: "~/.config/fish/config.fish", line: "mortar completion fish | source" },
  powershell: {
    title: "PowerShell",
    file: "$PROFILE",
    line: "mortar completion powershell | Out-String | Invoke-Expression",
  },
};

function printCommand(shell: ShellName): Command {
  const { title, file, line } = startFiles[shell];
  return {
    summary: `Print the completion script for ${title}`,
    description: `Prints the completion script for ${title}. To have it in every shell, put \`${line}\` into ${file}, or run \`mortar completion install ${shell}\`.`,
    flags: printFlags,
    positionals: [],
    examples: [{ run: `mortar completion ${shell}`, does: "See the script" }],
    // What PowerShell's own program is called.
    ...(shell === "powershell" ? { aliases: ["pwsh"] } : {}),
    load: async () => (await import("./print.ts")).printing(shell),
  };
}

/** `mortar completion --shell=bash`, as Homebrew and older scripts ask for it. */
const printAny: Command = {
  summary: "Print the completion script for the shell of --shell",
  flags: printAnyFlags,
  positionals: [],
  examples: [{ run: "mortar completion --shell=bash", does: "The same as mortar completion bash" }],
  hidden: true,
  load: async () => (await import("./print.ts")).printing(undefined),
};

const shellsArgument: Positional = {
  name: "SHELL",
  kind: "string",
  choices: shells,
  rest: true,
  description: "the shells; the one that you use unless given",
};

const install: Command = {
  summary: "Put the completion script where the shell looks for it",
  description:
    "Writes the completion script to the place where the shell looks for it, and says which line to add to a start file where the shell looks nowhere by itself. No start file is changed, and a file that is not ours is left alone.",
  flags: changeFlags,
  positionals: [shellsArgument],
  examples: [
    { run: "mortar completion install", does: "For the shell that you use" },
    { run: "mortar completion install zsh fish --dry-run", does: "See what would be written for two others" },
  ],
  load: () => import("./install.ts"),
};

const uninstall: Command = {
  summary: "Remove the completion scripts that install has written",
  description:
    "Removes our completion scripts, for all shells and all names of the program unless some are given. Says which lines of start files are left over; they are not changed.",
  flags: {
    ...changeFlags,
    name: { ...nameListFlag.name, description: "For these names of the program; all of them unless given" },
  },
  positionals: [{ ...shellsArgument, description: "the shells; all of them unless given" }],
  examples: [{ run: "mortar completion uninstall", does: "Take it back everywhere" }],
  load: () => import("./uninstall.ts"),
};

const status: Command = {
  summary: "Show where completion scripts are, and whether they are current",
  flags: nameListFlag,
  positionals: [{ ...shellsArgument, description: "the shells; all of them unless given" }],
  examples: [{ run: "mortar completion status", does: "See what is installed" }],
  load: () => import("./status.ts"),
};

export const completionGroup: Group = {
  summary: "Complete commands, options and values with TAB in bash, zsh, fish, PowerShell",
  commands: {
    bash: printCommand("bash"),
    zsh: printCommand("zsh"),
    fish: printCommand("fish"),
    powershell: printCommand("powershell"),
    install,
    uninstall,
    status,
    script: printAny,
  },
  fallback: "script",
};
