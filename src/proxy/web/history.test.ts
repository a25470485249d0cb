import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { clientId, workspaceId } from "./call-id.ts";
import { convertMessages } from "./history.ts";
import { modelResult, resultBlock, type SearchResult } from "./result-block.ts";
import { openText, sealText } from "./result-token.ts";

type Message = { role: string; content: unknown };

function convert(...messages: Message[]): Message[] {
  const list = messages.map((value) => ({ text: JSON.stringify(value), value }));
  return convertMessages(list).messages.map((text) => JSON.parse(text) as Message);
}

const user = (content: unknown): Message => ({ role: "user", content });
const assistant = (...content: unknown[]): Message => ({ role: "assistant", content });
const text = (words: string) => ({ type: "text", text: words });
const serverUse = (id: string, name = "web_search") => ({
  type: "server_tool_use",
  id: `srvtoolu_${id}`,
  name,
  input: { query: id },
});
const use = (id: string, name = "web_search") => ({ type: "tool_use", id: `toolu_${id}`, name, input: { query: id } });
const found = (id: string, words = `about ${id}`) =>
  resultBlock("web_search", `srvtoolu_${id}`, {
    kind: "search",
    results: [{ url: `https://example.com/${id}`, title: id, text: words, pageAge: undefined }],
  });
const bash = { type: "tool_use", id: "toolu_b", name: "Bash", input: {} };
const bashResult = { type: "tool_result", tool_use_id: "toolu_b", content: "ok" };
const result = (id: string) => ({
  type: "tool_result",
  tool_use_id: `toolu_${id}`,
  content: expect.stringContaining(`about ${id}`),
});
const interrupted = (id: string) => ({
  type: "tool_result",
  tool_use_id: `toolu_${id}`,
  content: expect.stringContaining("interrupted"),
  is_error: true,
});

describe("an answer of an earlier turn", () => {
  test("with one search becomes call, result, answer", () => {
    expect(
      convert(user("q"), assistant(text("I look."), serverUse("1"), found("1"), text("So.")), user("more")),
    ).toEqual([
      user("q"),
      assistant(text("I look."), use("1")),
      user([result("1")]),
      assistant(text("So.")),
      user("more"),
    ]);
  });

  test("with searches one after another becomes as many rounds; with those at once, one", () => {
    expect(
      convert(
        assistant(serverUse("1"), found("1"), serverUse("2"), serverUse("3"), found("2"), found("3"), text("So.")),
      ),
    ).toEqual([
      assistant(use("1")),
      user([result("1")]),
      assistant(use("2"), use("3")),
      user([result("2"), result("3")]),
      assistant(text("So.")),
    ]);
  });

  test("in which the client had a tool to run too has both results in one message", () => {
    const messages = [assistant(serverUse("1"), bash, found("1")), user([bashResult, text("and")])];
    expect(convert(...messages)).toEqual([assistant(use("1"), bash), user([result("1"), bashResult, text("and")])]);
  });

  test("in which the client had a tool to run after the search keeps the order", () => {
    expect(convert(assistant(serverUse("1"), found("1"), bash), user([bashResult]))).toEqual([
      assistant(use("1")),
      user([result("1")]),
      assistant(bash),
      user([bashResult]),
    ]);
  });

  test("may be followed by words of the system", () => {
    const system = { role: "system", content: "The date has changed." };
    expect(convert(assistant(serverUse("1"), found("1")), system)).toEqual([
      assistant(use("1")),
      user([result("1")]),
      system,
    ]);
    expect(convert(assistant(serverUse("1"), bash, found("1")), system, user([bashResult]))).toEqual([
      assistant(use("1"), bash),
      system,
      user([result("1"), bashResult]),
    ]);
  });

  test("that was cut off has a word in the place of its result", () => {
    expect(convert(assistant(serverUse("1")), user("go on"))).toEqual([
      assistant(use("1")),
      user([interrupted("1"), text("go on")]),
    ]);
    expect(convert(assistant(serverUse("1"), serverUse("2"), found("2"), text("x")))).toEqual([
      assistant(use("1"), use("2")),
      user([interrupted("1"), result("2")]),
      assistant(text("x")),
    ]);
  });

  test("that was paused goes on from its results", () => {
    expect(convert(user("q"), assistant(serverUse("1"), found("1")))).toEqual([
      user("q"),
      assistant(use("1")),
      user([result("1")]),
    ]);
  });

  test("followed by another answer keeps its results before that", () => {
    expect(convert(assistant(serverUse("1"), found("1")), assistant(text("x")))).toEqual([
      assistant(use("1")),
      user([result("1")]),
      assistant(text("x")),
    ]);
  });

  test("whose call the client has answered by itself keeps that answer, under the workspace's id", () => {
    const own = { type: "tool_result", tool_use_id: "srvtoolu_1", content: "mine" };
    expect(convert(assistant(serverUse("1")), user([own]))).toEqual([
      assistant(use("1")),
      user([{ ...own, tool_use_id: "toolu_1" }]),
    ]);
    // With a result of ours there, the client's is one too many.
    expect(convert(assistant(serverUse("1"), found("1")), user([own, text("x")]))).toEqual([
      assistant(use("1")),
      user([result("1"), text("x")]),
    ]);
  });

  test("keeps cache markers with what they stand on", () => {
    const marker = { type: "ephemeral" };
    const [, message] = convert(assistant(serverUse("1"), { ...found("1"), cache_control: marker }));
    expect(message?.content).toEqual([{ ...result("1"), cache_control: marker }]);
  });

  test("of Anthropic's own search has titles and addresses, and citations that nobody knows are left out", () => {
    const foreign = {
      type: "web_search_tool_result",
      tool_use_id: "srvtoolu_1",
      content: [
        {
          type: "web_search_result",
          url: "https://a.example/",
          title: "A",
          encrypted_content: "EqgfCio=",
          page_age: "1 day",
        },
      ],
    };
    const cited = { ...text("So."), citations: [{ type: "web_search_result_location", url: "https://a.example/" }] };
    const [, results, answer] = convert(assistant(serverUse("1"), foreign, cited));
    expect(JSON.stringify(results)).toContain(
      "https://a.example/\\nDate: 1 day\\n(Its text is not known here any more.)",
    );
    expect(answer).toEqual(assistant({ ...text("So."), citations: null }));
  });

  test("with a fetched page gives its text again", () => {
    const block = resultBlock("web_fetch", "srvtoolu_1", {
      kind: "page",
      page: { url: "https://a.example/", title: "A", text: "The page.", retrievedAt: "2026-11-21T00:00:00.000Z" },
    });
    const [, results] = convert(assistant(serverUse("1", "web_fetch"), block));
    expect(JSON.stringify(results)).toContain(
      "Address: https://a.example/\\nFetched: 2026-11-21T00:00:00.000Z\\n\\nThe page.",
    );
  });

  test("with a refusal gives its reason again, and without the reason its code", () => {
    const block = resultBlock("web_search", "srvtoolu_1", {
      kind: "refused",
      refused: { code: "unavailable", message: "No key." },
    });
    const [, results] = convert(assistant(serverUse("1"), block));
    expect(results?.content).toEqual([
      { type: "tool_result", tool_use_id: "toolu_1", content: "No key. (unavailable)", is_error: true },
    ]);
    const bare = { ...block, content: { type: "web_search_tool_result_error", error_code: "unavailable" } };
    expect(JSON.stringify(convert(assistant(serverUse("1"), bare)))).toContain("It failed: unavailable.");
  });

  test("with a result that belongs to no call is without it", () => {
    expect(convert(assistant(found("9"), text("x")))).toEqual([assistant(text("x"))]);
  });

  test("of other tools of servers stays: the workspace says what it thinks of them", () => {
    const messages = [
      assistant({ type: "server_tool_use", id: "srvtoolu_1", name: "code_execution", input: {} }),
      user("x"),
    ];
    expect(convert(...messages)).toEqual(messages);
  });
});

