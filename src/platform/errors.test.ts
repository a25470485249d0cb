// Errors: codes, exit codes, and what becomes of anything that is thrown.
import { describe, expect, test } from "bun:test";
import { errorBody, errorKinds, isAbort, MortarError, toMortarError } from "./errors.ts";

describe("the table of codes", () => {
  test("has exit codes and statuses that exist", () => {
    for (const [code, { exit, status }] of Object.entries(errorKinds)) {
      expect([code, [1, 2, 3, 4, 5, 6, 7, 130].includes(exit)]).toEqual([code, true]);
      expect([code, status >= 400 && status < 600]).toEqual([code, true]);
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    }
  });

  test("keeps the codes that scripts know", () => {
    const exits = Object.fromEntries(Object.entries(errorKinds).map(([code, { exit }]) => [code, exit]));
    expect(exits).toMatchObject({
      usage: 2,
      not_signed_in: 3,
      permission_denied: 4,
      not_found: 5,
      unreachable: 6,
      check_failed: 7,
      interrupted: 130,
      internal: 1,
    });
  });
});

describe("MortarError", () => {
  test("takes its exit code from the table, unless one is given", () => {
    expect(new MortarError("not_found", "x").exit).toBe(5);
    expect(new MortarError("not_found", "x", { exit: 42 }).exit).toBe(42);
  });

  test("keeps its cause, and has none where none is given", () => {
    const cause = new Error("below");
    expect(new MortarError("io", "x", { cause }).cause).toBe(cause);
    expect("cause" in new MortarError("io", "x")).toBe(false);
  });
});

describe("toMortarError", () => {
  test("leaves its own kind alone", () => {
    const error = new MortarError("io", "x");
    expect(toMortarError(error)).toBe(error);
  });

  test("an abort is an interruption, a limit of time a time-out", () => {
    expect(toMortarError(new DOMException("stop", "AbortError")).code).toBe("interrupted");
    expect(toMortarError(new DOMException("late", "TimeoutError")).code).toBe("timeout");
    const signal = AbortSignal.abort();
    expect(toMortarError(signal.reason).code).toBe("interrupted");
  });

  test.each([
    ["a TypeError", new TypeError("x is undefined")],
    ["a text", "text"],
    ["nothing", undefined],
    ["an object", { odd: true }],
  ])("%s is a defect of ours", (_name, thrown) => {
    const error = toMortarError(thrown);
    expect(error.code).toBe("internal");
    expect(error.message).toStartWith("Unexpected failure: ");
    expect(error.hint).toContain("report");
    expect(error.cause).toBe(thrown);
  });
});

test("isAbort knows an abort by its name", () => {
  expect(isAbort(new DOMException("", "AbortError"))).toBe(true);
  expect(isAbort(new Error("AbortError"))).toBe(false);
  expect(isAbort({ name: "AbortError" })).toBe(false);
});

test("errorBody holds what is known, in the words of the wire", () => {
  expect(errorBody(new MortarError("io", "m"))).toEqual({ code: "io", message: "m", exit_code: 1 });
  const full = new MortarError("not_found", "m", { hint: "h", workspaceCode: "W", requestId: "r", httpStatus: 404 });
  expect(errorBody(full)).toEqual({
    code: "not_found",
    message: "m",
    hint: "h",
    workspace_code: "W",
    request_id: "r",
    exit_code: 5,
  });
});

test("an error of another bundle is known, and a subclass is told apart", async () => {
  const copy: typeof import("./errors.ts") = await import(`./errors.ts?copy=${process.pid}`);
  expect(copy.MortarError).not.toBe(MortarError);
  const foreign = new copy.MortarError("not_found", "There is none", { hint: "Make one." });
  expect(foreign instanceof MortarError).toBe(true);
  expect(toMortarError(foreign)).toBe(foreign);
  expect(copy.toMortarError(new MortarError("io", "no")).code).toBe("io");
  class Special extends MortarError {}
  expect(foreign instanceof Special).toBe(false);
  expect(new Special("io", "no")).toBeInstanceOf(MortarError);
  expect(({ code: "io" } as unknown) instanceof MortarError).toBe(false);
  expect(new Error("no") instanceof MortarError).toBe(false);
});
