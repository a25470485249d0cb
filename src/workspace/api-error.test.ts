import { describe, expect, test } from "bun:test";
import type { ErrorCode } from "../platform/errors.ts";
import { errorOfProblem, secretsOf, withoutSecrets } from "./api-error.ts";
import { parseProblem } from "./error-body.ts";

function errorOf(status: number, body: unknown, path = "/api/2.0/x") {
  const problem = parseProblem(status, new Headers(), typeof body === "string" ? body : JSON.stringify(body));
  return errorOfProblem(problem, { path, host: "https://w", signIn: "mortar auth login dev" }, []);
}

describe("what a workspace must not be trusted with", () => {
  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])(
    "the error_code %s is a code like another",
    (code) => {
      const error = errorOf(400, `{"error_code":${JSON.stringify(code)},"message":"No"}`);
      expect(error.code).toBe("invalid_input");
      expect(error.workspaceCode).toBe(code);
    },
  );

  test("a token that comes back in the code or the request id is not shown", () => {
    const headers = new Headers({ "x-request-id": "id-my-own-secret" });
    const problem = parseProblem(
      400,
      headers,
      JSON.stringify({ error_code: "my-own-secret", message: "my-own-secret" }),
    );
    const error = errorOfProblem(problem, { path: "/x", host: "https://w", signIn: "mortar auth login dev" }, [
      "my-own-secret",
    ]);
    expect(Bun.inspect(error)).not.toContain("my-own-secret");
    expect(error.requestId).toBe("id-***");
  });
});

describe("a token that came with a caller's request", () => {
  test.each<[number, string, string]>([
    [403, "Provided OAuth token does not have required scopes: sql", "user authorization"],
    [401, "Credential was not sent", "load the page again"],
    [403, "Invalid access token.", "load the page again"],
    [403, "User does not own the cluster", "Ask its owner"],
  ])("%i %s: no command of this machine is named", (status, message, hint) => {
    const problem = parseProblem(status, new Headers(), JSON.stringify({ message }));
    const error = errorOfProblem(problem, { path: "/x", host: "https://w", signIn: undefined }, []);
    expect(error.hint).toContain(hint);
    expect(error.hint).not.toContain("mortar auth");
  });
});

