import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { createHash, randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { startTestEmulator, type TestAnswer, type TestEmulator } from "../testing-server.ts";
import { testDeps } from "../testing.ts";

let now = Date.UTC(2026, 0, 1);
let emulator: TestEmulator;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  const deps = testDeps();
  emulator = await startTestEmulator({ deps: { ...deps, clock: { ...deps.clock, now: () => now } } });
});

afterEach(() => emulator.dispose());

const redirectUri = "http://localhost:8020";
const verifier = randomBytes(48).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const me = "GET /api/2.0/preview/scim/v2/Me";

interface Query {
  readonly [name: string]: string | undefined;
}

function authorizeQuery(changes: Query = {}): string {
  const all: Query = {
    response_type: "code",
    client_id: "databricks-cli",
    redirect_uri: redirectUri,
    scope: "offline_access all-apis",
    state: "s t&ate",
    code_challenge: challenge,
    code_challenge_method: "S256",
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  return `GET /oidc/v1/authorize?${query}`;
}

function location(answer: TestAnswer): URL {
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "");
}

async function consentedCode(changes: Query = {}): Promise<string> {
  emulator.world.switches.autoConsent = true;
  const target = location(await emulator.call(authorizeQuery(changes), { token: null }));
  return target.searchParams.get("code") ?? "";
}

function token(fields: Query, headers: Record<string, string> = {}): Promise<TestAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return emulator.call("POST /oidc/v1/token", { body: form, token: null, headers });
}

function redeem(code: string, changes: Query = {}): Promise<TestAnswer> {
  return token({
    grant_type: "authorization_code",
    client_id: "databricks-cli",
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...changes,
  });
}

function refresh(refreshToken: unknown, changes: Query = {}): Promise<TestAnswer> {
  return token({
    grant_type: "refresh_token",
    client_id: "databricks-cli",
    refresh_token: String(refreshToken),
    ...changes,
  });
}

async function whoIs(accessToken: unknown): Promise<TestAnswer> {
  return emulator.call(me, { token: String(accessToken) });
}

describe("discovery", () => {
  test("host metadata needs no token and leads to the authorization server", async () => {
    const { json } = await emulator.call("GET /.well-known/databricks-config", { token: null });
    expect(json).toMatchObject({
      oidc_endpoint: `${emulator.host}/oidc`,
      workspace_id: emulator.workspaceId,
      host_type: "workspace",
    });
    const server = await fetch(`${json["oidc_endpoint"]}/.well-known/oauth-authorization-server`);
    expect(await server.json()).toMatchObject({
      authorization_endpoint: `${emulator.host}/oidc/v1/authorize`,
      token_endpoint: `${emulator.host}/oidc/v1/token`,
      code_challenge_methods_supported: ["S256"],
    });
  });

  test("a client that says localhost is told localhost", async () => {
    const headers = { host: `localhost:${emulator.port}` };
    const { json } = await emulator.call("GET /.well-known/databricks-config", { token: null, headers });
    expect(json["oidc_endpoint"]).toBe(`http://localhost:${emulator.port}/oidc`);
  });
});

