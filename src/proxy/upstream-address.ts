// What --upstream names: an address given by the person, never one from a settings file.
import { isLoopback } from "../auth/host.ts";
import { MortarError } from "../platform/errors.ts";
import { dialects } from "./dialects.ts";
import { upstreamFamilies, type UpstreamFamily } from "./family.ts";

export interface UpstreamAddress {
  /** Scheme, name and port. */
  readonly origin: string;
  /** Stands before every path of the family; empty, or begins with a slash and does not end with one. */
  readonly prefix: string;
  /** Where the address ends with a dialect's own base (`/serving-endpoints/anthropic`), the family that has it. */
  readonly family: UpstreamFamily | undefined;
}

/**
 * Reads it. The base of one dialect at its end is taken off, since every dialect has its own. Throws `config_invalid`
 * for what is no address, for plain http beyond this machine, and for an address with a password or a query in it.
 */
export function readUpstreamAddress(text: string): UpstreamAddress {
  if (!URL.canParse(text)) throw invalid("is not an address", "Give it as https://NAME.");
  const url = new URL(text);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  if (!secure) throw invalid("is not https", "Plain http is for 127.0.0.1 and localhost alone.");
  if (url.username !== "" || url.password !== "") {
    throw invalid("holds a user name or password", "Leave them out: the profile signs in.");
  }
  if (url.search !== "" || url.hash !== "") throw invalid("has a query", "Leave out all from ? or # on.");
  const path = url.pathname.replace(/\/+$/, "");
  for (const family of upstreamFamilies) {
    const bases = dialects.flatMap((dialect) => dialect.upstream[family]).toSorted((a, b) => b.length - a.length);
    const base = bases.find((one) => path.endsWith(one));
    if (base !== undefined)
      return { origin: url.origin, prefix: path.slice(0, -base.length), family: said(base, family) };
  }
  return { origin: url.origin, prefix: path, family: undefined };
}

/** Model services and AI Gateway v2 have the same bases: which of them it is has to be asked. */
function said(base: string, family: UpstreamFamily): UpstreamFamily | undefined {
  return base.startsWith("/serving-endpoints") ? family : undefined;
}

function invalid(what: string, hint: string): MortarError {
  return new MortarError("config_invalid", `The address of --upstream ${what}`, { hint });
}
