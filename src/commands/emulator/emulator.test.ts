import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from "../../emulator/server.ts";
import { testDeps } from "../../emulator/testing.ts";
import { runProcess, type RunResult } from "../../platform/process.ts";

const entry = join(import.meta.dir, "..", "..", "main.ts");
let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mortar-emulator-cli-"));
});

afterEach(async () => {
  for (const name of await runFolder()) {
    const record = JSON.parse(await readFile(join(home, "mortar", "run", name), "utf8")) as { folder: string };
    await mortar("stop", "--data", record.folder);
  }
  await rm(home, { recursive: true, force: true });
});

function environment(): Record<string, string | undefined> {
  const { PATH, SystemRoot } = process.env;
  return {
    PATH,
    SystemRoot,
    HOME: home,
    USERPROFILE: home,
    MORTAR_HOME: join(home, "mortar"),
    HTTP_PROXY: "http://127.0.0.1:1",
  };
}

function mortar(...words: string[]): Promise<RunResult> {
  return runProcess([process.execPath, entry, "emulator", ...words], {
    env: environment(),
    cwd: home,
    timeoutMs: 60_000,
  });
}

interface Envelope {
  readonly ok: boolean;
  readonly data: Record<string, unknown>;
  readonly error: { readonly code: string; readonly hint?: string };
}

async function json(...words: string[]): Promise<Envelope & { exitCode: number }> {
  const { stdout, exitCode } = await mortar(...words, "--json");
  return { ...(JSON.parse(stdout) as Envelope), exitCode };
}

async function runFolder(): Promise<readonly string[]> {
  const names = await readdir(join(home, "mortar", "run")).catch(() => []);
  return names.filter((name) => name.endsWith(".json"));
}

async function me(host: unknown, token: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${host}/api/2.0/preview/scim/v2/Me`, { headers })).status;
}

test("start, start again, status, stop, and start with the same data, port and token", async () => {
  const first = await json("start", "--owner", "ada@example.com");
  expect(first.data).toMatchObject({ running: true, already_running: false, user_name: "ada@example.com" });
  expect(await me(first.data["host"], first.data["token"])).toBe(200);

  const again = await json("start");
  expect(again.data).toMatchObject({ already_running: true, pid: first.data["pid"], host: first.data["host"] });
  const status = await json("status");
  expect(status).toMatchObject({ exitCode: 0, data: { running: true, sign_in_code: first.data["sign_in_code"] } });
  expect(JSON.stringify(status)).not.toContain(String(first.data["token"]));

  expect((await json("stop")).data["stopped"]).toBe(true);
  await expect(me(first.data["host"], first.data["token"])).rejects.toThrow();
  expect(await json("status")).toMatchObject({ exitCode: 1, data: { running: false, has_data: true } });
  expect((await json("stop")).data["stopped"]).toBe(false);

  const second = await json("start");
  expect(second.data).toMatchObject({ host: first.data["host"], token: first.data["token"] });
}, 60_000);

test("the run file is private, and the background's log holds no secret", async () => {
  const { data } = await json("start");
  const [name = ""] = await runFolder();
  const folder = join(home, "mortar", "run");
  if (process.platform !== "win32") expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  expect(await readFile(join(folder, name.replace(".json", ".log")), "utf8")).not.toContain(String(data["token"]));
}, 60_000);

test("--write-profile writes host and token, keeps the rest of the file, and takes no other workspace's profile", async () => {
  const file = join(home, ".databrickscfg");
  const mine =
    "; mine\n[DEFAULT]\nhost = https://real.example\ntoken = dapireal\n\n[local]\nhost = http://127.0.0.1:1\nclient_id = x\n";
  await writeFile(file, mine);
  const refused = await json("start", "--write-profile", "DEFAULT");
  expect(refused).toMatchObject({ ok: false, error: { code: "already_exists" } });
  expect(await readFile(file, "utf8")).toBe(mine);
  expect((await json("status")).data["running"]).toBe(false);

  const { data } = await json("start", "--write-profile", "local");
  expect(await readFile(file, "utf8")).toBe(
    `; mine\n[DEFAULT]\nhost = https://real.example\ntoken = dapireal\n\n[local]\nhost = ${data["host"]}\ntoken = ${data["token"]}\n`,
  );
}, 60_000);

test("a data folder of one's own, and a port that is taken", async () => {
  const { data } = await json("start", "--data", "mine");
  expect(data["folder"]).toBe(join(home, "mine"));
  const port = new URL(String(data["host"])).port;
  const other = await json("start", "--data", "other", "--port", port);
  expect(other).toMatchObject({ ok: false, error: { code: "unavailable" } });
  expect(JSON.stringify(other.error)).toContain("--port");
  expect((await json("stop", "--data", "mine")).data["stopped"]).toBe(true);
}, 60_000);

test("a record whose process is another's is not trusted: nothing is ended, and a start works", async () => {
  const { data } = await json("start");
  const [name = ""] = await runFolder();
  const path = join(home, "mortar", "run", name);
  const record = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await json("stop");

  const asked: string[] = [];
  using impostor = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      asked.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get("authorization") ?? ""}`);
      return Response.json({ pid: process.pid, proof: "x", running: true });
    },
  });
  await writeFile(path, JSON.stringify({ ...record, pid: process.pid, host: `http://127.0.0.1:${impostor.port}` }));
  expect((await json("status")).data["running"]).toBe(false);
  expect((await json("stop")).data["stopped"]).toBe(false);
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((line) => line === "GET /__emulator/proof ")).toBe(true);

  const next = await json("start");
  expect(next.data).toMatchObject({ running: true, already_running: false, token: data["token"] });
}, 60_000);

