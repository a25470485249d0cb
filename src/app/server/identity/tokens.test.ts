// Tokens that callers show: whose each is, for how long that holds, and which of a user's is the freshest.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../../../platform/errors.ts";
import type { Me } from "../../../workspace/identity.ts";
import { createTokens } from "./tokens.ts";

function place() {
  const time = { ms: 1_000_000 };
  const clock = { now: () => time.ms, sleep: () => Promise.resolve() };
  const asked: string[] = [];
  const tokens = createTokens(clock, (token) => {
    asked.push(token);
    if (token.startsWith("bad")) return Promise.reject(new MortarError("not_signed_in", "no"));
    if (token.startsWith("away")) return Promise.reject(new MortarError("unreachable", "away"));
    const me: Me = {
      id: "1",
      userName: `${token}@x.example`,
      displayName: undefined,
      active: true,
      emails: [],
      groups: [],
      workspaceId: undefined,
    };
    return Promise.resolve(me);
  });
  return { time, asked, tokens };
}

const jwt = (expSeconds: number, mark = ""): string =>
  `h.${Buffer.from(JSON.stringify({ exp: expSeconds, mark })).toString("base64url")}.s`;

describe("whose a token is", () => {
  test("is asked once a minute, however often it comes, and also when it comes twice at once", async () => {
    const { time, asked, tokens } = place();
    await Promise.all([tokens.userOf("a"), tokens.userOf("a")]);
    expect((await tokens.userOf("a")).userName).toBe("a@x.example");
    expect(asked).toEqual(["a"]);
    time.ms += 60_001;
    await tokens.userOf("a");
    expect(asked).toEqual(["a", "a"]);
  });

  test("that is refused is not asked about at once again; one that could not be asked about is", async () => {
    const { time, asked, tokens } = place();
    for (const _again of [1, 2, 3]) await expect(tokens.userOf("bad")).rejects.toThrow("no");
    await tokens.userOf("bad").catch(() => undefined);
    expect(asked).toEqual(["bad"]);
    time.ms += 10_001;
    await tokens.userOf("bad").catch(() => undefined);
    expect(asked).toEqual(["bad", "bad"]);
    await tokens.userOf("away").catch(() => undefined);
    await tokens.userOf("away").catch(() => undefined);
    expect(asked.filter((token) => token === "away")).toHaveLength(2);
  });

  test("is forgotten when there are too many", async () => {
    const { asked, tokens } = place();
    for (let at = 0; at <= 2_000; at++) await tokens.userOf(`t${at}`);
    await tokens.userOf("t2000");
    expect(asked).toHaveLength(2_001);
    await tokens.userOf("t0");
    expect(asked).toHaveLength(2_002);
  });
});

describe("the freshest of a user", () => {
  test("is the one that lives longest, whichever came last", () => {
    const { tokens } = place();
    const [early, late] = [jwt(2_000), jwt(3_000)];
    tokens.used("u", late);
    tokens.used("u", early);
    expect(tokens.freshest("u")?.reveal()).toBe(late);
    expect(tokens.freshest("other")).toBeUndefined();
  });

  test("is none when it is over, until another comes", () => {
    const { time, tokens } = place();
    tokens.used("u", jwt(2_000));
    time.ms = 2_000_000;
    expect(tokens.freshest("u")).toBeUndefined();
    const next = jwt(9_000);
    tokens.used("u", next);
    expect(tokens.freshest("u")?.reveal()).toBe(next);
  });

  test("that does not say when it ends lives an hour from when it was first shown", () => {
    const { time, tokens } = place();
    tokens.used("u", "opaque");
    time.ms += 1_800_000;
    tokens.used("u", "opaque");
    expect(tokens.freshest("u")?.reveal()).toBe("opaque");
    time.ms += 1_800_001;
    expect(tokens.freshest("u")).toBeUndefined();
  });
});
