import { expect, test } from "bun:test";
import { join } from "node:path";
import { sqlDocument } from "./document.ts";
import { allFunctions } from "./functions/table.ts";
import { allConstructs } from "./statements/table.ts";

test("docs/emulator-sql.md is what the tables say (bun scripts/sql-document.ts writes it)", async () => {
  const path = join(import.meta.dir, "..", "..", "..", "docs", "emulator-sql.md");
  expect(await Bun.file(path).text()).toBe(sqlDocument());
});

test("the document names every function and every construct once", () => {
  const text = sqlDocument();
  for (const spec of allFunctions())
    for (const name of spec.names) expect(text.split(`\`${name}\``).length - 1).toBeGreaterThan(0);
  for (const { name } of allConstructs()) expect(text.split(`\n| ${name} |`).length).toBe(2);
});
