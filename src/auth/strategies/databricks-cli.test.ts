// The Databricks CLI's sign-in, with a stand-in of the program.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { openCredentials } from "../credentials.ts";
import { parseCliToken, parseExpiry } from "../databricks-cli.ts";
import { failure, script, startMs, withEnv, type TestWorld, useWorlds } from "../testing.ts";
import { fakeOidc, type FakeOidc } from "../testing-oidc.ts";

let oidc: FakeOidc;
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => oidc.close());
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });

describe("the Databricks CLI", () => {
  const token = (expiry: string): string => JSON.stringify({ access_token: "from-cli", token_type: "Bearer", expiry });
  const later = new Date(startMs + 3_600_000).toISOString();

  function withCli(made: TestWorld, version: string, answer: string): TestWorld {
    const body = `echo "$@" >> "${made.home}/calls"\nenv | grep ^DATABRICKS_ >> "${made.home}/env"\nif [ "$1" = version ]; then echo "Databricks CLI ${version}"; exit 0; fi\n${answer}`;
    made.write("bin/databricks", script(body, true), 0o755);
    return withEnv(made, { PATH: `${made.home}/bin:/usr/bin:/bin` });
  }

  const calls = ({ home }: TestWorld): string[] => {
    const path = join(home, "calls");
    return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
  };

  const profile = (): string => `[dev]\nhost = ${oidc.host}\nauth_type = databricks-cli\n`;

  test("is asked for the profile's token, with an environment that does not contradict it", async () => {
    const made = withEnv(withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`), {
      DATABRICKS_HOST: "https://other",
      DATABRICKS_TOKEN: "leaked",
      DATABRICKS_AUTH_STORAGE: "plaintext",
    });
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect(credentials).toMatchObject({ authType: "databricks-cli", profile: "dev", host: oidc.host });
    expect((await credentials.token()).expiresAtMs).toBe(startMs + 3_600_000);
    expect(calls(made)).toEqual(["version", "auth token --profile dev"]);
    expect(readFileSync(join(made.home, "env"), "utf8").trim().split("\n")).toEqual([
      "DATABRICKS_AUTH_STORAGE=plaintext",
      "DATABRICKS_AUTH_STORAGE=plaintext",
    ]);
  });

  test("is not asked again while its token is fresh, by another process either", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    for (const _ of [1, 2]) {
      const credentials = await openCredentials(made.deps, { profile: "dev" });
      expect((await credentials.token()).accessToken.reveal()).toBe("from-cli");
    }
    expect(calls(made)).toHaveLength(2);
    made.pass(3_400_000);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    expect(calls(made)).toHaveLength(4);
  });

  test("is asked once for all who need a token at the same time: it has no lock of its own", async () => {
    const numbered = `n=$(grep -c auth "$0.calls"); echo '${token(later)}' | sed "s/from-cli/from-cli-$n/"`;
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo auth >> "$0.calls"; ${numbered}`);
    const sleep = (_ms: number, signal?: AbortSignal): Promise<void> => systemClock.sleep(1, signal);
    const deps = { ...made.deps, clock: { now: made.deps.clock.now, sleep } };
    // Each with its own memory, as processes have.
    const all = await Promise.all([1, 2, 3, 4].map(() => openCredentials(deps, { profile: "dev" })));
    const tokens = async (forceRefresh: boolean): Promise<Set<string>> =>
      new Set(await Promise.all(all.map(async (one) => (await one.token({ forceRefresh })).accessToken.reveal())));
    expect(await tokens(false)).toEqual(new Set(["from-cli-1"]));
    expect(await tokens(true)).toEqual(new Set(["from-cli-2"]));
    expect(calls(made).filter((call) => call !== "version")).toEqual([
      "auth token --profile dev",
      "auth token --profile dev --force-refresh",
    ]);
  });

  test("is asked without a lock where nothing can be written", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    made.write("mortar", "a file in the folder's place");
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect((await credentials.token()).accessToken.reveal()).toBe("from-cli");
  });

  test("is asked again when the profiles changed, as after a login", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    made.write(".databrickscfg", `${profile()}# touched\n`);
    await (await openCredentials(made.deps, { profile: "dev" })).token();
    expect(calls(made)).toHaveLength(4);
  });

  const versions: readonly [version: string, forced: boolean, words: string][] = [
    ["v0.207.0", false, "auth token --host HOST"],
    ["v0.207.1", true, "auth token --profile dev"],
    ["v0.295.9", true, "auth token --profile dev"],
    ["v0.296.0", true, "auth token --profile dev --force-refresh"],
    ["v1.0.0", true, "auth token --profile dev --force-refresh"],
    ["v1.0.0", false, "auth token --profile dev"],
    ["v0.0.0-dev+abc", true, "auth token --host HOST"],
    ["of an unknown age", true, "auth token --host HOST"],
  ];
  test.each(versions)("of version %s (forced: %p) gets the flags that it knows", async (version, forced, words) => {
    const made = withCli(world({ config: profile() }), version, `echo '${token(later)}'`);
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    await credentials.token({ forceRefresh: forced });
    expect(calls(made).at(-1)?.replace(oidc.host, "HOST")).toBe(words);
  });

  test("that is the legacy one is not used", async () => {
    const made = world({ config: profile() });
    made.write("bin/databricks", script(`touch ${made.home}/called`), 0o755);
    const error = await failure(
      openCredentials(withEnv(made, { PATH: `${made.home}/bin:/usr/bin:/bin` }).deps, { profile: "dev" }),
    );
    expect(error.code).toBe("not_signed_in");
    expect(error.hint).toBe("Run `mortar auth login dev`.");
    expect(existsSync(join(made.home, "called"))).toBe(false);
  });

  test("that has no login is told with the command to run", async () => {
    const says =
      "Error: default auth: databricks OAuth is not configured for this host. Token dapi0123456789abcdef0123";
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${says}' >&2; exit 1`);
    const error = await failure((await openCredentials(made.deps, { profile: "dev" })).token());
    expect(error).toMatchObject({ code: "not_signed_in", exit: 3, hint: "Run `mortar auth login dev`." });
    expect(error.message).toContain("databricks OAuth is not configured");
    expect(error.message).not.toContain("dapi0123456789");
  });

  test.each(["garbage \\033[2J", "[]", '{"access_token": "a b"}', '{"access_token": 7}', "null", ""])(
    "that prints %j gives no token, and its words are not repeated",
    async (text) => {
      const made = withCli(world({ config: profile() }), "v1.13.0", `printf '%b' '${text}'`);
      const credentials = await openCredentials(made.deps, { profile: "dev" });
      const error = await failure(credentials.token());
      expect(error.code).toBe("bad_response");
      expect(error.message).not.toContain("garbage");
    },
  );

  test("that prints without an end is stopped", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", "yes");
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect((await failure(credentials.token())).code).toBe("too_large");
  }, 20_000);

  test("that hangs ends with the caller's signal", async () => {
    const made = withCli(world({ config: `[dev]\nhost = ${oidc.host}\n` }), "v1.13.0", "exec sleep 60");
    const controller = new AbortController();
    const opening = openCredentials(made.deps, { profile: "dev", signal: controller.signal });
    for (let tries = 0; calls(made).length < 2 && tries < 1_000; tries++) await Bun.sleep(5);
    controller.abort(new DOMException("stop", "AbortError"));
    expect(((await opening.catch((error: unknown) => error)) as Error).name).toBe("AbortError");
  }, 20_000);

  test("of the repository that one works in is not run", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    const cwd = process.cwd();
    process.chdir(join(made.home, "bin"));
    try {
      for (const PATH of [".", ":/usr/bin:/bin", "/usr/bin:/bin:"]) {
        const credentials = openCredentials(withEnv(made, { PATH }).deps, { profile: "dev" });
        expect((await failure(credentials)).code).toBe("not_signed_in");
      }
      for (const path of ["./databricks", "../bin/databricks"]) {
        const env = { PATH: "/usr/bin:/bin", DATABRICKS_CLI_PATH: path };
        const credentials = openCredentials(withEnv(made, env).deps, { profile: "dev" });
        expect((await failure(credentials)).code).toBe("not_signed_in");
      }
    } finally {
      process.chdir(cwd);
    }
    expect(calls(made)).toEqual([]);
  });

  test("may be named by its name, and then is on the PATH", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", `echo '${token(later)}'`);
    const deps = withEnv(made, { DATABRICKS_CLI_PATH: "databricks" }).deps;
    expect((await (await openCredentials(deps, { profile: "dev" })).token()).accessToken.reveal()).toBe("from-cli");
  });

  test("that is mortar itself does not ask itself again", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", 'echo "mark: $MORTAR_ASKED_AS_CLI" >&2; exit 1');
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect((await failure(credentials.token())).message).toContain("mark: 1");
    const asked = withEnv(made, { MORTAR_ASKED_AS_CLI: "1" });
    expect((await failure(openCredentials(asked.deps, { profile: "dev" }))).message).toContain(
      "databricks OAuth is not",
    );
    expect(calls(made)).toHaveLength(2);
  });

  test("that prints no token", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", "echo hello");
    expect((await failure((await openCredentials(made.deps, { profile: "dev" })).token())).code).toBe("bad_response");
  });

  test("is left alone where mortar has a sign-in of its own", async () => {
    const made = withCli(world({ config: profile() }), "v1.13.0", "exit 1");
    const { writeLogin } = await import("../token-store.ts");
    const { Secret } = await import("../../platform/secret.ts");
    await writeLogin(made.deps, {
      host: oidc.host,
      profile: "dev",
      user: undefined,
      clientId: "databricks-cli",
      scopes: [],
      tokenEndpoint: `${oidc.host}/oidc/v1/token`,
      obtainedAtMs: startMs,
      token: { accessToken: new Secret("own"), tokenType: "Bearer", expiresAtMs: startMs + 3_600_000 },
      refreshToken: undefined,
    });
    const credentials = await openCredentials(made.deps, { profile: "dev" });
    expect((await credentials.token()).accessToken.reveal()).toBe("own");
    expect(calls(made)).toEqual([]);
    const byHost = await openCredentials(withEnv(made, { DATABRICKS_HOST: oidc.host }).deps);
    expect((await byHost.token()).accessToken.reveal()).toBe("own");
  });

  describe("that is not installed", () => {
    const cache = (made: TestWorld, tokens: unknown, version = 1): string =>
      made.write(".databricks/token-cache.json", JSON.stringify({ version, tokens }));
    const entry = { access_token: "left", refresh_token: "never-redeemed", expiry: later };

    test("leaves its plaintext login to serve to its end, and the file as it is", async () => {
      const made = world({ config: profile() });
      const path = cache(made, { dev: entry });
      const before = readFileSync(path, "utf8");
      const credentials = await openCredentials(made.deps, { profile: "dev" });
      expect((await credentials.token()).accessToken.reveal()).toBe("left");
      made.pass(3_600_000);
      const error = await failure(credentials.token());
      expect(error).toMatchObject({ code: "not_signed_in", hint: "Run `mortar auth login dev`." });
      expect(oidc.forms).toEqual([]);
      expect(readFileSync(path, "utf8")).toBe(before);
    });

    test("is found by the host too, where older versions put it", async () => {
      const made = withEnv(world(), { DATABRICKS_HOST: oidc.host });
      cache(made, { [oidc.host]: entry });
      expect((await (await openCredentials(made.deps)).token()).accessToken.reveal()).toBe("left");
    });

    test.each([
      ["of another version", { dev: entry }, 2],
      ["of another profile", { other: entry }, 1],
      ["that has ended", { dev: { ...entry, expiry: "2025-01-01T00:00:00Z" } }, 1],
      ["that is no login", { dev: "x" }, 1],
    ])("%s counts as none", async (_name, tokens, version) => {
      const made = world({ config: profile() });
      cache(made, tokens, version);
      expect((await failure(openCredentials(made.deps, { profile: "dev" }))).code).toBe("not_signed_in");
    });
  });

  const expiries: readonly [text: string, ms: number | undefined][] = [
    ["2026-11-21T10:00:00Z", Date.UTC(2026, 10, 21, 10)],
    ["2026-11-21T10:00:00.123456789+01:00", Date.UTC(2026, 10, 21, 9, 0, 0, 123)],
    ["2026-11-21 10:00:00", Date.UTC(2026, 10, 21, 10)],
    ["2026-11-21 10:00:00.5", Date.UTC(2026, 10, 21, 10, 0, 0, 500)],
    ["0001-01-01T00:00:00Z", undefined],
    ["soon", undefined],
  ];
  test.each(expiries)("expiry %s", (text, ms) => {
    expect(parseExpiry(text)).toBe(ms as number);
    expect(parseCliToken(JSON.stringify({ access_token: "a", expiry: text })).expiresAtMs).toBe(ms as number);
  });
});
