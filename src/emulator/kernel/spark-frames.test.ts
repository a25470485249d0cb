import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;

beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.text(
    [
      "from pyspark.sql import functions as F, Row",
      "df = spark.createDataFrame([(1, 'a', 1.5), (2, \"it's\", None), (3, None, 2.0)], 'id INT, name STRING, v DOUBLE')",
    ].join("\n"),
  );
});

afterAll(() => kernel[Symbol.asyncDispose]());

/** Each is Python whose last expression is shown, and what is shown. */
const shown: readonly (readonly [string, string])[] = [
  // Rows.
  ["df.collect()", `[Row(id=1, name='a', v=1.5), Row(id=2, name="it's", v=None), Row(id=3, name=None, v=2.0)]`],
  ["df.count()", "3"],
  [
    "df.first(), df.head(), df.head(1), df.take(2)[1].id",
    "(Row(id=1, name='a', v=1.5), Row(id=1, name='a', v=1.5), [Row(id=1, name='a', v=1.5)], 2)",
  ],
  ["df.limit(0).first(), df.limit(0).isEmpty(), df.isEmpty()", "(None, True, False)"],
  [
    "r = df.first(); (r.id, r['name'], r[2], r.asDict(), 'id' in r)",
    "(1, 'a', 1.5, {'id': 1, 'name': 'a', 'v': 1.5}, True)",
  ],
  // What it is.
  ["df", "DataFrame[id: int, name: string, v: double]"],
  ["df.columns, df.dtypes", "(['id', 'name', 'v'], [('id', 'int'), ('name', 'string'), ('v', 'double')])"],
  [
    "df.schema",
    "StructType([StructField('id', IntegerType(), True), StructField('name', StringType(), True), StructField('v', DoubleType(), True)])",
  ],
  ["df.schema['v'].dataType, df.schema.fieldNames()", "(DoubleType(), ['id', 'name', 'v'])"],
  // select.
  [
    "df.select('id').columns, df.select('*').columns, df.select().columns",
    "(['id'], ['id', 'name', 'v'], ['id', 'name', 'v'])",
  ],
  [
    "df.select(df.id, df['v'], F.col('name')).columns, df[['v']].columns, df.select(['id']).columns",
    "(['id', 'v', 'name'], ['v'], ['id'])",
  ],
  ["df.select((F.col('id') + 1).alias('n'), F.lit('x')).first()", "Row(n=2, x='x')"],
  ["df.selectExpr('id * 2 as d', 'upper(name)').first()", "Row(d=2, upper(name)='A')"],
  ["df.select(F.expr('id + 1'), F.expr('id as z')).columns", "['(id + 1)', 'z']"],
  // filter.
  ["df.filter('id > 1').count(), df.where(F.col('id') > 1).count(), df[df.id == 1].count()", "(2, 2, 1)"],
  ["df.filter(F.col('name') == \"it's\").first().id", "2"],
  ["df.filter((F.col('id') > 1) & F.col('v').isNotNull() | (F.col('id') == 1)).count()", "2"],
  ["df.filter(~F.col('v').isNull()).count(), df.filter(F.col('name') != 'a').count()", "(2, 1)"],
  [
    "df.filter(F.col('id').isin(1, 3)).count(), df.filter(F.col('id').isin([])).count(), df.filter(F.col('id').between(2, 3)).count()",
    "(2, 0, 2)",
  ],
  ["df.filter(F.col('name').like('%t%')).count(), df.filter(F.col('name').rlike('^[a-i]')).count()", "(1, 2)"],
  ["df.filter(F.col('v').eqNullSafe(None)).first().id", "2"],
  ["df.filter('id = 1 -- a comment').count()", "1"],
  // order.
  [
    "[r.id for r in df.orderBy('v').collect()], [r.id for r in df.orderBy(F.desc('v')).collect()]",
    "([2, 1, 3], [3, 1, 2])",
  ],
  [
    "[r.id for r in df.sort(F.col('v').asc_nulls_last()).collect()], [r.id for r in df.orderBy('id', ascending=False).collect()]",
    "([1, 3, 2], [3, 2, 1])",
  ],
  ["[r.id for r in df.orderBy(['v', 'id'], ascending=[False, True]).collect()]", "[3, 1, 2]"],
  [
    "[r.x for r in spark.range(5000).orderBy(F.desc('id')).selectExpr('id as x').filter('x % 2 = 0').limit(2).collect()]",
    "[4998, 4996]",
  ],
  // groups.
  [
    "df.groupBy('name').count().orderBy('name').collect()",
    `[Row(name=None, count=1), Row(name='a', count=1), Row(name="it's", count=1)]`,
  ],
  ["df.groupBy().agg({'v': 'avg', '*': 'count'}).collect()", "[Row(avg(v)=1.75, count(1)=3)]"],
  [
    "df.agg(F.sum('id'), F.max('v'), F.min('name'), F.avg('v'), F.count('v'), F.count('*')).first()",
    "Row(sum(id)=6, max(v)=2.0, min(name)='a', avg(v)=1.75, count(v)=2, count(1)=3)",
  ],
  [
    "df.groupBy((F.col('id') % 2).alias('odd')).agg(F.sum('id').alias('s')).orderBy('odd').collect()",
    "[Row(odd=0, s=2), Row(odd=1, s=4)]",
  ],
  [
    "df.groupBy('id').sum('v').orderBy('id').collect()[0], df.groupBy().max('id').first(), df.agg(F.countDistinct('v')).first()",
    "(Row(id=1, sum(v)=1.5), Row(max(id)=3), Row(count(DISTINCT v)=2))",
  ],
  // columns.
  ["df.withColumn('w', F.lit(1)).withColumn('ID', F.col('id') * 10).first()", "Row(ID=10, name='a', v=1.5, w=1)"],
  ["df.withColumnRenamed('NAME', 'n').withColumnRenamed('none', 'm').columns", "['id', 'n', 'v']"],
  [
    "df.drop('V', 'none').columns, df.drop(df.id).columns, df.toDF('a', 'b', 'c').columns",
    "(['id', 'name'], ['name', 'v'], ['a', 'b', 'c'])",
  ],
  [
    "df.withColumn('k', F.when(F.col('id') == 1, 'one').when(F.col('id') == 2, 'two').otherwise('many')).select('k').collect()",
    "[Row(k='one'), Row(k='two'), Row(k='many')]",
  ],
  ["df.select(F.when(F.col('id') == 1, 'one').alias('k')).collect()[1]", "Row(k=None)"],
  // sets and joins.
  ["df.union(df).count(), df.union(df).distinct().count(), df.unionAll(df).dropDuplicates().count()", "(6, 3, 3)"],
  ["df.unionByName(df.select('v', 'name', 'id')).distinct().count()", "3"],
  [
    "o = spark.createDataFrame([(1, 10), (4, 40)], ['ID', 'amount'])\ndf.join(o, 'id').collect()",
    "[Row(id=1, name='a', v=1.5, amount=10)]",
  ],
  [
    "[tuple(r) for r in df.join(o, ['id'], 'left').orderBy('id').collect()]",
    `[(1, 'a', 1.5, 10), (2, "it's", None, None), (3, None, 2.0, None)]`,
  ],
  ["[tuple(r) for r in df.join(o, 'id', 'right').orderBy('id').collect()]", "[(1, 'a', 1.5, 10), (4, None, None, 40)]"],
  [
    "[tuple(r) for r in df.join(o, 'id', 'outer').orderBy('id').select('id', 'amount').collect()]",
    "[(1, 10), (2, None), (3, None), (4, 40)]",
  ],
  [
    "[r.id for r in df.join(o, 'id', 'left_semi').collect()], [r.id for r in df.join(o, 'id', 'left_anti').orderBy('id').collect()]",
    "([1], [2, 3])",
  ],
  ["df.crossJoin(o.select('amount')).count()", "6"],
  // doors.
  [
    "spark.range(1).select(F.to_timestamp(F.lit('2024-01-02 03:04:05')).alias('t'), F.to_date(F.lit('02/01/2024'), 'dd/MM/yyyy').alias('d')).first()",
    "Row(t=datetime.datetime(2024, 1, 2, 3, 4, 5), d=datetime.date(2024, 1, 2))",
  ],
  ["r = spark.range(1).select(F.current_timestamp(), F.current_date()).first(); (r[0].date() - r[1]).days", "0"],
  [
    "df.select(F.column('name').substr(1, 1).alias('s')).first().s, df.select(F.count_distinct('id').alias('n')).first().n",
    "('a', 3)",
  ],
  [
    "r = spark.sql('select named_struct(\\'f\\', 5) as st').select(F.col('st').getField('f').alias('a'), F.col('st.f')).first(); tuple(r)",
    "(5, 5)",
  ],
  [
    "[r.id for r in df.orderBy(F.asc('v'), F.col('id').desc_nulls_first()).collect()], df.join(F.broadcast(o), 'id').count()",
    "([2, 1, 3], 1)",
  ],
  [
    "spark.range(3).collect()[2], spark.range(10, 0, -4).collect(), spark.range(5, 5).count()",
    "(Row(id=2), [Row(id=10), Row(id=6), Row(id=2)], 0)",
  ],
  ["spark.sql('select :a as a, \\':a\\' as q', args={'a': \"it's\"}).first()", `Row(a="it's", q=':a')`],
  ["spark.sql('select ? as a, ? as b -- ?', args=[1, None]).first()", "Row(a=1, b=None)"],
  [
    "df.createOrReplaceTempView('people')\nspark.table('people').count(), sql('select max(id) as m from people').first().m, table('people').count()",
    "(3, 3, 3)",
  ],
  ["spark.sql('select 1 as a -- first').selectExpr('a + 1 as b -- second').filter('b = 2 -- third').count()", "1"],
  ["df.cache().persist().unpersist().count()", "3"],
  ["spark.sql('select 1 as a, 2 as a').collect()", "[Row(a=1, a=2)]"],
  [
    "from pyspark.sql import SparkSession\nSparkSession.builder.appName('x').getOrCreate() is spark, SparkSession.getActiveSession() is spark",
    "(True, True)",
  ],
  [
    "spark.catalog.currentCatalog(), spark.catalog.currentDatabase(), spark.catalog.tableExists('people'), spark.catalog.tableExists('nope')",
    "('main', 'default', True, False)",
  ],
  ["spark.catalog.dropTempView('people'), spark.catalog.tableExists('people')", "(True, False)"],
  [
    "spark.conf.set('spark.sql.shuffle.partitions', 8)\nspark.conf.get('spark.sql.shuffle.partitions'), spark.conf.get('none', 'd'), spark.conf.get('spark.sql.session.timeZone')",
    "('8', 'd', 'UTC')",
  ],
];

