// spark.read over the emulator's files. What is expected was compared with Apache Spark 4.0.1 on the same files.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTestKernel, type TestKernel } from "./testing.ts";

// Real processes on a machine that may be busy.
setDefaultTimeout(60_000);

let kernel: TestKernel;
let count = 0;

beforeAll(async () => {
  kernel = await createTestKernel();
  await kernel.run("create volume main.default.vol", "sql");
  await kernel.text(
    "def show(df):\n    print(' '.join(n + ':' + k for n, k in df.dtypes))\n    for row in df.collect(): print(tuple(row))",
  );
});

afterAll(() => kernel[Symbol.asyncDispose]());

/** Puts files in a folder of DBFS that is new, and gives its path. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  count += 1;
  for (const [name, text] of Object.entries(files)) {
    const path = join(kernel.world.folder, "files", "dbfs", `t${count}`, name);
    await mkdir(dirname(path), { recursive: true });
    await Bun.write(path, text);
  }
  return `dbfs:/t${count}`;
}

/** The types and rows that a reader gives; `D` in the expression is a folder with one file `a`. */
async function shown(text: string, expression: string): Promise<readonly string[]> {
  const folder = await folderWith({ a: text });
  const lines = await kernel.text(`D = '${folder}'\nshow(spark.read.${expression})`);
  return lines.trimEnd().split("\n");
}

