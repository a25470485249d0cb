// The document of what SQL the emulator supports, made from the tables that decide it.
import { allFunctions } from "./functions/table.ts";
import type { FunctionGroup } from "./functions/define.ts";
import { generators } from "./functions/generators.ts";
import { informationTables } from "./information-schema.ts";
import { allConstructs, refusedStatements } from "./statements/table.ts";
import { simpleTypeNames } from "./types.ts";

const groupTitles: Readonly<Record<FunctionGroup, string>> = {
  text: "Text",
  number: "Numbers",
  time: "Dates and times",
  condition: "Conditions",
  cast: "Casts by name",
  collection: "Arrays, maps, structs",
  json: "JSON",
  session: "Session",
  aggregate: "Aggregates",
  window: "Windows",
  generator: "Generators",
};

const introduction = `# SQL in the emulator

Made from the tables in \`src/emulator/sql\` by \`bun scripts/sql-document.ts\`; a test holds it current.

The emulator speaks Databricks SQL in ANSI mode over DuckDB. Each statement is parsed as Databricks SQL, every expression gets its type by
Databricks' rules, and only then is it written for DuckDB. What is listed here gives the result that a SQL warehouse gives. What is not listed
fails with its name, as \`UNSUPPORTED_FEATURE\` or \`UNRESOLVED_ROUTINE\`: an answer is either right or an error.

- A catalog is one file in the emulator's folder. SQL reads and writes nothing else on the machine.
- The session's time zone is UTC. Names of catalogs, schemas and tables are lower case; columns keep their case and are found without it.
- Tables are plain DuckDB tables: \`USING DELTA\` and \`USING PARQUET\`, partitioning, clustering, properties and keys are kept and shown, and do not change how rows
  are stored. Each change is one transaction; changes wait for each other, queries do not wait.
- \`percentile_approx\` and \`approx_count_distinct\` are computed exactly.
- Regular expressions are literals. They are read as Java's and run by RE2: look-around, back references, possessive quantifiers and intersections of classes
  are refused, and so are texts on which the two differ (a last line end before \`$\`, letters beyond ASCII at \`\\b\`).
- Timestamps in results have three decimals; what is stored and compared has six. Text and a number meet as numbers in \`greatest\`, \`array_append\` and the like.
- \`base64\` breaks no lines. A decimal on its way to -0 in \`format_number\` loses its sign.
- Results hold at most 20 million values and 500 million letters. A statement has 2 GB of memory, and 8 GB of disk in the emulator's folder for what does
  not fit; one that needs more, or leaves less than 1 GB of the disk free, ends with \`OUT_OF_MEMORY\` or \`DISK_FULL\`. \`sequence\` and
  \`array_repeat\` make at most 10 million items, 200,000 where they run for each row; \`repeat\`, \`lpad\` and \`rpad\` at most 1 million letters.
- \`from_json\` fails on texts that are not valid JSON and where the warehouse's answer hangs on its options.
`;

