// A host that is not what it says: nothing that opens another door ever goes to it, or from it to somewhere else.
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { login } from "./login.ts";
import { failure, fetchBy, open, script, useWorlds, type TestWorld } from "./testing.ts";
import { loginRequest } from "./testing-person.ts";

const world = useWorlds();
const evil = "https://evil.example.com";
const real = "https://dbc-1.cloud.databricks.com";

interface Host {
  readonly made: TestWorld;
  readonly asked: { readonly method: string; readonly url: string; readonly body: string }[];
}

/** A world in which hosts publish these documents, by path or by whole address; everything else is a token. */
function publishing(documents: Readonly<Record<string, unknown>>): Host {
  const asked: { method: string; url: string; body: string }[] = [];
  const made = world({
    fetch: fetchBy(async (request) => {
      const url = new URL(request.url);
      asked.push({ method: request.method, url: request.url, body: await request.text() });
      const document = documents[request.url] ?? documents[url.pathname];
      if (document !== undefined) return Response.json(document);
      if (request.method === "POST") return Response.json({ access_token: "access-secret", expires_in: 3_600 });
      return new Response("", { status: 404 });
    }),
  });
  return { made, asked };
}

const discovery = "/oidc/.well-known/oauth-authorization-server";
const service = { client_id: "id", client_secret: "secret-of-service" };
const endpoints = (authorization: string, token: string): unknown => ({
  authorization_endpoint: `${authorization}/oidc/v1/authorize`,
  token_endpoint: `${token}/oidc/v1/token`,
});

describe("the OAuth endpoints of a host", () => {
  test.each([
    ["a sign-in page elsewhere, whose code comes here", evil, endpoints(real, evil)],
    ["a token endpoint elsewhere", real, endpoints(real, evil)],
    ["a token endpoint of a look-alike", real, endpoints(real, "https://dbc-1.cloud.databricks.com.evil.example.com")],
    ["a token endpoint of an app", real, endpoints(real, "https://x.databricksapps.com")],
    ["a token endpoint on this machine", real, endpoints(real, "http://127.0.0.1:1")],
    ["a token endpoint without encryption", real, endpoints(real, "http://dbc-1.cloud.databricks.com")],
    ["a token endpoint on another port", evil, endpoints(evil, `${evil}:444`)],
  ])("%s: nobody is sent there, and nothing", async (_name, host, document) => {
    const { made, asked } = publishing({ [discovery]: document });
    const error = await failure(login(made.deps, loginRequest(host)));
    expect(error).toMatchObject({ code: "config_invalid", hint: expect.stringContaining("discovery_url") });
    expect(error.message).toContain(`${host} sends the sign-in to another host`);
    expect(made.said.join("")).not.toContain("authorize");
    const credentials = await open(made, { host, ...service });
    expect((await failure(credentials.token())).code).toBe("config_invalid");
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("metadata that points elsewhere is not followed", async () => {
    const { made, asked } = publishing({
      "/.well-known/databricks-config": { oidc_endpoint: "https://evil.example.com/oidc" },
    });
    const credentials = await open(made, { host: real, ...service });
    expect((await failure(credentials.token())).message).toContain("another host, https://evil.example.com");
    expect(asked.filter(({ url }) => url.startsWith(evil))).toEqual([]);
  });

  test("Databricks may send to another name of its own", async () => {
    const { made, asked } = publishing({ [discovery]: endpoints(real, "https://accounts.cloud.databricks.com") });
    await (await open(made, { host: real, ...service })).token();
    expect(asked.at(-1)?.url).toBe("https://accounts.cloud.databricks.com/oidc/v1/token");
  });

  test("a discovery_url that the person gave is followed, and holds for its own host only", async () => {
    const sso = "https://sso.example.com";
    const named = { host: real, discovery_url: `${sso}/d`, ...service };
    const good = publishing({ [`${sso}/d`]: endpoints(sso, sso) });
    await (await open(good.made, named)).token();
    expect(good.asked.at(-1)?.url).toBe(`${sso}/oidc/v1/token`);
    const bad = publishing({ [`${sso}/d`]: endpoints(sso, evil) });
    expect((await failure((await open(bad.made, named)).token())).code).toBe("config_invalid");
    expect(bad.asked.some(({ url }) => url.startsWith(evil))).toBe(false);
  });

  test("signing in uses the profile's discovery_url", async () => {
    const sso = "https://sso.example.com";
    const { made } = publishing({ [`${sso}/d`]: endpoints(sso, sso) });
    made.write(".databrickscfg", `[dev]\nhost = ${real}\ndiscovery_url = ${sso}/d\n`);
    await failure(login(made.deps, loginRequest(real, { timeoutMs: 30 })));
    expect(made.said.join("")).toContain(`${sso}/oidc/v1/authorize?`);
  });
});

describe("what a host says of itself", () => {
  const azure = { "/.well-known/databricks-config": { cloud: "Azure", workspace_id: "7", audience: "x" } };
  const az = (made: TestWorld): TestWorld => {
    const path = made.write(
      "bin/az",
      script(`touch "${made.home}/ran"; echo '{"accessToken": "access-secret-az", "expires_on": 99999999999}'`),
      0o755,
    );
    const PATH = `${join(path, "..")}:/usr/bin:/bin`;
    return { ...made, deps: { ...made.deps, env: { ...made.deps.env, PATH } } };
  };

  test("does not bring a stranger the token of the Azure CLI", async () => {
    const { made } = publishing(azure);
    expect((await failure(open(az(made), { host: evil }))).code).toBe("not_signed_in");
    expect(existsSync(join(made.home, "ran"))).toBe(false);
  });

  test("is believed of Databricks' own names", async () => {
    const { made } = publishing(azure);
    expect((await open(az(made), { host: "https://spog.databricks.com" })).authType).toBe("azure-cli");
  });

  test("does not choose the audience of a CI job's token", async () => {
    const { made, asked } = publishing({
      "/.well-known/databricks-config": { token_federation_default_oidc_audiences: ["sts.amazonaws.com"] },
      [discovery]: endpoints(evil, evil),
      "/job": { value: "jwt-of-job" },
    });
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://ci.example.com/job?v=1", ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t" };
    const github = {
      actions_id_token_request_url: env.ACTIONS_ID_TOKEN_REQUEST_URL,
      actions_id_token_request_token: "t",
    };
    await open(made, { host: evil, ...github });
    const audience = new URL(asked.find(({ url }) => url.includes("/job"))?.url ?? "").searchParams.get("audience");
    expect(audience).toBe(`${evil}/oidc/v1/token`);
  });

  test.each(['1"""\n[prod]\nhost = https://evil.example.com\n"""', "1\r\nx-injected: 1", "../..", "é", {}])(
    "an id that is none is left out: %j",
    async (id) => {
      const { made } = publishing({ "/.well-known/databricks-config": { workspace_id: id, account_id: id } });
      const credentials = await open(made, { host: evil, token: "dapi-secret" });
      expect(credentials.workspaceId).toBeUndefined();
      expect(Object.keys(await credentials.headers())).toEqual(["Authorization"]);
    },
  );
});

describe("plain http", () => {
  test.each(["http://workspace.example.com", "http://10.0.0.7", "http://localhost.example.com"])(
    "%s gets no token, and no program that asks here does either",
    async (host) => {
      const { made, asked } = publishing({});
      const error = await failure(open(made, { host, token: "dapi-secret" }));
      expect(error).toMatchObject({ code: "config_invalid", hint: expect.stringContaining("https://") });
      expect(asked).toEqual([]);
    },
  );
});
