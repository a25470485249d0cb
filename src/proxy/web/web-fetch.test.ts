// Whole ways through the proxy: fetching pages, clients that run server tools themselves, and the back end of the workspace.
import { describe, expect, test } from "bun:test";
import { httpUpstream } from "../testing.ts";
import { readDocument } from "./fetch/document-child.ts";
import { htmlPage, notFound, testNetwork, testSite } from "./fetch/testing.ts";
import {
  answerOf,
  ask,
  bodyAt,
  call,
  converse,
  fakeSearch,
  messages,
  question,
  say,
  scriptedUpstream,
  searchCall,
  text,
  webFetch,
  webProxy,
  webSearch,
} from "./testing.ts";

const read = (source: Parameters<typeof readDocument>[0]) => readDocument(source);

describe.each([
  ["streamed", true],
  ["whole", false],
])("fetching in a %s turn", (_name, stream) => {
  const wantedOf = (url: string, parts: Record<string, unknown> = {}): string =>
    ask({ stream, tools: [webFetch], messages: [{ role: "user", content: `Read ${url}` }], ...parts });

  test("gives the client a document, and the model its text", async () => {
    await using site = testSite((path) =>
      path === "/page" ? htmlPage("<p>The words of the page.</p>", "<title>T</title>") : notFound(),
    );
    const url = `http://site.test:${site.port}/page`;
    await using upstream = scriptedUpstream(say(call("toolu_1", "web_fetch", { url })), say(text("Read.")));
    await using proxy = await webProxy(upstream.url, { network: testNetwork(site), read });
    const message = await converse(proxy, wantedOf(url));
    expect(message.content).toEqual([
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_fetch", input: { url } },
      {
        type: "web_fetch_tool_result",
        tool_use_id: "srvtoolu_1",
        content: {
          type: "web_fetch_result",
          url,
          content: {
            type: "document",
            source: { type: "text", media_type: "text/plain", data: "The words of the page." },
            title: "T",
            citations: null,
          },
          retrieved_at: expect.any(String),
        },
      },
      text("Read."),
    ]);
    expect(message.usage["server_tool_use"]).toEqual({ web_search_requests: 0, web_fetch_requests: 1 });
    expect(upstream.received[1]?.text).toContain("The words of the page.");

    // The same bytes again in the next turn, and nothing is fetched for them.
    const before = site.seen.length;
    await converse(
      proxy,
      wantedOf(url, {
        messages: [{ role: "user", content: `Read ${url}` }, { role: "assistant", content: message.content }, question],
      }),
    );
    expect(bodyAt(upstream, 2).messages.slice(0, 3)).toEqual(bodyAt(upstream, 1).messages);
    expect(site.seen.length).toBe(before);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ["of this machine", {}, "http://127.0.0.1:PORT/secret", "url_not_allowed"],
    ["of the cloud's metadata", {}, "http://169.254.169.254/latest/meta-data/", "url_not_allowed"],
    ["that no one has named", {}, "http://site.test:PORT/other?data=stolen", "url_not_in_prior_context"],
    ["that the rules leave out", { blocked_domains: ["site.test"] }, "http://site.test:PORT/", "url_not_allowed"],
    ["that is none", {}, "site", "invalid_tool_input"],
    ["of another kind", {}, "file:///etc/passwd", "invalid_tool_input"],
    ["that is too long", {}, `http://site.test:PORT/${"x".repeat(2_100)}`, "url_too_long"],
    ["beyond the limit of uses", { max_uses: 0 }, "http://site.test:PORT/", "max_uses_exceeded"],
  ])("an address %s is refused, the model is told why, and goes on", async (_what, rules, address, code) => {
    await using site = testSite(() => new Response("secret words"));
    await using inner = testSite(() => new Response("secret words"));
    const url = address.replace("PORT", String(address.includes("127.0.0.1") ? inner.port : site.port));
    await using upstream = scriptedUpstream(say(call("toolu_1", "web_fetch", { url })), say(text("I could not.")));
    await using proxy = await webProxy(upstream.url, { network: testNetwork(site), read });
    const named = `Read ${url.replace("/other?data=stolen", "/")}`;
    const message = await converse(
      proxy,
      wantedOf(url, { tools: [{ ...webFetch, ...rules }], messages: [{ role: "user", content: named }] }),
    );
    expect(message.content[1]).toMatchObject({ content: { type: "web_fetch_tool_result_error", error_code: code } });
    expect(message.content.at(-1)).toEqual(text("I could not."));
    const result = bodyAt(upstream, 1).messages.at(-1)?.content[0];
    expect(result).toMatchObject({ type: "tool_result", is_error: true });
    expect(String(result?.["content"]).length).toBeGreaterThan(20);
    expect(upstream.received[1]?.text).not.toContain("secret words");
    expect([...site.seen, ...inner.seen]).toEqual([]);
  });

  test("an address that a search has found in this turn may be fetched", async () => {
    await using site = testSite((path) => (path === "/robots.txt" ? notFound() : new Response("found words")));
    const url = `http://site.test:${site.port}/found`;
    await using upstream = scriptedUpstream(
      say(searchCall("toolu_1", "q")),
      say(call("toolu_2", "web_fetch", { url })),
      say(text("Read.")),
    );
    const { search } = fakeSearch(() => [{ url }]);
    await using proxy = await webProxy(upstream.url, { network: testNetwork(site), read, search });
    const message = await converse(proxy, ask({ stream, tools: [webSearch, webFetch] }));
    expect(message.usage["server_tool_use"]).toEqual({ web_search_requests: 1, web_fetch_requests: 1 });
    expect(upstream.received[2]?.text).toContain("found words");
  });

  test("no more than the tool's tokens, nor the budget that is set", async () => {
    await using site = testSite((path) => (path === "/robots.txt" ? notFound() : new Response("x".repeat(50_000))));
    const url = `http://site.test:${site.port}/`;
    const sizeWith = async (tool: object, settings: Record<string, unknown>): Promise<number> => {
      await using upstream = scriptedUpstream(say(call("toolu_1", "web_fetch", { url })), say(text("Read.")));
      await using proxy = await webProxy(upstream.url, { network: testNetwork(site), read }, settings);
      await converse(proxy, wantedOf(url, { tools: [{ ...webFetch, ...tool }] }));
      return (
        /x+/.exec(String(bodyAt(upstream, 1).messages.at(-1)?.content[0]?.["content"]).split("\n\n")[1] ?? "")?.[0]
          .length ?? 0
      );
    };
    expect(await sizeWith({ max_content_tokens: 1_000 }, {})).toBe(4_000);
    expect(await sizeWith({}, { fetchBudgetBytes: 2_048 })).toBe(2_048);
  });
});

