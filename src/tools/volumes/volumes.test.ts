// The volumes toolset on a workspace and a disk that answer as they are told.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { refusal, workspaceAt } from "../../workspace/testing.ts";
import type { ToolContext } from "../define.ts";
import { bench, rowsOf, type Bench } from "../testing.ts";
import { root, testVolume, type TestVolume } from "./testing-volume.ts";

let it: Bench;
let volume: TestVolume;
let folder: string;
const more = (): Partial<ToolContext> => ({ workspace: workspaceAt(volume.server.host) });
const call = (name: string, args: object, and: Partial<ToolContext> = {}) => it.call(name, args, { ...more(), ...and });
const failure = (name: string, args: object) => it.failure(name, args, more());
const writes = () => volume.server.received.filter(({ method }) => method === "PUT" || method === "DELETE");

beforeAll(() => void (it = bench({})));
afterAll(() => it[Symbol.asyncDispose]());
beforeEach(async () => {
  await volume?.[Symbol.asyncDispose]();
  volume = testVolume();
  folder = await mkdtemp(join(tmpdir(), "mortar-volumes-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
afterAll(() => volume[Symbol.asyncDispose]());

const tree = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const source = join(folder, "source");
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(source, name, ".."), { recursive: true });
    await writeFile(join(source, name), text);
  }
  return source;
};

describe("paths", () => {
  test.each([
    ["list_volume_files", "/Workspace/x"],
    ["get_volume_file_info", "Volumes/main/default/vol"],
    ["read_volume_file", "/Volumes/main/default"],
    ["create_volume_folder", `${root}/../other`],
    ["delete_volume_path", `${root}/a/../../x`],
    ["delete_volume_path", `${root}/./`],
  ])("%s refuses %s, and asks nothing", async (name, volume_path) => {
    const error = await failure(name, { volume_path });
    expect([String(error.code), error.hint]).toEqual(["invalid_input", expect.stringContaining("/Volumes/catalog")]);
    expect(volume.server.received).toEqual([]);
  });

  test("with dbfs: before and slashes behind are taken", async () => {
    volume.files.set("a.txt", "x");
    const { data } = await call("get_volume_file_info", { path: `dbfs:${root}//a.txt/` });
    expect(data).toMatchObject({ volume_path: `${root}/a.txt`, kind: "file", size_bytes: 1 });
  });
});

describe("get_volume_file_info", () => {
  test("tells of folders as of files", async () => {
    volume.files.set("in/a.txt", "12345");
    expect((await call("get_volume_file_info", { volume_path: `${root}/in` })).data).toEqual({
      volume_path: `${root}/in`,
      name: "in",
      kind: "folder",
    });
    expect((await call("get_volume_file_info", { volume_path: `${root}/in/a.txt` })).data).toMatchObject({
      kind: "file",
      size_bytes: 5,
      modified: "2026-11-21T08:00:00Z",
      content_type: expect.stringContaining("text/plain"),
    });
    expect((await call("get_volume_file_info", { volume_path: root })).data).toMatchObject({ kind: "folder" });
  });

  test("says what may be meant by what is not there", async () => {
    volume.files.set("in/report.csv", "");
    expect((await failure("get_volume_file_info", { volume_path: `${root}/in/reprot.csv` })).hint).toContain(
      `${root}/in/report.csv`,
    );
    expect((await failure("get_volume_file_info", { volume_path: "/Volumes/a/b/c/d" })).hint).toContain("list_volumes");
  });
});

describe("list_volume_files", () => {
  beforeEach(() => {
    for (const name of ["a", "b", "in/c", "in/deep/d", "z"]) volume.files.set(name, name);
  });

  test("lists a folder, and below it where that is asked for", async () => {
    const names = async (args: object) =>
      rowsOf(await call("list_volume_files", { volume_path: root, ...args })).map(({ name }) => name);
    expect(await names({})).toEqual(["a", "b", "in/", "z"]);
    expect(await names({ recursive: true })).toEqual(["a", "b", "in/", "z", "in/c", "in/deep/", "in/deep/d"]);
  });

  test("is cut at its limit, and goes on at the offset", async () => {
    const first = await call("list_volume_files", { volume_path: root, recursive: true, limit: 3 });
    expect(first.data).toMatchObject({ returned: 3, truncated: true, next_offset: 3 });
    const second = await call("list_volume_files", { volume_path: root, recursive: true, limit: 4, offset: 3 });
    expect(second.data).toMatchObject({ returned: 4, truncated: false });
    expect(second.data["next_offset"]).toBeUndefined();
  });

  test("of a file says that it is one", async () => {
    volume.answer = ({ method, path }) =>
      method === "GET" && path.endsWith("/a") ? refusal(404, "NOT_FOUND", "no directory") : undefined;
    expect((await failure("list_volume_files", { volume_path: `${root}/a` })).message).toContain("is a file");
    expect((await failure("list_volume_files", { volume_path: `${root}/none` })).code).toBe("not_found");
  });

  test("ends where folders never do", async () => {
    volume.answer = ({ method, path }) =>
      method === "GET" && path.includes("/directories/")
        ? {
            contents: [
              { name: "again", is_directory: true },
              { name: "..", is_directory: true },
            ],
          }
        : undefined;
    const { data } = await call("list_volume_files", { volume_path: root, recursive: true, limit: 1_000 });
    expect(data["truncated"]).toBe(false);
    expect(volume.server.received.length).toBeLessThan(80);
    expect(volume.server.received.every(({ path }) => path.startsWith(`/api/2.0/fs/directories${root}`))).toBe(true);
  });
});

describe("read_volume_file", () => {
  const put = (bytes: Uint8Array | string) => volume.files.set("x.txt", Buffer.from(bytes).toString("latin1"));
  const read = async (args: object = {}) =>
    (await call("read_volume_file", { volume_path: `${root}/x.txt`, ...args })).data;

  test("shows a long text part by part, without breaking a character", async () => {
    const text = "zażółć 🦊 ".repeat(50);
    put(text);
    let found = "";
    let offset: number | undefined = 0;
    let parts = 0;
    while (offset !== undefined) {
      const data: Readonly<Record<string, unknown>> = await read({ max_chars: 7, offset_bytes: offset });
      expect(String(data["text"]).length).toBeLessThanOrEqual(7);
      found += String(data["text"]);
      expect(data["truncated"]).toBe(data["next_offset_bytes"] !== undefined);
      offset = data["next_offset_bytes"] as number | undefined;
      parts += 1;
    }
    expect([found, parts > 60]).toEqual([text, true]);
  });

  test("asks for no more than it shows", async () => {
    put("x".repeat(500_000));
    await read({ max_chars: 100 });
    expect(volume.server.received.at(-1)?.headers.get("range")).toBe("bytes=0-303");
  });

  test.each([
    ["", "", "utf-8"],
    ["\u00ef\u00bb\u00bfa", "\ufeffa", "utf-8"],
    ["\u00ff\u00fea\u0000b\u0000", "\ufeffab", "utf-16le"],
    ["caf\u00e9", "café", "windows-1252"],
  ])("%j is %j in %s", async (bytes, text, encoding) => {
    volume.files.set("x.txt", bytes);
    expect(await read()).toMatchObject({ text, encoding, truncated: false });
  });

  test("refuses what is no text", async () => {
    put(new Uint8Array([80, 65, 82, 49, 0, 1, 2, 3]));
    const error = await failure("read_volume_file", { volume_path: `${root}/x.txt` });
    expect([String(error.code), error.hint]).toEqual([
      "invalid_input",
      expect.stringContaining("download_from_volume"),
    ]);
  });
});

describe("upload_to_volume", () => {
  test("puts what is in a folder into the folder that is named, and says what it left out", async () => {
    const source = await tree({
      "a b#%?.txt": "1",
      "in/ż.txt": "22",
      ".env": "secret",
      "__pycache__/x": "",
      empty: "",
    });
    await mkdir(join(source, "bare"));
    await writeFile(join(folder, "outside"), "secret");
    await symlink(join(folder, "outside"), join(source, "out"));
    await symlink(join(source, "in", "ż.txt"), join(source, "inside"));
    await symlink(folder, join(source, "up"));
    const { data, failed, text } = await call("upload_to_volume", { source, volume_path: `${root}/to` });
    expect(failed).toBe(false);
    expect(data).toMatchObject({ state: "complete", uploaded: 4, bytes_sent: 5, failed: 0, not_tried: 0, left_out: 4 });
    expect([...volume.files].toSorted()).toEqual([
      ["to/a b#%?.txt", "1"],
      ["to/empty", ""],
      ["to/in/ż.txt", Buffer.from("22").toString()],
      ["to/inside", "22"],
    ]);
    expect(volume.folders.has("to/bare")).toBe(true);
    expect(
      rowsOf({ data, text, failed })
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([".env", "__pycache__", "out", "up"]);
    expect(text).toContain("leads out of the folder");
  });

  test("an empty folder is there as one", async () => {
    const source = join(folder, "bare");
    await mkdir(source);
    const { data } = await call("upload_to_volume", { source, volume_path: `${root}/bare` });
    expect(data).toMatchObject({ state: "complete", uploaded: 0, already_there: 0 });
    expect([...volume.folders]).toContain("bare");
  });

  test("puts a file under its new name, or into the folder that is there or ends in a slash", async () => {
    const source = join(await tree({ "a.txt": "1" }), "a.txt");
    volume.folders.add("there");
    for (const volume_path of [`${root}/b.txt`, `${root}/there`, `${root}/new/`, root])
      expect((await call("upload_to_volume", { source, volume_path })).failed).toBe(false);
    expect([...volume.files.keys()]).toEqual(["b.txt", "there/a.txt", "new/a.txt", "a.txt"]);
  });

  test("replaces nothing unless it is told, and lists each file that is in the way", async () => {
    const source = await tree({ a: "new", b: "new", c: "new" });
    volume.files.set("b", "old");
    const { data, failed } = await call("upload_to_volume", { source, volume_path: root });
    expect([failed, data["state"], data["uploaded"], data["failed"]]).toEqual([true, "incomplete", 2, 1]);
    expect(data["rows"]).toEqual([["b", "failed", expect.stringContaining("already_exists")]]);
    expect([volume.files.get("b"), data["hint"]]).toEqual(["old", expect.stringContaining("overwrite: true")]);
    expect((await call("upload_to_volume", { source, volume_path: root, overwrite: true })).failed).toBe(false);
    expect(volume.files.get("b")).toBe("new");
  });

  test("goes on where it was left: files of the same size are left alone", async () => {
    const source = await tree({ a: "1", b: "22", c: "333" });
    volume.files.set("a", "x").set("b", "xxx");
    const { data } = await call("upload_to_volume", { source, volume_path: root, resume: true, overwrite: true });
    expect(data).toMatchObject({ state: "complete", uploaded: 2, already_there: 1 });
    expect([volume.files.get("a"), volume.files.get("b")]).toEqual(["x", "22"]);
  });

  test("sends five files at once at most", async () => {
    const source = await tree(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, "x"])));
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    volume.answer = async ({ method }) => {
      if (method !== "PUT") return undefined as never;
      most = Math.max(most, (running += 1));
      if (running === 5) {
        // Time enough for a sixth to come: two requests there and back.
        for (const _ of [1, 2]) await fetch(volume.server.host);
        gate.resolve();
      }
      await gate.promise;
      running -= 1;
      return new Response(null, { status: 204 });
    };
    const { data } = await call("upload_to_volume", { source, volume_path: root });
    expect([data["uploaded"], most]).toEqual([30, 5]);
  });

  test("ends with the first refusal that meets every file", async () => {
    const source = await tree(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`f${at}`, "x"])));
    volume.answer = ({ method }) =>
      method === "PUT" ? refusal(403, "PERMISSION_DENIED", "You need WRITE VOLUME") : undefined;
    expect((await failure("upload_to_volume", { source, volume_path: root })).code).toBe("permission_denied");
    expect(writes().length).toBeLessThanOrEqual(5);
  });

  test("a workspace that is away is not asked for each file", async () => {
    const source = await tree(
      Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}`.padStart(4, "a"), "x"])),
    );
    let count = 0;
    volume.answer = ({ method }) => {
      if (method !== "PUT") return undefined;
      count += 1;
      return count > 20 ? refusal(400, "BAD", "no") : undefined;
    };
    const { data } = await call("upload_to_volume", { source, volume_path: root });
    expect(data["uploaded"]).toBe(20);
    expect(data["failed"]).toBeLessThanOrEqual(15);
    expect(Number(data["not_tried"]) + Number(data["failed"])).toBe(40);
    expect(data["hint"]).toContain("stopped");
  });

  test("ends when the caller goes, and says so as an abort", async () => {
    const source = await tree(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, "x"])));
    const controller = new AbortController();
    volume.answer = ({ method }) => {
      if (method !== "PUT") return undefined;
      controller.abort();
      return new Promise(() => {});
    };
    const error = await it.failure(
      "upload_to_volume",
      { source, volume_path: root },
      { ...more(), signal: controller.signal },
    );
    expect(error.code).toBe("interrupted");
    expect(writes().length).toBeLessThanOrEqual(5);
  });

  test("says when the time is over what was not sent", async () => {
    const source = await tree({ a: "1", b: "2", c: "3" });
    volume.answer = ({ method, path }) =>
      method === "PUT" && !path.endsWith("/a") ? new Promise(() => {}) : undefined;
    const { data, failed } = await call("upload_to_volume", { source, volume_path: root, wait_seconds: 0.3 });
    expect([failed, data["uploaded"], data["not_tried"]]).toEqual([true, 1, 2]);
    expect(data["hint"]).toContain("resume: true");
  });

  const noSources: readonly (readonly [string, string])[] = [
    ["none", "not_found"],
    ...(process.platform === "win32" ? [] : ([["pipe", "invalid_input"]] as const)),
  ];
  test.each(noSources)("%s is no source", async (name, code) => {
    if (name === "pipe") Bun.spawnSync(["mkfifo", join(folder, "pipe")]);
    const error = await failure("upload_to_volume", { source: join(folder, name), volume_path: root });
    expect(String(error.code)).toBe(code);
    expect(writes()).toEqual([]);
  });
});

describe("download_from_volume", () => {
  const files = async (path = folder): Promise<string[]> =>
    (await readdir(path, { recursive: true, withFileTypes: true }))
      .filter((one) => one.isFile())
      .map(({ name }) => name)
      .toSorted();

  test("brings a folder with all that is in it", async () => {
    volume.files.set("in/a b.txt", "1").set("in/deep/ż", "22").set("in/empty", "");
    volume.folders.add("in/bare");
    const destination = join(folder, "new", "place");
    const { data } = await call("download_from_volume", { volume_path: `${root}/in`, destination });
    expect(data).toMatchObject({ state: "complete", downloaded: 3, bytes_received: 3, failed: 0 });
    expect(await readFile(join(destination, "deep", "ż"), "latin1")).toBe("22");
    expect((await readdir(destination)).toSorted()).toEqual(["a b.txt", "bare", "deep", "empty"]);
  });

  test("replaces nothing unless it is told, and leaves no parts behind", async () => {
    volume.files.set("a", "new").set("b", "new");
    await writeFile(join(folder, "a"), "old");
    const args = { volume_path: root, destination: folder };
    const { data, failed } = await call("download_from_volume", args);
    expect([failed, data["downloaded"], data["failed"]]).toEqual([true, 1, 1]);
    expect(await readFile(join(folder, "a"), "utf8")).toBe("old");
    expect((await call("download_from_volume", { ...args, overwrite: true })).data["downloaded"]).toBe(2);
    expect(await readFile(join(folder, "a"), "utf8")).toBe("new");
    expect(await call("download_from_volume", { ...args, resume: true })).toMatchObject({ data: { already_there: 2 } });
    expect(await files()).toEqual(["a", "b"]);
  });

  test("one file goes under the name that is given, or into the folder that is there", async () => {
    volume.files.set("a.txt", "1");
    const volume_path = `${root}/a.txt`;
    for (const destination of [join(folder, "b.txt"), folder, `${join(folder, "new")}/`])
      expect((await call("download_from_volume", { volume_path, destination })).data["state"]).toBe("complete");
    expect(await files()).toEqual(["a.txt", "a.txt", "b.txt"]);
    const error = await failure("download_from_volume", { volume_path, destination: folder });
    expect([String(error.code), error.message]).toEqual(["already_exists", expect.stringContaining("overwrite")]);
  });

  test.each(["linux", "darwin", "win32"] as const)("no name leads out of the destination on %s", async (os) => {
    const evil = ["..", ".", "", "../../evil", "/etc/evil", "..\\evil", "C:\\evil", "a\\b", "nul\0x", "\ud800"];
    const windows = ["con", "NUL.txt", "COM1", "a.", "b ", "x:stream", "C:evil", "q?"];
    volume.answer = ({ method, path }) => {
      if (method !== "GET" || !path.includes("/directories/")) return undefined;
      const names = [...evil, ...windows, "good"];
      return { contents: names.map((name) => ({ name, path: `/Volumes/x/${name}`, file_size: 4 })) };
    };
    for (const name of [...windows, "good"]) volume.files.set(name, "evil");
    const destination = join(folder, "to");
    const deps = { ...it.context.deps, os };
    const { data, text } = await call("download_from_volume", { volume_path: root, destination }, { deps });
    const taken = os === "win32" ? ["good"] : [...windows, "good"].toSorted();
    expect([data["downloaded"], await files(folder)]).toEqual([taken.length, taken]);
    expect(await readdir(folder)).toEqual(["to"]);
    expect(data["failed"]).toBe(os === "win32" ? evil.length + windows.length : evil.length);
    expect(text).toContain("refused");
    expect(volume.server.received.filter(({ path }) => path.includes("%2F") || path.includes("%5C"))).toEqual([]);
  });

  test("whatever a listing says, nothing is written but below the destination, and no call breaks", async () => {
    const pieces = fc.constantFrom("..", ".", "/", "\\", "a", "C:", "\0", "con", " ", "%2f", "\ud800", "é", "e\u0301");
    const name = fc.oneof(
      fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join("")),
      fc.string({ unit: "binary" }),
    );
    const entry = fc.record({ name, is_directory: fc.boolean(), file_size: fc.constantFrom(0, 4, -1, 1e300) });
    const oses = fc.constantFrom("linux" as const, "darwin" as const, "win32" as const);
    const property = fc.asyncProperty(fc.array(entry, { maxLength: 6 }), oses, async (contents, os) => {
      const inner = join(folder, "in", "here");
      volume.answer = ({ path, method }) => {
        if (method === "HEAD") return path.endsWith("/vol") ? new Response(null) : undefined;
        if (path.includes("/fs/files/")) return new Response("evil");
        return { contents: path.replace(/\/$/, "").endsWith("/vol") ? contents : [] };
      };
      const deps = { ...it.context.deps, os };
      const { data } = await call("download_from_volume", { volume_path: root, destination: inner }, { deps });
      expect(Number(data["downloaded"])).toBeLessThanOrEqual(contents.length);
      expect([await readdir(folder), await readdir(join(folder, "in"))]).toEqual([["in"], ["here"]]);
      await rm(join(folder, "in"), { recursive: true });
    });
    await fc.assert(property, { numRuns: 150 });
  });

  test("no link in the destination leads out of it", async () => {
    volume.files.set("sub/evil", "x").set("sub/deep/evil", "x").set("fine", "x");
    const destination = join(folder, "to");
    const outside = join(folder, "outside");
    await mkdir(destination);
    await mkdir(outside);
    await symlink(outside, join(destination, "sub"));
    const { data } = await call("download_from_volume", { volume_path: root, destination });
    expect([data["downloaded"], await readdir(outside)]).toEqual([1, []]);
    expect(data["failed"]).toBeGreaterThanOrEqual(2);
  });

  test("names that differ by case alone are one where the disk says so", async () => {
    volume.files.set("A", "1").set("a", "2");
    const deps = { ...it.context.deps, os: "darwin" as const };
    const args = { volume_path: root, destination: folder, overwrite: true };
    expect((await call("download_from_volume", args, { deps })).data).toMatchObject({ downloaded: 1, failed: 1 });
  });

  test("what was promised and does not come leaves nothing behind", async () => {
    volume.files.set("a", "x");
    volume.answer = ({ method, path }) =>
      method === "GET" && path.includes("/files/") ? refusal(500, "INTERNAL_ERROR", "no") : undefined;
    expect((await failure("download_from_volume", { volume_path: `${root}/a`, destination: folder })).code).toBe(
      "workspace_error",
    );
    expect(await files()).toEqual([]);
  });
});

describe("delete_volume_path", () => {
  test("a volume itself is never deleted, however it is written", async () => {
    for (const volume_path of [root, `${root}/`, `dbfs:${root}//`]) {
      const error = await failure("delete_volume_path", { volume_path, recursive: true });
      expect([String(error.code), error.hint]).toEqual(["invalid_input", expect.stringContaining("DROP VOLUME")]);
    }
    expect(volume.server.received).toEqual([]);
  });

  test("a folder with something in it goes only with recursive", async () => {
    volume.files.set("in/a", "").set("in/deep/b", "").set("beside", "");
    volume.folders.add("in").add("in/deep").add("in/bare");
    const volume_path = `${root}/in`;
    const error = await failure("delete_volume_path", { volume_path });
    expect([String(error.code), error.hint]).toEqual(["conflict", expect.stringContaining("recursive")]);
    const { data } = await call("delete_volume_path", { volume_path, recursive: true });
    expect(data).toMatchObject({ state: "complete", files_deleted: 2, folders_deleted: 3, failed: 0, not_tried: 0 });
    expect([...volume.files.keys(), ...volume.folders]).toEqual(["beside", ""]);
  });

  test("what cannot be deleted is told, and its folders stay", async () => {
    volume.files.set("in/a", "").set("in/deep/b", "").set("in/other/c", "");
    for (const name of ["in", "in/deep", "in/other"]) volume.folders.add(name);
    volume.answer = ({ method }, path) =>
      method === "DELETE" && path === "in/deep/b" ? refusal(400, "BAD", "locked") : undefined;
    const { data, failed } = await call("delete_volume_path", { volume_path: `${root}/in`, recursive: true });
    expect(failed).toBe(true);
    expect(data).toMatchObject({ state: "incomplete", files_deleted: 2, folders_deleted: 1, failed: 1, not_tried: 2 });
    expect(data["rows"]).toEqual([[`${root}/in/deep/b`, "failed", expect.stringContaining("locked")]]);
    expect([...volume.files.keys()]).toEqual(["in/deep/b"]);
  });

  test("a listing that climbs deletes nothing above", async () => {
    volume.files.set("in/a", "").set("precious", "");
    volume.folders.add("in");
    volume.answer = ({ method, path }) =>
      method === "GET" && path.endsWith("/in")
        ? { contents: [{ name: "..", is_directory: true }, { name: "../precious" }, { name: "a" }] }
        : undefined;
    const { data } = await call("delete_volume_path", { volume_path: `${root}/in`, recursive: true });
    expect(data).toMatchObject({ files_deleted: 1, folders_deleted: 0, failed: 2 });
    expect(writes().map(({ path }) => path)).toEqual([`/api/2.0/fs/files${root}/in/a`]);
  });

  test("what has gone by itself is as good as deleted; what was never there is not", async () => {
    volume.files.set("in/a", "");
    volume.answer = ({ method }) => (method === "DELETE" ? refusal(404, "NOT_FOUND", "gone") : undefined);
    const { data } = await call("delete_volume_path", { volume_path: `${root}/in`, recursive: true });
    expect(data).toMatchObject({ state: "complete", files_deleted: 1, folders_deleted: 1 });
    expect((await failure("delete_volume_path", { volume_path: `${root}/none` })).code).toBe("not_found");
  });
});

test("create_volume_folder makes it once, and says when it was there", async () => {
  const volume_path = `${root}/new/er`;
  expect((await call("create_volume_folder", { volume_path })).data).toMatchObject({ name: "er", was_there: false });
  expect((await call("create_volume_folder", { volume_path })).data).toMatchObject({ was_there: true });
});

test("list_volumes shows each as the path that the other tools take", async () => {
  volume.answer = ({ path }) =>
    path.endsWith("/unity-catalog/volumes")
      ? { volumes: [{ name: "v", catalog_name: "c", schema_name: "s", volume_type: "MANAGED" }] }
      : undefined;
  const result = await call("list_volumes", { catalog: "c", schema: "s" });
  expect(rowsOf(result)).toMatchObject([{ volume_path: "/Volumes/c/s/v", type: "MANAGED" }]);
});
