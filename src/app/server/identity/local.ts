// One machine, one person: whoever has the key is the owner of the profile.
import { openCredentials, type Credentials } from "../../../auth/credentials.ts";
import { parseConfigFile, readConfigFile } from "../../../auth/config-file.ts";
import type { Clock, Deps } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { createWorkspaceSource } from "../../../tools/open-workspace.ts";
import { createWorkspace } from "../../../workspace/workspace.ts";
import type { Caller, Identity, WorkspaceAccess } from "../caller.ts";
import type { AppKey } from "../key.ts";
import { identityError } from "../refusals.ts";
import { hasKey } from "./admission.ts";

export interface LocalIdentityOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly profile: string | undefined;
  readonly key: AppKey;
  /** Known once the server listens. */
  readonly port: () => number;
  readonly signal: AbortSignal;
}

/** How many other workspaces are kept open. */
const mostOthers = 50;

export function localIdentity(options: LocalIdentityOptions): Identity {
  const { deps, profile, key, port } = options;
  const own = renewed(deps.clock, () => openOwn(options, profile));
  const others = new Map<string, () => Promise<WorkspaceAccess>>();
  return {
    mode: "local",
    callerOf: async (request) => {
      if (!hasKey(request, key, port())) throw identityError(keyMissing());
      return await own();
    },
    accessTo: async (_caller, name) => {
      if (others.size > mostOthers) others.clear();
      const known = others.get(name) ?? remembered(() => otherAccess(options, name));
      others.set(name, known);
      return await known();
    },
  };
}

function keyMissing(): MortarError {
  return new MortarError("not_signed_in", "The key of the app is missing, or is another's", {
    hint: "Open the address that `mortar app serve` printed; a script sends the key as Authorization: Bearer.",
  });
}

/** Done once, and again after it failed: a person may sign in meanwhile. */
function remembered<T>(work: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return async () => {
    const doing = (known ??= work());
    try {
      return await doing;
    } catch (thrown) {
      if (known === doing) known = undefined;
      throw thrown;
    }
  };
}

/** How long it holds who signed in. */
const renewAfterMs = 300_000;

/**
 * The same, asked again after a while without keeping anybody waiting: somebody else may have signed in to the profile. What is
 * known stays while the workspace cannot be asked.
 */
function renewed<T>(clock: Clock, work: () => Promise<T>): () => Promise<T> {
  const first = remembered(async () => {
    const value = await work();
    askedMs = clock.now();
    return value;
  });
  let askedMs = 0;
  let latest: T | undefined;
  return async () => {
    latest ??= await first();
    if (clock.now() - askedMs > renewAfterMs) {
      askedMs = clock.now();
      void work().then(
        (value) => {
          latest = value;
        },
        () => undefined,
      );
    }
    return latest;
  };
}

async function openOwn(options: LocalIdentityOptions, profile: string | undefined): Promise<Caller> {
  const { deps, version, signal } = options;
  const credentials = await openCredentials(deps, { profile, signal });
  const me = await createWorkspace({ deps, credentials, userAgent: { version } }).identity.me({ signal });
  const access = accessOf(options, credentials, { profile, environment: "use" });
  return { user: me.userName.toLowerCase(), displayName: me.displayName ?? me.userName, access };
}

/** Throws `not_found` for a profile that is none: the name comes from a page. */
async function otherAccess(options: LocalIdentityOptions, name: string): Promise<WorkspaceAccess> {
  const { deps, signal } = options;
  if (!parseConfigFile(await readConfigFile(deps)).has(name)) {
    throw new MortarError("not_found", "There is no such profile", {
      hint: "`mortar auth profiles` shows those that there are.",
    });
  }
  const wish = { profile: name, environment: "ignore" } as const;
  return accessOf(options, await openCredentials(deps, { ...wish, signal }), wish);
}

interface Wish {
  readonly profile: string | undefined;
  readonly environment: "use" | "ignore";
}

function accessOf({ deps, version, signal }: LocalIdentityOptions, opened: Credentials, wish: Wish): WorkspaceAccess {
  const { host, profile } = opened;
  const through = ["app", "local"] as const;
  return {
    host,
    profile: profile ?? wish.profile,
    source: createWorkspaceSource({ deps, profile: wish.profile ?? profile, version, through, signal }),
    // They renew their tokens themselves; the configuration is read anew, for a sign-in that has changed.
    credentials: () => openCredentials(deps, { ...wish, signal }),
  };
}
