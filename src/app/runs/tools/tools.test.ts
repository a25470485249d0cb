import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import type { CallToolResult, Client } from "@modelcontextprotocol/client";
import { startTestEmulator, type TestEmulator } from "../../../emulator/testing-server.ts";
import { isObject } from "../../../platform/json.ts";
import { selectTools } from "../../../tools/selection.ts";
import { termsOf } from "../../../tools/terms.ts";
import type { EngineRequest } from "../../agent/engine.ts";
import type { AgentEvent, Operation } from "../../contract/events.ts";
import { clientOf, done, stage, until, type Stage, type StageOptions } from "../testing-runs.ts";

let emulator: TestEmulator;
beforeAll(async () => {
  emulator = await startTestEmulator();
}, 60_000);
afterAll(() => emulator.dispose());
beforeEach(() => emulator.control("DELETE faults"));

interface Agent {
  readonly databricks: Client;
  readonly app: Client;
  readonly request: EngineRequest;
  say(event: AgentEvent): void;
}

/** A run whose agent does `work`, on the emulator's workspace. */
async function working(work: (agent: Agent) => Promise<void>, options: StageOptions = {}): Promise<Stage> {
  return await stage({
    host: emulator.host,
    tokenOf: () => emulator.token,
    ...options,
    parts: { selection: selectTools({ toolsets: ["all"] }), ...options.parts },
    script: async function* (request): AsyncGenerator<AgentEvent> {
      const [databricks, app] = await Promise.all([clientOf(request, "databricks"), clientOf(request, "app")]);
      const said: AgentEvent[] = [];
      try {
        await work({ databricks, app, request, say: (event) => said.push(event) });
      } finally {
        await Promise.all([databricks.close(), app.close()]);
      }
      yield* said;
      yield done();
    },
  });
}

const call = async (client: Client, name: string, input: Record<string, unknown> = {}): Promise<CallToolResult> =>
  (await client.callTool({ name, arguments: input })) as CallToolResult;

function textOf({ content }: CallToolResult): string {
  return content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
}

async function toTheEnd(app: Stage, more: object = {}) {
  const project = await app.project();
  const started = await app.send({ project_id: project.id, ...more });
  return { project, ...started, events: await app.toEnd(started.conversation_id) };
}

