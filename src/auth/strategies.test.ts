// Each way of signing in against stand-ins of what it talks to, and what each says when it fails.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader } from "jose";
import type { Environment, Fetch } from "../platform/deps.ts";
import { MortarError } from "../platform/errors.ts";
import type { AttributeValues } from "./attributes.ts";
import { openCredentials, type Credentials } from "./credentials.ts";
import { parseCliToken, parseExpiry } from "./databricks-cli.ts";
import { openResolved } from "./open.ts";
import { resolveConfig } from "./resolve.ts";
import { fetchBy, script, startMs, testWorld, type TestWorld, type WorldOptions } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";

let oidc: FakeOidc;
const worlds: TestWorld[] = [];
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => {
  oidc.close();
  for (const world of worlds.splice(0)) world.dispose();
});

const real: Fetch = (input, init) => fetch(input, init);

function world(options: WorldOptions = {}): TestWorld {
  const made = testWorld({ fetch: real, ...options });
  worlds.push(made);
  return made;
}

function withEnv(made: TestWorld, env: Environment): TestWorld {
  return { ...made, deps: { ...made.deps, env: { ...made.deps.env, ...env } } };
}

async function open({ deps, home }: TestWorld, explicit: AttributeValues): Promise<Credentials> {
  const configFile = { path: join(home, ".databrickscfg"), text: undefined };
  return (await openResolved(deps, resolveConfig({ explicit, env: deps.env, configFile }))).credentials;
}

async function failure(work: Promise<unknown>): Promise<MortarError> {
  const thrown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(MortarError);
  return thrown as MortarError;
}

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

