// The company's proxy for an address, from the environment: Bun's WebSocket does not look for it, as its fetch does.
import type { Environment } from "../platform/deps.ts";

/**
 * The proxy's URL, or undefined to connect directly. HTTPS_PROXY (HTTP_PROXY for plain addresses), else ALL_PROXY; small
 * letters first, as curl has it. NO_PROXY is a list of names (with their subdomains), addresses, `name:port`, or `*`.
 */
export function companyProxy(url: URL, env: Environment): string | undefined {
  const secure = url.protocol === "https:" || url.protocol === "wss:";
  const names = secure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy", "HTTP_PROXY"];
  const proxy = first(env, [...names, "all_proxy", "ALL_PROXY"]);
  if (proxy === undefined || isExcepted(url, first(env, ["no_proxy", "NO_PROXY"]) ?? "")) return undefined;
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
}

function first(env: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => env[name]).find((value) => value !== undefined && value !== "");
}

function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const schemePort = protocol === "https:" || protocol === "wss:" ? "443" : "80";
  const host = hostname.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "" || entry === "*") return entry === "*";
      // A bare IPv6 address has colons that begin no port.
      const bare = entry.split(":").length > 2 && !entry.startsWith("[") ? `[${entry}]` : entry;
      const [, name = bare, wanted] = /^(.*?)(?::(\d+))?$/.exec(bare) ?? [];
      if (wanted !== undefined && wanted !== (port === "" ? schemePort : port)) return false;
      const domain = name.replace(/^\*?\./, "");
      return host === domain || host.endsWith(`.${domain}`);
    });
}
