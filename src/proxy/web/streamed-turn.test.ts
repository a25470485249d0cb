// What only a stream can show: when things come, what breaks, who leaves, and that no cut of the network matters.
import { describe, expect, test } from "bun:test";
import { httpUpstream, rawClient, rawUpstream, testDeps, until } from "../testing.ts";
import {
  accumulate,
  answerOf,
  ask,
  call,
  converse,
  eventsOf,
  fakeSearch,
  messages,
  say,
  scriptedUpstream,
  searchCall,
  text,
  webProxy,
} from "./testing.ts";

const body = ask({ stream: true });
const found = [{ url: "https://example.com/a", title: "A", text: "Words ☂ of the page." }];
const stream = (chunks: readonly (string | Uint8Array)[]): Response =>
  new Response(
    new ReadableStream({
      pull: (controller) => {
        const [next, ...rest] = chunks;
        chunks = rest;
        if (next === undefined) controller.close();
        else controller.enqueue(typeof next === "string" ? new TextEncoder().encode(next) : next);
      },
    }),
    { headers: { "content-type": "text/event-stream" } },
  );

/** A clock whose waits of so many milliseconds end when the test says so. */
function handClock(heldMs: number) {
  const { clock } = testDeps();
  const waiting: (() => void)[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    ms === heldMs ? new Promise((resolve) => waiting.push(resolve)) : clock.sleep(ms, signal);
  return { clock: { ...clock, sleep }, waiting };
}

test("events come as the workspace sends them: text and the call before the search has ended", async () => {
  await using upstream = scriptedUpstream(say(text("Let me look."), searchCall("toolu_1", "q")), say(text("Done.")));
  const search = Promise.withResolvers<typeof found>();
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => search.promise),
  );
  const response = await proxy.call(messages, { method: "POST", body });
  let seen = "";
  const reading = (async () => {
    for await (const chunk of response.body ?? []) seen += new TextDecoder().decode(chunk as Uint8Array);
  })();
  await until(() => seen.includes('"content_block_stop","index":1') || seen.includes('content_block_stop","index":1'));
  expect(seen).toContain("server_tool_use");
  expect(seen).not.toContain("web_search_tool_result");
  search.resolve(found);
  await reading;
  expect(accumulate(seen).content.map(({ type }) => type)).toEqual([
    "text",
    "server_tool_use",
    "web_search_tool_result",
    "text",
  ]);
});

test("there is one start, one end, and every block has the next number", async () => {
  await using upstream = scriptedUpstream(
    say(text("a"), searchCall("toolu_1", "q")),
    say(searchCall("toolu_2", "r"), searchCall("toolu_3", "s")),
    say(text("b"), call("toolu_4", "Bash", { command: "ls" })),
  );
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => found),
  );
  const message = await converse(proxy, body);
  const times = (type: string): number => message.events.filter((one) => one === type).length;
  expect([times("message_start"), times("message_delta"), times("message_stop")]).toEqual([1, 1, 1]);
  expect(message.events.at(-1)).toBe("message_stop");
  expect(times("content_block_start")).toBe(message.content.length);
  expect(times("content_block_stop")).toBe(message.content.length);
  expect(message.content.map(({ type }) => type)).toEqual([
    "text",
    "server_tool_use",
    "web_search_tool_result",
    "server_tool_use",
    "server_tool_use",
    "web_search_tool_result",
    "web_search_tool_result",
    "text",
    "tool_use",
  ]);
  expect(message.stop_reason).toBe("tool_use");
});

test("usage of all answers is added up, nested counts too", async () => {
  const usage = {
    input_tokens: 100,
    output_tokens: 7,
    cache_read_input_tokens: 50,
    cache_creation: { ephemeral_5m_input_tokens: 3 },
  };
  await using upstream = scriptedUpstream(
    { content: [searchCall("toolu_1", "q")], usage },
    { content: [text("b")], usage },
  );
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => found),
  );
  expect((await converse(proxy, body)).usage).toEqual({
    input_tokens: 200,
    output_tokens: 14,
    cache_read_input_tokens: 100,
    cache_creation: { ephemeral_5m_input_tokens: 6 },
    server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
  });
});