describe("a client that runs the tools by itself", () => {
  const failed = (id: string, parts: Record<string, unknown> = { is_error: true }) => ({
    type: "tool_result",
    tool_use_id: id,
    content: "No such tool: web_search",
    ...parts,
  });
  const turn = (answer: unknown, ...results: unknown[]) => [
    question,
    { role: "assistant", content: [answer] },
    { role: "user", content: results },
  ];

  test.each<[string, unknown, unknown]>([
    ["its call of a client tool", searchCall("toolu_1", "rain"), failed("toolu_1")],
    [
      "its call of a server tool",
      { ...searchCall("srvtoolu_1", "rain"), type: "server_tool_use" },
      failed("srvtoolu_1"),
    ],
    ["a failure that it does not mark", searchCall("toolu_1", "rain"), failed("toolu_1", {})],
  ])("is answered in its place: %s", async (_name, answer, result) => {
    await using upstream = scriptedUpstream(say(text("It rains.")));
    const { search, queries } = fakeSearch((query) => [{ title: `${query} ${queries.length}` }]);
    await using proxy = await webProxy(upstream.url, { search });
    await converse(proxy, ask({ messages: turn(answer, result) }));
    expect(queries).toEqual(["rain"]);
    const sent = bodyAt(upstream, 0).messages;
    expect(sent[2]?.content).toEqual([
      { type: "tool_result", tool_use_id: "toolu_1", content: expect.stringContaining("1. rain 1") },
    ]);

    // Later it is history: the same answer, and no second search.
    await converse(
      proxy,
      ask({ messages: [...turn(answer, result), { role: "assistant", content: [text("It rains.")] }, question] }),
    );
    expect(queries).toEqual(["rain"]);
    expect(bodyAt(upstream, 1).messages.slice(0, 3)).toEqual(sent);
  });

  test("and has messages of the system behind its answer is answered too", async () => {
    await using upstream = scriptedUpstream(say(text("It rains.")));
    const { search, queries } = fakeSearch(() => [{ title: "found" }]);
    await using proxy = await webProxy(upstream.url, { search });
    const system = { role: "system", content: "The date has changed." };
    await converse(proxy, ask({ messages: [...turn(searchCall("toolu_1", "rain"), failed("toolu_1")), system] }));
    expect(queries).toEqual(["rain"]);
    expect(bodyAt(upstream, 0).messages[3]).toEqual(system as never);
  });

  test("and succeeds keeps its own answer", async () => {
    await using upstream = scriptedUpstream(say(text("Fine.")));
    const { search, queries } = fakeSearch(() => []);
    await using proxy = await webProxy(upstream.url, { search });
    const own = failed("toolu_1", { content: "My own results: it rains" });
    await converse(proxy, ask({ messages: turn(searchCall("toolu_1", "rain"), own) }));
    expect(queries).toEqual([]);
    expect(bodyAt(upstream, 0).messages[2]?.content).toEqual([own]);
  });

  test("has nothing searched for what failed long ago, nor for a tool of its own", async () => {
    await using upstream = scriptedUpstream(say(text("Fine.")));
    const { search, queries } = fakeSearch(() => []);
    await using proxy = await webProxy(upstream.url, { search });
    const old = turn(searchCall("toolu_1", "rain"), failed("toolu_1"));
    await converse(proxy, ask({ messages: [...old, { role: "assistant", content: [text("x")] }, question] }));
    const own = { name: "web_search", input_schema: { type: "object" } };
    await converse(proxy, ask({ tools: [own, webFetch], messages: old }));
    expect(queries).toEqual([]);
    expect(bodyAt(upstream, 0).messages.slice(0, 3)).toEqual(old as never);
  });

  test("and forgets the tools in later turns can still go on", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "rain")), say(text("It rains.")));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => [{}]),
    );
    const first = await converse(proxy, ask());
    await converse(
      proxy,
      JSON.stringify({ model: "m", messages: [question, { role: "assistant", content: first.content }, question] }),
    );
    const { tools, tool_choice: choice } = bodyAt(upstream, 2);
    expect(tools.map(({ name }) => name)).toEqual(["web_search", "web_fetch"]);
    expect(choice).toEqual({ type: "none" });
  });
});

