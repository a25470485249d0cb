// Queries by their names, types, faults and limits.
import { expect, test } from "bun:test";
import { sql, useSql } from "./testing-query.ts";

useSql();

test("a word that is a function without parentheses is a column first", async () => {
  expect(await sql.rows("SELECT user, current_date FROM (SELECT 'col' AS user, 1 AS current_date)")).toEqual([
    ["col", "1"],
  ]);
  expect(await sql.rows("SELECT user, session_user, current_catalog")).toEqual([
    ["me@example.com", "me@example.com", "main"],
  ]);
});

test("an alias of a value that changes at each look is not looked at twice", async () => {
  expect(await sql.fault("SELECT uuid() AS u, upper(u) AS v")).toContain("another use of the alias u");
  expect(await sql.rows("SELECT u = v FROM (SELECT u, u AS v FROM (SELECT uuid() AS u))")).toEqual([["true"]]);
  expect((await sql.rows("SELECT uuid() AS u ORDER BY u")).length).toBe(1);
  expect(await sql.rows("WITH c AS (SELECT uuid() AS u) SELECT (SELECT u FROM c) = (SELECT u FROM c)")).toEqual([
    ["true"],
  ]);
});

test("a star in count is the whole row or refused", async () => {
  expect(await sql.rows("SELECT count(*) FROM n")).toEqual([["4"]]);
  for (const star of ["n.*", "DISTINCT *", "* EXCEPT (x)"]) {
    expect(await sql.fault(`SELECT count(${star}) FROM n`)).toStartWith("[INVALID_USAGE_OF_STAR_OR_REGEX]");
  }
});

test("groups are found by expressions that need helpers", async () => {
  expect(await sql.rows("SELECT x / x, count(*) FROM n WHERE x > 0 GROUP BY x / x ORDER BY x / x")).toEqual([
    ["1.0", "3"],
  ]);
  expect(await sql.rows("SELECT string(x / 2) AS t, sum(x) FROM n WHERE x > 1 GROUP BY t ORDER BY t")).toEqual([
    ["1.0", "2"],
    ["1.5", "3"],
  ]);
  expect(
    await sql.rows("SELECT sum(sum(x)) OVER (ORDER BY g), sum(x) / count(x) FROM n GROUP BY g ORDER BY 1"),
  ).toEqual([
    ["3", "1.5"],
    ["6", "3.0"],
  ]);
});

test("columns are named as the warehouse names them", async () => {
  const { columns } = await sql.query(
    "SELECT 1 + 1, x, n.x, count(*), upper('a'), CAST('1' AS INT), -x, x IS NULL, 'text', NULL, DATE'2024-01-01', x > 1 AND x < 3, `x` AS `my name` FROM n GROUP BY x",
  );
  expect(columns.map((column) => column.name)).toEqual([
    "(1 + 1)",
    "x",
    "x",
    "count(1)",
    "upper(a)",
    "CAST(1 AS INT)",
    "(- x)",
    "(x IS NULL)",
    "text",
    "NULL",
    "DATE '2024-01-01'",
    "((x > 1) AND (x < 3))",
    "my name",
  ]);
});

test("types follow the warehouse's rules", async () => {
  const cases: readonly [string, string][] = [
    ["1 + 1L", "BIGINT"],
    ["1Y + 1Y", "TINYINT"],
    ["1 / 2", "DOUBLE"],
    ["1.5 + 1.25", "DECIMAL(4,2)"],
    ["1.5 * 2", "DECIMAL(4,1)"],
    ["CAST(1 AS DECIMAL(10,2)) / 3", "DECIMAL(14,6)"],
    ["1.5 + 1e0", "DOUBLE"],
    ["CAST(1 AS FLOAT) + 1", "DOUBLE"],
    ["'1' + 1", "BIGINT"],
    ["coalesce(1, 2.5)", "DECIMAL(11,1)"],
    ["NULL", "VOID"],
    ["array()", "ARRAY<VOID>"],
    ["CAST(1 AS DECIMAL(38,10)) * CAST(1 AS DECIMAL(38,10))", "DECIMAL(38,6)"],
    ["DATE'2024-01-01' + 1", "DATE"],
    ["named_struct('a b', 1)", "STRUCT<`a b`: INT>"],
  ];
  for (const [expression, type] of cases) expect([expression, await sql.type(expression)]).toEqual([expression, type]);
});

