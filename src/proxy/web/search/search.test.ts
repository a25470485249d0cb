// The back ends, each before a fake of its service: what is sent, what is made of the answer, and what goes wrong.
import { describe, expect, test } from "bun:test";
import { Secret } from "../../../platform/secret.ts";
import { httpUpstream, testDeps, type Received } from "../../testing.ts";
import { WebRefusal } from "../refusal.ts";
import type { Search, SearchRequest } from "../runner.ts";
import { braveSearch } from "./brave.ts";
import { duckduckgoSearch } from "./duckduckgo.ts";
import { searxngSearch } from "./searxng.ts";
import { plainText } from "./words.ts";
import { workspaceSearch } from "./workspace.ts";

const deps = testDeps();

const ask = (search: Search, parts: Partial<SearchRequest> = {}) =>
  search({
    query: "rain & sun",
    rules: { allowed: [], blocked: [] },
    location: undefined,
    signal: new AbortController().signal,
    ...parts,
  });

async function refusal(search: Search, parts?: Partial<SearchRequest>): Promise<string[]> {
  const thrown: unknown = await ask(search, parts).catch((error: unknown) => error);
  if (!(thrown instanceof WebRefusal)) throw thrown;
  return [thrown.code, thrown.message];
}

const queryOf = ({ target }: Received): URLSearchParams => new URL(target, "http://x").searchParams;
const oneOf = (respond: () => Response) => httpUpstream(respond);

describe("Brave", () => {
  const key = () => Promise.resolve(new Secret("the-brave-key"));
  const answer = {
    web: {
      results: [
        {
          title: "Rain &amp; <strong>sun</strong>",
          url: "https://a.example/",
          description: "It <strong>rains</strong>.",
          extra_snippets: ["More.", "It rains."],
          page_age: "2026-11-01T10:00:00",
        },
        { title: "B", url: "https://b.example/" },
      ],
    },
  };

  test("gives titles, texts and dates", async () => {
    await using api = oneOf(() => Response.json(answer));
    const found = await ask(braveSearch(deps, { key, url: api.url }), { location: { country: "de" } });
    expect(found).toEqual([
      { url: "https://a.example/", title: "Rain & sun", text: "It rains.\nMore.", pageAge: "2026-11-01" },
      { url: "https://b.example/", title: "B", text: "", pageAge: undefined },
    ]);
    const [request] = api.received;
    expect(request?.headers.get("x-subscription-token")).toBe("the-brave-key");
    expect(request?.target).not.toContain("the-brave-key");
    if (request !== undefined)
      expect([queryOf(request).get("q"), queryOf(request).get("country")]).toEqual(["rain & sun", "DE"]);
  });

  test("is told of the domain rules", async () => {
    await using api = oneOf(() => Response.json({}));
    const search = braveSearch(deps, { key, url: api.url });
    expect(await ask(search, { rules: { allowed: ["a.example", "b.example/path"], blocked: [] } })).toEqual([]);
    await ask(search, { rules: { allowed: [], blocked: ["c.example"] } });
    expect(api.received.map((one) => queryOf(one).get("q"))).toEqual([
      "rain & sun (site:a.example OR site:b.example)",
      "rain & sun -site:c.example",
    ]);
  });

  test.each([
    [401, "unavailable", "does not take its key"],
    [422, "unavailable", "does not take its key"],
    [429, "too_many_requests", "allows no more"],
    [500, "unavailable", "500"],
    [302, "unavailable", "302"],
  ])("status %p is told", async (status, code, words) => {
    await using api = oneOf(() => new Response(null, { status, headers: { location: "http://elsewhere.example/" } }));
    expect(await refusal(braveSearch(deps, { key, url: api.url }))).toEqual([code, expect.stringContaining(words)]);
  });

  test("without a key, or behind a page, says so", async () => {
    const none = braveSearch(deps, { key: () => Promise.resolve(undefined) });
    expect(await refusal(none)).toEqual(["unavailable", expect.stringContaining("--brave-key-stdin")]);
    await using api = oneOf(() => new Response("<html>"));
    expect((await refusal(braveSearch(deps, { key, url: api.url })))[1]).toContain("not answer with JSON");
  });

  test("that cannot be reached is told without its key", async () => {
    const [code, message] = await refusal(braveSearch(deps, { key, url: "http://127.0.0.1:1" }));
    expect([code, message]).toEqual(["unavailable", expect.stringContaining("Brave Search cannot be reached")]);
    expect(message).not.toContain("the-brave-key");
  });
});

