// Which profile a session is on: what was given, what is remembered, the default one; never what an agent leaked.
import { afterEach, describe, expect, test } from "bun:test";
import { testWorld, type TestWorld } from "../../auth/testing.ts";
import { chooseProfile, rememberProfile, signedIn } from "./profile.ts";

const config =
  "[DEFAULT]\nhost = https://one.cloud.databricks.com\ntoken = x\n[OTHER]\nhost = https://two.cloud.databricks.com\ntoken = y\n";

let world: TestWorld;
afterEach(() => world.dispose());

describe("the profile", () => {
  test("is the default one, the remembered one, the given one", async () => {
    world = testWorld({ config });
    expect(await chooseProfile(world.deps, undefined)).toBe("DEFAULT");
    await rememberProfile(world.deps, "OTHER");
    expect(await chooseProfile(world.deps, undefined)).toBe("OTHER");
    expect(await chooseProfile(world.deps, "DEFAULT")).toBe("DEFAULT");
    await rememberProfile(world.deps, "DEFAULT");
    expect(await chooseProfile(world.deps, undefined)).toBe("DEFAULT");
  });

  test("is not what the environment names, and the person is told", async () => {
    world = testWorld({ config, env: { DATABRICKS_CONFIG_PROFILE: "OTHER" } });
    expect(await chooseProfile(world.deps, undefined)).toBe("DEFAULT");
    expect(world.said.join("\n")).toContain("DATABRICKS_CONFIG_PROFILE names OTHER");
  });

  test("that was remembered and is gone makes way, and that was given and is not there is refused", async () => {
    world = testWorld({ config });
    await rememberProfile(world.deps, "GONE");
    expect(await chooseProfile(world.deps, undefined)).toBe("DEFAULT");
    expect(world.said.join("\n")).toContain("cannot be used");
    await expect(chooseProfile(world.deps, "GONE")).rejects.toThrow("GONE");
  });
});

describe("a sign-in", () => {
  const signal = new AbortController().signal;

  test("that is there serves", async () => {
    world = testWorld({ config });
    expect((await signedIn(world.deps, "OTHER", signal))?.host).toBe("https://two.cloud.databricks.com");
  });

  test("that is missing is asked for by name where there is no terminal", async () => {
    world = testWorld({ config: "[EMPTY]\nhost = https://one.cloud.databricks.com\n" });
    const outcome = await signedIn(world.deps, "EMPTY", signal).catch((thrown: unknown) => thrown);
    expect(outcome).toMatchObject({ code: "not_signed_in", hint: "Sign in first: mortar auth login --profile EMPTY" });
  });
});