test("faults carry class, words and SQLSTATE", async () => {
  const cases: readonly [string, string, string][] = [
    ["SELEC 1", "[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELEC'. (line 1, pos 0)", "42601"],
    ["SELECT 1 +", "[PARSE_SYNTAX_ERROR] Syntax error at or near end of input", "42601"],
    ["SELECT 'open", "[PARSE_SYNTAX_ERROR]", "42601"],
    ["SELECT 1; SELECT 2", "[PARSE_SYNTAX_ERROR] Syntax error at or near 'SELECT'. (line 1, pos 10)", "42601"],
    [
      "SELECT nope FROM n",
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `nope` cannot be resolved. Did you mean one of the following? [`n`.`g`",
      "42703",
    ],
    ["SELECT nope", "[UNRESOLVED_COLUMN.WITHOUT_SUGGESTION]", "42703"],
    [
      "SELECT * FROM nope",
      "[TABLE_OR_VIEW_NOT_FOUND] The table or view `main`.`default`.`nope` cannot be found.",
      "42P01",
    ],
    ["SELECT 1 / 0", "[DIVIDE_BY_ZERO] Division by zero.", "22012"],
    ["SELECT 1.0 / 0", "[DIVIDE_BY_ZERO]", "22012"],
    [
      "SELECT CAST('abc' AS INT)",
      '[CAST_INVALID_INPUT] The value \'abc\' of the type "STRING" cannot be cast to "INT" because it is malformed.',
      "22018",
    ],
    ["SELECT CAST('2024-02-30' AS DATE)", "[CAST_INVALID_INPUT]", "22018"],
    ["SELECT CAST('99999999999' AS INT)", "[CAST_INVALID_INPUT]", "22018"],
    ["SELECT CAST(1e20 AS INT)", "[CAST_OVERFLOW]", "22003"],
    ["SELECT CAST(123.456 AS DECIMAL(4,2))", "[NUMERIC_VALUE_OUT_OF_RANGE]", "22003"],
    ["SELECT 2147483647 + 1", "[ARITHMETIC_OVERFLOW]", "22003"],
    ["SELECT sum(v) FROM VALUES (9223372036854775807L), (1L) AS t(v)", "[ARITHMETIC_OVERFLOW]", "22003"],
    ["SELECT x, g FROM n GROUP BY g", "[MISSING_AGGREGATION]", "42803"],
    ["SELECT g FROM n WHERE sum(x) > 1", "[INVALID_WHERE_CONDITION]", "42903"],
    ["SELECT (SELECT x FROM n)", "[SCALAR_SUBQUERY_TOO_MANY_ROWS]", "21000"],
    [
      "SELECT x FROM n a, n b",
      "[AMBIGUOUS_REFERENCE] Reference `x` is ambiguous, could be: [`a`.`x`, `b`.`x`].",
      "42704",
    ],
    ["SELECT 1 UNION SELECT 1, 2", "[NUM_COLUMNS_MISMATCH]", "42826"],
    ["SELECT x FROM n LIMIT -1", "[INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE]", "42K0E"],
    ["SELECT x FROM n ORDER BY 2", "[ORDER_BY_POS_OUT_OF_RANGE]", "42805"],
    ["SELECT x FROM n GROUP BY 5", "[GROUP_BY_POS_OUT_OF_RANGE]", "42805"],
    ["SELECT map('a', 1) = map('a', 1)", "[DATATYPE_MISMATCH", "42K09"],
    ["SELECT CAST(DATE'2024-01-01' AS INT)", "[DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION]", "42K09"],
    ["SELECT CAST(1 AS CHAR(3))", "[UNSUPPORTED_DATATYPE]", "0A000"],
    ["SELECT a.b FROM (SELECT named_struct('c', 1) AS a)", "[FIELD_NOT_FOUND]", "42704"],
    ["SELECT x FROM n HAVING", "[PARSE_SYNTAX_ERROR]", "42601"],
    ["", "[PARSE_SYNTAX_ERROR]", "42601"],
  ];
  for (const [statement, start, state] of cases) {
    const message = await sql.fault(statement);
    expect(message).toStartWith(start);
    expect(message).toEndWith(`SQLSTATE: ${state}`);
  }
});

test("what is known and not supported is refused by its name", async () => {
  const cases: readonly [string, string][] = [
    ["SELECT * FROM n VERSION AS OF 1", "time travel"],
    ["SELECT * FROM n TABLESAMPLE (10 PERCENT)", "TABLESAMPLE"],
    ["SELECT * FROM n PIVOT (collect_list(x) FOR g IN ('a'))", "PIVOT of the type"],
    ["SELECT * FROM n UNPIVOT ((a, b) FOR c IN ((x, p)))", "UNPIVOT into several value columns"],
    ["WITH RECURSIVE r AS (SELECT 1) SELECT * FROM r", "WITH RECURSIVE"],
    ["SELECT s:field FROM n", "the : operator"],
    ["SELECT DATE'2024-01-02' - DATE'2024-01-01'", "the difference of two dates"],
    ["SELECT INTERVAL 1 DAY", "an INTERVAL"],
    ["SELECT x FROM n SORT BY x", "SORT BY"],
    ["SELECT (x, s) IN (SELECT x, s FROM n) FROM n", "several columns"],
    ["SELECT array_sort(a => array(1))", "named arguments"],
    ["SELECT date_format(d, s) FROM n", "the pattern of date_format that is not a literal"],
    ["SELECT date_format(d, 'QQQ') FROM n", '"QQQ" in the time pattern'],
    ["SELECT split('a', s) FROM n", "the pattern of split"],
    ["SELECT sha2('a', 512)", "sha2 with 512 bits"],
    ["SELECT get_json_object('{}', '$.a[*]')", "the JSON path"],
    ["SELECT ?", "the parameter marker ?"],
    ["SELECT * FROM n |> WHERE x > 1", "the pipe operator"],
  ];
  for (const [statement, name] of cases) {
    const message = await sql.fault(statement);
    expect(message).toStartWith("[UNSUPPORTED_FEATURE] The emulator does not support");
    expect(message).toContain(name);
  }
  for (const name of ["ai_query", "xxhash64", "parse_json", "monotonically_increasing_id", "made_up"]) {
    expect(await sql.fault(`SELECT ${name}(1)`)).toStartWith(`[UNRESOLVED_ROUTINE] Cannot resolve routine \`${name}\``);
  }
});

test("long and deep statements run or are refused, and never end the process", async () => {
  const list = (count: number, make: (index: number) => string, glue: string): string =>
    Array.from({ length: count }, (_, index) => make(index)).join(glue);
  expect(await sql.value(list(2_000, (index) => `${index} = ${index}`, " AND "))).toBe("true");
  expect(await sql.value(list(300, (index) => `CAST('${index}' AS INT) = ${index}`, " AND "))).toBe("true");
  expect(await sql.value(`5 IN (${list(5_000, String, ", ")})`)).toBe("true");
  expect(await sql.value(`${"(".repeat(150)}1${")".repeat(150)}`)).toBe("1");
  let nested = "'1'";
  for (let depth = 0; depth < 12; depth++)
    nested = `CAST(CAST(${nested} AS INT) / 1 AS STRING)`.replace("/ 1", "DIV 1");
  expect(await sql.value(nested)).toBe("1");
  let divided = "x";
  for (let depth = 0; depth < 12; depth++) divided = `(${divided} / x)`;
  expect(await sql.rows(`SELECT ${divided} FROM z WHERE x = 1`)).toEqual([["1.0"]]);
  for (const text of ["(".repeat(5_000), "NOT ".repeat(5_000), "- ".repeat(5_000), "array(".repeat(5_000)]) {
    expect(await sql.fault(`SELECT ${text}`)).toContain("nested more than 200 deep");
  }
});

test("a function that exists only over a window wants an order there, and no frame of its own", async () => {
  for (const call of [
    "row_number()",
    "rank()",
    "dense_rank()",
    "ntile(2)",
    "lag(x)",
    "lead(x, 1)",
    "nth_value(x, 1)",
  ]) {
    for (const over of ["OVER ()", "OVER (PARTITION BY g)", "OVER w"]) {
      expect(await sql.fault(`SELECT ${call} ${over} FROM n WINDOW w AS (PARTITION BY g)`)).toStartWith(
        `[WINDOW_FUNCTION_FRAME_NOT_ORDERED] Window function ${call} requires window to be ordered, please add ORDER BY clause.`,
      );
    }
  }
  const frame = "ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW";
  expect(await sql.fault(`SELECT rank() OVER (${frame}) FROM n`)).toContain("must match the required frame ROWS");
  expect(await sql.fault(`SELECT lag(x) OVER (${frame}) FROM n`)).toContain("Cannot specify window frame for lag");
  expect(
    await sql.rows("SELECT row_number() OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) FROM n WHERE x IS NOT NULL"),
  ).toEqual([["1"], ["2"], ["3"]]);
  expect(await sql.rows("SELECT sum(x) OVER (), max(x) OVER (PARTITION BY g) FROM n WHERE x = 1")).toEqual([
    ["1", "1"],
  ]);
  expect(await sql.fault("SELECT sum(x) OVER (RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM n")).toStartWith(
    "[DATATYPE_MISMATCH.RANGE_FRAME_WITHOUT_ORDER]",
  );
  expect(
    await sql.fault("SELECT sum(x) OVER (ORDER BY g, x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM n"),
  ).toStartWith("[DATATYPE_MISMATCH.RANGE_FRAME_MULTI_ORDER]");
});

test("ORDER BY after DISTINCT sees what was selected and nothing else", async () => {
  expect(await sql.rows("SELECT DISTINCT g FROM n ORDER BY g DESC")).toEqual([["b"], ["a"]]);
  expect(await sql.rows("SELECT DISTINCT n.g FROM n ORDER BY n.g, 1")).toEqual([["a"], ["b"]]);
  expect(await sql.rows("SELECT DISTINCT x % 2 AS odd FROM n ORDER BY -odd NULLS LAST LIMIT 2")).toEqual([
    ["1"],
    ["0"],
  ]);
  expect(await sql.rows("SELECT DISTINCT g, count(*) AS many FROM n GROUP BY g ORDER BY many, g")).toEqual([
    ["a", "2"],
    ["b", "2"],
  ]);
  for (const order of ["x", "n.x", "x + 1", "upper(s)"]) {
    expect(await sql.fault(`SELECT DISTINCT g FROM n ORDER BY ${order}`)).toStartWith(
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION]",
    );
  }
  expect(await sql.fault("SELECT DISTINCT g AS k FROM n ORDER BY n.g")).toStartWith("[UNRESOLVED_COLUMN");
  expect(await sql.fault("SELECT DISTINCT g FROM n GROUP BY g ORDER BY count(*)")).toContain(
    "the aggregate count(1) in ORDER BY of SELECT DISTINCT",
  );
});

