// Tokens of other identity providers, and of a service on this machine.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { failure, open, startMs, useWorlds } from "../testing.ts";
import { fakeOidc, type FakeOidc } from "../testing-oidc.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

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
