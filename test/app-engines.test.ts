// Real Claude Code as the app's engine, on the emulator's scripted model: what it says becomes events, it goes on from a
// transcript, and it does not leave its project.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { claudeEngine } from "../src/app/agent/claude/claude.ts";
import type { AgentEvent } from "../src/app/contract/events.ts";
import { createStage, only, type EngineStage } from "./support/app-agent.ts";
import { claudeCode } from "./support/real-agents.ts";

const model = "databricks-claude-sonnet-5-5";
const echo = "mcp__app__echo";
let stage: EngineStage;

beforeAll(async () => {
  const [program = ""] = await claudeCode.program();
  stage = await createStage(program, model);
}, 60_000);

afterAll(() => stage[Symbol.asyncDispose]());

const kinds = (events: readonly AgentEvent[]): readonly string[] => events.map(({ type }) => type);

describe("a turn", () => {
  test("comes as events: thinking, text once, calls with results, the plan, cost", async () => {
    await stage.script([
      {
        thinking: "I think.",
        text: `I write ${stage.project}/n.txt now.`,
        tools: [
          { name: echo, input: { a: "yes" } },
          { name: "Write", input: { file_path: join(stage.project, "n.txt"), content: "A" } },
          { name: "TaskCreate", input: { subject: "One", description: "d" } },
        ],
      },
      { text: "Done." },
    ]);
    const events = await stage.run(claudeEngine);
    expect(kinds(events)[0]).toBe("system");
    expect(only(events, "thinking")).toEqual([{ type: "thinking", thinking: "I think." }]);
    expect(only(events, "text").map(({ text }) => text)).toEqual(["I write n.txt now.", "Done."]);
    const pieces = only(events, "text_delta").map(({ text }) => text);
    expect(pieces.join("")).toBe("I write n.txt now.Done.");
    const calls = only(events, "tool_use");
    expect(calls.map(({ tool_name, tool_input }) => [tool_name, tool_input])).toEqual([
      [echo, { a: "yes" }],
      ["Write", { file_path: "n.txt", content: "A" }],
      ["TaskCreate", { subject: "One", description: "d" }],
    ]);
    const results = only(events, "tool_result");
    expect(results.map(({ is_error }) => is_error)).toEqual([false, false, false]);
    expect(results[0]?.structured).toEqual({ said: { a: "yes" } });
    expect(results.every(({ duration_ms = -1 }) => duration_ms >= 0)).toBe(true);
    expect(only(events, "todos")).toEqual([{ type: "todos", todos: [{ content: "One", status: "pending" }] }]);
    expect(events.at(-1)).toMatchObject({ type: "result", is_error: false, num_turns: 4 });
    expect(only(events, "result")[0]?.total_cost_usd).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toContain(stage.root);
    expect(await readFile(join(stage.project, "n.txt"), "utf8")).toBe("A");
    expect(stage.asked.map(({ tool_name }) => tool_name)).toEqual([echo, "Write"]);
  }, 60_000);
});
