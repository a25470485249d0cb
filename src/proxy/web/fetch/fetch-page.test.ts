import { describe, expect, test } from "bun:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { testCertificates } from "../../testing-certificate.ts";
import { testDeps } from "../../testing.ts";
import { WebRefusal, type RefusalCode } from "../refusal.ts";
import { htmlPage, notFound, pdfOf, testFetcher, testNetwork, testSite, type TestSite } from "./testing.ts";

/** What the promise is refused with. */
async function refusal(promise: Promise<unknown>): Promise<{ code: RefusalCode; message: string }> {
  const thrown: unknown = await promise.then(
    () => new Error("it was not refused"),
    (error: unknown) => error,
  );
  if (!(thrown instanceof WebRefusal)) throw thrown;
  return { code: thrown.code, message: thrown.message };
}

const siteOf = (pages: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>): TestSite =>
  testSite((path, request) => pages[path]?.(request) ?? notFound());

const article = `<h1>Title</h1>${"<p>A sentence about <b>rain</b> that is long enough to count, with <a href='/more?a=1'>a link</a>.</p>".repeat(8)}`;

describe("what is read", () => {
  test("a page, as markdown with whole links, without what stands around it", async () => {
    await using site = siteOf({
      "/a": () =>
        htmlPage(
          `<nav><a href="/home">Menu</a></nav><article>${article}<table><tr><th>Day</th><th>Rain</th></tr><tr><td>Monday</td><td>3|4 mm</td></tr></table><pre><code>x = 1\n  y = 2</code></pre></article><script>alert("no")</script><footer>Imprint</footer>`,
          "<title>The weather</title>",
        ),
    });
    const page = await testFetcher(testNetwork(site))(`http://site.test:${site.port}/a#part`);
    expect(page.title).toBe("The weather");
    expect(page.text).toContain(`A sentence about **rain** that is long enough`);
    expect(page.text).toContain(`[a link](http://site.test:${site.port}/more?a=1)`);
    expect(page.text).toContain("| Day | Rain |\n| --- | --- |\n| Monday | 3\\|4 mm |");
    expect(page.text).toContain("```\nx = 1\n  y = 2\n```");
    expect(page.text).not.toMatch(/Menu|alert|Imprint/);
    expect(page.retrievedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  test("an overview without an article, all of it", async () => {
    await using site = siteOf({
      "/": () => htmlPage(`<ul>${[1, 2, 3].map((n) => `<li><a href="/${n}">Entry ${n}</a></li>`).join("")}</ul>`),
    });
    const page = await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`);
    expect(page.text).toContain(`[Entry 3](http://site.test:${site.port}/3)`);
  });

  test.each<[string, string, string, Uint8Array<ArrayBuffer>]>([
    ["by its header", "text/plain; charset=iso-8859-1", "caf\u00e9", Uint8Array.of(0x63, 0x61, 0x66, 0xe9)],
    ["by its header, quoted", 'text/plain; charset="windows-1251"', "\u0414\u0430", Uint8Array.of(0xc4, 0xe0)],
    [
      "by its mark, whatever the header says",
      "text/plain; charset=iso-8859-1",
      "é",
      Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9),
    ],
    ["UTF-16 by its mark", "text/plain", "hé", Uint8Array.of(0xff, 0xfe, 0x68, 0, 0xe9, 0)],
    ["UTF-8 without a word", "text/plain", "é", Uint8Array.of(0xc3, 0xa9)],
    ["of a name that nobody knows", "text/plain; charset=klingon", "é", Uint8Array.of(0xc3, 0xa9)],
    ["Japanese", "text/plain; charset=Shift_JIS", "\u65e5\u672c", Uint8Array.of(0x93, 0xfa, 0x96, 0x7b)],
  ])("text in its own encoding, known %s", async (_name, type, expected, bytes) => {
    await using site = siteOf({ "/": () => new Response(bytes, { headers: { "content-type": type } }) });
    expect((await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`)).text).toBe(expected);
  });

  test("a page in the encoding that it names itself", async () => {
    const html = Buffer.from(
      `<html><head><meta charset="iso-8859-1"></head><body><p>caf\u00e9</p></body></html>`,
      "latin1",
    );
    await using site = siteOf({ "/": () => new Response(html, { headers: { "content-type": "text/html" } }) });
    expect((await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`)).text).toBe("café");
  });

  test.each([
    ["application/json", '{"a": 1}'],
    ["application/ld+json; charset=utf-8", '{"a": 1}'],
    ["text/markdown", "# Title\n\n<b>kept</b>"],
    ["text/csv", "a,b\n1,2"],
    ["application/xml", "<a>1</a>"],
    ["application/octet-stream", "plain words"],
  ])("%s as it is", async (type, words) => {
    await using site = siteOf({ "/": () => new Response(words, { headers: { "content-type": type } }) });
    expect((await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`)).text).toBe(words);
  });

  test("a PDF, page by page, whatever type it comes as", async () => {
    await using site = siteOf({
      "/": () => new Response(pdfOf("First page", "Second page"), { headers: { "content-type": "text/plain" } }),
    });
    expect((await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`)).text).toBe(
      "First page\n\nSecond page",
    );
  });

  test.each<[string, string, Uint8Array | string, RefusalCode]>([
    ["a picture", "image/png", Uint8Array.of(1, 2, 3), "unsupported_content_type"],
    ["an archive", "application/zip", "PK", "unsupported_content_type"],
    ["a program that says it is text", "text/plain", Uint8Array.of(0x7f, 0x45, 0, 1), "unsupported_content_type"],
    ["bytes of no type", "application/octet-stream", Uint8Array.of(1, 0, 3), "unsupported_content_type"],
    ["a PDF that is none", "application/pdf", "words", "unsupported_content_type"],
    ["a damaged PDF", "application/pdf", "%PDF-1.4\nbroken", "unsupported_content_type"],
    ["an empty page", "text/html", "<html><body></body></html>", "unsupported_content_type"],
  ])("%s is refused", async (_name, type, body, code) => {
    await using site = siteOf({ "/": () => new Response(body as BodyInit, { headers: { "content-type": type } }) });
    expect((await refusal(testFetcher(testNetwork(site))(`http://site.test:${site.port}/`))).code).toBe(code);
  });

  test("no more than the budget, cut between characters, with a note", async () => {
    await using site = siteOf({ "/": () => new Response("é".repeat(100)) });
    const page = await testFetcher(testNetwork(site))(`http://site.test:${site.port}/`, { budgetBytes: 11 });
    expect(page.text).toBe(`${"é".repeat(5)}\n\n[Cut here: 10 of 200 bytes are shown.]`);
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ])("what is packed with %s, and nothing that unpacks without end", async (encoding, pack) => {
    const packed = (words: string | Uint8Array): Response =>
      new Response(Uint8Array.from(pack(words)), {
        headers: { "content-encoding": encoding, "content-type": "text/plain" },
      });
    await using site = siteOf({ "/": () => packed("words"), "/bomb": () => packed(new Uint8Array(25_500_000)) });
    const fetchPage = testFetcher(testNetwork(site));
    expect((await fetchPage(`http://site.test:${site.port}/`)).text).toBe("words");
    expect((await refusal(fetchPage(`http://site.test:${site.port}/bomb`))).code).toBe("content_too_large");
  });

  test("what is longer than anybody reads is refused: by its length, and where it names none", async () => {
    const endless = (): Response =>
      new Response(
        new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000).fill(97)) }),
        { headers: { "content-type": "text/plain" } },
      );
    await using site = siteOf({
      "/named": () => new Response("x".repeat(30_000_000)),
      "/endless": endless,
    });
    const fetchPage = testFetcher(testNetwork(site));
    for (const path of ["named", "endless"]) {
      expect((await refusal(fetchPage(`http://site.test:${site.port}/${path}`))).code).toBe("content_too_large");
    }
  });

  test.each([
    [401, "url_not_accessible"],
    [403, "url_not_accessible"],
    [404, "url_not_accessible"],
    [500, "url_not_accessible"],
    [304, "url_not_accessible"],
    [429, "too_many_requests"],
  ] as const)("an answer with status %p is refused, with the status", async (status, code) => {
    await using site = siteOf({ "/": () => new Response(null, { status }) });
    const { code: given, message } = await refusal(testFetcher(testNetwork(site))(`http://site.test:${site.port}/`));
    expect([given, message]).toEqual([code, expect.stringContaining(String(status))]);
  });
});