test.each(shown)("%s", async (code, expected) => {
  expect(await kernel.text(code)).toBe(`${expected}\n`);
});

test("functions and operators have Spark's names and values", async () => {
  const code = [
    "one = spark.sql('select 7 as a, -2 as b, \"Ab\" as s, cast(null as int) as n, array(1, 2) as r, date\\'2024-03-05\\' as d')",
    "columns = [F.col('a') / F.col('b'), F.col('a') % 3, -F.col('a'), 1 + F.col('a'), F.col('s') == 'x', F.col('n').isNull(),",
    "  F.upper('s'), F.lower('s'), F.length('s'), F.trim(F.lit(' x ')).alias('t'), F.concat(F.col('s'), F.lit('y')), F.concat_ws('-', 's', 's'),",
    "  F.coalesce('n', 'a'), F.round(F.lit(2.567), 1).alias('ro'), F.abs('b'), F.greatest('a', 'b'), F.least('a', 'b'), F.substring('s', 1, 1).alias('su'),",
    "  F.col('s').contains('A'), F.col('s').startswith('A'), F.col('s').endswith('A'), F.col('r')[1], F.year('d'), F.month('d'), F.dayofmonth('d'),",
    "  F.date_format('d', 'yyyy/MM'), F.to_date(F.lit('2024-01-02')).alias('td'), F.col('a').cast('string'), F.col('a').cast('double').alias('ad')]",
    "row = one.select(*columns).first()",
    "for name, value in zip(row.__fields__, row): print(name, '=', repr(value))",
  ].join("\n");
  expect((await kernel.text(code)).split("\n")).toEqual([
    "(a / b) = -3.5",
    "(a % 3) = 1",
    "(- a) = -7",
    "(1 + a) = 8",
    "(s = x) = False",
    "(n IS NULL) = True",
    "upper(s) = 'AB'",
    "lower(s) = 'ab'",
    "length(s) = 2",
    "t = 'x'",
    "concat(s, y) = 'Aby'",
    "concat_ws(-, s, s) = 'Ab-Ab'",
    "coalesce(n, a) = 7",
    "ro = 2.6",
    "abs(b) = 2",
    "greatest(a, b) = 7",
    "least(a, b) = -2",
    "su = 'A'",
    "contains(s, A) = True",
    "startswith(s, A) = True",
    "endswith(s, A) = False",
    "r[1] = 2",
    "year(d) = 2024",
    "month(d) = 3",
    "dayofmonth(d) = 5",
    "date_format(d, yyyy/MM) = '2024/03'",
    "td = datetime.date(2024, 1, 2)",
    "a = '7'",
    "ad = 7.0",
    "",
  ]);
});