describe("csv", () => {
  const people = 'id,name,score\n1,Ann,1.5\n2,"B, ob",\n3,,2\n';

  test("every way to ask for the same file", async () => {
    const expected = [
      "id:string name:string score:string",
      "('1', 'Ann', '1.5')",
      "('2', 'B, ob', None)",
      "('3', None, '2')",
    ];
    for (const expression of [
      "csv(D, header=True)",
      "option('header', True).csv(D)",
      "option('HEADER', 'true').csv([D + '/a'])",
      "format('csv').options(header=True).load(D)",
      "load(D + '/*', format='csv', header='True')",
      "format('CSV').option('header', True).option('path', D).load()",
    ]) {
      expect(await shown(people, expression)).toEqual(expected);
    }
  });

  const cases: readonly (readonly [what: string, text: string, expression: string, expected: readonly string[]])[] = [
    ["no header", "a,1\nb,\n", "csv(D)", ["_c0:string _c1:string", "('a', '1')", "('b', None)"]],
    [
      "inferred",
      people,
      "csv(D, header=True, inferSchema=True)",
      ["id:int name:string score:double", "(1, 'Ann', 1.5)", "(2, 'B, ob', None)", "(3, None, 2.0)"],
    ],
    [
      "a schema",
      people,
      "schema('id INT, name STRING, score DECIMAL(4,1), more DATE').option('header', True).csv(D)",
      [
        "id:int name:string score:decimal(4,1) more:date",
        "(1, 'Ann', Decimal('1.5'), None)",
        "(2, 'B, ob', None, None)",
        "(3, None, Decimal('2.0'), None)",
      ],
    ],
    [
      "the header is data without its option, and does not fit",
      people,
      "csv(D, schema='id INT, name STRING')",
      ["id:int name:string", "(None, 'name')", "(1, 'Ann')", "(2, 'B, ob')", "(3, None)"],
    ],
    [
      "types of columns",
      "1,3000000000,99999999999999999999,1e3,TRUE,2024-01-02,2024-01-02 03:04,2024-01-02T03:04:05+02:00,x, 1\n",
      "csv(D, inferSchema=True).drop('_c7')",
      [
        "_c0:int _c1:bigint _c2:decimal(20,0) _c3:double _c4:boolean _c5:date _c6:timestamp _c8:string _c9:double",
        "(1, 3000000000, Decimal('99999999999999999999'), 1000.0, True, datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2, 3, 4), 'x', 1.0)",
      ],
    ],
    [
      "types that grow",
      "1,1,2024-01-01,true\n3000000000,x,2024-01-01 00:00:00,1\n,,,\n2.5,,,\n",
      "csv(D, inferSchema=True).select('_c0', '_c1', '_c3')",
      [
        "_c0:double _c1:string _c3:string",
        "(1.0, '1', 'true')",
        "(3000000000.0, 'x', '1')",
        "(None, None, None)",
        "(2.5, None, None)",
      ],
    ],
    [
      "short and long lines, blank ones, each line end",
      "a,b\r\n1\r\n\r\n  \n2,3,4\r5,6",
      "csv(D, header=True)",
      ["a:string b:string", "('1', None)", "('2', '3')", "('5', '6')"],
    ],
    [
      "quotes",
      '"a\\"b",c\n"a""b",c\n"x" ,y\na"b,"c,d\n"",\'q\'\n"a\\\\",\n',
      "csv(D)",
      [
        "_c0:string _c1:string",
        "('a\"b', 'c')",
        "('\"a\"\"b\"', 'c')",
        "('x', 'y')",
        "('a\"b', 'c,d')",
        "(None, \"'q'\")",
        "('a\\\\', None)",
      ],
    ],
    ["escape by doubling", '"a""b",c\n', "csv(D, escape='\"')", ["_c0:string _c1:string", "('a\"b', 'c')"]],
    [
      "another quote and separator",
      "'a;b';\"c\"\n",
      "csv(D, quote=\"'\", sep=';')",
      ["_c0:string _c1:string", "('a;b', '\"c\"')"],
    ],
    [
      "a tab by its two letters",
      "a\tb\n",
      "option('delimiter', '\\\\t').csv(D)",
      ["_c0:string _c1:string", "('a', 'b')"],
    ],
    [
      "nullValue",
      'a,b\nNA,NA\n"NA",""\n1,\n',
      "csv(D, header=True, nullValue='NA', inferSchema=True)",
      ["a:int b:string", "(None, None)", "(None, '')", "(1, None)"],
    ],
    [
      "multiLine",
      'a,b\n"x\ny",1\n\n"p",2\n',
      "csv(D, header=True, multiLine=True, inferSchema=True)",
      ["a:string b:int", "('x\\ny', 1)", "('p', 2)"],
    ],
    [
      "without multiLine a quote ends with its line",
      'a,b\n"x\ny",1\n',
      "csv(D, header=True)",
      ["a:string b:string", "('x', None)", "('y\"', '1')"],
    ],
    [
      "names of a header",
      'a,A,,b , c,""\n1,2,3,4,5,6\n',
      "csv(D, header=True)",
      ["a0:string A1:string _c2:string b :string  c:string _c5:string", "('1', '2', '3', '4', '5', '6')"],
    ],
    [
      "spaces",
      ' a , b \n x ," y "\n',
      "csv(D, header=True, ignoreLeadingWhiteSpace=True, ignoreTrailingWhiteSpace=True)",
      ["a:string b:string", "('x', ' y ')"],
    ],
    [
      "comments and a mark of byte order",
      "\ufeff#x\na,b\n#y,1\n1,#2\n",
      "csv(D, header=True, comment='#')",
      ["a:string b:string", "('1', '#2')"],
    ],
    ["a header alone", "a,b\n", "csv(D, header=True, inferSchema=True)", ["a:string b:string"]],
    [
      "values that do not fit",
      "128,1.0,nan,yes,2024-02-30,99.995\n-1,+1,1f,True,2024-2,1e2\n",
      "csv(D, schema='a TINYINT, b INT, c DOUBLE, d BOOLEAN, e DATE, f DECIMAL(4,2)')",
      [
        "a:tinyint b:int c:double d:boolean e:date f:decimal(4,2)",
        "(None, None, None, None, None, None)",
        "(-1, 1, 1.0, True, datetime.date(2024, 2, 1), None)",
      ],
    ],
  ];

  test.each(cases)("%s", async (_what, text, expression, expected) => {
    expect(await shown(text, expression)).toEqual([...expected]);
  });

  test("an empty file has no columns", async () => {
    const folder = await folderWith({ a: "" });
    expect(await kernel.text(`df = spark.read.csv('${folder}'); print(df.columns, df.collect())`)).toBe("[] []\n");
  });

  test("control letters in the data do not cut it apart", async () => {
    const letters = Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1))
      .filter((letter) => !"\n\r".includes(letter))
      .join("");
    const folder = await folderWith({ a: `${letters},\ue000\nb,\n` });
    expect(
      await kernel.text(
        `[len(r._c0) for r in spark.read.csv('${folder}').collect()], spark.read.csv('${folder}').first()._c1`,
      ),
    ).toBe("([29, 1], '\\ue000')\n");
  });

  test("a file of many rows stays fast enough to work with", async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `${row},name ${row},${row / 4}`);
    const folder = await folderWith({ a: `id,name,share\n${rows.join("\n")}\n` });
    const code = `big = spark.read.csv('${folder}', header=True, inferSchema=True)\nbig.filter('id % 2 = 0').agg({'share': 'sum'}).collect()[0][0], big.count(), big.dtypes[2]`;
    expect(await kernel.text(code)).toBe("(56246250.0, 30000, ('share', 'double'))\n");
  });
});

