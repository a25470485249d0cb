import { describe, expect, test } from "bun:test";
import { resolvePath } from "./path.ts";
import { failureOf } from "./testing.ts";

const me = async (): Promise<string> => "me@example.com";
const nobody = async (): Promise<string> => {
  throw new Error("the user name was asked for");
};

describe("resolvePath", () => {
  test.each([
    ["~", "/Workspace/Users/me@example.com"],
    ["~/", "/Workspace/Users/me@example.com"],
    ["~/etl/load", "/Workspace/Users/me@example.com/etl/load"],
  ])("%s is in the caller's home folder", async (path, expected) => {
    expect(await resolvePath(path, me)).toBe(expected);
  });

  test.each([
    ["shared", "/Workspace/Shared"],
    ["shared/x y", "/Workspace/Shared/x y"],
    ["/Users/other@example.com/n", "/Users/other@example.com/n"],
    ["/Workspace/Users/a/", "/Workspace/Users/a"],
    ["/shared/x", "/shared/x"],
    ["/~/x", "/~/x"],
    ["/", "/"],
    ["//", "/"],
  ])("%s needs no user name", async (path, expected) => {
    expect(await resolvePath(path, nobody)).toBe(expected);
  });

  test.each(["", "etl/load", "~other/x", "sharedthing/x", "Users/me", "./x", "C:\\x"])(
    "%p is refused with the forms that work",
    async (path) => {
      const error = await failureOf(resolvePath(path, me));
      expect(error.code).toBe("invalid_input");
      expect(error.message).toContain('must start with "/"');
      expect(error.hint).toContain("~/notebook");
    },
  );

  test("a null character is refused", async () => {
    expect((await failureOf(resolvePath("/a\0b", me))).code).toBe("invalid_input");
  });
});
