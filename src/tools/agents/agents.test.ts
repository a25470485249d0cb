// The agents toolset: what is sent for sources, tools and examples, waits, and what is left when something in between fails.
import { describe, expect, test } from "bun:test";
import { refusal } from "../../workspace/testing.ts";
import { bench, rowsOf, type Routes } from "../testing.ts";
import { loadTool } from "../toolsets.ts";

const api = "/api/2.1";
const ka = "knowledge-assistants/k1";
const sa = "supervisor-agents/s1";
const assistant = (more: object = {}) => ({
  name: ka,
  display_name: "Rules",
  state: "ACTIVE",
  endpoint_name: "ka-1-endpoint",
  ...more,
});
const supervisor = { name: sa, display_name: "Desk", endpoint_name: "mas-1-endpoint" };

const routes: Routes = {
  [`GET ${api}/${ka}`]: () => assistant(),
  [`GET ${api}/${ka}/knowledge-sources`]: () => ({}),
  [`GET ${api}/${ka}/examples`]: () => ({}),
  [`GET ${api}/${sa}`]: () => supervisor,
  [`GET ${api}/${sa}/tools`]: () => ({}),
  [`GET ${api}/${sa}/examples`]: () => ({}),
  "GET /api/2.0/serving-endpoints/ka-1-endpoint": () => ({ name: "ka-1-endpoint", state: { ready: "READY" } }),
};

describe("agents", () => {
  test("of both kinds are listed and found by name; a workspace without one kind has the other", async () => {
    await using it = bench({
      [`GET ${api}/knowledge-assistants`]: ({ search }) =>
        search === "" ? { next_page_token: "2" } : { knowledge_assistants: [assistant()] },
    });
    expect(rowsOf(await it.call("list_agents", { name_filter: "rul" }))).toMatchObject([
      { agent: ka, kind: "assistant", state: "ACTIVE", endpoint: "ka-1-endpoint" },
    ]);
  });

  test("tell what they draw on, and whether their endpoint answers", async () => {
    await using it = bench({
      ...routes,
      [`GET ${api}/${ka}/knowledge-sources`]: () => ({
        knowledge_sources: [
          {
            name: `${ka}/knowledge-sources/1`,
            source_type: "files",
            files: { path: "/Volumes/a/b/c" },
            state: "UPDATED",
          },
        ],
      }),
      [`GET ${api}/${ka}/examples`]: () => ({ examples: [{}, {}] }),
      [`GET ${api}/${sa}/tools`]: () => ({
        tools: [
          { name: `${sa}/tools/g`, tool_type: "genie_space", genie_space: { id: "g1" }, description: "Sales" },
          { name: `${sa}/tools/w`, tool_type: "databricks_web_search", web_search: {} },
        ],
      }),
    });
    const one = await it.call("get_agent", { agent: ka });
    expect(one.data).toMatchObject({ kind: "assistant", endpoint_state: "READY", examples: 2, name: "Rules" });
    expect(rowsOf(one)).toMatchObject([{ type: "files", target: "/Volumes/a/b/c", state: "UPDATED" }]);
    const other = await it.call("get_agent", { agent: sa });
    expect(other.data["endpoint_state"]).toBeUndefined();
    expect(rowsOf(other)).toMatchObject([
      { type: "genie_space", target: "g1", description: "Sales" },
      { type: "databricks_web_search", target: null },
    ]);
  });

  test.each(["k1", "knowledge-assistants/", "knowledge-assistants/a/b", "tiles/x", "../x"])(
    "are not called %p",
    async (agent) => {
      await using it = bench(routes);
      expect(String((await it.failure("get_agent", { agent })).code)).toBe("invalid_input");
      expect(it.server.received).toEqual([]);
    },
  );

  test("that are being made are waited for, and that failed say why", async () => {
    const states = ["CREATING", "CREATING", "FAILED"];
    await using it = bench({
      ...routes,
      [`GET ${api}/${ka}`]: () => assistant({ state: states.shift() ?? "FAILED", error_info: "No documents" }),
    });
    const { data, failed } = await it.call("get_agent", { agent: ka, wait_seconds: 50 });
    expect(data).toMatchObject({ state: "FAILED", error: "No documents" });
    expect(failed).toBe(true);
    expect(it.progress).toEqual(["the agent is CREATING", "the agent is CREATING"]);
  });

  test("are changed by a mask of the API's own names", async () => {
    const masks: (string | null)[] = [];
    await using it = bench({
      ...routes,
      [`PATCH ${api}/${ka}`]: ({ search }) => {
        masks.push(new URLSearchParams(search).get("update_mask"));
        return assistant();
      },
    });
    await it.call("update_agent", { agent: ka, name: "New", instructions: "" });
    expect(masks).toEqual(["display_name,instructions"]);
    expect(it.sent(`PATCH ${api}/${ka}`)).toEqual([{ display_name: "New", instructions: "" }]);
    expect((await it.failure("update_agent", { agent: ka })).message).toContain("nothing to change");
  });

  test("are deleted after a question with their names", async () => {
    await using it = bench({ ...routes, [`DELETE ${api}/${ka}`]: () => ({}) });
    const tool = await loadTool("delete_agent");
    expect(String(await tool?.confirm?.(tool.input.parse({ agent: ka }), it.context))).toContain("“Rules”");
    expect((await it.call("delete_agent", { agent: ka })).data).toEqual({ agent: ka, name: "Rules", state: "DELETED" });
  });
});