describe("json", () => {
  const cases: readonly (readonly [what: string, text: string, expression: string, expected: readonly string[]])[] = [
    [
      "a line each, names sorted",
      '{"b":1,"a":"x","c":{"y":1.5,"x":[1,2]},"d":null,"B":true}\n\n{"a":"z","c":{"z":"q"}}\n'.replace('"B"', '"B2"'),
      "json(D)",
      [
        "B2:boolean a:string b:bigint c:struct<x:array<bigint>,y:double,z:string> d:string",
        "(True, 'x', 1, Row(x=[1, 2], y=1.5, z=None), None)",
        "(None, 'z', None, Row(x=None, y=None, z='q'), None)",
      ],
    ],
    [
      "types that meet",
      '{"l":1,"s":1,"n":99999999999999999999,"t":{"k":1},"e":[],"o":{}}\n{"l":1.5,"s":"x","n":1,"t":[1],"e":[{"k":"v"}]}\n',
      "json(D)",
      [
        "e:array<struct<k:string>> l:double n:decimal(20,0) s:string t:string",
        "([], 1.0, Decimal('99999999999999999999'), '1', '{\"k\":1}')",
        "([Row(k='v')], 1.5, Decimal('1'), 'x', '[1]')",
      ],
    ],
    [
      "lines that are no objects",
      '{"a":1}\n{"a":\n[{"a":2},{"a":3}]\n5\n{\'a\':4} rest\n',
      "json(D)",
      [
        "_corrupt_record:string a:bigint",
        "(None, 1)",
        "('{\"a\":', None)",
        "(None, 2)",
        "(None, 3)",
        "('5', None)",
        "(None, 4)",
      ],
    ],
    [
      "a schema",
      '{"a":1,"b":[1,"2"],"c":{"x":1.50, "y":2},"d":"2024-01-02"}\n{"a":"1","b":5,"c":"t","d":"x"}\n{"a":1.0}\n',
      "schema('a INT, b ARRAY<STRING>, c STRING, d DATE, zz INT').json(D)",
      [
        "a:int b:array<string> c:string d:date zz:int",
        "(1, ['1', '2'], '{\"x\":1.50, \"y\":2}', datetime.date(2024, 1, 2), None)",
        "(None, None, 't', None, None)",
        "(None, None, None, None, None)",
      ],
    ],
    [
      "a part of a struct that does not fit is NULL alone",
      '{"s":{"p":"bad","q":[2]},"m":{"k":"1","l":2}}\n',
      "json(D, schema='s STRUCT<p: INT, q: ARRAY<INT>>, m MAP<STRING, STRING>')",
      ["s:struct<p:int,q:array<int>> m:map<string,string>", "(Row(p=None, q=[2]), {'k': '1', 'l': '2'})"],
    ],
    [
      "multiLine, an array",
      '[\n {"a":1,\n "b":"x"},\n {"a":2.5}\n]\n',
      "json(D, multiLine=True)",
      ["a:double b:string", "(1.0, 'x')", "(2.5, None)"],
    ],
    [
      "multiLine, an object",
      '{\n "a": {"b": [true]}\n}\n',
      "option('multiline', 'true').format('json').load(D)",
      ["a:struct<b:array<boolean>>", "(Row(b=[True]),)"],
    ],
    [
      "primitivesAsString",
      '{"a":1,"b":{"c":[true,0.10]}}\n',
      "json(D, primitivesAsString=True)",
      ["a:string b:struct<c:array<string>>", "('1', Row(c=['true', '0.10']))"],
    ],
    [
      "timestamps and seconds",
      '{"a":"2024-01-02T03:04:05.123456Z"}\n{"a":1700000000}\n',
      "json(D, schema='a TIMESTAMP')",
      [
        "a:timestamp",
        "(datetime.datetime(2024, 1, 2, 3, 4, 5, 123456),)",
        "(datetime.datetime(2023, 11, 14, 22, 13, 20),)",
      ],
    ],
  ];

  test.each(cases)("%s", async (_what, text, expression, expected) => {
    expect(await shown(text, expression)).toEqual([...expected]);
  });

  test("many nested rows, and numbers that JSON has no text for", async () => {
    const rows = Array.from({ length: 5_000 }, (_, row) =>
      JSON.stringify({ id: row, tags: ["a", null, "ż'\"\\"], geo: { lat: row / 4 } }),
    );
    const folder = await folderWith({ a: `${rows.join("\n")}\n` });
    const code = `big = spark.read.json('${folder}')\nbig.filter('geo.lat = 2.5').collect(), big.count()`;
    expect(await kernel.text(code)).toBe("([Row(geo=Row(lat=2.5), id=10, tags=['a', None, 'ż\\'\"\\\\'])], 5000)\n");
    expect(await shown('{"a":[NaN,-Infinity,1]}\n', "json(D)")).toEqual(["a:array<double>", "([nan, -inf, 1.0],)"]);
    expect(
      await shown(
        '{"a":{"d":"2024-01-02","n":1.25,"m":{"k":true}}}\n',
        "json(D, schema='a STRUCT<d: DATE, n: DECIMAL(4,2), m: MAP<STRING, BOOLEAN>>')",
      ),
    ).toEqual([
      "a:struct<d:date,n:decimal(4,2),m:map<string,boolean>>",
      "(Row(d=datetime.date(2024, 1, 2), n=Decimal('1.25'), m={'k': True}),)",
    ]);
  });
});