describe("the guard", () => {
  test.each([
    "http://127.0.0.1/",
    "http://localhost/",
    "http://localhost./",
    "http://sub.localhost/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[fe80::1]/",
    "http://[fd00:ec2::254]/",
    "http://[ff02::1]/",
    "http://printer.local/",
    "http://wiki.intranet/",
    "https://user:password@example.com/",
    "https://8.8.8.8:22/",
    "https://8.8.8.8:8443/",
  ])("lets nobody to %s", async (url) => {
    let asked = 0;
    const deps = testDeps({ fetch: () => Promise.resolve(new Response(`${(asked += 1)}`)) });
    const network = { ...testNetwork(), resolve: () => Promise.resolve(["8.8.8.8"]) };
    expect((await refusal(testFetcher(network, { deps })(url))).code).toBe("url_not_allowed");
    expect(asked).toBe(0);
  });

  test("judges every address of a name", async () => {
    await using site = siteOf({ "/": () => new Response("secret") });
    const network = { ...testNetwork(site), resolve: () => Promise.resolve(["8.8.8.8", "10.0.0.1"]) };
    expect((await refusal(testFetcher(network)("http://site.test/"))).code).toBe("url_not_allowed");
    expect(site.seen).toEqual([]);
  });

  test("connects to the address that was judged, and to no other that the name means a moment later", async () => {
    await using site = siteOf({ "/": () => new Response("public") });
    let asked = 0;
    const targets: string[] = [];
    const real = testDeps();
    const deps = testDeps({
      fetch: (input, init) => {
        targets.push(new URL(String(input)).hostname);
        return real.fetch(input, init);
      },
    });
    // Judged for the page, for its robots.txt, and for the page's request; then it points inwards.
    const resolve = (): Promise<string[]> => Promise.resolve((asked += 1) <= 3 ? ["127.0.0.1"] : ["192.168.1.1"]);
    const fetchPage = testFetcher({ ...testNetwork(site), resolve }, { deps });
    expect((await fetchPage(`http://site.test:${site.port}/`)).text).toBe("public");
    expect(targets).toEqual(["127.0.0.1", "127.0.0.1"]);
    expect(site.seen.map(({ host }) => host)).toEqual([`site.test:${site.port}`, `site.test:${site.port}`]);
    expect((await refusal(fetchPage(`http://site.test:${site.port}/`))).code).toBe("url_not_allowed");
    expect(targets.length).toBe(2);
  });

  test("judges each hop of a redirect", async () => {
    await using secret = siteOf({ "/": () => new Response("secret") });
    const to = (location: string) => () => new Response(null, { status: 302, headers: { location } });
    await using site = siteOf({
      "/metadata": to("http://169.254.169.254/latest/"),
      "/inwards": to(`http://127.0.0.1:${secret.port}/`),
      "/file": to("file:///etc/passwd"),
      "/named": to("http://localhost/"),
      "/rules": to("//other.test/"),
      "/circle": to("/circle"),
      "/on": to("/there"),
      "/there": () => new Response("arrived"),
    });
    const fetchPage = testFetcher(testNetwork(site));
    const base = `http://site.test:${site.port}`;
    for (const path of ["metadata", "inwards", "file", "named"]) {
      expect([path, (await refusal(fetchPage(`${base}/${path}`))).code]).toEqual([path, "url_not_allowed"]);
    }
    const rules = { allowed: ["site.test"], blocked: [] };
    expect((await refusal(fetchPage(`${base}/rules`, { rules }))).code).toBe("url_not_allowed");
    expect((await refusal(fetchPage(`${base}/circle`))).code).toBe("url_not_accessible");
    expect(await fetchPage(`${base}/on`)).toMatchObject({ url: `${base}/there`, text: "arrived" });
    expect(secret.seen).toEqual([]);
  });

  test("checks a certificate by the site's name, and leads nobody from https to http", async () => {
    const { ca, cert, key } = testCertificates(["site.test"]);
    await using plain = siteOf({ "/": () => new Response("plain") });
    const down = `http://site.test:${plain.port}/`;
    await using site = testSite(
      (path) => {
        if (path === "/down") return new Response(null, { status: 301, headers: { location: down } });
        return path === "/" ? new Response("private words") : notFound();
      },
      { cert, key },
    );
    const fetchPage = testFetcher(testNetwork(site, plain), { ca });
    expect((await fetchPage(`https://site.test:${site.port}/`)).text).toBe("private words");
    expect((await refusal(fetchPage(`https://other.test:${site.port}/`))).message).toContain("robots.txt");
    expect((await refusal(fetchPage(`https://site.test:${site.port}/down`))).code).toBe("url_not_allowed");
    expect(plain.seen).toEqual([]);
    // Without the authority there is no trust.
    expect((await refusal(testFetcher(testNetwork(site))(`https://site.test:${site.port}/`))).code).toBe(
      "url_not_allowed",
    );
  });

  test("an unknown name is told as such", async () => {
    const network = { ...testNetwork(), resolve: () => Promise.reject(new Error("ENOTFOUND")) };
    expect(await refusal(testFetcher(network)("https://nowhere.example/"))).toEqual({
      code: "url_not_accessible",
      message: "The name nowhere.example is unknown.",
    });
  });

  test("goes through the company's proxy by name, after the name was judged here", async () => {
    const asked: string[] = [];
    await using proxy = testSite((path, request) => {
      asked.push(`${request.url} ${path}`);
      return path === "/robots.txt" ? notFound() : new Response("by proxy");
    });
    const deps = testDeps({ env: { HTTP_PROXY: `http://127.0.0.1:${proxy.port}` } });
    const network = {
      ...testNetwork(),
      resolve: (name: string) => Promise.resolve([name === "in.test" ? "10.0.0.1" : "8.8.8.8"]),
    };
    const fetchPage = testFetcher(network, { deps });
    expect((await fetchPage("http://site.test/page")).text).toBe("by proxy");
    expect(proxy.seen.map(({ host }) => host)).toEqual(["site.test", "site.test"]);
    expect((await refusal(fetchPage("http://in.test/page"))).code).toBe("url_not_allowed");
    expect(asked.length).toBe(2);
  });
});

