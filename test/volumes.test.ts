// Files to and from volumes through the binary, by the official MCP client and by the command line: byte for byte,
// whatever they are called, whatever breaks, and nothing outside of where they belong.
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { openSession } from "./support/workspace.ts";
import { toolStage } from "./support/tool-stage.ts";

const volume = "/Volumes/main/default/files";

const stage = toolStage(["--toolsets", "default,volumes"], async (on) => {
  const made = await on.session.call("execute_sql", { sql: "CREATE VOLUME main.default.files" });
  expect([made.isError, made.text]).toEqual([false, expect.stringContaining("SUCCEEDED")]);
});

/** Every file below the folder, by its path there, as the hash of what is in it. */
async function contents(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const hashed = files.toSorted().map(async (path) => {
    const hash = createHash("sha256").update(await readFile(path));
    return [path.slice(folder.length + 1), hash.digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

const noise = (sizeBytes: number): Uint8Array => {
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

test("the tools are there when they are asked for, and only those that read where only reading is allowed", async () => {
  const namesOf = async (words: readonly string[]): Promise<readonly string[]> => {
    const one = await openSession(stage.machine, words);
    try {
      return (await one.client.listTools()).tools.map(({ name }) => name);
    } finally {
      await one.close();
    }
  };
  expect((await namesOf([])).filter((name) => name.includes("volume"))).toEqual([]);
  expect(await namesOf(["--toolsets", "volumes", "--read-only"])).toEqual([
    "list_volumes",
    "list_volume_files",
    "get_volume_file_info",
    "read_volume_file",
  ]);
});

test("a folder goes there and back, byte for byte", async () => {
  const source = join(stage.machine.home, "odd");
  await write(source, {
    "with space.txt": "1",
    "a#b%20c%.txt": "2",
    "zażółć 🦊/ünïcödé.md": "# zażółć\n",
    "empty.bin": "",
    "deep/er/and/er/x": noise(70_000),
    "large.bin": noise(20 * 1024 * 1024),
    "quote'and&more=;+,$!@(x)[y].txt": "3",
  });
  await mkdir(join(source, "bare"), { recursive: true });
  const sent = await stage.session.call("upload_to_volume", { source, volume_path: `${volume}/odd` });
  expect([sent.isError, sent.data["uploaded"], sent.data["left_out"]]).toEqual([false, 7, 0]);
  const listed = await stage.session.call("list_volume_files", { volume_path: `${volume}/odd`, recursive: true });
  expect(listed.data["rows"]).toContainEqual(["large.bin", 20 * 1024 * 1024, expect.any(String)]);
  const destination = join(stage.machine.home, "odd-back");
  const back = await stage.session.call("download_from_volume", { volume_path: `${volume}/odd`, destination });
  expect([back.isError, back.data["downloaded"], back.data["state"]]).toEqual([false, 7, "complete"]);
  expect(await contents(destination)).toEqual(await contents(source));
  expect(await readdir(join(destination, "bare"))).toEqual([]);
  const read = await stage.session.call("read_volume_file", { volume_path: `${volume}/odd/zażółć 🦊/ünïcödé.md` });
  expect(read.data).toMatchObject({ text: "# zażółć\n", truncated: false });
  expect((await stage.session.call("get_volume_file_info", { volume_path: `${volume}/odd/bare` })).data["kind"]).toBe(
    "folder",
  );
  const volumes = await stage.session.call("list_volumes", { catalog: "main", schema: "default" });
  expect(volumes.text).toContain(volume);
}, 60_000);

test("2,000 small files go there, are found in pages, come back, and are deleted to the last", async () => {
  const source = join(stage.machine.home, "many");
  const files = Array.from({ length: 2_000 }, (_, at) => [`d${at % 20}/f${at}.txt`, `file ${at}`] as const);
  await write(source, Object.fromEntries(files));
  const volume_path = `${volume}/many`;
  const sent = await stage.session.call("upload_to_volume", { source, volume_path, wait_seconds: 290 });
  expect(sent.data).toMatchObject({ state: "complete", uploaded: 2_000, failed: 0 });
  const again = await stage.session.call("upload_to_volume", { source, volume_path, resume: true, wait_seconds: 290 });
  expect(again.data).toMatchObject({ state: "complete", uploaded: 0, already_there: 2_000 });
  const seen: unknown[] = [];
  let offset: unknown = 0;
  while (offset !== undefined) {
    const { data } = await stage.session.call("list_volume_files", {
      volume_path,
      recursive: true,
      limit: 999,
      offset,
    });
    seen.push(...(data["rows"] as unknown[][]).map(([name]) => name).filter((name) => !String(name).endsWith("/")));
    offset = data["next_offset"];
  }
  expect(seen.toSorted()).toEqual(files.map(([name]) => name).toSorted());
  const destination = join(stage.machine.home, "many-back");
  const back = await stage.session.call("download_from_volume", { volume_path, destination, wait_seconds: 290 });
  expect(back.data).toMatchObject({ state: "complete", downloaded: 2_000 });
  expect(await contents(destination)).toEqual(await contents(source));
  const refused = await stage.session.call("delete_volume_path", { volume_path });
  expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining("not empty")]);
  const gone = await stage.session.call("delete_volume_path", { volume_path, recursive: true, wait_seconds: 290 });
  expect(gone.data).toMatchObject({ state: "complete", files_deleted: 2_000, folders_deleted: 21 });
  expect((await stage.session.call("get_volume_file_info", { volume_path })).isError).toBe(true);
}, 180_000);

test("a volume itself is not deleted", async () => {
  const { isError, text } = await stage.session.call("delete_volume_path", { volume_path: volume, recursive: true });
  expect([isError, text]).toEqual([true, expect.stringContaining("DROP VOLUME")]);
});

describe("what breaks", () => {
  test("a download goes on where the connection broke, an upload waits where the workspace is busy", async () => {
    const source = join(stage.machine.home, "broken");
    await write(source, { "x.bin": noise(3_000_000) });
    const path = `/api/2.0/fs/files${volume}/broken/x.bin`;
    const busy = { kind: "status", status: 503, retry_after: "0", method: "PUT", path, times: 2 };
    await stage.workspace.control("POST", "faults", busy);
    const sent = await stage.session.call("upload_to_volume", { source, volume_path: `${volume}/broken` });
    expect(sent.data).toMatchObject({ state: "complete", uploaded: 1 });
    await stage.workspace.control("POST", "faults", {
      kind: "truncate",
      bytes: 1_000_000,
      method: "GET",
      path,
      times: 1,
    });
    const destination = join(stage.machine.home, "broken-back");
    const back = await stage.session.call("download_from_volume", { volume_path: `${volume}/broken`, destination });
    expect(back.data).toMatchObject({ state: "complete", downloaded: 1, bytes_received: 3_000_000 });
    expect(await contents(destination)).toEqual(await contents(source));
    const asked = (await stage.workspace.requests()).filter((one) => one.method === "GET" && one.path === path);
    expect(asked.map(({ status }) => status)).toEqual([200, 206]);
  });

  test("an upload that is taken back ends, and leaves whole files alone", async () => {
    const source = join(stage.machine.home, "huge");
    await mkdir(source);
    const sizeBytes = 64 * 1024 * 1024;
    for (let at = 0; at < 8; at++) {
      const file = await open(join(source, `${at}.bin`), "w");
      await file.truncate(sizeBytes);
      await file.close();
    }
    const uploads = join(stage.machine.home, "workspace", "files", "uploads");
    const cancel = new AbortController();
    const call = stage.session.client
      .callTool(
        { name: "upload_to_volume", arguments: { source, volume_path: `${volume}/huge` } },
        { signal: cancel.signal },
      )
      .then(
        () => "ended",
        () => "taken back",
      );
    while ((await readdir(uploads)).length === 0) await Bun.sleep(1);
    cancel.abort();
    expect(await call).toBe("taken back");
    while ((await readdir(uploads)).length > 0) await Bun.sleep(5);
    const { data } = await stage.session.call("list_volume_files", { volume_path: volume, recursive: true });
    const there = (data["rows"] as unknown[][]).filter(([name]) => /^huge\/.+bin$/.test(String(name)));
    expect(there.length).toBeLessThan(8);
    expect(there.every(([, size]) => size === sizeBytes)).toBe(true);
  }, 60_000);
});

test("a workspace that lies about names writes nothing outside of the destination", async () => {
  const names = ["../evil", "..", "/evil", "..\\evil", "a/../../evil", "sub", "good"];
  const asked: string[] = [];
  using liar = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url, method }) => {
      const { pathname } = new URL(url);
      asked.push(`${method} ${pathname}`);
      if (pathname.includes("/fs/files/")) return new Response(method === "GET" ? "evil" : null);
      if (method === "HEAD") return new Response(null);
      return Response.json({
        contents: names.map((name) => ({ name, path: `/${name}`, is_directory: name === "sub" })),
      });
    },
  });
  const home = join(stage.machine.home, "lied-to");
  const destination = join(home, "in", "here");
  await mkdir(home);
  const env = { DATABRICKS_HOST: `http://127.0.0.1:${liar.port}`, DATABRICKS_TOKEN: "not-a-real-token" };
  const words = ["tool", "call", "download_from_volume", "--yes", "--arg", `volume_path=${volume}`];
  const { data } = await stage.machine.json([...words, "--arg", `destination=${destination}`], { env });
  expect(Number(data["failed"])).toBeGreaterThan(5);
  expect(await readdir(home)).toEqual(["in"]);
  expect(await readdir(join(home, "in"))).toEqual(["here"]);
  expect((await readdir(destination)).toSorted()).toEqual(["good", "sub"]);
  expect(asked.filter((one) => one.includes("evil"))).toEqual([]);
  expect(asked.length).toBeLessThan(400);
});