describe("SearXNG", () => {
  test("is asked for JSON below its path", async () => {
    const results = [{ url: "https://a.example/", title: "A", content: "Text", publishedDate: "2026-10-01T00:00:00" }];
    await using api = oneOf(() =>
      Response.json({ results: [...results, ...Array.from({ length: 30 }, () => ({ url: "x", title: "y" }))] }),
    );
    for (const base of [`${api.url}/sub/`, `${api.url}/sub/search`]) {
      const found = await ask(searxngSearch(deps, base));
      expect(found[0]).toEqual({ url: "https://a.example/", title: "A", text: "Text", pageAge: "2026-10-01" });
      expect(found.length).toBe(10);
    }
    expect(new Set(api.received.map(({ target }) => target))).toEqual(
      new Set(["/sub/search?q=rain+%26+sun&format=json"]),
    );
  });

  test("without JSON among its formats says what to set", async () => {
    await using api = oneOf(() => new Response("Forbidden", { status: 403 }));
    expect(await refusal(searxngSearch(deps, api.url))).toEqual([
      "unavailable",
      expect.stringContaining("search.formats"),
    ]);
  });

  test("without an address, or with another one, says so", async () => {
    expect((await refusal(searxngSearch(deps, undefined)))[1]).toContain("--searxng-url");
    await using api = oneOf(() => new Response(null, { status: 301, headers: { location: "https://new.example/" } }));
    expect((await refusal(searxngSearch(deps, api.url)))[1]).toContain("leads on");
    await using busy = oneOf(() => new Response(null, { status: 429 }));
    expect((await refusal(searxngSearch(deps, busy.url)))[0]).toBe("too_many_requests");
  });

  test("that answers without end is not read to it", async () => {
    await using api = oneOf(() => new Response("x".repeat(6_000_000)));
    expect((await refusal(searxngSearch(deps, api.url)))[1]).toContain("more than anybody can read");
  });
});

describe("DuckDuckGo", () => {
  const link = (url: string): string => `//duckduckgo.com/l/?uddg=${encodeURIComponent(url)}&amp;rut=abc`;
  const entry = (url: string, title: string, snippet: string, kind = ""): string =>
    `<div class="result results_links results_links_deep web-result ${kind}"><div class="links_main"><h2 class="result__title">
      <a rel="nofollow" class="result__a" href="${url}">${title}</a></h2>
      <div class="result__extras"><a class="result__url" href="${url}">shown</a></div>
      <a class="result__snippet" href="${url}">${snippet}</a></div></div>`;
  const page = (...entries: string[]): Response =>
    new Response(`<!doctype html><div class="serp__results">${entries.join("\n")}</div>`, {
      headers: { "content-type": "text/html" },
    });

  test("gives results without advertisements, with their own addresses", async () => {
    await using site = oneOf(() =>
      page(
        entry("https://duckduckgo.com/y.js?ad_provider=x", "Buy", "now", "result--ad"),
        entry(link("https://a.example/?x=1&y=ü"), "Rain &amp; <b>sun</b>", "It <b>rains</b> &#x27;today&#39;&hellip;"),
        entry("https://b.example/", "B", ""),
        entry("javascript:alert(1)", "C", ""),
      ),
    );
    expect(await ask(duckduckgoSearch(deps, site.url))).toEqual([
      { url: "https://a.example/?x=1&y=%C3%BC", title: "Rain & sun", text: "It rains 'today'…", pageAge: undefined },
      { url: "https://b.example/", title: "B", text: "", pageAge: undefined },
      { url: "javascript:alert(1)", title: "C", text: "", pageAge: undefined },
    ]);
  });

  test("without results has none", async () => {
    await using site = oneOf(() => new Response('<div class="no-results">No results.</div>'));
    expect(await ask(duckduckgoSearch(deps, site.url))).toEqual([]);
  });

  test.each<[string, () => Response, string]>([
    [
      "a challenge with status 200",
      () => new Response('<div class="anomaly-modal__title">Unfortunately, bots use DuckDuckGo too.</div>'),
      "proof that a person",
    ],
    ["a challenge with status 202", () => new Response("<html></html>", { status: 202 }), "proof that a person"],
    ["a page that nobody knows", () => new Response("<html><p>New design</p></html>"), "cannot be understood"],
    ["a failure", () => new Response("", { status: 503 }), "503"],
  ])("%s is an error and no empty success", async (_name, respond, words) => {
    await using site = oneOf(respond);
    expect(await refusal(duckduckgoSearch(deps, site.url))).toEqual(["unavailable", expect.stringContaining(words)]);
  });
});

