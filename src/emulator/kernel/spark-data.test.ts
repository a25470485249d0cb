import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.text(
    "import datetime as dt, decimal\nfrom decimal import Decimal\nfrom pyspark.sql import Row\nfrom pyspark.sql.types import *",
  );
});

afterAll(() => kernel[Symbol.asyncDispose]());

test("every type makes the round trip", async () => {
  const code = [
    "moment = dt.datetime(2024, 1, 2, 3, 4, 5, 678901)",
    "rows = [(True, 1, 2, 3, 2 ** 62, 1.5, 0.1, Decimal('-1.25'), 'żółć \\\\ \\'q\\' \\n \"', bytearray(b'\\x00\\xff'), dt.date(1969, 12, 31), moment,",
    "         ['a', None], {'k': 1, \"it's\": None}, Row(x=1, y=[Row(z='deep')])), (None,) * 15]",
    "schema = 'b BOOLEAN, t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, m DECIMAL(10,2), c STRING, y BINARY, a DATE, ts TIMESTAMP, '",
    "schema += 'r ARRAY<STRING>, p MAP<STRING, INT>, st STRUCT<x: BIGINT, y: ARRAY<STRUCT<z: STRING>>>'",
    "back = spark.createDataFrame(rows, schema)",
    "print([a == b for a, b in zip(back.collect(), rows)])",
    "print(back.dtypes)",
  ].join("\n");
  expect(await kernel.text(code)).toBe(
    "[True, True]\n" +
      "[('b', 'boolean'), ('t', 'tinyint'), ('s', 'smallint'), ('i', 'int'), ('l', 'bigint'), ('f', 'float'), ('d', 'double'), ('m', 'decimal(10,2)'), " +
      "('c', 'string'), ('y', 'binary'), ('a', 'date'), ('ts', 'timestamp'), ('r', 'array<string>'), ('p', 'map<string,int>'), " +
      "('st', 'struct<x:bigint,y:array<struct<z:string>>>')]\n",
  );
});

test("special doubles and an aware datetime keep their meaning", async () => {
  expect(
    await kernel.text(
      "[r.f for r in spark.createDataFrame([(float('nan'),), (float('-inf'),), (1e300,), (5e-324,), (-0.0,)], ['f']).collect()]",
    ),
  ).toBe("[nan, -inf, 1e+300, 5e-324, -0.0]\n");
  expect(
    await kernel.text(
      "spark.createDataFrame([(dt.datetime(2024, 1, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=2))),)], ['t']).first().t",
    ),
  ).toBe("datetime.datetime(2024, 1, 1, 0, 0)\n");
});

const inferred: readonly (readonly [string, string])[] = [
  ["spark.createDataFrame([(1, 'a'), (None, 'b')], ['n', 's']).dtypes", "[('n', 'bigint'), ('s', 'string')]"],
  [
    "spark.createDataFrame([(1, 2)]).columns, spark.createDataFrame([(1, 2)], ['a']).columns",
    "(['_1', '_2'], ['a', '_2'])",
  ],
  [
    "spark.createDataFrame([{'b': 1, 'a': 'x'}, {'a': 'y', 'c': 2.0}]).collect()",
    "[Row(a='x', b=1, c=None), Row(a='y', b=None, c=2.0)]",
  ],
  ["spark.createDataFrame([Row(x=1, y=2), Row(y=4, x=3)]).collect()", "[Row(x=1, y=2), Row(x=3, y=4)]"],
  ["spark.createDataFrame([1, 2], 'int').collect()", "[Row(value=1), Row(value=2)]"],
  ["spark.createDataFrame([('a',)], StructType([StructField('s', StringType(), False)])).dtypes", "[('s', 'string')]"],
  [
    "spark.createDataFrame([], 'a INT, b STRING').collect(), spark.createDataFrame([], 'a INT').dtypes",
    "([], [('a', 'int')])",
  ],
  [
    "StructType().add('a', IntegerType()).add('b', 'array<string>')",
    "StructType([StructField('a', IntegerType(), True), StructField('b', ArrayType(StringType(), True), True)])",
  ],
  [
    "Row(a=1, b='x'), Row('n', 'm')(1, 2), Row(1, 2), Row(a=1) == (1,)",
    "(Row(a=1, b='x'), Row(n=1, m=2), <Row(1, 2)>, True)",
  ],
  [
    "len(spark.createDataFrame([(i, 'name %d' % i) for i in range(5000)], ['i', 'n']).filter('i % 2 = 0').collect())",
    "2500",
  ],
];

test.each(inferred)("%s", async (code, expected) => {
  expect(await kernel.text(code)).toBe(`${expected}\n`);
});

const refused: readonly (readonly [string, string])[] = [
  [
    "spark.createDataFrame([(1,), ('x',)], ['a'])",
    "TypeError: [CANNOT_MERGE_TYPE] Can not merge type _1 `LongType` and `StringType`.",
  ],
  [
    "spark.createDataFrame([(1,), (1.5,)], ['a'])",
    "TypeError: [CANNOT_MERGE_TYPE] Can not merge type _1 `LongType` and `DoubleType`.",
  ],
  [
    "spark.createDataFrame([(None,)], ['a'])",
    "ValueError: [CANNOT_DETERMINE_TYPE] Some of types cannot be determined after inferring: column a.",
  ],
  [
    "spark.createDataFrame([], ['a'])",
    "ValueError: [CANNOT_INFER_EMPTY_SCHEMA] Can not infer schema from empty dataset.",
  ],
  [
    "spark.createDataFrame([(1,)], 'a STRING')",
    "TypeError: [FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME] field a: StringType() can not accept object `1` in type `int`.",
  ],
  [
    "spark.createDataFrame([(True,)], 'a INT')",
    "TypeError: [FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME] field a: IntegerType() can not accept object `True` in type `bool`.",
  ],
  [
    "spark.createDataFrame([(2 ** 31,)], 'a INT')",
    "ValueError: [VALUE_OUT_OF_BOUNDS] field a: 2147483648 does not fit the type int.",
  ],
  [
    "spark.createDataFrame([(None,)], StructType([StructField('a', StringType(), False)]))",
    "ValueError: [FIELD_NOT_NULLABLE_WITH_NAME] field a: This field is not nullable, but got None.",
  ],
  [
    "spark.createDataFrame([(1, 2)], 'a INT')",
    "ValueError: [LENGTH_SHOULD_BE_THE_SAME] row 0 has 2 values, the schema has 1 columns",
  ],
  [
    "spark.createDataFrame([(1,)], 'a WHATEVER')",
    'ValueError: [UNSUPPORTED_DATATYPE] Unsupported data type "WHATEVER"',
  ],
  ["spark.createDataFrame([(object(),)], ['a'])", "TypeError: [UNSUPPORTED_DATA_TYPE] Unsupported DataType `object`."],
  [
    "spark.createDataFrame([([dt.datetime(2024, 1, 1)],)], ['a']).collect()",
    "UnsupportedUse: collecting a timestamp inside an array, map or struct is not in the emulator's subset of Spark",
  ],
];

test.each(refused)("%s is refused", async (code, message) => {
  expect(await kernel.failure(code)).toBe(message);
});

test("toPandas without pandas names pandas and the cure", async () => {
  await using bare = await createTestKernel();
  const code = "import sys\nsys.modules['pandas'] = None\nspark.range(1).toPandas()";
  expect(await bare.failure(code)).toBe(
    "ImportError: toPandas needs pandas, which this Python does not have. Run `%pip install pandas` in a cell first.",
  );
});