describe("authorization code with PKCE", () => {
  test("a code becomes tokens that open the workspace", async () => {
    emulator.world.switches.autoConsent = true;
    const target = location(await emulator.call(authorizeQuery(), { token: null }));
    expect(target.origin).toBe(redirectUri);
    expect(target.searchParams.get("state")).toBe("s t&ate");
    expect(target.searchParams.get("iss")).toBe(`${emulator.host}/oidc`);

    const answer = await redeem(target.searchParams.get("code") ?? "");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.json).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "offline_access all-apis" });
    expect((await whoIs(answer.json["access_token"])).json["userName"]).toBe("me@example.com");
    expect((await whoIs(answer.json["refresh_token"])).status).toBe(403);
  });

  test("without offline_access there is no refresh token", async () => {
    const { json } = await redeem(await consentedCode({ scope: "all-apis" }));
    expect(json["access_token"]).toBeString();
    expect(json["refresh_token"]).toBeUndefined();
  });

  test.each([
    ["another verifier", { code_verifier: "x".repeat(43) }],
    ["no verifier", { code_verifier: undefined }],
    ["the challenge itself as verifier", { code_verifier: challenge }],
    ["a verifier that is too short", { code_verifier: "short" }],
    ["another redirect_uri", { redirect_uri: "http://localhost:8021" }],
    ["no redirect_uri", { redirect_uri: undefined }],
    ["a made-up code", { code: "dcod00000000" }],
  ])("%s: invalid_grant, and the code is burnt", async (name, changes) => {
    const code = await consentedCode();
    expect(await redeem(code, changes)).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
    expect((await redeem(code)).status).toBe(name === "a made-up code" ? 200 : 400);
  });

  test("an unknown client is invalid_client, another client's code invalid_grant", async () => {
    const code = await consentedCode();
    expect(await redeem(code, { client_id: "nobody" })).toMatchObject({
      status: 401,
      json: { error: "invalid_client" },
    });
    await emulator.control("POST oauth-clients", { client_id: "other" });
    expect(await redeem(code, { client_id: "other" })).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
  });

  test("a code works once; its second use ends what the first gave", async () => {
    const code = await consentedCode();
    const first = await redeem(code);
    expect((await redeem(code)).json["error"]).toBe("invalid_grant");
    expect((await whoIs(first.json["access_token"])).status).toBe(401);
    expect((await refresh(first.json["refresh_token"])).status).toBe(400);
  });

  test("a code expires", async () => {
    const code = await consentedCode();
    now += 301_000;
    expect((await redeem(code)).json["error"]).toBe("invalid_grant");
  });

  test.each([
    ["no challenge", { code_challenge: undefined }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["method missing", { code_challenge_method: undefined }, "invalid_request"],
    ["implicit flow", { response_type: "token" }, "unsupported_response_type"],
    ["a malformed scope", { scope: "<b>" }, "invalid_scope"],
  ])("%s: the client is told %s by redirect", async (_name, changes, error) => {
    emulator.world.switches.autoConsent = true;
    const target = location(await emulator.call(authorizeQuery(changes), { token: null }));
    expect(target.searchParams.get("error")).toBe(error);
    expect(target.searchParams.get("state")).toBe("s t&ate");
    expect(target.searchParams.get("code")).toBeNull();
  });

  test.each([
    ["a foreign host", { redirect_uri: "https://evil.example/callback" }],
    ["a host that begins like ours", { redirect_uri: "http://localhost.evil.example:8020" }],
    ["user info", { redirect_uri: "http://localhost:8020@evil.example" }],
    ["a fragment", { redirect_uri: "http://localhost:8020/#x" }],
    ["another scheme", { redirect_uri: "javascript://localhost:8020/%0aalert(1)" }],
    ["the emulator itself", () => ({ redirect_uri: `http://localhost:${emulator.port}` })],
    ["no address", { redirect_uri: undefined }],
    ["an unknown client", { client_id: "nobody" }],
  ])("%s: nobody is redirected anywhere", async (_name, changes) => {
    emulator.world.switches.autoConsent = true;
    const query = authorizeQuery(typeof changes === "function" ? changes() : changes);
    const answer = await emulator.call(query, { token: null });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("location")).toBeNull();
  });

  test("a parameter that is given twice is refused", async () => {
    emulator.world.switches.autoConsent = true;
    const answer = await emulator.call(`${authorizeQuery()}&redirect_uri=http%3A%2F%2Flocalhost%3A1`, { token: null });
    expect(answer.status).toBe(400);
  });
});

