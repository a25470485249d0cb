// What the options, the environment and the file mean together.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { openCredentials } from "./credentials.ts";
import { failure, storeLogin, useWorlds } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

describe("the environment left aside", () => {
  test("the profile counts, and the person is told of the difference", async () => {
    const config = `[DEFAULT]\nhost = ${oidc.host}\ntoken = of-the-file\n`;
    const made = world({ config, env: { DATABRICKS_HOST: "https://other", DATABRICKS_TOKEN: "leaked" } });
    const credentials = await openCredentials(made.deps, { environment: "ignore" });
    expect(credentials.host).toBe(oidc.host);
    expect((await credentials.token()).accessToken.reveal()).toBe("of-the-file");
    expect(made.said.join("")).toContain("DATABRICKS_HOST names another workspace");
  });

  test("may be garbage", async () => {
    const made = world({ config: `[DEFAULT]\nhost = ${oidc.host}\ntoken = t\n`, env: { DATABRICKS_HOST: "::" } });
    expect((await openCredentials(made.deps, { environment: "ignore" })).host).toBe(oidc.host);
  });
});

describe("a profile that the environment still names", () => {
  const config = "[prod]\nhost = https://prod.example.com\ntoken = of-prod\n";
  const env = { DATABRICKS_CONFIG_PROFILE: "prod" };

  test("does not give its token to a host that was typed", async () => {
    const made = world({ config, env });
    const error = await failure(openCredentials(made.deps, { host: oidc.host }));
    expect(error.code).toBe("config_invalid");
    expect(error.message).toBe(`Profile prod is for https://prod.example.com, not for ${oidc.host}`);
    expect(oidc.requests).toEqual([]);
  });

  test("serves its own host", async () => {
    const made = world({ config: config.replace("https://prod.example.com", oidc.host), env });
    expect(await openCredentials(made.deps, { host: oidc.host })).toMatchObject({ profile: "prod", authType: "pat" });
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

  test("of two profiles means the one that a person signed in to", async () => {
    const config = `[a]\nhost = ${oidc.host}\ntoken = t\n[b]\nhost = ${oidc.host}\nauth_type = databricks-cli\n`;
    const made = world({ config });
    await storeLogin(made, oidc.host, {}, "b");
    expect(await openCredentials(made.deps, { host: oidc.host })).toMatchObject({
      profile: "b",
      authType: "databricks-cli",
    });
  });
});
