// Renewal of a stored login: ahead of time, once, under races, with rotating refresh tokens, and when it cannot be had.
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../platform/clock.ts";
import type { Secret } from "../platform/secret.ts";
import { storedSource } from "./refresh.ts";
import { failure, startMs, storeLogin, useWorlds, type LoginChanges, type TestWorld } from "./testing.ts";
import { fakeOidc, type FakeOidc } from "./testing-oidc.ts";
import { listLogins, readLogin, readRefreshToken, removeLogin, type Login } from "./token-store.ts";

let oidc: FakeOidc;
const world = useWorlds({ fetch: (input, init) => fetch(input, init) });
beforeEach(() => {
  oidc = fakeOidc();
});
afterEach(() => {
  oidc.close();
});

const hourMs = 3_600_000;

const store = (made: TestWorld, changes?: LoginChanges): Promise<Login> => storeLogin(made, oidc.host, changes);

const reveal = async (work: Promise<{ accessToken: Secret }>): Promise<string> => (await work).accessToken.reveal();

describe("renewal", () => {
  test("does not happen while the token is fresh", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    made.pass(hourMs - 301_000);
    expect(await reveal(source())).toBe("access-secret-old");
    expect(oidc.requests).toEqual([]);
  });

  test("begins five minutes ahead of the end", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    made.pass(hourMs - 299_000);
    expect(await reveal(source())).toBe("access-secret-1");
  });

  test("sends the refresh token and the client's id, and no scope", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    await source();
    const [form] = oidc.forms;
    expect(Object.fromEntries(form ?? [])).toEqual({
      grant_type: "refresh_token",
      refresh_token: "refresh-secret-0",
      client_id: "databricks-cli",
    });
  });

  test("keeps the rotated refresh token, and uses it the next time", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    await source();
    made.pass(hourMs);
    expect(await reveal(source())).toBe("access-secret-2");
    expect(oidc.forms.map((form) => form.get("refresh_token"))).toEqual(["refresh-secret-0", "refresh-secret-1"]);
  });

  test("keeps the old refresh token when the server sends none", async () => {
    const made = world();
    oidc.override = () => Response.json({ access_token: "new", token_type: "bearer", expires_in: "60" });
    const login = await store(made, { expiresAtMs: startMs });
    const token = await storedSource(made.deps, login)();
    expect(token).toMatchObject({ tokenType: "Bearer", expiresAtMs: startMs + 60_000 });
    const after = await readLogin(made.deps, login);
    expect(after && (await readRefreshToken(made.deps, after))?.reveal()).toBe("refresh-secret-0");
  });

  test("is one request for many callers", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    const tokens = await Promise.all(Array.from({ length: 20 }, () => reveal(source())));
    expect(new Set(tokens)).toEqual(new Set(["access-secret-1"]));
    expect(oidc.forms).toHaveLength(1);
  });

  test("is one request for two sources over one store", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const [left, right] = await Promise.all([
      reveal(storedSource({ ...made.deps, clock: slowly(made) }, login)()),
      reveal(storedSource({ ...made.deps, clock: slowly(made) }, login)()),
    ]);
    expect(left).toBe(right);
    expect(oidc.forms).toHaveLength(1);
  });

  test("forced, fetches a new token although the old one is fresh, and once for requests refused together", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    expect(await reveal(source({ forceRefresh: true }))).toBe("access-secret-1");
    expect(await reveal(source({ forceRefresh: true }))).toBe("access-secret-1");
    made.pass(6_000);
    expect(await reveal(source({ forceRefresh: true }))).toBe("access-secret-2");
  });

  test("forced, takes what another process has renewed meanwhile", async () => {
    const made = world();
    const login = await store(made);
    const first = storedSource(made.deps, login);
    const second = storedSource(made.deps, login);
    await first({ forceRefresh: true });
    expect(await reveal(second({ forceRefresh: true }))).toBe("access-secret-1");
    expect(oidc.forms).toHaveLength(1);
  });

  test("that fails ahead of time leaves the old token to its end, and waits a minute before it tries again", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs + 200_000 }));
    made.pass(110_000);
    oidc.override = () => Response.json({ error: "server_error" }, { status: 500 });
    expect(await reveal(source())).toBe("access-secret-old");
    const asked = oidc.requests.length;
    expect(await reveal(source())).toBe("access-secret-old");
    expect(oidc.requests).toHaveLength(asked);
    made.pass(85_000);
    expect((await failure(source())).code).toBe("unavailable");
  });

  test("survives a caller that leaves", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const held = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    oidc.override = async () => {
      started.resolve();
      await held.promise;
      return undefined;
    };
    const source = storedSource(made.deps, login);
    const leaver = new AbortController();
    const left = source({ signal: leaver.signal }).catch((error: unknown) => error);
    const stayed = reveal(source());
    await started.promise;
    leaver.abort(new DOMException("gone", "AbortError"));
    expect(((await left) as Error).name).toBe("AbortError");
    held.resolve();
    expect(await stayed).toBe("access-secret-1");
    expect((await readLogin(made.deps, login))?.token.accessToken.reveal()).toBe("access-secret-1");
  });

  test("tries again when the server asks for patience", async () => {
    const made = world();
    let refused = 0;
    oidc.override = () => {
      refused += 1;
      return refused <= 2 ? new Response("busy", { status: 503, headers: { "retry-after": "2" } }) : undefined;
    };
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    expect(await reveal(source())).toBe("access-secret-1");
    expect(made.deps.clock.now()).toBeGreaterThanOrEqual(startMs + 4_000);
  });
});

