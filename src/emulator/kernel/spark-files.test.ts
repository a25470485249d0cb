// spark.read over the emulator's files, whatever their kind and place. What is expected was compared with Apache Spark 4.0.1.
import { beforeAll, describe, expect, test } from "bun:test";
import { folderWith, kernel, shown, useKernel } from "./testing-spark-files.ts";

useKernel();

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