describe("robots.txt", () => {
  test("is kept to, asked for once, and asked for again a day later", async () => {
    await using site = testSite((path) =>
      path === "/robots.txt" ? new Response("User-agent: mortar\nDisallow: /no") : new Response("yes"),
    );
    let now = 1_000;
    const { clock } = testDeps();
    const fetchPage = testFetcher(testNetwork(site), { deps: testDeps({ clock: { ...clock, now: () => now } }) });
    const base = `http://site.test:${site.port}`;
    const { code, message } = await refusal(fetchPage(`${base}/no/page`));
    expect([code, message]).toEqual(["url_not_allowed", expect.stringContaining("robots.txt")]);
    expect((await fetchPage(`${base}/yes`)).text).toBe("yes");
    const times = (): number => site.seen.filter(({ path }) => path === "/robots.txt").length;
    expect(times()).toBe(1);
    now += 25 * 3_600_000;
    await fetchPage(`${base}/yes`);
    expect(times()).toBe(2);
    expect(site.seen[0]?.headers.get("user-agent")).toBe("Mozilla/5.0 (compatible; mortar/1.2.3)");
  });

  test.each<[string, () => Response, boolean]>([
    ["that is missing allows all", notFound, true],
    ["that is forbidden allows all", () => new Response("", { status: 403 }), true],
    ["that fails allows nothing", () => new Response("", { status: 503 }), false],
    ["that is a page allows all", () => htmlPage("not here"), true],
    ["elsewhere is followed", () => new Response(null, { status: 302, headers: { location: "/other.txt" } }), false],
    [
      "that leads inwards is refused",
      () => new Response(null, { status: 302, headers: { location: "http://10.0.0.1/" } }),
      false,
    ],
    [
      "that leads in circles allows all",
      () => new Response(null, { status: 302, headers: { location: "/robots.txt" } }),
      true,
    ],
    ["is read to its bound", () => new Response(`${"#".repeat(600_000)}\nUser-agent: *\nDisallow: /`), true],
  ])("%s", async (_name, robots, allowed) => {
    await using site = siteOf({
      "/robots.txt": robots,
      "/other.txt": () => new Response("User-agent: *\nDisallow: /"),
      "/": () => new Response("yes"),
    });
    const fetched = testFetcher(testNetwork(site))(`http://site.test:${site.port}/`);
    if (allowed) expect((await fetched).text).toBe("yes");
    else expect((await refusal(fetched)).code).toBe("url_not_allowed");
  });

  test("is asked for at each site that a redirect leads to", async () => {
    await using other = siteOf({
      "/robots.txt": () => new Response("User-agent: *\nDisallow: /private"),
      "/private": () => new Response("private"),
    });
    await using site = siteOf({
      "/": () => new Response(null, { status: 302, headers: { location: `http://other.test:${other.port}/private` } }),
    });
    const fetched = testFetcher(testNetwork(site, other))(`http://site.test:${site.port}/`);
    expect((await refusal(fetched)).message).toContain(`robots.txt of other.test:${other.port}`);
    expect(other.seen.map(({ path }) => path)).toEqual(["/robots.txt"]);
  });
});

test("whoever leaves ends the fetching", async () => {
  const arrived = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  await using site = siteOf({
    "/": (request) => {
      arrived.resolve();
      request.signal.addEventListener("abort", () => gone.resolve());
      return new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }));
    },
  });
  const client = new AbortController();
  const fetching = testFetcher(testNetwork(site))(`http://site.test:${site.port}/`, { signal: client.signal });
  const ended = fetching.then(
    () => "done",
    (thrown: unknown) => (thrown instanceof Error ? thrown.name : ""),
  );
  await arrived.promise;
  client.abort();
  expect(await ended).toBe("AbortError");
  await gone.promise;
});