/** Real waiting: two waiters for one lock must let each other run. */
function slowly(made: TestWorld): TestWorld["deps"]["clock"] {
  return { now: made.deps.clock.now, sleep: (_ms, signal) => systemClock.sleep(1, signal) };
}

describe("a refresh token that no longer counts", () => {
  test("is told with the command to run, and without any token", async () => {
    const made = world();
    oidc.refreshToken = "another";
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    const error = await failure(source());
    expect(error).toMatchObject({ code: "not_signed_in", exit: 3, hint: "Run `mortar auth login dev`." });
    expect(`${error.message}${String(error.stack)}${made.said.join("")}`).not.toContain("-secret-");
    expect(oidc.forms).toHaveLength(1);
  });

  test("is read again once: another program may have renewed it without the lock", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    oidc.refreshToken = "refresh-secret-7";
    oidc.override = async (request) => {
      const form = new URLSearchParams(await request.clone().text());
      if (form.get("refresh_token") === "refresh-secret-0") {
        await store(made, { expiresAtMs: startMs, refreshToken: "refresh-secret-7" });
      }
      return undefined;
    };
    expect(await reveal(storedSource(made.deps, login)())).toBe("access-secret-1");
    expect(oidc.forms.map((form) => form.get("refresh_token"))).toEqual(["refresh-secret-0", "refresh-secret-7"]);
  });

  test("a login without one ends with its token", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made, { refreshToken: undefined }));
    expect(await reveal(source())).toBe("access-secret-old");
    made.pass(hourMs);
    expect((await failure(source())).code).toBe("not_signed_in");
  });

  test("a login that was removed meanwhile", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    await removeLogin(made.deps, login);
    expect((await failure(storedSource(made.deps, login)())).code).toBe("not_signed_in");
    expect(await listLogins(made.deps)).toEqual([]);
  });

  test("a refusal of the client is not taken for it", async () => {
    const made = world();
    oidc.override = () => Response.json({ error: "unauthorized_client" }, { status: 400 });
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    expect((await failure(source())).code).toBe("auth_failed");
  });

  const answers: readonly [name: string, answer: () => Response, code: string][] = [
    ["a web page", () => new Response("<html>", { status: 200 }), "bad_response"],
    ["a redirect", () => new Response(null, { status: 302, headers: { location: "/login.html" } }), "bad_response"],
    ["nothing", () => new Response(""), "bad_response"],
    ["JSON without a token", () => Response.json({ ok: true }), "bad_response"],
  ];
  test.each(answers)("the server answers with %s", async (_name, answer, code) => {
    const made = world();
    oidc.override = answer;
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    expect<string>((await failure(source())).code).toBe(code);
  });
});