describe("a knowledge assistant", () => {
  const made: Routes = { ...routes, [`POST ${api}/knowledge-assistants`]: () => assistant({ state: "CREATING" }) };
  const sources = `POST ${api}/${ka}/knowledge-sources`;

  test.each([
    [
      { volume_path: "/Volumes/main/docs/rules" },
      { source_type: "files", files: { path: "/Volumes/main/docs/rules" } },
    ],
    [
      { index: "main.docs.pieces", text_column: "t", uri_column: "u" },
      { source_type: "index", index: { index_name: "main.docs.pieces", text_col: "t", doc_uri_col: "u" } },
    ],
    [
      { table: "main.docs.files", file_column: "f" },
      { source_type: "file_table", file_table: { table_name: "main.docs.files", file_col: "f" } },
    ],
  ])("is made with the source %j", async (args, body) => {
    await using it = bench({ ...made, [sources]: () => ({ name: `${ka}/knowledge-sources/1` }) });
    const { data } = await it.call("create_knowledge_assistant", { name: "Rules", description: "Travel", ...args });
    expect(data).toMatchObject({ agent: ka, state: "ACTIVE" });
    expect(it.sent(`POST ${api}/knowledge-assistants`)).toEqual([{ display_name: "Rules", description: "Travel" }]);
    expect(it.sent(sources)).toMatchObject([body]);
    expect(String(it.sent(sources)[0]?.["description"])).toContain("Documents from");
  });

  test.each([
    [{}, "one of"],
    [{ volume_path: "/Volumes/a/b/c", table: "a.b.c" }, "one of"],
    [{ volume_path: "dbfs:/x" }, "/Volumes/"],
    [{ index: "a.b.c", text_column: "t" }, "uri_column"],
    [{ table: "a.b.c" }, "file_column"],
  ])("is not begun with %j", async (args, message) => {
    await using it = bench({});
    const error = await it.failure("create_knowledge_assistant", { name: "Rules", description: "Travel", ...args });
    expect(error.message).toContain(message);
    expect(it.server.received).toEqual([]);
  });

  test("whose source is refused is named, so that it is not made twice", async () => {
    await using it = bench({ ...made, [sources]: () => refusal(403, "PERMISSION_DENIED", "no READ VOLUME") });
    const args = { name: "Rules", description: "Travel", volume_path: "/Volumes/a/b/c" };
    const error = await it.failure("create_knowledge_assistant", args);
    expect([String(error.code), error.message]).toEqual([
      "permission_denied",
      expect.stringContaining("no READ VOLUME"),
    ]);
    expect(error.hint).toContain(ka);
  });

  test("gets sources, reads them anew, and gives them back", async () => {
    const source = `${ka}/knowledge-sources/1`;
    await using it = bench({
      ...routes,
      [sources]: () => ({}),
      [`POST ${api}/${ka}/knowledge-sources:sync`]: () => ({}),
      [`DELETE ${api}/${source}`]: () => ({}),
    });
    await it.call("add_knowledge_source", { agent: ka, volume_path: "/Volumes/a/b/c", source_name: "More" });
    await it.call("sync_knowledge_sources", { agent: ka });
    expect((await it.call("delete_knowledge_source", { source })).data).toMatchObject({ agent: ka, state: "DELETED" });
    expect(it.sent(sources)).toMatchObject([{ display_name: "More" }]);
    expect(String((await it.failure("delete_knowledge_source", { source: ka })).code)).toBe("invalid_input");
    expect((await it.failure("sync_knowledge_sources", { agent: sa })).message).toContain("not a knowledge assistant");
  });
});

