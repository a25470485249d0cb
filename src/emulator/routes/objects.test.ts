import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";

let emulator: TestEmulator;
let home = "";
let count = 0;

beforeAll(async () => {
  emulator = await startTestEmulator();
});

afterAll(() => emulator.dispose());

beforeEach(async () => {
  count += 1;
  home = `/Users/me@example.com/t${count}`;
  await post("mkdirs", { path: home });
});

function get(call: string, query: Record<string, string>): Promise<TestAnswer> {
  return emulator.call(`GET /api/2.0/workspace/${call}?${new URLSearchParams(query)}`);
}

function post(call: string, body: object): Promise<TestAnswer> {
  return emulator.call(`POST /api/2.0/workspace/${call}`, { body });
}

const base64 = (content: string | Uint8Array): string => Buffer.from(content).toString("base64");

function put(path: string, content: string | Uint8Array, fields: object = {}): Promise<TestAnswer> {
  return post("import", { path, content: base64(content), format: "SOURCE", language: "PYTHON", ...fields });
}

async function exported(path: string, format = "SOURCE"): Promise<string> {
  const { json } = await get("export", { path, format });
  return Buffer.from(String(json["content"]), "base64").toString();
}

describe("list and get-status", () => {
  test("fields of a notebook, a file and a folder", async () => {
    await put(`${home}/etl`, "x = 1");
    await put(`${home}/data.csv`, "a,b", { format: "AUTO" });
    await post("mkdirs", { path: `${home}/sub` });
    const { json } = await get("list", { path: home });
    expect(json["objects"]).toEqual([
      {
        object_type: "FILE",
        path: `${home}/data.csv`,
        object_id: expect.anything(),
        resource_id: expect.any(String),
        created_at: expect.any(Number),
        modified_at: expect.any(Number),
        size: 3,
      },
      {
        object_type: "NOTEBOOK",
        path: `${home}/etl`,
        language: "PYTHON",
        object_id: expect.anything(),
        resource_id: expect.any(String),
        created_at: expect.any(Number),
        modified_at: expect.any(Number),
      },
      {
        object_type: "DIRECTORY",
        path: `${home}/sub`,
        object_id: expect.anything(),
        resource_id: expect.any(String),
      },
    ]);
  });

  test("an id beyond 2^53 is a bare integer with every digit on the wire", async () => {
    for (let index = 0; index < 3; index++) await put(`${home}/n${index}`, "1");
    const { text } = await get("list", { path: home });
    const ids = [...text.matchAll(/"object_id":(\d+),"resource_id":"(\d+)"/g)];
    expect(ids.length).toBe(3);
    for (const [, bare, quoted] of ids) expect(bare).toBe(quoted);
    expect(ids.some(([, bare = ""]) => BigInt(bare) > 2n ** 53n && String(Number(bare)) !== bare)).toBe(true);
  });

  test("an empty folder is an empty object, a notebook lists itself", async () => {
    expect((await get("list", { path: home })).json).toEqual({});
    await put(`${home}/one`, "1");
    const { json } = await get("list", { path: `/Workspace${home}/one` });
    expect(json["objects"]).toEqual([expect.objectContaining({ path: `${home}/one` })]);
  });

  test("notebooks_modified_after leaves older notebooks out", async () => {
    await put(`${home}/one`, "1");
    const later = String(Date.now() + 60_000);
    expect((await get("list", { path: home, notebooks_modified_after: later })).json).toEqual({});
  });

  test.each([
    ["get-status", { path: "/Shared/none" }, 404, "RESOURCE_DOES_NOT_EXIST", "Path (/Shared/none) doesn't exist."],
    ["list", { path: "/Shared/none" }, 404, "RESOURCE_DOES_NOT_EXIST", "Path (/Shared/none) doesn't exist."],
    ["list", { path: "relative" }, 400, "INVALID_PARAMETER_VALUE", "Path (relative) doesn't start with '/'"],
    ["list", {}, 400, "INVALID_PARAMETER_VALUE", "Missing required field: path"],
  ])("%s %j", async (call, query, status, code, message) => {
    const answer = await get(call, query as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(answer.json).toEqual({ error_code: code, message });
  });
});

describe("import", () => {
  test("SOURCE makes a notebook; a text without the header gets it, one with it stays as it is", async () => {
    await put(`${home}/plain`, "x = 1\n");
    expect(await exported(`${home}/plain`)).toBe("# Databricks notebook source\nx = 1\n");
    const odd = "# Databricks notebook source\r\n\r\nx = 1\r\n\r\n# COMMAND ----------\r\n\r\ny";
    await put(`${home}/odd`, odd);
    expect(await exported(`${home}/odd`)).toBe(odd);
  });

  test("SOURCE needs a language, and knows four", async () => {
    const body = { path: `${home}/x`, content: base64("1"), format: "SOURCE" };
    expect(await post("import", body)).toMatchObject({ status: 400, json: { error_code: "INVALID_PARAMETER_VALUE" } });
    expect((await post("import", { ...body, language: "RUBY" })).status).toBe(400);
    for (const language of ["PYTHON", "SQL", "SCALA", "R"]) {
      const path = `${home}/${language}`;
      expect((await post("import", { ...body, path, language })).json).toEqual({});
      expect((await get("get-status", { path })).json["language"]).toBe(language);
    }
  });

  test.each([
    ["a.py", "# Databricks notebook source\nx", "a", "NOTEBOOK", "PYTHON"],
    ["a.sql", "-- Databricks notebook source\nselect 1", "a", "NOTEBOOK", "SQL"],
    ["a.scala", "// Databricks notebook source\nval x = 1", "a", "NOTEBOOK", "SCALA"],
    ["a.R", "# Databricks notebook source\nx <- 1", "a", "NOTEBOOK", "R"],
    ["a.py", "# Databricks notebook source\r\nx", "a", "NOTEBOOK", "PYTHON"],
    ["a.py", "print(1)", "a.py", "FILE", undefined],
    ["a.sql", "# Databricks notebook source\nx", "a.sql", "FILE", undefined],
    ["a", "# Databricks notebook source\nx", "a", "FILE", undefined],
    ["a.txt", "# Databricks notebook source\nx", "a.txt", "FILE", undefined],
    [".py", "# Databricks notebook source\nx", ".py", "FILE", undefined],
    ["a.constructor", "x", "a.constructor", "FILE", undefined],
  ])("AUTO: %s that begins %j becomes %s, a %s", async (name, content, stored, type, language) => {
    await post("import", { path: `${home}/${name}`, content: base64(content), format: "AUTO" });
    const { json } = await get("get-status", { path: `${home}/${stored}` });
    expect(json["object_type"]).toBe(type);
    expect(json["language"]).toBe(language as string);
  });

  test("RAW keeps a notebook's text as a file", async () => {
    await put(`${home}/a.py`, "# Databricks notebook source\nx", { format: "RAW" });
    expect((await get("get-status", { path: `${home}/a.py` })).json["object_type"]).toBe("FILE");
  });

  test("a second import needs overwrite", async () => {
    await put(`${home}/etl`, "1");
    const again = await put(`${home}/etl`, "2");
    expect(again.status).toBe(400);
    expect(again.json).toEqual({
      error_code: "RESOURCE_ALREADY_EXISTS",
      message: `Path (${home}/etl) already exists.`,
    });
    expect((await put(`${home}/etl`, "2", { overwrite: true })).status).toBe(200);
    expect(await exported(`${home}/etl`)).toEndWith("2");
  });

  test("a missing parent, more than 10 MB, bad base64, bad UTF-8: refused, and nothing is stored", async () => {
    expect(await put(`${home}/no/x`, "1")).toMatchObject({
      status: 404,
      json: { error_code: "RESOURCE_DOES_NOT_EXIST" },
    });
    expect(await put(`${home}/x`, new Uint8Array(10 * 1024 * 1024 + 1))).toMatchObject({
      status: 400,
      json: { error_code: "MAX_NOTEBOOK_SIZE_EXCEEDED" },
    });
    expect((await post("import", { path: `${home}/x`, content: "*", language: "SQL" })).status).toBe(400);
    expect((await put(`${home}/x`, Uint8Array.of(0xff, 0xfe))).status).toBe(400);
    expect((await get("list", { path: home })).json).toEqual({});
  });

  test("exactly 10 MB passes", async () => {
    const answer = await put(`${home}/big`, new Uint8Array(10 * 1024 * 1024), { format: "RAW" });
    expect(answer.status).toBe(200);
  });

  test("multipart, as command line clients send it", async () => {
    const form = new FormData();
    form.set("path", `${home}/form`);
    form.set("format", "SOURCE");
    form.set("language", "PYTHON");
    form.set("overwrite", "true");
    form.set("content", new Blob(["# Databricks notebook source\nprint('ü')\n"]), "form.py");
    expect((await emulator.call("POST /api/2.0/workspace/import", { body: form })).json).toEqual({});
    expect(await exported(`${home}/form`)).toContain("print('ü')");
  });

  test.each(["DBC", "HTML", "R_MARKDOWN"])("%s is refused by name", async (format) => {
    const answer = await put(`${home}/x`, "1", { format });
    expect(answer.status).toBe(501);
    expect(answer.json["message"]).toContain(format);
  });
});

describe("Jupyter", () => {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { language_info: { name: "python" } },
    cells: [
      { cell_type: "markdown", metadata: {}, source: ["# Title\n", "\n", "text"] },
      { cell_type: "code", metadata: {}, outputs: [], execution_count: 1, source: "x = 1\nprint(x)" },
      {
        cell_type: "code",
        metadata: { "application/vnd.databricks.v1+cell": { title: "Rows", showTitle: true } },
        outputs: [],
        execution_count: null,
        source: ["%sql\n", "select 1"],
      },
    ],
  };

  test("in: cells, magics and titles become SOURCE", async () => {
    await put(`${home}/book.ipynb`, JSON.stringify(notebook), { format: "AUTO" });
    expect(await exported(`${home}/book`)).toBe(
      [
        "# Databricks notebook source\n# MAGIC %md\n# MAGIC # Title\n# MAGIC\n# MAGIC text",
        "x = 1\nprint(x)",
        "# DBTITLE 1,Rows\n# MAGIC %sql\n# MAGIC select 1\n",
      ].join("\n\n# COMMAND ----------\n\n"),
    );
  });

  test("out: the same cells come back", async () => {
    await put(`${home}/book`, JSON.stringify(notebook), { format: "JUPYTER" });
    const { json } = await get("export", { path: `${home}/book`, format: "JUPYTER" });
    expect(json["file_type"]).toBe("ipynb");
    const back = JSON.parse(Buffer.from(String(json["content"]), "base64").toString());
    expect(back).toMatchObject({ nbformat: 4, metadata: { language_info: { name: "python" } } });
    expect(back.cells.map((cell: { source: string[] }) => cell.source.join(""))).toEqual([
      "# Title\n\ntext",
      "x = 1\nprint(x)",
      "%sql\nselect 1",
    ]);
    expect(back.cells[0].cell_type).toBe("markdown");
    expect(back.cells[2].metadata["application/vnd.databricks.v1+cell"].title).toBe("Rows");
  });

  test.each(["not json", "[]", '{"nbformat": 3, "worksheets": []}', '{"cells": [{"source": 5}]}'])(
    "%s is refused",
    async (text) => {
      expect((await put(`${home}/x`, text, { format: "JUPYTER" })).status).toBe(400);
    },
  );
});

