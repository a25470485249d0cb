// One request at the token endpoint: its form, and the client that sends it.
import { ApiFault, type Call } from "../http/route.ts";
import { sameText, sha256, type Authority, type OAuthClient } from "./authority.ts";

export interface ClientCredentials {
  readonly id: string | undefined;
  readonly secret: string | undefined;
}

export interface TokenRequest {
  readonly authority: Authority;
  readonly call: Call;
  readonly form: URLSearchParams;
  readonly credentials: ClientCredentials;
}

/** A refusal by RFC 6749 5.2: `error` is one of its words. */
export function oauthFault(status: number, error: string, description: string): ApiFault {
  return new ApiFault(status, error, description);
}

/** The public or confidential client that asks. Throws `invalid_client`. */
export function requireClient({ authority, credentials }: TokenRequest): OAuthClient {
  const client = authority.client(credentials.id ?? "");
  if (client === undefined) throw oauthFault(401, "invalid_client", "Client authentication failed");
  const { secretHash } = client;
  if (secretHash !== undefined && !sameText(sha256(credentials.secret ?? ""), secretHash)) {
    throw oauthFault(401, "invalid_client", "Client authentication failed");
  }
  return client;
}

/** The form in the body. Throws `invalid_request` when it is none, or says a thing twice. */
export async function readForm(call: Call): Promise<URLSearchParams> {
  const type = call.headers.get("content-type") ?? "";
  if (!type.toLowerCase().startsWith("application/x-www-form-urlencoded")) {
    throw oauthFault(400, "invalid_request", "The request must be form-encoded.");
  }
  const form = new URLSearchParams(new TextDecoder().decode(await call.bytes()));
  const doubled = [...new Set(form.keys())].find((key) => form.getAll(key).length > 1);
  if (doubled !== undefined) throw oauthFault(400, "invalid_request", `${doubled} is given more than once.`);
  return form;
}

/** Client id and secret, from the Basic header or from the form. Nothing is checked yet. */
export function readCredentials(call: Call, form: URLSearchParams): ClientCredentials {
  const basic = /^basic (.+)$/i.exec(call.headers.get("authorization") ?? "")?.[1];
  if (basic === undefined) {
    return { id: form.get("client_id") ?? undefined, secret: form.get("client_secret") ?? undefined };
  }
  const text = Buffer.from(basic, "base64").toString();
  const colon = text.indexOf(":");
  return { id: decode(text.slice(0, Math.max(0, colon))), secret: decode(text.slice(colon + 1)) };
}

/** RFC 6749 2.3.1 percent-encodes both halves; some clients do not, and their ids have nothing to decode. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
