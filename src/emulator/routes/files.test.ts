// The Files API over HTTP: files and folders of a volume, in pages and in parts, and nothing outside of it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { JsonObject } from "../../platform/json.ts";
import { fileRoots } from "../kernel/file-paths.ts";
import { createFiles } from "../kernel/files.ts";
import { startTestEmulator, type TestEmulator } from "../testing-server.ts";

const fs = "/api/2.0/fs";
const volume = "/Volumes/main/default/vol";
let it: TestEmulator;

beforeAll(async () => {
  it = await startTestEmulator();
  const { json } = await it.call("GET /api/2.0/sql/warehouses");
  const [first] = json["warehouses"] as JsonObject[];
  const body = { statement: "CREATE VOLUME main.default.vol", warehouse_id: first?.["id"], wait_timeout: "50s" };
  expect((await it.call("POST /api/2.0/sql/statements", { body })).json["status"]).toEqual({ state: "SUCCEEDED" });
});
afterAll(() => it.dispose());

const put = async (path: string, text: string, query = ""): Promise<number> =>
  (await it.call(`PUT ${fs}/files${volume}/${path}${query}`, { body: Buffer.from(text) })).status;
const folder = async (): Promise<string> => {
  const [id = ""] = await readdir(join(it.world.folder, "files", "volumes"));
  return join(it.world.folder, "files", "volumes", id);
};

