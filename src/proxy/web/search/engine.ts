// One question to a search engine: bounded in time and size, followed nowhere, with an error that says what to do.
import { networkFault } from "../../../workspace/network-error.ts";
import type { Deps } from "../../../platform/deps.ts";
import { isOnThisMachine } from "../../transport.ts";
import type { DomainRules } from "../domains.ts";
import { WebRefusal } from "../refusal.ts";

export type EngineDeps = Pick<Deps, "fetch" | "clock" | "env">;

export interface EngineRequest {
  /** As people know it: `Brave Search`. */
  readonly engine: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface EngineAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const mostBytes = 4 * 1_048_576;

/** Asks. The company's proxy is used as for everything else. Throws WebRefusal `unavailable`. */
export async function askEngine({ fetch }: EngineDeps, request: EngineRequest): Promise<EngineAnswer> {
  const { engine, url, headers, signal } = request;
  const direct = isOnThisMachine(url.href) ? { proxy: false } : {};
  const init = { headers, signal, redirect: "manual", ...direct } as BunFetchRequestInit;
  try {
    const response = await fetch(url, init);
    return { status: response.status, headers: response.headers, text: await readText(response, engine) };
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof WebRefusal) throw thrown;
    const { says } = networkFault(thrown);
    throw new WebRefusal("unavailable", `${engine} cannot be reached: ${says}.`, thrown);
  }
}

async function readText({ body }: Response, engine: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new WebRefusal("unavailable", `${engine} answers with more than anybody can read.`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** The answer as JSON. Throws `unavailable` for another one, which is then most likely a page for people. */
export function engineJson({ text, status }: EngineAnswer, engine: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new WebRefusal("unavailable", `${engine} does not answer with JSON (HTTP status ${status}).`);
  }
}

/** The query with the rules in the words that most engines understand; what they make of it is checked afterwards. */
export function withSites(query: string, { allowed, blocked }: DomainRules): string {
  const site = (entry: string): string => `site:${entry.replace(/^[a-z]+:\/\//i, "").replace(/\/.*$/, "")}`;
  const wanted = allowed.slice(0, 8).map(site);
  const words = [
    query,
    ...(wanted.length === 0 ? [] : [wanted.length === 1 ? wanted[0] : `(${wanted.join(" OR ")})`]),
    ...blocked.slice(0, 8).map((entry) => `-${site(entry)}`),
  ];
  return words.join(" ");
}
