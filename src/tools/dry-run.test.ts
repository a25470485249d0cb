import { expect, test } from "bun:test";
import { dryRunInput, grantChanges } from "./dry-run.ts";

test("the change has a row for each principal whose grants differ afterwards", () => {
  const table = grantChanges([
    { principal: "analysts", before: ["SELECT", "MODIFY"], after: ["SELECT", "EXECUTE"] },
    { principal: "admins", before: ["ALL PRIVILEGES"], after: ["ALL PRIVILEGES"] },
    { principal: "guests", before: ["SELECT"], after: [] },
  ]);
  expect(table).toEqual({
    columns: ["principal", "added", "removed", "after"],
    rows: [
      ["analysts", "EXECUTE", "MODIFY", "SELECT, EXECUTE"],
      ["guests", "", "SELECT", ""],
    ],
  });
});

test("nothing is run dry that was not asked for", () => {
  expect(dryRunInput.parse(undefined)).toBe(false);
});