describe("a disk that does not take the renewed sign-in at once", () => {
  test("is tried again, and the single-use token is not lost", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const folder = join(made.deps.paths.data, "logins");
    const aside = `${folder}.aside`;
    oidc.override = () => {
      // From here on the folder's place is taken by a file, as if a scanner held it.
      renameSync(folder, aside);
      writeFileSync(folder, "");
      oidc.override = undefined;
      return undefined;
    };
    const clock = {
      now: made.deps.clock.now,
      sleep: (): Promise<void> => {
        rmSync(folder);
        renameSync(aside, folder);
        return Promise.resolve();
      },
    };
    expect(await reveal(storedSource({ ...made.deps, clock }, login)())).toBe("access-secret-1");
    const after = await readLogin(made.deps, login);
    expect(after && (await readRefreshToken(made.deps, after))?.reveal()).toBe("refresh-secret-1");
  });

  test("for good: the access token serves, and the loss is told", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const folder = join(made.deps.paths.data, "logins");
    oidc.override = () => {
      renameSync(folder, `${folder}.aside`);
      writeFileSync(folder, "");
      oidc.override = undefined;
      return undefined;
    };
    const source = storedSource(made.deps, login);
    expect(await reveal(source())).toBe("access-secret-1");
    expect(made.said.join("")).toMatch(/renewed sign-in is lost \(.*EEXIST.*mortar auth login dev/);
    expect(made.said.join("")).not.toMatch(/(refresh|access)-secret/);
  });

  test.skipIf(process.platform === "win32")(
    "that is full: the old refresh token is not spent, and serves when there is room",
    async () => {
      const made = world();
      const login = await store(made, { expiresAtMs: startMs });
      const child = fileURLToPath(import.meta.resolve("./testing-refresh-child.ts"));
      // Files cannot grow here, which is as a full disk is.
      const limited = 'trap "" XFSZ; ulimit -f 0; exec "$@"';
      const run = Bun.spawn(
        ["/bin/sh", "-c", limited, "sh", process.execPath, child, made.deps.paths.data, oidc.host],
        {
          stdin: new TextEncoder().encode("go\n"),
          stdout: "pipe",
          stderr: "inherit",
        },
      );
      expect((await new Response(run.stdout).text()).trim().split("\n").at(-1)).toBe("io");
      expect(oidc.forms).toHaveLength(0);
      expect(await reveal(storedSource(made.deps, login)())).toBe("access-secret-1");
    },
    20_000,
  );
});

describe("a clock that is set back", () => {
  test("does not make a token fresh again", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    made.pass(-2 * hourMs);
    expect(await reveal(source())).toBe("access-secret-1");
    expect(await reveal(source())).toBe("access-secret-1");
  });

  test("does not make a refused token good", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    expect(await reveal(source({ forceRefresh: true }))).toBe("access-secret-1");
    made.pass(-30_000);
    expect(await reveal(source({ forceRefresh: true }))).toBe("access-secret-2");
  });

  test("does not make the pause after a failure longer", async () => {
    const made = world();
    const source = storedSource(made.deps, await store(made));
    made.pass(hourMs - 200_000);
    oidc.override = () => Response.json({ error: "unauthorized_client" }, { status: 400 });
    expect(await reveal(source())).toBe("access-secret-old");
    oidc.override = undefined;
    expect(await reveal(source())).toBe("access-secret-old");
    made.pass(-50_000);
    expect(await reveal(source())).toBe("access-secret-1");
  });
});

describe("a lifetime of", () => {
  const yearMs = 366 * 86_400_000;
  test.each([
    [3_600, hourMs],
    ["3600", hourMs],
    ["60.5", 60_500],
    [0, hourMs],
    [-5, hourMs],
    ["-1", hourMs],
    ["soon", hourMs],
    [1e300, yearMs],
    ["Infinity", yearMs],
    ["1e400", yearMs],
  ])("%j", async (expiresIn, lifeMs) => {
    oidc.expiresIn = expiresIn;
    const made = world();
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    const { expiresAtMs } = await source();
    expect(expiresAtMs).toBe(made.deps.clock.now() + lifeMs);
    made.pass(lifeMs);
    expect(await reveal(source())).toBe("access-secret-2");
  });
});

describe("a token that is none", () => {
  test.each(["a\r\nx-injected: 1", "a b", "a\u2019; calc", "a\u001B[2J", ""])("%j", async (token) => {
    const made = world();
    oidc.override = () => Response.json({ access_token: token, expires_in: 3_600 });
    const source = storedSource(made.deps, await store(made, { expiresAtMs: startMs }));
    expect((await failure(source())).code).toBe("bad_response");
  });
});
