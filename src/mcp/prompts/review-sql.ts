// review_sql: whether a statement says what is meant, and what it costs.
import { fenced, numbered, type PromptDeclaration } from "./declare.ts";

export const reviewSql: PromptDeclaration = {
  name: "review_sql",
  title: "Review SQL",
  description:
    "Whether a statement gives the right answer, what it costs, and a better one that is shown to give the same",
  arguments: [
    { name: "sql", title: "Statement", description: "The SQL to review", required: true },
    { name: "purpose", title: "Purpose", description: "What it is meant to answer or do" },
  ],
  needs: ["query_sql"],
  text: ({ sql = "", purpose }, { name, where }) => {
    const tables = where(
      "get_table",
      `${name("get_table")} for each table and view in it: types, keys, partitions or clustering, what a view really reads. `,
    );
    const steps = [
      `${tables}Say what the statement does in one sentence, and compare that with what is meant.`,
      `Is the answer right? Look for joins that multiply rows, a condition in WHERE that undoes an outer join, NOT IN and <> with nulls, sums over doubled rows, integer and decimal division, dates as text, time zones, BETWEEN at the end of a day, DISTINCT that hides a mistake, window frames, UNION where UNION ALL is meant, columns by position, and what gives another answer each time. Prove each suspicion with a small aggregate by ${name("query_sql")} before you call it a fault.`,
      `What does it cost? EXPLAIN FORMATTED by ${name("query_sql")}: are files pruned by the filters, or does a function or cast around the column prevent it; is a large table shuffled that could stay where it is; is something read twice, sorted without need, or done row by row in a UDF; are columns read that nobody uses?`,
      "Is it safe? Text pasted into SQL where a parameter belongs, a write without the condition that bounds it, a MERGE whose source has a key twice.",
    ];
    return `Review this Databricks SQL.${purpose === undefined ? "" : ` It is meant for: ${purpose}.`} Do not run it as it is if it writes or may be dear; nothing is to be changed.

${fenced(sql, "sql")}

${numbered(steps)}

Then report:
- the verdict in one line: right or wrong, cheap or dear;
- findings, worst first: the line, what is wrong, an example that shows it, the fix;
- the statement rewritten, formatted, with the same columns in the same order, and a check that both give the same on a bounded sample (counts, and EXCEPT ALL in both directions); if they differ on purpose, the rows that do;
- what you could not check.`;
  },
};
