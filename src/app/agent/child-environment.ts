// The environment of an agent: what a program needs to run, and nothing that is a key or belongs to the server.
import { join } from "node:path";
import { withoutProxy } from "../../agents/launch/environment.ts";
import type { Environment } from "../../platform/deps.ts";
import type { EngineDeps, EngineRequest } from "./engine.ts";

/** Everything else stays behind: keys, tokens, DATABRICKS_*, MORTAR_*, and what other agents are told. */
const passed: readonly string[] = [
  "PATH",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TERM",
  "USER",
  "LOGNAME",
  "SHELL",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "ALL_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "CODEX_CA_CERTIFICATE",
  // Without these Windows starts no program, or finds none.
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "PROGRAMFILES(X86)",
  "NUMBER_OF_PROCESSORS",
  "PROCESSOR_ARCHITECTURE",
  "CLAUDE_CODE_GIT_BASH_PATH",
];

export interface ChildHome {
  /** What the agent sees as the person's home. */
  readonly home: string;
  readonly temporary: string;
}

/**
 * The home is a folder of the agent's own, so that no `~/.databrickscfg` and no `~/.claude` is in sight; the person's own
 * where the agent is to use its own sign-in, or where the shell of the person's own machine is not kept in.
 */
export function childHome(deps: EngineDeps, request: EngineRequest): ChildHome {
  const isOwn = request.models.kind === "login" || request.shell === "unrestricted";
  const home = isOwn ? deps.paths.home : undefined;
  return { home: home ?? join(request.stateFolder, "home"), temporary: join(request.runFolder, "tmp") };
}

/** The child's whole environment, but for what the engine itself adds. */
export function childVariables(deps: EngineDeps, { home, temporary }: ChildHome): Record<string, string> {
  const kept = Object.entries(deps.env).filter(([name]) => isPassed(name)) as [string, string][];
  return {
    ...Object.fromEntries(kept),
    ...withoutProxy(deps.env),
    ...homeVariables(deps, home),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    NO_COLOR: "1",
  };
}

/**
 * Has the program itself see no Git repository: whoever writes in a project could have its Git run a program of theirs (filters,
 * fsmonitor), outside of every sandbox. What the agent's shell runs within does not get this.
 */
export function withoutRepository({ runFolder }: EngineRequest): Record<string, string> {
  return { GIT_DIR: join(runFolder, "no-repository") };
}

function isPassed(name: string): boolean {
  const upper = name.toUpperCase();
  return passed.includes(upper) || /^LC_[A-Z]+$/.test(upper);
}

function homeVariables(
  { os, env }: Pick<EngineDeps, "os" | "env">,
  home: string,
): Environment & Record<string, string> {
  if (os !== "win32") return { HOME: home };
  const isOwn = home === env["USERPROFILE"];
  const local = isOwn ? env["LOCALAPPDATA"] : undefined;
  const roaming = isOwn ? env["APPDATA"] : undefined;
  return {
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: local ?? join(home, "AppData", "Local"),
    APPDATA: roaming ?? join(home, "AppData", "Roaming"),
  };
}