describe("the Databricks CLI", () => {
  const token = (expiry: string): string => JSON.stringify({ access_token: "from-cli", token_type: "Bearer", expiry });
  const later = new Date(startMs + 3_600_000).toISOString();

  function withCli(made: TestWorld, version: string, answer: string): TestWorld {
    const body = `echo "$@" >> "${made.home}/calls"\nenv | grep ^DATABRICKS_ >> "${made.home}/env"\nif [ "$1" = version ]; then echo "Databricks CLI ${version}"; exit 0; fi\n${answer}`;
    made.write("bin/databricks", script(body, true), 0o755);
    return withEnv(made, { PATH: `${made.home}/bin:/usr/bin:/bin` });
  }

  const calls = ({ home }: TestWorld): string[] => {
    const path = join(home, "calls");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  };

  const profile = (): string => `[dev]\nhost = ${oidc.host}\nauth_type = databricks-cli\n`;

  test("is asked for the profile's token, with an environment that does not contradict it", async () => {
    const made = withEnv(withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`), {
      DATABRICKS_HOST: "https://other",
      DATABRICKS_TOKEN: "leaked",
      DATABRICKS_AUTH_STORAGE: "plaintext",
    });
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect(credentials).toMatchObject({ authType: "databricks-cli", profile: "dev", host: oidc.host });
    expect((await credentials.token()).expiresAtMs).toBe(startMs + 3_600_000);
    expect(calls(made)).toEqual(["version", "auth token --profile dev"]);
    expect(readFileSync(join(made.home, "env"), "utf8").trim().split("\n")).toEqual([
      "DATABRICKS_AUTH_STORAGE=plaintext",
      "DATABRICKS_AUTH_STORAGE=plaintext",
    ]);
  });

  test("is not asked again while its token is fresh, by another process either", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    for (const _ of [1, 2]) {
      const credentials = await openCredentials(made.deps, { profile: "dev" });
      expect((await credentials.token()).accessToken.reveal()).toBe("from-cli");
    }
    expect(calls(made)).toHaveLength(2);
    made.pass(3_400_000);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    expect(calls(made)).toHaveLength(4);
  });

  test("is asked again when the profiles changed, as after a login", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    made.write(".databrickscfg", `${profile()}# touched\n`);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    expect(calls(made)).toHaveLength(4);
  });

  const versions: readonly [version: string, forced: boolean, words: string][] = [
    ["v0.207.0", false, "auth token --host HOST"],
    ["v0.207.1", true, "auth token --profile dev"],
    ["v0.295.9", true, "auth token --profile dev"],
    ["v0.296.0", true, "auth token --profile dev --force-refresh"],
    ["v1.0.0", true, "auth token --profile dev --force-refresh"],
    ["v1.0.0", false, "auth token --profile dev"],
    ["v0.0.0-dev+abc", true, "auth token --host HOST"],
    ["of an unknown age", true, "auth token --host HOST"],
  ];
  test.each(versions)("of version %s (forced: %p) gets the flags that it knows", async (version, forced, words) => {
    const made = withCli(world({ config: profile() }), version, `echo '${token(later)}'`);
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    await credentials.token({ forceRefresh: forced });
    expect(calls(made).at(-1)?.replace(oidc.host, "HOST")).toBe(words);
  });

  test("that is the legacy one is not used", async () => {
    const made = world({ config: profile() });
    made.write("bin/databricks", script(`touch ${made.home}/called`), 0o755);
    const error = await failure(
      openCredentials(withEnv(made, { PATH: `${made.home}/bin:/usr/bin:/bin` }).deps, { profile: "dev" }),
    );
    expect(error.code).toBe("not_signed_in");
    expect(error.hint).toBe("Run `mortar auth login dev`.");
    expect(existsSync(join(made.home, "called"))).toBe(false);
  });

  test("that has no login is told with the command to run", async () => {
    const says =
      "Error: default auth: databricks OAuth is not configured for this host. Token dapi0123456789abcdef0123";
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${says}' >&2; exit 1`);
    const error = await failure((await openCredentials(made.deps, { profile: "dev" })).token());
    expect(error).toMatchObject({ code: "not_signed_in", exit: 3, hint: "Run `mortar auth login dev`." });
    expect(error.message).toContain("databricks OAuth is not configured");
    expect(error.message).not.toContain("dapi0123456789");
  });

  test("that prints no token", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", "echo hello");
    expect((await failure((await openCredentials(made.deps, { profile: "dev" })).token())).code).toBe("bad_response");
  });

  test("is left alone where mortar has a sign-in of its own", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", "exit 1");
    const { writeLogin } = await import("./token-store.ts");
    const { Secret } = await import("../platform/secret.ts");
    await writeLogin(made.deps, {
      host: oidc.host,
      profile: "dev",
      user: undefined,
      clientId: "databricks-cli",
      scopes: [],
      tokenEndpoint: `${oidc.host}/oidc/v1/token`,
      obtainedAtMs: startMs,
      token: { accessToken: new Secret("own"), tokenType: "Bearer", expiresAtMs: startMs + 3_600_000 },
      refreshToken: undefined,
    });
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect((await credentials.token()).accessToken.reveal()).toBe("own");
    expect(calls(made)).toEqual([]);
    const byHost = await openCredentials(withEnv(made, { DATABRICKS_HOST: oidc.host }).deps);
    expect((await byHost.token()).accessToken.reveal()).toBe("own");
  });

  const expiries: readonly [text: string, ms: number | undefined][] = [
    ["2026-11-21T10:00:00Z", Date.UTC(2026, 10, 21, 10)],
    ["2026-11-21T10:00:00.123456789+01:00", Date.UTC(2026, 10, 21, 9, 0, 0, 123)],
    ["2026-11-21 10:00:00", Date.UTC(2026, 10, 21, 10)],
    ["2026-11-21 10:00:00.5", Date.UTC(2026, 10, 21, 10, 0, 0, 500)],
    ["0001-01-01T00:00:00Z", undefined],
    ["soon", undefined],
  ];
  test.each(expiries)("expiry %s", (text, ms) => {
    expect(parseExpiry(text)).toBe(ms as number);
    expect(parseCliToken(JSON.stringify({ access_token: "a", expiry: text })).expiresAtMs).toBe(ms as number);
  });
});

