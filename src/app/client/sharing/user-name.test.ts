import { expect, test } from "bun:test";
import { userProblem } from "./user-name.ts";

test("userProblem takes users and service principals, and says what is wrong with others", () => {
  expect(userProblem("ann@x.com", "me@x.com")).toBeUndefined();
  expect(userProblem("0f7f0b6e-1d2c-4b3a-8c9d-0123456789ab", "me@x.com")).toBeUndefined();
  expect(userProblem("", undefined)).toContain("Write the user name");
  expect(userProblem("me@x.com", "Me@X.com")).toContain("yours already");
  expect(userProblem("ann", undefined)).toContain("after the @");
  for (const name of ["a b@x.com", "../x@y.z", "a\u0000@x.com", `${"x".repeat(400)}@x.com`])
    expect(userProblem(name, undefined)).toBe("This is not a user name.");
});
