// Where a page may be fetched: its name is looked up here, every address of it is judged, and one of them is used for the
// connection, so that the name cannot mean another one a moment later (DNS rebinding).
import { lookup } from "node:dns/promises";
import { WebRefusal } from "../refusal.ts";
import { refusedAddress } from "./address.ts";

/** All addresses of a name. Throws where there are none. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

/** The machine's own resolver, with its hosts file. */
export const systemResolve: ResolveName = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

export interface Network {
  readonly resolve: ResolveName;
  /** Why an address may not be asked; undefined where it may. */
  readonly refuses: (address: string, port: number) => string | undefined;
}

/** What holds outside of tests: public addresses, and the ports of the web. */
export const publicNetwork: Network = {
  resolve: systemResolve,
  refuses: (address, port) => {
    const what = refusedAddress(address);
    if (what !== undefined) return `its address is ${what}`;
    return port === 80 || port === 443 ? undefined : `its port is ${port}, and pages are fetched from 80 and 443 alone`;
  },
};

/** Names that never mean a public place, whatever they resolve to (RFC 6761, RFC 6762, RFC 8375). */
const localNames = /(?:^|\.)(?:localhost|local|internal|intranet|home\.arpa|onion)$/;

/**
 * The address to connect to. Throws WebRefusal: `url_not_allowed` where the guard does not let it through,
 * `url_not_accessible` where the name is unknown.
 */
export async function admit(url: URL, network: Network): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (url.username !== "" || url.password !== "") throw notAllowed(url, "it carries a user name or a password");
  if (localNames.test(host)) throw notAllowed(url, "its name is one of a local network");
  const addresses = isAddress(url) ? [host] : await resolved(host, network);
  const port = portOf(url);
  // One bad address among good ones is enough: an attacker who mixes them waits for the one that is taken.
  const reason = addresses.map((address) => network.refuses(address, port)).find((why) => why !== undefined);
  if (reason !== undefined) throw notAllowed(url, reason);
  const [first] = addresses.toSorted((one, other) => Number(one.includes(":")) - Number(other.includes(":")));
  if (first === undefined) throw unknownName(host);
  return first;
}

/** Whether the host is an address: the URL standard has already brought every odd spelling of IPv4 into its own. */
function isAddress({ hostname }: URL): boolean {
  return hostname.startsWith("[") || /^\d+\.\d+\.\d+\.\d+$/.test(hostname);
}

export function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

async function resolved(host: string, { resolve }: Network): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw unknownName(host, cause);
  }
}

function unknownName(host: string, cause?: unknown): WebRefusal {
  return new WebRefusal("url_not_accessible", `The name ${host} is unknown.`, cause);
}

function notAllowed({ host }: URL, why: string): WebRefusal {
  return new WebRefusal("url_not_allowed", `${host} may not be fetched: ${why}.`);
}
