// The workspace of a session: opened at the first call that needs it, opened anew when the sign-in has changed.
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { withHint } from "./errors.ts";

export interface WorkspaceSource {
  /** The workspace; every caller gets the same one while it is good. Throws what signing in throws. */
  open(): Promise<Workspace>;
  /** The workspace refused our sign-in: the next call reads the configuration again. */
  forget(): void;
}

export interface WorkspaceSourceOptions {
  readonly deps: Deps;
  readonly profile: string | undefined;
  readonly version: string;
  /** Through what it is used, for the User-Agent: `["mcp", "stdio"]`. */
  readonly through?: readonly [string, string];
  readonly signal: AbortSignal;
}

export function createWorkspaceSource(options: WorkspaceSourceOptions): WorkspaceSource {
  let opened: Promise<Workspace> | undefined;
  const forget = (): void => {
    opened = undefined;
  };
  return {
    forget,
    open: async () => {
      const opening = (opened ??= openWorkspace(options));
      try {
        return await opening;
      } catch (thrown) {
        // A person may sign in meanwhile: nothing is kept of a failure.
        if (opened === opening) forget();
        throw thrown;
      }
    },
  };
}

async function openWorkspace({ deps, profile, version, through, signal }: WorkspaceSourceOptions): Promise<Workspace> {
  try {
    // Loaded here: a server that only lists its tools needs neither.
    const [{ openCredentials }, { createWorkspace }] = await Promise.all([
      import("../auth/credentials.ts"),
      import("../workspace/workspace.ts"),
    ]);
    const credentials = await openCredentials(deps, { profile, signal });
    const extra = through === undefined ? {} : { extra: [through] };
    return createWorkspace({ deps, credentials, userAgent: { version, ...extra } });
  } catch (thrown) {
    throw signInHint(thrown);
  }
}

const signInCodes: readonly string[] = ["config_missing", "not_signed_in", "token_rejected", "auth_failed"];

/** Whether the error says that the sign-in is missing or no longer good. */
export function isSignInError(thrown: unknown): thrown is MortarError {
  return thrown instanceof MortarError && signInCodes.includes(thrown.code);
}

const howToSignIn =
  "Sign in with `mortar auth login --host https://YOUR-WORKSPACE`, or set DATABRICKS_HOST and DATABRICKS_TOKEN, and call again; nothing has to be restarted after a login.";

/** The error with a hint that says how to sign in, where its own does not. */
export function signInHint(thrown: unknown): unknown {
  if (!isSignInError(thrown) || thrown.hint?.includes("mortar auth login") === true) return thrown;
  return withHint(thrown, thrown.hint === undefined ? howToSignIn : `${thrown.hint} ${howToSignIn}`);
}