describe("our tools", () => {
  test("act on the workspace as the run's user, and show no output schema", async () => {
    const results: CallToolResult[] = [];
    const listed: string[] = [];
    await using app = await working(async ({ databricks }) => {
      results.push(await call(databricks, "get_current_user"));
      for (const tool of (await databricks.listTools()).tools) {
        listed.push(tool.name);
        expect(tool.outputSchema).toBeUndefined();
      }
    });
    const { events } = await toTheEnd(app);
    expect(events.at(-1)).toMatchObject({ status: "completed" });
    expect(results[0]?.isError).toBeUndefined();
    expect(results[0]?.structuredContent).toBeDefined();
    expect(listed).toContain("list_jobs");
    for (const gone of ["sign_in", "switch_workspace", "list_profiles"]) expect(listed).not.toContain(gone);
  });

  test("touch no file of the machine on a shared server, and only those of the project else", async () => {
    const listed: Record<string, string[]> = {};
    const refusals: CallToolResult[] = [];
    const places = ["/etc/passwd", "~/.databrickscfg", "../../app.db"];
    for (const isShared of [true, false]) {
      await using app = await working(
        async ({ databricks }) => {
          listed[String(isShared)] = (await databricks.listTools()).tools.map(({ name }) => name);
          if (isShared) return;
          for (const source of places) {
            refusals.push(await call(databricks, "upload_to_workspace", { source, path: "/Shared/x" }));
          }
        },
        { parts: { isShared } },
      );
      await toTheEnd(app, { permission_mode: "everything" });
    }
    expect(listed["true"]).not.toContain("upload_to_workspace");
    expect(listed["false"]).toContain("upload_to_workspace");
    expect(refusals).toHaveLength(places.length);
    for (const refusal of refusals) {
      expect(refusal.isError).toBe(true);
      expect(textOf(refusal)).toContain("error_code: permission_denied");
    }
  });

  test("of a skill that is off are not there", async () => {
    const listed: string[][] = [];
    await using app = await working(async ({ databricks, request }) => {
      listed.push(
        (await databricks.listTools()).tools.map(({ name }) => name),
        [request.systemPrompt],
      );
    });
    const project = await app.project();
    await app.projects.open(project.id);
    const { skills } = await app.projects.skills.list(project.id);
    const off = skills.find(({ tools }) => tools.includes("list_jobs") || tools.some((name) => name.includes("job")));
    const names = skills.filter(({ name }) => name !== off?.name).map(({ name }) => name);
    await app.projects.skills.setEnabled(project.id, names);
    const hidden = await app.projects.skills.hiddenTools(project.id);
    expect(hidden.length).toBeGreaterThan(0);
    const { conversation_id } = await app.send({ project_id: project.id });
    await app.toEnd(conversation_id);
    for (const name of hidden) expect(listed[0]).not.toContain(name);
    expect(listed[1]?.[0]).not.toContain(`\`${off?.name}\``);
  });

  test("that change something ask the person, also where the agent's program does not", async () => {
    const results: CallToolResult[] = [];
    await using app = await working(async ({ databricks }) => {
      results.push(await call(databricks, "create_secret_scope", { scope: "made-unasked" }));
    });
    const project = await app.project();
    const { conversation_id } = await app.send({ project_id: project.id });
    const approval = await until(async () => (await app.store.approvals.pending(conversation_id))[0]);
    expect(approval.tool_name).toBe("mcp__databricks__create_secret_scope");
    await app.runs.decide(approval.id, "deny", "ann@example.com");
    await app.toEnd(conversation_id);
    expect(results[0]?.isError).toBe(true);
    expect(textOf(results[0] ?? { content: [] })).toContain("not_confirmed");
  });

  test("that were allowed by the agent's own question are not asked about again", async () => {
    const results: CallToolResult[] = [];
    const input = { scope: "made-with-a-yes" };
    await using app = await working(async (agent) => {
      const question = { tool_name: "mcp__databricks__create_secret_scope", input, tool_use_id: "t" };
      await agent.app.callTool({ name: "approve", arguments: question });
      results.push(await call(agent.databricks, "create_secret_scope", input));
    }, {});
    const project = await app.project();
    const { conversation_id } = await app.send({ project_id: project.id });
    const approval = await until(async () => (await app.store.approvals.pending(conversation_id))[0]);
    await app.runs.decide(approval.id, "allow_once", "ann@example.com");
    const events = await app.toEnd(conversation_id);
    expect(events.filter(({ type }) => type === "approval.requested")).toHaveLength(1);
    expect(textOf(results[0] ?? { content: [] })).not.toContain("not_confirmed");
  });
});

describe("what is protected", () => {
  test("stays so, whatever the agent may do unasked", async () => {
    const results: CallToolResult[] = [];
    const selection = selectTools({ toolsets: ["all"], terms: termsOf({ protect: ["main"] }) });
    await using app = await working(
      async ({ databricks }) => {
        results.push(await call(databricks, "execute_sql", { sql: "CREATE SCHEMA main.taken" }));
      },
      { parts: { selection } },
    );
    await toTheEnd(app, { permission_mode: "everything" });
    expect(textOf(results[0] ?? { content: [] })).toContain("error_code: protected");
  });
});

