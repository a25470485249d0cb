// Token exchange (RFC 8693): a federated issuer's JWT, or a personal access token, for an access token.
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from "jose";
import type { Caller } from "../http/route.ts";
import { principalCaller, type Authority, type FederationPolicy } from "./authority.ts";
import { tokenBody, type TokenBody } from "./token-body.ts";
import { oauthFault, type TokenRequest } from "./token-request.ts";

const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const patType = "urn:databricks:params:oauth:token-type:personal-access-token";

/** Throws `invalid_request` for another token type, `invalid_grant` for a token that no policy takes. */
export async function exchangeToken({ authority, form, credentials }: TokenRequest): Promise<TokenBody> {
  const subject = form.get("subject_token") ?? "";
  const scope = form.get("scope") ?? "all-apis";
  switch (form.get("subject_token_type")) {
    case patType: {
      const verdict = authority.world.tokens.verify(subject, ["pat"]);
      if (verdict.state !== "valid") throw oauthFault(400, "invalid_grant", "The personal access token is invalid.");
      return tokenBody(authority.world, { caller: verdict.record.caller, scope });
    }
    case jwtType: {
      const caller = await callerOf(authority, subject, credentials.id);
      return tokenBody(authority.world, { caller, scope, clientId: caller.userName });
    }
    default:
      throw oauthFault(400, "invalid_request", "The subject_token_type is not supported.");
  }
}

async function callerOf(authority: Authority, jwt: string, applicationId: string | undefined): Promise<Caller> {
  const issuer = issuerOf(jwt);
  const candidates = authority.policies
    .all()
    .filter((policy) => policy.issuer === issuer && policy.applicationId === applicationId);
  for (const policy of candidates) {
    if (await accepts(policy, jwt, authority.world.clock.now())) return subjectOf(authority, policy);
  }
  throw oauthFault(400, "invalid_grant", "No federation policy of this workspace accepts the token.");
}

function subjectOf(authority: Authority, { applicationId }: FederationPolicy): Caller {
  if (applicationId === undefined) return authority.world.owner;
  const principal = authority.principal(applicationId);
  if (principal === undefined) throw oauthFault(400, "invalid_grant", "The service principal does not exist.");
  return principalCaller(principal);
}

async function accepts(policy: FederationPolicy, jwt: string, now: number): Promise<boolean> {
  try {
    await jwtVerify(jwt, createLocalJWKSet(policy.jwks as JSONWebKeySet), {
      issuer: policy.issuer,
      audience: [...policy.audiences],
      currentDate: new Date(now),
      requiredClaims: ["exp"],
      ...(policy.subject === undefined ? {} : { subject: policy.subject }),
    });
    return true;
  } catch {
    return false;
  }
}

function issuerOf(jwt: string): string | undefined {
  try {
    return decodeJwt(jwt).iss;
  } catch {
    return undefined;
  }
}