test("reset deletes the emulator's data, and nothing that is not", async () => {
  await json("start", "--data", "mine");
  expect(await json("reset", "--data", "mine", "--yes")).toMatchObject({ ok: false, error: { code: "invalid_state" } });
  await json("stop", "--data", "mine");
  expect(await json("reset", "--data", "mine")).toMatchObject({ ok: false, error: { code: "usage" } });
  expect((await json("reset", "--data", "mine", "--dry-run")).data).toMatchObject({ would_delete: true });
  expect(existsSync(join(home, "mine"))).toBe(true);
  expect((await json("reset", "--data", "mine", "--yes")).data["deleted"]).toBe(true);
  expect(existsSync(join(home, "mine"))).toBe(false);
  expect((await json("reset", "--data", "mine", "--yes")).data["deleted"]).toBe(false);

  await json("start", "--data", "mine");
  await json("stop", "--data", "mine");
  await writeFile(join(home, "mine", "thesis.txt"), "x");
  expect((await mortar("reset", "--data", "mine", "--yes")).stdout).toContain("stays: thesis.txt");
  expect(await readdir(join(home, "mine"))).toEqual(["thesis.txt"]);

  await mkdir(join(home, "thesis"));
  await writeFile(join(home, "thesis", "state.db"), "x");
  expect(await json("reset", "--data", "thesis", "--yes")).toMatchObject({
    ok: false,
    error: { code: "invalid_input" },
  });
  expect(await json("start", "--data", "thesis")).toMatchObject({ ok: false });
  expect(await readdir(join(home, "thesis"))).toEqual(["state.db"]);
}, 60_000);

test("in the foreground it says where it runs, and a request to end stops it and removes its record", async () => {
  const child = Bun.spawn([process.execPath, entry, "emulator", "start", "--foreground", "--json"], {
    env: environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk, { stream: true });
    if (said.includes("\n}\n")) break;
  }
  const { data } = JSON.parse(said) as Envelope;
  expect(data["pid"]).toBe(child.pid);
  expect(await me(data["host"], data["token"])).toBe(200);
  child.kill("SIGTERM");
  expect(await child.exited).toBe(130);
  expect(await runFolder()).toEqual([]);
}, 60_000);

test("after a crash the record is passed over, and the data is there", async () => {
  const first = await json("start");
  const folder = `${first.data["host"]}/api/2.0/workspace/mkdirs`;
  const headers = { authorization: `Bearer ${first.data["token"]}` };
  await fetch(folder, { method: "POST", headers, body: '{"path":"/Shared/kept"}' });
  process.kill(Number(first.data["pid"]), "SIGKILL");
  while ((await json("status")).data["running"] === true);
  const second = await json("start");
  expect(second.data).toMatchObject({ already_running: false, token: first.data["token"] });
  const kept = await fetch(`${second.data["host"]}/api/2.0/workspace/get-status?path=/Shared/kept`, { headers });
  expect(kept.status).toBe(200);
}, 60_000);

test("starts at once end with one emulator: one command starts it, the others find it running", async () => {
  const all = await Promise.all([json("start"), json("start"), json("start")]);
  expect(all.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(new Set(all.map(({ data }) => data["pid"])).size).toBe(1);
  expect(all.filter(({ data }) => data["already_running"] === false).length).toBe(1);
}, 60_000);

test("an emulator that holds the folder without a record is a conflict to start, and is not deleted under", async () => {
  const held = join(home, "held");
  const emulator = await startEmulator({ folder: held, deps: testDeps() });
  try {
    expect(await json("start", "--data", held)).toMatchObject({ ok: false, error: { code: "conflict" } });
    expect(await json("reset", "--data", held, "--yes")).toMatchObject({ ok: false, error: { code: "invalid_state" } });
    expect(await json("stop", "--data", held)).toMatchObject({ ok: false, error: { code: "unavailable" } });
    expect(existsSync(join(held, "state.db"))).toBe(true);
  } finally {
    await emulator.stop();
  }
  expect((await json("reset", "--data", held, "--yes")).data["deleted"]).toBe(true);
  expect(existsSync(held)).toBe(false);
}, 60_000);

test("a scenario is read before anything starts", async () => {
  await writeFile(join(home, "bad.json"), '{"turns": [{"txt": 1}]}');
  const refused = await json("start", "--scenario", "bad.json");
  expect(JSON.stringify(refused.error)).toContain("no field txt");
  expect(JSON.stringify((await json("start", "--scenario", "none.json")).error)).toContain("no file");
  await writeFile(join(home, "good.json"), '{"turns": [{"text": "scripted words"}]}');
  const { data } = await json("start", "--scenario", "good.json", "--log-requests", "requests.jsonl");
  const answer = await fetch(`${data["host"]}/ai-gateway/anthropic/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${data["token"]}` },
    body: JSON.stringify({ model: "claude-opus-5-5", max_tokens: 1, messages: [{ role: "user", content: "x" }] }),
  });
  expect(await answer.text()).toContain("scripted words");
  await mortar("stop");
  const log = await readFile(join(home, "requests.jsonl"), "utf8");
  expect(log).toContain("/ai-gateway/anthropic/v1/messages");
  expect(log).not.toContain(String(data["token"]));
}, 60_000);

test("wrong flags are told before anything starts", async () => {
  expect(await json("start", "--port", "70000")).toMatchObject({ exitCode: 2, error: { code: "usage" } });
  expect(await json("start", "--owner", "nobody")).toMatchObject({ exitCode: 2, error: { code: "usage" } });
  expect(await json("start", "--write-profile", "__settings__")).toMatchObject({ exitCode: 2 });
  expect(existsSync(join(home, "mortar", "emulator"))).toBe(false);
});