describe("a file", () => {
  test("is there as it was sent, whatever it is called, and its folders with it", async () => {
    for (const name of ["a b#c%d?.txt", "zażółć/🦊.bin", "con", "deep/er/x"]) {
      const path = name.split("/").map(encodeURIComponent).join("/");
      expect([name, await put(path, `in ${name}`)]).toEqual([name, 204]);
      const { text, headers } = await it.call(`GET ${fs}/files${volume}/${path}`);
      expect(text).toBe(`in ${name}`);
      expect(headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
      expect(Date.parse(headers.get("last-modified") ?? "")).toBeGreaterThan(0);
    }
    expect(await readdir(join(await folder(), "deep"))).toEqual(["er"]);
  });

  test("is not replaced unless that is asked for", async () => {
    expect(await put("once", "1")).toBe(204);
    const again = await it.call(`PUT ${fs}/files${volume}/once`, { body: Buffer.from("2") });
    expect([again.status, again.json["error_code"]]).toEqual([409, "ALREADY_EXISTS"]);
    expect((await it.call(`GET ${fs}/files${volume}/once`)).text).toBe("1");
    expect(await put("once", "3", "?overwrite=true")).toBe(204);
    expect((await it.call(`GET ${fs}/files${volume}/once`)).text).toBe("3");
    expect(await put("once/below", "4")).toBe(409);
  });

  test.each([
    ["bytes=0-2", 206, "abc", "bytes 0-2/6"],
    ["bytes=4-", 206, "ef", "bytes 4-5/6"],
    ["bytes=4-900", 206, "ef", "bytes 4-5/6"],
    ["bytes=-2", 206, "ef", "bytes 4-5/6"],
    ["lines=1-2", 200, "abcdef", null],
    ["bytes=3-1", 200, "abcdef", null],
  ])("%s is answered with %p", async (range, status, text, said) => {
    await put("letters", "abcdef", "?overwrite=true");
    const answer = await it.call(`GET ${fs}/files${volume}/letters`, { headers: { range } });
    expect([answer.status, answer.text, answer.headers.get("content-range")]).toEqual([status, text, said]);
    expect(answer.headers.get("content-length")).toBe(String(text.length));
  });

  test("has no part beyond its end, and an empty one has none at all", async () => {
    await put("letters", "abcdef", "?overwrite=true");
    await put("empty", "", "?overwrite=true");
    for (const [name, range] of [
      ["letters", "bytes=6-"],
      ["empty", "bytes=0-"],
    ] as const) {
      expect((await it.call(`GET ${fs}/files${volume}/${name}`, { headers: { range } })).status).toBe(416);
    }
    expect((await it.call(`GET ${fs}/files${volume}/empty`)).text).toBe("");
  });

  test("that was changed is not continued", async () => {
    await put("letters", "abcdef", "?overwrite=true");
    const of = (since: string) =>
      it.call(`GET ${fs}/files${volume}/letters`, { headers: { "if-unmodified-since": since } });
    const { headers } = await it.call(`HEAD ${fs}/files${volume}/letters`);
    expect((await of(headers.get("last-modified") ?? "")).status).toBe(200);
    expect((await of("Mon, 01 Jan 2001 00:00:00 GMT")).status).toBe(412);
  });

  test("tells its size to HEAD, and is gone after DELETE", async () => {
    await put("short-lived", "12345");
    const { status, headers } = await it.call(`HEAD ${fs}/files${volume}/short-lived`);
    expect([status, headers.get("content-length")]).toEqual([200, "5"]);
    expect((await it.call(`DELETE ${fs}/files${volume}/short-lived`)).status).toBe(204);
    for (const method of ["HEAD", "GET", "DELETE"]) {
      expect((await it.call(`${method} ${fs}/files${volume}/short-lived`)).status).toBe(404);
    }
  });

  test("whose sender goes away in the middle is never there", async () => {
    const target = new URL(it.host);
    const socket = connect(Number(target.port), target.hostname);
    const head = [
      `PUT ${fs}/files${volume}/broken HTTP/1.1`,
      `Host: ${target.host}`,
      `Authorization: Bearer ${it.token}`,
      "Content-Length: 1000000",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${"x".repeat(1000)}`);
    const uploads = join(it.world.folder, "files", "uploads");
    while ((await readdir(uploads).catch(() => [])).length === 0) await Bun.sleep(5);
    socket.destroy();
    while ((await readdir(uploads)).length > 0) await Bun.sleep(5);
    expect((await it.call(`HEAD ${fs}/files${volume}/broken`)).status).toBe(404);
  });
});

test("dbutils and the API see the same files", async () => {
  const files = createFiles(fileRoots(it.world));
  await files.put(`${volume}/both/from-dbutils.txt`, "żółć", false);
  expect((await it.call(`GET ${fs}/files${volume}/both/from-dbutils.txt`)).text).toBe("żółć");
  await put("both/from-api.txt", "x");
  expect((await files.list(`${volume}/both`)).map(({ name }) => name)).toEqual(["from-api.txt", "from-dbutils.txt"]);
});

describe("a folder", () => {
  const of = (path: string) => `${fs}/directories${volume}/${path}`;

  test("is made with those above it, as often as one likes, but not where a file is", async () => {
    for (const _again of [1, 2]) expect((await it.call(`PUT ${of("new/er/est")}`)).status).toBe(204);
    expect((await it.call(`HEAD ${of("new/er")}`)).status).toBe(200);
    await put("a-file", "");
    expect((await it.call(`PUT ${of("a-file")}`)).status).toBe(409);
    expect((await it.call(`PUT ${of("a-file/x")}`)).status).toBe(409);
    expect((await it.call(`HEAD ${of("a-file")}`)).status).toBe(404);
    expect((await it.call(`HEAD ${of("none")}`)).status).toBe(404);
  });

  test("is listed in pages, one of them empty", async () => {
    for (const name of ["a", "b", "c"]) await put(`pages/${name}`, name);
    await it.call(`PUT ${of("pages/d")}`);
    const pages: JsonObject[][] = [];
    let token = "";
    do {
      const { json } = await it.call(`GET ${of("pages")}/?page_size=2&page_token=${token}`);
      pages.push(json["contents"] as JsonObject[]);
      token = String(json["next_page_token"] ?? "");
    } while (token !== "");
    expect(pages.map((page) => page.map(({ name }) => name))).toEqual([["a", "b"], [], ["c", "d"]]);
    expect(pages[0]?.[0]).toEqual({
      path: `${volume}/pages/a`,
      name: "a",
      is_directory: false,
      file_size: 1,
      last_modified: expect.any(Number),
    });
    expect(pages[2]?.[1]).not.toHaveProperty("file_size");
  });

  test("is deleted when it is empty", async () => {
    await put("full/x", "");
    const { status, json } = await it.call(`DELETE ${of("full")}`);
    expect([status, json["error_code"]]).toEqual([400, "DIRECTORY_NOT_EMPTY"]);
    expect(JSON.stringify(json["details"])).toContain("FILES_API_DIRECTORY_IS_NOT_EMPTY");
    await it.call(`DELETE ${fs}/files${volume}/full/x`);
    expect((await it.call(`DELETE ${of("full")}`)).status).toBe(204);
    expect((await it.call(`DELETE ${of("full")}`)).status).toBe(404);
  });

  test("that is a volume is listed before anything is in it, and stays", async () => {
    expect((await it.call(`GET ${of("")}`)).status).toBe(200);
    expect((await it.call(`DELETE ${of("")}`)).status).toBe(400);
  });
});

describe("nothing is reached outside of the volume", () => {
  test.each([
    ["files/Volumes/main/default/vol/..%2F..%2F..%2Fstore", 400],
    ["files/Volumes/main/default/vol/%2E%2E%2Fx", 400],
    ["files/Volumes/main/default/none/x", 404],
    ["files/Volumes/none/default/vol/x", 404],
    ["files/Volumes/main/default", 400],
    ["files/etc/passwd", 400],
    ["files//etc/passwd", 400],
    ["files/dbfs:/x", 400],
    ["directories/Volumes/main", 400],
    ["directories/Volumes/main/default/vol/x%00y", 400],
  ])("%s is refused with %d", async (path, status) => {
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await it.call(`${method} ${fs}/${path}`, method === "PUT" ? { body: Buffer.from("x") } : {});
      expect([method, answer.status]).toEqual([method, status]);
    }
  });

  test("by a link", async () => {
    await put("beside", "");
    const outside = join(it.world.folder, "outside.txt");
    await writeFile(outside, "secret");
    await symlink(outside, join(await folder(), "link"));
    expect((await it.call(`GET ${fs}/files${volume}/link`)).status).toBe(400);
    const { json } = await it.call(`GET ${fs}/directories${volume}`);
    expect((json["contents"] as JsonObject[]).map(({ name }) => name)).not.toContain("link");
  });
});

test("an upload in parts is begun, and then there are no addresses for it", async () => {
  const begun = await it.call(`POST ${fs}/files${volume}/parts?action=initiate-upload`);
  expect(begun.json).toEqual({ multipart_upload: { session_token: expect.any(String) } });
  expect((await it.call(`POST ${fs}/files${volume}/parts?action=complete-upload`)).status).toBe(400);
  const { status, json } = await it.call(`POST ${fs}/create-upload-part-urls`, { body: { path: `${volume}/parts` } });
  expect([status, JSON.stringify(json["details"])]).toEqual([403, expect.stringContaining("API_IS_NOT_ENABLED")]);
  expect((await it.call(`HEAD ${fs}/files${volume}/parts`)).status).toBe(404);
});

test("volumes are listed and shown by Unity Catalog", async () => {
  const unity = "/api/2.1/unity-catalog/volumes";
  const { json } = await it.call(`GET ${unity}?catalog_name=main&schema_name=default`);
  const [vol] = json["volumes"] as JsonObject[];
  expect(vol).toMatchObject({ name: "vol", full_name: "main.default.vol", volume_type: "MANAGED" });
  expect((await it.call(`GET ${unity}/Main.default.VOL`)).json).toEqual(vol ?? {});
  for (const [name, status] of [
    ["main.default.none", 404],
    ["main.none.vol", 404],
    ["vol", 400],
  ] as const) {
    expect((await it.call(`GET ${unity}/${name}`)).status).toBe(status);
  }
});
