// Calls against a server of this test: addresses, bodies, and what every kind of refusal says.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { addressOf, call } from "./api.ts";
import { address, ApiError, errorOf, request, send, shapeOf } from "./http.ts";
import { startTestServer, type TestServer } from "./testing-server.ts";

let server: TestServer;
beforeAll(() => {
  server = startTestServer((route, asked) => {
    if (route === "GET /html") return new Response("<html>", { status: 200 });
    if (route.endsWith("/missing"))
      return Response.json(
        { detail: "Gone", error: { code: "not_found", message: "Gone", hint: "Ask" } },
        { status: 404 },
      );
    return Response.json({ type: asked.headers.get("content-type") });
  });
});
afterAll(() => server[Symbol.dispose]());

const caught = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("It did not fail.");
};

describe("call", () => {
  test("fills the path, the query and the body in", async () => {
    server.seen.length = 0;
    await call("PATCH /api/projects/{project_id}", { path: { project_id: "a/b ü" }, body: { name: "N" } });
    await call("GET /api/projects/{project_id}/files", { path: { project_id: "p" }, query: { folder: "a&b" } });
    await call("GET /api/me");
    expect(server.seen).toEqual([
      'PATCH /api/projects/a%2Fb%20%C3%BC {"name":"N"}',
      "GET /api/projects/p/files?folder=a%26b",
      "GET /api/me",
    ]);
  });

  test("sends JSON as JSON, and a file as it is", async () => {
    server.seen.length = 0;
    const project = { project_id: "p" };
    const json: unknown = await call("POST /api/projects", { body: { name: "N" } });
    expect(json).toEqual({ type: "application/json" });
    const body = new Blob(["{}"], { type: "text/plain" });
    const put = { path: project, query: { path: "a.txt" }, body };
    const raw: unknown = await call("PUT /api/projects/{project_id}/files/raw", put);
    expect(raw).toEqual({ type: expect.stringContaining("text/plain") });
    expect(server.seen[1]).toBe("PUT /api/projects/p/files/raw?path=a.txt {}");
  });

  test("a refusal says what the server said", async () => {
    const error = await caught(call("GET /api/projects/{project_id}", { path: { project_id: "missing" } }));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 404, code: "not_found", message: "Gone", hint: "Ask" });
  });

  test("the address of a stream", () => {
    expect(
      addressOf("GET /api/conversations/{conversation_id}/events", {
        path: { conversation_id: "c" },
        query: { after: "0" },
      }),
    ).toBe("/api/conversations/c/events?after=0");
  });
});

describe("request", () => {
  test("a server that is not there", async () => {
    const error = await caught(send("http://127.0.0.1:1/"));
    expect(error).toMatchObject({ status: 0, code: "unreachable", hint: expect.stringContaining("mortar app serve") });
  });

  test("an answer that is not ours", async () => {
    expect(await caught(request("/html"))).toMatchObject({ code: "bad_response", status: 200 });
  });

  test("an abort is no error of the server", async () => {
    const error = await caught(send("/api/me", { signal: AbortSignal.abort() }));
    expect(error).not.toBeInstanceOf(ApiError);
  });
});

test.each([
  ["", 502, "The server may be starting. Try again in a moment."],
  ["<html>Sign in</html>", 401, "Load the page again; you may have to sign in."],
  ["null", 500, "Load the page again; you may have to sign in."],
])("a refusal with the body %j", (body, status, hint) => {
  expect(errorOf(status, body)).toMatchObject({ code: "bad_response", status, hint });
});

test("an older server's refusal", () => {
  expect(errorOf(409, '{"detail":"Busy"}')).toMatchObject({ message: "Busy", status: 409 });
});

test("address leaves out what is not set", () => {
  expect(address("/a", { one: "1", two: undefined, three: null, four: "", five: 0, six: false })).toBe(
    "/a?one=1&five=0&six=false",
  );
  expect(address("/a")).toBe("/a");
});

test("shapeOf gives any thrown thing words", () => {
  expect(shapeOf(new ApiError(404, { code: "not_found", message: "Gone" }))).toMatchObject({ code: "not_found" });
  expect(shapeOf(new Error("Bad"))).toMatchObject({ code: "internal", message: "Bad" });
  expect(shapeOf("x")).toMatchObject({ code: "internal", message: "Something went wrong on this page." });
});
