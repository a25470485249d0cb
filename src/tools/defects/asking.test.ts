// Hostile answers to the tools of Genie, vector search, serving and agents: pages that repeat, storms, empty bodies.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench } from "../testing.ts";

const lists = [
  ["list_genie_spaces", {}, "/api/2.0/genie/spaces"],
  ["list_genie_conversations", { space_id: "s" }, "/api/2.0/genie/spaces/s/conversations"],
  ["list_vector_search_endpoints", {}, "/api/2.0/vector-search/endpoints"],
  ["list_vector_indexes", { endpoint: "e" }, "/api/2.0/vector-search/indexes"],
  ["list_agents", { kind: "assistant" }, "/api/2.1/knowledge-assistants"],
  ["list_agent_examples", { agent: "supervisor-agents/1" }, "/api/2.1/supervisor-agents/1/examples"],
] as const;

describe.each(lists)("%s", (name, args, path) => {
  test("ends where the same page comes again and again", async () => {
    await using it = bench({ [`GET ${path}`]: () => ({ next_page_token: "same" }) });
    expect(String((await it.failure(name, args)).code)).toBe("bad_response");
    expect(it.server.received.length).toBeLessThan(4);
  });

  test("waits out a storm", async () => {
    let asked = 0;
    await using it = bench({
      [`GET ${path}`]: () => (++asked < 3 ? refusal(429, "REQUEST_LIMIT_EXCEEDED", "slow down") : {}),
    });
    expect((await it.call(name, args)).data).toMatchObject({ returned: 0, truncated: false });
    expect(asked).toBe(3);
  });

  test("takes an empty body for no answer", async () => {
    await using it = bench({ [`GET ${path}`]: () => new Response("") });
    expect(String((await it.failure(name, args)).code)).toBe("bad_response");
  });
});

const message = "/api/2.0/genie/spaces/s/conversations/c/messages/m";
const place = { space_id: "s", conversation_id: "c", message_id: "m" };

test("a wait goes on after the workspace was away for a moment", async () => {
  const answers = [
    { message_id: "m", conversation_id: "c", status: "ASKING_AI" },
    refusal(503, "TEMPORARILY_UNAVAILABLE", "away"),
    { message_id: "m", conversation_id: "c", status: "COMPLETED" },
  ];
  await using it = bench({ [`GET ${message}`]: () => answers.shift() ?? {} });
  expect((await it.call("get_genie_answer", place)).data).toMatchObject({ status: "COMPLETED" });
});

test.each([
  ["ask_genie", { space_id: "s", question: "?" }, "/api/2.0/genie/spaces/s/start-conversation"],
  ["invoke_serving_endpoint", { endpoint: "e", prompt: "?" }, "/serving-endpoints/e/invocations"],
  ["create_vector_search_endpoint", { endpoint: "e" }, "/api/2.0/vector-search/endpoints"],
] as const)("%s is not sent a second time where nobody knows whether the first was heard", async (name, args, path) => {
  await using it = bench({ [`POST ${path}`]: () => refusal(502, "BAD_GATEWAY", "lost on the way") });
  await it.failure(name, args);
  expect(it.sent(`POST ${path}`)).toHaveLength(1);
});

test("a token that is refused in the middle of a wait ends it with a way to sign in", async () => {
  const answers = [{ message_id: "m", conversation_id: "c", status: "ASKING_AI" }];
  await using it = bench({
    [`GET ${message}`]: () => answers.shift() ?? refusal(401, "UNAUTHENTICATED", "The token has expired"),
  });
  const error = await it.failure("get_genie_answer", place);
  expect([String(error.code), error.hint]).toEqual(["token_rejected", expect.stringContaining("mortar auth login")]);
});
