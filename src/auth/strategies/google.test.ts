// Google's ways of signing in, with stand-ins of its services.
import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { failure, fetchBy, open, startMs, useWorlds } from "../testing.ts";

const world = useWorlds();

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