describe("the workspace", () => {
  const model = () => Promise.resolve("system.ai.gpt-5");
  const words =
    "It rains ([a](https://a.example/)). Then sun ([b](https://b.example/), [a](https://a.example/)). The end.";
  const cite = (url: string, title: string, part: string, from = 0) => {
    const start = words.indexOf(part, from);
    return { type: "url_citation", url, title, start_index: start, end_index: start + part.length };
  };
  const answer = {
    output: [
      {
        type: "web_search_call",
        action: {
          type: "search",
          sources: [
            { type: "url", url: "https://c.example/" },
            { type: "url", url: "https://a.example/" },
          ],
        },
      },
      {
        type: "message",
        content: [
          {
            type: "output_text",
            text: words,
            annotations: [
              cite("https://a.example/?utm_source=openai", "A", "[a](https://a.example/)"),
              cite("https://b.example/", "B", "[b](https://b.example/)"),
              cite("https://a.example/?utm_source=openai", "A", "[a](https://a.example/)", 40),
            ],
          },
        ],
      },
    ],
  };

  test("searches by a model, and each page has what it was cited for", async () => {
    const sent: object[] = [];
    const search = workspaceSearch({ model, ask: (body) => (sent.push(body), Promise.resolve(Response.json(answer))) });
    const found = await ask(search, {
      rules: { allowed: ["https://a.example/x", "b.example"], blocked: [] },
      location: { city: "Berlin", country: "DE" },
    });
    expect(found).toEqual([
      { url: "https://a.example/", title: "A", text: "It rains\nThe end.", pageAge: undefined },
      { url: "https://b.example/", title: "B", text: "Then sun", pageAge: undefined },
      { url: "https://c.example/", title: "https://c.example/", text: "", pageAge: undefined },
    ]);
    expect(sent).toEqual([
      expect.objectContaining({
        model: "system.ai.gpt-5",
        input: "rain & sun",
        store: false,
        tools: [
          {
            type: "web_search",
            filters: { allowed_domains: ["a.example", "b.example"] },
            user_location: { type: "approximate", city: "Berlin", country: "DE" },
          },
        ],
      }),
    ]);
  });

  test.each<[string, () => Response, string, string]>([
    ["a limit", () => new Response("", { status: 429 }), "too_many_requests", "limit for system.ai.gpt-5"],
    [
      "a refusal",
      () => Response.json({ error: { message: "web_search is not supported" } }, { status: 400 }),
      "unavailable",
      "400: web_search is not supported",
    ],
    [
      "the workspace's own error",
      () => Response.json({ error_code: "X", message: "no such model" }, { status: 404 }),
      "unavailable",
      "no such model",
    ],
    ["a page", () => new Response("<html>", { status: 502 }), "unavailable", "502"],
    ["no JSON", () => new Response("<html>"), "unavailable", "not JSON"],
  ])("%s is told", async (_name, respond, code, said) => {
    const search = workspaceSearch({ model, ask: () => Promise.resolve(respond()) });
    expect(await refusal(search)).toEqual([code, expect.stringContaining(said)]);
  });

  test("an answer that cites nothing has found nothing", async () => {
    const nothing = {
      output: [{ type: "message", content: [{ type: "output_text", text: "I know it.", annotations: [] }] }],
    };
    expect(await ask(workspaceSearch({ model, ask: () => Promise.resolve(Response.json(nothing)) }))).toEqual([]);
  });
});

test("texts of engines are made plain, and cut", () => {
  expect(plainText("  a <b>b</b>\n&lt;c&gt; &unknown; &#0; &#x1F600; 1 < 2 ", 100)).toBe(
    "a b <c> &unknown; &#0; 😀 1 < 2",
  );
  expect(plainText("x".repeat(50), 10)).toBe(`${"x".repeat(10)}…`);
  expect(plainText(5, 10)).toBe("");
});
