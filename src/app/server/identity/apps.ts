// Behind Databricks Apps: each caller as the person, or the service principal, whose token the platform hands on. Nothing else in
// the request says who it is. Source: docs.databricks.com/aws/en/dev-tools/databricks-apps/auth (user authorization).
import type { Credentials } from "../../../auth/credentials.ts";
import { callerCredentials } from "../../../auth/caller-token.ts";
import type { Deps } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { isTokenText, Secret } from "../../../platform/secret.ts";
import type { WorkspaceSource } from "../../../tools/open-workspace.ts";
import type { Me } from "../../../workspace/identity.ts";
import { createWorkspace } from "../../../workspace/workspace.ts";
import type { Caller, Identity, WorkspaceAccess } from "../caller.ts";
import { identityError } from "../refusals.ts";
import { createTokens, type Tokens } from "./tokens.ts";

export interface AppsIdentityOptions {
  readonly deps: Deps;
  readonly version: string;
  /** The workspace that the app is part of. */
  readonly host: string;
  readonly signal: AbortSignal;
}

const tokenHeader = "x-forwarded-access-token";

export function appsIdentity(options: AppsIdentityOptions): Identity {
  const { deps } = options;
  const tokens = createTokens(deps.clock, (token) => verified(options, token));
  const accesses = new Map<string, WorkspaceAccess>();
  return {
    mode: "apps",
    callerOf: async ({ headers }) => {
      const text = headers.get(tokenHeader);
      if (!isTokenText(text)) throw identityError(tokenMissing());
      const me = await tokens.userOf(text);
      refuseLookalike(me);
      refuseOtherName(headers, me);
      const user = me.userName.toLowerCase();
      tokens.used(user, text);
      const access = accesses.get(user) ?? accessOf(options, user, tokens);
      // The last ones used are at the end; whoever is forgotten gets another of the same kind.
      accesses.delete(user);
      accesses.set(user, access);
      for (const oldest of accesses.keys()) if (accesses.size > mostUsers) accesses.delete(oldest);
      return { user, displayName: me.displayName ?? me.userName, access } satisfies Caller;
    },
    accessTo: () => {
      const error = new MortarError("permission_denied", "A shared server has no profiles of other workspaces", {
        hint: "Run `mortar app serve` on your own machine to work on another workspace.",
      });
      return Promise.reject(error);
    },
  };
}

const mostUsers = 1_000;

function tokenMissing(): MortarError {
  return new MortarError("not_signed_in", "The platform has not said who you are", {
    hint: "The app needs user authorization: in the app's settings add the scopes that it is to have (such as sql, and iam.current-user:read), restart it, and open it again.",
  });
}

/** Throws `not_signed_in` where the workspace does not take the token. */
async function verified({ deps, version, host, signal }: AppsIdentityOptions, token: string): Promise<Me> {
  const credentials = callerCredentials(host, new Secret(token));
  try {
    return await createWorkspace({ deps, credentials, userAgent: { version } }).identity.me({ signal });
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    if (thrown.code === "token_rejected" || thrown.code === "not_signed_in" || thrown.code === "auth_failed") {
      throw identityError(expired());
    }
    if (thrown.code !== "permission_denied") throw thrown;
    const words = "The app may not ask the workspace who you are";
    const hint = "Add the scope iam.current-user:read to the app's user authorization, and open the app again.";
    throw identityError(new MortarError("permission_denied", words, { hint }));
  }
}

function expired(): MortarError {
  return new MortarError("not_signed_in", "Your sign-in to the app is over", {
    hint: "Load the page again: the platform then sends a new one along.",
  });
}

/**
 * The name beside the token is compared, and that is all. One that differs was not written by the platform. A service
 * principal has no address, so none is asked of it.
 */
function refuseOtherName(headers: Headers, me: Me): void {
  const email = headers.get("x-forwarded-email")?.trim().toLowerCase() ?? "";
  if (email === "" || !me.userName.includes("@")) return;
  if ([me.userName, ...me.emails].some((name) => name.toLowerCase() === email)) return;
  throw identityError(
    new MortarError("permission_denied", "X-Forwarded-Email names another than the token", {
      hint: "Leave the header out: who calls is told by the token alone.",
    }),
  );
}

/**
 * Names are compared in lower case, in which these signs (of Kelvin, Angstrom, Ohm) become the letters of other people's names:
 * `\u212Aim@…` would be kim@….
 */
function refuseLookalike({ userName }: Me): void {
  if (!/[\u212A\u212B\u2126]/.test(userName)) return;
  throw identityError(
    new MortarError("permission_denied", "Your name in the workspace has a sign in it that passes for a letter", {
      hint: "Have an administrator of the workspace write it with plain letters.",
    }),
  );
}

/** What acts as the user with the freshest token that he has sent. */
function accessOf({ deps, version, host }: AppsIdentityOptions, user: string, tokens: Tokens): WorkspaceAccess {
  const fresh = (): Credentials => {
    const token = tokens.freshest(user);
    if (token === undefined) throw expired();
    return callerCredentials(host, token);
  };
  const credentials: Credentials = {
    host,
    authType: "pat",
    profile: undefined,
    workspaceId: undefined,
    handedOn: true,
    headers: async () => await fresh().headers(),
    token: async () => await fresh().token(),
  };
  const userAgent = { version, extra: [["app", "apps"] as const] };
  const workspace = createWorkspace({ deps, credentials, userAgent });
  const source: WorkspaceSource = { open: () => Promise.resolve(workspace), forget: () => undefined, handedOn: true };
  return { host, profile: undefined, source, credentials: () => Promise.resolve(credentials) };
}
