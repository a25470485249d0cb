// What an agent gets of the server's environment, on each system.
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/log.ts";
import { resolvePaths } from "../../platform/paths.ts";
import { runProcess } from "../../platform/process.ts";
import { Secret } from "../../platform/secret.ts";
import { childHome, childVariables } from "./child-environment.ts";
import type { EngineDeps, EngineRequest } from "./engine.ts";

function depsOf(env: Record<string, string>, os: EngineDeps["os"] = "linux"): EngineDeps {
  return { env, cwd: "/", os, paths: resolvePaths(env, os), clock: systemClock, run: runProcess, log: silentLogger };
}

const request = {
  stateFolder: "/srv/state",
  runFolder: "/srv/run",
  models: { kind: "proxy", url: "http://127.0.0.1:1", key: new Secret("key-of-the-models") },
  shell: "off",
} as unknown as EngineRequest;

const server = {
  PATH: "/usr/bin",
  HOME: "/home/eve",
  LANG: "C",
  LC_TIME: "de_DE",
  https_proxy: "http://p:1",
  SSL_CERT_FILE: "/etc/ca.pem",
  DATABRICKS_CLIENT_SECRET: "s",
  DATABRICKS_TOKEN: "t",
  MORTAR_HOME: "/srv",
  LD_PRELOAD: "/evil.so",
  NODE_OPTIONS: "-r x",
  BUN_OPTIONS: "x",
  GIT_SSH_COMMAND: "x",
  ANTHROPIC_AUTH_TOKEN: "t",
  OPENAI_API_KEY: "k",
  SSH_AUTH_SOCK: "/tmp/agent",
  LC_SECRET: "kept, for it is of the language",
};

describe("on Linux", () => {
  const deps = depsOf(server);

  test("only what a program needs is passed, and the home is the agent's own", () => {
    const home = childHome(deps, request);
    expect(home).toEqual({ home: join("/srv/state", "home"), temporary: join("/srv/run", "tmp") });
    const names = Object.keys(childVariables(deps, home)).toSorted();
    expect(names).toEqual(
      [
        "HOME",
        "LANG",
        "LC_SECRET",
        "LC_TIME",
        "NO_COLOR",
        "NO_PROXY",
        "PATH",
        "SSL_CERT_FILE",
        "TEMP",
        "TMP",
        "TMPDIR",
        "https_proxy",
        "no_proxy",
      ].toSorted(),
    );
  });

  test("this machine is reached without a proxy, beside what was so before", () => {
    const variables = childVariables(depsOf({ ...server, NO_PROXY: "corp" }), childHome(deps, request));
    expect([variables["NO_PROXY"], variables["no_proxy"]]).toEqual(Array(2).fill("corp,127.0.0.1,localhost,::1"));
  });

  test.each([{ shell: "unrestricted" }, { models: { kind: "login" } }] as const)(
    "the home is the person's with %o",
    (change) => {
      expect(childHome(deps, { ...request, ...change } as EngineRequest).home).toBe("/home/eve");
    },
  );
});

test("on Windows names are found in any case, and the folders of a person's programs go with the home", () => {
  const env = {
    Path: "C:\\bin",
    SystemRoot: "C:\\Windows",
    USERPROFILE: "C:\\Users\\eve",
    LOCALAPPDATA: "C:\\L",
    Token: "t",
  };
  const deps = depsOf(env, "win32");
  const own = childVariables(deps, childHome(deps, { ...request, shell: "unrestricted" } as EngineRequest));
  expect(own).toMatchObject({
    Path: "C:\\bin",
    SystemRoot: "C:\\Windows",
    USERPROFILE: "C:\\Users\\eve",
    LOCALAPPDATA: "C:\\L",
  });
  const other = childVariables(deps, childHome(deps, request));
  expect(other["USERPROFILE"]).toBe(join("/srv/state", "home"));
  expect(JSON.stringify(other)).not.toContain("eve");
  expect(other).not.toHaveProperty("Token");
});