test("show draws as Spark does", async () => {
  const long =
    "spark.createDataFrame([(1, 'a text of more than twenty letters', True), (2, None, False)], 'id INT, words STRING, yes BOOLEAN')";
  expect(await kernel.text(`${long}.show()`)).toBe(
    [
      "+---+--------------------+-----+",
      "| id|               words|  yes|",
      "+---+--------------------+-----+",
      "|  1|a text of more th...| true|",
      "|  2|                NULL|false|",
      "+---+--------------------+-----+",
      "\n",
    ].join("\n"),
  );
  expect(await kernel.text(`${long}.show(1, False)`)).toBe(
    [
      "+---+----------------------------------+----+",
      "|id |words                             |yes |",
      "+---+----------------------------------+----+",
      "|1  |a text of more than twenty letters|true|",
      "+---+----------------------------------+----+",
      "only showing top 1 row",
      "\n",
    ].join("\n"),
  );
  expect(await kernel.text("spark.range(25).show()")).toEndWith("| 19|\n+---+\nonly showing top 20 rows\n\n");
  expect(
    await kernel.text(
      "spark.sql('select 1.0e10D as d, array(1.5D, null) as a, map(1, 2) as m, named_struct(\\'x\\', 1) as s').show()",
    ),
  ).toContain("|1.0E10|[1.5, NULL]|{1 -> 2}|{1}|");
});

