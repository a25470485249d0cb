import { expect, test } from "bun:test";
import { failureOf, refusal, sentJson, serve, workspaceAt } from "./testing.ts";

const notebook = {
  path: "/Users/me/n",
  object_type: "NOTEBOOK",
  language: "PYTHON",
  object_id: 4503599627370497,
  created_at: 1700000000000,
  modified_at: 1700000000001,
};

test("list gives every kind of object, new ones too", async () => {
  const file = '{"path":"/a.txt","object_type":"DESIGNER_FILE","object_id":9223372036854775807,"size":7}';
  await using server = serve(() => new Response(`{"objects":[${JSON.stringify(notebook)},${file}]}`));
  const { objects } = workspaceAt(server.host);
  expect(await objects.list("/Users/me/ä b", { notebooksModifiedAfterMs: 5 })).toEqual([
    {
      path: "/Users/me/n",
      objectType: "NOTEBOOK",
      language: "PYTHON",
      objectId: "4503599627370497",
      createdAtMs: 1700000000000,
      modifiedAtMs: 1700000000001,
      sizeBytes: undefined,
    },
    {
      path: "/a.txt",
      objectType: "DESIGNER_FILE",
      language: undefined,
      objectId: "9223372036854775807",
      createdAtMs: undefined,
      modifiedAtMs: undefined,
      sizeBytes: 7,
    },
  ]);
  expect(server.received[0]).toMatchObject({
    method: "GET",
    path: "/api/2.0/workspace/list",
    search: "?path=%2FUsers%2Fme%2F%C3%A4%20b&notebooks_modified_after=5",
  });
});

test("an empty folder is an empty list", async () => {
  await using server = serve(() => ({}));
  expect(await workspaceAt(server.host).objects.list("/x")).toEqual([]);
});

test("getStatus names the object", async () => {
  await using server = serve(() => notebook);
  expect((await workspaceAt(server.host).objects.getStatus("/Users/me/n")).objectId).toBe("4503599627370497");
  expect(server.received[0]?.path).toBe("/api/2.0/workspace/get-status");
});

test("an answer without a path is told as such", async () => {
  await using server = serve(() => ({ object_type: "NOTEBOOK" }));
  const error = await failureOf(workspaceAt(server.host).objects.getStatus("/x"));
  expect(error).toMatchObject({ code: "bad_response", message: 'The workspace\'s answer lacks "path"' });
});

test("export gives the very bytes", async () => {
  const bytes = new Uint8Array([0, 255, 10, 13, 195, 164]);
  await using server = serve(() => ({ content: bytes.toBase64(), file_type: "py" }));
  const exported = await workspaceAt(server.host).objects.export("/n", { format: "JUPYTER" });
  expect(exported).toEqual({ content: bytes, fileType: "py" });
  expect(server.received[0]?.search).toBe("?path=%2Fn&format=JUPYTER");
});

test("an empty file has no content in its answer", async () => {
  await using server = serve(() => ({}));
  const exported = await workspaceAt(server.host).objects.export("/n");
  expect(exported).toEqual({ content: new Uint8Array(), fileType: undefined });
  expect(server.received[0]?.search).toBe("?path=%2Fn&format=SOURCE");
});

test("import sends text as UTF-8 in base64, and bytes as they are", async () => {
  await using server = serve(() => ({}));
  const { objects } = workspaceAt(server.host);
  await objects.import("/n", { content: "print('ä')\n", language: "PYTHON", overwrite: true });
  await objects.import("/f", { content: new Uint8Array([1, 255]), format: "RAW" });
  expect(sentJson(server.received[0])).toEqual({
    path: "/n",
    format: "SOURCE",
    language: "PYTHON",
    overwrite: true,
    content: Buffer.from("print('ä')\n").toString("base64"),
  });
  expect(sentJson(server.received[1])).toEqual({ path: "/f", format: "RAW", overwrite: false, content: "Af8=" });
});

test("mkdirs and delete send what they are told", async () => {
  await using server = serve(() => ({}));
  const { objects } = workspaceAt(server.host);
  await objects.mkdirs("/a/b");
  await objects.delete("/a", { recursive: true });
  await objects.delete("/c");
  expect(server.received.map(({ method, path, body }) => [method, path, body])).toEqual([
    ["POST", "/api/2.0/workspace/mkdirs", '{"path":"/a/b"}'],
    ["POST", "/api/2.0/workspace/delete", '{"path":"/a","recursive":true}'],
    ["POST", "/api/2.0/workspace/delete", '{"path":"/c","recursive":false}'],
  ]);
});

test.each([
  ["RESOURCE_ALREADY_EXISTS", 400, "already_exists"],
  ["MAX_NOTEBOOK_SIZE_EXCEEDED", 400, "too_large"],
  ["DIRECTORY_NOT_EMPTY", 400, "conflict"],
  ["RESOURCE_DOES_NOT_EXIST", 404, "not_found"],
])("%s has a hint", async (errorCode, status, code) => {
  await using server = serve(() => refusal(status, errorCode, "Path (/x) ..."));
  const error = await failureOf(workspaceAt(server.host).objects.import("/x", { content: "" }));
  expect(String(error.code)).toBe(code);
  expect(error.hint).toBeString();
});
