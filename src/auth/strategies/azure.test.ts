// Azure's ways of signing in, with stand-ins of its services and of az.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failure, fetchBy, open, script, startMs, withEnv, type TestWorld, useWorlds } from "../testing.ts";
import { fakeOidc, type FakeOidc } from "../testing-oidc.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

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
