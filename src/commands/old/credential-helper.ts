// `databricks-claude-credential-helper`: Claude Desktop calls it each minute, and takes what it prints for the token.
import { readOldState } from "../../agents/older/state.ts";
import { openCredentials } from "../../auth/credentials.ts";
import type { Deps } from "../../platform/deps.ts";
import { toMortarError } from "../../platform/errors.ts";
import { redact } from "../../platform/log.ts";
import { onInterrupt } from "../../platform/signals.ts";
import { systemDeps } from "../../platform/system.ts";
import { chosenProfile, withStateCli } from "./profile.ts";
import { oldEnvironment } from "./run-old.ts";

/** Of its words `--profile` alone is minded: Desktop cannot give any. */
export async function runHelper(words: readonly string[]): Promise<number> {
  const deps = systemDeps({ level: "quiet", noColour: true });
  const interrupt = onInterrupt();
  try {
    return await printToken({ ...deps, env: oldEnvironment(deps.env) }, profileIn(words), interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/**
 * Prints the bare token and nothing else, without a line end, and returns 0. Where there is none, a sign-in in the browser
 * is tried once, by one process of all that are called meanwhile; then it is one line on stderr, and 1.
 */
export async function printToken(given: Deps, profile: string | undefined, signal: AbortSignal): Promise<number> {
  const state = await readOldState({ ...given, log: { ...given.log, warn: () => undefined } }, "claude");
  const deps = withStateCli(given, state);
  const name = chosenProfile(profile, state.profile === "DEFAULT" ? {} : state);
  try {
    const token = await tokenOf(deps, name, signal).catch((thrown: unknown) => recover(deps, { name, thrown, signal }));
    deps.stdout.write(token);
    return 0;
  } catch (thrown) {
    const { message, hint } = toMortarError(thrown);
    const line = hint === undefined ? message : `${message}. ${hint}`;
    deps.stderr.write(`databricks-claude-credential-helper: ${redact(line).replaceAll(/\s+/g, " ")}\n`);
    return 1;
  }
}

async function tokenOf(deps: Deps, profile: string, signal: AbortSignal): Promise<string> {
  const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore", signal });
  return (await credentials.token({ signal })).accessToken.reveal();
}

interface Failed {
  readonly name: string;
  readonly thrown: unknown;
  readonly signal: AbortSignal;
}

/** What a new sign-in mends. */
const mended: readonly string[] = ["not_signed_in", "token_rejected", "auth_failed"];

const loginMs = 300_000;

async function recover(deps: Deps, { name, thrown, signal }: Failed): Promise<string> {
  signal.throwIfAborted();
  if (!mended.includes(toMortarError(thrown).code)) throw thrown;
  const [{ login }, { neutralEnvironment }, { withLock }] = await Promise.all([
    import("../../auth/login.ts"),
    import("../../auth/load.ts"),
    import("../../platform/lock.ts"),
  ]);
  // Desktop calls again before a person has signed in: those wait here, and find the token.
  return withLock(deps.paths.run, "credential-helper", { clock: deps.clock, signal, waitMs: loginMs }, async () => {
    const found = await tokenOf(deps, name, signal).catch(() => undefined);
    if (found !== undefined) return found;
    await login(
      { ...deps, env: neutralEnvironment(deps.env) },
      { profile: name, force: true, noBrowser: false, timeoutMs: loginMs, clientId: "databricks-cli", signal },
    );
    return tokenOf(deps, name, signal);
  });
}

function profileIn(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => word === "--profile" || word.startsWith("--profile="));
  const word = words[index] ?? "";
  const value = word.includes("=") ? word.slice("--profile=".length) : words[index + 1];
  return index === -1 || value === undefined || value === "" ? undefined : value;
}
