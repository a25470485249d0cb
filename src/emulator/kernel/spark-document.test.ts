import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { createTestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

test("every name of the subset is in its document", async () => {
  await using kernel = await createTestKernel();
  const names = await kernel.text(
    [
      "from mortar_kernel import catalog, columns, dbutils as d, frames, functions, grouped, session, writers",
      "kinds = [frames.DataFrame, columns.Column, grouped.GroupedData, writers.DataFrameWriter, session.SparkSession, catalog.Catalog]",
      "kinds += [d.Widgets, d.Notebook, d.Files, d.Library]",
      "print(*sorted({n for k in kinds for n in vars(k) if not n.startswith('_')} | set(functions.PUBLIC)))",
    ].join("\n"),
  );
  const document = await Bun.file(join(import.meta.dir, "..", "..", "..", "docs", "emulator-python.md")).text();
  const missing = names
    .trim()
    .split(" ")
    .filter((name) => !document.includes(`\`${name}\``));
  expect(names.split(" ").length).toBeGreaterThan(100);
  expect(missing).toEqual([]);
});
