// The authorization code grant: one use, the same client and address, and the PKCE verifier (RFC 7636 4.6).
import { createHash } from "node:crypto";
import { sameText, type Grant } from "./authority.ts";
import { issuePair, type TokenBody } from "./token-body.ts";
import { oauthFault, requireClient, type TokenRequest } from "./token-request.ts";

/** Tokens for a code. Throws `invalid_grant`; a code that comes twice also ends the tokens of its first use. */
export function redeemCode(request: TokenRequest): TokenBody {
  const { authority, form } = request;
  const { world } = authority;
  const client = requireClient(request);
  const grant = authority.grantOf(form.get("code") ?? "");
  if (grant === undefined || grant.expiresAt <= world.clock.now())
    throw invalidGrant("The code is invalid or expired.");
  if (grant.used) {
    world.tokens.revoke((record) => record.family === grant.family);
    throw invalidGrant("The code has been used.");
  }
  // Whatever is wrong with this attempt, there is no second one.
  grant.used = true;
  if (grant.clientId !== client.clientId) throw invalidGrant("The code was given to another client.");
  if (grant.redirectUri !== form.get("redirect_uri")) throw invalidGrant("The redirect_uri does not match.");
  if (!isVerified(grant, form.get("code_verifier") ?? "")) throw invalidGrant("The code_verifier does not match.");
  const { caller, scope, family, clientId } = grant;
  return issuePair(world, { caller, scope, family, clientId });
}

function isVerified(grant: Grant, verifier: string): boolean {
  if (!/^[A-Za-z0-9._~-]{43,128}$/.test(verifier)) return false;
  return sameText(createHash("sha256").update(verifier).digest("base64url"), grant.challenge);
}

function invalidGrant(description: string): Error {
  return oauthFault(400, "invalid_grant", description);
}
