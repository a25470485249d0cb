// The commands' and wrappers' side of a proxy's own routes.
import { randomBytes } from "node:crypto";
import type { Fetch } from "../../platform/deps.ts";
import { errnoOf } from "../../platform/files.ts";
import { isObject, tryJson } from "../../platform/json.ts";
import type { Secret } from "../../platform/secret.ts";
import { isProof } from "./proof.ts";

interface ClientDeps {
  readonly fetch: Fetch;
}

export interface Peer {
  /** Scheme, name and port. */
  readonly url: string;
  readonly key: Secret;
}

export interface Health {
  readonly pid: number;
  readonly version: string;
  /** It has the port for a moment more, and takes no new sessions. */
  readonly retiring: boolean;
}

const answerMs = 2_000;
// Who has never been heard of there is hardly one of ours: a stranger that says nothing must not hold up a start.
export const strangerMs = 400;

/** Who answers at the address, proven to know the key; undefined for nobody, for a stranger, and for silence. */
export async function prove(
  { fetch }: ClientDeps,
  peer: Peer,
  { signal, limitMs }: { readonly signal?: AbortSignal | undefined; readonly limitMs?: number } = {},
): Promise<Health | undefined> {
  const challenge = randomBytes(24).toString("base64url");
  const answer = await ask(fetch, `${peer.url}/health?challenge=${challenge}`, { signal, limitMs });
  const body = answer?.body;
  if (!isObject(body) || typeof body["pid"] !== "number" || typeof body["version"] !== "string") return undefined;
  const { pid, version, proof, retiring } = body;
  return isProof(proof, peer.key, challenge, { pid, port: portOf(peer.url) })
    ? { pid, version, retiring: retiring === true }
    : undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks a proven proxy, with the key. undefined when no whole answer came. */
export function call(
  { fetch }: ClientDeps,
  peer: Peer,
  request: { readonly method: "GET" | "POST"; readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<Answer | undefined> {
  const headers = { authorization: `Bearer ${peer.key.reveal()}` };
  return ask(fetch, `${peer.url}${request.path}`, { method: request.method, headers, signal: request.signal });
}

/** Whether anybody takes connections there: false only where they are refused. */
export async function hasListener({ fetch }: ClientDeps, url: string): Promise<boolean> {
  try {
    const limit = { signal: AbortSignal.timeout(answerMs), keepalive: false, proxy: false } as const;
    const response = await fetch(`${url}/health`, { ...limit, redirect: "manual", tls: { rejectUnauthorized: false } });
    await response.body?.cancel();
    return true;
  } catch (thrown) {
    return errnoOf(thrown) !== "ECONNREFUSED";
  }
}

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly signal: AbortSignal | undefined;
  readonly limitMs?: number | undefined;
}

async function ask(
  fetch: Fetch,
  url: string,
  { signal, limitMs = answerMs, ...init }: Asking,
): Promise<Answer | undefined> {
  signal?.throwIfAborted();
  try {
    const limit = AbortSignal.timeout(limitMs);
    const response = await fetch(url, {
      ...init,
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      redirect: "manual",
      keepalive: false,
      // A company's proxy knows nothing of this machine's loopback address.
      proxy: false,
      // Who it is the proof says, and no authority does for a certificate that a person made for this machine.
      tls: { rejectUnauthorized: false },
    });
    return { status: response.status, body: await readJson(response) };
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}

// More than a proxy with hundreds of sessions says.
const mostBytes = 1_000_000;

/** undefined for what is no JSON, or does not end: whoever has the port may be anybody. */
async function readJson({ body }: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return tryJson(Buffer.concat(chunks).toString("utf8"));
}

export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
