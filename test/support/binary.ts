// Starts the compiled binary as a user would: with a home of its own and nothing of this machine's environment.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaksBelow, tokensIn } from "./leaks.ts";

const root = join(import.meta.dir, "..", "..");

/** The binary under test. `scripts/test` builds it first. */
export const binary =
  process.env["MORTAR_TEST_BINARY"] ?? join(root, "dist", process.platform === "win32" ? "mortar.exe" : "mortar");

if (!existsSync(binary)) throw new Error(`${binary} is missing: run scripts/build first`);

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Machine {
  readonly home: string;
  readonly env: Record<string, string>;
  /** Runs `mortar WORDS...` to its end. Fails when it prints a credential, unless that is what the command is for. */
  run(words: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs it with --json and gives the parsed envelope. */
  json(words: readonly string[], options?: RunOptions): Promise<Envelope>;
  /** Deletes the home folder. Fails when a file in it holds a credential that may not. */
  dispose(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly cwd?: string;
  /** The command is meant to print a credential. */
  readonly printsToken?: boolean;
}

export interface Envelope {
  readonly ok: boolean;
  readonly data: Record<string, unknown>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly hint?: string;
    readonly exit_code: number;
  };
}

/** A fresh home folder, and the environment of a user who has nothing configured. */
export async function createMachine(extra: Record<string, string> = {}): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), "mortar-test-"));
  const env: Record<string, string> = {
    HOME: home,
    USERPROFILE: home,
    MORTAR_HOME: join(home, "mortar"),
    PATH: process.env["PATH"] ?? "",
    LANG: "C.UTF-8",
    NO_PROXY: "127.0.0.1,localhost,::1",
    BROWSER: "none",
    ...(process.platform === "win32" ? { SYSTEMROOT: process.env["SYSTEMROOT"] ?? "" } : {}),
    ...extra,
  };
  const run: Machine["run"] = async (words, options = {}) => {
    const child = Bun.spawn([binary, ...words], {
      env: { ...env, ...options.env },
      cwd: options.cwd ?? home,
      stdin: options.input === undefined ? "ignore" : new TextEncoder().encode(options.input),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, exitCode] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    const shown = tokensIn(options.printsToken === true ? stderr : stdout + stderr);
    if (shown.length > 0) throw new Error(`mortar ${words.join(" ")} printed credentials: ${shown.join(", ")}`);
    return { exitCode, stdout, stderr };
  };
  return {
    home,
    env,
    run,
    json: async (words, options) => {
      const { stdout, stderr } = await run([...words, "--json"], options ?? {});
      try {
        return JSON.parse(stdout) as Envelope;
      } catch {
        throw new Error(`mortar ${words.join(" ")} --json printed no JSON: ${stdout}\n${stderr}`);
      }
    },
    dispose: async () => {
      const leaks = await leaksBelow(home);
      await rm(home, { recursive: true, force: true });
      if (leaks.length > 0) throw new Error(`credentials left behind: ${leaks.join("; ")}`);
    },
  };
}