const querySyntax = `## Queries

- \`WITH\` (not recursive), \`SELECT [DISTINCT]\`, \`* EXCEPT (...)\`, \`struct.*\`, aliases used by later items, \`FROM\`-less queries, \`VALUES\`, \`TABLE name\`
- joins: \`[INNER]\`, \`LEFT\`, \`RIGHT\`, \`FULL\`, \`CROSS\`, \`LEFT SEMI\`, \`LEFT ANTI\`, \`NATURAL\`, \`USING\`, \`LATERAL\` subqueries, \`LATERAL VIEW [OUTER]\`
- \`PIVOT (aggregate [AS name], ... FOR column IN (value [AS name], ...))\`, \`UNPIVOT [INCLUDE NULLS] (value FOR name IN (column [AS name], ...))\`
- \`WHERE\`, \`GROUP BY\` (expressions, aliases, positions, \`ALL\`, \`ROLLUP\`, \`CUBE\`, \`GROUPING SETS\`), \`HAVING\`, \`QUALIFY\`, \`WINDOW\`
- \`ORDER BY\` (\`ALL\`, positions, \`NULLS FIRST | LAST\`; nulls come first when ascending), \`LIMIT\`, \`OFFSET\`
- \`UNION\`, \`INTERSECT\`, \`EXCEPT\`, \`MINUS\`, each with \`ALL\`
- subqueries: scalar, \`IN\`, \`EXISTS\`, correlated
- \`:name\` parameters with a type, \`IDENTIFIER(:name)\`

## Expressions

- \`+ - * / % DIV & | ^ ~ ||\`, \`= == <> != < <= > >= <=>\`, \`IS [NOT] DISTINCT FROM\`, \`AND OR NOT !\`, \`BETWEEN\`, \`IN\`, \`LIKE\` and \`ILIKE\` (\`ANY\`, \`ALL\`, \`ESCAPE\`), \`RLIKE\`, \`REGEXP\`
- \`IS [NOT] NULL | TRUE | FALSE | UNKNOWN\`, \`CASE\`, \`CAST\`, \`TRY_CAST\`, \`::\`, \`EXTRACT\`, \`array[0]\`, \`map[key]\`, \`struct.field\`, lambdas
- literals: \`'text'\` and \`"text"\` with escapes, \`r'raw'\`, \`1 1L 1S 1Y 1.5 1.5BD 1.5D 1.5F 1e3\`, \`DATE''\`, \`TIMESTAMP''\`, \`TIMESTAMP_NTZ''\`, \`X''\`, \`INTERVAL\` as an operand of \`+\` and \`-\` on dates and timestamps
`;

const refusedQueryParts = [
  "`WITH RECURSIVE`",
  "`TABLESAMPLE`",
  "time travel",
  "`SORT BY`, `CLUSTER BY`, `DISTRIBUTE BY` in queries",
  "the pipe operator `|>`",
  "`a:b` paths",
  "named arguments",
  "`(a, b) IN (SELECT ...)`",
  "intervals as values",
  "functions that return tables, and functions in Python",
  "`UNION BY NAME`",
  "reading files by path",
];

/** The whole document as Markdown. */
export function sqlDocument(): string {
  return [introduction, querySyntax, statementsPart(), typesPart(), functionsPart(), refusedPart()].join("\n");
}

function statementsPart(): string {
  const lines = allConstructs().map((construct) => `| ${construct.name} | ${cell(construct.usage)} |`);
  return [
    "## Statements",
    "",
    "| statement | form |",
    "|---|---|",
    ...lines,
    "",
    `\`information_schema\` of each catalog has ${informationTables.map((name) => `\`${name}\``).join(", ")}.`,
    "",
  ].join("\n");
}

function typesPart(): string {
  const names = simpleTypeNames.map((name) => `\`${name}\``).join(", ");
  return `## Types\n\n${names}, \`DECIMAL(p,s)\` (\`DEC\`, \`NUMERIC\`), \`ARRAY<T>\`, \`MAP<K, V>\`, \`STRUCT<name: T, ...>\`\n`;
}

function functionsPart(): string {
  const lines = ["## Functions", ""];
  for (const [group, title] of Object.entries(groupTitles)) {
    lines.push(`### ${title}`, "", "| function | form |", "|---|---|");
    for (const spec of allFunctions()) {
      if (spec.group === group)
        lines.push(`| ${spec.names.map((name) => `\`${name}\``).join(", ")} | ${cell(spec.usage)} |`);
    }
    if (group === "generator") {
      for (const [name, { usage }] of Object.entries(generators)) lines.push(`| \`${name}\` | ${cell(usage)} |`);
      lines.push("| `range` | range(end), range(start, end[, step]), in FROM |");
    }
    lines.push("");
  }
  return lines.join("\n");
}

function refusedPart(): string {
  const statements = refusedStatements.map((words) => `\`${words}\``).join(", ");
  return `## Refused by name\n\nStatements: ${statements}; other forms of \`SHOW\`, \`DESCRIBE\`, \`ALTER TABLE\` and \`SET\`.\n\nIn queries: ${refusedQueryParts.join(", ")}.\n\nEvery function that is not listed above.\n`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
