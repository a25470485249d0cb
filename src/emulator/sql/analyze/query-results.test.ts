// Queries by their results: operators, nested values, joins, grouping, order, subqueries.
import { results, useSql } from "./testing-query.ts";

useSql();

results("operators", [
  [
    "SELECT 10 / 4, 7 DIV 2, -7 DIV 2, 7 % 3, -7 % 3, 2 + 3 * 4, (2 + 3) * 4",
    [["2.5", "3", "-3", "1", "-1", "14", "20"]],
  ],
  [
    "SELECT 1 <=> NULL, NULL <=> NULL, 1 == 1, 1 != 2, !true, NOT false, 1 IS DISTINCT FROM NULL",
    [["false", "true", "true", "true", "false", "true", "true"]],
  ],
  ["SELECT 'a' || 'b', 'a' || NULL, 1 || 'x'", [["ab", null, "1x"]]],
  ["SELECT 5 & 3, 5 | 3, 5 ^ 3, ~5, -(-5), +5", [["1", "7", "6", "-6", "5", "5"]]],
  [
    "SELECT NULL AND false, NULL OR true, NULL AND true, x > 1 OR NULL FROM n WHERE x = 2",
    [["false", "true", null, "true"]],
  ],
  [
    "SELECT 2 BETWEEN 1 AND 3, 2 NOT BETWEEN 1 AND 3, 1 IN (1, NULL), 2 IN (1, NULL), 2 NOT IN (1, 3)",
    [["true", "false", "true", null, "true"]],
  ],
  [
    "SELECT s LIKE 't%', s ILIKE 'T_O', s LIKE ANY ('o%', 't%'), s LIKE ALL ('t%', '%o'), s NOT LIKE '%e' FROM n WHERE x = 2",
    [["true", "true", "true", "true", "true"]],
  ],
  ["SELECT 'a%b' LIKE r'a\\%b', 'axb' LIKE r'a\\%b', 'a_b' LIKE 'a/_b' ESCAPE '/'", [["true", "false", "true"]]],
  [
    "SELECT CAST('5' AS INT) = '5', '12' + 1, 1.5 = '1.5', DATE'2024-01-01' = '2024-01-01', true = 'true'",
    [["true", "13", "true", "true", "true"]],
  ],
  [
    "SELECT array(1, 2) = array(1, 2), (1, 'a') IN ((1, 'a'), (2, 'b')), struct(1) = struct(2)",
    [["true", "true", "false"]],
  ],
  [
    "SELECT array(5, 6)[0], map('k', 1)['k'], map('k', 1)['z'], named_struct('a', 7).a, array(array(1), array(2, 3))[1][0]",
    [["5", "1", null, "7", "2"]],
  ],
  ["SELECT '5'::INT + 1, 2.7::INT, '2024-05-06'::DATE", [["6", "2", "2024-05-06"]]],
  [
    "SELECT CASE x WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, CASE WHEN x > 1 THEN 1 ELSE 2.5 END FROM n ORDER BY x",
    [
      [null, "2.5"],
      ["one", "2.5"],
      ["two", "1.0"],
      [null, "1.0"],
    ],
  ],
]);

results("what does not matter is not looked at", [
  [
    "SELECT x <> 0 AND 10 / x > 4, x = 0 OR 10 / x > 4 FROM z ORDER BY x",
    [
      ["false", "true"],
      ["true", "true"],
      ["true", "true"],
      ["false", "false"],
    ],
  ],
  ["SELECT x FROM z WHERE x <> 0 AND 10 / x > 4 ORDER BY x", [["1"], ["2"]]],
  ["SELECT x FROM z WHERE NOT (x = 0 OR 10 / x > 4)", [["5"]]],
  [
    "SELECT if(false, 1 / 0, 2), coalesce(1, 1 / 0), CASE WHEN true THEN 1 ELSE 1 / 0 END, NULL / 0",
    [["2.0", "1.0", "1.0", null]],
  ],
  ["SELECT max(x) FILTER (WHERE x <> 0 AND 10 / x > 4) FROM z", [["2"]]],
]);

