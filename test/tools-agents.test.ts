// Agents through the binary: a knowledge assistant with sources and examples, a supervisor with tools, their ends.
import { expect, setDefaultTimeout, test } from "bun:test";
import { toolStage } from "./support/tool-stage.ts";

setDefaultTimeout(60_000);

let assistant: string;

const stage = toolStage(["--toolsets", "agents,serving"]);
const { done, refused } = stage;

const column = (data: Record<string, unknown>, name: string): unknown[] =>
  (data["rows"] as unknown[][]).map((row) => row[(data["columns"] as string[]).indexOf(name)]);

test("an assistant is made, gets sources and examples, and answers at its endpoint", async () => {
  const source = { volume_path: "/Volumes/main/default/docs", source_description: "Rules of travel" };
  const made = await done("create_knowledge_assistant", { name: "Travel", description: "Knows the rules", ...source });
  assistant = String(made["agent"]);
  expect(made).toMatchObject({ state: "ACTIVE", endpoint_state: "READY" });
  expect(await refused("create_knowledge_assistant", { name: "Travel", description: "x", ...source })).toContain(
    "already exists",
  );
  const index = { index: "main.default.pieces", text_column: "t", uri_column: "u" };
  const two = await done("add_knowledge_source", { agent: assistant, ...index });
  expect(column(two, "type")).toEqual(["files", "index"]);
  await done("sync_knowledge_sources", { agent: assistant });
  await done("delete_knowledge_source", { source: column(two, "part")[1] });
  const examples = [{ question: "How far?", guidelines: ["In km"] }, { question: "How much?" }];
  expect(await done("add_agent_examples", { agent: assistant, examples })).toMatchObject({ added: 2, known: 0 });
  expect(await done("add_agent_examples", { agent: assistant, examples })).toMatchObject({ added: 0, known: 2 });
  const listed = await done("list_agent_examples", { agent: assistant });
  expect(column(listed, "question")).toEqual(["How far?", "How much?"]);
  await done("delete_agent_example", { example: column(listed, "example")[0] });
  const changed = await done("update_agent", {
    agent: assistant,
    name: "Travel rules",
    instructions: "Name the section.",
  });
  expect(changed).toMatchObject({ name: "Travel rules", instructions: "Name the section.", examples: 1 });
  const asked = { endpoint: changed["endpoint"], input: [{ role: "user", content: "How far?" }] };
  expect(String((await done("invoke_serving_endpoint", asked))["answer"])).toContain("scripted");
});

test("a supervisor has the assistant as a tool", async () => {
  const tools = [{ type: "knowledge_assistant", target: assistant, description: "Rules of travel" }];
  const made = await done("create_supervisor_agent", { name: "Desk", tools });
  const agent = String(made["agent"]);
  expect(column(made, "target")).toEqual([assistant.split("/")[1]]);
  const two = await done("add_supervisor_tool", { agent, type: "genie_space", target: "g1", description: "Sales" });
  expect(column(two, "type")).toEqual(["knowledge_assistant", "genie_space"]);
  await done("delete_supervisor_tool", { tool: column(two, "part")[1] });
  expect(column(await done("get_agent", { agent }), "type")).toEqual(["knowledge_assistant"]);
  expect(column(await done("list_agents", {}), "kind").toSorted()).toEqual(["assistant", "supervisor"]);
  await done("delete_agent", { agent });
  await done("delete_agent", { agent: assistant });
  expect(await refused("get_agent", { agent })).toContain("does not exist");
  expect(await done("list_agents", {})).toMatchObject({ total_matched: 0 });
});
