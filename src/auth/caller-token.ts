// A token that a caller brings with him: used as it is, for him alone, and never renewed or kept on disk.
import type { Secret } from "../platform/secret.ts";
import type { Credentials } from "./credentials.ts";

/** Credentials of whoever the token belongs to. Nothing is checked: the workspace does that with each request. */
export function callerCredentials(host: string, token: Secret): Credentials {
  return {
    host,
    authType: "pat",
    profile: undefined,
    workspaceId: undefined,
    handedOn: true,
    headers: () => Promise.resolve({ Authorization: `Bearer ${token.reveal()}` }),
    token: () => Promise.resolve({ accessToken: token, tokenType: "Bearer", expiresAtMs: undefined }),
  };
}
