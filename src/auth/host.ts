// Workspace addresses: one spelling for each, and what a name says of its cloud.
import { MortarError } from "../platform/errors.ts";

export interface NormalHost {
  /** Scheme, name and port, without a slash at the end. */
  readonly host: string;
  /** From `?o=`, `?workspace_id=` or `?w=` of an address copied from a browser. */
  readonly workspaceId: string | undefined;
  /** From `?a=` or `?account_id=`. */
  readonly accountId: string | undefined;
}

/**
 * Brings a host into its one spelling: `https://` where no scheme is given, no path, query or slash. Ids in the query
 * of a pasted browser address are kept. Throws `config_invalid` for what is no address.
 */
export function normaliseHost(text: string): NormalHost {
  const trimmed = text.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (trimmed === "" || !URL.canParse(withScheme)) throw badHost(text);
  const url = new URL(withScheme);
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.hostname === "") throw badHost(text);
  const query = url.searchParams;
  const numeric = [query.get("o"), query.get("workspace_id")].find((id) => id !== null && /^\d+$/.test(id));
  return {
    host: `${url.protocol}//${spelledAs(withScheme, url)}`,
    workspaceId: numeric ?? present(query.get("w")),
    accountId: present(query.get("a")) ?? present(query.get("account_id")),
  };
}

/** `URL` lower-cases the name; the other tools keep it, and it is a key of their token stores. */
function spelledAs(text: string, url: URL): string {
  const authority = /^[^:]+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(text)?.[1] ?? "";
  return authority.toLowerCase() === url.host ? authority : url.host;
}

function badHost(text: string): MortarError {
  return new MortarError("config_invalid", `${JSON.stringify(shorten(text))} is not the address of a workspace`, {
    hint: "Give it as https://NAME, as it stands in the browser's address line.",
  });
}

function shorten(text: string): string {
  const bare = text.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
  return bare.length > 120 ? `${bare.slice(0, 120)}...` : bare;
}

/** True for 127.0.0.0/8, ::1 and localhost: the only hosts to which plain http may carry a token. */
export function isLoopback(url: URL): boolean {
  const name = url.hostname;
  return name === "localhost" || name === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

/** Throws `config_invalid` when a token sent to `address` would travel unencrypted beyond this machine. */
export function requireSecure(address: string, what = "host"): void {
  const url = new URL(address);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url))) return;
  throw new MortarError("config_invalid", `The ${what} ${url.origin} is not https`, {
    hint: `Use https://${url.host}. Plain http is for 127.0.0.1 and localhost alone.`,
  });
}

export function isAccountHost(host: string): boolean {
  return host.startsWith("https://accounts.") || host.startsWith("https://accounts-dod.");
}

export type Cloud = "AWS" | "Azure" | "GCP";

const azureSuffixes = [".azuredatabricks.net", ".databricks.azure.us", ".databricks.azure.cn"];

/** The cloud that a host's name tells; AWS when it tells none. */
export function cloudOf(host: string | undefined): Cloud {
  if (host === undefined || !URL.canParse(host)) return "AWS";
  const name = new URL(host).hostname;
  if (azureSuffixes.some((suffix) => name.endsWith(suffix))) return "Azure";
  return name.endsWith(".gcp.databricks.com") ? "GCP" : "AWS";
}

/** Names below which only Databricks itself answers. Apps and other places for a customer's own code are not among them. */
const ownSuffixes = [".databricks.com", ".databricks.us", ...azureSuffixes];

/** Whether only Databricks, or this machine, answers under the host's name. What such a host says of itself is believed. */
export function isOwnHost(host: string): boolean {
  const url = new URL(host);
  return isLoopback(url) || (url.protocol === "https:" && ownSuffixes.some((suffix) => url.hostname.endsWith(suffix)));
}

/**
 * Whether `address` may take a secret that is meant for `host`: the same server, or both are Databricks' own, or both on
 * this machine. Else a host could have a person sign in at a real workspace and the code be sent to itself.
 */
export function belongsTo(host: string, address: string): boolean {
  const [one, other] = [new URL(host), new URL(address)];
  if (one.origin === other.origin) return true;
  return isOwnHost(host) && isOwnHost(address) && isLoopback(one) === isLoopback(other);
}

function present(value: string | null): string | undefined {
  return value === null || value === "" ? undefined : value;
}
