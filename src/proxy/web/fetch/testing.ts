// For tests of fetching: sites on this machine under names of their own, and a network that knows no other.
import { testDeps } from "../../testing.ts";
import type { FetchedPage } from "../result-block.ts";
import type { PageRequest } from "../runner.ts";
import { readDocument } from "./document-child.ts";
import { createFetcher, type FetcherOptions } from "./fetch-page.ts";
import { publicNetwork, type Network } from "./guard.ts";

export interface TestSite extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly { readonly host: string | null; readonly path: string; readonly headers: Headers }[];
}

/** A site; its robots.txt is missing unless `respond` gives one. */
export function testSite(
  respond: (path: string, request: Request) => Response | Promise<Response>,
  tls?: { readonly cert: string; readonly key: string },
): TestSite {
  const seen: { host: string | null; path: string; headers: Headers }[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    development: false,
    reusePort: false,
    ...(tls === undefined ? {} : { tls }),
    fetch: (request) => {
      const { pathname, search } = new URL(request.url);
      const path = `${pathname}${search}`;
      seen.push({ host: request.headers.get("host"), path, headers: request.headers });
      return respond(path, request);
    },
  });
  return { port: server.port ?? 0, seen, [Symbol.asyncDispose]: () => server.stop(true) };
}

export const notFound = (): Response => new Response("no", { status: 404 });

export const htmlPage = (body: string, head = ""): Response =>
  new Response(`<!doctype html><html><head>${head}</head><body>${body}</body></html>`, {
    headers: { "content-type": "text/html; charset=utf-8" },
  });

/** Names ending in `.test` are on this machine, and the sites' ports may be asked; all else is as outside of tests. */
export function testNetwork(...sites: readonly TestSite[]): Network {
  const ports = new Set(sites.map(({ port }) => port));
  return {
    resolve: (name) => (name.endsWith(".test") ? Promise.resolve(["127.0.0.1"]) : publicNetwork.resolve(name)),
    refuses: (address, port) =>
      address === "127.0.0.1" && ports.has(port) ? undefined : publicNetwork.refuses(address, port),
  };
}

export type TestFetch = (url: string, request?: Partial<PageRequest>) => Promise<FetchedPage>;

/** A fetcher that reads documents in this process. */
export function testFetcher(network: Network, options: Partial<FetcherOptions> = {}): TestFetch {
  const fetchPage = createFetcher({
    deps: testDeps(),
    network,
    read: (source) => readDocument(source),
    version: "1.2.3",
    ...options,
  });
  return (url, request) =>
    fetchPage({
      url: new URL(url),
      rules: { allowed: [], blocked: [] },
      budgetBytes: 100_000,
      signal: new AbortController().signal,
      ...request,
    });
}

/** A PDF with these lines of text, one a page. */
export function pdfOf(...lines: readonly string[]): Uint8Array<ArrayBuffer> {
  const pages = lines.map((_line, index) => 4 + index * 2);
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    `<</Type/Pages/Kids[${pages.map((number) => `${number} 0 R`).join(" ")}]/Count ${pages.length}>>`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ...lines.flatMap((line, index) => {
      const stream = `BT /F1 12 Tf 20 100 Td (${line}) Tj ET`;
      const resources = "/Resources<</Font<</F1 3 0 R>>>>";
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents ${5 + index * 2} 0 R${resources}>>`,
        `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
      ];
    }),
  ];
  let out = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  const start = out.length;
  out += `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join("")}trailer<</Size ${size}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF`;
  return new TextEncoder().encode(out);
}
