// Each supported function by its result. The values are those that Databricks SQL documents or, where it says nothing, computes.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openTestSql, type TestSql } from "../testing.ts";
import { generators } from "./generators.ts";
import { allFunctions } from "./table.ts";

type Case = readonly [expression: string, value: string | null, type?: string];

let sql: TestSql;
beforeAll(async () => {
  sql = await openTestSql();
  await sql.query("CREATE TABLE n (g STRING, x INT, d DOUBLE, p DECIMAL(10,2), s STRING, b BOOLEAN)");
  await sql.query(
    "INSERT INTO n VALUES ('a', 1, 1.5, 1.10, 'one', true), ('a', 2, 2.5, 2.20, 'two', false), ('b', 3, 4.0, 3.35, 'three', true), ('b', NULL, NULL, NULL, NULL, NULL)",
  );
});
afterAll(() => sql.dispose());

/** By the first name of a function: expressions, or `FROM n` aggregates. */
const scalars: Readonly<Record<string, readonly Case[]>> = {
  upper: [
    ["upper('äb')", "ÄB", "STRING"],
    ["ucase('x')", "X"],
    ["upper('straße')", "STRASSE"],
    ["upper(12)", "12"],
  ],
  lower: [
    ["lower('AbC')", "abc"],
    ["lcase('X')", "x"],
  ],
  length: [
    ["length('Spark SQL ')", "10", "INT"],
    ["len('é')", "1"],
    ["char_length(NULL)", null],
    ["length(x'0102')", "2"],
    ["character_length('a🤦')", "2"],
  ],
  octet_length: [["octet_length('é')", "2", "INT"]],
  bround: [
    ["bround(2.5)", "2", "DECIMAL(2,0)"],
    ["bround(3.5)", "4"],
    ["bround(-2.5)", "-2"],
    ["bround(2.345, 2)", "2.34", "DECIMAL(4,2)"],
    ["bround(2.355, 2)", "2.36"],
    ["bround(25, -1)", "20", "INT"],
    ["bround(35, -1)", "40"],
    ["bround(CAST(NULL AS INT))", null],
  ],
  rint: [
    ["rint(2.5)", "2.0", "DOUBLE"],
    ["rint(3.5)", "4.0"],
    ["rint(CAST('NaN' AS DOUBLE))", "NaN"],
  ],
  bit_length: [["bit_length('é')", "16", "INT"]],
  substring_index: [
    ["substring_index('www.apache.org', '.', 2)", "www.apache", "STRING"],
    ["substring_index('www.apache.org', '.', -2)", "apache.org"],
    ["substring_index('a.b', '.', 0)", ""],
    ["substring_index('a.b', '.', 9)", "a.b"],
    ["substring_index('a.b', '.', -9)", "a.b"],
    ["substring_index(NULL, '.', 1)", null],
  ],
  map_concat: [
    ["map_concat(map(1, 'a', 2, 'b'), map(3, 'c'))", '{"1":"a","2":"b","3":"c"}', "MAP<INT, STRING>"],
    ["map_concat(map(1, 'a'), CAST(NULL AS MAP<INT, STRING>))", null],
  ],
  map_from_entries: [
    ["map_from_entries(array(struct(1, 'a'), struct(2, 'b')))", '{"1":"a","2":"b"}', "MAP<INT, STRING>"],
    ["map_from_entries(array(struct(1, 'a'), NULL))", null],
  ],
  map_filter: [["map_filter(map(1, 0, 2, 2, 3, -1), (k, v) -> k > v)", '{"1":"0","3":"-1"}', "MAP<INT, INT>"]],
  transform_keys: [["transform_keys(map('a', 1), (k, v) -> concat(k, v))", '{"a1":"1"}', "MAP<STRING, INT>"]],
  transform_values: [
    ["transform_values(map('a', 1, 'b', NULL), (k, v) -> v + 1)", '{"a":"2","b":null}', "MAP<STRING, INT>"],
    [
      "transform_values(map('a', 1), (k, v) -> transform_values(map('b', 2), (l, w) -> v * 10 + w))",
      '{"a":{"b":"12"}}',
    ],
  ],
  zip_with: [
    ["zip_with(array(1, 2), array(3, 4), (x, y) -> x + y)", '["4","6"]', "ARRAY<INT>"],
    ["zip_with(array('a'), array('b', 'c'), (x, y) -> y || coalesce(x, '-'))", '["ba","c-"]'],
    ["zip_with(CAST(NULL AS ARRAY<INT>), array(1), (x, y) -> y)", null],
    [
      "zip_with(array(1), array(2), (x, y) -> zip_with(array(3), array(4), (v, w) -> x * 1000 + y * 100 + v * 10 + w))",
      '[["1234"]]',
    ],
  ],
  arrays_zip: [
    [
      "arrays_zip(array(1, 2), array('a'))",
      '[{"0":"1","1":"a"},{"0":"2","1":null}]',
      "ARRAY<STRUCT<`0`: INT, `1`: STRING>>",
    ],
    ["arrays_zip(array(1), CAST(NULL AS ARRAY<INT>))", null],
  ],
  arrays_overlap: [
    ["arrays_overlap(array(1, 2), array(2, 3))", "true", "BOOLEAN"],
    ["arrays_overlap(array(1, NULL), array(3))", null],
    ["arrays_overlap(array(1), array(3))", "false"],
    ["arrays_overlap(array(NULL, 1), array(1))", "true"],
  ],
  trim: [
    ["trim('  a b ')", "a b"],
    ["trim(BOTH 'x' FROM 'xxaxx')", "a"],
    ["trim(LEADING 'x' FROM 'xxaxx')", "axx"],
    ["trim(TRAILING FROM ' a ')", " a"],
    ["trim('\\ta')", "\ta"],
  ],
  btrim: [
    ["btrim(' a ')", "a"],
    ["btrim('SSparkSQLS', 'SL')", "parkSQ"],
  ],
  ltrim: [
    ["ltrim('  a ')", "a "],
    ["ltrim('Sp', 'SSparkSQLS')", "arkSQLS"],
  ],
  rtrim: [
    ["rtrim(' a  ')", " a"],
    ["rtrim('LQSa', 'SSparkSQLS')", "SSpark"],
  ],
  concat: [
    ["concat('Spark', 'SQL')", "SparkSQL"],
    ["concat('a', NULL)", null],
    ["concat(array(1, 2), array(3))", '["1","2","3"]', "ARRAY<INT>"],
    ["concat(1, 'b')", "1b"],
    ["concat(array(1), CAST(NULL AS ARRAY<INT>))", null],
  ],
  concat_ws: [
    ["concat_ws(' ', 'Spark', 'SQL')", "Spark SQL"],
    ["concat_ws('/', 'a', NULL, array('b', NULL, 'c'))", "a/b/c"],
    ["concat_ws('s')", ""],
    ["concat_ws(NULL, 'a')", null],
  ],
  substring: [
    ["substring('Spark SQL', 5)", "k SQL"],
    ["substr('Spark SQL', -3)", "SQL"],
    ["substring('Spark SQL', 5, 1)", "k"],
    ["substring('abc', 0, 2)", "ab"],
    ["substring('abc', -5, 3)", "a"],
    ["substring('abc' FROM 2 FOR 1)", "b"],
    ["mid('abc', 2)", "bc"],
    ["substring('abc', 2, -1)", ""],
    ["substring('abc', -5, 1)", ""],
    ["substring(NULL, 1)", null],
  ],
  left: [
    ["left('Spark SQL', 3)", "Spa"],
    ["left('a', -1)", ""],
  ],
  right: [
    ["right('Spark SQL', 3)", "SQL"],
    ["right('a', -1)", ""],
  ],
  instr: [
    ["instr('SparkSQL', 'SQL')", "6", "INT"],
    ["instr('a', 'z')", "0"],
  ],
  locate: [
    ["locate('bar', 'abcbarbar')", "4"],
    ["locate('bar', 'abcbarbar', 5)", "7"],
    ["position('bar' IN 'abcbarbar')", "4"],
    ["position('bar', 'foobar')", "4"],
    ["charindex('z', 'abc')", "0"],
    ["locate('a', 'abc', 0)", "0"],
  ],
  replace: [
    ["replace('ABCabc', 'abc', 'DEF')", "ABCDEF"],
    ["replace('ABCabc', 'abc')", "ABC"],
    ["replace('a', '', 'x')", "a"],
  ],
  translate: [
    ["translate('AaBbCc', 'abc', '123')", "A1B2C3"],
    ["translate('abc', 'ab', 'x')", "xc"],
  ],
  repeat: [
    ["repeat('123', 2)", "123123"],
    ["repeat('a', -1)", ""],
  ],
  reverse: [
    ["reverse('Spark SQL')", "LQS krapS"],
    ["reverse(array(2, 1, 4))", '["4","1","2"]'],
  ],
  lpad: [
    ["lpad('hi', 5, '??')", "???hi"],
    ["lpad('hi', 1, '?')", "h"],
    ["lpad('hi', 4)", "  hi"],
    ["lpad('hi', 4, '')", "hi"],
  ],
  rpad: [
    ["rpad('hi', 5, 'ab')", "hiaba"],
    ["rpad('hi', -1)", ""],
  ],
  initcap: [["initcap('sPark sql')", "Spark Sql"]],
  startswith: [
    ["startswith('SparkSQL', 'Spark')", "true", "BOOLEAN"],
    ["startswith('a', NULL)", null],
  ],
  endswith: [["endswith('SparkSQL', 'SQL')", "true"]],
  contains: [
    ["contains('SparkSQL', 'ark')", "true"],
    ["contains('SparkSQL', 'dark')", "false"],
  ],
  split: [
    ["split('a,b,c', ',', 2)", '["a","b,c"]'],
    ["split('a.b.c', '\\\\.', 1)", '["a.b.c"]'],
    ["split('a,b', ',', 5)", '["a","b"]'],
    ["split('oneAtwoBthreeC', '[ABC]')", '["one","two","three",""]', "ARRAY<STRING>"],
    ["split('a,b', ',')[1]", "b"],
    ["split('a.b', '\\\\.', -1)", '["a","b"]'],
  ],
  split_part: [
    ["split_part('Hello,world,!', ',', 1)", "Hello"],
    ["split_part('a,b', ',', -1)", "b"],
    ["split_part('a,b', ',', 9)", ""],
  ],
  regexp_extract: [
    ["regexp_extract('100-200', '(\\\\d+)-(\\\\d+)', 1)", "100"],
    ["regexp_extract('100-200', r'(\\d+)-(\\d+)')", "100"],
    ["regexp_extract('a1', '[0-9]', 0)", "1"],
    ["regexp_extract('abc', '(z)')", ""],
  ],
  regexp_extract_all: [["regexp_extract_all('100-200, 300-400', r'(\\d+)-(\\d+)', 1)", '["100","300"]']],
  regexp_replace: [
    ["regexp_replace('100-200', r'(\\d+)', 'num')", "num-num"],
    ["regexp_replace('ab', '(a)(b)', '$2$1')", "ba"],
  ],
  regexp_like: [
    ["regexp_like('Databricks', 'a[tb]')", "true"],
    ["rlike('x', '^y$')", "false"],
    ["'abc' RLIKE 'b'", "true"],
    ["'abc' REGEXP '^b'", "false"],
  ],
  regexp_count: [["regexp_count('Steven Jones and Stephen Smith', 'Ste(v|ph)en')", "2", "INT"]],
  ascii: [
    ["ascii('222')", "50"],
    ["ascii('')", "0"],
    ["ascii('é')", "233"],
  ],
  chr: [
    ["chr(65)", "A"],
    ["char(65)", "A"],
    ["chr(-1)", ""],
    ["chr(321)", "A"],
  ],
  space: [["concat('[', space(2), ']')", "[  ]"]],
  base64: [["base64('Spark SQL')", "U3BhcmsgU1FM"]],
  unbase64: [
    ["CAST(unbase64('U3BhcmsgU1FM') AS STRING)", "Spark SQL"],
    ["unbase64('QQ==')", "QQ==", "BINARY"],
  ],
  hex: [
    ["hex(17)", "11"],
    ["hex('SQL')", "53514C"],
    ["hex(x'ff')", "FF"],
  ],
  unhex: [["decode(unhex('53514C'), 'UTF-8')", "SQL"]],
  md5: [["md5('Spark')", "8cde774d6f7333752ed72cacddb05126"]],
  sha1: [
    ["sha1('Spark')", "85f5955f4b27a9a4c2aab6ffe5d7189fc298b92c"],
    ["sha('a')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"],
  ],
  sha2: [
    ["sha2('Spark', 256)", "529bc3b07127ecb7e53a4dcf1991d9152c24537d919178022b2c42657f79a26b"],
    ["sha2('a', 0)", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"],
  ],
  encode: [["encode('abc', 'UTF-8')", "YWJj", "BINARY"]],
  levenshtein: [["levenshtein('kitten', 'sitting')", "3", "INT"]],
  format_number: [
    ["format_number(12332.123456, 4)", "12,332.1235"],
    ["format_number(5, 0)", "5"],
  ],
  uuid: [["length(uuid())", "36"]],

  abs: [
    ["abs(-1)", "1", "INT"],
    ["abs(-1.5)", "1.5", "DECIMAL(2,1)"],
    ["abs(-2D)", "2.0", "DOUBLE"],
  ],
  ceil: [
    ["ceil(-0.1)", "0", "DECIMAL(1,0)"],
    ["ceiling(5)", "5", "BIGINT"],
    ["ceil(2.1D)", "3", "BIGINT"],
    ["ceil(5.4)", "6"],
  ],
  floor: [
    ["floor(-0.1)", "-1"],
    ["floor(2.9D)", "2", "BIGINT"],
  ],
  round: [
    ["round(1250.0, -2)", "1300", "DECIMAL(5,0)"],
    ["round(-1249.999, -2)", "-1200"],
    ["round(2.5, 0)", "3", "DECIMAL(2,0)"],
    ["round(2.5D)", "3.0", "DOUBLE"],
    ["round(-2.5D)", "-3.0"],
    ["round(1.005D, 2)", "1.01"],
    ["round(12345, -2)", "12300", "INT"],
    ["round(1.2345, 2)", "1.23", "DECIMAL(4,2)"],
    ["round(1e20, 2)", "1.0E20"],
  ],
  sqrt: [
    ["sqrt(4)", "2.0", "DOUBLE"],
    ["sqrt(-1)", "NaN"],
  ],
  cbrt: [["cbrt(27.0)", "3.0"]],
  exp: [["exp(0)", "1.0"]],
  ln: [
    ["ln(1)", "0.0"],
    ["ln(0)", null],
  ],
  log10: [
    ["log10(1000)", "3.0"],
    ["log10(-1)", null],
  ],
  log2: [["log2(8)", "3.0"]],
  log: [
    ["log(10, 100)", "2.0"],
    ["log(1)", "0.0"],
    ["log(-1, 5)", null],
  ],
  power: [
    ["power(2, 3)", "8.0", "DOUBLE"],
    ["pow(4, 0.5)", "2.0"],
  ],
  sign: [
    ["sign(-40)", "-1.0", "DOUBLE"],
    ["signum(0)", "0.0"],
  ],
  sin: [["sin(0)", "0.0"]],
  cos: [["cos(0)", "1.0"]],
  tan: [["tan(0)", "0.0"]],
  asin: [
    ["asin(0)", "0.0"],
    ["asin(2)", "NaN"],
  ],
  acos: [
    ["acos(1)", "0.0"],
    ["acos(2)", "NaN"],
  ],
  atan: [["atan(0)", "0.0"]],
  atan2: [["atan2(0, 3)", "0.0"]],
  sinh: [["sinh(0)", "0.0"]],
  cosh: [["cosh(0)", "1.0"]],
  tanh: [["tanh(0)", "0.0"]],
  degrees: [["degrees(pi())", "180.0"]],
  radians: [["radians(180)", "3.141592653589793"]],
  pi: [["pi()", "3.141592653589793"]],
  e: [["e()", "2.718281828459045"]],
  mod: [
    ["mod(5, 3)", "2"],
    ["mod(-5, 3)", "-2", "INT"],
    ["mod(5.5, 2)", "1.5"],
  ],
  pmod: [
    ["pmod(10, 3)", "1"],
    ["pmod(-10, 3)", "2", "INT"],
  ],
  greatest: [
    ["greatest(10, 9, 2, 4, 3)", "10"],
    ["greatest(1, NULL, 2.5)", "2.5"],
    ["greatest('a', 'b')", "b"],
  ],
  least: [
    ["least(10, 9, 2)", "2"],
    ["least(NULL, NULL)", null],
  ],
  negative: [["negative(1)", "-1", "INT"]],
  positive: [["positive(1.5)", "1.5", "DECIMAL(2,1)"]],
  rand: [
    ["rand() BETWEEN 0 AND 1", "true"],
    ["random() < 1", "true"],
  ],
  isnan: [
    ["isnan(CAST('NaN' AS DOUBLE))", "true"],
    ["isnan(NULL)", "false"],
  ],
  nanvl: [
    ["nanvl(CAST('NaN' AS DOUBLE), 123)", "123.0"],
    ["nanvl(1D, 2)", "1.0"],
  ],
  bin: [["bin(13)", "1101"]],
  bit_count: [["bit_count(7)", "3", "INT"]],
  hypot: [["hypot(3, 4)", "5.0"]],
  factorial: [
    ["factorial(5)", "120", "BIGINT"],
    ["factorial(21)", null],
  ],
  try_add: [
    ["try_add(1, 2)", "3", "INT"],
    ["try_add(2147483647, 1)", null],
  ],
  try_subtract: [
    ["try_subtract(-2147483648, 1)", null],
    ["try_subtract(3, 1)", "2"],
  ],
  try_multiply: [
    ["try_multiply(2147483647, 2)", null],
    ["try_multiply(2, 3)", "6"],
  ],
  try_divide: [
    ["try_divide(3, 2)", "1.5"],
    ["try_divide(1, 0)", null],
  ],
  try_mod: [
    ["try_mod(3, 2)", "1"],
    ["try_mod(3, 0)", null],
  ],
  div: [["div(7, 2)", "3", "BIGINT"]],

  current_date: [
    ["current_date() = CAST(current_timestamp() AS DATE)", "true"],
    ["typeof(current_date)", "date"],
    ["curdate() IS NOT NULL", "true"],
  ],
  current_timestamp: [
    ["typeof(now())", "timestamp"],
    ["current_timestamp = now()", "true"],
  ],
  localtimestamp: [["typeof(localtimestamp())", "timestamp_ntz"]],
  current_timezone: [["current_timezone()", "Etc/UTC"]],
  year: [
    ["year('2016-07-30')", "2016", "INT"],
    ["year(timestamp'2016-07-30 01:02:03')", "2016"],
    ["extract(YEAR FROM date'2019-08-12')", "2019"],
  ],
  quarter: [["quarter('2016-08-31')", "3"]],
  month: [["month('2016-07-30')", "7"]],
  weekofyear: [
    ["weekofyear('2008-02-20')", "8"],
    ["weekofyear('2021-01-03')", "53"],
    ["extract(WEEK FROM date'2008-02-20')", "8"],
  ],
  day: [
    ["day('2009-07-30')", "30"],
    ["dayofmonth('2009-07-30')", "30"],
  ],
  dayofweek: [
    ["dayofweek('2009-07-30')", "5"],
    ["dayofweek('2009-08-02')", "1"],
  ],
  weekday: [
    ["weekday('2009-07-30')", "3"],
    ["weekday('2009-08-02')", "6"],
  ],
  dayofyear: [["dayofyear('2016-04-09')", "100"]],
  hour: [
    ["hour('2018-02-14 12:58:59')", "12"],
    ["hour(timestamp'2018-02-14 12:58:59+02:00')", "10"],
  ],
  minute: [["minute('2009-07-30 12:58:59')", "58"]],
  second: [["second('2018-02-14 12:58:59')", "59"]],
  dayname: [["dayname(date'2024-10-01')", "Tue"]],
  monthname: [["monthname(date'2024-10-01')", "Oct"]],
  date_part: [
    ["date_part('YEAR', timestamp'2019-08-12 01:00:00.123456')", "2019"],
    ["datepart('doy', date'2019-08-12')", "224"],
    ["date_part('dow', date'2019-08-11')", "1"],
  ],
  date_format: [
    ["date_format('2016-04-08', 'yyyy')", "2016"],
    ["date_format(timestamp'2024-05-06 17:08:09.123', \"dd/MM/yy hh:mm a 'at' SSS\")", "06/05/24 05:08 PM at 123"],
    ["date_format(date'2024-05-06', 'EEEE, d MMMM')", "Monday, 6 May"],
    ["date_format(date'2024-05-06', 'E M H:m:s')", "Mon 5 0:0:0"],
    ["date_format(timestamp'2024-05-06 01:02:03', \"yyyy-MM-dd'T'HH:mm:ssXXX\")", "2024-05-06T01:02:03Z"],
  ],
  to_date: [
    ["to_date('2009-07-30 04:17:52')", "2009-07-30", "DATE"],
    ["to_date('30.12.2016', 'dd.MM.yyyy')", "2016-12-30"],
    ["to_date(NULL)", null],
    ["to_date(timestamp'2020-01-02 03:04:05')", "2020-01-02"],
  ],
  to_timestamp: [
    ["to_timestamp('2016-12-31 00:12:00')", "2016-12-31T00:12:00.000Z", "TIMESTAMP"],
    ["to_timestamp('31/12/2016 05:06', 'dd/MM/yyyy HH:mm')", "2016-12-31T05:06:00.000Z"],
  ],
  try_to_timestamp: [
    ["try_to_timestamp('foo', 'yyyy-MM-dd')", null],
    ["try_to_timestamp('2016-12-31', 'yyyy-MM-dd')", "2016-12-31T00:00:00.000Z"],
    ["try_to_timestamp('nope')", null],
  ],
  date_add: [
    ["date_add('2016-07-30', 1)", "2016-07-31", "DATE"],
    ["date_add(MONTH, 1, date'2022-03-31')", "2022-04-30T00:00:00.000Z", "TIMESTAMP"],
    ["dateadd(HOUR, 8, timestamp'2022-02-28 00:00:00')", "2022-02-28T08:00:00.000Z"],
    ["timestampadd(MONTH, -1, timestamp'2022-03-31 00:00:00')", "2022-02-28T00:00:00.000Z"],
    ["dateadd(HOUR, 1, date'2022-01-01')", "2022-01-01T01:00:00.000Z", "TIMESTAMP"],
    ["dateadd(QUARTER, 1, date'2022-01-31')", "2022-04-30T00:00:00.000Z"],
  ],
  date_sub: [["date_sub('2016-07-30', 1)", "2016-07-29"]],
  datediff: [
    ["datediff('2009-07-31', '2009-07-30')", "1", "INT"],
    ["datediff('2009-07-30', '2009-07-31')", "-1"],
    ["datediff(MONTH, date'2021-02-28', date'2021-03-28')", "1", "BIGINT"],
    ["datediff(MONTH, date'2021-01-31', date'2021-02-28')", "0"],
    ["timestampdiff(HOUR, timestamp'2021-02-28 12:00:00', timestamp'2021-03-01 11:59:00')", "23"],
    ["date_diff(YEAR, date'2021-01-02', date'2020-01-01')", "-1"],
  ],
  months_between: [
    ["months_between('1997-02-28 10:30:00', '1996-10-30')", "3.94959677", "DOUBLE"],
    ["months_between('2024-02-29', '2024-01-31')", "1.0"],
  ],
  add_months: [
    ["add_months('2016-08-31', 1)", "2016-09-30", "DATE"],
    ["add_months('2016-02-29', 12)", "2017-02-28"],
  ],
  last_day: [["last_day('2009-01-12')", "2009-01-31"]],
  next_day: [
    ["next_day('2015-01-14', 'TU')", "2015-01-20"],
    ["next_day('2015-01-14', 'Wednesday')", "2015-01-21"],
  ],
  date_trunc: [
    ["date_trunc('YEAR', '2015-03-05T09:32:05.359')", "2015-01-01T00:00:00.000Z", "TIMESTAMP"],
    ["date_trunc('MM', date'2015-03-05')", "2015-03-01T00:00:00.000Z"],
    ["date_trunc('WEEK', timestamp'2024-05-08 10:00:00')", "2024-05-06T00:00:00.000Z"],
    ["date_trunc('HOUR', timestamp'2015-03-05 09:32:05')", "2015-03-05T09:00:00.000Z"],
    ["date_trunc('QUARTER', date'2015-05-05')", "2015-04-01T00:00:00.000Z"],
  ],
  trunc: [
    ["trunc('2019-08-04', 'week')", "2019-07-29", "DATE"],
    ["trunc('2009-02-12', 'MM')", "2009-02-01"],
    ["trunc(date'2015-10-27', 'YEAR')", "2015-01-01"],
  ],
  unix_timestamp: [
    ["unix_timestamp('2016-04-08', 'yyyy-MM-dd')", "1460073600", "BIGINT"],
    ["unix_timestamp(timestamp'1970-01-01 00:00:10')", "10"],
    ["to_unix_timestamp(date'1970-01-02')", "86400"],
    ["unix_timestamp() > 1700000000", "true"],
  ],
  from_unixtime: [
    ["from_unixtime(0)", "1970-01-01 00:00:00", "STRING"],
    ["from_unixtime(86400, 'yyyy/MM/dd')", "1970/01/02"],
  ],
  make_date: [["make_date(2013, 7, 15)", "2013-07-15"]],
  make_timestamp: [["make_timestamp(2014, 12, 28, 6, 30, 45.887)", "2014-12-28T06:30:45.887Z"]],
  timestamp_seconds: [["timestamp_seconds(1230219000)", "2008-12-25T15:30:00.000Z"]],
  timestamp_millis: [["timestamp_millis(1230219000123)", "2008-12-25T15:30:00.123Z"]],
  timestamp_micros: [["timestamp_micros(1230219000123123)", "2008-12-25T15:30:00.123Z"]],
  unix_seconds: [
    ["unix_seconds(timestamp'1970-01-01 00:00:01Z')", "1"],
    ["unix_seconds(timestamp'1969-12-31 23:59:59.5Z')", "-1"],
  ],
  unix_millis: [["unix_millis(timestamp'1970-01-01 00:00:01Z')", "1000"]],
  unix_micros: [["unix_micros(timestamp'1970-01-01 00:00:01Z')", "1000000", "BIGINT"]],
  unix_date: [["unix_date(date'1970-01-02')", "1", "INT"]],
  date_from_unix_date: [["date_from_unix_date(1)", "1970-01-02"]],
  from_utc_timestamp: [["from_utc_timestamp('2016-08-31', 'Asia/Seoul')", "2016-08-31T09:00:00.000Z"]],
  to_utc_timestamp: [["to_utc_timestamp('2016-08-31', 'Asia/Seoul')", "2016-08-30T15:00:00.000Z"]],

  coalesce: [
    ["coalesce(NULL, 1, NULL)", "1", "INT"],
    ["coalesce(NULL, 1, 2.5)", "1.0", "DECIMAL(11,1)"],
  ],
  nvl: [
    ["nvl(NULL, 2)", "2"],
    ["ifnull('a', 'b')", "a"],
  ],
  nvl2: [
    ["nvl2(NULL, 2, 1)", "1"],
    ["nvl2(0, 2, 1)", "2"],
  ],
  if: [
    ["if(1 < 2, 'a', 'b')", "a"],
    ["iff(NULL, 1, 2.5)", "2.5"],
  ],
  nullif: [
    ["nullif(2, 2)", null],
    ["nullif(2, 3)", "2"],
  ],
  nullifzero: [
    ["nullifzero(0)", null],
    ["nullifzero(2.5)", "2.5", "DECIMAL(2,1)"],
  ],
  zeroifnull: [
    ["zeroifnull(CAST(NULL AS INT))", "0", "INT"],
    ["zeroifnull(7)", "7"],
  ],
  isnull: [["isnull(1)", "false"]],
  isnotnull: [["isnotnull(1)", "true"]],
  equal_null: [
    ["equal_null(NULL, NULL)", "true"],
    ["equal_null(1, NULL)", "false"],
  ],
  decode: [
    ["decode(5, 6, 'Spark', 5, 'SQL', 4, 'rocks')", "SQL"],
    ["decode(NULL, 6, 'Spark', NULL, 'SQL')", "SQL"],
    ["decode(7, 6, 'a', 'other')", "other"],
    ["decode(encode('abc', 'UTF-8'), 'UTF-8')", "abc"],
  ],
  raise_error: [["if(false, raise_error('x'), 1)", "1"]],
  assert_true: [["assert_true(0 < 1)", null]],
  typeof: [
    ["typeof(1)", "int"],
    ["typeof(array(1.5))", "array<decimal(2,1)>"],
    ["typeof(named_struct('a', 1))", "struct<a:int>"],
    ["typeof(map('a', 1L))", "map<string,bigint>"],
  ],
  string: [
    ["string(1.50)", "1.50", "STRING"],
    ["string(1e10)", "1.0E10"],
  ],
  boolean: [
    ["boolean('yes')", "true"],
    ["boolean(0)", "false"],
  ],
  tinyint: [["tinyint(5)", "5", "TINYINT"]],
  smallint: [["smallint('5')", "5", "SMALLINT"]],
  int: [["int(-5.9)", "-5", "INT"]],
  bigint: [["bigint(5)", "5", "BIGINT"]],
  float: [["float('1.1')", "1.1", "FLOAT"]],
  double: [["double('5.2')", "5.2", "DOUBLE"]],
  decimal: [["decimal(5.6)", "6", "DECIMAL(10,0)"]],
  date: [["date('2021-03-21')", "2021-03-21", "DATE"]],
  timestamp: [["timestamp('2020-04-30 12:25:13.45')", "2020-04-30T12:25:13.450Z"]],
  binary: [["binary('a')", "YQ==", "BINARY"]],

  array: [
    ["array(1, 2, 3)", '["1","2","3"]', "ARRAY<INT>"],
    ["array()", "[]"],
    ["array(1, NULL, 2.5)", '["1.0",null,"2.5"]', "ARRAY<DECIMAL(11,1)>"],
  ],
  map: [["map(1.0, '2', 3.0, '4')", '{"1.0":"2","3.0":"4"}', "MAP<DECIMAL(2,1), STRING>"]],
  struct: [
    ["struct(1, 'b')", '{"col1":"1","col2":"b"}', "STRUCT<col1: INT, col2: STRING>"],
    ["struct(1 AS a)", '{"a":"1"}'],
  ],
  named_struct: [["named_struct('a', 1, 'b', NULL)", '{"a":"1","b":null}']],
  size: [
    ["size(array('b', 'd'))", "2", "INT"],
    ["size(map('a', 1))", "1"],
    ["cardinality(CAST(NULL AS ARRAY<INT>))", null],
  ],
  array_size: [["array_size(array(1, NULL))", "2"]],
  element_at: [
    ["element_at(array(1, 2, 3), 2)", "2"],
    ["element_at(array(1, 2, 3), -1)", "3"],
    ["element_at(map('a', 1), 'a')", "1"],
    ["element_at(map('a', 1), 'z')", null],
  ],
  try_element_at: [
    ["try_element_at(array(1, 2), 5)", null],
    ["try_element_at(array(1, 2), -2)", "1"],
  ],
  get: [
    ["get(array(1, 2), 0)", "1"],
    ["get(array(1, 2), 2)", null],
    ["get(array(1, 2), -1)", null],
  ],
  array_contains: [
    ["array_contains(array(1, 2, 3), 2)", "true"],
    ["array_contains(array(1, NULL), 2)", null],
    ["array_contains(array(1), 2)", "false"],
  ],
  array_position: [
    ["array_position(array(3, 2, 1, 4, 1), 1)", "3", "BIGINT"],
    ["array_position(array(3), 5)", "0"],
  ],
  array_remove: [["array_remove(array(1, 2, 3, NULL, 3, 2), 3)", '["1","2",null,"2"]']],
  array_append: [["array_append(array(1, 2), 3)", '["1","2","3"]']],
  array_prepend: [["array_prepend(array(1, 2), 3)", '["3","1","2"]']],
  array_distinct: [["array_distinct(array(3, 1, NULL, 3, NULL))", '["3","1",null]']],
  array_union: [
    ["array_union(array(1, 2, 2, NULL), array(3, 1, NULL))", '["1","2",null,"3"]'],
    ["array_union(array(1), CAST(NULL AS ARRAY<INT>))", null],
  ],
  array_intersect: [["array_intersect(array(3, 1, 1, NULL), array(NULL, 1))", '["1",null]']],
  array_except: [["array_except(array(1, 2, 2, NULL), array(1))", '["2",null]']],
  map_entries: [["map_entries(map('a', 1))", '[{"key":"a","value":"1"}]', "ARRAY<STRUCT<key: STRING, value: INT>>"]],
  array_compact: [["array_compact(array(1, NULL, 2))", '["1","2"]']],
  array_max: [["array_max(array(1, 20, NULL, 3))", "20"]],
  array_min: [["array_min(array(1, 20, NULL, 3))", "1"]],
  array_sort: [["array_sort(array('b', NULL, 'a'))", '["a","b",null]']],
  sort_array: [
    ["sort_array(array('b', 'd', NULL, 'c'), true)", '[null,"b","c","d"]'],
    ["sort_array(array(1, NULL, 2), false)", '["2","1",null]'],
  ],
  array_join: [
    ["array_join(array('hello', 'world'), ' ')", "hello world"],
    ["array_join(array('a', NULL, 'b'), ',')", "a,b"],
    ["array_join(array('a', NULL), ',', '*')", "a,*"],
    ["array_join(array(), ',')", ""],
  ],
  array_repeat: [["array_repeat('123', 2)", '["123","123"]']],
  flatten: [
    ["flatten(array(array(1, 2), array(3)))", '["1","2","3"]'],
    ["flatten(array(array(1), NULL))", null],
  ],
  slice: [
    ["slice(array(1, 2, 3, 4), 2, 2)", '["2","3"]'],
    ["slice(array(1, 2, 3, 4), -2, 2)", '["3","4"]'],
    ["slice(array(1, 2), 5, 1)", "[]"],
    ["slice(array(1, 2), 1, 9)", '["1","2"]'],
  ],
  sequence: [
    ["sequence(1, 5)", '["1","2","3","4","5"]', "ARRAY<INT>"],
    ["sequence(5, 1)", '["5","4","3","2","1"]'],
    ["sequence(1, 6, 2)", '["1","3","5"]'],
    ["sequence(date'2018-01-30', date'2018-02-01')", '["2018-01-30","2018-01-31","2018-02-01"]'],
  ],
  transform: [
    ["transform(array(1, 2, 3), x -> x + 1)", '["2","3","4"]'],
    ["transform(array(1, 2, 3), (x, i) -> x + i)", '["1","3","5"]'],
    ["transform(array('a'), x -> concat(x, 'lambda_1'))", '["alambda_1"]'],
    ["transform(array(array(1), array(2, 3)), a -> size(transform(a, b -> b * 2)))", '["1","2"]'],
  ],
  filter: [
    ["filter(array(1, 2, 3), x -> x % 2 == 1)", '["1","3"]'],
    ["filter(array(0, 2, 3), (x, i) -> x > i)", '["2","3"]'],
    ["filter(array(1, NULL), x -> x > 0)", '["1"]'],
  ],
  exists: [
    ["exists(array(1, 2, 3), x -> x % 2 == 0)", "true"],
    ["exists(array(0, NULL), x -> x > 0)", null],
    ["exists(array(0), x -> x > 0)", "false"],
  ],
  forall: [
    ["forall(array(2, 4), x -> x % 2 == 0)", "true"],
    ["forall(array(2, NULL), x -> x > 0)", null],
    ["forall(array(2, 0), x -> x > 0)", "false"],
  ],
  aggregate: [
    ["aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x)", "6"],
    ["reduce(array(1, 2, 3), 0, (acc, x) -> acc + x, acc -> acc * 10)", "60"],
    ["aggregate(array('a', 'b'), '', (s, x) -> concat(x, s))", "ba"],
    ["aggregate(CAST(array() AS ARRAY<INT>), 7, (s, x) -> s + x)", "7"],
  ],
  map_keys: [["map_keys(map(1, 'a', 2, 'b'))", '["1","2"]']],
  map_values: [["map_values(map(1, 'a', 2, 'b'))", '["a","b"]']],
  map_contains_key: [
    ["map_contains_key(map(1, 'a'), 1)", "true"],
    ["map_contains_key(map(1, 'a'), 3)", "false"],
  ],
  map_from_arrays: [["map_from_arrays(array('a', 'b'), array(1, 2))", '{"a":"1","b":"2"}']],

  get_json_object: [
    ["get_json_object('{\"a\":\"b\"}', '$.a')", "b"],
    ["get_json_object('{\"a\":{\"b\":[1,2]}}', '$.a.b[1]')", "2"],
    ["get_json_object('{\"a\":{\"b\":1}}', '$.a')", '{"b":1}'],
    ["get_json_object('{bad', '$.a')", null],
    ["get_json_object('{\"x y\":1}', \"$['x y']\")", "1"],
    ["get_json_object('{}', '$.a')", null],
  ],
  from_json: [
    [`from_json('{"a":1,"b":"x"}', 'a INT, b STRING')`, '{"a":"1","b":"x"}', "STRUCT<a: INT, b: STRING>"],
    [`from_json('[1,null]', 'ARRAY<INT>')`, '["1",null]', "ARRAY<INT>"],
    [`from_json('{"k/1":1,"q~2":2}', 'MAP<STRING, INT>')`, '{"k/1":"1","q~2":"2"}', "MAP<STRING, INT>"],
    [
      `from_json('{"s":{"x":1},"d":"2024-01-05","t":"2024-01-05T10:00:00Z","p":1.255}', 's STRUCT<x: INT, y: INT>, d DATE, t TIMESTAMP, p DECIMAL(10,2)')`,
      '{"s":{"x":"1","y":null},"d":"2024-01-05","t":"2024-01-05T10:00:00.000Z","p":"1.26"}',
    ],
    // A field of another kind, or in other letters, is NULL.
    [
      `from_json('{"a":"x","b":1.5,"C":true,"d":5}', 'a INT, b INT, c BOOLEAN, d STRING')`,
      '{"a":null,"b":null,"c":null,"d":"5"}',
    ],
    [`from_json('{"a":{"k":[1,2]}}', 'a STRING').a`, '{"k":[1,2]}', "STRING"],
    ["from_json(' ', 'a INT')", null],
    ["from_json(CAST(NULL AS STRING), 'a INT')", null],
  ],
  to_json: [
    ["to_json(named_struct('a', 1, 'b', 'x\"y', 'n', NULL, 'd', 1e10))", '{"a":1,"b":"x\\"y","d":1.0E10}', "STRING"],
    [
      "to_json(array(named_struct('t', TIMESTAMP'2015-08-26 00:00:00', 'day', DATE'2015-08-26'), NULL))",
      '[{"t":"2015-08-26T00:00:00.000Z","day":"2015-08-26"},null]',
    ],
    ["to_json(map('a', 1.50, 'b', NULL))", '{"a":1.50,"b":null}'],
    ["to_json(array())", "[]"],
    ["to_json(CAST(NULL AS ARRAY<INT>))", null],
    ["to_json(named_struct('x', CAST(NULL AS INT)))", "{}"],
  ],
  json_array_length: [
    ["json_array_length('[1,2,3]')", "3", "INT"],
    ["json_array_length('{}')", null],
    ["json_array_length('[1')", null],
  ],
  json_object_keys: [
    ['json_object_keys(\'{"f1":1,"f2":2}\')', '["f1","f2"]'],
    ["json_object_keys('[]')", null],
  ],
  is_account_group_member: [
    ["is_account_group_member('users')", "true"],
    ["is_member('hr')", "false"],
    ["is_account_group_member(NULL)", null],
  ],
  current_user: [
    ["current_user()", "me@example.com"],
    ["user()", "me@example.com"],
    ["session_user", "me@example.com"],
  ],
  current_catalog: [["current_catalog()", "main"]],
  current_schema: [
    ["current_schema()", "default"],
    ["current_database()", "default"],
  ],
};

const aggregates: Readonly<Record<string, readonly Case[]>> = {
  count: [
    ["count(*)", "4", "BIGINT"],
    ["count(x)", "3"],
    ["count(DISTINCT g)", "2"],
    ["count(x, s)", "3"],
    ["count(DISTINCT g, b)", "3"],
    ["count(*) FILTER (WHERE x > 1)", "2"],
  ],
  count_if: [
    ["count_if(x > 1)", "2", "BIGINT"],
    ["count_if(b) FILTER (WHERE x > 1)", "1"],
  ],
  sum: [
    ["sum(x)", "6", "BIGINT"],
    ["sum(d)", "8.0", "DOUBLE"],
    ["sum(p)", "6.65", "DECIMAL(20,2)"],
    ["sum(x) FILTER (WHERE x > 9)", null],
    ["sum(DISTINCT length(g))", "1"],
  ],
  avg: [
    ["avg(x)", "2.0", "DOUBLE"],
    ["mean(d)", "2.6666666666666665"],
    ["avg(p)", "2.216667", "DECIMAL(14,6)"],
  ],
  min: [
    ["min(s)", "one", "STRING"],
    ["min(p)", "1.10"],
  ],
  max: [
    ["max(x)", "3", "INT"],
    ["max(b)", "true"],
  ],
  min_by: [["min_by(s, x)", "one"]],
  max_by: [["max_by(s, x)", "three"]],
  first: [
    ["first(g)", "a"],
    ["first_value(g)", "a"],
    ["any_value(g)", "a"],
    ["first(CASE WHEN x > 1 THEN x END, true)", "2"],
    ["first(CASE WHEN x > 1 THEN x END) IGNORE NULLS", "2"],
    ["first(CASE WHEN x > 1 THEN x END)", null],
  ],
  last: [
    ["last(x)", null],
    ["last(x, true)", "3"],
    ["last_value(g)", "b"],
  ],
  collect_list: [
    ["array_sort(collect_list(x))", '["1","2","3"]', "ARRAY<INT>"],
    ["collect_list(x) FILTER (WHERE x > 9)", "[]"],
    ["array_sort(array_agg(g))", '["a","a","b","b"]'],
  ],
  collect_set: [["array_sort(collect_set(g))", '["a","b"]']],
  string_agg: [
    ["string_agg(s, '|') WITHIN GROUP (ORDER BY s DESC)", "two|three|one"],
    ["listagg(g) WITHIN GROUP (ORDER BY g)", "aabb"],
  ],
  bool_and: [
    ["bool_and(b)", "false", "BOOLEAN"],
    ["every(x > 0)", "true"],
  ],
  bool_or: [
    ["bool_or(b)", "true"],
    ["some(x > 5)", "false"],
    ["any(b)", "true"],
  ],
  bit_and: [["bit_and(x)", "0", "INT"]],
  bit_or: [["bit_or(x)", "3"]],
  bit_xor: [["bit_xor(x)", "0"]],
  stddev: [
    ["stddev(x)", "1.0", "DOUBLE"],
    ["stddev_samp(x)", "1.0"],
    ["std(x) FILTER (WHERE x = 1)", null],
  ],
  stddev_pop: [["round(stddev_pop(x), 6)", "0.816497"]],
  variance: [
    ["variance(x)", "1.0"],
    ["var_samp(x)", "1.0"],
  ],
  var_pop: [["round(var_pop(x), 6)", "0.666667"]],
  approx_count_distinct: [["approx_count_distinct(g)", "2", "BIGINT"]],
  percentile: [
    ["percentile(x, 0.5)", "2.0", "DOUBLE"],
    ["percentile(x, 0.25)", "1.5"],
    ["percentile(x, array(0.0, 1.0))", '["1.0","3.0"]', "ARRAY<DOUBLE>"],
  ],
  percentile_approx: [
    ["percentile_approx(x, 0.5)", "2", "INT"],
    ["approx_percentile(x, 0.3, 100)", "1"],
  ],
  percentile_cont: [
    ["percentile_cont(0.25) WITHIN GROUP (ORDER BY x)", "1.5"],
    ["percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC)", "2.5"],
  ],
  percentile_disc: [["percentile_disc(0.5) WITHIN GROUP (ORDER BY x)", "2", "INT"]],
  median: [["median(x)", "2.0", "DOUBLE"]],
  mode: [["mode(length(s))", "3", "INT"]],
  grouping: [["grouping(1)", "0"]],
};

/** Windows over the three rows of `n` with a value, by x: the values of the rows, joined. */
const windows: Readonly<Record<string, readonly Case[]>> = {
  row_number: [["row_number() OVER (ORDER BY x DESC)", "3 2 1", "INT"]],
  rank: [["rank() OVER (ORDER BY g)", "1 1 3", "INT"]],
  dense_rank: [["dense_rank() OVER (ORDER BY g)", "1 1 2", "INT"]],
  percent_rank: [["percent_rank() OVER (ORDER BY g)", "0.0 0.0 1.0", "DOUBLE"]],
  cume_dist: [["round(cume_dist() OVER (ORDER BY g), 2)", "0.67 0.67 1.0", "DOUBLE"]],
  ntile: [["ntile(2) OVER (ORDER BY x)", "1 1 2", "INT"]],
  lag: [
    ["lag(x) OVER (ORDER BY x)", "null 1 2", "INT"],
    ["lag(x, 2, -1) OVER (ORDER BY x)", "-1 -1 1"],
  ],
  lead: [["lead(s, 1, 'end') OVER (ORDER BY x)", "two three end"]],
  nth_value: [["nth_value(x, 2) OVER (ORDER BY x)", "null 2 2"]],
  "aggregates over windows": [
    ["sum(x) OVER (PARTITION BY g ORDER BY x)", "1 3 3", "BIGINT"],
    ["sum(x) OVER w", "3 3 3"],
    ["count(*) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)", "1 2 2"],
    ["first_value(CASE WHEN x > 1 THEN x END) IGNORE NULLS OVER (ORDER BY x)", "null 2 2"],
    ["avg(p) OVER (ORDER BY x)", "1.100000 1.650000 2.216667", "DECIMAL(14,6)"],
    ["max(x) FILTER (WHERE x < 3) OVER ()", "2 2 2"],
  ],
};

async function check(statement: string, [expression, value, type]: Case): Promise<void> {
  const table = await sql.query(statement);
  const found = table.rows.map((row) => String(row[0] ?? (table.rows.length > 1 ? "null" : "NULL"))).join(" ");
  expect({ expression, value: found }).toEqual({ expression, value: value ?? "NULL" });
  if (type !== undefined) expect({ expression, type: table.columns[0]?.typeText }).toEqual({ expression, type });
}

describe("scalar functions", () => {
  for (const [name, cases] of Object.entries(scalars)) {
    test(name, async () => {
      for (const each of cases) await check(`SELECT ${each[0]}`, each);
    });
  }
});

describe("aggregate functions", () => {
  for (const [name, cases] of Object.entries(aggregates)) {
    test(name, async () => {
      for (const each of cases)
        await check(
          name === "grouping" ? "SELECT grouping(g) FROM n GROUP BY g LIMIT 1" : `SELECT ${each[0]} FROM n`,
          each,
        );
    });
  }
});

describe("window functions", () => {
  for (const [name, cases] of Object.entries(windows)) {
    test(name, async () => {
      for (const each of cases)
        await check(`SELECT ${each[0]} FROM n WHERE x IS NOT NULL WINDOW w AS (PARTITION BY g) ORDER BY x`, each);
    });
  }
});

test("every function of the table has a case, under each of its names or at least the first", () => {
  const tested = new Set([...Object.keys(scalars), ...Object.keys(aggregates), ...Object.keys(windows)]);
  expect(
    allFunctions()
      .map((spec) => spec.names[0] ?? "")
      .filter((name) => !tested.has(name)),
  ).toEqual([]);
  const texts = [scalars, aggregates, windows].flatMap((table) =>
    Object.values(table)
      .flat()
      .map(([expression]) => expression),
  );
  const other = allFunctions().flatMap((spec) => spec.names.slice(1));
  const missing = other.filter((name) => !texts.some((text) => new RegExp(`\\b${name}\\b`, "i").test(text)));
  expect(missing.length).toBeLessThan(other.length / 2);
});

test("no name is declared twice", () => {
  const names = [...allFunctions().flatMap((spec) => spec.names), ...Object.keys(generators)];
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test("generators make rows", async () => {
  const rows = (statement: string): Promise<unknown> => sql.rows(statement);
  expect(await rows("SELECT explode(array(10, 20))")).toEqual([["10"], ["20"]]);
  expect(await rows("SELECT explode(map('a', 1, 'b', 2))")).toEqual([
    ["a", "1"],
    ["b", "2"],
  ]);
  expect(await rows("SELECT posexplode(array('x', 'y')) AS (p, v)")).toEqual([
    ["0", "x"],
    ["1", "y"],
  ]);
  expect(await rows("SELECT explode(CAST(NULL AS ARRAY<INT>))")).toEqual([]);
  expect(await rows("SELECT explode_outer(CAST(array() AS ARRAY<INT>)) AS e, 1")).toEqual([[null, "1"]]);
  expect(await rows("SELECT posexplode_outer(CAST(NULL AS MAP<STRING, INT>))")).toEqual([[null, null, null]]);
  expect(await rows("SELECT inline(array(struct(1, 'a'), struct(2, 'b')))")).toEqual([
    ["1", "a"],
    ["2", "b"],
  ]);
  expect(await rows("SELECT inline_outer(CAST(array() AS ARRAY<STRUCT<a: INT>>))")).toEqual([[null]]);
  expect(await rows("SELECT t.id, e.col FROM (SELECT 1 AS id, array(5, 6) AS a) t, LATERAL explode(t.a) e")).toEqual([
    ["1", "5"],
    ["1", "6"],
  ]);
  expect(await rows("SELECT id FROM range(2, 8, 3)")).toEqual([["2"], ["5"]]);
  expect((await sql.query("SELECT posexplode(array(1))")).columns.map((column) => column.name)).toEqual(["pos", "col"]);
  expect((await sql.query("SELECT *, explode(array(1)) AS x FROM (SELECT 9 AS a)")).rows).toEqual([["9", "1"]]);
});

test("sequence of moments is counted from the first one", async () => {
  const cases: readonly [string, string | null][] = [
    ["date'2024-01-31', date'2024-04-30', INTERVAL 1 MONTH", '["2024-01-31","2024-02-29","2024-03-31","2024-04-30"]'],
    ["date'2024-01-03', date'2024-01-01', INTERVAL -1 DAY", '["2024-01-03","2024-01-02","2024-01-01"]'],
    ["date'2024-01-01', date'2024-01-20', INTERVAL 1 WEEK", '["2024-01-01","2024-01-08","2024-01-15"]'],
    ["date'2024-02-29', date'2028-02-29', INTERVAL '2' YEAR", '["2024-02-29","2026-02-28","2028-02-29"]'],
    [
      "timestamp'2024-01-01 00:00:00', timestamp'2024-01-01 01:59:00', INTERVAL 1 HOUR",
      '["2024-01-01T00:00:00.000Z","2024-01-01T01:00:00.000Z"]',
    ],
    ["date'2024-01-01', date'2024-01-01', INTERVAL 1 MONTH", '["2024-01-01"]'],
    ["date'2024-01-01', NULL, INTERVAL 1 DAY", null],
  ];
  for (const [args, value] of cases) expect(await sql.value(`sequence(${args})`)).toBe(value);
  for (const args of [
    "date'2024-01-02', date'2024-01-01', INTERVAL 1 DAY",
    "date'2024-01-01', date'2024-01-02', INTERVAL -1 MONTH",
  ])
    expect(await sql.fault(`SELECT sequence(${args})`)).toStartWith("[DATATYPE_MISMATCH.SEQUENCE_WRONG_STEP]");
  expect(await sql.fault("SELECT sequence(date'2024-01-01', date'2024-01-02', INTERVAL 1 HOUR)")).toContain(
    "less than a day",
  );
});

test("failures carry the warehouse's class", async () => {
  const cases: readonly [string, string][] = [
    ["element_at(array(1), 5)", "[INVALID_ARRAY_INDEX_IN_ELEMENT_AT]"],
    ["element_at(array(1), 0)", "[INVALID_INDEX_OF_ZERO]"],
    ["array(1)[1]", "[INVALID_ARRAY_INDEX]"],
    ["array(1)[-1]", "[INVALID_ARRAY_INDEX]"],
    ["raise_error('mine')", "[USER_RAISED_EXCEPTION] mine"],
    ["assert_true(1 > 2, 'no')", "[USER_RAISED_EXCEPTION] no"],
    ["to_date('2024-1-5', 'yyyy-MM-dd')", "[CANNOT_PARSE_TIMESTAMP]"],
    ["to_timestamp('x')", "[CAST_INVALID_INPUT]"],
    ["mod(1, 0)", "[REMAINDER_BY_ZERO]"],
    ["1 div 0", "[DIVIDE_BY_ZERO]"],
    ["split_part('a', ',', 0)", "[INVALID_INDEX_OF_ZERO]"],
    ["regexp_extract('a', '(a)', 2)", "[INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX]"],
    ["regexp_like('a', '(?=a)')", "[UNSUPPORTED_FEATURE]"],
    ["sequence(1, 5, -1)", "[DATATYPE_MISMATCH.SEQUENCE_WRONG_STEP]"],
    ["map('a', 1, 'a', 2)", "[DUPLICATED_MAP_KEY]"],
    ["map_concat(map('a', 1), map('a', 2))", "[DUPLICATED_MAP_KEY]"],
    ["transform_keys(map('a', 1, 'b', 2), (k, v) -> 'z')", "[DUPLICATED_MAP_KEY]"],
    ["substring_index('aaa', 'aa', 1)", "[UNSUPPORTED_FEATURE]"],
    ["split('a1b2c', '[0-9]', 2)", "[UNSUPPORTED_FEATURE]"],
    [`from_json('{a:1}', 'a INT')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('{"a":1,"a":2}', 'a INT')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('{"a":99999999999}', 'a INT')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('["x"]', 'ARRAY<INT>')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('{"a":1.50}', 'a STRING')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('[1]', 'a INT')`, "[UNSUPPORTED_FEATURE]"],
    [`from_json('{}', 'MAP<INT, INT>')`, "[INVALID_JSON_MAP_KEY_TYPE]"],
    ["upper()", "[WRONG_NUM_ARGS.WITHOUT_SUGGESTION]"],
    ["upper(array(1))", "[DATATYPE_MISMATCH"],
    ["row_number()", "[WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE]"],
    ["sum(count(1))", "[NESTED_AGGREGATE_FUNCTION]"],
    ["1 + explode(array(1))", "[UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS]"],
    ["upper('a') OVER ()", "[INVALID_SQL_SYNTAX"],
  ];
  for (const [expression, start] of cases) expect(await sql.fault(`SELECT ${expression}`)).toStartWith(start);
});
