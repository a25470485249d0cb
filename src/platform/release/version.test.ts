import { describe, expect, test } from "bun:test";
import { isUpdate, parseVersion } from "./version.ts";

describe("parseVersion", () => {
  test.each([
    ["1.2.3", "1.2.3"],
    ["v0.10.0", "0.10.0"],
    ["1.2.3-rc.1", "1.2.3-rc.1"],
    ["1.2", undefined],
    ["1.2.3.4", undefined],
    ["01.2.3", undefined],
    ["1.2.3+build", undefined],
    ["1.2.3/../../evil", undefined],
    ["", undefined],
    ["<html>", undefined],
    ["vv1.2.3", undefined],
    ["1.2.3\n", undefined],
  ])("%j", (text, version) => {
    expect(parseVersion(text)).toBe(version as string);
  });
});

describe("isUpdate", () => {
  test.each([
    ["1.2.3", "1.2.4", true],
    ["1.9.0", "1.10.0", true],
    ["1.2.3", "1.2.3", false],
    ["1.2.4", "1.2.3", false],
    ["2.0.0", "1.99.99", false],
    ["1.2.3", "1.3.0-rc.1", false],
    ["1.3.0-rc.1", "1.3.0-rc.2", true],
    ["1.3.0-rc.1", "1.3.0", true],
    ["1.3.0", "1.3.0-rc.1", false],
  ])("from %s to %s: %j", (current, latest, expected) => {
    expect(isUpdate(current, latest)).toBe(expected);
  });
});