results("numbers", [
  [
    "SELECT 1.5 + 1, 1.5 * 1.25, 10.0 / 3, 1.00 / 7, 5.5 % 2, -1.5",
    [["2.5", "1.875", "3.333333", "0.142857", "1.5", "-1.5"]],
  ],
  ["SELECT p / 3, p * p, p + 1, p - x, p % 2 FROM n WHERE x = 3", [["1.116667", "11.2225", "4.35", "0.35", "1.35"]]],
  [
    "SELECT -1.0 / 3, 1.0 / -3, 2.0 / 3, -2.0 / 3, 0.5 / 1",
    [["-0.333333", "-0.333333", "0.666667", "-0.666667", "0.500000"]],
  ],
  [
    "SELECT 1e10, 1.0E-5D, 123456789.5D, 0.001D, 1e7, 1234567.0D, -0.0D, CAST('NaN' AS DOUBLE), CAST('inf' AS DOUBLE)",
    [["1.0E10", "1.0E-5", "1.234567895E8", "0.001", "1.0E7", "1234567.0", "-0.0", "NaN", "Infinity"]],
  ],
  [
    "SELECT string(1e10), string(1.5E-5D), string(123456789.5D), string(-0.0005D), string(1e300), string(CAST(1.1 AS FLOAT)), string(100D)",
    [["1.0E10", "1.5E-5", "1.234567895E8", "-5.0E-4", "1.0E300", "1.1", "100.0"]],
  ],
  [
    "SELECT 2147483648, -2147483648, 9223372036854775808, 1L, 1S, 1Y, 1.5F, 1.5D, 1.5BD",
    [["2147483648", "-2147483648", "9223372036854775808", "1", "1", "1", "1.5", "1.5", "1.5"]],
  ],
  [
    "SELECT CAST(2.7 AS INT), CAST(-2.7 AS INT), CAST(2.5D AS BIGINT), CAST(1.005D AS DECIMAL(10,2)), CAST('1.005' AS DECIMAL(10,2)), CAST(true AS INT)",
    [["2", "-2", "2", "1.01", "1.01", "1"]],
  ],
  [
    "SELECT CAST(' 12 ' AS INT), try_cast('1e3' AS INT), try_cast('1_000' AS INT), try_cast('2.7' AS INT), try_cast(300 AS TINYINT), try_cast('0x10' AS INT)",
    [["12", null, null, null, null, null]],
  ],
]);

results("text, dates and times", [
  [
    "SELECT \"double\", 'it''s', r'\\n', 'a\\tb', 'a' 'b', '\\u0041', 'x\\\\y'",
    [["double", "it's", "\\n", "a\tb", "ab", "A", "x\\y"]],
  ],
  [
    "SELECT X'1F2e', DATE '2024-01-05', TIMESTAMP '2024-01-01 10:00:00+02:00', TIMESTAMP_NTZ '2024-01-01 10:00:00', TIMESTAMP '2024-01-01 10:00:00.123456'",
    [["Hy4=", "2024-01-05", "2024-01-01T08:00:00.000Z", "2024-01-01T10:00:00.000", "2024-01-01T10:00:00.123Z"]],
  ],
  [
    "SELECT CAST('2024-1-5' AS DATE), CAST('2024-03' AS DATE), CAST('2024' AS DATE), CAST('2024-01-05T10:00' AS TIMESTAMP), CAST('2024-01-05 10:00:00 America/New_York' AS TIMESTAMP)",
    [["2024-01-05", "2024-03-01", "2024-01-01", "2024-01-05T10:00:00.000Z", "2024-01-05T15:00:00.000Z"]],
  ],
  [
    "SELECT string(TIMESTAMP'2024-01-01 10:00:00.5'), string(DATE'2024-01-01'), string(1.50), string(true), string(X'41')",
    [["2024-01-01 10:00:00.5", "2024-01-01", "1.50", "true", "A"]],
  ],
  [
    "SELECT DATE'2024-01-31' + INTERVAL 1 MONTH, DATE'2024-02-29' - INTERVAL '1' YEAR, DATE'2024-01-01' + 1, 1 + DATE'2024-01-01', DATE'2024-01-01' - 1",
    [["2024-02-29", "2023-02-28", "2024-01-02", "2024-01-02", "2023-12-31"]],
  ],
  [
    "SELECT DATE'2024-01-01' + INTERVAL 2 HOURS, TIMESTAMP'2024-01-01 00:00:00' + INTERVAL '1 day 2 hours', TIMESTAMP'2024-03-31 00:00:00' - INTERVAL 1 MONTH 1 DAY",
    [["2024-01-01T02:00:00.000Z", "2024-01-02T02:00:00.000Z", "2024-02-28T00:00:00.000Z"]],
  ],
  [
    "SELECT CAST(TIMESTAMP'1970-01-01 00:00:01.5' AS BIGINT), CAST(TIMESTAMP'1970-01-01 00:00:01.5' AS DOUBLE), CAST(0 AS TIMESTAMP), DATE'2024-01-01' < TIMESTAMP'2024-01-01 00:00:01'",
    [["1", "1.5", "1970-01-01T00:00:00.000Z", "true"]],
  ],
]);