describe("the back end of the workspace", () => {
  const answer = {
    output: [
      {
        type: "message",
        content: [
          {
            type: "output_text",
            text: "It rains. (a)",
            annotations: [
              { type: "url_citation", url: "https://a.example/", title: "A", start_index: 10, end_index: 13 },
            ],
          },
        ],
      },
    ],
  };

  test("asks the same workspace's Responses API, with the same token", async () => {
    await using upstream = httpUpstream((request, index) => {
      if (request.target.includes("/responses")) return Response.json(answer);
      return answerOf(index === 0 ? say(searchCall("toolu_1", "rain")) : say(text("It rains.")), request);
    });
    await using proxy = await webProxy(upstream.url, {}, { model: "system.ai.gpt-5" });
    const message = await converse(proxy, ask({ stream: true }));
    expect(message.content[1]).toMatchObject({ content: [{ url: "https://a.example/", title: "A" }] });
    const [, asked] = upstream.received;
    expect(asked?.target).toBe("/ai-gateway/codex/v1/responses");
    expect(asked?.headers.get("authorization")).toBe("Bearer token-of-the-workspace");
    expect(asked?.headers.has("x-api-key")).toBe(false);
    expect(JSON.parse(asked?.text ?? "{}")).toMatchObject({ model: "system.ai.gpt-5", input: "rain" });
  });

  test("without a model in the workspace says what to do", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "rain")), say(text("No.")));
    const { WebRefusal } = await import("./refusal.ts");
    const model = () => Promise.reject(new WebRefusal("unavailable", "No model: use --model."));
    await using proxy = await webProxy(upstream.url, { model });
    await converse(proxy, ask());
    expect(upstream.received[1]?.text).toContain("No model: use --model.");
  });

  test("switched to none refuses, and fetching goes on", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "rain")), say(text("No.")));
    await using proxy = await webProxy(upstream.url, {}, { backend: "none" });
    const message = await converse(proxy, ask());
    expect(message.content[1]).toMatchObject({ content: { error_code: "unavailable" } });
    expect(upstream.received[1]?.text).toContain("switched off");
  });
});

test("nobody without the local key has anything searched", async () => {
  await using upstream = scriptedUpstream(say(searchCall("toolu_1", "rain")));
  const { search, queries } = fakeSearch(() => []);
  await using proxy = await webProxy(upstream.url, { search });
  const refused = await proxy.call(messages, {
    method: "POST",
    body: ask(),
    headers: { authorization: "Bearer wrong" },
  });
  const page = await proxy.call(messages, { method: "POST", body: ask(), headers: { origin: "https://evil.example" } });
  expect([refused.status, page.status]).toEqual([401, 403]);
  expect([queries, upstream.received]).toEqual([[], []]);
});
