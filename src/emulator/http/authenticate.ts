// Who calls: the bearer token of a request.
import type { TokenRecord } from "../state/tokens.ts";
import { ApiFault } from "./route.ts";
import type { World } from "../world.ts";

/** The token of an Authorization header: Bearer, or Basic with the user name `token`, as the workspace takes it. */
export function bearerToken(headers: Headers): string | undefined {
  const [scheme, value] = (headers.get("authorization") ?? "").split(/\s+/, 2);
  if (value === undefined) return undefined;
  if (scheme?.toLowerCase() === "bearer") return value;
  if (scheme?.toLowerCase() !== "basic") return undefined;
  const text = Buffer.from(value, "base64").toString();
  return text.startsWith("token:") ? text.slice("token:".length) : undefined;
}

/**
 * The request's token, with its owner, as it was given out. Throws ApiFault 401 without one and for an expired one, 403 for one
 * that is unknown: a client may refresh on 401, and must not on 403.
 */
export function tokenOf(headers: Headers, world: World): TokenRecord {
  const token = bearerToken(headers);
  if (token === undefined) {
    throw new ApiFault(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type for this API.");
  }
  const verdict = world.tokens.verify(token, ["pat", "access"]);
  if (verdict.state === "valid") return verdict.record;
  if (verdict.state === "expired") throw new ApiFault(401, "UNAUTHENTICATED", "The access token has expired.");
  // What looks like an OAuth token was ours once, or another workspace's: signing in again helps.
  if (token.startsWith("eyJ")) throw new ApiFault(401, "UNAUTHENTICATED", "The access token is invalid.");
  throw new ApiFault(403, "403", "Invalid access token.");
}
