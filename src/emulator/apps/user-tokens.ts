// The token that an app gets of whoever calls it: his own, for what the app was given scopes for, and for an hour.
import type { Caller } from "../http/route.ts";
import { scopesOfEveryApp } from "../http/token-scopes.ts";
import type { World } from "../world.ts";
import { appsOf } from "./documents.ts";

interface Issued {
  readonly token: string;
  readonly scopes: string;
  readonly expiresAtMs: number;
}

/** Renewed this long before its end. */
const aheadMs = 60_000;

/** One token a caller and set of scopes, as long as it is good. */
export function userTokens(world: World, app: string): (caller: Caller) => string {
  const issued = new Map<string, Issued>();
  return (caller) => {
    const granted = [...scopesOfEveryApp, ...(appsOf(world).get(app)?.userApiScopes ?? [])];
    const scopes = granted.join(" ");
    const known = issued.get(caller.userName);
    const now = world.clock.now();
    if (known !== undefined && known.scopes === scopes && known.expiresAtMs - aheadMs > now) {
      if (world.tokens.verify(known.token, ["access"]).state === "valid") return known.token;
    }
    const lifetimeMs = world.switches.accessTokenMs;
    const { token } = world.tokens.issue({ kind: "access", caller, lifetimeMs, scope: scopes, grantedTo: granted });
    issued.set(caller.userName, { token, scopes, expiresAtMs: now + lifetimeMs });
    return token;
  };
}