results("nested values", [
  [
    "SELECT CAST(array(1, 2) AS ARRAY<STRING>), CAST(map(1, 2) AS MAP<STRING, DOUBLE>), CAST(named_struct('a', 1) AS STRUCT<b: STRING>)",
    [['["1","2"]', '{"1":"2.0"}', '{"b":"1"}']],
  ],
  ["SELECT a.b.c, a.* FROM (SELECT named_struct('b', named_struct('c', 5), 'd', 6) AS a)", [["5", '{"c":"5"}', "6"]]],
  ["SELECT a.b FROM (SELECT array(named_struct('b', 1), named_struct('b', 2)) AS a)", [['["1","2"]']]],
  [
    "SELECT array(DATE'2024-01-01'), map('t', TIMESTAMP'2024-01-01 00:00:00'), array(1.5D), array(CAST(NULL AS INT)), array(X'41')",
    [['["2024-01-01"]', '{"t":"2024-01-01T00:00:00.000Z"}', '["1.5"]', "[null]", '["QQ=="]']],
  ],
]);

results("order", [
  ["SELECT x FROM n ORDER BY x", [[null], ["1"], ["2"], ["3"]]],
  ["SELECT x FROM n ORDER BY x DESC", [["3"], ["2"], ["1"], [null]]],
  ["SELECT x FROM n ORDER BY x NULLS LAST LIMIT 2 OFFSET 1", [["2"], ["3"]]],
  [
    "SELECT x AS g, g AS h FROM n WHERE x < 3 ORDER BY g DESC",
    [
      ["2", "a"],
      ["1", "a"],
    ],
  ],
  ["SELECT s FROM n WHERE x IS NOT NULL ORDER BY length(s) DESC, x", [["one"], ["two"], ["3"]]],
  ["SELECT DISTINCT g FROM n ORDER BY g DESC", [["b"], ["a"]]],
  [
    "SELECT g, x FROM n ORDER BY ALL",
    [
      ["a", "1"],
      ["a", "2"],
      ["b", null],
      ["b", "3"],
    ],
  ],
  ["SELECT x FROM n UNION ALL SELECT 9 ORDER BY x DESC LIMIT 1", [["9"]]],
]);

results("grouping", [
  [
    "SELECT g, count(*), sum(x), avg(p) FROM n GROUP BY g ORDER BY g",
    [
      ["a", "2", "3", "1.650000"],
      ["b", "2", "3", "3.350000"],
    ],
  ],
  [
    "SELECT x / 2 AS h, count(*) c FROM n GROUP BY h HAVING c > 0 AND h > 0.5 ORDER BY h",
    [
      ["1.0", "1"],
      ["1.5", "1"],
    ],
  ],
  [
    "SELECT upper(g), sum(x) FROM n GROUP BY 1 ORDER BY 2, 1",
    [
      ["A", "3"],
      ["B", "3"],
    ],
  ],
  [
    "SELECT g, max(x) FROM n GROUP BY ALL ORDER BY g",
    [
      ["a", "2"],
      ["b", "3"],
    ],
  ],
  [
    "SELECT g, sum(x) FROM n GROUP BY ROLLUP (g) ORDER BY 1",
    [
      [null, "6"],
      ["a", "3"],
      ["b", "3"],
    ],
  ],
  ["SELECT g, x > 1, count(*) FROM n GROUP BY CUBE (g, x > 1) HAVING count(*) > 2", [[null, null, "4"]]],
  [
    "SELECT g, s, sum(x) FROM n WHERE x < 3 GROUP BY GROUPING SETS ((g), (s), ()) ORDER BY g, s",
    [
      [null, null, "3"],
      [null, "one", "1"],
      [null, "two", "2"],
      ["a", null, "3"],
    ],
  ],
  ["SELECT count(*) FROM n WHERE false", [["0"]]],
  ["SELECT max(x) FROM n HAVING max(x) > 100", []],
  ["SELECT g FROM n GROUP BY g ORDER BY count(x) DESC, g", [["a"], ["b"]]],
]);