describe("export", () => {
  test.each([
    ["PYTHON", "py"],
    ["SQL", "sql"],
    ["SCALA", "scala"],
    ["R", "r"],
  ])("%s has file type %s", async (language, fileType) => {
    await put(`${home}/x`, "1", { language });
    for (const format of ["SOURCE", "AUTO"]) {
      expect((await get("export", { path: `${home}/x`, format })).json["file_type"]).toBe(fileType);
    }
  });

  test("direct download sends the bytes", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await put(`${home}/ü.bin`, bytes, { format: "RAW" });
    const path = encodeURIComponent(`${home}/ü.bin`);
    const response = await fetch(`${emulator.host}/api/2.0/workspace/export?path=${path}&direct_download=true`, {
      headers: { authorization: `Bearer ${emulator.token}` },
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get("content-disposition")).toContain("attachment");
  });

  test("HTML holds the cells as text", async () => {
    await put(`${home}/x`, "a = '<b>'");
    expect(await exported(`${home}/x`, "HTML")).toContain("a = &#39;&lt;b&gt;&#39;");
  });

  test("a folder is a zip of its notebooks, and with AUTO of its files too", async () => {
    await post("mkdirs", { path: `${home}/a/b` });
    await put(`${home}/a/b/etl`, "x");
    await put(`${home}/a/data.csv`, "1,2", { format: "RAW" });
    const names = async (format: string) => {
      const { json } = await get("export", { path: `${home}/a`, format });
      expect(json["file_type"]).toBe("zip");
      return unzip(Buffer.from(String(json["content"]), "base64"));
    };
    expect(await names("SOURCE")).toEqual({ "a/b/etl.py": "# Databricks notebook source\nx" });
    expect(await names("AUTO")).toEqual({ "a/b/etl.py": "# Databricks notebook source\nx", "a/data.csv": "1,2" });
  });

  test.each([
    ["DBC", 501],
    ["R_MARKDOWN", 501],
    ["PDF", 400],
  ])("format %s is refused with %d", async (format, status) => {
    await put(`${home}/x`, "1");
    expect((await get("export", { path: `${home}/x`, format })).status).toBe(status);
  });

  test("a file has no Jupyter form, a folder only archives", async () => {
    await put(`${home}/x.txt`, "1", { format: "RAW" });
    expect((await get("export", { path: `${home}/x.txt`, format: "JUPYTER" })).status).toBe(400);
    expect((await get("export", { path: home, format: "HTML" })).status).toBe(400);
    expect((await get("export", { path: `${home}/none`, format: "SOURCE" })).status).toBe(404);
  });
});

