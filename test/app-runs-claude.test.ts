// A run of the app with real Claude Code as its agent, the emulator's workspace for its tools and its scripted model, and a
// person who answers what is asked.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { claudeEngine } from "../src/app/agent/claude/claude.ts";
import { stage, until, type Stage } from "../src/app/runs/testing-runs.ts";
import { startTestEmulator, type TestEmulator } from "../src/emulator/testing-server.ts";
import { selectTools } from "../src/tools/selection.ts";
import { toolFolder } from "./support/tools.ts";

let emulator: TestEmulator;
let app: Stage;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const platform = `${process.platform}-${process.arch}`;
  const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
  app = await stage({
    host: emulator.host,
    tokenOf: () => emulator.token,
    parts: { engines: [claudeEngine], selection: selectTools({ toolsets: ["all"] }), handoverMs: 300 },
    deps: { env: { PATH: `${folder}:${process.env["PATH"]}` } },
  });
}, 60_000);

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await emulator.dispose();
});

const chart = { type: "bar", columns: ["city", "n"], rows: [["Ulm", 3]], x: "city", y: ["n"] };

test("asks before it changes something, draws a chart, hands over what is slow, and remembers", async () => {
  await emulator.control("PUT scenario", {
    conversations: [
      {
        turns: [
          { text: "I look.", tools: [{ name: "mcp__databricks__get_current_user", input: {} }] },
          {
            text: "Now a scope.",
            tools: [{ name: "mcp__databricks__create_secret_scope", input: { scope: "app-scope" } }],
          },
          { text: "And a chart.", tools: [{ name: "mcp__app__show_chart", input: chart }] },
          { text: "All is done." },
          { text: "Yes, I remember." },
        ],
      },
    ],
  });
  await emulator.control("POST faults", { kind: "latency", delay_ms: 900, times: 0, path: "/api/2.0/preview/scim/**" });
  const project = await app.project();
  const { conversation_id } = await app.send({
    project_id: project.id,
    message: "Show me the jobs",
    model: "claude-opus-5-5",
  });
  const approval = await until(async () => (await app.store.approvals.pending(conversation_id))[0]);
  expect(approval).toMatchObject({ tool_name: "mcp__databricks__create_secret_scope", effect: "write" });
  expect(approval.tool_use_id).toMatch(/^toolu/);
  await app.runs.decide(approval.id, "allow_once", "ann@example.com");
  const events = await app.toEnd(conversation_id);
  expect(events.at(-1)).toMatchObject({ type: "stream.completed", status: "completed" });
  expect(events.filter(({ type }) => type === "approval.requested")).toHaveLength(1);
  const operations = events.flatMap((event) => (event.type === "operation" ? [event.operation] : []));
  expect(operations[0]).toMatchObject({ tool_name: "get_current_user", status: "running" });
  const { messages } = await app.store.messages.page(conversation_id, { limit: 10 });
  expect(messages[1]?.content).toBe("I look.\n\nNow a scope.\n\nAnd a chart.\n\nAll is done.");
  expect(messages[1]?.blocks.flatMap((block) => (block.type === "tool" ? [block] : []))).toMatchObject([
    { tool_name: "mcp__databricks__get_current_user", operation_id: operations[0]?.id },
    {
      tool_name: "mcp__databricks__create_secret_scope",
      approval: { decision: "allow_once" },
      result: { is_error: false },
    },
    { tool_name: "mcp__app__show_chart", tool_input: chart, result: { structured: { shown: true } } },
  ]);
  await app.send({ project_id: project.id, conversation_id, message: "Do you remember?" });
  const more = await app.toEnd(conversation_id, events.length);
  // The scripted model is where it was: the agent went on from its own transcript.
  expect(more.find(({ type }) => type === "text")).toMatchObject({ text: "Yes, I remember." });
}, 90_000);
