// The web app under attack: pages and programs of elsewhere at the binary's door, and an agent that does what it may not.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { claudeEngine } from "../src/app/agent/claude/claude.ts";
import type { PermissionMode } from "../src/app/contract/api.ts";
import { stage, type Stage } from "../src/app/runs/testing-runs.ts";
import { startTestEmulator, type TestEmulator } from "../src/emulator/testing-server.ts";
import { startApp, type TestApp } from "./support/app.ts";
import { createMachine, type Machine } from "./support/binary.ts";
import { toolFolder } from "./support/tools.ts";
import { startWorkspace, type TestWorkspace } from "./support/workspace.ts";

describe("at the door", () => {
  let machine: Machine;
  let workspace: TestWorkspace;
  let app: TestApp;
  let host: string;
  let key: string;

  beforeAll(async () => {
    machine = await createMachine();
    workspace = await startWorkspace(machine);
    app = await startApp(machine);
    host = new URL(app.origin).host;
    key = new URL(app.url).searchParams.get("key") ?? "";
  }, 60_000);

  afterAll(async () => {
    await app.stop();
    await workspace.stop();
    await machine.dispose();
  }, 60_000);

  /** The answer to these very bytes, which no client of our own would send. */
  const raw = (request: string): Promise<string> =>
    new Promise((resolve) => {
      let text = "";
      const socket = connect(Number(host.split(":")[1]), "127.0.0.1", () => socket.write(request));
      socket.on("data", (data) => (text += data.toString()));
      socket.on("error", () => resolve(text));
      socket.on("close", () => resolve(text));
    });

  const statusOf = async (path: string, headers: readonly string[]): Promise<number> => {
    const lines = [`GET ${path} HTTP/1.1`, ...headers, "Connection: close", "", ""];
    return Number((await raw(lines.join("\r\n"))).split(" ")[1]);
  };

  const cases: readonly (readonly [string, number, string, (own: string) => readonly string[]])[] = [
    ["our own name", 200, "/api/me", (own) => [`Host: ${own}`]],
    ["another name that leads here", 403, "/api/me", () => ["Host: evil.example"]],
    ["our name before another", 400, "/api/me", () => ["Host: 127.0.0.1@evil.example"]],
    ["both names", 403, "/api/me", (own) => [`Host: ${own}`, "Host: evil.example"]],
    ["our name in the line alone", 403, "http://127.0.0.1/api/me", () => ["Host: evil.example"]],
    ["a proxy's word for our name", 403, "/api/me", () => ["Host: evil.example", "X-Forwarded-Host: 127.0.0.1"]],
    ["a page of another site", 403, "/api/me", (own) => [`Host: ${own}`, "Sec-Fetch-Site: cross-site"]],
    ["a page of another port", 403, "/api/me", (own) => [`Host: ${own}`, "Origin: http://127.0.0.1:9"]],
    [
      "a stream for another site",
      403,
      "/api/conversations/1/events",
      (own) => [`Host: ${own}`, "Sec-Fetch-Site: cross-site"],
    ],
    ["tools for another port", 403, "/mcp", (own) => [`Host: ${own}`, "Sec-Fetch-Site: same-site"]],
  ];

  test.each(cases)("%s gets %i, the key in hand", async (_name, status, path, headers) => {
    expect(await statusOf(path, [...headers(host), `Authorization: Bearer ${key}`])).toBe(status);
  });

  test("names in headers are nobody's word, and the key in the address of a route is none", async () => {
    const forged = [`Host: ${host}`, "X-Forwarded-Access-Token: x", "X-Forwarded-Email: me@example.com"];
    expect(await statusOf("/api/me", forged)).toBe(401);
    expect(await statusOf(`/api/me?key=${key}`, [`Host: ${host}`])).toBe(401);
  });

  test.each([
    "//evil.example/",
    "/\\evil.example/",
    "/%0d%0aSet-Cookie:x=y",
    "///evil.example",
    "/http://evil.example",
  ])("the key brings nobody elsewhere by %j", async (path) => {
    const answer = await raw(`GET ${path}?key=${key} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const location = /^location: (.*)$/im.exec(answer)?.[1]?.trim() ?? "";
    expect(new URL(location, app.origin).origin).toBe(app.origin);
    expect(location).not.toContain(key);
    expect(answer.match(/^set-cookie: /gim)).toHaveLength(1);
  });

  test("what a file holds is never a page of ours, whatever it and its project are called", async () => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ name: 'x"; filename=evil.html <script>' });
    const { id } = (await (await app.ask("/api/projects", { method: "POST", headers, body })).json()) as { id: string };
    const files = `/api/projects/${id}/files`;
    for (const name of ["evil.html", "evil.svg", "evil.js", "evil.xhtml", "evil.pdf"]) {
      const at = `path=${encodeURIComponent(name)}`;
      const text = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
      expect((await app.ask(`${files}/raw?${at}`, { method: "PUT", body: text })).status).toBe(200);
      const found = await app.ask(`${files}/download?${at}`);
      expect(found.headers.get("content-type")).toBe(
        name === "evil.svg" ? "image/svg+xml" : "application/octet-stream",
      );
      expect(found.headers.get("content-disposition")).toStartWith("attachment;");
      expect(found.headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(found.headers.get("content-security-policy")).toEndWith("; sandbox");
      expect(found.headers.get("x-content-type-options")).toBe("nosniff");
    }
    const zip = await app.ask(`${files}/zip`);
    expect(zip.headers.get("content-disposition")).toMatch(
      /^attachment; filename="[^"]*\.zip"; filename\*=UTF-8''[^;"]*$/,
    );
  });

  test.each(["../x", "a/../../x", "/etc/passwd", "..\\x", "C:/x", "a\0b", "a//b", "./x", "nul"])(
    "no file is written at %j",
    async (path) => {
      const headers = { "content-type": "application/json" };
      const made = await app.ask("/api/projects", { method: "POST", headers, body: '{"name":"P"}' });
      const { id } = (await made.json()) as { id: string };
      const at = `/api/projects/${id}/files`;
      const query = `path=${encodeURIComponent(path)}`;
      expect((await app.ask(`${at}/raw?${query}`, { method: "PUT", body: "x" })).status).toBe(400);
      const body = JSON.stringify({ files: { "SKILL.md": "---\nname: s\ndescription: d\n---\nx\n", [path]: "x" } });
      const skill = `/api/projects/${id}/skills/own/s`;
      expect((await app.ask(skill, { method: "PUT", headers, body })).status).toBe(400);
    },
  );
});

describe("an agent that a project has turned", () => {
  let emulator: TestEmulator;
  let app: Stage;

  beforeAll(async () => {
    emulator = await startTestEmulator();
    const platform = `${process.platform}-${process.arch}`;
    const folder = join(toolFolder("claude-code"), "node_modules/@anthropic-ai", `claude-code-${platform}`);
    // As on a machine that has no sandbox for its shell.
    const engine = { ...claudeEngine, sandbox: () => Promise.resolve({ available: false, reason: "none" }) };
    app = await stage({
      host: emulator.host,
      tokenOf: () => emulator.token,
      parts: { engines: [engine] },
      deps: { env: { PATH: `${folder}:${process.env["PATH"]}` } },
    });
  }, 60_000);

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await emulator.dispose();
  });

  interface Outcome {
    readonly results: readonly string[];
    /** The tools that the person was asked about; the answer was no. */
    readonly asked: readonly string[];
    readonly files: string;
  }

  /** What comes of these calls, where whoever made the project laid a repository into it that names a program. */
  async function outcomeOf(mode: PermissionMode, calls: readonly object[]): Promise<Outcome> {
    const turns = [...calls.map((call) => ({ text: "I do it.", tools: [call] })), { text: "over" }];
    await emulator.control("PUT scenario", {
      conversations: [{ when: "do it", turns }, { turns: [{ text: "Else." }] }],
    });
    const { id } = await app.project();
    const { files } = await app.projects.open(id);
    await Bun.$`git init -q && git config core.fsmonitor "touch ran-by-git; true #"`.cwd(files).quiet();
    const run = { project_id: id, message: "do it", model: "claude-opus-5-5", permission_mode: mode };
    const { conversation_id } = await app.send(run);
    const ending = app.toEnd(conversation_id);
    const over = new AbortController();
    void ending.finally(() => over.abort()).catch(() => undefined);
    while (!over.signal.aborted) {
      for (const one of await app.store.approvals.pending(conversation_id)) {
        await app.runs.decide(one.id, "deny", "ann@example.com").catch(() => undefined);
      }
      await Bun.sleep(20);
    }
    const events = await ending;
    return {
      results: events.flatMap((event) => (event.type === "tool_result" ? [event.content] : [])),
      asked: events.flatMap((event) => (event.type === "approval.requested" ? [event.approval.tool_name] : [])),
      files,
    };
  }

  const bash = (command: string) => ({ name: "Bash", input: { command, description: "Look" } });

  test("runs nothing while it plans: no model of its program decides that in the person's place", async () => {
    const { results, files } = await outcomeOf("plan", [bash("touch made-in-plan"), bash("git status")]);
    const no = "Plan mode: nothing is changed. Finish the plan and show it to the person.";
    expect(results).toEqual([no, no]);
    expect((await readdir(files)).filter((name) => /made|ran/.test(name))).toEqual([]);
  }, 90_000);

  test.each(["ask", "accept_edits"] as const)(
    "runs no program of the project's by a command that only reads, unasked: %s",
    async (mode) => {
      const config = "[core]\n\tfsmonitor = touch ran-by-git; true #\n";
      const { asked, files } = await outcomeOf(mode, [
        bash("git status"),
        {
          name: "Write",
          input: { file_path: ".git/hooks/post-index-change", content: "#!/bin/sh\ntouch ran-by-git\n" },
        },
        { name: "Write", input: { file_path: "sub/.git", content: "gitdir: ../elsewhere\n" } },
        { name: "Write", input: { file_path: ".git/modules/x/config", content: config } },
        bash("git diff"),
      ]);
      expect(asked).toEqual(["Bash", "Write", "Write", "Write", "Bash"]);
      expect(await readdir(files)).not.toContain("ran-by-git");
    },
    90_000,
  );
});