describe("the metadata service", () => {
  test("is asked with the host, and its epoch seconds are the end", async () => {
    let headers = new Headers();
    oidc.override = (request) => {
      if (!request.url.endsWith("/meta")) return undefined;
      headers = request.headers;
      return Response.json({ access_token: "m", token_type: "Bearer", expires_on: String(startMs / 1_000 + 60) });
    };
    const credentials = await open(world(), { host: oidc.host, metadata_service_url: `${oidc.host}/meta` });
    expect(credentials.authType).toBe("metadata-service");
    expect(await credentials.token()).toMatchObject({ expiresAtMs: startMs + 60_000 });
    expect(headers.get("x-databricks-metadata-version")).toBe("1");
    expect(headers.get("x-databricks-host")).toBe(oidc.host);
  });

  test("must be on this machine", async () => {
    const error = await failure(
      open(world(), { host: "x", metadata_service_url: "http://meta.example.com", auth_type: "metadata-service" }),
    );
    expect(error.message).toContain("must be on this machine");
  });

  test.each([
    ["no JSON", () => new Response("hello")],
    ["not there", () => new Response("", { status: 404 })],
  ])("that answers with %s leaves the chain to go on", async (_name, answer) => {
    oidc.override = (request) => (request.url.endsWith("/meta") ? answer() : undefined);
    const error = await failure(open(world(), { host: oidc.host, metadata_service_url: `${oidc.host}/meta` }));
    expect(error.code).toBe("not_signed_in");
    expect(error.hint).toContain("metadata-service: ");
  });
});

describe("federation", () => {
  const exchanged = (): Record<string, string> => Object.fromEntries(oidc.forms[0] ?? []);

  test("from a variable, for a service principal", async () => {
    const made = world({ env: { DATABRICKS_OIDC_TOKEN: "jwt-of-idp" } });
    const credentials = await open(made, { host: oidc.host, client_id: "sp" });
    expect(credentials.authType).toBe("env-oidc");
    expect(exchanged()).toEqual({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      client_id: "sp",
      subject_token: "jwt-of-idp",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      scope: "all-apis",
    });
    expect((await credentials.token()).accessToken.reveal()).toBe("access-secret-1");
  });

  test("from another variable, account-wide, without a client id", async () => {
    const made = world({ env: { MY_JWT: "jwt-of-idp" } });
    await open(made, { host: oidc.host, oidc_token_env: "MY_JWT" });
    expect(exchanged()["client_id"]).toBeUndefined();
    expect(exchanged()["subject_token"]).toBe("jwt-of-idp");
  });

  test("from a file, read again at each exchange", async () => {
    const made = world();
    const path = made.write("jwt", "first\n");
    const credentials = await open(made, { host: oidc.host, databricks_id_token_filepath: path });
    expect(credentials.authType).toBe("file-oidc");
    made.write("jwt", "second\n");
    await credentials.token({ forceRefresh: true });
    expect(oidc.forms.map((form) => form.get("subject_token"))).toEqual(["first", "second"]);
  });

  test("from a file that is not there", async () => {
    const error = await failure(
      (
        await open(world(), { host: oidc.host, databricks_id_token_filepath: "/no/jwt", auth_type: "file-oidc" })
      ).token(),
    );
    expect(error.message).toBe("file-oidc: /no/jwt is not there");
  });

  test("from GitHub, for the audience of the token endpoint", async () => {
    let asked = { url: "", authorization: "" };
    oidc.override = (request) => {
      if (!request.url.includes("/github")) return undefined;
      asked = { url: request.url, authorization: request.headers.get("authorization") ?? "" };
      return Response.json({ value: "jwt-of-github" });
    };
    const made = world({
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${oidc.host}/github?v=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token" },
    });
    const credentials = await open(made, { host: oidc.host, client_id: "sp" });
    expect(credentials.authType).toBe("github-oidc");
    const query = new URL(asked.url).searchParams;
    // The host's metadata names no audience.
    expect([query.get("v"), query.get("audience")]).toEqual(["1", `${oidc.host}/oidc/v1/token`]);
    expect(asked.authorization).toBe("Bearer job-token");
    expect(exchanged()["subject_token"]).toBe("jwt-of-github");
  });

  test("from GitHub, for the audience that is configured", async () => {
    let audience: string | null = null;
    oidc.override = (request) => {
      if (!request.url.includes("/github")) return undefined;
      audience = new URL(request.url).searchParams.get("audience");
      return Response.json({ value: "jwt" });
    };
    const made = world({
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${oidc.host}/github`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "j" },
    });
    await open(made, { host: oidc.host, audience: "mine" });
    expect<unknown>(audience).toBe("mine");
  });

  test("from GitHub without the permission", async () => {
    oidc.override = (request) =>
      request.url.includes("/github") ? Response.json({ message: "Forbidden" }, { status: 403 }) : undefined;
    const made = world({
      env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${oidc.host}/github`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job-token" },
    });
    const error = await failure((await open(made, { host: oidc.host, auth_type: "github-oidc" })).token());
    expect(error.hint).toContain("id-token: write");
    expect(error.message).not.toContain("job-token");
  });

  test("from Azure DevOps", async () => {
    let asked = { url: "", method: "" };
    oidc.override = (request) => {
      if (!request.url.includes("/_apis/")) return undefined;
      asked = { url: request.url, method: request.method };
      return Response.json({ oidcToken: "jwt-of-azdo" });
    };
    const made = world({
      env: {
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: `${oidc.host}/org/`,
        SYSTEM_TEAMPROJECTID: "p",
        SYSTEM_HOSTTYPE: "build",
        SYSTEM_PLANID: "plan",
        SYSTEM_JOBID: "job",
        SYSTEM_ACCESSTOKEN: "pipeline-token",
      },
    });
    const credentials = await open(made, { host: oidc.host });
    expect(credentials.authType).toBe("azure-devops-oidc");
    expect(asked.url).toBe(
      `${oidc.host}/org/p/_apis/distributedtask/hubs/build/plans/plan/jobs/job/oidctoken?api-version=7.2-preview.1`,
    );
    expect(asked.method).toBe("POST");
    expect(exchanged()["subject_token"]).toBe("jwt-of-azdo");
  });

  test("that is chosen and not set up names what is missing", async () => {
    const error = await failure(open(world(), { host: oidc.host, auth_type: "azure-devops-oidc" }));
    expect(error.message).toContain("SYSTEM_ACCESSTOKEN");
    expect(error.code).toBe("config_missing");
  });
});

