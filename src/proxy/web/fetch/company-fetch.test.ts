// Pages behind TLS, fetched by way of a company's proxy (CONNECT) whose authority nobody outside the company knows.
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testCertificates } from "../../testing-certificate.ts";
import { notFound, testSite } from "./testing.ts";

const certificates = testCertificates(["site.test"]);

/** Tunnels to this port whatever it is asked for, and keeps the names. */
async function tunnel(port: number) {
  const asked: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", (bytes) => {
      asked.push(bytes.toString("latin1").split("\r\n", 1)[0] ?? "");
      const target = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(target).pipe(socket);
      });
      sockets.push(target);
      target.on("error", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Fetches in a process of its own: Bun reads NODE_EXTRA_CA_CERTS at its start. Gives the text, or why it was refused. */
async function fetched(url: string, env: Record<string, string>): Promise<string> {
  const program = `
    const { testDeps } = await import(${JSON.stringify(new URL("../../testing.ts", import.meta.url).href)});
    const { testFetcher } = await import(${JSON.stringify(new URL("testing.ts", import.meta.url).href)});
    const network = { resolve: async () => ["8.8.8.8"], refuses: () => undefined };
    const fetchPage = testFetcher(network, { deps: testDeps({ env: process.env }) });
    const said = await fetchPage(process.argv[1]).then(({ text }) => text, ({ message }) => "refused: " + message);
    process.stdout.write(said);`;
  const child = Bun.spawn([process.execPath, "-e", program, url], {
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  return new Response(child.stdout).text();
}

test("a page behind TLS comes through the tunnel, by the company's authority and the site's own name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mortar-fetch-"));
  try {
    const file = join(folder, "ca.pem");
    writeFileSync(file, certificates.ca);
    await using site = testSite(
      (path) => (path === "/robots.txt" ? notFound() : new Response(`words at ${path}`)),
      certificates,
    );
    await using proxy = await tunnel(site.port);
    const company = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: file };
    expect(await fetched("https://site.test/page", company)).toBe("words at /page");
    expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT site.test:443 HTTP/1.1"]));
    expect(site.seen.map(({ host, path }) => `${host}${path}`)).toEqual(["site.test/robots.txt", "site.test/page"]);
    // Another name than the certificate's, and an authority that nobody named.
    expect(await fetched("https://other.test/page", company)).toStartWith("refused: ");
    expect(await fetched("https://site.test/page", { HTTPS_PROXY: proxy.url })).toStartWith("refused: ");
    expect(site.seen).toHaveLength(2);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 30_000);