test("PIVOT makes columns of values, UNPIVOT rows of columns", async () => {
  const from = "(SELECT g, x, s FROM n)";
  expect(await sql.rows(`SELECT * FROM (SELECT g, x FROM n) PIVOT (sum(x) FOR g IN ('a', 'b', 'c'))`)).toEqual([
    ["3", "3", null],
  ]);
  const many = await sql.query(
    `SELECT * FROM ${from} PIVOT (max(x) AS top, count(*) FOR g IN ('a' AS first, 'b')) AS p WHERE p.first_top = 2`,
  );
  expect(many.columns.map(({ name, typeText }) => `${name} ${typeText}`)).toEqual([
    "s STRING",
    "first_top INT",
    "first_count(1) BIGINT",
    "b_top INT",
    "b_count(1) BIGINT",
  ]);
  // A combination without rows is NULL, for count too.
  expect(many.rows).toEqual([["two", "2", "1", null, null]]);
  expect(
    await sql.rows(`SELECT one FROM ${from} PIVOT (max(s) FOR (g, x) IN (('a', 1) AS one, ('b', 3) AS three))`),
  ).toEqual([["one"]]);
  const quarters = "VALUES (1, 10, 20), (2, NULL, 5) AS v(k, q1, q2)";
  expect(await sql.rows(`SELECT * FROM ${quarters} UNPIVOT (val FOR q IN (q1, q2 AS second)) ORDER BY k, q`)).toEqual([
    ["1", "q1", "10"],
    ["1", "second", "20"],
    ["2", "second", "5"],
  ]);
  expect(
    await sql.rows(`SELECT u.val FROM ${quarters} UNPIVOT INCLUDE NULLS (val FOR q IN (q1)) AS u ORDER BY u.k`),
  ).toEqual([["10"], [null]]);
  expect(await sql.fault("SELECT * FROM n PIVOT (x FOR g IN ('a'))")).toStartWith("[PIVOT_AGGREGATE_WANTED]");
});