describe("Azure", () => {
  const host = "https://adb-1.2.azuredatabricks.net";
  const resourceId = "/subscriptions/sub-1/resourceGroups/rg/providers/Microsoft.Databricks/workspaces/ws";
  const inAnHour = startMs / 1_000 + 3_600;

  interface Seen {
    readonly url: URL;
    readonly form: Record<string, string>;
    readonly headers: Headers;
  }

  function azure(answers: (seen: Seen) => Response | undefined): { made: TestWorld; seen: Seen[] } {
    const seen: Seen[] = [];
    const made = world({
      fetch: fetchBy(async (request) => {
        const one = {
          url: new URL(request.url),
          form: Object.fromEntries(new URLSearchParams(await request.text())),
          headers: request.headers,
        };
        seen.push(one);
        return answers(one) ?? new Response("{}", { status: 404 });
      }),
    });
    return { made, seen };
  }

  const secret = { azure_client_id: "app", azure_client_secret: "secret-of-app" };

  test("a client secret, with the two headers of a resource id", async () => {
    const { made, seen } = azure(({ url, form }) =>
      url.pathname === "/tenant/oauth2/token"
        ? Response.json({ access_token: `for-${form["resource"]}`, token_type: "Bearer", expires_in: "3599" })
        : undefined,
    );
    const credentials = await open(made, {
      host,
      ...secret,
      azure_tenant_id: "tenant",
      azure_workspace_resource_id: resourceId,
    });
    expect(credentials.authType).toBe("azure-client-secret");
    expect(await credentials.headers()).toEqual({
      Authorization: "Bearer for-2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
      "X-Databricks-Azure-Workspace-Resource-Id": resourceId,
      "X-Databricks-Azure-SP-Management-Token": "for-https://management.core.windows.net/",
    });
    const token = seen.find(({ url }) => url.pathname === "/tenant/oauth2/token");
    expect(token?.url.origin).toBe("https://login.microsoftonline.com");
    expect(token?.form).toMatchObject({
      grant_type: "client_credentials",
      client_id: "app",
      client_secret: "secret-of-app",
    });
  });

  test("the tenant is where the workspace sends a browser", async () => {
    const { made, seen } = azure(({ url }) => {
      if (url.pathname === "/aad/auth") {
        return new Response(null, {
          status: 302,
          headers: { location: "https://login.microsoftonline.com/found-tenant/oauth2/authorize?x=1" },
        });
      }
      if (url.pathname === "/found-tenant/oauth2/token") return Response.json({ access_token: "a", expires_in: 60 });
      return undefined;
    });
    expect(await (await open(made, { host, ...secret })).headers()).toMatchObject({ Authorization: "Bearer a" });
    expect(seen.some(({ url }) => url.pathname === "/found-tenant/oauth2/token")).toBe(true);
  });

  test("the host is found by the resource id", async () => {
    const { made } = azure(({ url, headers }) => {
      if (url.pathname === "/tenant/oauth2/token") return Response.json({ access_token: "arm", expires_in: 60 });
      if (url.pathname !== resourceId || headers.get("authorization") !== "Bearer arm") return undefined;
      return Response.json({ properties: { workspaceUrl: "adb-9.9.azuredatabricks.net" } });
    });
    const credentials = await open(made, {
      ...secret,
      azure_tenant_id: "tenant",
      azure_workspace_resource_id: resourceId,
    });
    expect(credentials.host).toBe("https://adb-9.9.azuredatabricks.net");
  });

  test.each([
    ["CHINA", "https://login.chinacloudapi.cn"],
    ["usgovernment", "https://login.microsoftonline.us"],
  ])("the cloud %s", async (cloud, origin) => {
    const { made, seen } = azure(({ url }) =>
      url.pathname.endsWith("/oauth2/token") ? Response.json({ access_token: "a", expires_in: 60 }) : undefined,
    );
    await open(made, { host, ...secret, azure_tenant_id: "t", azure_environment: cloud });
    expect(seen.some(({ url }) => url.origin === origin)).toBe(true);
  });

  test("a managed identity", async () => {
    const { made, seen } = azure(({ url }) =>
      url.hostname === "169.254.169.254"
        ? Response.json({ access_token: "msi", expires_on: String(inAnHour) })
        : undefined,
    );
    const credentials = await open(made, { host, azure_use_msi: "true", azure_client_id: "app" });
    expect(credentials.authType).toBe("azure-msi");
    expect(await credentials.token()).toMatchObject({ expiresAtMs: startMs + 3_600_000 });
    const asked = seen.find(({ url }) => url.hostname === "169.254.169.254");
    expect(asked?.headers.get("metadata")).toBe("true");
    expect(Object.fromEntries(asked?.url.searchParams ?? [])).toEqual({
      "api-version": "2018-02-01",
      resource: "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",
      client_id: "app",
    });
  });

  test("a GitHub job in place of a secret", async () => {
    const { made, seen } = azure(({ url }) => {
      if (url.hostname === "github.example.com") return Response.json({ value: "jwt-of-github" });
      return url.pathname === "/t/oauth2/token" ? Response.json({ access_token: "a", expires_in: 60 }) : undefined;
    });
    const job = withEnv(made, {
      ACTIONS_ID_TOKEN_REQUEST_URL: "https://github.example.com/id",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "j",
    });
    const credentials = await open(job, { host, azure_client_id: "app", azure_tenant_id: "t" });
    expect(credentials.authType).toBe("github-oidc-azure");
    expect(seen.find(({ url }) => url.hostname === "github.example.com")?.url.searchParams.get("audience")).toBe(
      "api://AzureADTokenExchange",
    );
    expect(seen.find(({ url }) => url.pathname === "/t/oauth2/token")?.form).toMatchObject({
      client_assertion: "jwt-of-github",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_id: "app",
    });
  });

  const az = (made: TestWorld, user: string, rest: string): TestWorld => {
    const body = `echo "$@" >> ${made.home}/az-calls\nif [ "$2" = show ]; then echo '{"user":${user}}'; exit 0; fi\n${rest}`;
    made.write("bin/az", script(body), 0o755);
    return withEnv(made, { PATH: `${made.home}/bin:/usr/bin:/bin` });
  };
  const azCalls = ({ home }: TestWorld): string[] => readFileSync(join(home, "az-calls"), "utf8").trim().split("\n");
  const aad = `echo '{"accessToken":"aad","expires_on":${inAnHour},"expiresOn":"2020-01-01 00:00:00.000000"}'`;
  const base = "account get-access-token --resource 2ff814a6-3304-4ab8-85cb-cd0e6f879c1d --output json";

  test("the Azure CLI, with the tenant", async () => {
    const made = az(azure(() => undefined).made, '{"type":"user","name":"ada"}', aad);
    const credentials = await open(made, { host, azure_tenant_id: "t" });
    expect(credentials.authType).toBe("azure-cli");
    expect(await credentials.token()).toMatchObject({ expiresAtMs: startMs + 3_600_000 });
    expect(azCalls(made)).toEqual(["account show --output json", `${base} --tenant t`]);
  });

  test("the Azure CLI as a managed identity, without the tenant", async () => {
    const user = '{"type":"servicePrincipal","name":"systemAssignedIdentity"}';
    const made = az(azure(() => undefined).made, user, aad);
    await open(made, { host, azure_tenant_id: "t" });
    expect(azCalls(made).at(-1)).toBe(base);
  });

  test("the Azure CLI, by the subscription of the resource where the tenant is not known, then without", async () => {
    const failing = `case "$*" in *--subscription*) echo nope >&2; exit 1;; esac; ${aad}`;
    const made = az(azure(() => undefined).made, '{"type":"user"}', failing);
    await open(made, { host, azure_workspace_resource_id: resourceId });
    expect(azCalls(made).slice(1, 3)).toEqual(
      [`${base} --subscription sub-1`, "account show --output json"].slice(0, 1).concat(base),
    );
  });

  test("the Azure CLI as a federated principal, once more without the tenant", async () => {
    const failing = `case "$*" in *--tenant*) echo nope >&2; exit 1;; esac; ${aad}`;
    const made = az(azure(() => undefined).made, '{"type":"servicePrincipal","name":"app"}', failing);
    await open(made, { host, azure_tenant_id: "t" });
    expect(azCalls(made).slice(1)).toEqual([`${base} --tenant t`, base]);
  });

  test("the Azure CLI's older local time", async () => {
    const local = `echo '{"accessToken":"aad","expiresOn":"2026-01-01 02:03:04.000000"}'`;
    const made = az(azure(() => undefined).made, '{"type":"user"}', local);
    const credentials = await open(made, { host, azure_tenant_id: "t" });
    expect((await credentials.token()).expiresAtMs).toBe(new Date(2026, 0, 1, 2, 3, 4).getTime());
  });

  test("an Azure CLI that fails tells why", async () => {
    const made = az(azure(() => undefined).made, '{"type":"user"}', "echo 'Please run az login' >&2; exit 1");
    const error = await failure((await open(made, { host, azure_tenant_id: "t", auth_type: "azure-cli" })).token());
    expect(error).toMatchObject({ code: "auth_failed", hint: "Run `az login`." });
    expect(error.message).toContain("Please run az login");
  });
});