test("text: lines of every end, a name for the column, and whole files", async () => {
  expect(await shown("one\r\ntwo\n\nżółć\rfour", "text(D)")).toEqual([
    "value:string",
    "('one',)",
    "('two',)",
    "('',)",
    "('żółć',)",
    "('four',)",
  ]);
  expect(await shown("a\nb\n", "schema('line STRING').text(D)")).toEqual(["line:string", "('a',)", "('b',)"]);
  expect(await shown("a\nb\n", "format('text').option('wholetext', True).load(D)")).toEqual([
    "value:string",
    "('a\\nb\\n',)",
  ]);
});

test("folders, globs, lists, hidden and compressed files; the larger file comes first, and names the columns", async () => {
  const folder = await folderWith({
    "a.csv": "a,b\n1,2\n",
    "b.csv": "b,a,c\n3,4,5\n6,7,8\n",
    "sub/c.csv": "a,b\n9,9\n",
    _SUCCESS: "no",
    ".part.crc": "no",
  });
  const all = "[('3', '4', '5'), ('6', '7', '8'), ('1', '2', None)]\n";
  const read = (expression: string): Promise<string> =>
    kernel.text(
      `D = '${folder}'\nprint([tuple(r) for r in spark.read.option('header', True).${expression}.collect()])`,
    );
  for (const paths of [
    "D",
    "D + '/'",
    "D + '/*.csv'",
    "D + '/{a,b}.csv'",
    "D + '/[ab].*'",
    "[D + '/a.csv', D + '/b.csv']",
    "'/' + D[6:]",
    "D[6:]",
  ]) {
    expect(await read(`csv(${paths})`)).toBe(all);
  }
  expect(await read("csv(D + '/[!b].csv')")).toBe("[('1', '2')]\n");
  expect(await read("csv(D + '/*/?.csv')")).toBe("[('9', '9')]\n");
  expect(await read("csv(D, recursiveFileLookup=True, pathGlobFilter='[ac].csv')")).toBe("[('1', '2'), ('9', '9')]\n");
  await kernel.text(
    `import gzip\nwith gzip.open('/dbfs/${folder.slice(6)}/sub/d.csv.gz', 'wb') as f: f.write(b'x\\n5\\n')`,
  );
  expect(await read("csv(D + '/sub/d.csv.gz')")).toBe("[('5',)]\n");
});

