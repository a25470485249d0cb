// Where each shell keeps completion scripts, what lies there, and whether the shell looks there by itself.
import { dirname, join } from "node:path";
import { findShell } from "../../completion/answer.ts";
import { isOwnScript, type Shell } from "../../completion/shells/shell.ts";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { requireHome } from "../../platform/paths.ts";
import { programNames, shells } from "./name-flags.ts";
import { packagedScript } from "./packaged.ts";

export interface Place {
  readonly shell: Shell;
  readonly program: string;
  readonly path: string;
  /** `foreign`: something that `mortar completion install` has not written. */
  readonly state: "absent" | "current" | "outdated" | "foreign";
  /** New shells read the script: the shell looks there, or a start file names it. */
  readonly active: boolean;
  /** The line that makes the shell read it, and the start file for it; undefined where the shell looks by itself. */
  readonly line: string | undefined;
  readonly startFile: string;
  /** Start files that name the script, or print it: `path:line`. */
  readonly mentions: readonly string[];
  /** A start file has the program print the script anew for every shell: no file is needed. */
  readonly printed: boolean;
  /** The script that came with the program, where a package or an install script put it. */
  readonly packaged: string | undefined;
}

/** The scripts of these programs for these shells. Throws `config_missing` without a home, `io`. */
export function findPlaces(
  deps: Deps,
  names: readonly string[],
  programs: readonly string[],
): Promise<readonly Place[]> {
  const wanted = names.flatMap((name) => findShell(name) ?? []);
  return Promise.all(wanted.flatMap((shell) => programs.map((program) => findPlace(deps, shell, program))));
}

