// Addresses on the proxy: which profile and dialect a path means, and the base that an agent is given.
import { dialects, type Dialect, type DialectName } from "./dialects.ts";

/** What a path says. `profile` is undefined at the root, where the remembered profile is meant. */
export interface Address {
  readonly profile: string | undefined;
  /** The session whose own settings hold (`--upstream`), where the path names one. */
  readonly lease: string | undefined;
  readonly dialect: Dialect;
  /** Below the base of the dialect, encoded as it came: `/v1/messages`. */
  readonly path: string;
}

const named = /^\/p\/([^/@]+)(?:@([\w-]+))?\/(?:ai-gateway\/)?(.*)$/;

// An agent asks for the same few paths all day.
const read = new Map<string, Address>();
const mostRead = 256;

/** Reads a path as it stands in the request line, without its query. undefined for one that means no dialect. */
export function readAddress(path: string): Address | undefined {
  const known = read.get(path);
  if (known !== undefined) return known;
  const address = climbs(path) ? undefined : parseAddress(path);
  if (address === undefined || path.length > longestKept) return address;
  if (read.size >= mostRead) read.clear();
  read.set(path, address);
  return address;
}

const longestKept = 200;

/**
 * Whether a server that decodes more than the URL standard would find a step up in it, and so something of the workspace
 * that is no model: `..%2f`, `%252e%252e`, and `..;`, in which Java's servers see a parameter.
 */
function climbs(path: string): boolean {
  if (!/[%;\\]/.test(path)) return false;
  return path.split("/").some((segment) =>
    decodedOften(segment)
      .split(/[/\\]/)
      .some((step) => /^\.\.?(?:;|$)/.test(step)),
  );
}

/** As much as anybody on the way may decode it. */
function decodedOften(text: string): string {
  let present = text;
  for (let turn = 0; turn < 3; turn++) {
    present = present.replace(/%(2e|2f|5c|3b|25)/gi, (_whole, code: string) => String.fromCharCode(parseInt(code, 16)));
  }
  return present;
}

function parseAddress(path: string): Address | undefined {
  const match = named.exec(path);
  if (match === null) return rootAddress(path);
  const profile = decode(match[1] ?? "");
  const rest = match[3] ?? "";
  if (profile === undefined) return undefined;
  for (const dialect of dialects) {
    const base = dialect.bases.find((one) => rest === one || rest.startsWith(`${one}/`));
    if (base !== undefined) return { profile, lease: match[2], dialect, path: rest.slice(base.length) };
  }
  return undefined;
}

/**
 * The base URL of a dialect for one profile: `http://127.0.0.1:49153/p/DEFAULT/anthropic`. What the agent appends is what
 * it would append to the workspace's own `/ai-gateway/anthropic`. `lease` names a session that has settings of its own.
 */
export function dialectUrl(proxyUrl: string, profile: string, dialect: DialectName, lease?: string): string {
  const base = dialects.find(({ name }) => name === dialect)?.bases[0] ?? dialect;
  return `${proxyUrl}/p/${encode(profile)}${lease === undefined ? "" : `@${lease}`}/${base}`;
}

function rootAddress(path: string): Address | undefined {
  const hit = (root: string): boolean => path === root || path.startsWith(`${root}/`);
  const dialect = dialects.find(({ roots }) => roots.some(hit));
  if (dialect === undefined) return undefined;
  // Agents were given these roots without the /v1 that the workspace's base ends with, or with it.
  const base = dialect.bases[0] ?? "";
  const own = base.endsWith("/v1") && path.startsWith("/v1/") ? path.slice(3) : path;
  return { profile: undefined, lease: undefined, dialect, path: dialect.name === "otel" ? path.slice(5) : own };
}

/** A profile's name may hold anything but a bracket: what would end a path segment, or this address, is escaped. */
function encode(profile: string): string {
  return encodeURIComponent(profile).replaceAll("@", "%40");
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
