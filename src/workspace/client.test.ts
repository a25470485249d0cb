import { describe, expect, test } from "bun:test";
import { rawInteger } from "../platform/json.ts";
import { MortarError } from "../platform/errors.ts";
import { failureOf, inTurn, refusal, serve, testToken, workspaceAt } from "./testing.ts";

const get = { method: "GET", path: "/api/2.0/x" } as const;

/** Credentials that give `t1`, and another token at each forced refresh; they keep how they were asked. */
function refreshing() {
  const asked: boolean[] = [];
  let turn = 1;
  const headers = async ({ forceRefresh = false }: { forceRefresh?: boolean | undefined } = {}) => {
    asked.push(forceRefresh);
    if (forceRefresh) turn += 1;
    return { Authorization: `Bearer token-number-${turn}` };
  };
  return { asked, headers };
}

describe("what is sent", () => {
  test("credentials, User-Agent, workspace id, query and body", async () => {
    await using server = serve(() => ({ ok: true }));
    const { client } = workspaceAt(server.host, {
      credentials: { workspaceId: "7474" },
      env: { CLAUDECODE: "1" },
    });
    const body = { job_id: rawInteger("9223372036854775807"), name: "ä" };
    const query = { filter_by: { states: ["A", "B"] }, page_token: "a=/+&" };
    expect(await client.json({ method: "POST", path: "/api/2.2/jobs/x", query, body })).toEqual({ ok: true });
    const [request] = server.received;
    expect(request?.method).toBe("POST");
    expect(request?.path).toBe("/api/2.2/jobs/x");
    expect(request?.search).toBe("?filter_by.states=A&filter_by.states=B&page_token=a%3D%2F%2B%26");
    expect(request?.body).toBe('{"job_id":9223372036854775807,"name":"ä"}');
    expect(request?.headers.get("authorization")).toBe(`Bearer ${testToken}`);
    expect(request?.headers.get("user-agent")).toMatch(
      /^mortar\/1\.2\.3 bun\/[\d.]+ os\/linux auth\/pat agent\/claude-code$/,
    );
    expect(request?.headers.get("x-databricks-workspace-id")).toBe("7474");
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(request?.headers.get("accept")).toBe("application/json");
  });

  test("a workspace id that the credentials already name is not sent twice", async () => {
    await using server = serve(() => ({}));
    const headers = async () => ({ Authorization: "Bearer x", "x-databricks-workspace-id": "5" });
    await workspaceAt(server.host, { credentials: { workspaceId: "5", headers } }).client.json(get);
    expect(server.received[0]?.headers.get("x-databricks-workspace-id")).toBe("5");
  });

  test("no body, no workspace id: no headers for them", async () => {
    await using server = serve(() => ({}));
    await workspaceAt(server.host).client.json(get);
    expect(server.received[0]?.headers.has("content-type")).toBe(false);
    expect(server.received[0]?.headers.has("x-databricks-workspace-id")).toBe(false);
  });

  test("bytes go as they are, PATCH too", async () => {
    await using server = serve(() => ({}));
    const body = new TextEncoder().encode("raw \u0000 bytes");
    await workspaceAt(server.host).client.run({ method: "PATCH", path: "/x", body });
    expect(server.received[0]?.body).toBe("raw \u0000 bytes");
    expect(server.received[0]?.headers.get("content-type")).toBe("application/octet-stream");
  });

  test("a slash at the end of the host is no double slash", async () => {
    await using server = serve(() => ({}));
    const { client, host } = workspaceAt(`${server.host}/`);
    await client.json(get);
    expect(server.received[0]?.path).toBe("/api/2.0/x");
    expect(host).toBe(server.host);
  });
});

describe("what comes back", () => {
  test("integers beyond 2^53 keep their digits", async () => {
    await using server = serve(() => new Response('{"id":9007199254740993,"small":12,"half":0.5}'));
    expect(await workspaceAt(server.host).client.json(get)).toEqual({
      id: "9007199254740993",
      small: 12,
      half: 0.5,
    });
  });

  test("nothing at all is success for what says nothing", async () => {
    await using server = serve(() => new Response(null, { status: 200 }));
    await workspaceAt(server.host).client.run({ method: "POST", path: "/x" });
    expect(server.received.length).toBe(1);
  });

  test("a refusal carries the workspace's code, request id and status", async () => {
    await using server = serve(() =>
      refusal(404, "RESOURCE_DOES_NOT_EXIST", "No such thing", { "x-request-id": "r-9" }),
    );
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(error).toMatchObject({
      code: "not_found",
      message: "No such thing",
      workspaceCode: "RESOURCE_DOES_NOT_EXIST",
      requestId: "r-9",
      httpStatus: 404,
      exit: 5,
    });
  });

  test("HEAD errors have no body and are told by their status", async () => {
    await using server = serve(() => new Response(null, { status: 404 }));
    const error = await failureOf(workspaceAt(server.host).client.send({ method: "HEAD", path: "/x" }));
    expect(error).toMatchObject({ code: "not_found", message: "Not found" });
  });
});

