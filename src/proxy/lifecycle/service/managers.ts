// The service managers of the three systems: which file they read, and which of their commands do what.
import { userInfo } from "node:os";
import { join } from "node:path";
import type { Deps } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { requireHome } from "../../../platform/paths.ts";
import type { RunResult } from "../../../platform/process.ts";
import { launchAgentText, launchLabel } from "./launch-agent.ts";
import { serviceName, type ServiceSpec } from "./spec.ts";
import { unitText } from "./systemd.ts";
import { taskXml } from "./windows-task.ts";

export interface ServiceManager {
  readonly title: string;
  readonly file: string;
  content(spec: ServiceSpec): string | Uint8Array;
  /** Throws `unsupported` where this manager does not run for this user. */
  check(signal: AbortSignal): Promise<void>;
  /** Has it read the file, and start the service anew, now and at each sign-in. */
  start(signal: AbortSignal): Promise<void>;
  /** Ends the service and lets it be forgotten; the file goes after that. */
  stop(signal: AbortSignal): Promise<void>;
  forget(signal: AbortSignal): Promise<void>;
  /** A command that shows what became of it. */
  readonly inspect: string;
}

export function serviceManager(deps: Deps): ServiceManager {
  if (deps.os === "darwin") return launchd(deps);
  return deps.os === "win32" ? taskScheduler(deps) : systemd(deps);
}

const commandMs = 60_000;

function runner(deps: Deps) {
  return (words: readonly [string, ...string[]], signal: AbortSignal): Promise<RunResult> =>
    deps.run(words, { env: deps.env, signal, timeoutMs: commandMs, maxOutputBytes: 1_000_000 });
}

/** Runs it and throws `io` with what it said where it failed. */
async function must(result: Promise<RunResult>, what: string): Promise<void> {
  const { exitCode, stdout, stderr } = await result;
  if (exitCode === 0) return;
  const said = (stderr.trim() || stdout.trim()).split("\n").slice(0, 3).join(" ");
  throw new MortarError("io", `${what}: ${said === "" ? `exit code ${exitCode}` : said}`);
}

function systemd(deps: Deps): ServiceManager {
  const run = runner(deps);
  const own = deps.env["XDG_CONFIG_HOME"] ?? "";
  const folder = own === "" ? join(requireHome(deps.paths), ".config") : own;
  const unit = `${serviceName}.service`;
  const control = (...words: string[]) => ["systemctl", "--user", ...words] as [string, ...string[]];
  return {
    title: "systemd",
    file: join(folder, "systemd", "user", unit),
    content: unitText,
    check: async (signal) => {
      const answer = await run(control("show-environment"), signal).catch((thrown: unknown) => {
        signal.throwIfAborted();
        return { exitCode: 1, stdout: "", stderr: thrown instanceof Error ? thrown.message : "" };
      });
      if (answer.exitCode === 0) return;
      throw new MortarError("unsupported", `There is no systemd for this user here: ${answer.stderr.trim()}`, {
        hint: "The agents start the proxy when they need it. To have it always, run mortar proxy start when you sign in.",
      });
    },
    start: async (signal) => {
      await must(run(control("daemon-reload"), signal), "systemd cannot read its units again");
      await must(run(control("enable", unit), signal), "systemd does not take the unit");
      await must(run(control("restart", unit), signal), "systemd cannot start the unit");
    },
    stop: async (signal) => must(run(control("disable", "--now", unit), signal), "systemd cannot stop the unit"),
    forget: async (signal) => {
      await run(control("daemon-reload"), signal);
      await run(control("reset-failed", unit), signal);
    },
    inspect: `journalctl --user -u ${unit} -n 50`,
  };
}

function launchd(deps: Deps): ServiceManager {
  const run = runner(deps);
  const file = join(requireHome(deps.paths), "Library", "LaunchAgents", `${launchLabel}.plist`);
  const domain = `gui/${userInfo().uid}`;
  const launchctl = (...words: string[]) => ["/bin/launchctl", ...words] as [string, ...string[]];
  return {
    title: "launchd",
    file,
    content: launchAgentText,
    check: async (signal) => {
      const { exitCode } = await run(launchctl("print", domain), signal);
      if (exitCode === 0) return;
      throw new MortarError("unsupported", "launchd has no session for this user", {
        hint: "Sign in at the machine's screen first, and run the command there.",
      });
    },
    start: async (signal) => {
      // One of before is ended; that there was none is no failure.
      await run(launchctl("bootout", `${domain}/${launchLabel}`), signal);
      // Somebody may have switched it off in the system's settings.
      await run(launchctl("enable", `${domain}/${launchLabel}`), signal);
      await must(run(launchctl("bootstrap", domain, file), signal), "launchd does not take the agent");
    },
    stop: async (signal) => void (await run(launchctl("bootout", `${domain}/${launchLabel}`), signal)),
    forget: async () => undefined,
    inspect: `launchctl print ${domain}/${launchLabel}`,
  };
}

function taskScheduler(deps: Deps): ServiceManager {
  const run = runner(deps);
  const root = deps.env["SystemRoot"] ?? deps.env["SYSTEMROOT"] ?? "C:\\Windows";
  const file = join(deps.paths.data, `${serviceName}.xml`);
  const schtasks = (...words: string[]) => [`${root}\\System32\\schtasks.exe`, ...words] as [string, ...string[]];
  const domain = deps.env["USERDOMAIN"] ?? "";
  const user = deps.env["USERNAME"] ?? userInfo().username;
  return {
    title: "the Task Scheduler",
    file,
    // It reads UTF-16 with a byte order mark.
    content: (spec) => {
      const text = taskXml(spec, { name: domain === "" ? user : `${domain}\\${user}` });
      return Buffer.from(`\uFEFF${text}`, "utf16le");
    },
    check: () => Promise.resolve(),
    start: async (signal) => {
      await run(schtasks("/End", "/TN", serviceName), signal);
      const created = run(schtasks("/Create", "/TN", serviceName, "/XML", file, "/F"), signal);
      await must(created, "The Task Scheduler does not take the task");
      await must(run(schtasks("/Run", "/TN", serviceName), signal), "The Task Scheduler cannot start the task");
    },
    stop: async (signal) => {
      await run(schtasks("/End", "/TN", serviceName), signal);
      await must(run(schtasks("/Delete", "/TN", serviceName, "/F"), signal), "The task cannot be deleted");
    },
    forget: async () => undefined,
    inspect: `schtasks /Query /TN ${serviceName} /V /FO LIST`,
  };
}
