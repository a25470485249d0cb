// Tokens, passwords and service principals, and what the host says of itself.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { failure, fetchBy, open, useWorlds } from "../testing.ts";
import { fakeOidc, type FakeOidc } from "../testing-oidc.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

describe("pat and basic", () => {
  test("a token, with the workspace's id from the host", async () => {
    const credentials = await open(world(), { host: oidc.host, token: "t" });
    expect(await credentials.headers()).toEqual({
      Authorization: "Bearer t",
      "X-Databricks-Workspace-Id": "900800700600",
    });
    expect(credentials.workspaceId).toBe("900800700600");
    expect((await credentials.token()).expiresAtMs).toBeUndefined();
  });

  test("a workspace id that is said is not asked for", async () => {
    const credentials = await open(world(), { host: oidc.host, token: "t", workspace_id: "5" });
    expect(credentials.workspaceId).toBe("5");
    expect(oidc.requests).toEqual([]);
  });

  test("a host that says nothing of itself is no obstacle", async () => {
    oidc.override = () => new Response("<html>", { status: 500 });
    expect(await (await open(world(), { host: oidc.host, token: "t" })).headers()).toEqual({
      Authorization: "Bearer t",
    });
  });

  test("basic has a header and no token", async () => {
    const credentials = await open(world(), { host: "x", username: "ada", password: "pä:ss" });
    const value = (await credentials.headers())["Authorization"] ?? "";
    expect(Buffer.from(value.replace("Basic ", ""), "base64").toString()).toBe("ada:pä:ss");
    expect((await failure(credentials.token())).code).toBe("unsupported");
  });

  test("the metadata of a host is kept for an hour, its absence for a minute", async () => {
    let asked = 0;
    let there = false;
    const made = world({
      fetch: fetchBy(() => {
        asked += 1;
        return there ? Response.json({ workspace_id: 7 }) : new Response("", { status: 404 });
      }),
    });
    const id = async (): Promise<string | undefined> => (await open(made, { host: "x", token: "t" })).workspaceId;
    expect([await id(), await id(), asked]).toEqual([undefined, undefined, 1]);
    there = true;
    made.pass(61_000);
    expect([await id(), await id(), asked]).toEqual(["7", "7", 2]);
    made.pass(3_601_000);
    expect([await id(), asked]).toEqual(["7", 3]);
  });
});

describe("oauth-m2m", () => {
  const service = { client_id: "1f0a-2b", client_secret: "secret-of-service" };

  test("asks with Basic and the scopes, and keeps the token", async () => {
    let authorization: string | null = "";
    oidc.override = (request) => {
      if (request.method === "POST") authorization = request.headers.get("authorization");
      return undefined;
    };
    const made = world();
    const credentials = await open(made, { host: oidc.host, ...service });
    expect(credentials.authType).toBe("oauth-m2m");
    expect(oidc.forms).toHaveLength(0);
    const [one, two] = [await credentials.headers(), await credentials.headers()];
    expect(one).toEqual(two);
    expect(one["Authorization"]).toBe("Bearer access-secret-1");
    expect(Object.fromEntries(oidc.forms[0] ?? [])).toEqual({ grant_type: "client_credentials", scope: "all-apis" });
    expect(Buffer.from(String(authorization).replace("Basic ", ""), "base64").toString()).toBe(
      "1f0a-2b:secret-of-service",
    );
    made.pass(3_400_000);
    expect((await credentials.headers())["Authorization"]).toBe("Bearer access-secret-2");
  });

  test("a secret that is wrong is told without it", async () => {
    oidc.override = (request) =>
      request.method === "POST"
        ? Response.json({ error: "invalid_client", error_description: "Client authentication failed" }, { status: 401 })
        : undefined;
    const made = world();
    const error = await failure((await open(made, { host: oidc.host, ...service })).headers());
    expect(error.code).toBe("auth_failed");
    expect(error.message).toContain("Client authentication failed");
    expect(error.message + made.said.join("")).not.toContain("secret-of-service");
  });

  test("a signal ends the caller's wait", async () => {
    const stuck = Promise.withResolvers<Response>();
    const started = Promise.withResolvers<void>();
    oidc.override = (request) => {
      if (request.method !== "POST") return undefined;
      started.resolve();
      return stuck.promise;
    };
    const credentials = await open(world(), { host: oidc.host, ...service });
    const controller = new AbortController();
    const waiting = credentials.headers({ signal: controller.signal }).catch((error: unknown) => error);
    await started.promise;
    controller.abort(new DOMException("stop", "AbortError"));
    expect(((await waiting) as Error).name).toBe("AbortError");
    stuck.resolve(Response.json({}));
  });
});

describe("an account console", () => {
  test("needs the account's id, and then no discovery", async () => {
    const service = { host: "https://accounts.cloud.databricks.com", client_id: "id", client_secret: "s" };
    const asked: string[] = [];
    const made = world({
      fetch: fetchBy((request) => {
        asked.push(request.url);
        return request.method === "POST"
          ? Response.json({ access_token: "a", expires_in: 60 })
          : new Response("{}", { status: 404 });
      }),
    });
    expect((await failure((await open(made, service)).token())).message).toContain("account's id is missing");
    await (await open(made, { ...service, account_id: "acc" })).token();
    expect(asked.at(-1)).toBe("https://accounts.cloud.databricks.com/oidc/accounts/acc/v1/token");
  });

  test("a unified host's endpoints are the account's", async () => {
    oidc.override = (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/.well-known/databricks-config") {
        return Response.json({
          host_type: "unified",
          account_id: "acc",
          workspace_id: "7",
          oidc_endpoint: `${oidc.host}/oidc/accounts/{account_id}`,
        });
      }
      if (pathname !== "/oidc/accounts/acc/.well-known/oauth-authorization-server") return undefined;
      return Response.json({ authorization_endpoint: `${oidc.host}/a`, token_endpoint: `${oidc.host}/oidc/v1/token` });
    };
    const credentials = await open(world(), { host: oidc.host, client_id: "id", client_secret: "s" });
    await credentials.token();
    expect(credentials.workspaceId).toBe("7");
    expect(oidc.requests).toContain("GET /oidc/accounts/acc/.well-known/oauth-authorization-server");
  });
});