describe("a refused token", () => {
  test.each([
    [401, "UNAUTHENTICATED", "Credential was not sent"],
    [403, "403", "Invalid access token. [ReqId: 1]"],
    [403, "PERMISSION_DENIED", "Token is expired"],
  ])("%d %s: one forced refresh and one retry", async (status, code, message) => {
    const ok = () => ({ ok: 1 });
    await using server = serve(inTurn(() => refusal(status, code, message), ok));
    const { asked, headers } = refreshing();
    expect(await workspaceAt(server.host, { credentials: { headers } }).client.json(get)).toEqual({ ok: 1 });
    expect(asked).toEqual([false, true]);
    expect(server.received.map((request) => request.headers.get("authorization"))).toEqual([
      "Bearer token-number-1",
      "Bearer token-number-2",
    ]);
  });

  test("a POST is retried too: it was refused before anything happened", async () => {
    await using server = serve(
      inTurn(
        () => refusal(401, "UNAUTHENTICATED", "Expired"),
        () => ({}),
      ),
    );
    const { headers } = refreshing();
    await workspaceAt(server.host, { credentials: { headers } }).client.run({ method: "POST", path: "/x", body: {} });
    expect(server.received.length).toBe(2);
  });

  test("refused again, it is an error", async () => {
    await using server = serve(() => refusal(401, "UNAUTHENTICATED", "No"));
    const { asked, headers } = refreshing();
    const error = await failureOf(workspaceAt(server.host, { credentials: { headers } }).client.json(get));
    expect(error.code).toBe("token_rejected");
    expect(error.hint).toContain(`mortar auth login --host ${server.host}`);
    const credentials = { headers, profile: "dev" };
    const named = await failureOf(workspaceAt(server.host, { credentials }).client.json(get));
    expect(named.hint).toContain("`mortar auth login dev`");
    expect(server.received.length).toBe(4);
    expect(asked).toEqual([false, true, false, true]);
  });

  test("a personal token, which stays the same, is not sent again", async () => {
    await using server = serve(() => refusal(403, "403", "Invalid access token."));
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(error.code).toBe("token_rejected");
    expect(server.received.length).toBe(1);
  });

  test("other refusals do not refresh", async () => {
    await using server = serve(() => refusal(403, "PERMISSION_DENIED", "You may not"));
    const { asked, headers } = refreshing();
    const error = await failureOf(workspaceAt(server.host, { credentials: { headers } }).client.json(get));
    expect(error.code).toBe("permission_denied");
    expect(asked).toEqual([false]);
  });

  test("when the refresh itself fails, that is the error", async () => {
    await using server = serve(() => refusal(401, "UNAUTHENTICATED", "No"));
    const headers = async ({ forceRefresh }: { forceRefresh?: boolean | undefined } = {}) => {
      if (forceRefresh === true) throw new MortarError("not_signed_in", "Sign in again");
      return { Authorization: "Bearer x" };
    };
    const error = await failureOf(workspaceAt(server.host, { credentials: { headers } }).client.json(get));
    expect(error.code).toBe("not_signed_in");
  });
});

describe("nothing secret", () => {
  const answers: Readonly<Record<string, () => Response>> = {
    "an echo of the header": () => refusal(400, "BAD_REQUEST", `Got Authorization: Bearer ${testToken}`),
    "an echo of the token": () => new Response(`<pre>${testToken}</pre>`, { status: 502 }),
    "an echo in a refused token": () => refusal(403, "403", `Invalid access token: ${testToken}`),
    "a redirect with it": () => Response.redirect(`http://127.0.0.1:1/login?token=${testToken}`, 302),
    garbage: () => new Response(`${testToken}`),
    "a web page": () => new Response(`<html><title>x</title>${testToken}`),
  };

  test.each(Object.keys(answers))("%s stays out of the error", async (name) => {
    await using server = serve(() => answers[name]?.() ?? {});
    const error = await failureOf(workspaceAt(server.host).client.json(get));
    expect(shown(error)).not.toContain(testToken);
  });

  test("a token without a telling shape is known by its value", async () => {
    const opaque = "plain-opaque-value-42";
    const headers = async () => ({ Authorization: `Bearer ${opaque}` });
    await using server = serve(() => refusal(400, "BAD_REQUEST", `Unknown principal ${opaque}!`));
    const error = await failureOf(workspaceAt(server.host, { credentials: { headers } }).client.json(get));
    expect(error.message).toBe("Unknown principal ***!");
  });

  test("a broken connection has no headers in its cause", async () => {
    const error = await failureOf(workspaceAt(deadHost()).client.json(get));
    expect(error.code).toBe("unreachable");
    expect(shown(error)).not.toContain(testToken);
    expect(shown(error)).not.toContain("Bearer");
  });
});

/** All that any way of printing an error could show of it, hidden fields and causes included. */
function shown(error: Error): string {
  const fields = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
  const cause = error.cause instanceof Error ? shown(error.cause) : "";
  return `${Bun.inspect(error, { depth: 20 })} ${fields.join(" ")} ${cause}`;
}

/** A port of this machine on which nobody listens. */
function deadHost(): string {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  void server.stop(true);
  return `http://127.0.0.1:${port}`;
}
