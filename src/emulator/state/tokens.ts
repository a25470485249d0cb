// Credentials that the workspace has given out. Only their hashes are kept.
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { Clock } from "../../platform/deps.ts";
import type { Caller } from "../http/route.ts";
import type { Collection, Store } from "./store.ts";

export type TokenKind = "pat" | "access" | "refresh";

export interface TokenRecord {
  /** sha256 of the token in hexadecimal: its key here, and its name in lists. */
  readonly tokenId: string;
  readonly kind: TokenKind;
  readonly caller: Caller;
  readonly clientId?: string;
  readonly scope?: string;
  /** The scopes of an app that it was given to: it is good for nothing else. Absent for a person's own. */
  readonly grantedTo?: readonly string[];
  readonly comment?: string;
  /** Tokens that came from one sign-in share it, and are revoked together. */
  readonly family?: string;
  readonly createdAt: number;
  /** Milliseconds since the epoch; absent for a token that does not expire. */
  readonly expiresAt?: number;
}

export interface NewToken {
  readonly kind: TokenKind;
  readonly caller: Caller;
  /** Milliseconds; absent for a token that does not expire. */
  readonly lifetimeMs?: number;
  readonly clientId?: string;
  readonly scope?: string;
  readonly grantedTo?: readonly string[];
  readonly comment?: string;
  readonly family?: string;
}

export type Verdict =
  | { readonly state: "valid"; readonly record: TokenRecord }
  | { readonly state: "expired" }
  | { readonly state: "unknown" };

export interface Tokens {
  /** A new token of the kind's form: `dapi...`, a JWT, `doau...`. */
  issue(token: NewToken): { readonly token: string; readonly record: TokenRecord };
  /** Makes a token that exists already (one kept in a file) known. */
  adopt(token: string, what: NewToken): TokenRecord;
  verify(token: string, kinds: readonly TokenKind[]): Verdict;
  /** Verifies and, when valid, deletes in the same step. */
  redeem(token: string, kind: TokenKind): Verdict;
  list(): readonly TokenRecord[];
  revoke(match: (record: TokenRecord) => boolean): number;
  /** Makes matching tokens expire now. */
  expire(match: (record: TokenRecord) => boolean): number;
}

/** Tokens over the store's collection `token`. */
export function createTokens(store: Store, clock: Clock): Tokens {
  const records: Collection<TokenRecord> = store.collection("token");
  const signingKey = randomBytes(32);

  const put = (token: string, what: NewToken): TokenRecord => {
    const { lifetimeMs, ...rest } = what;
    const now = clock.now();
    const record: TokenRecord = {
      tokenId: digest(token),
      ...rest,
      createdAt: now,
      ...(lifetimeMs === undefined ? {} : { expiresAt: now + lifetimeMs }),
    };
    records.put(record.tokenId, record);
    return record;
  };
  const verify = (token: string, kinds: readonly TokenKind[]): Verdict => {
    const record = records.get(digest(token));
    if (record === undefined || !kinds.includes(record.kind)) return { state: "unknown" };
    const expired = record.expiresAt !== undefined && record.expiresAt <= clock.now();
    return expired ? { state: "expired" } : { state: "valid", record };
  };

  return {
    verify,
    adopt: put,
    issue: (what) => {
      const token = newToken(what, clock.now(), signingKey);
      return { token, record: put(token, what) };
    },
    redeem: (token, kind) => {
      const verdict = verify(token, [kind]);
      if (verdict.state === "valid") records.delete(verdict.record.tokenId);
      return verdict;
    },
    list: () => records.all(),
    revoke: (match) => {
      const found = records.all().filter(match);
      for (const { tokenId } of found) records.delete(tokenId);
      return found.length;
    },
    expire: (match) => {
      const found = records.all().filter(match);
      for (const record of found) records.put(record.tokenId, { ...record, expiresAt: clock.now() });
      return found.length;
    },
  };
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** OAuth access tokens are JWTs, as the workspace's are; clients read their `exp`. We go by the hash alone. */
function newToken({ kind, caller, lifetimeMs, clientId, scope }: NewToken, now: number, key: Uint8Array): string {
  if (kind === "pat") return `dapi${randomBytes(16).toString("hex")}`;
  if (kind === "refresh") return `doau${randomBytes(32).toString("hex")}`;
  const header = encode({ alg: "HS256", typ: "at+jwt", kid: "emulator" });
  const claims = {
    sub: caller.userName,
    client_id: clientId,
    scope,
    iat: Math.floor(now / 1_000),
    ...(lifetimeMs === undefined ? {} : { exp: Math.floor((now + lifetimeMs) / 1_000) }),
    jti: randomBytes(16).toString("hex"),
  };
  const signed = `${header}.${encode(claims)}`;
  return `${signed}.${createHmac("sha256", key).update(signed).digest("base64url")}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
