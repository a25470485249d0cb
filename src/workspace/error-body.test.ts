import { describe, expect, test } from "bun:test";
import { htmlTitle, parseProblem } from "./error-body.ts";

const none = new Headers();
const read = (body: unknown, status = 400, headers = none) =>
  parseProblem(status, headers, typeof body === "string" ? body : JSON.stringify(body));

describe("bodies made to harm", () => {
  test("escape sequences and control characters do not reach a terminal", () => {
    const problem = read(
      { error_code: "X\u001b[31m\u0007", message: "a\u001b]52;c;aGk=\u0007b\u001b[2J\r\nc\td\u009b1m\u0000" },
      400,
      new Headers({ "x-request-id": "r\u009b1" }),
    );
    expect(problem).toMatchObject({ errorCode: "X", message: "ab\nc\td", requestId: "r" });
    expect(read("<pre>a\u001b[31mb</pre>").message).toBe("ab");
  });

  test("a message has an end", () => {
    expect(read({ message: "x".repeat(1_000_000) }).message.length).toBeLessThan(10_000);
    expect(read({ error_code: "X".repeat(1_000_000) }).errorCode?.length).toBeLessThan(1_000);
  });

  // Each of these took hours while the expressions saw the whole body: the test would not end.
  test.each(["<pre>", "<title", "<", "<pre", "A", " "])("a million of %p is read in reasonable time", (piece) => {
    expect(read(piece.repeat(1_000_000)).message.length).toBeLessThan(1_000);
    expect(htmlTitle(`<html>${piece.repeat(1_000_000)}`)).toBeUndefined();
  });
});

describe("parseProblem", () => {
  test.each<[string, unknown, string | undefined, string]>([
    ["the norm", { error_code: "RESOURCE_DOES_NOT_EXIST", message: "Gone" }, "RESOURCE_DOES_NOT_EXIST", "Gone"],
    ["a code that is a number", { error_code: 403, message: "No" }, "403", "No"],
    ["a code and `error`", { error_code: "BAD_REQUEST", error: "Why" }, "BAD_REQUEST", "Why"],
    ["a code alone", { error_code: "ABORTED" }, "ABORTED", "ABORTED"],
    ["a message alone", { message: "Only words" }, undefined, "Only words"],
    ["API 1.2", { error: "ContextNotFound: c1" }, undefined, "ContextNotFound: c1"],
    [
      "SCIM",
      {
        schemas: ["urn:ietf:params:scim:api:messages:2.0:Error"],
        detail: "User missing",
        status: "404",
        scimType: "noTarget",
      },
      "SCIM_404",
      "noTarget User missing",
    ],
    ["SCIM without a type", { detail: "User missing", status: "404" }, "SCIM_404", "User missing"],
    ["OAuth", { error: "invalid_grant", error_description: "Used up" }, "invalid_grant", "Used up"],
    ["coded text", "PERMISSION_DENIED: You may\n not", "PERMISSION_DENIED", "You may not"],
    ["a Jetty page", "<html><body><h2>x</h2><pre>  Bad\n thing </pre></body></html>", undefined, "Bad thing"],
    ["a page with a title", "<!doctype html><title>Bad Gateway</title><p>x", undefined, "Bad Gateway"],
    ["a page without a title", "<html><body>x</body></html>", undefined, "Bad request"],
    ["plain text", "upstream says no", undefined, "upstream says no"],
    ["nothing", "", undefined, "Bad request"],
    ["JSON of another kind", "[1]", undefined, "[1]"],
  ])("%s", (_name, body, errorCode, message) => {
    const problem = read(body);
    expect(problem.errorCode).toBe(errorCode);
    expect(problem.message).toBe(message);
  });

  test("tells the API's own answers from those of others", () => {
    expect(read({ error: "x" }).fromApi).toBe(true);
    expect(read("CODE: x").fromApi).toBe(true);
    expect(read("oops").fromApi).toBe(false);
    expect(read({ something: "else" }).fromApi).toBe(false);
    expect(read("<html></html>").html).toBe(true);
    expect(read({ error: "<html>" }).html).toBe(false);
  });

  test("reads the details: request id, and how long to wait", () => {
    const problem = read({
      error_code: "RESOURCE_EXHAUSTED",
      message: "Slow down",
      details: [
        { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "X" },
        { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: "req-1" },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retry_delay: "2.5s" },
      ],
    });
    expect(problem.requestId).toBe("req-1");
    expect(problem.retryDelayMs).toBe(2500);
  });

  test.each(["soon", "-3s", "3", ""])("a delay of %p is none", (delay) => {
    const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retry_delay: delay }];
    expect(read({ error_code: "X", message: "m", details }).retryDelayMs).toBeUndefined();
  });

  test("the request id may stand in a header or in the message", () => {
    expect(read({ message: "m" }, 500, new Headers({ "x-request-id": "h-1" })).requestId).toBe("h-1");
    expect(read({ message: "Bad. [ReqId: 0a-b]" }, 500).requestId).toBe("0a-b");
    expect(read({ message: "m" }).requestId).toBeUndefined();
  });

  test("a body of megabytes gives a short message", () => {
    expect(read("x".repeat(2_000_000)).message.length).toBe(500);
  });

  test("a status that nobody knows is named", () => {
    expect(read("", 418).message).toBe("HTTP status 418");
  });
});