describe("consent", () => {
  interface Page {
    readonly answer: TestAnswer;
    readonly cookie: string;
    readonly request: string;
  }

  async function openPage(changes: Query = {}): Promise<Page> {
    const answer = await emulator.call(authorizeQuery(changes), { token: null });
    const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    return { answer, cookie, request: /name="request" value="([^"]+)"/.exec(answer.text)?.[1] ?? "" };
  }

  function decide(page: Page, fields: Query = {}, headers: Record<string, string> = {}): Promise<TestAnswer> {
    const form = new URLSearchParams();
    const all: Query = { request: page.request, decision: "allow", code: emulator.signInCode, ...fields };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) form.set(name, value);
    return emulator.call("POST /oidc/v1/authorize", {
      body: form,
      token: null,
      headers: { origin: emulator.host, cookie: page.cookie, ...headers },
    });
  }

  test("pages that open sign-ins without end push the oldest out, and no memory is filled", async () => {
    const first = await openPage();
    const second = await openPage();
    for (let count = 0; count < 98; count++) await openPage();
    expect((await decide(first)).status).toBe(303);
    await openPage();
    const last = await openPage();
    expect((await decide(second)).status).toBe(403);
    expect((await decide(last)).status).toBe(303);
  });

  test("opening the page grants nothing; it cannot be framed, scripted or cached", async () => {
    const { answer, cookie } = await openPage();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("location")).toBeNull();
    expect(answer.text).toContain("Databricks CLI");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("set-cookie")).toContain("HttpOnly; SameSite=Strict");
    expect(cookie).not.toBe("");
    expect(answer.text).not.toContain(emulator.signInCode);
  });

  test("with the sign-in code the client gets its code, once", async () => {
    const page = await openPage();
    const target = location(await decide(page));
    expect((await redeem(target.searchParams.get("code") ?? "")).status).toBe(200);
    expect((await decide(page)).status).toBe(403);
  });

  test("the code may be typed in small letters and without its dash", async () => {
    const code = ` ${emulator.signInCode.toLowerCase().replace("-", "")} `;
    expect((await decide(await openPage(), { code })).status).toBe(303);
  });

  test("deny tells the client", async () => {
    const target = location(await decide(await openPage(), { decision: "deny", code: "" }));
    expect(target.searchParams.get("error")).toBe("access_denied");
    expect(target.searchParams.get("state")).toBe("s t&ate");
  });

  test.each([
    ["no sign-in code", { code: "" }, {}],
    ["a wrong sign-in code", { code: "AAAA-AAAA" }, {}],
    ["a made-up request", { request: "x" }, {}],
    ["no cookie: another browser", {}, { cookie: "" }],
    ["a foreign page", {}, { origin: "https://evil.example" }],
    ["a sandboxed page", {}, { origin: "null" }],
  ])("%s: nothing is granted", async (_name, fields, headers) => {
    const answer = await decide(await openPage(), fields, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers.get("location")).toBeNull();
  });

  test("a request without an Origin is no browser's form", async () => {
    const page = await openPage();
    const form = new URLSearchParams({ request: page.request, decision: "allow", code: emulator.signInCode });
    const answer = await emulator.call("POST /oidc/v1/authorize", {
      body: form,
      token: null,
      headers: { cookie: page.cookie },
    });
    expect(answer.status).toBe(403);
  });

  test("guessing is locked after five wrong codes, for the right one too, and for a minute", async () => {
    const page = await openPage();
    for (let attempt = 0; attempt < 5; attempt++) await decide(page, { code: "AAAA-AAAA" });
    expect((await decide(page)).text).toContain("Too many wrong codes");
    now += 61_000;
    expect((await decide(page)).status).toBe(303);
  });

  test("a page that lay open for too long has expired", async () => {
    const page = await openPage();
    now += 601_000;
    expect((await decide(page)).status).toBe(403);
  });

  test("what the client sends is shown as text", async () => {
    await emulator.control("POST oauth-clients", { client_id: "<img src=x>", name: "<script>x</script>" });
    const { answer } = await openPage({ client_id: "<img src=x>" });
    expect(answer.text).not.toContain("<script>");
    expect(answer.text).toContain("&lt;script&gt;");
  });

  test("a test's browser consents with the admin token, and with no other", async () => {
    const consent = (secret: string) =>
      emulator.call(authorizeQuery(), { token: null, headers: { "x-emulator-admin": secret } });
    expect((await consent(emulator.adminToken)).status).toBe(303);
    expect((await consent(emulator.token)).status).toBe(200);
  });
});

