// The Files API as the client speaks it: paths, pages, parts, and a download that goes on where it broke.
import { describe, expect, test } from "bun:test";
import { silentLogger } from "../platform/log.ts";
import { createClient } from "./client.ts";
import { createFilesApi } from "./files.ts";
import { bytesOf, failureOf, fixedCredentials, inTurn, refusal, serve, testClock, workspaceAt } from "./testing.ts";

const volume = "/Volumes/c/s/v";
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test("each part of a path is encoded, and none of them climbs", async () => {
  await using server = serve(() => new Response(null, { status: 204 }));
  const { files } = workspaceAt(server.host);
  await files.delete(`${volume}/a b#c%d?/żó/x`);
  expect(server.received[0]?.path).toBe("/api/2.0/fs/files/Volumes/c/s/v/a%20b%23c%25d%3F/%C5%BC%C3%B3/x");
  for (const path of [`${volume}/../x`, `${volume}/./x`, `${volume}/..`]) {
    expect((await failureOf(Promise.resolve().then(() => files.delete(path)))).code).toBe("invalid_input");
  }
  expect(server.received).toHaveLength(1);
});

test("a folder is listed through its pages, an empty one among them", async () => {
  const pages: Record<string, object> = {
    "": { contents: [{ name: "a", path: "/x/a", file_size: 3, last_modified: 5 }], next_page_token: "1" },
    "1": { next_page_token: "2" },
    "2": { contents: [{ path: "/x/b/", is_directory: true }] },
  };
  await using server = serve(({ search }) => pages[new URLSearchParams(search).get("page_token") ?? ""] ?? {});
  const { files } = workspaceAt(server.host);
  expect(await files.list(volume)).toEqual({
    truncated: false,
    items: [
      { name: "a", isDirectory: false, sizeBytes: 3, modifiedAtMs: 5 },
      { name: "b", isDirectory: true, sizeBytes: undefined, modifiedAtMs: undefined },
    ],
  });
  expect(await files.list(volume, { limit: 1 })).toMatchObject({ truncated: true, items: [{ name: "a" }] });
});