test("what is not of web tools keeps its bytes", () => {
  const texts = [
    '{ "role":"user",  "content":"q" }',
    '{"content":[{"type":"tool_use","id":"t","name":"B","input":{"n":12345678901234567890}}],"role":"assistant"}',
  ];
  const list = texts.map((one) => ({ text: one, value: JSON.parse(one) as unknown }));
  expect(convertMessages(list)).toEqual({ messages: texts, changed: false });
});

const block = fc.oneof(
  fc.constantFrom("1", "2", "3").map((id) => serverUse(id)),
  fc.constantFrom("1", "2", "3").map((id) => found(id)),
  fc.constant(text("x")),
  fc.constant(bash),
);
const message = fc.oneof(
  fc.array(block, { maxLength: 6 }).map((content) => assistant(...content)),
  fc.constantFrom(user("q"), user([bashResult]), user([text("y")])),
);

test("every call has exactly one result, in the message that follows it, whatever the history", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), (messages) => {
      const out = convert(...messages);
      expect(convert(...messages)).toEqual(out);
      out.forEach(({ role, content }, index) => {
        if (role !== "assistant" || !Array.isArray(content)) return;
        const ids = content.flatMap((one: { type: string; name: string; id: string }) =>
          one.type === "tool_use" && one.name === "web_search" ? [one.id] : [],
        );
        const next = out[index + 1];
        const results = Array.isArray(next?.content)
          ? next.content.flatMap((one: { type: string; tool_use_id: string }) =>
              one.type === "tool_result" ? [one.tool_use_id] : [],
            )
          : [];
        for (const id of new Set(ids)) {
          expect([id, next?.role, results.filter((one) => one === id).length]).toEqual([id, "user", 1]);
        }
      });
      expect(JSON.stringify(out)).not.toMatch(/server_tool_use|web_search_tool_result/);
    }),
  );
});

test("ids and texts come back as they were", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("toolu_01Ab_9", "toolu_0x41", "toolu_bdrk_1", "call-1")),
      (id) => {
        expect(workspaceId(clientId(id.toWellFormed()))).toBe(id.toWellFormed());
        expect(clientId(id.toWellFormed())).toMatch(/^srvtoolu_[A-Za-z0-9_]*$/);
        expect(openText(sealText(id.toWellFormed()))).toBe(id.toWellFormed());
      },
    ),
  );
  expect(clientId("toolu_01Ab_9")).toBe("srvtoolu_01Ab_9");
  for (const token of ["", "EqgfCio=", "mortar1.", "mortar1.!!!", "mortar1.e30=", 5, null])
    expect(openText(token)).toBeUndefined();
});

test("the model reads the same of a result now and in a later turn", () => {
  const results: SearchResult[] = [{ url: "https://a.example/", title: "A ☂", text: "One\ntwo", pageAge: "1 day ago" }];
  const made = resultBlock("web_search", "srvtoolu_1", { kind: "search", results });
  expect(modelResult(JSON.parse(JSON.stringify(made)))).toEqual(modelResult(made));
  expect(modelResult(made).text).toEndWith("1. A ☂\nhttps://a.example/\nDate: 1 day ago\nOne\ntwo");
});