test("volumes, mounts, local files and files of the workspace", async () => {
  await kernel.text(
    "dbutils.fs.put('/Volumes/main/default/vol/v.txt', 'volume'); dbutils.fs.put('/m/d.txt', 'dbfs'); open('own.txt', 'w').write('own')",
  );
  kernel.world.tree.makeFolder("/Users/me/data");
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  kernel.world.tree.write("/Users/me/data/w.txt", bytes("workspace"), { objectType: "FILE", overwrite: false });
  kernel.world.tree.write("/Users/me/data/nb", bytes("# no data"), {
    objectType: "NOTEBOOK",
    language: "PYTHON",
    overwrite: false,
  });
  const code = [
    "import os",
    "paths = ['/Volumes/main/default/vol/v.txt', 'dbfs:/Volumes/main/default/vol', 'file:/Volumes/main/default/vol/*.txt', 'dbfs:/m', '/m/d.txt', 'file:/dbfs/m/d.txt']",
    "paths += ['file:' + os.getcwd() + '/own.txt', 'file:/Workspace/Users/me/data', '/Workspace/Users/*/data/*.txt']",
    "print([spark.read.text(p).collect()[0].value for p in paths])",
    "print(spark.read.text(['/Workspace/Users/me/data', 'file:/Workspace/Users/me/data/w.txt']).count())",
  ].join("\n");
  expect(await kernel.text(code)).toBe(
    "['volume', 'volume', 'volume', 'dbfs', 'dbfs', 'dbfs', 'own', 'workspace', 'workspace']\n2\n",
  );
});

test("what is read can be a view, a table, and a part of further steps", async () => {
  const folder = await folderWith({ a: "id,n\n1,x\n2,y\n" });
  await kernel.text(
    `df = spark.read.csv('${folder}', header=True, inferSchema=True)\ndf.createOrReplaceTempView('fromfile')\ndf.write.saveAsTable('fromfiletable')`,
  );
  expect(await kernel.text("spark.sql('select max(id) m from fromfile').collect()")).toBe("[Row(m=2)]\n");
  expect(await kernel.text("spark.read.table('fromfiletable').orderBy('id').collect()")).toBe(
    "[Row(id=1, n='x'), Row(id=2, n='y')]\n",
  );
});

