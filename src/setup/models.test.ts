// The models that agents are told of.
import { expect, test } from "bun:test";
import type { FoundModel } from "../proxy/models/discover.ts";
import { chooseRoles } from "../proxy/models/roles.ts";
import { agentModelsOf } from "../agents/launch/models.ts";
import { chosenModels, listedModels } from "./models.ts";

const model = (id: string, ...dialects: FoundModel["dialects"]): FoundModel => ({ id, dialects, state: "ready" });
const models = [
  model("system.ai.claude-opus-5-5", "anthropic", "chat"),
  model("system.ai.claude-opus-4-6", "anthropic", "chat"),
  model("system.ai.claude-haiku-5-5", "anthropic"),
  model("system.ai.gpt-5-6", "responses"),
  model("system.ai.gemini-3-5-flash", "gemini"),
  { ...model("system.ai.claude-sonnet-5-5", "anthropic"), state: "forbidden" as const },
];
const choices = chooseRoles(models, {});

test("the newest of each family, and nothing where there is none", () => {
  const all = agentModelsOf({ models }, choices);
  expect(all).toMatchObject({
    opus: "system.ai.claude-opus-5-5",
    codex: "system.ai.gpt-5-6",
    geminiFast: "system.ai.gemini-3-5-flash",
  });
  expect(all.sonnet).toBeUndefined();
  expect(all.listed.map(({ id }) => id)).not.toContain("system.ai.claude-sonnet-5-5");
});

test("a named one takes the place of the newest", () => {
  const all = chosenModels({ models }, choices, {
    opus: "system.ai.claude-opus-4-6",
    model: "system.ai.claude-haiku-5-5",
  });
  expect(all).toMatchObject({
    opus: "system.ai.claude-opus-4-6",
    haiku: "system.ai.claude-haiku-5-5",
    main: "system.ai.claude-haiku-5-5",
  });
});

test("one that is not listed is answered with the nearest", () => {
  const choose = (id: string) => () => chosenModels({ models }, choices, { opus: id });
  expect(choose("system.ai.claude-opus-5-6")).toThrow(
    expect.objectContaining({ code: "not_found", hint: "Did you mean system.ai.claude-opus-5-5?" }),
  );
  expect(choose("qwen")).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("It lists system.ai.claude-opus-5-5") }),
  );
});

test("a role is Claude Code's, and takes no model of another dialect", () => {
  const refused = expect.objectContaining({
    code: "usage",
    hint: expect.stringContaining("system.ai.claude-opus-4-6"),
  });
  expect(() => chosenModels({ models }, choices, { haiku: "system.ai.gpt-5-6" })).toThrow(refused);
  expect(chosenModels({ models }, choices, { model: "system.ai.gpt-5-6" }).main).toBe("system.ai.gpt-5-6");
  const notes: string[] = [];
  expect(
    listedModels({ models }, { haiku: "system.ai.gpt-5-6", opus: "gone", model: "system.ai.gpt-5-6" }, notes),
  ).toEqual({ model: "system.ai.gpt-5-6" });
  expect(notes).toHaveLength(2);
});
