import { describe, expect, test } from "bun:test";
import type { AccessToken, Credentials, TokenOptions } from "../auth/credentials.ts";
import { MortarError } from "../platform/errors.ts";
import { silentLogger } from "../platform/log.ts";
import { Secret } from "../platform/secret.ts";
import { authHeaders, type AuthSource } from "./tokens.ts";

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);

interface Bench {
  readonly headers: AuthSource["headers"];
  /** How often a token was asked for, and whether by force. */
  readonly asked: boolean[];
  /** What the next requests for a token give: a token's life in milliseconds, or an error. */
  next: () => Promise<number>;
  pass(ms: number): void;
  readonly ended: () => number;
}

/** Credentials that give `t1`, `t2`, ... each time they are asked, over a clock that the test moves. */
function bench(withToken = true): Bench {
  let nowMs = startMs;
  let serial = 0;
  let ended = 0;
  let last: AccessToken | undefined;
  const asked: boolean[] = [];
  const state = { next: () => Promise.resolve(hourMs) };
  const credentials: Pick<Credentials, "headers" | "token"> = {
    headers: async ({ forceRefresh = false }: TokenOptions = {}) => {
      asked.push(forceRefresh);
      const lifeMs = await state.next();
      serial += 1;
      last = { accessToken: new Secret(`t${serial}`), tokenType: "Bearer", expiresAtMs: nowMs + lifeMs };
      return { Authorization: `Bearer t${serial}` };
    },
    token: () => (withToken && last !== undefined ? Promise.resolve(last) : Promise.reject(new Error("none"))),
  };
  const deps = { log: silentLogger, clock: { now: () => nowMs, sleep: () => Promise.resolve() } };
  const { headers } = authHeaders(deps, credentials, {
    onEnded: () => {
      ended += 1;
    },
  });
  return Object.assign(state, {
    headers,
    asked,
    ended: () => ended,
    pass: (ms: number) => {
      nowMs += ms;
    },
  });
}

const token = async (work: Promise<Record<string, string>>): Promise<string> => (await work)["Authorization"] ?? "";
const ended = new MortarError("not_signed_in", "The sign-in has ended", { hint: "Run `mortar auth login dev`." });

describe("the headers", () => {
  test("are asked for once, and kept for as long as the token is fresh", async () => {
    const made = bench();
    expect(await Promise.all(Array.from({ length: 50 }, () => token(made.headers())))).toEqual(
      Array.from({ length: 50 }, () => "Bearer t1"),
    );
    made.pass(54 * 60_000);
    expect(await token(made.headers())).toBe("Bearer t1");
    expect(made.asked).toEqual([false]);
  });

  test("are renewed five minutes ahead, and nobody waits for it", async () => {
    const made = bench();
    await made.headers();
    made.pass(55 * 60_000 + 1);
    const renewal = Promise.withResolvers<number>();
    made.next = () => renewal.promise;
    expect(await Promise.all([token(made.headers()), token(made.headers())])).toEqual(["Bearer t1", "Bearer t1"]);
    expect(made.asked).toEqual([false, false]);
    renewal.resolve(hourMs);
    await renewal.promise;
    let present = "Bearer t1";
    while (present === "Bearer t1") present = await token(made.headers());
    expect(present).toBe("Bearer t2");
    expect(made.asked).toEqual([false, false]);
  });

  test("stay the old ones while renewing fails, until the token ends; then the failure is told", async () => {
    const made = bench();
    await made.headers();
    made.next = () => Promise.reject(ended);
    made.pass(55 * 60_000);
    for (let minute = 55; minute < 59; minute++) {
      made.pass(60_000);
      expect(await token(made.headers())).toBe("Bearer t1");
    }
    expect(made.ended()).toBe(0);
    made.pass(60_000);
    await expect(made.headers()).rejects.toThrow("The sign-in has ended");
    expect(made.ended()).toBeGreaterThan(0);
  });

  test("after a laptop's sleep are new ones at once", async () => {
    const made = bench();
    await made.headers();
    made.pass(9 * hourMs);
    expect(await Promise.all([token(made.headers()), token(made.headers())])).toEqual(["Bearer t2", "Bearer t2"]);
    expect(made.asked).toEqual([false, false]);
  });

  test("after the clock was set back still serve, and are renewed", async () => {
    const made = bench();
    await made.headers();
    made.pass(-24 * hourMs);
    expect(await token(made.headers())).toBe("Bearer t1");
    while ((await token(made.headers())) === "Bearer t1") await Promise.resolve();
    expect(made.asked).toEqual([false, false]);
    expect(await token(made.headers())).toBe("Bearer t2");
  });

  test("of a short-lived token are renewed in the second half of its life", async () => {
    const made = bench();
    made.next = () => Promise.resolve(60_000);
    await made.headers();
    made.pass(29_000);
    await made.headers();
    expect(made.asked.length).toBe(1);
    made.pass(2_000);
    expect(await token(made.headers())).toBe("Bearer t1");
    expect(made.asked.length).toBe(2);
  });

  test("of a sign-in without a token are asked for every time", async () => {
    const made = bench(false);
    expect(await token(made.headers())).toBe("Bearer t1");
    expect(await token(made.headers())).toBe("Bearer t2");
  });

  test("are not empty: without a proof of who asks there are none", async () => {
    const credentials = { headers: () => Promise.resolve({}), token: () => Promise.reject(new Error("none")) };
    const deps = { log: silentLogger, clock: { now: () => startMs, sleep: () => Promise.resolve() } };
    const { headers } = authHeaders(deps, credentials, { onEnded: () => undefined });
    await expect(headers()).rejects.toThrow("There is no token");
  });

  test("that one caller no longer waits for still come for the others", async () => {
    const made = bench();
    const coming = Promise.withResolvers<number>();
    made.next = () => coming.promise;
    const leaving = new AbortController();
    const left = made.headers({ signal: leaving.signal });
    const stayed = token(made.headers());
    leaving.abort();
    await expect(left).rejects.toThrow();
    coming.resolve(hourMs);
    expect(await stayed).toBe("Bearer t1");
    expect(made.asked).toEqual([false]);
  });
});

describe("a refused token", () => {
  test("is refreshed once for all that were refused with it", async () => {
    const made = bench();
    await made.headers();
    const many = Array.from({ length: 20 }, () => token(made.headers({ refused: "Bearer t1" })));
    expect(new Set(await Promise.all(many))).toEqual(new Set(["Bearer t2"]));
    expect(await token(made.headers({ refused: "Bearer t1" }))).toBe("Bearer t2");
    expect(await token(made.headers())).toBe("Bearer t2");
    expect(made.asked).toEqual([false, true]);
  });

  test("that cannot be refreshed is told, and what was opened is let go", async () => {
    const made = bench();
    await made.headers();
    made.next = () => Promise.reject(ended);
    await expect(made.headers({ refused: "Bearer t1" })).rejects.toThrow("The sign-in has ended");
    expect(made.ended()).toBe(1);
  });

  test("whose refresh fails for the moment keeps what was opened", async () => {
    const made = bench();
    await made.headers();
    made.next = () => Promise.reject(new MortarError("unreachable", "no network"));
    await expect(made.headers({ refused: "Bearer t1" })).rejects.toThrow("no network");
    expect(made.ended()).toBe(0);
    made.next = () => Promise.resolve(hourMs);
    expect(await token(made.headers({ refused: "Bearer t1" }))).toBe("Bearer t2");
  });
});
