import { afterEach, beforeEach, expect, test } from "bun:test";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;
beforeEach(async () => void (emulator = await startTestEmulator()));
afterEach(() => emulator.dispose());

const post = (operation: string, body: object) => emulator.call(`POST /api/2.0/dbfs/${operation}`, { body });
const get = (operation: string, path: string, more = "") =>
  emulator.call(`GET /api/2.0/dbfs/${operation}?path=${encodeURIComponent(path)}${more}`);
const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");

test("a file is put, listed, read in parts, moved and deleted", async () => {
  expect((await get("list", "/")).text).toBe("{}");
  expect((await post("put", { path: "/a/b.txt", contents: base64("0123456789") })).status).toBe(200);
  expect((await get("get-status", "dbfs:/a/b.txt")).json).toMatchObject({
    path: "/a/b.txt",
    is_dir: false,
    file_size: 10,
  });
  expect((await get("list", "/a")).json["files"]).toEqual([expect.objectContaining({ path: "/a/b.txt" })]);
  expect((await get("list", "/")).json["files"]).toEqual([expect.objectContaining({ path: "/a", is_dir: true })]);
  expect((await get("read", "/a/b.txt", "&offset=3&length=4")).json).toEqual({ bytes_read: 4, data: base64("3456") });
  expect((await get("read", "/a/b.txt", "&offset=99")).json).toEqual({ bytes_read: 0, data: "" });
  expect((await post("put", { path: "/a/b.txt", contents: "" })).json["error_code"]).toBe("RESOURCE_ALREADY_EXISTS");
  expect((await post("move", { source_path: "/a/b.txt", destination_path: "/c/d.txt" })).status).toBe(200);
  expect((await get("get-status", "/a/b.txt")).json["error_code"]).toBe("RESOURCE_DOES_NOT_EXIST");
  expect((await post("delete", { path: "/c" })).json["error_code"]).toBe("IO_ERROR");
  expect((await post("delete", { path: "/c", recursive: true })).status).toBe(200);
  expect((await post("delete", { path: "/c" })).status).toBe(200);
});

test("a large file comes in blocks, and is there when it is closed", async () => {
  const { handle } = (await post("create", { path: "/big.bin" })).json;
  const block = Buffer.alloc(1024 * 1024, 7);
  for (let at = 0; at < 3; at++) expect((await post("add-block", { handle, data: base64(block) })).status).toBe(200);
  expect((await get("get-status", "/big.bin")).status).toBe(404);
  expect((await post("close", { handle })).status).toBe(200);
  expect((await get("get-status", "/big.bin")).json["file_size"]).toBe(3 * 1024 * 1024);
  expect((await post("close", { handle })).json["error_code"]).toBe("RESOURCE_DOES_NOT_EXIST");
  const large = base64(Buffer.alloc(1024 * 1024 + 1));
  expect((await post("put", { path: "/x", contents: large })).json["error_code"]).toBe("MAX_BLOCK_SIZE_EXCEEDED");
  expect((await get("read", "/big.bin", "&length=1048577")).json["error_code"]).toBe("MAX_READ_SIZE_EXCEEDED");
});

test.each(["relative", "/../etc/passwd", "/a/../../x", "/Volumes/main/default/v", "file:/etc/passwd", "s3://b/x"])(
  "%s is no path here",
  async (path) => {
    expect((await get("get-status", path)).json["error_code"]).toBe("INVALID_PARAMETER_VALUE");
    expect((await post("put", { path, contents: "" })).json["error_code"]).toBe("INVALID_PARAMETER_VALUE");
  },
);

test("the root stays, and a folder is made once and again", async () => {
  expect((await post("delete", { path: "/", recursive: true })).json["error_code"]).toBe("INVALID_PARAMETER_VALUE");
  for (let at = 0; at < 2; at++) expect((await post("mkdirs", { path: "/d/e" })).status).toBe(200);
  expect((await get("get-status", "/d/e")).json["is_dir"]).toBe(true);
  expect((await post("put", { path: "/d/e", contents: "", overwrite: true })).json["error_code"]).toBe(
    "RESOURCE_ALREADY_EXISTS",
  );
});
