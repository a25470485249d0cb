// What a dry run shows: everything but secrets, and no more than somebody reads.
import { expect, test } from "bun:test";
import { agents } from "../../agents/launch/agents.ts";
import { Secret } from "../../platform/secret.ts";
import { describePlan } from "./plan.ts";

const start = {
  agent: agents.claude,
  command: ["claude", "-p", "it's a key"],
  env: { A: "the-key", GONE: undefined },
  files: [
    { path: "/x/settings.json", content: '{ "token": "the-key" }\n' },
    { path: "/x/models.json", content: "m".repeat(9_000) },
  ],
  secrets: [new Secret("the-key")],
};

test("has words, variables and files, and no secret", () => {
  const { plan, text } = describePlan(start);
  expect(text).not.toContain("the-key");
  expect(JSON.stringify(plan)).not.toContain("the-key");
  expect(text).toContain(`claude -p 'it'\\''s a key'`);
  expect(text).toContain("  A=***\n  without GONE\n");
  expect(text).toContain('/x/settings.json:\n  { "token": "***" }');
  expect(plan).toMatchObject({ agent: "claude", environment: { A: "***", GONE: null } });
});

test("has the length of what is long", () => {
  const { plan, text } = describePlan(start);
  expect(text).toContain("(9000 characters)");
  expect(text.length).toBeLessThan(500);
  expect(plan.files[1]?.content).toHaveLength(9_000);
});
