// Where this machine is: WSL, a container, the other end of SSH; and what a desktop's programs see of it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { readTextIfPresent } from "../../platform/files.ts";
import { findProgram } from "../../platform/programs.ts";
import { orPass, pass, skip, warn, type Check, type Finding } from "../check.ts";
import { readServers } from "../../agents/servers.ts";

const signInPort = 8020;

const place: Check = {
  id: "machine.place",
  group: "machine",
  title: "Where this machine is, and how a sign-in comes back to it",
  run: async ({ deps, facts }) => {
    const found: Finding[] = [];
    const { env } = deps;
    const kinds: string[] = [];
    if (await isWsl(deps)) {
      kinds.push("WSL");
      const outside = (await facts.agents()).filter(({ presence }) => presence.isOnWindows);
      const names = outside.map(({ agent }) => agent.title).join(", ");
      if (outside.length > 0) {
        found.push(
          warn(
            `${names} is installed on Windows: its settings are there, and it does not see this side's proxy and files`,
            "Install it in WSL too, or run mortar for Windows in PowerShell.",
          ),
        );
      }
      const opens = ["wslview", "xdg-open"].some((name) => findProgram(name, deps) !== undefined);
      if (!opens && (env["BROWSER"] ?? "") === "") {
        found.push(
          warn(
            "no program here opens a browser of Windows",
            "sudo apt install wslu, or open the printed address by hand.",
          ),
        );
      }
    }
    if (isContainer(env)) {
      kinds.push("a container");
      if ((env["REMOTE_CONTAINERS"] ?? env["CODESPACES"] ?? "") !== "" && deps.paths.home !== undefined) {
        found.push(
          warn(
            "a dev container: the proxy listens inside it, where agents outside do not reach it, and the home folder goes with the container",
            `Set up agents inside it; forward port ${signInPort} for the sign-in, or paste back the address that the browser ends at.`,
          ),
        );
      }
    }
    if ((env["SSH_CONNECTION"] ?? env["SSH_TTY"] ?? "") !== "") {
      kinds.push("the other end of SSH");
      if ((env["DISPLAY"] ?? env["WAYLAND_DISPLAY"] ?? "") === "" && !isSignedIn(await signedIn(facts))) {
        found.push(
          warn(
            "the browser is on another machine",
            `Connect with ssh -L ${signInPort}:localhost:${signInPort}, or paste back the address that the browser ends at.`,
          ),
        );
      }
    }
    const here = "the proxy listens on 127.0.0.1 of this side alone, and agents have to run here";
    return orPass(found, kinds.length === 0 ? "a machine of its own" : `${kinds.join(", ")}: ${here}`);
  },
};

async function signedIn(facts: { status(): Promise<{ readonly signedIn: boolean }> }): Promise<boolean | undefined> {
  return facts.status().then(
    (status) => status.signedIn,
    () => undefined,
  );
}

function isSignedIn(value: boolean | undefined): boolean {
  return value === true;
}

async function isWsl({ env, os }: Deps): Promise<boolean> {
  if (os !== "linux") return false;
  if ((env["WSL_DISTRO_NAME"] ?? env["WSL_INTEROP"] ?? "") !== "") return true;
  const kernel = await readTextIfPresent("/proc/sys/kernel/osrelease").catch(() => undefined);
  return /microsoft/i.test(kernel ?? "");
}

function isContainer(env: Deps["env"]): boolean {
  const isNamed = ["REMOTE_CONTAINERS", "CODESPACES", "KUBERNETES_SERVICE_HOST"].some(
    (name) => (env[name] ?? "") !== "",
  );
  return isNamed || existsSync("/.dockerenv") || existsSync("/run/.containerenv");
}

/** Agents with windows: what starts them has another PATH than a shell. */
const windowed: readonly string[] = ["cursor", "vscode", "windsurf", "kiro", "antigravity"];

const desktopPath: Check = {
  id: "machine.desktop-path",
  group: "machine",
  title: "Programs of a desktop find what they start",
  run: async ({ deps, signal }) => {
    if (deps.os === "linux") return skip("desktops of Linux take the PATH of the session");
    const path = await desktopPathOf(deps, signal);
    const servers = (await readServers(deps)).filter(({ agent }) => windowed.includes(agent));
    const lost = servers.filter(({ command }) => command !== undefined && !isFound(deps, command, path));
    return orPass(
      lost.map(({ title, file, name, command }) =>
        warn(
          `${title} starts "${command}" for ${name} (${file}), which is not on the PATH of programs started from the desktop`,
          "Name it by its whole path there: mortar setup writes that.",
        ),
      ),
      "what they start is named by its whole path, or is on their PATH",
    );
  },
};

/** What launchd gives to applications, unless somebody has set more; on Windows the PATH that everything has. */
async function desktopPathOf(deps: Deps, signal: AbortSignal): Promise<string> {
  if (deps.os === "win32") return deps.env["PATH"] ?? deps.env["Path"] ?? "";
  const usual = "/usr/bin:/bin:/usr/sbin:/sbin";
  const { stdout } = await deps
    .run(["/bin/launchctl", "getenv", "PATH"], { env: deps.env, signal, timeoutMs: 3_000, maxOutputBytes: 100_000 })
    .catch(() => ({ stdout: "" }));
  return stdout.trim() === "" ? usual : stdout.trim();
}

function isFound({ os }: Deps, command: string, path: string): boolean {
  if (/[\\/]/.test(command)) return true;
  const names = os === "win32" ? [`${command}.exe`, `${command}.cmd`, command] : [command];
  const folders = path.split(os === "win32" ? ";" : ":").filter((folder) => folder !== "");
  return folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
}

const loopbackNames = ["127.0.0.1", "localhost"] as const;

const companyProxy: Check = {
  id: "connectivity.proxy",
  group: "connectivity",
  title: "A company's proxy leaves this machine's own addresses alone",
  run: async ({ deps }) => {
    const { env } = deps;
    const named = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].filter(
      (name) => (env[name] ?? "") !== "",
    );
    if (named.length === 0) return pass("no proxy is set");
    const found: Finding[] = named
      .filter((name) => !URL.canParse(env[name] ?? ""))
      .map((name) => warn(`${name} is not an address`, `Write it as http://HOST:PORT: export ${name}=...`));
    const excepted = `${env["NO_PROXY"] ?? ""},${env["no_proxy"] ?? ""}`.split(",").map((one) => one.trim());
    const lost = loopbackNames.filter((name) => !excepted.includes(name) && !excepted.includes("*"));
    if (lost.length > 0) {
      found.push(
        warn(
          `${named[0]} is set, and NO_PROXY lacks ${lost.join(" and ")}: agents would send prompts and the local key to that proxy`,
          'export NO_PROXY="127.0.0.1,localhost,::1${NO_PROXY:+,$NO_PROXY}"',
        ),
      );
    }
    return orPass(found, `${named[0]} is set, and NO_PROXY has this machine`);
  },
};

export const placeChecks: readonly Check[] = [place, desktopPath];
export const companyProxyCheck: Check = companyProxy;
