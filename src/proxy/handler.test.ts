import { expect, test } from "bun:test";
import { errorTranslator } from "./errors/translator.ts";
import { httpUpstream, startTestProxy } from "./testing.ts";
import type { Filter } from "./types.ts";

test("a filter that looks on is called once, and sees what was mended behind it", async () => {
  await using upstream = httpUpstream(() => Response.json({ error_code: "X", message: "no" }, { status: 400 }));
  const seen: number[] = [];
  const watcher: Filter = {
    name: "watcher",
    summary: "Looks on",
    byDefault: true,
    watches: true,
    applies: () => true,
    handle: async (_exchange, request, next) => {
      const answer = await next(request);
      seen.push(answer.status);
      expect(await answer.clone().json()).toMatchObject({ type: "error" });
      return answer;
    },
  };
  await using proxy = await startTestProxy(upstream.url, { filters: [watcher, errorTranslator] });
  const answer = await proxy.call("/p/DEFAULT/anthropic/v1/messages", { method: "POST", body: "{}" });
  expect([answer.status, seen, upstream.received.length]).toEqual([400, [400], 1]);
});
