import { describe, expect, test } from "bun:test";
import { openText } from "./result-token.ts";
import {
  ask,
  bash,
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

const found = [
  { url: "https://example.com/news", title: "News", text: "It rains.", pageAge: "2026-11-01" },
  { url: "https://other.org/", title: "Other", text: "The sun shines." },
];

describe.each([
  ["streamed", true],
  ["whole", false],
])("a %s turn", (_name, stream) => {
  const body = (parts: Record<string, unknown> = {}): string => ask({ stream, ...parts });

  test("in which the model searches is one message, and the model sees the results", async () => {
    await using upstream = scriptedUpstream(
      say(text("Let me look."), searchCall("toolu_1", "news")),
      say(text("It rains.")),
    );
    const { search, queries } = fakeSearch(() => found);
    await using proxy = await webProxy(upstream.url, { search });
    const message = await converse(proxy, body());
    expect(queries).toEqual(["news"]);
    expect(message.content).toEqual([
      text("Let me look."),
      { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: { query: "news" } },
      {
        type: "web_search_tool_result",
        tool_use_id: "srvtoolu_1",
        content: [
          {
            type: "web_search_result",
            url: "https://example.com/news",
            title: "News",
            encrypted_content: expect.any(String),
            page_age: "2026-11-01",
          },
          {
            type: "web_search_result",
            url: "https://other.org/",
            title: "Other",
            encrypted_content: expect.any(String),
            page_age: null,
          },
        ],
      },
      text("It rains."),
    ]);
    expect(message.stop_reason).toBe("end_turn");
    expect(message.usage).toEqual({
      input_tokens: 20,
      output_tokens: 10,
      server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
    });
    expect(upstream.received.length).toBe(2);
    const sent = bodyAt(upstream, 1).messages;
    expect<unknown>(sent.slice(0, 2)).toEqual([
      question,
      { role: "assistant", content: [text("Let me look."), searchCall("toolu_1", "news")] },
    ]);
    expect(JSON.stringify(sent[2])).toContain("It rains.");
    expect(sent[2]).toEqual({
      role: "user",
      content: [
        { type: "tool_result", tool_use_id: "toolu_1", content: expect.stringContaining("https://other.org/") },
      ],
    });
  });

  test("has the declared tool as a client tool, with its marker, and the others as they are", async () => {
    await using upstream = scriptedUpstream(say(text("Hello.")));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => []),
    );
    const marked = {
      ...webSearch,
      max_uses: 3,
      allowed_domains: ["example.com"],
      cache_control: { type: "ephemeral" },
    };
    await converse(proxy, body({ tools: [bash, marked, webFetch] }));
    const tools = bodyAt(upstream, 0).tools;
    expect(tools[0]).toEqual(bash);
    expect(tools[1]).toEqual({
      name: "web_search",
      description: expect.stringContaining("Only these domains are allowed: example.com."),
      input_schema: expect.objectContaining({ required: ["query"] }),
      cache_control: { type: "ephemeral" },
    });
    expect(tools[2]?.["name"]).toBe("web_fetch");
    expect(tools[2]).not.toHaveProperty("type");
  });

  test("in which the client has a tool to run too ends with its call, and keeps what was found", async () => {
    await using upstream = scriptedUpstream(
      say(searchCall("toolu_1", "news"), call("toolu_2", "Bash", { command: "ls" })),
      say(text("Done.")),
    );
    const { search, queries } = fakeSearch(() => found);
    await using proxy = await webProxy(upstream.url, { search });
    const message = await converse(proxy, body());
    expect(message.stop_reason).toBe("tool_use");
    expect(message.content.map(({ type }) => type)).toEqual(["server_tool_use", "tool_use", "web_search_tool_result"]);
    expect(message.content[1]).toEqual(call("toolu_2", "Bash", { command: "ls" }));
    expect(upstream.received.length).toBe(1);

    const result = { type: "tool_result", tool_use_id: "toolu_2", content: "a.txt" };
    const answer = { role: "assistant", content: message.content };
    await converse(proxy, body({ messages: [question, answer, { role: "user", content: [result] }] }));
    expect(queries).toEqual(["news"]);
    const sent = bodyAt(upstream, 1).messages;
    expect(sent[1]).toEqual({
      role: "assistant",
      content: [searchCall("toolu_1", "news"), call("toolu_2", "Bash", { command: "ls" })],
    });
    expect(sent[2]?.content).toEqual([
      { type: "tool_result", tool_use_id: "toolu_1", content: expect.stringContaining("It rains.") },
      result,
    ]);
  });

  test("with several searches at once runs them at once, and tells them in their order", async () => {
    await using upstream = scriptedUpstream(
      say(searchCall("toolu_1", "slow"), searchCall("toolu_2", "fast")),
      say(text("Both.")),
    );
    const fast = Promise.withResolvers<void>();
    const { search } = fakeSearch(async (query) => {
      if (query === "fast") fast.resolve();
      // The first ends only when the second has begun.
      if (query === "slow") await fast.promise;
      return [{ title: query }];
    });
    await using proxy = await webProxy(upstream.url, { search });
    const message = await converse(proxy, body());
    const results = message.content.filter(({ type }) => type === "web_search_tool_result");
    expect(results.map((one) => (one["content"] as { title: string }[])[0]?.title)).toEqual(["slow", "fast"]);
    expect(message.usage["server_tool_use"]).toEqual({ web_search_requests: 2, web_fetch_requests: 0 });
  });

  test("says why there is no result: to the client by its code, to the model in words", async () => {
    await using upstream = scriptedUpstream(
      say(searchCall("toolu_1", "a")),
      say(searchCall("toolu_2", "b")),
      say(text("No.")),
    );
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const message = await converse(proxy, body({ tools: [{ ...webSearch, max_uses: 1 }] }));
    expect(message.content[3]).toMatchObject({
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_2",
      content: { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" },
    });
    expect(message.usage["server_tool_use"]).toEqual({ web_search_requests: 1, web_fetch_requests: 0 });
    const sent = bodyAt(upstream, 2).messages;
    expect(sent.at(-1)?.content[0]).toEqual({
      type: "tool_result",
      tool_use_id: "toolu_2",
      content: expect.stringContaining("may be used once"),
      is_error: true,
    });
  });

  test("lets no result pass that the domain rules leave out, whatever the back end gives", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "a")), say(text("Done.")));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => [...found, { url: "javascript:alert(1)" }, { url: "x" }]),
    );
    const message = await converse(proxy, body({ tools: [{ ...webSearch, blocked_domains: ["other.org"] }] }));
    const results = message.content[1]?.["content"] as { url: string }[];
    expect(results.map(({ url }) => url)).toEqual(["https://example.com/news"]);
  });

  test("whose tool is forced is free after the first answer", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "a")), say(text("Done.")));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const choice = { type: "tool", name: "web_search", disable_parallel_tool_use: true };
    await converse(proxy, body({ tool_choice: choice }));
    expect(bodyAt(upstream, 0).tool_choice).toEqual(choice);
    expect(bodyAt(upstream, 1).tool_choice).toEqual({ type: "auto", disable_parallel_tool_use: true });
  });

  test("that goes in circles is paused, and goes on from where it was", async () => {
    let count = 0;
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "again")));
    const { search } = fakeSearch(() => [{ title: `${(count += 1)}` }]);
    await using proxy = await webProxy(upstream.url, { search });
    const message = await converse(proxy, body());
    expect(message.stop_reason).toBe("pause_turn");
    expect(upstream.received.length).toBe(10);
    await converse(proxy, body({ messages: [question, { role: "assistant", content: message.content }] }));
    const sent = bodyAt(upstream, 10).messages;
    // Question, then ten times the call and its result.
    expect(sent.map(({ role }) => role).join(" ")).toBe(`user${" assistant user".repeat(10)}`);
    expect(JSON.stringify(sent.at(-1))).toContain("1. 10");
  });

  test("with a tool of the user's of the same name leaves that one alone", async () => {
    const own = { name: "web_search", description: "mine", input_schema: { type: "object" } };
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "a")));
    const { search, queries } = fakeSearch(() => found);
    await using proxy = await webProxy(upstream.url, { search });
    const message = await converse(proxy, body({ tools: [webSearch, own] }));
    expect(bodyAt(upstream, 0).tools).toEqual([own]);
    expect(message.content).toEqual([searchCall("toolu_1", "a")]);
    expect(message.stop_reason).toBe("tool_use");
    expect(queries).toEqual([]);
  });

  test("keeps thoughts with their signatures, and long numbers with their digits", async () => {
    const thought = { type: "thinking", thinking: "Hm.", signature: "c2ln" };
    await using upstream = scriptedUpstream(
      say(thought, searchCall("toolu_1", "a")),
      say(call("toolu_2", "Bash", { id: 1 })),
    );
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const schema = '{"name":"T","input_schema":{"type":"object","maximum":12345678901234567890}}';
    const sent = body({ tools: ["HERE", webSearch] }).replace('"HERE"', schema);
    await converse(proxy, sent);
    expect(bodyAt(upstream, 1).messages[1]?.content).toEqual([thought, searchCall("toolu_1", "a")]);
    expect(upstream.received[1]?.text).toContain("12345678901234567890");
  });

  test("that is cut off in a call is not searched for, and says so", async () => {
    await using upstream = scriptedUpstream({ content: [searchCall("toolu_1", "a")], stopReason: "max_tokens" });
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const message = await converse(proxy, body());
    expect(message.stop_reason).toBe("max_tokens");
    expect(upstream.received.length).toBe(1);
  });

  test("without a search is what the workspace sent, byte for byte", async () => {
    await using upstream = scriptedUpstream(say(text("Nothing to search. ☂"), call("toolu_1", "Bash", {})));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    await using direct = await webProxy(upstream.url, {}, { enabled: false });
    const one = await proxy.call(messages, { method: "POST", body: body() });
    const other = await direct.call(messages, { method: "POST", body: body() });
    expect(await one.text()).toBe(await other.text());
    expect(one.headers.get("content-type")).toBe(other.headers.get("content-type"));
  });

  test.each(["gzip", "deflate", "br", "zstd"])(
    "from a workspace that compresses with %s all the same is understood",
    async (encoding) => {
      const { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } = await import("node:zlib");
      const pack = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync }[encoding];
      const { httpUpstream } = await import("../testing.ts");
      const { answerOf } = await import("./testing.ts");
      await using upstream = httpUpstream(async (request, index) => {
        const plain = answerOf(index === 0 ? say(searchCall("toolu_1", "a")) : say(text("Done.")), request);
        const packed = Uint8Array.from(pack?.(await plain.bytes()) ?? []);
        plain.headers.set("content-encoding", encoding);
        return new Response(packed, { headers: plain.headers });
      });
      await using proxy = await webProxy(
        upstream.url,
        fakeSearch(() => found),
      );
      const message = await converse(proxy, body());
      expect(message.content.at(-1)).toEqual(text("Done."));
      expect(upstream.received.map(({ headers }) => headers.get("accept-encoding"))).toEqual(["identity", "identity"]);
    },
  );
});

