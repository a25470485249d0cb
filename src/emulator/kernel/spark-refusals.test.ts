import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;
const subset = "is not in the emulator's subset of Spark";

beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.text("from pyspark.sql import functions as F\ndf = spark.createDataFrame([(1, 'x')], ['a', 's'])");
});

afterAll(() => kernel[Symbol.asyncDispose]());

test.each([
  ["df.rdd", "UnsupportedName: DataFrame.rdd"],
  ["df.foo()", "UnsupportedName: DataFrame.foo"],
  ["df.fillna(0)", "UnsupportedName: DataFrame.fillna"],
  ["df.a.over(1)", "UnsupportedName: Column.over"],
  ["df.groupBy('a').pivot('s')", "UnsupportedName: GroupedData.pivot"],
  ["df.write.parquet('/x')", "UnsupportedName: DataFrame.write.parquet"],
  ["df.write.partitionBy('a')", "UnsupportedName: DataFrame.write.partitionBy"],
  ["df.write.format('csv')", "UnsupportedUse: DataFrame.write.format('csv')"],
  ["df.write.option('mergeSchema', True)", "UnsupportedUse: DataFrame.write.option('mergeSchema')"],
  ["df.write.csv('/x')", "UnsupportedName: DataFrame.write.csv"],
  ["df.write.json('/x')", "UnsupportedName: DataFrame.write.json"],
  ["df.write.text('/x')", "UnsupportedName: DataFrame.write.text"],
  ["df.write.mode('overwrite').save('/x')", "UnsupportedName: DataFrame.write.save"],
  ["spark.read.parquet('/x')", "UnsupportedName: spark.read.parquet"],
  ["spark.read.orc('/x')", "UnsupportedName: spark.read.orc"],
  ["spark.read.format('parquet')", "UnsupportedUse: spark.read.format('parquet')"],
  ["spark.read.format('avro').load('/x')", "UnsupportedUse: spark.read.format('avro')"],
  ["spark.read.load('/x')", "UnsupportedUse: spark.read.load of a Delta table by its path"],
  ["spark.read.format('delta').load('/x')", "UnsupportedUse: spark.read.load of a Delta table by its path"],
  ["spark.readStream", "UnsupportedName: SparkSession.readStream"],
  ["spark.sparkContext", "UnsupportedName: SparkSession.sparkContext"],
  ["spark.udf.register('f', len)", "UnsupportedName: SparkSession.udf"],
  ["udf(len)", "UnsupportedName: udf"],
  ["spark.catalog.listTables()", "UnsupportedName: spark.catalog.listTables"],
  ["spark.conf.set('spark.sql.ansi.enabled', False)", "UnsupportedUse: spark.conf.set('spark.sql.ansi.enabled')"],
  ["spark.builder.config('a', 'b')", "UnsupportedName: SparkSession.builder.config"],
  ["spark.sql('select {x}', x=1)", "UnsupportedUse: spark.sql with keyword arguments (args= takes parameters)"],
  ["F.explode('a')", "UnsupportedImport: pyspark.sql.functions.explode"],
  ["from pyspark.sql.functions import col, udf", "UnsupportedImport: pyspark.sql.functions.udf"],
  ["from pyspark.sql import Window", "UnsupportedImport: pyspark.sql.Window"],
  ["import pyspark.ml", "UnsupportedImport: The module pyspark.ml"],
  ["from pyspark import SparkContext", "UnsupportedImport: pyspark.SparkContext"],
  ["from delta.tables import DeltaTable", "UnsupportedImport: The module delta"],
  [
    "df.join(df, df.a == df.s)",
    "UnsupportedUse: DataFrame.join on a Column expression (join on names, after withColumnRenamed)",
  ],
  ["df.join(df, 'a')", "UnsupportedUse: A join whose result has two columns named 's' (rename one first)"],
  ["df.join(df)", "UnsupportedUse: DataFrame.join without column names (crossJoin gives all pairs)"],
  ["df.dropDuplicates(['a'])", "UnsupportedUse: DataFrame.dropDuplicates(subset)"],
  ["df.select('a', 'a')", "UnsupportedUse: A DataFrame with two columns named 'a' in a further step"],
  [
    "spark.sql('select 1 as a, 2 as A').withColumn('b', F.lit(1))",
    "UnsupportedUse: A DataFrame with two columns named 'A' in a further step",
  ],
  ["df.orderBy(1)", "UnsupportedUse: DataFrame.orderBy without columns or by position"],
  ["df.show(vertical=True)", "UnsupportedUse: DataFrame.show(vertical=True)"],
  ["df.agg({'a': 'median'})", "UnsupportedUse: the aggregate function 'median' in agg()"],
  ["df.filter(F.col('a') == {1})", "UnsupportedUse: a literal of the Python type set"],
])("%s is refused by its name", async (code, message) => {
  expect(await kernel.failure(code)).toBe(`${message} ${subset}`);
});

