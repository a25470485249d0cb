// Which headers pass: what is between two hops stays there, and no credential of one side reaches the other.
import type { Secret } from "../platform/secret.ts";
import { holdsKey } from "./guard.ts";

// RFC 9110, 7.6.1, and the names that RFC 2616 had beside it.
const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** The client's credentials, whoever they are for, and what it says of where it comes from. */
const ofClient = [
  "authorization",
  "x-api-key",
  "x-goog-api-key",
  "api-key",
  "apikey",
  "x-apikey",
  "x-api-token",
  "x-access-token",
  "x-auth-token",
  "x-authorization",
  "anthropic-api-key",
  "openai-api-key",
  "x-amz-security-token",
  "ocp-apim-subscription-key",
  "cookie",
  "cookie2",
  "set-cookie",
  "set-cookie2",
  "x-databricks-ai-gateway-token",
  "x-databricks-authorization",
  "x-databricks-azure-sp-management-token",
  "x-databricks-azure-workspace-resource-id",
  "x-databricks-gcp-sa-access-token",
  "x-databricks-workspace-id",
  "origin",
  "referer",
  "forwarded",
  "via",
  "x-forwarded-access-token",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-real-ip",
];

/** By which some servers take another method or path than the request line's, which is the one that was looked at. */
const ofRoute = ["x-http-method", "x-http-method-override", "x-method-override", "x-original-url", "x-rewrite-url"];

// fetch makes these anew: for another host, and for a body that may have changed its length on the way.
const ofMessage = ["host", "content-length", "expect"];

const notForwarded: ReadonlySet<string> = new Set([...hopByHop, ...ofClient, ...ofRoute, ...ofMessage]);

/**
 * Takes out of a request's headers what must not reach the workspace, in place: `keys`, the local ones, wherever they stand.
 * All headers are asked for at once: to look at each takes about as long as to try to delete every one that might be there.
 */
export function cleanRequestHeaders(headers: Headers, keys: readonly Secret[] = []): void {
  dropNamed(headers);
  const present = headers.toJSON();
  for (const name in present) {
    if (notForwarded.has(name) || holdsKey(present[name] ?? "", keys)) headers.delete(name);
  }
}

const notReturned = [...hopByHop, "set-cookie", "set-cookie2"];

/** Takes out of an answer's headers what must not reach the client, in place. */
export function cleanResponseHeaders(headers: Headers): void {
  dropNamed(headers);
  for (const name of notReturned) headers.delete(name);
}

/** Every vendor's set-up for coding agents sends it: leniency for their fields, and attribution. */
const codingAgentMode = "x-databricks-use-coding-agent-mode";

/** Puts on what the workspace wants. Called last, so that nothing a client sent can take it off again. */
export function authorise(headers: Headers, credentials: Readonly<Record<string, string>>): void {
  headers.set(codingAgentMode, "true");
  for (const name in credentials) {
    const value = credentials[name];
    if (value !== undefined) headers.set(name, value);
  }
}

/** Takes off the credentials again. */
export function withdraw(headers: Headers, credentials: Readonly<Record<string, string>>): void {
  for (const name in credentials) headers.delete(name);
}

/** Connection may name further headers of this hop. What describes the body is never one of them. */
function dropNamed(headers: Headers): void {
  const connection = headers.get("connection");
  if (connection === null || plain.has(connection)) return;
  for (const part of connection.split(",")) {
    const name = part.trim().toLowerCase();
    if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !name.startsWith("content-")) headers.delete(name);
  }
}

const plain = new Set(["keep-alive", "close", "Keep-Alive", "Close"]);
