// The workspace of a session: opened at the first call that needs it, opened anew when the sign-in has changed.
import type { CredentialsOptions } from "../auth/credentials.ts";
import type { Deps } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Switching, Tool } from "./define.ts";
import { withHint } from "./errors.ts";

export interface WorkspaceSource {
  /** The workspace; every caller gets the same one while it is good. Throws what signing in throws. */
  open(): Promise<Workspace>;
  /** The workspace refused our sign-in: the next call reads the configuration again. */
  forget(): void;
  /** Absent where others share the session, or where it is over after one call. */
  readonly switching?: Switching | undefined;
  /** Whether it acts as the person of this machine, whose record of made things is kept here; callers from elsewhere have none. */
  readonly recordsMade?: boolean | undefined;
  /** Whether it acts with a token that came with the caller's request: no command on this machine gets a better one. */
  readonly handedOn?: boolean | undefined;
}

export interface WorkspaceSourceOptions {
  readonly deps: Deps;
  readonly profile: string | undefined;
  readonly version: string;
  /** Through what it is used, for the User-Agent: `["mcp", "stdio"]`. */
  readonly through?: readonly [string, string];
  readonly signal: AbortSignal;
  /** Whether the session may go over to another profile: it belongs to one person alone. */
  readonly switchable?: boolean;
}

export function createWorkspaceSource(options: WorkspaceSourceOptions): WorkspaceSource {
  let opened: Promise<Workspace> | undefined;
  let chosen: string | undefined;
  const forget = (): void => {
    opened = undefined;
  };
  const wish = (): Wish =>
    chosen === undefined ? { profile: options.profile } : { profile: chosen, environment: "ignore" };
  const switching: Switching = {
    profile: () => chosen ?? options.profile,
    use: async (profile, signal) => {
      // Tried before it is taken: the session stays where it is when the other workspace refuses.
      const workspace = await openWorkspace(options, { profile, environment: "ignore" });
      await workspace.identity.me({ signal });
      chosen = profile;
      opened = Promise.resolve(workspace);
      return workspace;
    },
  };
  return {
    forget,
    recordsMade: true,
    ...(options.switchable === true ? { switching } : {}),
    open: async () => {
      const opening = (opened ??= openWorkspace(options, wish()));
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

type Wish = Pick<CredentialsOptions, "profile" | "environment">;

async function openWorkspace(options: WorkspaceSourceOptions, wish: Wish): Promise<Workspace> {
  const { deps, version, through, signal } = options;
  try {
    // Loaded here: a server that only lists its tools needs neither.
    const [{ openCredentials }, { createWorkspace }] = await Promise.all([
      import("../auth/credentials.ts"),
      import("../workspace/workspace.ts"),
    ]);
    const credentials = await openCredentials(deps, { ...wish, signal });
    const extra = through === undefined ? {} : { extra: [through] };
    return createWorkspace({ deps, credentials, userAgent: { version, ...extra } });
  } catch (thrown) {
    throw signInHint(thrown);
  }
}

/** The workspace, or for a tool that needs no sign-in one whose every field throws why there is none. */
export async function workspaceFor(tool: Pick<Tool, "needsSignIn">, source: WorkspaceSource): Promise<Workspace> {
  try {
    return await source.open();
  } catch (thrown) {
    if (tool.needsSignIn !== false || !isSignInError(thrown)) throw thrown;
    const refuse = (): never => {
      throw thrown;
    };
    // A promise looks for `then` in what it is given.
    return new Proxy({} as Workspace, { get: (_target, key) => (key === "then" ? undefined : refuse()) });
  }
}

const signInCodes: readonly string[] = ["config_missing", "not_signed_in", "token_rejected", "auth_failed"];

/** Whether the error says that the sign-in is missing or no longer good. */
export function isSignInError(thrown: unknown): thrown is MortarError {
  return thrown instanceof MortarError && signInCodes.includes(thrown.code);
}

const howToSignIn =
  "Sign in with `mortar auth login --host https://YOUR-WORKSPACE`, or set DATABRICKS_HOST and DATABRICKS_TOKEN, and call again; nothing has to be restarted after a login.";

/**
 * The error with a hint that says how to sign in, where its own does not. Callers of a `source` that acts with what they send along
 * have no command to sign in with.
 */
export function signInHint(thrown: unknown, source?: WorkspaceSource): unknown {
  if (source?.handedOn === true) return thrown;
  if (!isSignInError(thrown) || thrown.hint?.includes("mortar auth login") === true) return thrown;
  return withHint(thrown, thrown.hint === undefined ? howToSignIn : `${thrown.hint} ${howToSignIn}`);
}
