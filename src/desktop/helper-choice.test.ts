// Who decides the helper's profile, in which order; its log; and when it opens a browser.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readFile, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Deps } from "../platform/deps.ts";
import { systemClock } from "../platform/clock.ts";
import { silentLogger } from "../platform/log.ts";
import { resolvePaths } from "../platform/paths.ts";
import { helperToken } from "./credential-helper.ts";
import { helperChoice } from "./helper-choice.ts";
import { helperLogBytes, helperLogFile } from "./helper-log.ts";
import { forget, remember } from "./memory.ts";
import { begin, checkPause, end } from "./sign-in-attempts.ts";
import { writePlist } from "../platform/managed/xml-plist.ts";

let home: string;
let deps: Deps;
const token = `dapi${"0123456789abcdef".repeat(2)}`;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "mortar-helper-"));
  deps = depsWith({});
});
afterEach(() => rm(home, { recursive: true, force: true }));

function depsWith(env: Record<string, string>): Deps {
  const all = { HOME: home, MORTAR_HOME: join(home, "mortar"), USER: "ann", ...env };
  const output = { write: () => undefined, isTTY: false, width: 80, colour: false };
  return {
    env: all,
    os: "darwin",
    cwd: home,
    paths: resolvePaths(all, "darwin"),
    clock: systemClock,
    fetch: () => Promise.reject(new TypeError("no network here")),
    stdin: { isTTY: false, readLine: async () => undefined, readAll: async () => "" },
    stdout: output,
    stderr: output,
    run: () => Promise.reject(new Error("nothing is run here")),
    log: silentLogger,
  };
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true });
  await writeFile(join(home, path), text);
}

const fleetFile = "Library/Preferences/com.icerhymers.databricks-claude.plist";

describe("the profile", () => {
  test("is that of the flag, of the install, of the older state, of an administrator, or the default one", async () => {
    const seen: string[] = [];
    const look = async (flag?: string): Promise<void> => {
      const { profile, source, host } = await helperChoice(deps, flag);
      seen.push(`${profile} by ${source}${host === undefined ? "" : ` at ${host}`}`);
    };
    await look();
    await put(fleetFile, writePlist({ databricksProfile: "FLEET", databricksHost: "https://f.example" }));
    await look();
    await put(".claude/.databricks-claude.json", '{"profile":"DEFAULT"}');
    await look();
    await put(".claude/.databricks-claude.json", '{"profile":"OLD"}');
    await look();
    await remember(deps, { profile: "OWN", host: "https://o.example" });
    await look();
    await look("FLAG");
    await forget(deps);
    await look();
    expect(seen).toEqual([
      "DEFAULT by default",
      "FLEET by managed settings at https://f.example",
      "FLEET by managed settings at https://f.example",
      "OLD by older state",
      "OWN by install at https://o.example",
      "FLAG by flag",
      "OLD by older state",
    ]);
  });

  test("the Databricks CLI comes from the install, else from the older state, else from an administrator", async () => {
    await put(fleetFile, writePlist({ databricksProfile: "FLEET", databricksCliPath: "/fleet" }));
    expect((await helperChoice(deps, undefined)).databricksCliPath).toBe("/fleet");
    await put(".claude/.databricks-claude.json", '{"databricks_cli_path":"/old"}');
    expect((await helperChoice(deps, undefined)).databricksCliPath).toBe("/old");
    await remember(deps, { databricksCliPath: "/own" });
    expect((await helperChoice(deps, undefined)).databricksCliPath).toBe("/own");
  });
});

describe("the token", () => {
  const signal = new AbortController().signal;
  const config = `[DEFAULT]\nhost = https://one.example\ntoken = ${token}\n`;

  test("is that of the profile, and its log has the length alone", async () => {
    await put(".databrickscfg", config);
    const given = await helperToken(deps, { signal });
    expect(given.reveal()).toBe(token);
    const log = await readFile(helperLogFile(deps), "utf8");
    expect(log).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z pid=\d+ ppid=\d+ words=\[\] HOME=".+" PATH="" USER="ann" context="" profile="DEFAULT" \(default\) outcome=token after=\d+ms length=36\n$/,
    );
    for (let at = 4; at + 6 <= token.length; at++) expect(log).not.toContain(token.slice(at, at + 6));
    if (process.platform !== "win32") expect((await stat(helperLogFile(deps))).mode & 0o777).toBe(0o600);
  });

  test("is refused where the profile is of another workspace than the app", async () => {
    await put(".databrickscfg", config);
    await remember(deps, { profile: "DEFAULT", host: "https://two.example" });
    await expect(helperToken(deps, { signal })).rejects.toMatchObject({ code: "conflict" });
    expect(await readFile(helperLogFile(deps), "utf8")).toContain("outcome=conflict");
  });

  test.each(["mid-session-refresh", "scheduled-task", "background", "something new"])(
    "no browser is opened in the context %s",
    async (context) => {
      const background = depsWith({ CLAUDE_HELPER_CONTEXT: context });
      await remember(background, { profile: "NEW", host: "https://one.example" });
      await put(".databrickscfg", config);
      await expect(helperToken(background, { signal })).rejects.toMatchObject({
        code: "not_signed_in",
        hint: expect.stringContaining("mortar auth login --profile NEW --host https://one.example"),
      });
      expect(await readFile(helperLogFile(deps), "utf8")).toContain(`context=${JSON.stringify(context)}`);
    },
  );

  test("a profile that is not there and has no host is said, not signed in to", async () => {
    await put(".databrickscfg", config);
    await expect(helperToken(deps, { profile: "NOBODY", signal })).rejects.toMatchObject({ code: "config_missing" });
  });

  test("a log that grew is put aside, and one that cannot be written stops nothing", async () => {
    await put(".databrickscfg", config);
    await helperToken(deps, { signal });
    await truncate(helperLogFile(deps), helperLogBytes + 1);
    await helperToken(deps, { signal });
    expect((await stat(`${helperLogFile(deps)}.1`)).size).toBe(helperLogBytes + 1);
    expect((await readFile(helperLogFile(deps), "utf8")).split("\n")).toHaveLength(2);
    await rm(helperLogFile(deps));
    await mkdir(helperLogFile(deps));
    expect((await helperToken(deps, { signal })).reveal()).toBe(token);
  });
});

test("after a sign-in that nobody finished, a call of an older app opens no other browser for some minutes", async () => {
  await checkPause(deps);
  await begin(deps);
  await expect(checkPause(deps)).rejects.toMatchObject({ code: "not_signed_in" });
  const file = join(deps.paths.run, "credential-helper.sign-in");
  const then = new Date(deps.clock.now() - 301_000);
  await utimes(file, then, then);
  await checkPause(deps);
  await begin(deps);
  await end(deps);
  await checkPause(deps);
});
