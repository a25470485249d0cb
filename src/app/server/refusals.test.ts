// Refusals: what went wrong and what to do, and nothing of how the server is made.
import { describe, expect, test } from "bun:test";
import { MortarError, type ErrorCode } from "../../platform/errors.ts";
import type { ErrorAnswer } from "../contract/api.ts";
import { identityError, notFound, refusal } from "./refusals.ts";

function refused(thrown: unknown, isShared = false) {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const answer = refusal(thrown, { log: { level: "normal", warn: say, info: say, debug: say }, isShared });
  return answer.json().then((body) => ({ status: answer.status, body: body as ErrorAnswer, said, answer }));
}

describe("a refusal", () => {
  test("of a route that there is none of tells where they are, and nothing of sharing", () => {
    expect(notFound("route").hint).toContain("/docs");
    expect(notFound("project").hint).toContain("shared");
  });

  const cases: readonly (readonly [ErrorCode, number])[] = [
    ["invalid_input", 400],
    ["permission_denied", 403],
    ["not_found", 404],
    ["conflict", 409],
    ["too_large", 413],
    ["rate_limited", 429],
    ["unreachable", 502],
    // The app knows who asks; it is the workspace, or the agent, that lacks something.
    ["not_signed_in", 424],
    ["token_rejected", 424],
    ["config_missing", 424],
  ];

  test.each(cases)("of %s answers %i", async (code, status) => {
    const { status: answered, body, answer } = await refused(new MortarError(code, "It is so.", { hint: "Do this." }));
    expect(answered).toBe(status);
    expect(body).toEqual({ detail: "It is so. Do this.", error: { code, message: "It is so.", hint: "Do this." } });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("of who asks answers 401", async () => {
    expect((await refused(identityError(new MortarError("not_signed_in", "Who?")))).status).toBe(401);
  });
});

describe("what is thrown and not expected", () => {
  test("is said to be a defect, without its words, which the log has", async () => {
    const { status, body, said } = await refused(new TypeError("undefined is not at /srv/app/secret.ts:3"));
    expect([status, body.error.code]).toEqual([500, "internal"]);
    expect(JSON.stringify(body)).not.toContain("secret.ts");
    expect(said.join()).toContain("secret.ts");
  });

  test("of the machine's files is told to its person, and not to users of a shared server", async () => {
    const error = new MortarError("io", "Cannot write /home/me/app/x: the disk is full");
    expect((await refused(error)).body.detail).toContain("/home/me/app/x");
    const { body, said } = await refused(error, true);
    expect(body.error.message).toBe("The disk of the server is full");
    expect(JSON.stringify(body)).not.toContain("/home/me");
    expect(said.join()).toContain("/home/me/app/x");
  });
});