test("printSchema draws the tree", async () => {
  expect(await kernel.text("spark.sql('select 1 as a, array(named_struct(\\'x\\', 1.5)) as r').printSchema()")).toBe(
    [
      "root",
      " |-- a: integer (nullable = true)",
      " |-- r: array (nullable = true)",
      " |    |-- element: struct (containsNull = true)",
      " |    |    |-- x: decimal(2,1) (nullable = true)",
      "\n",
    ].join("\n"),
  );
});

test("display gives a table", async () => {
  const { outputs } = await kernel.run("display(df.select('id', 'name'))");
  expect(outputs).toEqual([
    {
      type: "table",
      columns: [
        { name: "id", type: "int" },
        { name: "name", type: "string" },
      ],
      rows: [
        [1, "a"],
        [2, "it's"],
        [3, null],
      ],
      truncated: false,
    },
  ]);
  const [many] = (await kernel.run("display(spark.range(10001))")).outputs;
  expect(many).toMatchObject({ type: "table", truncated: true });
});

test("SQL cells and spark share one session: schema, temporary views, _sqldf", async () => {
  await kernel.run(
    "create schema if not exists shared; use schema shared; create temp view numbers as select 1 as n union all select 2",
    "sql",
  );
  expect(await kernel.text("spark.catalog.currentDatabase(), spark.table('numbers').count()")).toBe("('shared', 2)\n");
  await kernel.run("select n * 10 as tens from numbers order by n", "sql");
  expect(await kernel.text("_sqldf.collect()")).toBe("[Row(tens=10), Row(tens=20)]\n");
  await kernel.run("show schemas", "sql");
  expect(await kernel.text("'shared' in [r[0] for r in _sqldf.collect()]")).toBe("True\n");
  await kernel.run("use schema default", "sql");
});
