// What a request has to bring before it is read: the right Host, no foreign Origin, and a proof of who is calling.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../platform/secret.ts";
import { isTokenText } from "../../platform/secret.ts";

export interface AdmissionOptions {
  /** Names under which the server answers, without ports; undefined for all, where nobody comes but through a platform. */
  readonly hosts: readonly string[] | undefined;
  /** Web pages that may call, as `https://name:port`. */
  readonly origins: readonly string[];
  /** A key that this server asks for; undefined where callers bring tokens of their own. */
  readonly key: Secret | undefined;
  /** The header in which a platform in front of us hands on the caller's token, where it is trusted to do so. */
  readonly forwarded: string | undefined;
}

export type Admission = { readonly proof: string } | { readonly refusal: Response };

/** @param metadataUrl Where the server says how to get a token (RFC 9728); undefined where a key is asked for. */
export function admit(request: Request, options: AdmissionOptions, metadataUrl: string | undefined): Admission {
  const { headers } = request;
  if (!isOurName(request, options)) return { refusal: wrongName() };
  const origin = headers.get("origin");
  if (origin !== null && !options.origins.includes(origin) && !isOwn(origin, nameOf(headers, options))) {
    return { refusal: refused(403, "Web pages may not call this server") };
  }
  const given = tokenOf(headers, options.forwarded);
  const isGood = given !== undefined && (options.key === undefined || isSame(given, options.key));
  if (isGood) return { proof: given };
  const pointer = metadataUrl === undefined ? "" : ` resource_metadata="${metadataUrl}"`;
  const answer = refused(401, `The request needs ${wanted(options)}`);
  answer.headers.set("www-authenticate", `Bearer${pointer === "" ? ' realm="mortar"' : pointer}`);
  return { refusal: answer };
}

function wanted({ key, forwarded }: AdmissionOptions): string {
  if (forwarded !== undefined) return `${forwarded}, which the platform sends when the app has user authorization`;
  return `Authorization: Bearer with ${key === undefined ? "a token of the workspace" : "the key of this server"}`;
}

/** The name by which a page would know us: a platform in front that is trusted says it, if another. */
function nameOf(headers: Headers, { forwarded }: AdmissionOptions): string | null {
  return (forwarded === undefined ? null : headers.get("x-forwarded-host")) ?? headers.get("host");
}

/** Whether the request was sent to a name under which the server answers. */
export function isOurName({ headers }: Request, { hosts }: Pick<AdmissionOptions, "hosts">): boolean {
  return hosts === undefined || hosts.includes(hostnameOf(headers.get("host")));
}

export function wrongName(): Response {
  return refused(403, "This server does not answer under that name");
}

/** Our own address, where no page comes from: a client that names it is no page of another. */
function isOwn(origin: string, host: string | null): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** The name in a Host header, without its port and without the brackets of IPv6. */
function hostnameOf(host: string | null): string {
  if (host === null) return "";
  return host
    .toLowerCase()
    .replace(/:\d+$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}

function tokenOf(headers: Headers, forwarded: string | undefined): string | undefined {
  const value = forwarded === undefined ? bearer(headers.get("authorization")) : headers.get(forwarded);
  return isTokenText(value) ? value : undefined;
}

function bearer(authorization: string | null): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization?.trim() ?? "")?.[1];
}

/** In constant time, whatever the lengths. */
function isSame(given: string, key: Secret): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(key.reveal()));
}

function refused(status: number, message: string): Response {
  return Response.json({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }, { status });
}
