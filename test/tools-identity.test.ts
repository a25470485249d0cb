// Who is signed in, through the binary: a session that signs in by itself and goes from one profile to another.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFile, chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMachine, type Machine } from "./support/binary.ts";
import { openSession, startWorkspace, type TestWorkspace } from "./support/workspace.ts";

let machine: Machine;
let workspace: TestWorkspace;
let profiles: string;

beforeAll(async () => {
  machine = await createMachine();
  workspace = await startWorkspace(machine);
  profiles = join(machine.home, ".databrickscfg");
});

afterAll(async () => {
  await workspace.stop();
  await machine.dispose();
});

const words = ["--toolsets", "identity,jobs"];

test("a session goes to another profile, and stays where it is when that one is refused", async () => {
  const known = await readFile(profiles, "utf8");
  await appendFile(
    profiles,
    `\n${known.replace("[DEFAULT]", "[other]")}\n[broken]\nhost = ${workspace.host}\ntoken = nonsense\n`,
  );
  const session = await openSession(machine, words);
  try {
    expect((await session.call("get_current_user", {})).data).toMatchObject({ user_name: "me@example.com" });
    const listed = await session.call("list_profiles", { validate: true });
    expect(listed.data["total_matched"]).toBe(3);
    expect((await session.call("switch_workspace", { profile: "other" })).data).toMatchObject({ profile: "other" });
    expect((await session.call("switch_workspace", { profile: "broken" })).isError).toBe(true);
    expect((await session.call("get_current_user", {})).data).toMatchObject({ profile: "other" });
    expect((await session.call("list_jobs", {})).isError).toBe(false);
  } finally {
    await session.close();
    await writeFile(profiles, known, { mode: 0o600 });
  }
});

test("who is not signed in signs in from the session, which then works", async () => {
  await workspace.control("PATCH", "switches", { autoConsent: true });
  const known = await readFile(profiles, "utf8");
  await rm(profiles);
  const visit = join(machine.home, "visit.ts");
  await writeFile(visit, 'await (await fetch(process.argv[2] ?? "", { proxy: "" })).text();\n');
  const browser = join(machine.home, "browser");
  await writeFile(browser, `#!/bin/sh\nexec '${process.execPath}' '${visit}' "$1"\n`);
  await chmod(browser, 0o755);
  const session = await openSession({ ...machine, env: { ...machine.env, BROWSER: browser } }, words);
  try {
    const before = await session.call("list_jobs", {});
    expect([before.isError, before.text]).toEqual([true, expect.stringContaining("auth login")]);
    const { isError, text, data } = await session.call("sign_in", { host: workspace.host, profile: "mine" });
    expect([isError, text]).toEqual([false, expect.stringContaining("profile: mine")]);
    expect(data).toMatchObject({ user_name: "me@example.com", already_signed_in: false });
    expect((await session.call("list_jobs", {})).isError).toBe(false);
    expect(await readFile(profiles, "utf8")).toContain("[mine]");
  } finally {
    await session.close();
    await machine.run(["auth", "logout", "mine", "--yes"]);
    await writeFile(profiles, known, { mode: 0o600 });
  }
});

test("a single call tells who is signed in, and switches nothing", async () => {
  const alone = await machine.json(["tool", "call", "switch_workspace", "--arg", "profile=DEFAULT", "--yes"]);
  expect(alone.error).toMatchObject({
    code: "unsupported",
    message: expect.stringContaining("stays on the workspace"),
  });
  const who = await machine.json(["tool", "call", "get_current_user"]);
  expect(who.data).toMatchObject({ user_name: "me@example.com" });
});
