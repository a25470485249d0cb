// spark.read.csv over the emulator's files. What is expected was compared with Apache Spark 4.0.1 on the same files.
import { describe, expect, test } from "bun:test";
import { folderWith, kernel, shown, useKernel } from "./testing-spark-files.ts";

useKernel();

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
