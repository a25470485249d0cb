// The token for Claude Desktop: from the store, and where a sign-in has ended from a new one, if a person is there.
import { openCredentials } from "../auth/credentials.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError, toMortarError } from "../platform/errors.ts";
import type { Secret } from "../platform/secret.ts";
import { helperChoice, type HelperChoice } from "./helper-choice.ts";
import { logHelperCall } from "./helper-log.ts";

export interface HelperRequest {
  /** The --profile flag, which Claude Desktop cannot give. */
  readonly profile?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The token of the profile that the app was set up for. Throws `not_signed_in` and its like where a sign-in is needed and
 * nobody is there to make it, `conflict` where the profile is of another workspace than the app's, and as signing in does.
 */
export async function helperToken(deps: Deps, { profile, signal }: HelperRequest): Promise<Secret> {
  const startedMs = deps.clock.now();
  const context = deps.env["CLAUDE_HELPER_CONTEXT"] ?? "";
  let choice: HelperChoice | undefined;
  const note = (outcome: string, detail: string): void =>
    logHelperCall(deps, {
      startedMs,
      words: profile === undefined ? [] : ["--profile", profile],
      context,
      profile: choice?.profile ?? "",
      source: choice?.source ?? "unknown",
      outcome,
      detail,
    });
  try {
    choice = await helperChoice(deps, profile);
    const chosen = choice;
    const own = withCli(deps, chosen);
    const token = await tokenOf(own, chosen, signal).catch((thrown: unknown) =>
      recover(own, chosen, { thrown, signal }),
    );
    note("token", `length=${token.reveal().length}`);
    return token;
  } catch (thrown) {
    const { code, message } = toMortarError(thrown);
    note(code, message);
    throw thrown;
  }
}

async function tokenOf(deps: Deps, { profile, host }: HelperChoice, signal: AbortSignal): Promise<Secret> {
  const credentials = await openCredentials(deps, { profile, environment: "ignore", bundle: "ignore", signal });
  if (host !== undefined && credentials.host !== host.replace(/\/+$/, "")) {
    throw new MortarError(
      "conflict",
      `The profile ${profile} is of ${credentials.host}, and Claude Desktop of ${host}`,
      {
        hint: "Set the app up again (mortar desktop install), or point the profile back.",
      },
    );
  }
  return (await credentials.token({ signal })).accessToken;
}

/** What a new sign-in mends. */
const mended: readonly string[] = ["not_signed_in", "token_rejected", "auth_failed"];

/** When somebody sits there. Apps from before the variable say nothing. */
const attended: readonly string[] = ["", "interactive", "setup-test"];

const loginMs = 280_000;

interface Failure {
  readonly thrown: unknown;
  readonly signal: AbortSignal;
}

async function recover(deps: Deps, choice: HelperChoice, { thrown, signal }: Failure): Promise<Secret> {
  signal.throwIfAborted();
  const { profile, host } = choice;
  const error = toMortarError(thrown);
  // A managed machine that was never signed in has no such profile yet.
  const isNew = error.code === "config_missing" && host !== undefined;
  if (!mended.includes(error.code) && !isNew) throw thrown;
  const context = deps.env["CLAUDE_HELPER_CONTEXT"] ?? "";
  if (!attended.includes(context)) {
    const command = `mortar auth login --profile ${profile}${isNew ? ` --host ${host}` : ""}`;
    throw new MortarError(error.code === "config_missing" ? "not_signed_in" : error.code, error.message, {
      hint: `Sign in: ${command}. The app called in the background (${context}), where no browser is opened.`,
      cause: thrown,
    });
  }
  const [{ login }, { neutralEnvironment }, { withLock }, attempts] = await Promise.all([
    import("../auth/login.ts"),
    import("../auth/load.ts"),
    import("../platform/lock.ts"),
    import("./sign-in-attempts.ts"),
  ]);
  // The app calls again before a person has signed in: those wait here, and find the token.
  return withLock(deps.paths.run, "credential-helper", { clock: deps.clock, signal, waitMs: loginMs }, async () => {
    const found = await tokenOf(deps, choice, signal).catch(() => undefined);
    if (found !== undefined) return found;
    if (context === "") await attempts.checkPause(deps);
    await attempts.begin(deps);
    await login(
      { ...deps, env: neutralEnvironment(deps.env) },
      {
        profile,
        ...(isNew ? { host } : {}),
        force: true,
        noBrowser: false,
        timeoutMs: loginMs,
        clientId: "databricks-cli",
        signal,
      },
    );
    const token = await tokenOf(deps, choice, signal);
    await attempts.end(deps);
    return token;
  });
}

/** The environment with the Databricks CLI that was named for this machine, where nothing else names one. */
function withCli(deps: Deps, { databricksCliPath }: HelperChoice): Deps {
  if (databricksCliPath === undefined || (deps.env["DATABRICKS_CLI_PATH"] ?? "") !== "") return deps;
  return { ...deps, env: { ...deps.env, DATABRICKS_CLI_PATH: databricksCliPath } };
}
