import { expect, test } from "bun:test";
import { stepOf } from "./steps.ts";

test.each([
  ["cluster", "01", "cluster", "", "", ""],
  ["model", "system.ai.", "model", "", "", ""],
  ["anthropic-model", "system.ai.", "model", "anthropic", "", ""],
  ["catalog", "ma", "catalog", "", "", ""],
  ["schema", "", "catalog", "", "", "."],
  ["schema", "main.de", "schema", "main", "main.", ""],
  ["table", "ma", "catalog", "", "", "."],
  ["table", "main.", "schema", "main", "main.", "."],
  ["table", "main.default.t", "table", "main.default", "main.default.", ""],
  ["workspace-path", "", "folder", "", "", ""],
  ["workspace-path", "~", "folder", "", "", ""],
  ["workspace-path", "/Us", "folder", "/", "/", ""],
  ["workspace-path", "~/a b/c", "folder", "~/a b/", "~/a b/", ""],
  ["workspace-path", "shared/x/", "folder", "shared/x/", "shared/x/", ""],
])("%s behind %j is of the list %s in %j", (kind, typed, list, scope, before, behind) => {
  expect(stepOf(kind, typed)).toEqual({ list, scope, before, behind });
});

test.each([
  ["catalog", "a."],
  ["schema", "a.b."],
  ["table", "a.b.c.d"],
  ["table", "."],
  ["workspace-path", "etl/"],
  ["workspace-path", "~other/"],
])("nothing follows for %s behind %j", (kind, typed) => {
  expect(stepOf(kind, typed)).toBeUndefined();
});