describe("a slow call", () => {
  const slow = (delay_ms: number) =>
    emulator.control("POST faults", { kind: "latency", delay_ms, times: 0, path: "/api/2.0/preview/scim/**" });

  const handedTo = (result: CallToolResult): string => {
    const { structuredContent } = result;
    expect(JSON.parse(textOf(result))).toEqual(structuredContent);
    expect(structuredContent).toMatchObject({ status: "async", tool_name: "get_current_user" });
    const id = isObject(structuredContent) ? structuredContent["operation_id"] : undefined;
    if (typeof id !== "string") throw new Error("no operation");
    return id;
  };

  test("goes on in the background, and the agent waits for its result", async () => {
    await slow(400);
    const results: CallToolResult[] = [];
    await using app = await working(
      async (agent) => {
        const operation_id = handedTo(await call(agent.databricks, "get_current_user"));
        results.push(await call(agent.app, "list_operations", { status: "running" }));
        results.push(await call(agent.app, "check_operation_status", { operation_id }));
        results.push(await call(agent.app, "check_operation_status", { operation_id, wait_seconds: 20 }));
      },
      { parts: { handoverMs: 20 } },
    );
    const { events, conversation_id } = await toTheEnd(app);
    const [listed, early, late] = results.map((one) => one.structuredContent as Record<string, unknown>);
    expect(listed?.["operations"]).toMatchObject([{ tool_name: "get_current_user", status: "running" }]);
    expect(early).toMatchObject({ status: "running" });
    expect(early).not.toHaveProperty("result");
    expect(late).toMatchObject({ status: "completed" });
    expect(isObject(late?.["result"])).toBe(true);
    const operations = events.flatMap((event) => (event.type === "operation" ? [event.operation] : []));
    expect(operations.map(({ status }) => status)).toEqual(["running", "completed"]);
    expect(await app.store.operations.list(conversation_id)).toMatchObject([{ status: "completed" }]);
  });

  test("outlasts its run, and is told in the conversation", async () => {
    await slow(400);
    await using app = await working(
      async ({ databricks }) => void handedTo(await call(databricks, "get_current_user")),
      { parts: { handoverMs: 20 } },
    );
    const { conversation_id, events } = await toTheEnd(app);
    expect(events.at(-1)?.type).toBe("stream.completed");
    const last = events.length;
    const later = await until(async () => {
      const page = await app.store.events.after(conversation_id, last, 10);
      return page.events.length > 0 && page.events;
    });
    expect(later).toMatchObject([{ type: "operation", seq: last + 1, operation: { status: "completed" } }]);
  });

  test("is cancelled by the agent and from the page", async () => {
    await slow(600_000);
    const results: CallToolResult[] = [];
    const ids: string[] = [];
    await using app = await working(
      async (agent) => {
        for (let at = 0; at < 2; at++) ids.push(handedTo(await call(agent.databricks, "get_current_user")));
        results.push(await call(agent.app, "cancel_operation", { operation_id: ids[0] ?? "" }));
      },
      { parts: { handoverMs: 20 } },
    );
    await toTheEnd(app);
    expect(results[0]?.structuredContent).toMatchObject({ status: "cancelled" });
    expect(await app.runs.cancelOperation(ids[1] ?? "")).toMatchObject({ status: "cancelled" });
    expect(await app.runs.cancelOperation(ids[1] ?? "")).toMatchObject({ status: "cancelled" });
    const unknown = await app.runs.cancelOperation("nothing").catch((thrown: unknown) => thrown);
    expect(unknown).toMatchObject({ code: "not_found" });
  });

  test("is cancelled by way of another replica", async () => {
    await slow(600_000);
    let id = "";
    await using app = await working(
      async ({ databricks }) => {
        id = handedTo(await call(databricks, "get_current_user"));
      },
      { parts: { handoverMs: 20 } },
    );
    const other = await app.another();
    await toTheEnd(app);
    expect(await other.cancelOperation(id)).toMatchObject({ status: "cancelled" });
  }, 60_000);

  test("is nobody's to see but the user's and the conversation's", async () => {
    await slow(300);
    let id = "";
    const results: CallToolResult[] = [];
    await using app = await working(
      async (agent) => {
        if (id === "") id = handedTo(await call(agent.databricks, "get_current_user"));
        else {
          for (const name of ["check_operation_status", "cancel_operation"]) {
            results.push(await call(agent.app, name, { operation_id: id }));
          }
          results.push(await call(agent.app, "list_operations"));
        }
      },
      { parts: { handoverMs: 20 } },
    );
    const { project, conversation_id } = await toTheEnd(app);
    // Another conversation of the same person, then another person in the same conversation.
    const second = await app.send({ project_id: project.id });
    await app.toEnd(second.conversation_id);
    await app.store.projects.share(project.id, "bob@example.com", "work");
    const last = await app.store.events.lastSeq(conversation_id);
    await app.send({ project_id: project.id, conversation_id }, "bob@example.com");
    await app.toEnd(conversation_id, last);
    expect(results.map(({ isError }) => isError)).toEqual([true, true, undefined, true, true, undefined]);
    expect(textOf(results[0] ?? { content: [] })).toContain("not_found");
    for (const at of [2, 5]) expect(results[at]?.structuredContent).toMatchObject({ operations: [] });
  });

  test("that the run's stop finds under way ends with it", async () => {
    await slow(600_000);
    await using app = await working(async ({ databricks }) => {
      await call(databricks, "get_current_user").catch(() => undefined);
    });
    const project = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: project.id });
    await until(async () => (await app.store.events.lastSeq(conversation_id)) > 0);
    expect(await app.runs.stop(execution_id)).toBe(true);
    expect(await app.store.operations.list(conversation_id)).toEqual([]);
  });
});

