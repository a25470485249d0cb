// The tasks extension of 2026-07-28 through the binary, as a client of its own writes it: the official one does not know it.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type Session, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let maker: Session;
let served: Bun.Subprocess<"ignore", "pipe", "inherit">;
let url: string;
let key: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  maker = await openSession(machine, ["--yes"]);
  const words = [binary, "mcp", "serve", "--http", "--json"];
  served = Bun.spawn(words, {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const { value } = await served.stdout.getReader().read();
  const { data } = JSON.parse(new TextDecoder().decode(value)) as { data: { url: string; key_file: string } };
  url = data.url;
  key = (await readFile(data.key_file, "utf8")).trim();
}, 60_000);

afterAll(async () => {
  served.kill("SIGTERM");
  await served.exited;
  await maker.close();
  await workspace.stop();
  await machine.dispose();
});

interface Answer {
  readonly result?: Record<string, unknown> & { readonly resultType: string; readonly taskId?: string };
  readonly error?: { readonly code: number; readonly data?: unknown };
}

const extension = "io.modelcontextprotocol/tasks";

async function ask(method: string, params: Record<string, unknown>, takesTasks = true): Promise<Answer> {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": takesTasks ? { extensions: { [extension]: {} } } : {},
    "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
  };
  const name = params["name"] ?? params["taskId"];
  const answer = await fetch(url, {
    method: "POST",
    proxy: "",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(name === undefined ? {} : { "mcp-name": String(name) }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } }),
  });
  const text = await answer.text();
  const events = text.split("\n").filter((line) => line.startsWith("data: "));
  return JSON.parse(events.at(-1)?.slice(6) ?? text) as Answer;
}

/** A notebook that ends when the file is there. */
async function waitingNotebook(name: string): Promise<{ path: string; file: string }> {
  const file = join(machine.home, `${name}.go`);
  const content = `import os, time\nwhile not os.path.exists(${JSON.stringify(file)}): time.sleep(0.05)\nprint('the file is there')`;
  const path = `~/${name}`;
  const { isError, text } = await maker.call("write_notebook", { notebook_path: path, content });
  if (isError) throw new Error(text);
  return { path, file };
}

async function until(
  taskId: string,
  wanted: (task: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (;;) {
    const { result = {}, error } = (await ask("tasks/get", { taskId })) as { result?: object; error?: object };
    if (error !== undefined) throw new Error(JSON.stringify(error));
    if (wanted(result as Record<string, unknown>)) return result as Record<string, unknown>;
  }
}

const running = ({ statusMessage }: Record<string, unknown>): boolean => String(statusMessage).includes("RUNNING");

test("the extension is declared", async () => {
  const { result } = await ask("server/discover", {});
  expect(result?.["capabilities"]).toMatchObject({ extensions: { [extension]: {} } });
});

test("a call that takes long is a task, which tells how it is and has the result in the end", async () => {
  const { path, file } = await waitingNotebook("long");
  const { result } = await ask("tools/call", { name: "run_notebook", arguments: { notebook_path: path, wait: true } });
  expect(result).toMatchObject({ resultType: "task", status: "working" });
  const taskId = result?.taskId ?? "";
  await until(taskId, running);
  await writeFile(file, "");
  const ended = await until(taskId, ({ status }) => status !== "working");
  expect(ended).toMatchObject({ resultType: "complete", status: "completed" });
  expect(JSON.stringify(ended["result"])).toContain("the file is there");
  expect((ended["result"] as { structuredContent: unknown }).structuredContent).toMatchObject({
    result_state: "SUCCESS",
  });
}, 60_000);

test("a task that is taken back ends its run", async () => {
  const { path } = await waitingNotebook("endless");
  const { result } = await ask("tools/call", { name: "run_notebook", arguments: { notebook_path: path, wait: true } });
  const taskId = result?.taskId ?? "";
  await until(taskId, running);
  expect((await ask("tasks/cancel", { taskId })).result).toMatchObject({ resultType: "complete" });
  expect(await until(taskId, () => true)).toMatchObject({ status: "cancelled" });
  const cancels = async () => (await workspace.requests()).filter(({ path: one }) => one.endsWith("/runs/cancel"));
  while ((await cancels()).length === 0) await until(taskId, () => true);
  expect((await ask("tasks/cancel", { taskId })).error).toBeUndefined();
}, 60_000);

test("a call that ends at once is none, nor is one of a client that takes none", async () => {
  expect((await ask("tools/call", { name: "list_jobs", arguments: {} })).result?.resultType).toBe("complete");
  const { path, file } = await waitingNotebook("plain");
  await writeFile(file, "");
  const plain = await ask(
    "tools/call",
    { name: "run_notebook", arguments: { notebook_path: path, wait: true } },
    false,
  );
  expect(plain.result).toMatchObject({ resultType: "complete" });
}, 60_000);

test("the methods are there for who takes tasks, and for tasks that there are", async () => {
  for (const method of ["tasks/get", "tasks/cancel", "tasks/update"]) {
    expect((await ask(method, { taskId: "x" })).error?.code).toBe(-32_602);
    const refused = await ask(method, { taskId: "x" }, false);
    expect(refused.error).toMatchObject({
      code: -32_021,
      data: { requiredCapabilities: { extensions: { [extension]: {} } } },
    });
  }
  for (const method of ["tasks/list", "tasks/result"]) {
    expect((await ask(method, { taskId: "x" })).error?.code).toBe(-32_601);
  }
});
