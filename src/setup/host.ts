// The workspace that a person means: whatever they copied from the browser, but no address that would not do.
import { isAccountHost, normaliseHost, requireSecure } from "../auth/host.ts";
import { MortarError } from "../platform/errors.ts";

/**
 * The host of a workspace from an address as people have it: without a scheme, with a path, with `?o=`. Throws
 * `config_invalid` with what to give instead: for what is no address, for http, and for an account console.
 */
export function workspaceHost(text: string): string {
  const { host } = normaliseHost(text);
  requireSecure(host);
  if (!isAccountHost(host)) return host;
  throw new MortarError("config_invalid", `${host} is an account console, and not a workspace`, {
    hint: "Open a workspace from the console's list, and give the address that the browser shows then.",
  });
}