describe("an operation", () => {
  test("that its server left is lost, and that is told", async () => {
    const app = await stage();
    await using _app = app;
    const project = await app.project();
    const { conversation_id, execution_id } = await app.send({ project_id: project.id });
    const events = await app.toEnd(conversation_id);
    const operation: Operation = {
      id: crypto.randomUUID(),
      conversation_id,
      run_id: execution_id,
      tool_name: "run_job",
      status: "running",
      started_at: new Date().toISOString(),
    };
    await app.store.operations.put({ ...operation, project_id: project.id, user: "ann@example.com" });
    await app.runs.close();
    await app.another({ same: true });
    expect(await app.store.operations.get(operation.id)).toMatchObject({ status: "lost" });
    const later = await until(async () => {
      const page = await app.store.events.after(conversation_id, events.length, 10);
      return page.events.length > 0 && page.events;
    });
    expect(later).toMatchObject([{ type: "operation", operation: { id: operation.id, status: "lost" } }]);
  });
});

describe("show_chart", () => {
  const chart = { type: "bar", columns: ["city", "sales"], rows: [["Ulm", 3]], x: "city", y: ["sales"] };
  const wrong: readonly (readonly [string, object])[] = [
    ["rows: Too small", { rows: [] }],
    ["rows[0] has 3 cells for 2 columns", { rows: [["Ulm", 3, 4]] }],
    ['x is "town", which is no column', { x: "town" }],
    ['y names "sums"', { y: ["sums"] }],
    ["holds no number", { rows: [["Ulm", "many"]] }],
    ["type: Invalid option", { type: "<script>" }],
    ["Unrecognized key", { onclick: "alert(1)" }],
    ["a pie has one column in y", { type: "pie", y: ["sales", "city"], rows: [[1, 2]] }],
    ['names "city" twice', { columns: ["city", "city"] }],
    ["rows[0][0]", { rows: [[{ html: "<b>" }, 3]] }],
  ];

  test("takes a chart, and says what is wrong with what is none", async () => {
    const results: CallToolResult[] = [];
    await using app = await working(async (agent) => {
      results.push(await call(agent.app, "show_chart", chart));
      for (const [, change] of wrong) results.push(await call(agent.app, "show_chart", { ...chart, ...change }));
      const rows = Array.from({ length: 5_001 }, (_none, at) => [String(at), at]);
      results.push(await call(agent.app, "show_chart", { ...chart, rows }));
      results.push(await call(agent.app, "no_such_tool"));
    });
    await toTheEnd(app);
    const [good, ...bad] = results;
    expect(good?.structuredContent).toEqual({ shown: true, type: "bar", rows: 1 });
    for (const [at, [message]] of wrong.entries()) {
      expect(bad[at]?.isError).toBe(true);
      expect(textOf(bad[at] ?? { content: [] })).toContain(message);
    }
    expect(textOf(bad[wrong.length] ?? { content: [] })).toContain("rows: Too big");
    expect(textOf(bad[wrong.length + 1] ?? { content: [] })).toContain("unknown_tool");
  });
});

describe("two users at once", () => {
  test("share no folder, no secret, no token", async () => {
    const tokens = new Map<string, string>();
    const seen: string[] = [];
    const workspace = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        // Both are under way when either is answered.
        seen.push(request.headers.get("authorization") ?? "");
        while (seen.length < 2) await Bun.sleep(1);
        return Response.json({ id: "1", userName: request.headers.get("authorization") });
      },
    });
    await using app = await working(
      async ({ databricks, request }) => {
        tokens.set(request.message, textOf(await call(databricks, "get_current_user")));
      },
      {
        host: `http://127.0.0.1:${workspace.port}`,
        tokenOf: (user) => `token-of-${user.split("@")[0]}`,
        parts: { isShared: true },
      },
    );
    const users = ["ann@example.com", "bob@example.com"];
    const started = await Promise.all(
      users.map(async (user) => {
        const project = await app.project(user);
        return await app.send({ project_id: project.id, message: user }, user);
      }),
    );
    await Promise.all(started.map(({ conversation_id }) => app.toEnd(conversation_id)));
    await workspace.stop(true);
    expect(tokens.get("ann@example.com")).toContain("token-of-ann");
    expect(tokens.get("bob@example.com")).toContain("token-of-bob");
    expect(tokens.get("ann@example.com")).not.toContain("token-of-bob");
    const [one, other] = app.engine.requests;
    expect(one?.stateFolder).not.toBe(other?.stateFolder);
    expect(one?.runFolder).not.toBe(other?.runFolder);
    expect(one?.folder).not.toBe(other?.folder);
    expect(one?.servers[0]?.bearer.reveal()).not.toBe(other?.servers[0]?.bearer.reveal());
    expect(await readdir(`${app.folder}/data/runs`)).toEqual([]);
  });
});
