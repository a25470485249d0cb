// Claude Code's own sandbox for its shell: what it needs on this machine, and how it is set for a project.
import { dirname } from "node:path";
import type { OperatingSystem } from "../../../platform/deps.ts";
import { findProgram } from "../../../platform/programs.ts";
import type { EngineDeps, EngineRequest } from "../engine.ts";

export interface SandboxPlace {
  /** The project's folder, as the system calls it. */
  readonly folder: string;
  readonly temporary: string;
  readonly os: OperatingSystem;
}

/**
 * Commands write in the project alone, read nothing of the homes and of what the server keeps, and reach no network.
 * A command that cannot be kept in does not run.
 */
export function sandboxSettings(
  { permissionMode, stateFolder, runFolder }: EngineRequest,
  { folder, temporary, os }: SandboxPlace,
): object {
  // Seatbelt lets no program start that may not read the system's own folders; there the homes are closed, and ours.
  const isMac = os === "darwin";
  const closed = isMac ? [...homesOfMac, stateFolder, runFolder, dirname(dirname(folder))] : ["/"];
  return {
    enabled: true,
    failIfUnavailable: true,
    allowUnsandboxedCommands: false,
    // Where a person is asked for every change, they are asked for commands too.
    autoAllowBashIfSandboxed: permissionMode === "accept_edits" || permissionMode === "everything",
    excludedCommands: [],
    filesystem: {
      denyRead: closed,
      allowRead: [folder, temporary, ...(isMac ? [] : systemFolders)],
      allowWrite: [temporary],
      denyWrite: [stateFolder],
    },
    // What a command starts does not get the key for the models.
    credentials: { envVars: keys.map((name) => ({ name, mode: "deny" })) },
    network: { allowedDomains: [], allowLocalBinding: false, allowAllUnixSockets: false, allowUnixSockets: [] },
  };
}

const keys: readonly string[] = ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY", "ANTHROPIC_CUSTOM_HEADERS"];

const homesOfMac: readonly string[] = ["/Users", "/Volumes", "/private/var/root"];

/** What a program needs to start on Linux. */
const systemFolders: readonly string[] = [
  "/bin",
  "/sbin",
  "/usr",
  "/lib",
  "/lib64",
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/dev",
  "/proc",
  "/nix",
  "/opt/conda",
];

/** Whether it works here, and if not, what is missing. */
export async function claudeSandbox(
  deps: EngineDeps,
): Promise<{ readonly available: boolean; readonly reason: string | null }> {
  const no = (reason: string) => ({ available: false, reason });
  if (deps.os === "win32") return no("Claude Code has no sandbox for its shell on Windows.");
  if (deps.os === "darwin") return { available: true, reason: null };
  const [bubblewrap, socat] = [findProgram("bwrap", deps), findProgram("socat", deps)];
  const missing = [...(bubblewrap === undefined ? ["bubblewrap"] : []), ...(socat === undefined ? ["socat"] : [])];
  if (bubblewrap === undefined || missing.length > 0) {
    return no(`The agent's shell is off: install ${missing.join(" and ")}, with which Claude Code keeps it in.`);
  }
  const tried = await deps
    .run([bubblewrap, "--ro-bind", "/", "/", "--unshare-net", "--unshare-pid", "--proc", "/proc", "true"], {
      env: deps.env,
      timeoutMs: 10_000,
    })
    .catch(() => ({ exitCode: 1 }));
  if (tried.exitCode === 0) return { available: true, reason: null };
  return no("The agent's shell is off: this system does not let bubblewrap make a sandbox (user namespaces are off).");
}
