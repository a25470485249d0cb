// Results and errors on the terminal and as JSON.
import { describe, expect, test } from "bun:test";
import { MortarError } from "../platform/errors.ts";
import { renderErrorJson, renderErrorText, renderResult } from "./render.ts";

const error = new MortarError("not_signed_in", "No sign-in for token=abcdefghijkl", {
  hint: "Run mortar auth login --token dapi0123456789abcdef0123.",
  requestId: "r-1",
  workspaceCode: "UNAUTHENTICATED",
});

describe("renderResult", () => {
  test("as text is the text, as JSON the data in an envelope", () => {
    expect(renderResult({ data: { a: 1 }, text: "one\n" }, false)).toBe("one\n");
    expect(JSON.parse(renderResult({ data: { a: 1 }, text: "one\n" }, true))).toEqual({ ok: true, data: { a: 1 } });
  });
});

describe("renderErrorJson", () => {
  test("keeps every field, and no secret", () => {
    expect(JSON.parse(renderErrorJson(error))).toEqual({
      ok: false,
      error: {
        code: "not_signed_in",
        message: "No sign-in for token=***",
        hint: "Run mortar auth login --token ***.",
        workspace_code: "UNAUTHENTICATED",
        request_id: "r-1",
        exit_code: 3,
      },
    });
  });

  test("is JSON whatever the message holds", () => {
    const odd = new MortarError("io", 'quote " and password: "hunter22" \\ \n end');
    expect(JSON.parse(renderErrorJson(odd)).error.message).toBe('quote " and password: "***" \\ \n end');
  });
});

describe("renderErrorText", () => {
  test("says what, then what to do", () => {
    expect(renderErrorText(error, false)).toBe(
      "error: No sign-in for token=***\nhint: Run mortar auth login --token ***.\nrequest id: r-1\n",
    );
    expect(renderErrorText(new MortarError("io", "Broken"), false)).toBe("error: Broken\n");
  });

  test("keeps lines, and nothing that draws on the terminal", () => {
    const odd = new MortarError("io", "one\ntwo\u001b[2Jthree\u009b31m", { hint: "four\u0007" });
    expect(renderErrorText(odd, false)).toBe("error: one\ntwo [2Jthree 31m\nhint: four \n");
  });

  test("colours only the word", () => {
    expect(renderErrorText(new MortarError("io", "Broken"), true)).toBe("\u001B[1;31merror:\u001B[0m Broken\n");
  });
});
