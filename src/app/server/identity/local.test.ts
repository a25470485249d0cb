// Who the person of the machine is: asked once, again after a while, and known while the workspace is away.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { testWorld, type TestWorld } from "../../../auth/testing.ts";
import { startTestEmulator, type TestEmulator } from "../../../emulator/testing-server.ts";
import type { Deps, Fetch } from "../../../platform/deps.ts";
import { Secret } from "../../../platform/secret.ts";
import { localIdentity } from "./local.ts";

let emulator: TestEmulator;
let world: TestWorld;

beforeAll(async () => {
  emulator = await startTestEmulator();
  world = testWorld({ config: `[DEFAULT]\nhost = ${emulator.host}\ntoken = ${emulator.token}\n` });
});

afterAll(async () => {
  await emulator.dispose();
  world.dispose();
});

const key = { secret: new Secret("k".repeat(43)), file: "/none" };
const asking = new Request("http://127.0.0.1/", { headers: { authorization: `Bearer ${"k".repeat(43)}` } });
const signal = new AbortController().signal;

function place() {
  const time = { ms: 1_000_000 };
  const answered = { count: 0, away: false };
  const fetching: Fetch = async (input, init) => {
    if (!String(input).endsWith("/Me")) return await fetch(input, { ...init, proxy: "" });
    answered.count += 1;
    if (answered.away) throw Object.assign(new Error("away"), { code: "ConnectionRefused" });
    return await fetch(input, { ...init, proxy: "" });
  };
  const clock = { now: () => time.ms, sleep: () => Promise.resolve() };
  const deps: Deps = { ...world.deps, fetch: fetching, clock };
  const identity = localIdentity({ deps, version: "1", profile: undefined, key, port: () => 1, signal });
  return { time, answered, identity };
}

test("nobody without the key, whatever else he says", async () => {
  const { identity, answered } = place();
  const other = new Request("http://127.0.0.1/", { headers: { "x-forwarded-access-token": emulator.token } });
  await expect(identity.callerOf(other)).rejects.toThrow("The key of the app is missing");
  expect(answered.count).toBe(0);
});

test("he is asked for once, and acts with the profile", async () => {
  const { identity, answered } = place();
  const [one, other] = await Promise.all([identity.callerOf(asking), identity.callerOf(asking)]);
  expect([one.user, other.user, one.access.profile]).toEqual([emulator.world.owner.userName, one.user, "DEFAULT"]);
  expect(answered.count).toBe(1);
  const { host } = await one.access.credentials();
  expect(host).toBe(emulator.host);
});

test("he is known while the workspace is away, and asked for again meanwhile", async () => {
  const { identity, answered, time } = place();
  await identity.callerOf(asking);
  time.ms += 300_001;
  answered.away = true;
  expect((await identity.callerOf(asking)).user).toBe(emulator.world.owner.userName);
  expect((await identity.callerOf(asking)).user).toBe(emulator.world.owner.userName);
});

test("another profile of the machine is opened by its name, and no other", async () => {
  const { identity } = place();
  const caller = await identity.callerOf(asking);
  expect((await identity.accessTo(caller, "DEFAULT")).host).toBe(emulator.host);
  for (const name of ["missing", "../x", "__settings__", "constructor"]) {
    await expect(identity.accessTo(caller, name)).rejects.toThrow("There is no such profile");
  }
});