describe("refresh", () => {
  test("rotates: the new one works, the old one is dead in the workspace's exact words", async () => {
    const first = await redeem(await consentedCode());
    const second = await refresh(first.json["refresh_token"]);
    expect(second.status).toBe(200);
    expect(second.json["refresh_token"]).not.toBe(first.json["refresh_token"]);
    expect((await whoIs(second.json["access_token"])).status).toBe(200);

    const again = await refresh(first.json["refresh_token"]);
    expect(again.status).toBe(400);
    expect(again.json).toEqual({ error: "invalid_grant", error_description: "Refresh token is invalid" });
    expect((await refresh(second.json["refresh_token"])).status).toBe(200);
  });

  test("an account without rotation keeps the token, and sends none", async () => {
    await emulator.control("PATCH switches", { rotateRefreshTokens: false });
    const first = await redeem(await consentedCode());
    for (let round = 0; round < 2; round++) {
      const answer = await refresh(first.json["refresh_token"]);
      expect(answer.status).toBe(200);
      expect(answer.json["refresh_token"]).toBeUndefined();
    }
  });

  test("another client cannot use it", async () => {
    await emulator.control("POST oauth-clients", { client_id: "other" });
    const first = await redeem(await consentedCode());
    expect((await refresh(first.json["refresh_token"], { client_id: "other" })).json["error"]).toBe("invalid_grant");
    expect((await refresh(first.json["refresh_token"])).status).toBe(200);
  });

  test("an access token is no refresh token", async () => {
    const first = await redeem(await consentedCode());
    expect((await refresh(first.json["access_token"])).json["error"]).toBe("invalid_grant");
  });

  test("access and refresh tokens expire when their time is over", async () => {
    await emulator.control("PATCH switches", { accessTokenMs: 60_000, refreshTokenMs: 120_000 });
    const first = await redeem(await consentedCode());
    expect(first.json["expires_in"]).toBe(60);
    now += 59_000;
    expect((await whoIs(first.json["access_token"])).status).toBe(200);
    now += 1_000;
    const expired = await emulator.call("GET /api/2.0/workspace/list?path=/", {
      token: String(first.json["access_token"]),
    });
    expect(expired).toMatchObject({ status: 401, json: { error_code: "UNAUTHENTICATED" } });
    now += 60_000;
    expect((await refresh(first.json["refresh_token"])).json["error_description"]).toBe("Refresh token is invalid");
  });

  test("tokens can be expired and revoked on command; the emulator's own token stays", async () => {
    const first = await redeem(await consentedCode());
    expect((await emulator.control("POST tokens/expire", { kind: "access" })).json).toEqual({ expired: 1 });
    expect((await whoIs(first.json["access_token"])).status).toBe(401);
    expect((await emulator.control("POST tokens/revoke", { kind: "refresh" })).json).toEqual({ revoked: 1 });
    expect((await refresh(first.json["refresh_token"])).status).toBe(400);
    expect((await emulator.control("POST tokens/expire", { kind: "pat" })).status).toBe(400);
    expect((await emulator.call(me)).status).toBe(200);
  });
});

