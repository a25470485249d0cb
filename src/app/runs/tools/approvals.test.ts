import { describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/client";
import type { EngineRequest } from "../../agent/engine.ts";
import type { AgentEvent, Approval } from "../../contract/events.ts";
import { clientOf, done, stage, until, type Stage } from "../testing-runs.ts";

type Answer = { readonly behavior: string; readonly updatedInput?: unknown; readonly message?: string };

async function ask(client: Client, tool_name: string, input: unknown, tool_use_id = "t1"): Promise<Answer> {
  const result = await client.callTool({ name: "approve", arguments: { tool_name, input, tool_use_id } });
  const [block] = result.content;
  return JSON.parse(block?.type === "text" ? block.text : "") as Answer;
}

/** A run whose agent asks what `work` asks. */
async function asking(
  work: (client: Client, request: EngineRequest) => Promise<void>,
  options: Parameters<typeof stage>[0] = {},
) {
  const app = await stage({
    ...options,
    script: async function* (request): AsyncGenerator<AgentEvent> {
      yield { type: "tool_use", tool_id: "t1", tool_name: "Bash", tool_input: { command: "ls" } };
      const client = await clientOf(request, "app");
      await work(client, request).finally(() => client.close());
      yield done();
    },
  });
  const project = await app.project();
  return { app, project };
}

function pendingOf(app: Stage, conversationId: string): Promise<readonly Approval[]> {
  return until(async () => {
    const all = await app.store.approvals.pending(conversationId);
    return all.length > 0 && all;
  });
}

describe("a question to the person", () => {
  test("waits, survives a reload, and what is decided once stays decided", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "Bash", { command: "ls" }));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    expect(approval).toMatchObject({ tool_name: "Bash", tool_input: { command: "ls" }, tool_use_id: "t1" });
    expect(await app.store.conversations.get(conversation_id)).toMatchObject({ waiting: true });
    const id = approval?.id ?? "";
    await app.runs.decide(id, "allow_once", "ann@example.com");
    const twice = await app.runs.decide(id, "deny", "ann@example.com").catch((thrown: unknown) => thrown);
    expect(twice).toMatchObject({ code: "conflict" });
    const events = await app.toEnd(conversation_id);
    expect(answers).toEqual([{ behavior: "allow", updatedInput: { command: "ls" } }]);
    expect(events.filter(({ type }) => type.startsWith("approval."))).toMatchObject([
      { type: "approval.requested", approval: { id, tool_name: "Bash" } },
      { type: "approval.resolved", approval_id: id, decision: "allow_once", by: "ann@example.com" },
    ]);
    const { messages } = await app.store.messages.page(conversation_id, { limit: 5 });
    expect(messages[1]?.blocks[0]).toMatchObject({ type: "tool", approval: { decision: "allow_once" } });
    const unknown = await app.runs.decide("nowhere", "deny", "x").catch((thrown: unknown) => thrown);
    expect(unknown).toMatchObject({ code: "not_found" });
  });

  test("is answered with a no that says what to do instead", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "mcp__databricks__delete_job", { job_id: "1" }));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    expect(approval).toMatchObject({ effect: "destructive", title: "Delete a job" });
    await app.runs.decide(approval?.id ?? "", "deny", "ann@example.com");
    await app.toEnd(conversation_id);
    expect(answers[0]?.behavior).toBe("deny");
    expect(answers[0]?.message).toContain("said no");
  });

  test("is not asked again in the conversation where that was allowed, and is in another and of another person", async () => {
    const { app, project } = await asking(async (client) => {
      await ask(client, "WebFetch", { url: "https://example.com" });
    });
    await using _app = app;
    const first = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, first.conversation_id);
    await app.runs.decide(approval?.id ?? "", "allow_conversation", "ann@example.com");
    const before = await app.toEnd(first.conversation_id);
    const request = { project_id: project.id, conversation_id: first.conversation_id };
    await app.send(request);
    const again = await app.toEnd(first.conversation_id, before.length);
    expect(again.map(({ type }) => type)).not.toContain("approval.requested");
    await app.store.projects.share(project.id, "bob@example.com", "work");
    const bobs = await app.send(request, "bob@example.com");
    const asked = await pendingOf(app, first.conversation_id);
    expect(asked).toHaveLength(1);
    await app.runs.stop(bobs.execution_id);
    const other = await app.send({ project_id: project.id });
    expect(await pendingOf(app, other.conversation_id)).toHaveLength(1);
  });

  test("that waits beside one of the same tool is answered with it, when it holds for the conversation", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      const inputs = [{ command: "a" }, { command: "b" }];
      answers.push(...(await Promise.all(inputs.map((input) => ask(client, "Bash", input)))));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    const both = await until(async () => {
      const all = await app.store.approvals.pending(conversation_id);
      return all.length === 2 && all;
    });
    await app.runs.decide(both[0]?.id ?? "", "allow_conversation", "ann@example.com");
    await app.toEnd(conversation_id);
    expect(answers.map(({ behavior }) => behavior)).toEqual(["allow", "allow"]);
  });

  test("is closed with a no when the run is stopped, and is too late then", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "Bash", { command: "ls" }));
    });
    await using _app = app;
    const { conversation_id, execution_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    await app.runs.stop(execution_id);
    expect(await app.store.approvals.pending(conversation_id)).toEqual([]);
    const late = await app.runs
      .decide(approval?.id ?? "", "allow_once", "ann@example.com")
      .catch((thrown: unknown) => thrown);
    expect(late).toMatchObject({ code: "conflict" });
    const events = await app.toEnd(conversation_id);
    expect(events.filter(({ type }) => type === "approval.resolved")).toMatchObject([{ decision: "deny" }]);
    expect(events.at(-1)).toMatchObject({ type: "stream.completed", status: "cancelled" });
  });

  test("is answered by another replica", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "Bash", { command: "ls" }));
    });
    await using _app = app;
    const other = await app.another();
    const { conversation_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    await other.decide(approval?.id ?? "", "allow_once", "ann@example.com");
    const events = await app.toEnd(conversation_id);
    expect(answers[0]?.behavior).toBe("allow");
    expect(events.filter(({ type }) => type === "approval.resolved")).toHaveLength(1);
  }, 60_000);

  test("is not asked about what changes nothing, nor about what the mode allows or forbids", async () => {
    const verdicts: Record<string, string> = {};
    const modes = ["ask", "accept_edits", "plan", "everything"] as const;
    let mode: (typeof modes)[number] = "ask";
    const { app, project } = await asking(
      async (client, { folder }) => {
        const calls: readonly (readonly [string, unknown])[] = [
          ["mcp__databricks__list_jobs", {}],
          ["mcp__app__show_chart", {}],
          ["TodoWrite", { todos: [] }],
          ["Read", { file_path: `${folder}/CLAUDE.md` }],
          ["Read", { file_path: "/etc/passwd" }],
          ["Read", { file_path: `${folder}/../other/notes` }],
          ["Glob", { pattern: "/etc/*" }],
          ["AskUserQuestion", {}],
          ...(mode === "ask" ? [] : ([["Write", { file_path: `${folder}/a.txt`, content: "x" }]] as const)),
          ...(mode === "plan" || mode === "everything"
            ? ([["mcp__databricks__delete_job", { job_id: "1" }]] as const)
            : []),
        ];
        for (const [name, input] of calls) {
          const { behavior } = await ask(client, name, input);
          verdicts[`${mode} ${name} ${JSON.stringify(input).replace(folder, "")}`] = behavior;
        }
      },
      { parts: { isShared: true } },
    );
    await using _app = app;
    for (mode of modes) {
      const { conversation_id } = await app.send({ project_id: project.id, permission_mode: mode });
      const events = await app.toEnd(conversation_id);
      expect(events.map(({ type }) => type)).not.toContain("approval.requested");
    }
    for (const each of modes) {
      expect(verdicts[`${each} mcp__databricks__list_jobs {}`]).toBe("allow");
      expect(verdicts[`${each} mcp__app__show_chart {}`]).toBe("allow");
      expect(verdicts[`${each} TodoWrite {"todos":[]}`]).toBe("allow");
      expect(verdicts[`${each} Read {"file_path":"/CLAUDE.md"}`]).toBe("allow");
      expect(verdicts[`${each} Read {"file_path":"/etc/passwd"}`]).toBe("deny");
      expect(verdicts[`${each} Read {"file_path":"/../other/notes"}`]).toBe("deny");
      expect(verdicts[`${each} Glob {"pattern":"/etc/*"}`]).toBe("deny");
      expect(verdicts[`${each} AskUserQuestion {}`]).toBe("deny");
    }
    const write = (of: string): string | undefined => verdicts[`${of} Write {"file_path":"/a.txt","content":"x"}`];
    expect([write("accept_edits"), write("plan"), write("everything")]).toEqual(["allow", "deny", "allow"]);
    const remove = (of: string): string | undefined => verdicts[`${of} mcp__databricks__delete_job {"job_id":"1"}`];
    expect([remove("plan"), remove("everything")]).toEqual(["deny", "allow"]);
  });

  test("about a plan, when it is accepted, ends the mode in which nothing is changed", async () => {
    const answers: Answer[] = [];
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "ExitPlanMode", { plan: "1. do it" }));
      answers.push(await ask(client, "Bash", { command: "make" }));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id, permission_mode: "plan" });
    for (const name of ["ExitPlanMode", "Bash"]) {
      const approval = await until(async () =>
        (await app.store.approvals.pending(conversation_id)).find(({ tool_name }) => tool_name === name),
      );
      await app.runs.decide(approval.id, "allow_once", "ann@example.com");
    }
    await app.toEnd(conversation_id);
    expect(answers.map(({ behavior }) => behavior)).toEqual(["allow", "allow"]);
  });

  test("is kept without the secrets of the call, and the call keeps them", async () => {
    const answers: Answer[] = [];
    const input = { scope: "s", key: "k", value: "hunter2-hunter2" };
    const { app, project } = await asking(async (client) => {
      answers.push(await ask(client, "mcp__databricks__put_secret", input));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    expect(approval?.tool_input).toEqual({ scope: "s", key: "k", value: "***" });
    await app.runs.decide(approval?.id ?? "", "allow_once", "ann@example.com");
    const events = await app.toEnd(conversation_id);
    expect(JSON.stringify(events)).not.toContain("hunter2");
    expect(answers[0]?.updatedInput).toEqual(input);
  });

  test("names files as the project does, and not where it lies on the server", async () => {
    const answers: Answer[] = [];
    let folder = "";
    const { app, project } = await asking(async (client, request) => {
      folder = request.folder;
      answers.push(await ask(client, "Write", { file_path: `${folder}/a/b.txt`, content: "x" }));
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    const [approval] = await pendingOf(app, conversation_id);
    expect(approval?.tool_input).toEqual({ file_path: "a/b.txt", content: "x" });
    await app.runs.decide(approval?.id ?? "", "allow_once", "ann@example.com");
    expect(JSON.stringify(await app.toEnd(conversation_id))).not.toContain(folder);
    expect(answers[0]?.updatedInput).toEqual({ file_path: `${folder}/a/b.txt`, content: "x" });
  });
});

describe("the tools' address", () => {
  test("lets in the agent of a run that is under way, and nobody else", async () => {
    const seen: number[] = [];
    let url = "";
    const knock = async (headers: Record<string, string>): Promise<void> => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });
      const accept = "application/json, text/event-stream";
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", accept, ...headers },
      });
      await answer.body?.cancel();
      seen.push(answer.status);
    };
    let authorization = "";
    const { app, project } = await asking(async (_client, request) => {
      const [server] = request.servers;
      url = server?.url ?? "";
      authorization = `Bearer ${server?.bearer.reveal()}`;
      await knock({ authorization });
      await knock({});
      await knock({ authorization: "Bearer guessed" });
      await knock({ authorization, origin: "http://evil.example" });
      await knock({ authorization, host: "evil.example" });
    });
    await using _app = app;
    const { conversation_id } = await app.send({ project_id: project.id });
    await app.toEnd(conversation_id);
    await knock({ authorization });
    expect(seen).toEqual([200, 401, 401, 403, 403, 401]);
  });
});