describe("status", () => {
  test.each([
    ["directories", { isDirectory: true }],
    ["files", { isDirectory: false, sizeBytes: 12, modifiedAtMs: 1_000, contentType: "text/plain" }],
    ["nothing", undefined],
  ])("of %s", async (kind, expected) => {
    const headers = {
      "content-length": "12",
      "content-type": "text/plain",
      "last-modified": "Thu, 01 Jan 1970 00:00:01 GMT",
    };
    await using server = serve(({ path }) =>
      path.startsWith(`/api/2.0/fs/${kind}/`) ? new Response(null, { headers }) : new Response(null, { status: 404 }),
    );
    const found = await workspaceAt(server.host).files.status(`${volume}/x`);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  test("that may not be seen is no nothing", async () => {
    await using server = serve(() => new Response(null, { status: 403 }));
    expect((await failureOf(workspaceAt(server.host).files.status(volume))).code).toBe("permission_denied");
  });
});

describe("upload", () => {
  test("that was not told to overwrite is not sent twice when nobody knows what became of it", async () => {
    await using server = serve(() => new Response("oops", { status: 502 }));
    const { files } = workspaceAt(server.host);
    expect((await failureOf(files.upload(`${volume}/x`, new Blob(["x"])))).code).toBe("unavailable");
    expect(server.received.map(({ search }) => search)).toEqual(["?overwrite=false"]);
    await failureOf(files.upload(`${volume}/x`, new Blob(["x"]), { overwrite: true }));
    expect(server.received).toHaveLength(5);
  });

  test.each(["ALREADY_EXISTS", "ABORTED"])("onto a file that is there (%s)", async (code) => {
    await using server = serve(() => refusal(409, code, "The file being created already exists."));
    const error = await failureOf(workspaceAt(server.host).files.upload(`${volume}/x`, new Blob(["x"])));
    expect([String(error.code), error.hint]).toEqual(["already_exists", expect.stringContaining("overwrite")]);
  });
});

test.each(["DIRECTORY_NOT_EMPTY", "INVALID_PARAMETER_VALUE"])("a folder that is not empty (%s)", async (code) => {
  await using server = serve(() => refusal(400, code, "The directory being deleted is not empty."));
  const error = await failureOf(workspaceAt(server.host).files.deleteDirectory(`${volume}/x`));
  expect([String(error.code), error.hint]).toEqual(["conflict", expect.stringContaining("recursively")]);
});

describe("a part", () => {
  test("is asked for by its range", async () => {
    await using server = serve(() => new Response("cde", { status: 206 }));
    const part = await workspaceAt(server.host).files.readPart(`${volume}/x`, { offset: 2, length: 3 });
    expect([decode(part), server.received[0]?.headers.get("range")]).toEqual(["cde", "bytes=2-4"]);
  });

  test("is cut out where the range is not heeded", async () => {
    const pieces = ["ab", "cd", "ef", "gh"];
    await using server = serve(() => new Response(new Blob(pieces)));
    const { files } = workspaceAt(server.host);
    expect(decode(await files.readPart(`${volume}/x`, { offset: 3, length: 3 }))).toBe("def");
    expect(decode(await files.readPart(`${volume}/x`, { offset: 7, length: 9 }))).toBe("h");
  });
});

/** The bytes, and then a connection that breaks; not before they have been read. */
function breaking(text: string): ReadableStream<Uint8Array> {
  let pulls = 0;
  return new ReadableStream({
    pull: (controller) => {
      pulls += 1;
      if (pulls === 1 && text !== "") controller.enqueue(new TextEncoder().encode(text));
      else controller.error(Object.assign(new Error("broken"), { code: "ECONNRESET" }));
    },
  });
}

describe("a download", () => {
  const modified = "Sat, 21 Nov 2026 08:00:00 GMT";
  const whole = (sent: string, length: number): Response =>
    new Response(breaking(sent), { headers: { "content-length": `${length}`, "last-modified": modified } });
  const rest = (body: BodyInit, range: string, when = modified): Response =>
    new Response(body, { status: 206, headers: { "content-range": `bytes ${range}`, "last-modified": when } });

  const read = async (...answers: readonly Response[]) => {
    const asked: Headers[] = [];
    const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
      asked.push(new Headers(init?.headers));
      return answers[asked.length - 1] ?? rest(breaking(""), "3-8/9");
    };
    const deps = { fetch, clock: testClock(), log: silentLogger };
    const client = createClient({ deps, credentials: fixedCredentials("https://x.example.com"), userAgent: "x" });
    const { body, sizeBytes } = await createFilesApi(client).download(`${volume}/x`);
    const outcome = await bytesOf(body).catch((thrown: unknown) => thrown);
    const text = outcome instanceof Uint8Array ? decode(outcome) : undefined;
    return { text, sizeBytes, asked, error: text === undefined ? await failureOf(Promise.reject(outcome)) : undefined };
  };

  test("goes on where it broke, as often as something comes", async () => {
    const found = await read(whole("abc", 9), rest(breaking("de"), "3-8/9"), rest("fghi", "5-8/9"));
    expect([found.text, found.sizeBytes]).toEqual(["abcdefghi", 9]);
    expect(found.asked.map((one) => one.get("range"))).toEqual([null, "bytes=3-", "bytes=5-"]);
    expect(found.asked.map((one) => one.get("if-unmodified-since"))).toEqual([null, modified, modified]);
    expect(found.asked.every((one) => one.get("accept-encoding") === "identity")).toBe(true);
  });

  test("goes on also where the length was not told", async () => {
    const found = await read(new Response(breaking("abc")), rest("defghi", "3-8/9", ""));
    expect(found.error?.code).toBe("conflict");
    const untold = new Response(breaking("abc"), { headers: { "last-modified": modified } });
    const { text, sizeBytes } = await read(untold, rest(breaking("de"), "3-8/9"), rest("fghi", "5-8/9"));
    expect([text, sizeBytes]).toEqual(["abcdefghi", undefined]);
  });

  test.each([
    ["another size", () => rest("defghijk", "3-10/11")],
    ["another time", () => rest("defghi", "3-8/9", "Sat, 21 Nov 2026 08:00:09 GMT")],
    ["another place", () => rest("ghi", "6-8/9")],
    ["all of it again", () => whole("abcdefghi", 9)],
    ["changed, it says", () => new Response(null, { status: 412 })],
  ])("of a file that is another one by then fails: %s", async (_name, second) => {
    expect((await read(whole("abc", 9), second())).error?.code).toBe("conflict");
  });

  test("that never goes on ends", async () => {
    const { error, asked } = await read(whole("abc", 9));
    expect([String(error?.code), asked.length]).toEqual(["unreachable", 4]);
  });

  test("of an empty file", async () => {
    await using server = serve(() => new Response(""));
    const { body, sizeBytes } = await workspaceAt(server.host).files.download(`${volume}/x`);
    expect([(await bytesOf(body)).length, sizeBytes]).toEqual([0, 0]);
  });
});

test("volumes come by pages of the workspace's own size", async () => {
  const vol = { name: "v", catalog_name: "c", schema_name: "s", volume_type: "MANAGED", owner: "me", created_at: 7 };
  await using server = serve(
    inTurn(
      () => ({ next_page_token: "1" }),
      () => ({ volumes: [vol] }),
    ),
  );
  const { items } = await workspaceAt(server.host).volumes.list("c", "s");
  expect(items).toMatchObject([{ fullName: "c.s.v", volumeType: "MANAGED", owner: "me", createdAtMs: 7 }]);
  expect(server.received[0]?.search).toBe("?catalog_name=c&schema_name=s&max_results=0");
});