test("a request that only speaks of the tools passes as it is", async () => {
  await using upstream = scriptedUpstream(say(text("Yes.")));
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => []),
  );
  const body = `{ "model":"m", "tools":[],  "messages":[{"role":"user","content":"\\"web_search_20250305\\" and \\"server_tool_use\\""}]}`;
  await proxy.call(messages, { method: "POST", body });
  expect(upstream.received[0]?.text).toBe(body);
});

test("what announces the tools is not sent on", async () => {
  await using upstream = scriptedUpstream(say(text("Yes.")));
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => []),
  );
  const betas = (value: string) => ({ method: "POST", body: ask(), headers: { "anthropic-beta": value } });
  await proxy.call(messages, betas("web-fetch-2025-09-10,context-1m-2025-08-07"));
  await proxy.call(messages, betas("web-search-2025-03-05"));
  expect(upstream.received.map(({ headers }) => headers.get("anthropic-beta"))).toEqual([
    "context-1m-2025-08-07",
    null,
  ]);
});

test("counting of tokens counts what would be sent", async () => {
  await using upstream = scriptedUpstream(say(text("Yes.")));
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => []),
  );
  await proxy.call(`${messages}/count_tokens`, { method: "POST", body: ask() });
  await proxy.call(messages, { method: "POST", body: ask() });
  expect(upstream.received[0]?.target).toBe("/ai-gateway/anthropic/v1/messages/count_tokens");
  expect(upstream.received[0]?.text).toBe(upstream.received[1]?.text ?? "");
  expect(bodyAt(upstream, 0).tools?.[0]).not.toHaveProperty("type");
});

test("switched off it does nothing", async () => {
  await using upstream = scriptedUpstream(say(text("Yes.")));
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => []),
    { enabled: false },
  );
  await proxy.call(messages, { method: "POST", body: ask() });
  expect(upstream.received[0]?.text).toBe(ask());
});

test("results carry their text themselves", async () => {
  await using upstream = scriptedUpstream(say(searchCall("toolu_1", "a")), say(text("Done.")));
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => found),
  );
  const message = await converse(proxy, ask());
  const results = message.content[1]?.["content"] as { encrypted_content: string }[];
  expect(results.map((one) => openText(one.encrypted_content))).toEqual(["It rains.", "The sun shines."]);
});