describe("machines", () => {
  const basic = (id: unknown, secret: unknown): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  });

  test("a service principal signs in with its secret, by header or form", async () => {
    const { json } = await emulator.control("POST service-principals", { display_name: "ci" });
    const { client_id: id, client_secret: secret } = json;
    const byHeader = await token({ grant_type: "client_credentials", scope: "all-apis" }, basic(id, secret));
    expect(byHeader.json).toMatchObject({ token_type: "Bearer", scope: "all-apis" });
    expect(byHeader.json["refresh_token"]).toBeUndefined();
    expect((await whoIs(byHeader.json["access_token"])).json["userName"]).toBe(String(id));
    const fields = { grant_type: "client_credentials", client_id: String(id), client_secret: String(secret) };
    expect((await token(fields)).status).toBe(200);
  });

  test("a wrong secret is invalid_client, 401", async () => {
    const { json } = await emulator.control("POST service-principals", { display_name: "ci" });
    const answer = await token({ grant_type: "client_credentials" }, basic(json["client_id"], "dosewrong"));
    expect(answer).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    expect((await token({ grant_type: "client_credentials" }, basic("nobody", "x"))).status).toBe(401);
  });

  test("a federated token is taken when its signature, issuer, audience, subject and time fit a policy", async () => {
    const { publicKey, privateKey } = await generateKeyPair("RS256");
    const other = await generateKeyPair("RS256");
    const { json: principal } = await emulator.control("POST service-principals", { display_name: "ci" });
    await emulator.control("POST federation-policies", {
      issuer: "https://issuer.example",
      audiences: ["workspace"],
      subject: "repo:me/etl",
      client_id: principal["client_id"],
      jwks: { keys: [{ ...(await exportJWK(publicKey)), alg: "RS256" }] },
    });
    const sign = (
      changes: { issuer?: string; audience?: string; subject?: string; seconds?: number },
      key = privateKey,
    ) =>
      new SignJWT({})
        .setProtectedHeader({ alg: "RS256" })
        .setIssuer(changes.issuer ?? "https://issuer.example")
        .setAudience(changes.audience ?? "workspace")
        .setSubject(changes.subject ?? "repo:me/etl")
        .setExpirationTime(Math.floor(now / 1_000) + (changes.seconds ?? 600))
        .sign(key);
    const exchange = (subjectToken: string, clientId: unknown = principal["client_id"]) =>
      token({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        subject_token: subjectToken,
        scope: "all-apis",
        client_id: String(clientId),
      });

    const good = await exchange(await sign({}));
    expect(good.status).toBe(200);
    expect((await whoIs(good.json["access_token"])).json["userName"]).toBe(String(principal["client_id"]));

    const bad = [
      exchange(await sign({ issuer: "https://evil.example" })),
      exchange(await sign({ audience: "other" })),
      exchange(await sign({ subject: "repo:you/etl" })),
      exchange(await sign({ seconds: -600 })),
      exchange(await sign({}, other.privateKey)),
      exchange(await sign({}), "databricks-cli"),
      exchange("no jwt"),
    ];
    for (const answer of await Promise.all(bad)) {
      expect(answer).toMatchObject({ status: 400, json: { error: "invalid_grant" } });
    }
  });

  test("a personal token can be exchanged, and an unknown one cannot", async () => {
    const exchange = (subjectToken: string) =>
      token({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token_type: "urn:databricks:params:oauth:token-type:personal-access-token",
        subject_token: subjectToken,
      });
    const good = await exchange(emulator.token);
    expect((await whoIs(good.json["access_token"])).json["userName"]).toBe("me@example.com");
    expect((await exchange("dapi0")).status).toBe(400);
  });
});

test.each([
  ["an unknown grant", { grant_type: "password" }, "unsupported_grant_type"],
  ["no grant", { scope: "all-apis" }, "unsupported_grant_type"],
  ["a name of Object.prototype", { grant_type: "constructor" }, "unsupported_grant_type"],
])("%s is refused", async (_name, fields, error) => {
  expect(await token(fields)).toMatchObject({ status: 400, json: { error } });
});

test("a token request that is no form, or says a thing twice, is refused", async () => {
  const json = await emulator.call("POST /oidc/v1/token", { body: "{}", token: null });
  expect(json).toMatchObject({ status: 400, json: { error: "invalid_request" } });
  const twice = await emulator.call("POST /oidc/v1/token", {
    body: new URLSearchParams("grant_type=refresh_token&grant_type=password"),
    token: null,
  });
  expect(twice).toMatchObject({ status: 400, json: { error: "invalid_request" } });
});

test("the request log keeps no secret of a sign-in", async () => {
  const code = await consentedCode();
  const { json } = await redeem(code);
  await refresh(json["refresh_token"]);
  await whoIs(json["access_token"]);
  await emulator.call(`GET /api/2.0/workspace/list?path=/&token=${json["access_token"]}`);
  const log = (await emulator.control("GET requests")).text;
  expect(log).toContain("/oidc/v1/authorize");
  const secrets = [code, challenge, verifier, json["access_token"], json["refresh_token"], emulator.token];
  for (const secret of secrets) expect(log).not.toContain(String(secret));
});