results("joins", [
  [
    "SELECT a.x, b.x FROM n a JOIN n b ON a.x = b.x - 1 ORDER BY 1",
    [
      ["1", "2"],
      ["2", "3"],
    ],
  ],
  [
    "SELECT a.x, b.y FROM n a LEFT JOIN (SELECT 2 AS y) b ON a.x = b.y ORDER BY 1",
    [
      [null, null],
      ["1", null],
      ["2", "2"],
      ["3", null],
    ],
  ],
  ["SELECT * FROM (SELECT 1 AS k, 'l' AS a) JOIN (SELECT 1 AS k, 'r' AS b) USING (k)", [["1", "l", "r"]]],
  ["SELECT * FROM (SELECT 1 AS k) l FULL JOIN (SELECT 2 AS k) r USING (k) ORDER BY k", [["1"], ["2"]]],
  ["SELECT l.k, r.k, k FROM (SELECT 1 AS k) l RIGHT JOIN (SELECT 2 AS k) r USING (k)", [[null, "2", "2"]]],
  ["SELECT * FROM (SELECT 1 AS k, 2 AS a) NATURAL JOIN (SELECT 1 AS k, 3 AS b)", [["1", "2", "3"]]],
  ["SELECT x FROM n LEFT SEMI JOIN (SELECT 2 AS y) b ON n.x = b.y", [["2"]]],
  ["SELECT x FROM n LEFT ANTI JOIN (SELECT 2 AS y) b ON n.x = b.y ORDER BY x", [[null], ["1"], ["3"]]],
  [
    "SELECT a.id, b.id FROM range(2) a CROSS JOIN range(2) b ORDER BY 1, 2",
    [
      ["0", "0"],
      ["0", "1"],
      ["1", "0"],
      ["1", "1"],
    ],
  ],
  ["SELECT t.a, u.b FROM (SELECT 3 AS a) t, LATERAL (SELECT t.a * 2 AS b) u", [["3", "6"]]],
  ["SELECT * FROM ((SELECT 1 AS a) x JOIN (SELECT 2 AS b) y ON true) JOIN (SELECT 3 AS c) z", [["1", "2", "3"]]],
  [
    "SELECT id, c FROM (SELECT 1 AS id, array('p', 'q') AS a) LATERAL VIEW explode(a) v AS c ORDER BY c",
    [
      ["1", "p"],
      ["1", "q"],
    ],
  ],
  [
    "SELECT id, c FROM (SELECT 1 AS id, CAST(array() AS ARRAY<INT>) AS a) LATERAL VIEW OUTER explode(a) v AS c",
    [["1", null]],
  ],
  ["SELECT i, v FROM (SELECT map('k', 5) AS m) LATERAL VIEW explode(m) AS i, v", [["k", "5"]]],
]);

results("subqueries and common tables", [
  ["SELECT x FROM n WHERE x IN (SELECT x FROM n WHERE x > 1) ORDER BY 1", [["2"], ["3"]]],
  ["SELECT x FROM n WHERE x NOT IN (SELECT x FROM n)", []],
  ["SELECT x FROM n WHERE EXISTS (SELECT 1 FROM n m WHERE m.x = n.x + 1) ORDER BY 1", [["1"], ["2"]]],
  [
    "SELECT x, (SELECT max(m.x) FROM n m WHERE m.g = n.g) FROM n WHERE x IS NOT NULL ORDER BY x",
    [
      ["1", "2"],
      ["2", "2"],
      ["3", "3"],
    ],
  ],
  ["SELECT (SELECT 1 WHERE false)", [[null]]],
  ["SELECT ((SELECT 1) + 2) * 3", [["9"]]],
  ["WITH a AS (SELECT 1 x), b (y) AS (SELECT x + 1 FROM a) SELECT * FROM a, b", [["1", "2"]]],
  ["WITH n AS (SELECT 'shadow' AS s) SELECT s FROM n", [["shadow"]]],
  ["SELECT * FROM VALUES (1, 'a'), (2, 'b') AS t(id, name) WHERE id = 2", [["2", "b"]]],
  ["VALUES (1), (2.5)", [["1.0"], ["2.5"]]],
  ["SELECT 1 AS a, a + 1 AS b, b * 2 AS c", [["1", "2", "4"]]],
  ["(SELECT 1) UNION (SELECT 1) UNION ALL SELECT 1", [["1"], ["1"]]],
  ["SELECT x FROM n INTERSECT SELECT 2", [["2"]]],
  ["SELECT x FROM n WHERE x < 3 EXCEPT SELECT 2", [["1"]]],
  ["SELECT x FROM n WHERE x < 3 MINUS SELECT 2", [["1"]]],
  [
    "SELECT g, x FROM n QUALIFY row_number() OVER (PARTITION BY g ORDER BY x DESC) = 1 ORDER BY g",
    [
      ["a", "2"],
      ["b", "3"],
    ],
  ],
  ["SELECT * EXCEPT (g, s, d, p) FROM n WHERE x = 1", [["1"]]],
  ["SELECT N.X, `n`.`x` FROM N WHERE X = 1", [["1", "1"]]],
  ["TABLE z", [["0"], ["1"], ["2"], ["5"]]],
  ["SELECT 1 -- to the end\n /* and /* nested */ this */ + 1", [["2"]]],
  [
    "SELECT count(*) FROM main.information_schema.tables WHERE table_schema = 'default' AND table_name IN ('n', 'z')",
    [["2"]],
  ],
]);
