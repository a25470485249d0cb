// Finding an agent on this machine: its program, its application, its version. Nothing is asked of a shell or a registry.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { makePrivateFolder } from "../../platform/files.ts";
import { tryJson, isObject } from "../../platform/json.ts";
import { findProgram } from "../../platform/programs.ts";
import { programWords } from "../../platform/program-words.ts";
import type { Presence, ReadyDeps } from "./types.ts";

type Names = string | readonly string[];

interface Apps {
  readonly darwin: Names;
  readonly win32: Names;
  readonly linux: readonly string[];
}

export interface Traces {
  /** Names of its program. */
  readonly programs: readonly string[];
  /** Names of its application, as each system calls the folder that it is in. */
  readonly apps?: Apps;
  readonly configFolder: (deps: ReadyDeps) => string;
}

const versionLimitMs = 5_000;

/** Looks for what `traces` says. Never throws but for a home that is not set. */
export async function detect(deps: ReadyDeps, { programs, apps, configFolder }: Traces): Promise<Presence> {
  const program = programs.map((name) => findProgram(name, deps) ?? inUsualPlaces(name, deps)).find(isThere);
  const app = apps === undefined ? undefined : appFolders(deps, apps).find((folder) => existsSync(folder));
  const folder = configFolder(deps);
  // Before anything is started: agents make the folder themselves.
  const isConfigured = existsSync(folder);
  const isOnWindows = deps.os === "linux" && program !== undefined && /^\/mnt\/[a-z]\//.test(program);
  const ofApp = app === undefined ? undefined : await appVersion(app);
  return {
    installed: program !== undefined || app !== undefined,
    program,
    app,
    version: ofApp ?? (program === undefined || isOnWindows ? undefined : await programVersion(deps, program)),
    configFolder: folder,
    isConfigured,
    isOnWindows,
  };
}

function isThere(path: string | undefined): boolean {
  return path !== undefined;
}

/** Where installers and package managers put programs that a PATH may not lead to. */
function inUsualPlaces(name: string, { env, os, paths }: ReadyDeps): string | undefined {
  const home = paths.home ?? "";
  const roaming = env["APPDATA"] ?? "";
  const own = [".claude/local", ".opencode/bin", ".bun/bin", ".npm-global/bin", ".volta/bin"];
  const windows = [
    ...(roaming === "" ? [] : [join(roaming, "npm", `${name}.cmd`)]),
    join(home, ".local", "bin", `${name}.exe`),
    join(home, ".bun", "bin", `${name}.exe`),
  ];
  const candidates = os === "win32" ? windows : own.map((folder) => join(home, folder, name));
  return home === "" ? undefined : candidates.find((path) => existsSync(path));
}

function appFolders({ env, os, paths }: ReadyDeps, apps: Apps): string[] {
  const home = paths.home ?? "";
  if (os === "darwin") {
    const names = [apps.darwin].flat().map((name) => `${name}.app`);
    return names.flatMap((name) => [`/Applications/${name}`, join(home, "Applications", name)]);
  }
  if (os === "linux") return [...apps.linux];
  const roots = [join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "Programs"), env["ProgramFiles"] ?? ""];
  const names = [apps.win32].flat();
  return roots.filter((root) => root !== "").flatMap((root) => names.map((name) => join(root, name)));
}

/** Editors of this family say it in a file of theirs: starting them would open a window. */
async function appVersion(app: string): Promise<string | undefined> {
  for (const below of [
    ["Contents", "Resources", "app"],
    ["resources", "app"],
  ]) {
    const text = await readFile(join(app, ...below, "package.json"), "utf8").catch(() => "");
    const parsed = tryJson(text);
    if (isObject(parsed) && typeof parsed["version"] === "string") return parsed["version"];
  }
  return undefined;
}

/** The variables by which agents are told where their own folders are: asking for a version must not make any in a home. */
const ownFolders = ["CLAUDE_CONFIG_DIR", "CODEX_HOME", "GEMINI_CLI_HOME", "COPILOT_HOME", "XDG_CONFIG_HOME"];

async function programVersion(deps: ReadyDeps, program: string): Promise<string | undefined> {
  const scratch = join(deps.paths.run, `version-${randomBytes(6).toString("hex")}`);
  try {
    await makePrivateFolder(scratch);
    const words = await programWords(program, deps);
    const env = { ...deps.env, ...Object.fromEntries(ownFolders.map((name) => [name, scratch])) };
    const options = { env, cwd: scratch, timeoutMs: versionLimitMs, maxOutputBytes: 100_000 };
    const { exitCode, stdout } = await deps.run([...words, "--version"], options);
    return exitCode === 0 ? /\d+\.\d+(?:[\w.+-]*\w)?/.exec(stdout)?.[0] : undefined;
  } catch {
    return undefined;
  } finally {
    await rm(scratch, { recursive: true, force: true }).catch(() => undefined);
  }
}