/** The shells that are meant: those named, else the one that the person uses. Throws `usage` when that is unknown. */
export function shellsOrOwn({ env, os }: Deps, named: readonly string[]): readonly string[] {
  if (named.length > 0) return named;
  const own = os === "win32" ? "powershell" : (env["SHELL"] ?? "").replace(/^.*\//, "").replace(/^pwsh$/, "powershell");
  if (shells.some((shell) => shell === own)) return [own];
  throw new MortarError(
    "usage",
    own === "" ? "SHELL does not say which shell you use" : `There is no completion for ${own}`,
    {
      hint: `Name the shell: mortar completion install ${shells.join("|")}.`,
    },
  );
}

export const allShells: readonly string[] = shells;
export const allPrograms: readonly string[] = programNames;

async function findPlace(deps: Deps, shell: Shell, program: string): Promise<Place> {
  const { folder, startFiles, startName, line, looks } = customs[shell.name](deps, requireHome(deps.paths));
  const path = join(folder, shell.fileName(program));
  const printing = ["", "--shell=", "--shell "].map((flag) => `${program} completion ${flag}${shell.name}`);
  const [text, reading, printers, looksThere, packaged] = await Promise.all([
    readTextIfPresent(path),
    findMentions(deps, startFiles, [path]),
    findMentions(deps, startFiles, printing),
    looks(),
    packagedScript(deps, shell, program),
  ]);
  const mentions = [...new Set([...reading, ...printers])];
  return {
    shell,
    program,
    path,
    state: stateOf(text, shell.script(program)),
    active: looksThere || mentions.length > 0,
    line: looksThere ? undefined : line(path),
    startFile: startName ?? startFiles[0] ?? "",
    mentions,
    printed: printers.length > 0,
    packaged: packaged === path ? undefined : packaged,
  };
}

function stateOf(text: string | undefined, script: string): Place["state"] {
  if (text === undefined) return "absent";
  if (text === script) return "current";
  return isOwnScript(text) ? "outdated" : "foreign";
}

interface Custom {
  readonly folder: string;
  /** The first is the one to put a line into. */
  readonly startFiles: readonly string[];
  /** What the shell itself calls it, where the folder of documents may lie elsewhere. */
  readonly startName?: string;
  readonly line: (path: string) => string;
  /** Whether the shell looks into the folder by itself. */
  readonly looks: () => Promise<boolean>;
}

const customs: Readonly<Record<Shell["name"], (deps: Deps, home: string) => Custom>> = {
  bash: (deps, home) => {
    const own = present(deps, "BASH_COMPLETION_USER_DIR") ?? join(dataFolder(deps, home), "bash-completion");
    const startFiles = [".bashrc", ".bash_profile", ".profile"].map((name) => join(home, name));
    return {
      startFiles,
      folder: join(own, "completions"),
      line: (path) => `source ${quoted(path)}`,
      // Only the bash-completion package looks there, and something has to start that.
      looks: async () => {
        const texts = await Promise.all([...startFiles, "/etc/bash.bashrc", "/etc/bashrc"].map(readQuietly));
        const started = texts.some((text) => /^[^#\n]*bash_completion/m.test(text));
        const packages = ["/usr/share", "/usr/local/share", "/opt/homebrew/share", "/opt/local/share"];
        const found = await Promise.all(
          packages.map((folder) => readQuietly(`${folder}/bash-completion/bash_completion`)),
        );
        return started && found.some((text) => text !== "");
      },
    };
  },
  zsh: (deps, home) => {
    const folder = join(dataFolder(deps, home), "zsh", "site-functions");
    const startFiles = [".zshrc", ".zshenv"].map((name) => join(present(deps, "ZDOTDIR") ?? home, name));
    return {
      folder,
      startFiles,
      line: (path) => `source ${quoted(path)}`,
      looks: async () => (await findMentions(deps, startFiles, [folder])).length > 0,
    };
  },
  fish: (deps, home) => {
    const own = join(present(deps, "XDG_CONFIG_HOME") ?? join(home, ".config"), "fish");
    return {
      folder: join(own, "completions"),
      startFiles: [join(own, "config.fish")],
      line: (path) => `source ${quoted(path)}`,
      looks: async () => true,
    };
  },
  powershell: (deps, home) => {
    const folder = deps.os === "win32" ? join(home, "Documents") : join(home, ".config");
    const name = "Microsoft.PowerShell_profile.ps1";
    const folders = deps.os === "win32" ? ["PowerShell", "WindowsPowerShell"] : ["powershell"];
    return {
      folder: join(deps.paths.data, "completions"),
      startName: "$PROFILE",
      startFiles: folders.map((own) => join(folder, own, name)),
      line: (path) => `. '${path.replaceAll("'", "''")}'`,
      looks: async () => false,
    };
  },
};

function dataFolder(deps: Deps, home: string): string {
  return present(deps, "XDG_DATA_HOME") ?? join(home, ".local", "share");
}

function present({ env }: Deps, name: string): string | undefined {
  return env[name] === "" ? undefined : env[name];
}

/** Lines of the start files, comments aside, that hold one of `texts`, a path of the home folder in any spelling. */
async function findMentions(deps: Deps, files: readonly string[], texts: readonly string[]): Promise<string[]> {
  const home = requireHome(deps.paths);
  const spellings = texts.flatMap((text) =>
    text.startsWith(`${home}/`)
      ? ["", "~", "$HOME", "${HOME}"].map((short) => (short === "" ? text : short + text.slice(home.length)))
      : [text],
  );
  const found = await Promise.all(
    files.map(async (file) =>
      (await readQuietly(file))
        .split("\n")
        .flatMap((line, index) =>
          !/^\s*#/.test(line) && spellings.some((text) => line.includes(text)) ? [`${file}:${index + 1}`] : [],
        ),
    ),
  );
  return found.flat();
}

/** A file of somebody else's: what cannot be read says nothing. */
async function readQuietly(path: string): Promise<string> {
  return (await readTextIfPresent(path).catch(() => undefined)) ?? "";
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The facts of a place for --json. */
export function placeData(place: Place): Record<string, unknown> {
  const { shell, program, path, state, active, line, startFile, mentions, printed, packaged } = place;
  return {
    shell: shell.name,
    name: program,
    path,
    folder: dirname(path),
    state,
    active,
    line: line ?? null,
    start_file: startFile,
    mentions,
    printed,
    packaged: packaged ?? null,
  };
}
