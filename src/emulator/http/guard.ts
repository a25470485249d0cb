// Keeps web pages out. The emulator runs code: a page in the person's browser must reach none of it, neither by a
// cross-origin request nor by a name that was made to resolve to the loopback address (DNS rebinding).
import { ApiFault } from "./route.ts";

const names = ["127.0.0.1", "localhost", "[::1]"];

/** The origins that are the emulator itself, on this port; as browsers write them, without http's own port. */
function ownOrigins(port: number): readonly string[] {
  return names.map((name) => new URL(`http://${name}:${port}`).origin);
}

/** Throws ApiFault 403 for a request that was addressed to another host, or that a foreign page sends. */
export function guardRequest(headers: Headers, port: number): void {
  const host = headers.get("host")?.toLowerCase();
  if (host === undefined || !isOwnHost(host, port)) {
    throw new ApiFault(403, "PERMISSION_DENIED", "The emulator answers only under its own loopback address.");
  }
  const origin = headers.get("origin");
  if (origin !== null && !ownOrigins(port).includes(origin)) {
    throw new ApiFault(403, "PERMISSION_DENIED", "The emulator refuses requests from other web pages.");
  }
}

function isOwnHost(host: string, port: number): boolean {
  return names.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}
