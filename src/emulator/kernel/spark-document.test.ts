import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { createTestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

test("every name of the subset is in its document", async () => {
  await using kernel = await createTestKernel();
  const names = await kernel.text(
    [
      "from mortar_kernel import catalog, columns, dbutils as d, frames, functions, grouped, readers, session, writers",
      "kinds = [frames.DataFrame, columns.Column, grouped.GroupedData, writers.DataFrameWriter, session.SparkSession, catalog.Catalog]",
      "kinds += [readers.DataFrameReader, d.Widgets, d.Notebook, d.Files, d.Library]",
      "options = {n for known in (readers.ALL, *readers.OPTIONS.values()) for n in known}",
      "print(*sorted({n for k in kinds for n in vars(k) if not n.startswith('_')} | set(functions.PUBLIC)))",
      "print(*sorted(options))",
    ].join("\n"),
  );
  const [subset = "", options = ""] = names.trim().split("\n");
  const document = await Bun.file(join(import.meta.dir, "..", "..", "..", "docs", "emulator-python.md")).text();
  const missing = subset.split(" ").filter((name) => !document.includes(`\`${name}\``));
  const lower = document.toLowerCase();
  missing.push(...options.split(" ").filter((name) => !lower.includes(`\`${name}\``)));
  expect(subset.split(" ").length).toBeGreaterThan(100);
  expect(options.split(" ").length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});
