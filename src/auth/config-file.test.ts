// The file itself: where it is, what an edit leaves as it was, and edits at the same time.
import { describe, expect, test } from "bun:test";
import { lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../platform/clock.ts";
import { resolvePaths } from "../platform/paths.ts";
import { configFilePath, editConfigFile, profileNames, parseConfigFile } from "./config-file.ts";
import { failure, useWorlds, type TestWorld } from "./testing.ts";

const world = useWorlds();
const text = ({ home }: TestWorld): string => readFileSync(join(home, ".databrickscfg"), "utf8");
const mode = (path: string): number => statSync(path).mode & 0o777;

describe("the path", () => {
  test.each([
    [{ HOME: "/h" }, "/h/.databrickscfg"],
    [{ HOME: "/h", DATABRICKS_CONFIG_FILE: "/etc/cfg" }, "/etc/cfg"],
    [{ HOME: "/h", DATABRICKS_CONFIG_FILE: "~/cfg" }, "/h/cfg"],
    [{ HOME: "/h", DATABRICKS_CONFIG_FILE: "" }, "/h/.databrickscfg"],
  ])("%p", (env, path) => {
    expect(configFilePath({ env, paths: resolvePaths(env, "linux") })).toBe(path);
  });

  test("without a home there is none, and an edit says so", async () => {
    const env = {};
    const paths = { ...resolvePaths({ MORTAR_HOME: "/nowhere" }, "linux"), home: undefined };
    expect(configFilePath({ env, paths })).toBeUndefined();
    const error = await failure(editConfigFile({ env, paths, clock: systemClock }, [{ section: "a" }]));
    expect(error.code).toBe("config_missing");
  });
});

describe("an edit", () => {
  test("makes a file that this user alone can read", async () => {
    const made = world();
    await editConfigFile(made.deps, [{ section: "dev", changes: { host: "https://x" } }]);
    expect(text(made)).toBe("[dev]\nhost = https://x\n");
    expect(mode(join(made.home, ".databrickscfg"))).toBe(0o600);
  });

  test("keeps the mode of a file that is there, and a link to it", async () => {
    const made = world();
    const real = made.write("dotfiles/cfg", "[a]\nk = 1\n", 0o640);
    const link = join(made.home, ".databrickscfg");
    symlinkSync(real, link);
    await editConfigFile(made.deps, [{ section: "a", changes: { k: "2" } }]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe("[a]\nk = 2\n");
    expect(mode(real)).toBe(0o640);
  });

  test("that changes nothing writes nothing", async () => {
    const made = world({ config: "[a]\nk = 1" });
    const path = join(made.home, ".databrickscfg");
    const before = statSync(path);
    await editConfigFile(made.deps, [{ section: "a", changes: { k: "1", gone: undefined } }]);
    expect([statSync(path).ino, statSync(path).mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  test("of a file that does not parse changes nothing and names the line", async () => {
    const broken = "[a]\nk = 1\nsecret-without-key\n";
    const made = world({ config: broken });
    const error = await failure(editConfigFile(made.deps, [{ section: "a", changes: { k: "2" } }]));
    expect(error).toMatchObject({ code: "config_invalid", exit: 2 });
    expect(error.message).toContain("(line 3)");
    expect(error.message).not.toContain("secret-without-key");
    expect(text(made)).toBe(broken);
  });

  test("by many at once loses none", async () => {
    const made = world();
    const deps = { ...made.deps, clock: systemClock };
    const names = Array.from({ length: 8 }, (_, index) => `p${index}`);
    await Promise.all(names.map((name) => editConfigFile(deps, [{ section: name, changes: { host: "x" } }])));
    const profiles = parseConfigFile({ path: "", text: text(made) });
    expect(profileNames(profiles).sort()).toEqual(names);
  });
});