test("the command line reaches every tool, and asks before it overwrites or deletes", async () => {
  const source = join(stage.machine.home, "one.txt");
  await writeFile(source, "one");
  const args = ["--arg", `source=${source}`, "--arg", `volume_path=${volume}/by-hand/`];
  const unasked = await stage.machine.run(["tool", "call", "upload_to_volume", ...args]);
  expect([unasked.exitCode !== 0, unasked.stderr]).toEqual([true, expect.stringContaining("--yes")]);
  const done = await stage.machine.json(["tool", "call", "upload_to_volume", "--yes", ...args]);
  expect(done.data).toMatchObject({ volume_path: `${volume}/by-hand/one.txt`, uploaded: 1 });
  const again = await stage.machine.json(["tool", "call", "upload_to_volume", "--yes", ...args]);
  expect([again.ok, again.error?.code]).toEqual([false, "already_exists"]);
  const into = join(stage.machine.home, "back.txt");
  const fetch = ["tool", "call", "download_from_volume", "--yes", "--arg", `volume_path=${volume}/by-hand/one.txt`];
  expect((await stage.machine.run([...fetch, "--arg", `destination=${into}`])).exitCode).toBe(0);
  expect([await readFile(into, "utf8"), (await stat(into)).size]).toEqual(["one", 3]);
});
