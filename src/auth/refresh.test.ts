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

describe("many processes", () => {
  interface Contender extends Growing {
    readonly child: Bun.Subprocess<"pipe", "pipe", "inherit">;
  }

  /** Processes that hold the login and wait for the word to renew it. */
  const contenders = async (made: TestWorld, count: number, forced = ""): Promise<Contender[]> => {
    const command = [process.execPath, fileURLToPath(import.meta.resolve("./testing-refresh-child.ts"))];
    const all = Array.from({ length: count }, (): Contender => {
      const child = Bun.spawn([...command, made.deps.paths.data, oidc.host, forced], {
        stdin: "pipe",
        stdout: "pipe",
        stderr: "inherit",
      });
      return { child, reader: child.stdout.getReader(), text: "" };
    });
    await Promise.all(all.map((one) => readUntil(one, "ready\n")));
    return all;
  };

  const go = async ({ child }: Contender): Promise<void> => {
    child.stdin.write("go\n");
    await child.stdin.end();
  };

  /** What each ended with: its token, or the code of its error. */
  const outcome = async (one: Contender): Promise<string> => {
    await readUntil(one, /ready\n\S+\n/);
    await one.child.exited;
    return one.text.split("\n")[1] ?? "";
  };

  const race = async (made: TestWorld, forced: string): Promise<string[]> => {
    const all = await contenders(made, 10, forced);
    await Promise.all(all.map(go));
    return Promise.all(all.map(outcome));
  };

  test("renew an expired token exactly once", async () => {
    const made = world();
    await store(made, { expiresAtMs: startMs });
    expect(new Set(await race(made, ""))).toEqual(new Set(["access-secret-1"]));
    expect(oidc.forms).toHaveLength(1);
  }, 60_000);

  test("renew a refused token exactly once", async () => {
    const made = world();
    await store(made, { expiresAtMs: Date.now() + hourMs });
    expect(new Set(await race(made, "forced"))).toEqual(new Set(["access-secret-1"]));
    expect(oidc.forms).toHaveLength(1);
  }, 60_000);

  test("one that is killed before the server took its token leaves it to the next", async () => {
    const made = world();
    await store(made, { expiresAtMs: startMs });
    const [first, ...others] = await contenders(made, 3);
    if (first === undefined) throw new Error("none");
    const asked = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    oidc.override = () => {
      asked.resolve();
      return never.promise;
    };
    await go(first);
    await asked.promise;
    oidc.override = undefined;
    await Promise.all(others.map(go));
    first.child.kill("SIGKILL");
    expect(await Promise.all(others.map(outcome))).toEqual(["access-secret-1", "access-secret-1"]);
    expect(oidc.forms).toHaveLength(1);
    never.resolve(new Response());
  }, 60_000);

  test("one that is killed with the new token in its hands: the others say to sign in, which mends the store", async () => {
    const made = world();
    const login = await store(made, { expiresAtMs: startMs });
    const [first, second] = await contenders(made, 2);
    if (first === undefined || second === undefined) throw new Error("none");
    const taken = Promise.withResolvers<void>();
    const never = Promise.withResolvers<Response>();
    oidc.override = () => {
      oidc.refreshToken = "refresh-secret-lost";
      taken.resolve();
      return never.promise;
    };
    await go(first);
    await taken.promise;
    oidc.override = undefined;
    await go(second);
    first.child.kill("SIGKILL");
    expect(await outcome(second)).toBe("not_signed_in");
    expect(await readLogin(made.deps, login)).toBeDefined();
    oidc.refreshToken = "refresh-secret-0";
    const again = await store(made, { expiresAtMs: startMs });
    expect(await reveal(storedSource(made.deps, again)())).toStartWith("access-secret-");
    never.resolve(new Response());
  }, 60_000);
});

interface Growing {
  readonly reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> };
  text: string;
}

async function readUntil(output: Growing, wanted: string | RegExp): Promise<void> {
  while (output.text.search(wanted) === -1) {
    const { done, value } = await output.reader.read();
    if (done) throw new Error(`ended after ${JSON.stringify(output.text)}`);
    output.text += new TextDecoder().decode(value);
  }
}

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
});