describe("Google", () => {
  const host = "https://1.2.gcp.databricks.com";
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2_048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  const account = {
    type: "service_account",
    client_email: "sa@project.iam.example.com",
    private_key: privateKey,
    private_key_id: "key-1",
    token_uri: "https://oauth2.example.com/token",
  };
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const idToken = `${part({ alg: "none" })}.${part({ exp: startMs / 1_000 + 3_600 })}.x`;

  test("a service account's key signs for an id token, and for an access token beside it", async () => {
    const forms: URLSearchParams[] = [];
    const made = world({
      fetch: fetchBy(async (request) => {
        if (request.url !== account.token_uri) return new Response("{}", { status: 404 });
        forms.push(new URLSearchParams(await request.text()));
        return Response.json(
          forms.length === 1 ? { id_token: idToken } : { access_token: "google", expires_in: 3_599 },
        );
      }),
    });
    const credentials = await open(made, { host, google_credentials: JSON.stringify(account) });
    expect(credentials.authType).toBe("google-credentials");
    expect(await credentials.headers()).toEqual({
      Authorization: `Bearer ${idToken}`,
      "X-Databricks-GCP-SA-Access-Token": "google",
    });
    expect((await credentials.token()).expiresAtMs).toBe(startMs + 3_600_000);
    const assertion = forms[0]?.get("assertion") ?? "";
    expect(forms[0]?.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: "RS256", kid: "key-1" });
    expect(decodeJwt(assertion)).toMatchObject({
      iss: account.client_email,
      aud: account.token_uri,
      target_audience: host,
      exp: startMs / 1_000 + 3_600,
    });
    expect(decodeJwt(forms[1]?.get("assertion") ?? "")["scope"]).toContain("cloud-platform");
  });

  test("a key file, and one that is broken, named without its content", async () => {
    const made = world();
    const path = made.write("key.json", JSON.stringify({ ...account, private_key: "secret-that-is-no-key" }));
    const error = await failure(
      open(made, { host, google_credentials: path, auth_type: "google-credentials" }).then((c) => c.token()),
    );
    expect(error.code).toBe("config_invalid");
    expect(error.message).toContain("private_key is not a PKCS #8 key");
    expect(error.message).not.toContain("secret-that");
  });

  test("a person's gcloud login is refused by name", async () => {
    const user = { type: "authorized_user", client_id: "a", client_secret: "b", refresh_token: "c" };
    const error = await failure(
      open(world(), { host, google_credentials: JSON.stringify(user), auth_type: "google-credentials" }),
    );
    expect(error.hint).toContain("google_service_account");
  });

  test("an impersonated account, by the application default credentials", async () => {
    const asked: string[] = [];
    const made = world({
      fetch: fetchBy(async (request) => {
        const url = new URL(request.url);
        asked.push(`${url.hostname}${url.pathname} ${request.headers.get("authorization") ?? ""}`);
        if (url.hostname === "oauth2.googleapis.com") return Response.json({ access_token: "own", expires_in: 60 });
        if (url.pathname.endsWith(":generateIdToken")) {
          expect(await request.json()).toEqual({ audience: host, includeEmail: true });
          return Response.json({ token: idToken });
        }
        if (!url.pathname.endsWith(":generateAccessToken")) return new Response("{}", { status: 404 });
        return Response.json({ accessToken: "impersonated", expireTime: "2026-01-01T01:00:00Z" });
      }),
    });
    made.write(
      ".config/gcloud/application_default_credentials.json",
      JSON.stringify({ type: "authorized_user", client_id: "a", client_secret: "b", refresh_token: "c" }),
    );
    const credentials = await open(made, { host, google_service_account: "sa@p.example.com" });
    expect(credentials.authType).toBe("google-id");
    expect(await credentials.headers()).toEqual({
      Authorization: `Bearer ${idToken}`,
      "X-Databricks-GCP-SA-Access-Token": "impersonated",
    });
    expect(asked).toContain(
      "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/sa%40p.example.com:generateIdToken Bearer own",
    );
  });

  test("Google's refusal is told in its words", async () => {
    const made = world({
      fetch: fetchBy(() => Response.json({ error: { code: 403, message: "Permission denied" } }, { status: 403 })),
    });
    const error = await failure(
      (
        await open(made, { host, google_credentials: JSON.stringify(account), auth_type: "google-credentials" })
      ).token(),
    );
    expect(error.message).toBe("Google's token service refused: Permission denied");
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

describe("the environment left aside", () => {
  test("the profile counts, and the person is told of the difference", async () => {
    const config = `[DEFAULT]\nhost = ${oidc.host}\ntoken = of-the-file\n`;
    const made = world({ config, env: { DATABRICKS_HOST: "https://other", DATABRICKS_TOKEN: "leaked" } });
    const credentials = await openCredentials(made.deps, { environment: "ignore" });
    expect(credentials.host).toBe(oidc.host);
    expect((await credentials.token()).accessToken.reveal()).toBe("of-the-file");
    expect(made.said.join("")).toContain("DATABRICKS_HOST names another workspace");
  });
});

describe("a host given alone", () => {
  test("means the one profile that has it", async () => {
    const made = world({ config: `[a]\nhost = ${oidc.host}\ntoken = t\n[b]\nhost = https://b\n` });
    expect((await openCredentials(made.deps, { host: `${oidc.host}/` })).profile).toBe("a");
  });

  test("of two profiles is a question", async () => {
    const made = world({ config: `[a]\nhost = ${oidc.host}\n[b]\nhost = ${oidc.host}\n` });
    expect((await failure(openCredentials(made.deps, { host: oidc.host }))).message).toContain("a, b");
  });
});
