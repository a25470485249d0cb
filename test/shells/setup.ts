// The three shells that tests drive: how each starts with a home of its own and our completion in it.
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binary } from "../support/binary.ts";
import { openShell, type ShellTerminal } from "./terminal.ts";

export interface ShellKind {
  readonly name: string;
  readonly command: (home: string) => readonly [string, ...string[]];
  /** Where the start file lies, below the home folder. */
  readonly startFile: string;
  /** Lines that define what `openShell` needs. */
  readonly functions: string;
  /** The shell sets a space behind a quote that it closes: bash 3.2 has no way to ask for it. */
  readonly spaceAfterQuote: boolean;
  /** A command after which TAB completes and does not also expand the word, which runs what stands in it. */
  readonly completeOnly: string;
  /** The line that people put into their start file. */
  readonly line: string;
}

const posix = `show() { local word; for word in "$@"; do printf '<%s>' "<$word>"; done; printf '\\n'; }
ready() { printf '<[%s]>\\n' "$1"; }
PS1='$ '
`;

function bashOf(name: string, program: string): ShellKind {
  return {
    name,
    command: (home) => [program, "--noprofile", "--rcfile", join(home, ".bashrc"), "-i"],
    startFile: ".bashrc",
    functions: `${posix}HISTFILE=
`,
    spaceAfterQuote: true,
    completeOnly: "true",
    line: 'eval "$(mortar completion bash)"',
  };
}

export const bashShell = bashOf("bash", "bash");

/** bash 3.2, where one is to be had: it is macOS's own; elsewhere MORTAR_TEST_BASH_3 names one. */
const bash3 = process.platform === "darwin" ? "/bin/bash" : process.env["MORTAR_TEST_BASH_3"];
export const bash3Shells: readonly ShellKind[] =
  bash3 === undefined ? [] : [{ ...bashOf("bash 3.2", bash3), spaceAfterQuote: false }];

export const zshShell: ShellKind = {
  name: "zsh",
  command: () => ["zsh", "-d", "-i"],
  startFile: ".zshrc",
  functions: `${posix}setopt no_prompt_sp no_beep
bindkey -e
bindkey '^U' kill-whole-line
`,
  spaceAfterQuote: true,
  completeOnly: "bindkey '^I' complete-word",
  line: 'eval "$(mortar completion zsh)"',
};

export const fishShell: ShellKind = {
  name: "fish",
  command: () => ["fish", "-i"],
  startFile: ".config/fish/config.fish",
  functions: `function show
    printf '<<%s>>' $argv
    printf '\\n'
end
function ready
    printf '<[%s]>\\n' $argv[1]
end
function fish_prompt
    printf '$ '
end
set -g fish_greeting
`,
  spaceAfterQuote: true,
  completeOnly: "true",
  line: "mortar completion fish | source",
};

/** Windows has its own shell, and no terminal that these could run on. */
export const hasShells = process.platform !== "win32";
export const shellKinds: readonly ShellKind[] = hasShells ? [bashShell, ...bash3Shells, zshShell, fishShell] : [];

export interface ShellHome {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts the shell with these lines behind its functions; the line that people use unless given. */
  open(kind: ShellKind, lines?: string): Promise<ShellTerminal>;
  dispose(): Promise<void>;
}

/** A home folder with `mortar` on the PATH and the given files in it. */
export async function createShellHome(files: Readonly<Record<string, string>> = {}): Promise<ShellHome> {
  const home = await mkdtemp(join(tmpdir(), "mortar-shell-"));
  await mkdir(join(home, "bin"));
  await symlink(binary, join(home, "bin", "mortar"));
  for (const [path, text] of Object.entries(files)) await Bun.write(join(home, path), text);
  const env = {
    HOME: home,
    PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}`,
    TERM: "xterm",
    LANG: "C.UTF-8",
    INPUTRC: "/dev/null",
  };
  return {
    home,
    env,
    open: async (kind, lines = kind.line) => {
      await Bun.write(join(home, kind.startFile), `${kind.functions}${lines}\n`);
      return openShell({ command: kind.command(home), env, cwd: home });
    },
    dispose: () => rm(home, { recursive: true, force: true }),
  };
}
