import { describe, expect, test } from "bun:test";
import { Secret } from "../../platform/secret.ts";
import { silentLogger } from "../../platform/log.ts";
import type { Fetch } from "../../platform/deps.ts";
import { firstWords, titleFrom } from "./title.ts";

describe("the first words of a message", () => {
  test.each([
    ["Count the rows", "Count the rows"],
    ["  Count\n\nthe\u0000 rows  ", "Count the rows"],
    ["How many rows has the table of customers in Ulm?", "How many rows has the table of…"],
    ["x".repeat(60), `${"x".repeat(39)}…`],
    [" \n ", "New Conversation"],
  ])("%j are %j", (message, title) => {
    expect(firstWords(message)).toBe(title);
    expect(title.length).toBeLessThanOrEqual(40);
  });
});

describe("a title by a model", () => {
  const signal = new AbortController().signal;
  const proxy = {
    kind: "proxy",
    url: "http://127.0.0.1:1/p/x@y",
    key: new Secret("key-of-the-run"),
    models: { haiku: "system.ai.claude-haiku-5-5", sonnet: "other", listed: [] },
  } as const;
  const says =
    (text: string): Fetch =>
    () =>
      Promise.resolve(Response.json({ content: [{ type: "text", text }] }));
  const titled = (fetch: Fetch, source: Parameters<typeof titleFrom>[1]["source"] = proxy) =>
    titleFrom({ fetch, log: silentLogger }, { source, message: "Count the rows", signal });

  test("is what the cheapest model says, without its quotes", async () => {
    const sent: Request[] = [];
    const title = await titled((input, init) => {
      sent.push(new Request(input as string, init));
      return says('Title: "Customers in Ulm."')(input, init);
    });
    expect(title).toBe("Customers in Ulm");
    expect(sent[0]?.url).toBe("http://127.0.0.1:1/p/x@y/anthropic/v1/messages");
    expect(sent[0]?.headers.get("authorization")).toBe("Bearer key-of-the-run");
    expect(await sent[0]?.json()).toMatchObject({ model: "system.ai.claude-haiku-5-5", max_tokens: 50 });
  });

  test("goes to Anthropic with the person's own key", async () => {
    const sent: string[] = [];
    await titled(
      (input, init) => {
        sent.push(String(input), new Headers(init?.headers as HeadersInit).get("x-api-key") ?? "");
        return says("A title")(input, init);
      },
      { kind: "anthropic", key: new Secret("sk-own") },
    );
    expect(sent).toEqual(["https://api.anthropic.com/v1/messages", "sk-own"]);
  });

  test("is none where there is nobody to ask, or the answer is none", async () => {
    const never: Fetch = () => Promise.reject(new Error("asked"));
    expect(await titled(never, { kind: "login" })).toBeUndefined();
    expect(await titled(never, { ...proxy, models: { listed: [] } })).toBeUndefined();
    expect(await titled(never)).toBeUndefined();
    expect(await titled(says(' "" '))).toBeUndefined();
    expect(await titled(() => Promise.resolve(new Response("no", { status: 500 })))).toBeUndefined();
    expect(await titled(() => Promise.resolve(new Response("<html>")))).toBeUndefined();
    expect((await titled(says("long words ".repeat(40))))?.length).toBeLessThanOrEqual(40);
  });
});
