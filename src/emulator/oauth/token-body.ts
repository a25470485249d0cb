// What the token endpoint answers (RFC 6749 5.1).
import type { Caller } from "../http/route.ts";
import type { World } from "../world.ts";

export interface TokenBody {
  readonly access_token: string;
  readonly token_type: "Bearer";
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
  readonly refresh_token?: string;
}

export interface TokenSubject {
  readonly caller: Caller;
  readonly clientId?: string;
  readonly scope: string;
  readonly family?: string;
}

/** An access token alone. */
export function tokenBody(world: World, subject: TokenSubject): TokenBody {
  const lifetimeMs = world.switches.accessTokenMs;
  const { token } = world.tokens.issue({ kind: "access", lifetimeMs, ...subject });
  return {
    access_token: token,
    token_type: "Bearer",
    expires_in: Math.floor(lifetimeMs / 1_000),
    scope: subject.scope,
  };
}

/** An access token and, where `offline_access` was granted, a refresh token. */
export function issuePair(world: World, subject: TokenSubject): TokenBody {
  const body = tokenBody(world, subject);
  if (!subject.scope.split(" ").includes("offline_access")) return body;
  const lifetimeMs = world.switches.refreshTokenMs;
  const { token } = world.tokens.issue({ kind: "refresh", lifetimeMs, ...subject });
  return { ...body, refresh_token: token };
}