describe("cuts of the network", () => {
  const script = say(text("Wörter ☂"), searchCall("toolu_1", "q ☂"));
  const whole = new TextEncoder().encode(eventsOf(script).join(""));
  const run = async (chunks: readonly Uint8Array[]): Promise<unknown> => {
    await using upstream = httpUpstream((request, index) =>
      index === 0 ? stream(chunks) : answerOf(say(text("Ende ☂")), request),
    );
    const { search, queries } = fakeSearch(() => found);
    await using proxy = await webProxy(upstream.url, { search });
    const { content, usage } = await converse(proxy, body);
    return { content, usage, queries };
  };

  test("matter nowhere", async () => {
    const expected = await run([whole]);
    // Each place would be a thousand connections: the splitter is held at every byte by itself.
    for (let at = 1; at < whole.length; at += 37)
      expect(await run([whole.slice(0, at), whole.slice(at)])).toEqual(expected);
    expect(await run([...whole].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  test("nor does it matter how lines end", async () => {
    const crlf = new TextEncoder().encode(eventsOf(script).join("").replaceAll("\n", "\r\n"));
    expect(await run([crlf])).toEqual(await run([whole]));
  });

  test("nor how long an event is", async () => {
    const long = "x".repeat(2_000_000);
    await using upstream = scriptedUpstream(say(text(long), searchCall("toolu_1", "q")), say(text("Done.")));
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const message = await converse(proxy, body);
    expect(message.content[0]).toEqual(text(long));
    expect(message.content.length).toBe(4);
  });
});

test("a long search is bridged by pings", async () => {
  const { clock, waiting } = handClock(10_000);
  await using upstream = scriptedUpstream(say(searchCall("toolu_1", "q")), say(text("Done.")));
  const search = Promise.withResolvers<typeof found>();
  await using proxy = await webProxy(
    upstream.url,
    fakeSearch(() => search.promise),
    {},
    { deps: { clock } },
  );
  const response = await proxy.call(messages, { method: "POST", body });
  let seen = "";
  const reading = (async () => {
    for await (const chunk of response.body ?? []) seen += new TextDecoder().decode(chunk as Uint8Array);
  })();
  const pings = (): number => seen.split("event: ping").length - 1;
  // The first is the workspace's own.
  for (const wanted of [2, 3]) {
    await until(() => waiting.length > 0);
    waiting.pop()?.();
    await until(() => pings() === wanted);
  }
  search.resolve(found);
  await reading;
  expect(accumulate(seen).content.at(-1)).toEqual(text("Done."));
});

describe("what breaks", () => {
  const outcome = async (
    url: string,
    options: Parameters<typeof webProxy>[1] = fakeSearch(() => found),
  ): Promise<string> => {
    await using proxy = await webProxy(url, options);
    try {
      const response = await proxy.call(messages, { method: "POST", body });
      return `ended: ${await response.text()}`;
    } catch {
      return "broken";
    }
  };

  test("in the workspace's first answer breaks the client's connection", async () => {
    await using upstream = await rawUpstream((socket) => {
      const events = eventsOf(say(text("Half an answer")))
        .slice(0, 4)
        .join("");
      socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n`);
      socket.write(`${Buffer.byteLength(events).toString(16)}\r\n${events}\r\n`, () => socket.destroy());
    });
    expect(await outcome(upstream.url)).toBe("broken");
  });

  test("by ending in order, but before its end, breaks it too", async () => {
    await using upstream = httpUpstream(() => stream(eventsOf(say(text("Half"))).slice(0, 4)));
    expect(await outcome(upstream.url)).toBe("broken");
  });

  test("in a later answer breaks it too: no event is made up", async () => {
    await using upstream = httpUpstream((request, index) =>
      index === 0
        ? answerOf(say(searchCall("toolu_1", "q")), request)
        : stream(eventsOf(say(text("Half"))).slice(0, 4)),
    );
    expect(await outcome(upstream.url)).toBe("broken");
  });

  test("as a refusal of a later request breaks it too", async () => {
    await using upstream = httpUpstream((request, index) =>
      index === 0
        ? answerOf(say(searchCall("toolu_1", "q")), request)
        : Response.json({ message: "no" }, { status: 400 }),
    );
    expect(await outcome(upstream.url)).toBe("broken");
    expect(upstream.received.length).toBe(2);
  });

  test("as an event of the workspace's own is told as it is", async () => {
    const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
    await using upstream = httpUpstream(() => stream([...eventsOf(say(text("Half"))).slice(0, 4), error]));
    expect(await outcome(upstream.url)).toEndWith(error);
  });

  test("for a while only is waited for, in a stream and in a whole answer", async () => {
    const { clock } = testDeps();
    const waits: number[] = [];
    const quick = {
      ...clock,
      sleep: async (ms: number, signal?: AbortSignal) =>
        ms > 0 && ms < 9_000 ? void waits.push(ms) : clock.sleep(ms, signal),
    };
    for (const streams of [true, false]) {
      await using upstream = httpUpstream((request, index) => {
        if (index === 0) return answerOf(say(searchCall("toolu_1", "q")), request);
        if (index === 1) return new Response("", { status: 429, headers: { "retry-after": "3" } });
        return index === 2 ? new Response("", { status: 529 }) : answerOf(say(text("Done.")), request);
      });
      await using proxy = await webProxy(
        upstream.url,
        fakeSearch(() => found),
        {},
        { deps: { clock: quick } },
      );
      expect((await converse(proxy, ask({ stream: streams }))).content.at(-1)).toEqual(text("Done."));
    }
    expect(waits).toEqual([3_000, 2_000, 3_000, 2_000]);
  });

  test("as the first answer is told as it is, with its status", async () => {
    await using upstream = httpUpstream(() =>
      Response.json({ message: "limit" }, { status: 429, headers: { "retry-after": "7" } }),
    );
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const response = await proxy.call(messages, { method: "POST", body });
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
      429,
      "7",
      { message: "limit" },
    ]);
  });

  test("in a later answer of a whole turn is told with its status", async () => {
    await using upstream = httpUpstream((request, index) =>
      index === 0
        ? answerOf(say(searchCall("toolu_1", "q")), request)
        : Response.json({ message: "no" }, { status: 400 }),
    );
    await using proxy = await webProxy(
      upstream.url,
      fakeSearch(() => found),
    );
    const response = await proxy.call(messages, { method: "POST", body: ask() });
    expect([response.status, await response.json()]).toEqual([400, { message: "no" }]);
  });

  test("in the search itself is a result like any other", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "q")), say(text("I could not.")));
    await using proxy = await webProxy(upstream.url, {
      search: () => Promise.reject(new Error("/home/me/secret failed")),
    });
    const message = await converse(proxy, body);
    expect(message.content[1]).toMatchObject({ content: { error_code: "unavailable" } });
    expect(upstream.received[1]?.text).not.toContain("/home/me");
    expect(message.content.at(-1)).toEqual(text("I could not."));
  });
});

describe("a client that leaves", () => {
  const leave = async (url: string, options: Parameters<typeof webProxy>[1], ready: () => boolean): Promise<void> => {
    await using proxy = await webProxy(url, options);
    const client = rawClient(
      proxy.port,
      `POST ${messages} HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nAuthorization: Bearer local-key-of-the-tests\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    await until(ready);
    client.socket.destroy();
    await client.ended;
    await until(() => proxy.proxy.inFlight() === 0);
  };

  test("ends the search that runs for it, and the model is not asked again", async () => {
    await using upstream = scriptedUpstream(say(searchCall("toolu_1", "q")), say(text("Done.")));
    const ended = Promise.withResolvers<void>();
    let began = false;
    const search = ({ signal }: { signal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => {
        began = true;
        signal.addEventListener("abort", () => {
          reject(new DOMException("", "AbortError"));
          ended.resolve();
        });
      });
    await leave(upstream.url, { search }, () => began);
    await ended.promise;
    expect(upstream.received.length).toBe(1);
  });

  test("ends the workspace's answer", async () => {
    let sent = false;
    const ended = Promise.withResolvers<void>();
    await using upstream = httpUpstream(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => {
              controller.enqueue(
                new TextEncoder().encode(
                  eventsOf(say(text("Half")))
                    .slice(0, 4)
                    .join(""),
                ),
              );
              sent = true;
            },
            cancel: () => ended.resolve(),
          }),
          { headers: { "content-type": "text/event-stream" } },
        ),
    );
    await leave(
      upstream.url,
      fakeSearch(() => found),
      () => sent,
    );
    await ended.promise;
  });
});