test.each([
  ["df.select('none')", "AnalysisException: [UNRESOLVED_COLUMN"],
  ["df['none']", "AnalysisException: [UNRESOLVED_COLUMN"],
  ["df.filter('none = 1')", "AnalysisException: [UNRESOLVED_COLUMN"],
  ["spark.table('none')", "AnalysisException: [TABLE_OR_VIEW_NOT_FOUND]"],
  ["spark.sql('selec 1')", "ParseException: [PARSE_SYNTAX_ERROR]"],
  ["spark.sql('select 1/0').collect()", "ArithmeticException: [DIVIDE_BY_ZERO]"],
  ["spark.sql(\"select cast('x' as int)\").collect()", "NumberFormatException: [CAST_INVALID_INPUT]"],
  ["spark.sql('select :a', args={'b': 1})", "AnalysisException: [UNBOUND_SQL_PARAMETER]"],
  ["df.union(df.select('a'))", "AnalysisException: [NUM_COLUMNS_MISMATCH]"],
  ["df.join(df, 'none')", "AnalysisException: [UNRESOLVED_COLUMN"],
  ["bool(df.a == 1)", "ValueError: [CANNOT_CONVERT_COLUMN_INTO_BOOL]"],
  ["df.filter(1)", "TypeError: [NOT_COLUMN_OR_STR]"],
  ["df.withColumn('x', 1)", "TypeError: [NOT_COLUMN]"],
  ["df.write.mode('fast')", "ValueError: [INVALID_SAVE_MODE]"],
  ["df.limit(-1)", "ValueError: [INVALID_LIMIT_LIKE_EXPRESSION]"],
])("%s fails as Spark fails", async (code, message) => {
  expect(await kernel.failure(code)).toStartWith(message);
});

test("errors are catchable by their pyspark classes, and carry their class and state", async () => {
  const code = [
    "from pyspark.errors import AnalysisException",
    "from pyspark.sql.utils import AnalysisException as Old",
    "try:\n    spark.table('none')",
    "except AnalysisException as e:\n    print(e.getErrorClass(), e.getSqlState(), Old is AnalysisException)",
    "for bad in ('df.rdd', 'F.explode'):",
    "    try:\n        eval(bad)",
    "    except NotImplementedError as e:\n        print('NotImplementedError')",
    "print(hasattr(df, 'rdd'), hasattr(df, 'count'))",
  ].join("\n");
  expect(await kernel.text(code)).toBe(
    "TABLE_OR_VIEW_NOT_FOUND 42P01 True\nNotImplementedError\nNotImplementedError\nFalse True\n",
  );
});

test("a trace of a failing step shows the user's line alone", async () => {
  const { error } = await kernel.run("x = 1\nspark.table('none')");
  expect(error?.trace).toContain('File "<command-');
  expect(error?.trace).toContain("spark.table('none')");
  expect(error?.trace).not.toContain("mortar_kernel");
});

test("an interrupt ends a long query and the session goes on", async () => {
  const controller = new AbortController();
  const running = kernel.run(
    "dbutils.fs.put('/begun', '1')\nspark.sql('select count(*) from range(1000000) a cross join range(1000000) b where a.id + b.id = -1').collect()",
    "python",
    controller.signal,
  );
  const waiting = kernel.run("1 + 1");
  while (!(await Bun.file(`${kernel.world.folder}/files/dbfs/begun`).exists())) await Bun.sleep(5);
  controller.abort();
  expect((await running).state).toBe("cancelled");
  expect((await waiting).outputs).toEqual([{ type: "text", text: "2\n" }]);
  expect(await kernel.text("df.count()")).toBe("1\n");
});
