// Checks that meet limits and refusals of a workspace.
import { describe, expect, test } from "bun:test";
import { storeLogin } from "../auth/testing.ts";
import type { Fetch } from "../platform/deps.ts";
import { type Fixture, type Prepare, emulator, on, useEmulator } from "./testing-checks.ts";

useEmulator();

describe("limits and refusals", () => {
  const refused = (fault: object): Fixture => ({
    workspace: true,
    prepare: () => emulator.control("POST faults", { kind: "status", times: 0, path: "/ai-gateway/**", ...fault }),
  });

  test("a rate limit is a warning that says how long to wait, at once", async () => {
    await on(refused({ status: 429, retry_after: "120" }), async (look) => {
      const [found] = await look("gateway.request");
      expect(found).toMatchObject({ state: "warn", cure: expect.stringContaining("wait 120 seconds") });
    });
  });

  test("a refusal names the model and who asked", async () => {
    await on(refused({ status: 403 }), async (look) => {
      const [found] = await look("gateway.request");
      expect(found?.cure).toMatch(/EXECUTE .* on system\.ai\.claude-haiku-5-5 for \S+@\S+/);
    });
  });

  test("a sign-in that has ended names the command that makes it anew", async () => {
    const host = "https://one.cloud.databricks.com";
    const config = `[DEFAULT]\nhost = ${host}\nauth_type = databricks-cli\n`;
    const ended: Fetch = async (input) => {
      const isToken = String(input instanceof Request ? input.url : input).includes("/oidc/v1/token");
      return isToken
        ? Response.json({ error: "invalid_grant", error_description: "refresh token is expired" }, { status: 400 })
        : Response.json({});
    };
    const prepare: Prepare = (world) => storeLogin(world, host, { expiresAtMs: 1 }, "DEFAULT");
    await on({ config, prepare, fetch: ended }, async (look) => {
      const [found] = await look("identity.sign-in");
      expect(found).toMatchObject({ state: "fail", cure: expect.stringContaining("mortar auth login") });
    });
  });
});