describe("a supervisor", () => {
  const made: Routes = { ...routes, [`POST ${api}/supervisor-agents`]: () => supervisor };
  const tools = `POST ${api}/${sa}/tools`;

  test("gets each tool in the API's form", async () => {
    const ids: (string | null)[] = [];
    await using it = bench({
      ...made,
      [tools]: ({ search }) => {
        ids.push(new URLSearchParams(search).get("tool_id"));
        return {};
      },
    });
    const given = [
      { type: "genie_space", target: "g1", description: "Sales" },
      { type: "knowledge_assistant", target: ka, description: "Rules" },
      { type: "uc_function", target: "main.ml.score", description: "Scores" },
      { type: "databricks_web_search", description: "The web" },
    ];
    await it.call("create_supervisor_agent", { name: "Desk", tools: given });
    expect(it.sent(tools)).toEqual([
      { tool_type: "genie_space", description: "Sales", genie_space: { space_id: "g1", id: "g1" } },
      { tool_type: "knowledge_assistant", description: "Rules", knowledge_assistant: { knowledge_assistant_id: "k1" } },
      { tool_type: "uc_function", description: "Scores", uc_function: { name: "main.ml.score" } },
      { tool_type: "databricks_web_search", description: "The web", web_search: {} },
    ]);
    expect(ids).toEqual([
      "genie-space-g1",
      "knowledge-assistant-knowledge-assistants-k1",
      "uc-function-main-ml-score",
      "databricks-web-search-web",
    ]);
  });

  test("with a tool that lacks its target is not begun", async () => {
    await using it = bench({});
    const list = [{ type: "app", description: "x" }];
    expect((await it.failure("create_supervisor_agent", { name: "Desk", tools: list })).message).toContain("target");
    expect(it.server.received).toEqual([]);
  });

  test("whose second tool is refused is named, with what it has", async () => {
    let count = 0;
    await using it = bench({
      ...made,
      [tools]: () => (++count > 1 ? refusal(404, "RESOURCE_DOES_NOT_EXIST", "no such space") : {}),
    });
    const list = ["g1", "g2"].map((target) => ({ type: "genie_space", target, description: "x" }));
    const error = await it.failure("create_supervisor_agent", { name: "Desk", tools: list });
    expect(error.message).toContain("with 1 tools");
    expect(error.hint).toContain(sa);
  });

  test("gets a tool, and gives it back", async () => {
    const tool = `${sa}/tools/t`;
    await using it = bench({ ...routes, [tools]: () => ({}), [`DELETE ${api}/${tool}`]: () => ({}) });
    await it.call("add_supervisor_tool", { agent: sa, type: "app", target: "desk", description: "x" });
    expect((await it.call("delete_supervisor_tool", { tool })).data).toMatchObject({ agent: sa });
    expect(String((await it.failure("delete_supervisor_tool", { tool: `${ka}/tools/t` })).code)).toBe("invalid_input");
    expect(
      (await it.failure("add_supervisor_tool", { agent: ka, type: "app", target: "x", description: "x" })).message,
    ).toContain("not a supervisor");
  });
});

