import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.text(
    "df = spark.createDataFrame([(1, 'a'), (2, 'b')], 'id INT, s STRING')\ndef rows(t): return sorted(tuple(r) for r in spark.table(t).collect())",
  );
});

afterAll(() => kernel[Symbol.asyncDispose]());

test("saveAsTable: error, ignore, append by name, overwrite", async () => {
  await kernel.text("df.write.saveAsTable('t')");
  expect(await kernel.text("rows('t')")).toBe("[(1, 'a'), (2, 'b')]\n");
  expect(await kernel.failure("df.write.saveAsTable('t')")).toStartWith(
    "AnalysisException: [TABLE_OR_VIEW_ALREADY_EXISTS]",
  );
  await kernel.text("df.limit(0).write.mode('ignore').saveAsTable('t')");
  await kernel.text(
    "spark.createDataFrame([('c', 3)], 's STRING, id INT').write.format('delta').mode('append').saveAsTable('main.default.t')",
  );
  expect(await kernel.text("rows('t')")).toBe("[(1, 'a'), (2, 'b'), (3, 'c')]\n");
  await kernel.text("spark.table('t').filter('id > 1').write.saveAsTable('t', mode='overwrite')");
  expect(await kernel.text("rows('t')")).toBe("[(2, 'b'), (3, 'c')]\n");
});

test("a different schema is refused as Delta refuses it, and replaced when asked", async () => {
  await kernel.text("df.write.saveAsTable('u')\nother = spark.createDataFrame([(1.5, 'a')], 'id DOUBLE, q STRING')");
  expect(await kernel.failure("other.write.mode('append').saveAsTable('u')")).toContain("it has no column q");
  expect(await kernel.failure("other.write.mode('overwrite').saveAsTable('u')")).toContain(
    'option("overwriteSchema", "true")',
  );
  expect(await kernel.text("rows('u')")).toBe("[(1, 'a'), (2, 'b')]\n");
  await kernel.text("other.write.mode('overwrite').option('overwriteSchema', 'true').saveAsTable('u')");
  expect(await kernel.text("rows('u')")).toBe("[(1.5, 'a')]\n");
});

test("insertInto goes by position", async () => {
  await kernel.text(
    "df.write.saveAsTable('p')\nspark.createDataFrame([(9, 'z')], 'other INT, names STRING').write.insertInto('p')",
  );
  expect(await kernel.text("rows('p')")).toBe("[(1, 'a'), (2, 'b'), (9, 'z')]\n");
  await kernel.text("df.limit(1).write.insertInto('p', overwrite=True)");
  expect(await kernel.text("rows('p')")).toBe("[(1, 'a')]\n");
  expect(await kernel.failure("df.select('id').write.insertInto('p')")).toStartWith(
    "AnalysisException: [INSERT_COLUMN_ARITY_MISMATCH]",
  );
  expect(await kernel.failure("df.write.insertInto('none')")).toStartWith(
    "AnalysisException: [TABLE_OR_VIEW_NOT_FOUND]",
  );
});

test("commands of spark.sql run at once and once, and give their rows", async () => {
  await kernel.text("made = spark.sql('create table c (n int)')\nput = spark.sql('insert into c values (1), (2)')");
  expect(await kernel.text("put.first()[0], put.count(), spark.table('c').count(), made.collect()")).toBe(
    "(2, 1, 2, [])\n",
  );
  expect(await kernel.text("[r.tableName for r in spark.sql('show tables').collect() if r.tableName == 'c']")).toBe(
    "['c']\n",
  );
});

test("tables outlive the session, temporary views do not", async () => {
  await kernel.text("df.write.saveAsTable('kept')\ndf.createOrReplaceTempView('gone')");
  const { startKernel } = await import("./start.ts");
  const second = await startKernel(kernel.world, { language: "PYTHON" });
  const { outputs } = await second.run({
    language: "python",
    code: "spark.table('kept').count(), spark.catalog.tableExists('gone')",
  });
  expect(outputs).toEqual([{ type: "text", text: "(2, False)\n" }]);
  await second.close();
});

test("a volume that SQL made is a folder of dbutils.fs", async () => {
  expect(await kernel.failure("dbutils.fs.put('/Volumes/main/default/vol/a.txt', 'x')")).toContain(
    "There is no volume main.default.vol",
  );
  await kernel.text("spark.sql('create volume vol')\ndbutils.fs.put('/Volumes/main/default/vol/a.txt', 'x')");
  expect(await kernel.text("[f.path for f in dbutils.fs.ls('/Volumes/main/default/vol')]")).toBe(
    "['dbfs:/Volumes/main/default/vol/a.txt']\n",
  );
  await kernel.text("spark.sql('drop volume vol'), spark.sql('create volume vol')");
  expect(await kernel.text("dbutils.fs.ls('/Volumes/main/default/vol')")).toBe("[]\n");
});
