// Who may use the proxy: programs of this user that know the local key. Web pages and other names for this machine may not.
import { timingSafeEqual } from "node:crypto";
import type { Secret } from "../platform/secret.ts";

/** Why a request is refused before it is looked at: a sentence for the person. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly message: string;
}

/** The values of the Host header under which a listener answers. */
export function ownHosts(port: number, tls: boolean): ReadonlySet<string> {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const isDefault = port === (tls ? 443 : 80);
  return new Set(names.flatMap((name) => (isDefault ? [`${name}:${port}`, name] : [`${name}:${port}`])));
}

/**
 * Refuses what a web page can send: another name that was made to resolve to this machine (DNS rebinding), and anything
 * that carries an Origin, `null` included: no agent sends one, every page's POST does.
 */
export function refuseForeign(headers: Headers, hosts: ReadonlySet<string>): Refusal | undefined {
  const host = headers.get("host");
  if (host === null || !(hosts.has(host) || hosts.has(host.toLowerCase()))) {
    return { status: 403, message: "The proxy answers only under its own loopback address" };
  }
  if (headers.has("origin")) return { status: 403, message: "The proxy refuses requests from web pages" };
  const site = headers.get("sec-fetch-site");
  // Node's fetch sends Sec-Fetch-Mode and never this one; `none` is a person who typed the address.
  if (site !== null && site !== "none") return { status: 403, message: "The proxy refuses requests from web pages" };
  return undefined;
}

/** What older proxies of this kind wrote into agents' settings, where any program could use them. */
const placeholders = new Set(["proxy-managed", "databricks-proxy"]);

/** `key`, wherever a dialect carries it, and the query without it. */
export interface KeyCheck {
  readonly refusal: Refusal | undefined;
  /** With its question mark, or empty. */
  readonly search: string;
}

/** Checks the local key: one of the places that the dialects have for it must hold one of the accepted. */
export function checkKey(headers: Headers, search: string, accepted: readonly Secret[]): KeyCheck {
  const inQuery = search !== "" && (mayHoldKey.test(search) || holdsKey(search, accepted));
  const bearer = bearerOf(headers.get("authorization"));
  // What nearly every agent sends; the query has to be cleaned even so.
  if (bearer !== null && !inQuery && isAccepted(bearer, accepted)) return { refusal: undefined, search };
  const query = inQuery ? withoutKey(search, accepted) : { keys: [], search };
  const given = [
    bearer,
    headers.get("x-api-key"),
    headers.get("x-goog-api-key"),
    headers.get("api-key"),
    ...query.keys,
  ].filter((one): one is string => one !== null && one !== "");
  if (given.some((one) => isAccepted(one, accepted))) return { refusal: undefined, search: query.search };
  return { refusal: { status: 401, message: refusalOf(given) }, search: query.search };
}

function refusalOf(given: readonly string[]): string {
  if (given.some((one) => placeholders.has(one))) {
    return (
      "These settings are from an older proxy that anybody on the machine could use. Run `mortar hooks install` to renew " +
      "them (of Codex and OpenCode: `mortar hooks install --agent codex,opencode`), or start the agent with mortar, for " +
      "example `mortar claude`"
    );
  }
  const what = given.length === 0 ? "The request carries no key" : "The key is not this proxy's";
  return `${what}. Start the agent with mortar, for example \`mortar claude\`, or run \`mortar hooks install\` to renew its settings`;
}

function bearerOf(authorization: string | null): string | null {
  if (authorization === null) return null;
  return /^bearer +/i.test(authorization) ? authorization.slice(authorization.indexOf(" ")).trim() : null;
}

/** Longer than any key of ours: what is longer than this is none. */
const mostKeyBytes = 512;
const forms = new WeakMap<Secret, Buffer>();
// One for all requests: a new buffer for each costs more than everything else here.
const scratch = Buffer.alloc(mostKeyBytes + 2);

/** In constant time: what is compared has one length whatever the key's, and all accepted keys are looked at. */
function isAccepted(given: string, accepted: readonly Secret[]): boolean {
  if (given.length > mostKeyBytes) return false;
  writeForm(scratch, given);
  let found = false;
  for (const secret of accepted) found = timingSafeEqual(scratch, formOf(secret)) || found;
  return found;
}

function formOf(secret: Secret): Buffer {
  const known = forms.get(secret);
  if (known !== undefined) return known;
  const form = Buffer.alloc(mostKeyBytes + 2);
  writeForm(form, secret.reveal());
  forms.set(secret, form);
  return form;
}

/** The text's length and its bytes, filled up with zeros. */
function writeForm(form: Buffer, text: string): void {
  form.fill(0);
  form.writeUInt16LE(text.length, 0);
  form.write(text, 2, "utf8");
}

interface Query {
  readonly keys: readonly string[];
  readonly search: string;
}

const mayHoldKey = /key|token|auth|password|%/i;

/** Names under which clients of any API put a credential into a query. */
const credentialName =
  /^(?:x[-_]?)?(?:(?:goog[-_]?)?(?:api[-_]?)?key|(?:access|auth|api|bearer)?[-_]?token|authorization|auth|password)$/i;

/**
 * Takes credentials out of a query, and what holds a local key by whatever name; the rest stays as it came. `keys` are those
 * of `key=`, in which Gemini's clients may send it.
 */
function withoutKey(search: string, accepted: readonly Secret[]): Query {
  const keys: string[] = [];
  const rest = search
    .slice(1)
    .split("&")
    .filter((part) => {
      const end = part.indexOf("=");
      const name = decode(end < 0 ? part : part.slice(0, end));
      if (name === "key") keys.push(decode(end < 0 ? "" : part.slice(end + 1)));
      return !credentialName.test(name) && !holdsKey(decode(part), accepted);
    });
  return { keys, search: rest.length === 0 ? "" : `?${rest.join("&")}` };
}

/** A key that somebody has chosen may be a word that stands anywhere; one of ours is 43 characters long. */
const shortKey = 16;

/** Whether one of the local keys stands in a text that would go on to the workspace. */
export function holdsKey(text: string, keys: readonly Secret[]): boolean {
  for (const secret of keys) {
    const key = secret.reveal();
    if (key.length > text.length) continue;
    if (key.length < shortKey ? text.split(/[\s,;&=?]+/).includes(key) : text.includes(key)) return true;
  }
  return false;
}

/** The same for a path, in which it may be escaped. */
export function pathHoldsKey(path: string, keys: readonly Secret[]): boolean {
  if (holdsKey(path.replaceAll("/", " "), keys)) return true;
  return path.includes("%") && holdsKey(decode(path).replaceAll("/", " "), keys);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