describe("codes", () => {
  test.each<[number, ErrorCode]>([
    [400, "invalid_input"],
    [401, "token_rejected"],
    [403, "permission_denied"],
    [404, "not_found"],
    [407, "unreachable"],
    [409, "conflict"],
    [413, "too_large"],
    [418, "workspace_error"],
    [429, "rate_limited"],
    [499, "workspace_error"],
    [500, "workspace_error"],
    [501, "unsupported"],
    [502, "unavailable"],
    [503, "unavailable"],
    [504, "timeout"],
    [599, "unavailable"],
  ])("status %d alone is %s", (status, code) => {
    expect(errorOf(status, "").code).toBe(code);
  });

  test.each<[number, string, ErrorCode]>([
    [400, "INVALID_STATE", "invalid_state"],
    [400, "INVALID_PARAMETER_VALUE", "invalid_input"],
    [400, "RESOURCE_DOES_NOT_EXIST", "not_found"],
    [400, "RESOURCE_ALREADY_EXISTS", "already_exists"],
    [409, "ABORTED", "conflict"],
    [409, "ALREADY_EXISTS", "already_exists"],
    [400, "DIRECTORY_NOT_EMPTY", "conflict"],
    [400, "MAX_NOTEBOOK_SIZE_EXCEEDED", "too_large"],
    [400, "REQUEST_LIMIT_EXCEEDED", "rate_limited"],
    [400, "RESOURCE_EXHAUSTED", "rate_limited"],
    [400, "QUOTA_EXCEEDED", "workspace_error"],
    [400, "PERMISSION_DENIED", "permission_denied"],
    [400, "UNAUTHENTICATED", "token_rejected"],
    [400, "FEATURE_DISABLED", "feature_disabled"],
    [404, "ENDPOINT_NOT_FOUND", "unsupported"],
    [404, "CATALOG_DOES_NOT_EXIST", "not_found"],
    [400, "VOLUME_DOES_NOT_EXIST", "not_found"],
    [400, "VOLUME_ALREADY_EXISTS", "already_exists"],
    [500, "DATA_LOSS", "workspace_error"],
    [400, "TEMPORARILY_UNAVAILABLE", "unavailable"],
    [404, "SOMETHING_NEW", "not_found"],
    [403, "403", "permission_denied"],
  ])("status %d with %s is %s", (status, errorCode, code) => {
    const error = errorOf(status, { error_code: errorCode, message: "m" });
    expect(error.code).toBe(code);
    expect(error.workspaceCode).toBe(errorCode);
    expect(error.httpStatus).toBe(status);
  });

  test.each<[string, string, string, ErrorCode]>([
    ["/api/2.1/clusters/get", "INVALID_PARAMETER_VALUE", "Cluster 0101-x does not exist", "not_found"],
    ["/api/2.2/jobs/get", "INVALID_PARAMETER_VALUE", "Job 12 does not exist.", "not_found"],
    ["/api/2.2/jobs/runs/get", "INVALID_PARAMETER_VALUE", "Run 12 does not exist.", "not_found"],
    ["/api/2.0/other", "INVALID_PARAMETER_VALUE", "Job 12 does not exist.", "invalid_input"],
    [
      "/api/2.1/clusters/start",
      "INVALID_STATE",
      "Cannot access cluster 1 that was terminated or unpinned more than 30 days ago.",
      "not_found",
    ],
    [
      "/api/2.2/jobs/runs/submit",
      "INVALID_PARAMETER_VALUE",
      "Serverless compute is not enabled for this workspace",
      "feature_disabled",
    ],
    ["/api/2.0/x", "403", "Source IP address: 1.2.3.4 is blocked by Databricks IP ACL", "permission_denied"],
    ["/api/2.0/x", "403", "Invalid access token.", "token_rejected"],
    ["/api/2.0/workspace/import", "RESOURCE_DOES_NOT_EXIST", "The parent folder (/a) does not exist.", "not_found"],
  ])("%s: %s %p is %s, with a hint", (path, errorCode, message, code) => {
    const error = errorOf(400, { error_code: errorCode, message }, path);
    expect(error.code).toBe(code);
    if (code !== "invalid_input") expect(error.hint).toBeString();
  });

  test.each([
    "ContextNotFound: 123",
    "Execution context 123 not found",
    "Context with id 123 does not exist",
    "Invalid context: 123",
  ])("%p of API 1.2 is a context that is gone", (words) => {
    const error = errorOf(500, { error: words }, "/api/1.2/commands/execute");
    expect(error.code).toBe("not_found");
    expect(error.hint).toContain("Create a new one");
  });

  test.each(["ClusterNotReadyException: x", "Invalid state for cluster 0101-x: Terminated"])(
    "%p says to start the cluster",
    (words) => {
      const error = errorOf(500, { error: words }, "/api/1.2/contexts/create");
      expect(error.code).toBe("invalid_state");
      expect(error.hint).toContain("Start it");
    },
  );

  test("a path that is not there tells how paths begin", () => {
    const body = { error_code: "RESOURCE_DOES_NOT_EXIST", message: "Path (/x) doesn't exist." };
    expect(errorOf(404, body, "/api/2.0/workspace/export").hint).toContain("/Workspace/");
  });

  test("a 404 that is a web page is no workspace", () => {
    const error = errorOf(404, "<html><title>nginx</title></html>");
    expect(error.code).toBe("bad_response");
    expect(error.hint).toContain("Check the host");
  });
});

describe("secrets", () => {
  test("what the workspace echoes of the request's credentials does not come out", () => {
    const secrets = secretsOf({ Authorization: "Basic c2VjcmV0", "X-Databricks-Azure-SP-Management-Token": "abcd" });
    expect(withoutSecrets("got Basic c2VjcmV0 and abcd and c2VjcmV0", secrets)).toBe("got *** and *** and ***");
  });

  test("other tokens do not come out either", () => {
    const words = "Bearer abcdefgh12345 dapi0123456789abcdef0123 eyJhbGciOiJI.eyJzdWIiOiIx.c2ln";
    expect(withoutSecrets(words, [])).toBe("Bearer *** *** ***");
  });

  test("plain words stay", () => {
    expect(withoutSecrets("The token: expired code=INVALID", [])).toBe("The token: expired code=INVALID");
  });
});