describe("mkdirs and delete", () => {
  test("parents are made, twice is fine, a notebook in the way is not", async () => {
    expect((await post("mkdirs", { path: `${home}/a/b/c` })).json).toEqual({});
    expect((await post("mkdirs", { path: `/Workspace${home}/a/b/c` })).status).toBe(200);
    await put(`${home}/a/n`, "1");
    expect(await post("mkdirs", { path: `${home}/a/n/x` })).toMatchObject({
      status: 400,
      json: { error_code: "RESOURCE_ALREADY_EXISTS" },
    });
  });

  test("a full folder needs recursive", async () => {
    await post("mkdirs", { path: `${home}/a/b` });
    expect(await post("delete", { path: `${home}/a` })).toMatchObject({
      status: 400,
      json: { error_code: "DIRECTORY_NOT_EMPTY" },
    });
    expect((await post("delete", { path: `${home}/a`, recursive: true })).json).toEqual({});
    expect(await post("delete", { path: `${home}/a` })).toMatchObject({
      status: 404,
      json: { error_code: "RESOURCE_DOES_NOT_EXIST" },
    });
  });
});

describe("workspace-files", () => {
  const upload = (path: string, body: string, query = ""): Promise<TestAnswer> =>
    emulator.call(`POST /api/2.0/workspace-files/import-file/${encodeURIComponent(path.slice(1))}${query}`, {
      body: new TextEncoder().encode(body),
    });

  test("a file goes up and comes down by its escaped path", async () => {
    expect((await upload(`${home}/a b.txt`, "hello")).json).toEqual({});
    const raw = await emulator.call(`GET /api/2.0/workspace-files${encodeURI(`${home}/a b.txt`)}`);
    expect(raw.text).toBe("hello");
  });

  test("a script with the notebook header becomes a notebook", async () => {
    await upload(`${home}/etl.py`, "# Databricks notebook source\nx");
    expect((await get("get-status", { path: `${home}/etl` })).json["object_type"]).toBe("NOTEBOOK");
  });

  test("exists: 409 for a file, 400 for a notebook, and overwrite", async () => {
    await upload(`${home}/a.txt`, "1");
    expect((await upload(`${home}/a.txt`, "2")).status).toBe(409);
    expect((await upload(`${home}/a.txt`, "2", "?overwrite=true")).status).toBe(200);
    await upload(`${home}/n.py`, "# Databricks notebook source\n1");
    const again = await upload(`${home}/n.py`, "# Databricks notebook source\n2");
    expect(again.status).toBe(400);
    expect(again.json["message"]).toBe(`Path (${home}/n) already exists.`);
  });

  test("no parent: 404", async () => {
    expect((await upload(`${home}/no/a.txt`, "1")).status).toBe(404);
  });
});

/** Reads the stored entries of an archive by its central directory, and checks each checksum. */
function unzip(archive: Buffer): Record<string, string> {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  let at = archive.readUInt32LE(end + 16);
  const files: Record<string, string> = {};
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [size, nameLength, local] = [
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ];
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(start, start + size);
    expect(Bun.hash.crc32(bytes)).toBe(archive.readUInt32LE(at + 16));
    files[name] = bytes.toString();
    at += 46 + nameLength;
  }
  return files;
}