describe("examples", () => {
  const examples = `POST ${api}/${ka}/examples`;
  const asked = (question: string) => ({ question, guidelines: [] as string[] });

  test("are added once the assistant is active; those that it has are left out, and a refusal stops none", async () => {
    const states = ["CREATING", "ACTIVE"];
    await using it = bench({
      ...routes,
      [`GET ${api}/${ka}`]: () => assistant({ state: states.shift() ?? "ACTIVE" }),
      [`GET ${api}/${ka}/examples`]: () => ({ examples: [{ name: `${ka}/examples/1`, question: "a" }] }),
      [examples]: (_request, { question }) =>
        question === "b" ? refusal(400, "INVALID_PARAMETER_VALUE", "too short") : {},
    });
    const args = {
      agent: ka,
      examples: [asked("a"), asked("b"), { question: "c", guidelines: ["be brief"] }, asked("c")],
    };
    const { data } = await it.call("add_agent_examples", args);
    expect(data).toMatchObject({ added: 1, known: 2, failed: [expect.stringContaining("too short")] });
    expect(it.sent(examples)).toEqual([asked("b"), { question: "c", guidelines: ["be brief"] }]);
  });

  test("are not kept in memory for an assistant that is still being made", async () => {
    await using it = bench({ ...routes, [`GET ${api}/${ka}`]: () => assistant({ state: "CREATING" }) });
    const error = await it.failure("add_agent_examples", { agent: ka, examples: [asked("a")], wait_seconds: 1 });
    expect([String(error.code), error.hint]).toEqual(["invalid_state", expect.stringContaining("again")]);
    expect(it.sent(examples)).toEqual([]);
  });

  test("come from the JSON files of a folder, too", async () => {
    const folder = "/Volumes/main/docs/rules";
    const files: Record<string, string> = {
      "a.json": '{"question": "one", "guideline": "short"}',
      "b.json": '{"question": "two", "guidelines": ["x", "y"]}',
      "c.json": "no json",
    };
    const contents = [...Object.keys(files), "d.pdf"].map((name) => ({
      name,
      path: `${folder}/${name}`,
      is_directory: false,
    }));
    await using it = bench({
      ...routes,
      [examples]: () => ({}),
      [`GET /api/2.0/fs/directories${folder}`]: () => ({ contents }),
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `GET /api/2.0/fs/files${folder}/${name}`,
          () => new Response(text),
        ]),
      ),
    });
    expect((await it.call("add_agent_examples", { agent: ka, volume_path: `${folder}/` })).data).toMatchObject({
      added: 2,
    });
    expect(it.sent(examples)).toEqual([
      { question: "one", guidelines: ["short"] },
      { question: "two", guidelines: ["x", "y"] },
    ]);
    expect((await it.failure("add_agent_examples", { agent: ka })).message).toContain("no examples");
  });

  test("are listed and deleted by their names", async () => {
    const example = `${ka}/examples/1`;
    await using it = bench({
      [`GET ${api}/${ka}/examples`]: () => ({ examples: [{ name: example, question: "a", guidelines: ["x", "y"] }] }),
      [`DELETE ${api}/${example}`]: () => ({}),
    });
    expect(rowsOf(await it.call("list_agent_examples", { agent: ka }))).toEqual([
      { example, question: "a", guidelines: "x; y" },
    ]);
    expect((await it.call("delete_agent_example", { example })).data).toMatchObject({ agent: ka });
    expect(String((await it.failure("delete_agent_example", { example: ka })).code)).toBe("invalid_input");
  });
});
