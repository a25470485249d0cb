// spark.read.json over the emulator's files. What is expected was compared with Apache Spark 4.0.1 on the same files.
import { describe, expect, test } from "bun:test";
import { folderWith, kernel, shown, useKernel } from "./testing-spark-files.ts";

useKernel();

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
