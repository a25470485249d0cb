// Completion as people meet it: bash, zsh and fish on a terminal, typed words and TAB.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import {
  bashShell,
  createShellHome,
  fishShell,
  hasShells,
  shellKinds,
  zshShell,
  type ShellHome,
} from "./shells/setup.ts";
import type { ShellTerminal } from "./shells/terminal.ts";

setDefaultTimeout(20_000);

const files = {
  ".databrickscfg":
    "[dev]\nhost = https://dev.example.com\n\n[my profile]\nhost = https://mine.example.com\n\n[a:b=c]\nhost = https://odd.example.com\n\n[it's]\nhost = https://its.example.com\n",
  "note.json": "{}",
  "notes.txt": "",
  "data dir/inner.json": "{}",
  "co:lon/inner.json": "{}",
};

let home: ShellHome;
beforeAll(async () => {
  home = await createShellHome(files);
});
afterAll(() => home.dispose());

const tab = "\t";
const left = "\u001b[D";

const call = ["tool", "call", "stop_cluster"];
const callWith = (argument: string, flag = "--arg"): string[] => [...call, flag, argument];

/** What is typed, and the words that the line then has. An X typed behind TAB shows whether a space was set. */
const cases: readonly (readonly [what: string, keys: string, words: readonly string[]])[] = [
  ["a command", `emul${tab}X`, ["emulator", "X"]],
  ["the common beginning of two commands", `emulator st${tab}a${tab}X`, ["emulator", "staX"]],
  ["nothing for an unknown command", `nonsense em${tab}X`, ["nonsense", "emX"]],
  ["a command below another", `emulator res${tab}X`, ["emulator", "reset", "X"]],
  ["an option", `emulator start --for${tab}X`, ["emulator", "start", "--foreground", "X"]],
  ["an option before the command's name", `--prof${tab}X`, ["--profile", "X"]],
  ["a command behind options", `--profile dev --json emul${tab}X`, ["--profile", "dev", "--json", "emulator", "X"]],
  ["no option twice", `emulator stop --json --js${tab}X`, ["emulator", "stop", "--json", "--jsX"]],
  ["a list option twice", `tool call x --arg a=1 --ar${tab}X`, ["tool", "call", "x", "--arg", "a=1", "--arg", "X"]],
  ["no option that another excludes", `version --verbose --qui${tab}X`, ["version", "--verbose", "--quiX"]],
  ["no hidden option", `emulator start --serv${tab}X`, ["emulator", "start", "--servX"]],
  ["a positional", `tool show run_n${tab}X`, ["tool", "show", "run_notebook", "X"]],
  ["a profile", `--profile de${tab}X`, ["--profile", "dev", "X"]],
  ["a profile by the short option", `version -p de${tab}X`, ["version", "-p", "dev", "X"]],
  ["a profile behind =", `--profile=de${tab}X`, ["--profile=dev", "X"]],
  ["a profile with a space", `--profile my${tab}X`, ["--profile", "my profile", "X"]],
  ["a profile with a space behind =", `--profile=my${tab}X`, ["--profile=my profile", "X"]],
  ["a profile with an escaped space", `--profile my\\ p${tab}X`, ["--profile", "my profile", "X"]],
  ["a profile in open double quotes", `--profile "my${tab}X`, ["--profile", "my profile", "X"]],
  ["a profile in open single quotes", `--profile 'my p${tab}X`, ["--profile", "my profile", "X"]],
  ["a profile with a quote", `--profile it${tab}X`, ["--profile", "it's", "X"]],
  ["a profile with : and =", `--profile a${tab}X`, ["--profile", "a:b=c", "X"]],
  ["a profile beyond its :", `--profile a:b${tab}X`, ["--profile", "a:b=c", "X"]],
  ["a profile beyond its : and =", `--profile=a:b=${tab}X`, ["--profile=a:b=c", "X"]],
  [
    "the end of a comma list",
    `mcp serve --toolsets notebooks,jo${tab}`,
    ["mcp", "serve", "--toolsets", "notebooks,jobs"],
  ],
  [
    "the end of a comma list behind =",
    `mcp serve --toolsets=jobs,not${tab}`,
    ["mcp", "serve", "--toolsets=jobs,notebooks"],
  ],
  ["no value twice in a comma list", `mcp serve --toolsets jobs,jo${tab}X`, ["mcp", "serve", "--toolsets", "jobs,joX"]],
  ["the name of a tool's argument", `tool call stop_cluster --arg clu${tab}X`, callWith("cluster_id=X")],
  ["the same in the option's own word", `tool call stop_cluster --arg=clu${tab}X`, [...call, "--arg=cluster_id=X"]],
  [
    "no argument twice",
    `tool call stop_cluster -a cluster_id=1 -a clu${tab}X`,
    [...callWith("cluster_id=1", "-a"), "-a", "cluX"],
  ],
  [
    "the value of an argument",
    `tool call create_context -a language=sc${tab}X`,
    ["tool", "call", "create_context", "-a", "language=scala", "X"],
  ],
  ["a choice", `mcp serve --names mor${tab}X`, ["mcp", "serve", "--names", "mortar", "X"]],
  ["no files for a number", `emulator start --port no${tab}X`, ["emulator", "start", "--port", "noX"]],
  ["a file", `emulator start --log-requests note.${tab}X`, ["emulator", "start", "--log-requests", "note.json", "X"]],
  [
    "a file behind =",
    `emulator start --log-requests=note.${tab}X`,
    ["emulator", "start", "--log-requests=note.json", "X"],
  ],
  [
    "a file below it",
    `emulator start --log-requests data\\ dir/${tab}X`,
    ["emulator", "start", "--log-requests", "data dir/inner.json", "X"],
  ],
  ["nothing behind --", `-- emul${tab}X`, ["--", "emulX"]],
  ["nothing behind -- of a command", `version -- --js${tab}X`, ["version", "--", "--jsX"]],
  ["in the middle of a line", `emul --json${left.repeat(7)}${tab}`, ["emulator", "--json"]],
];