describe("refusals", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await folderWith({
      "a.csv": "a,b\n1,2\n",
      "k=1/b.csv": "1\n",
      "_x.csv": "a\n",
      "j.json": '{"a":1,"A":2}\n',
      "p.json": "{\n}\n",
    });
  });
  const failure = (expression: string): Promise<string> => kernel.failure(`D = '${folder}'\nspark.read.${expression}`);

  test.each([
    [
      "csv('/none/x.csv')",
      "AnalysisException: [PATH_NOT_FOUND] Path does not exist: dbfs:/none/x.csv. SQLSTATE: 42K03",
    ],
    [
      "json(['/m', 'dbfs:/none/*.json'])",
      "AnalysisException: [PATH_NOT_FOUND] Path does not exist: dbfs:/none/*.json. SQLSTATE: 42K03",
    ],
    [
      "text('/Volumes/main/default/none/x')",
      "AnalysisException: [PATH_NOT_FOUND] Path does not exist: dbfs:/Volumes/main/default/none/x. SQLSTATE: 42K03",
    ],
    [
      "text('file:/Workspace/none')",
      "AnalysisException: [PATH_NOT_FOUND] Path does not exist: file:/Workspace/none. SQLSTATE: 42K03",
    ],
    [
      "text('/dbfs/m/d.txt')",
      "AnalysisException: [PATH_NOT_FOUND] Path does not exist: dbfs:/dbfs/m/d.txt. (/dbfs is a path of plain Python; Spark has the file at dbfs:/m/d.txt) SQLSTATE: 42K03",
    ],
    [
      "csv(D + '/_x.csv')",
      "AnalysisException: [UNABLE_TO_INFER_SCHEMA] Unable to infer schema for CSV. It must be specified manually. SQLSTATE: 42KD9",
    ],
    [
      "csv(D, schema='a ARRAY<INT>')",
      'AnalysisException: [UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE] The CSV datasource doesn\'t support the column `a` of the type "ARRAY<INT>". SQLSTATE: 0A000',
    ],
    [
      "schema('v INT').text(D)",
      'AnalysisException: [UNSUPPORTED_DATA_TYPE_FOR_DATASOURCE] The Text datasource doesn\'t support the column `v` of the type "INT". SQLSTATE: 0A000',
    ],
    [
      "json(D + '/j.json')",
      "AnalysisException: [COLUMN_ALREADY_EXISTS] The column `a` already exists. Choose another name or rename the existing column. SQLSTATE: 42711",
    ],
    ["json(D + '/p.json')", "AnalysisException: [UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN]"],
    ["schema(5)", "TypeError: [NOT_STR_OR_STRUCT] Argument `schema` should be a str or struct type, got int."],
    ["csv(D, header='maybe')", "ValueError: header flag can be true or false"],
  ])("%s fails as Spark fails", async (expression, message) => {
    expect(await failure(expression)).toStartWith(message);
  });

  test.each([
    ["csv(D)", "UnsupportedUse: spark.read of a folder with partitions (k=1)"],
    ["csv(D, mode='FAILFAST')", "UnsupportedUse: spark.read.option('mode', 'FAILFAST')"],
    ["option('dateFormat', 'dd/MM/yyyy').csv(D)", "UnsupportedUse: spark.read.option('dateFormat') for csv"],
    ["option('header', True).json(D)", "UnsupportedUse: spark.read.option('header') for json"],
    ["csv(D + '/a.csv', sep='||')", "UnsupportedUse: spark.read.option('sep', '||') for csv: more than one letter"],
    ["csv(D, encoding='latin1')", "UnsupportedUse: spark.read.option('encoding', 'latin1')"],
    [
      "json(D, schema='a INT, _corrupt_record STRING')",
      "UnsupportedUse: spark.read with a column _corrupt_record in the schema",
    ],
    ["parquet(D)", "UnsupportedName: spark.read.parquet"],
    ["load(D)", "UnsupportedUse: spark.read.load of a Delta table by its path"],
    [
      "text('s3://bucket/x')",
      "UnsupportedUse: spark.read of s3://bucket/x (The emulator has no s3: file system; it has dbfs:/, /Volumes and file:/tmp), which",
    ],
    ["text('file:/etc/passwd')", "UnsupportedUse: spark.read of file:/etc/passwd ("],
    ["text('/Volumes/../etc')", "UnsupportedUse: spark.read of /Volumes/../etc ("],
  ])("%s is refused by its name", async (expression, message) => {
    const summary = await failure(expression);
    expect(summary).toStartWith(message);
    expect(summary).toEndWith(" is not in the emulator's subset of Spark");
  });

  test.each([
    [
      'a,b\n"x" \\"y",1\n',
      "csv(D, header=True)",
      "spark.read of a CSV file with a quote that is not escaped inside of a quoted field",
    ],
    [
      'a,b\n"x\ny"z,1\n',
      "csv(D, multiLine=True)",
      "spark.read of a CSV file with a quote that is not escaped inside of a quoted field",
    ],
    ['a,b\n"x\ny,1\n', "csv(D, multiLine=True)", "spark.read of a CSV file with a quoted field that has no end"],
    ['{"a":1,"b":{"c":x}}\n', "json(D)", "spark.read of JSON that is broken inside of a nested object or array"],
    ['{"a":1}\n{"A":1}\n', "json(D)", "spark.read of JSON objects whose names differ in case alone"],
    ["{}\n", "json(D)", "spark.read of JSON objects that have no fields at all"],
    ["12024-01-01\n", "csv(D, schema='a DATE')", "a date in the year 12024"],
  ])("data that Spark reads in a way nobody foresees: %j", async (text, expression, message) => {
    const one = await folderWith({ a: text });
    expect(await kernel.failure(`D = '${one}'\nspark.read.${expression}`)).toStartWith(`UnsupportedUse: ${message}`);
  });

  test("a file that is not UTF-8", async () => {
    await kernel.text("with open('/dbfs/latin.csv', 'wb') as f: f.write(b'a\\n\\xe9\\n')");
    expect(await kernel.failure("spark.read.csv('/latin.csv')")).toStartWith(
      "UnsupportedUse: spark.read of a file that is not UTF-8 text (latin.csv)",
    );
  });
});