describe.each(shellKinds)("$name", (kind) => {
  let shell: ShellTerminal;
  beforeAll(async () => {
    shell = await home.open(kind);
  });
  afterAll(() => shell.close());

  test.each(cases)("completes %s", async (what, keys, words) => {
    const glued = !kind.spaceAfterQuote && what.includes("in open");
    const expected = glued ? words.slice(0, -1) : words;
    expect(await shell.words(`mortar ${glued ? keys.replace(/X$/, "") : keys}`)).toEqual(["mortar", ...expected]);
  });

  test("completes for the program by its path", async () => {
    expect(await shell.words(`./bin/mortar emul${tab}X`)).toEqual(["./bin/mortar", "emulator", "X"]);
    expect((await shell.words(`~/bin/mortar emul${tab}X`)).slice(1)).toEqual(["emulator", "X"]);
  });

  test.each([
    ["with a space", "--data dat", "data dir"],
    ["behind =", "--data=dat", "--data=data dir"],
    ["with a colon", "--data=co", "--data=co:lon"],
    ["of the home folder by ~", "--data ~/dat", "HOME/data dir"],
    ["of the home folder by its variable", "--data $HOME/dat", "HOME/data dir"],
  ])("completes a folder %s", async (_what, keys, word) => {
    const words = await shell.words(`mortar emulator start ${keys}${tab}`);
    // zsh takes the slash away again where nothing follows.
    expect(words.at(-1)?.replace(/\/$/, "")).toBe(word.replace("HOME", home.home));
  });

  test("completes a folder in open quotes", async () => {
    expect(await shell.shown(`mortar emulator start --data "dat${tab}`)).toMatch(/"data dir"?\//);
  });

  test("shows what commands and options mean", async () => {
    const commands = await shell.shown(`mortar ${tab}${tab}`);
    expect(commands).toContain("A Databricks workspace on this machine");
    expect(commands).toContain("The MCP server for coding agents");
    const options = await shell.shown(`mortar mcp serve --tools${tab}${tab}`);
    expect(options).toContain("Only these toolsets");
    expect(options).toContain("Only these tools, or these beside the toolsets");
  });

  test("shows what profiles stand for", async () => {
    const profiles = await shell.shown(`mortar --profile ${tab}${tab}`);
    expect(profiles).toContain("dev.example.com");
    expect(profiles).toContain("mine.example.com");
  });

  test.each([
    "mortar tool call $(touch pwned) --dry-r",
    'mortar tool call "$(touch pwned)" --dry-r',
    "mortar --profile=$(touch pwned) tool call x --dry-r",
    "mortar tool call x --arg 'a;touch pwned' --dry-r",
  ])("runs nothing of %s", async (line) => {
    expect(await shell.shown(`${line}${tab}`)).toContain("--dry-run");
    expect(existsSync(join(home.home, "pwned"))).toBe(false);
  });

  test.each(["$(touch pwned)", "`touch pwned`", '"$(touch pwned)', "x$(touch pwned"])(
    "runs nothing of %s where it is being completed",
    async (word) => {
      await rm(join(home.home, "pwned"), { force: true });
      await shell.run(kind.completeOnly);
      await shell.shown(`mortar --profile ${word}${tab}${tab}`);
      await shell.shown(`mortar --profile=${word}${tab}${tab}`);
      await shell.shown(`mortar emulator start --data ${word}/${tab}`);
      expect(existsSync(join(home.home, "pwned"))).toBe(false);
    },
  );
});

describe.each(shellKinds)("$name without anything configured", (kind) => {
  test.each([
    ["no configuration", {}],
    ["a configuration of garbage", { ".databrickscfg": "\u0000\u0001[[[\n===\n[unclosed\n" }],
    ["a folder instead of a configuration", { ".databrickscfg/x": "" }],
  ])("stays silent with %s", async (_what, files) => {
    const bare = await createShellHome(files as Record<string, string>);
    const shell = await bare.open(kind);
    try {
      expect(await shell.words(`mortar --profile de${tab}X`)).toEqual(["mortar", "--profile", "deX"]);
      expect(await shell.words(`mortar --profile=${tab}X`)).toEqual(["mortar", "--profile=X"]);
      expect(await shell.words(`mortar emul${tab}X`)).toEqual(["mortar", "emulator", "X"]);
      expect(await shell.shown(`mortar --profile ${tab}${tab}`)).not.toMatch(/error|cannot|usage|undefined/i);
    } finally {
      await shell.close();
      await bare.dispose();
    }
  });

  test("stays silent when the program is gone, or fails", async () => {
    const bare = await createShellHome({ "broken/mortar": "#!/bin/sh\necho nonsense; echo trouble >&2; exit 3\n" });
    await chmod(join(bare.home, "broken", "mortar"), 0o755);
    const shell = await bare.open(kind);
    try {
      expect(await shell.words(`broken/mortar emul${tab}X`)).toEqual(["broken/mortar", "emulX"]);
      await shell.run("rm bin/mortar");
      expect(await shell.words(`mortar emul${tab}X`)).toEqual(["mortar", "emulX"]);
      expect(await shell.shown(`mortar ${tab}${tab}`)).not.toMatch(/trouble|not found|no such/i);
    } finally {
      await shell.close();
      await bare.dispose();
    }
  });
});

describe.each(shellKinds)("$name, for another program with the same engine", (kind) => {
  let shell: ShellTerminal;
  beforeAll(async () => {
    const program = join(import.meta.dir, "completion-example", "program.ts");
    await Bun.write(join(home.home, "bin", "barista"), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    await chmod(join(home.home, "bin", "barista"), 0o755);
    for (const path of ["latte.json", "latte.txt", "mocha.yaml", "la te/x.json"]) {
      await Bun.write(join(home.home, "recipes", path), "");
    }
    shell = await home.open(kind, kind.line.replace("mortar", "barista"));
  });
  afterAll(() => shell.close());

  test.each([
    ["values of a source", `make ara${tab}X`, ["make", "arabica", "X"]],
    ["values of a source, none twice", `make arabica ara${tab}X`, ["make", "arabica", "araX"]],
    ["files of two endings", `make --recipe recipes/lat${tab}X`, ["make", "--recipe", "recipes/latte.json", "X"]],
    ["files of two endings behind =", `make --recipe=recipes/mo${tab}X`, ["make", "--recipe=recipes/mocha.yaml", "X"]],
    [
      "files below a folder with a space",
      `make --recipe recipes/la\\ te/${tab}X`,
      ["make", "--recipe", "recipes/la te/x.json", "X"],
    ],
    [
      "files of the home folder",
      `make --recipe ~/recipes/mo${tab}X`,
      ["make", "--recipe", "HOME/recipes/mocha.yaml", "X"],
    ],
    ["no option that another excludes", `make --milk --bl${tab}X`, ["make", "--milk", "--blX"]],
  ])("completes %s", async (_what, keys, words) => {
    const expected = words.map((word) => word.replace("HOME", home.home));
    expect(await shell.words(`barista ${keys}`)).toEqual(["barista", ...expected]);
  });

  test("shows what values mean, and keeps the two programs apart", async () => {
    expect(await shell.shown(`barista make --size ${tab}${tab}`)).toContain("30 ml");
    expect(await shell.words(`mortar ma${tab}X`)).toEqual(["mortar", "maX"]);
  });
});

describe.skipIf(!hasShells)("bash", () => {
  const opened = async (lines: string, work: (shell: ShellTerminal) => Promise<void>): Promise<void> => {
    const shell = await home.open(bashShell, lines);
    try {
      await work(shell);
    } finally {
      await shell.close();
    }
  };

  test.each([
    ["with = and : in COMP_WORDBREAKS", ""],
    ["without", "COMP_WORDBREAKS=${COMP_WORDBREAKS//[:=]}"],
    ["with unset variables as errors", "set -u"],
    ["with globs that fail", "shopt -s failglob; set -f"],
    ["with globs that vanish", "shopt -s nullglob dotglob extglob"],
    ["with another IFS", "IFS=:="],
  ])("completes %s", async (_what, settings) => {
    await opened(`${bashShell.line}\n${settings}`, async (shell) => {
      expect(await shell.words(`mortar --profile=a:${tab}X`)).toEqual(["mortar", "--profile=a:b=c", "X"]);
      expect(await shell.words(`mortar --profile=my${tab}X`)).toEqual(["mortar", "--profile=my profile", "X"]);
      expect(await shell.words(`mortar emul${tab}star${tab}--log-requests=note.${tab}X`)).toEqual([
        "mortar",
        "emulator",
        "start",
        "--log-requests=note.json",
        "X",
      ]);
      expect(await shell.words(`mortar emulator start --data=dat${tab}`)).toEqual([
        "mortar",
        "emulator",
        "start",
        "--data=data dir/",
      ]);
    });
  });

  test("puts words alone into the line when it inserts them one after the other", async () => {
    await opened(`${bashShell.line}\nbind '"\\C-g": menu-complete'`, async (shell) => {
      const menu = (times: number) => shell.words(`mortar emulator sta${"\u0007".repeat(times)}`);
      expect([...(await menu(1)), ...(await menu(2))].toSorted()).toEqual(
        ["mortar", "emulator", "start", "mortar", "emulator", "status"].toSorted(),
      );
    });
  });

  test("lists one beside its meaning on each line, and cuts what does not fit", async () => {
    await opened(bashShell.line, async (shell) => {
      await shell.run("stty cols 60");
      const lines = (await shell.shown(`mortar emulator ${tab}${tab}`)).split(/\r?\n/);
      expect(lines.filter((line) => /^(?:start|stop|status|reset) +\(/.test(line))).toHaveLength(4);
      for (const line of lines) expect(line.trimEnd().length).toBeLessThanOrEqual(60);
    });
  });

  test("completes files behind a redirection", async () => {
    await opened(bashShell.line, async (shell) => {
      expect(await shell.shown(`mortar tool list > note.${tab}X`)).toContain("> note.json X");
      expect(await shell.words(`mortar tool list 2>/dev/null --read${tab}X`)).toEqual([
        "mortar",
        "tool",
        "list",
        "--read-only",
        "X",
      ]);
    });
  });

  test("completes behind another command on the line", async () => {
    await opened(bashShell.line, async (shell) => {
      expect(await shell.shown(`true; FOO=bar mortar emul${tab}X`)).toContain("mortar emulator X");
      expect(await shell.shown(`true | mortar emul${tab}X`)).toContain("mortar emulator X");
    });
  });

  test("completes from a file in the folder of completions", async () => {
    const path = join(home.home, "completions", "mortar");
    await mkdir(join(home.home, "completions"), { recursive: true });
    await opened(`mortar completion bash > ${path}; source ${path}`, async (shell) => {
      expect(await shell.words(`mortar emul${tab}X`)).toEqual(["mortar", "emulator", "X"]);
    });
  });
});

describe.skipIf(!hasShells)("zsh", () => {
  test.each([
    ["by eval before completion is begun", `${zshShell.line}\nautoload -Uz compinit && compinit -D`],
    ["by eval after completion is begun", `autoload -Uz compinit && compinit -D\n${zshShell.line}`],
    ["by eval where completion is never begun", zshShell.line],
    ["by eval with arrays that begin at 0", `setopt ksh_arrays sh_word_split\n${zshShell.line}`],
    [
      "as a function in fpath",
      "mkdir -p functions; mortar completion zsh > functions/_mortar; fpath=(~/functions $fpath); autoload -Uz compinit && compinit -D",
    ],
  ])("completes %s", async (_what, lines) => {
    const shell = await home.open(zshShell, lines);
    try {
      expect(await shell.words(`mortar emul${tab}X`)).toEqual(["mortar", "emulator", "X"]);
      expect(await shell.words(`mortar --profile=my${tab}X`)).toEqual(["mortar", "--profile=my profile", "X"]);
      expect(await shell.shown(`mortar ${tab}${tab}`)).not.toMatch(/_mortar|compdef|not found/);
    } finally {
      await shell.close();
    }
  });

  test("matches without case where the person says so", async () => {
    const shell = await home.open(
      zshShell,
      `autoload -Uz compinit && compinit -D\nzstyle ':completion:*' matcher-list 'm:{a-z}={A-Z} r:|[_-]=*'\n${zshShell.line}`,
    );
    try {
      expect(await shell.words(`mortar tool show re_n${tab}`)).toContain("read_notebook");
    } finally {
      await shell.close();
    }
  });
});

describe.skipIf(!hasShells)("fish", () => {
  test("completes from a file in the folder of completions", async () => {
    const shell = await home.open(
      fishShell,
      "mkdir -p ~/.config/fish/completions; mortar completion fish > ~/.config/fish/completions/mortar.fish",
    );
    try {
      expect(await shell.words(`mortar emul${tab}X`)).toEqual(["mortar", "emulator", "X"]);
    } finally {
      await shell.close();
    }
  });

  test("sets no space behind a value that more may follow", async () => {
    const shell = await home.open(fishShell);
    try {
      const words = await shell.words(`mortar mcp serve --toolsets note${tab}`);
      expect(words).toEqual(["mortar", "mcp", "serve", "--toolsets", "notebooks"]);
      expect(await shell.words(`mortar mcp serve --toolsets note${tab},jo${tab}`)).toEqual([
        "mortar",
        "mcp",
        "serve",
        "--toolsets",
        "notebooks,jobs",
      ]);
    } finally {
      await shell.close();
    }
  });
});
