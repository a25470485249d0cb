// However a statement is written, what it writes is seen: noise of comments, case, quoting and line ends around a name that
// is protected, behind every statement that writes.
import { expect, test } from "bun:test";
import { array, assert, asyncProperty, boolean, constant, constantFrom, infiniteStream, tuple } from "fast-check";
import { protectionOf, checkProtected } from "../../protection.ts";
import type { Tool, ToolContext } from "../../define.ts";
import { sqlLosses, sqlTargets } from "../consequences.ts";

const writing = [
  "INSERT INTO @ VALUES (1)",
  "INSERT INTO TABLE @ SELECT 1",
  "INSERT OVERWRITE @ SELECT 1",
  "INSERT INTO @ REPLACE WHERE a = 1 SELECT 1",
  "WITH q AS (SELECT 1) INSERT INTO @ SELECT * FROM q",
  "FROM q INSERT INTO @ SELECT a",
  "MERGE INTO @ USING q ON true WHEN MATCHED THEN DELETE",
  "UPDATE @ SET a = 1",
  "DELETE FROM @ WHERE a = 1",
  "TRUNCATE TABLE @",
  "COPY INTO @ FROM 's3://b/x' FILEFORMAT = CSV",
  "CREATE TABLE @ (a INT)",
  "CREATE OR REPLACE TABLE @ AS SELECT 1",
  "CREATE TABLE IF NOT EXISTS @ CLONE q",
  "CREATE VIEW @ AS SELECT 1",
  "CREATE FUNCTION @() RETURNS INT RETURN 1",
  "CREATE VOLUME @",
  "DROP TABLE @",
  "DROP VIEW IF EXISTS @",
  "ALTER TABLE @ ADD COLUMN b INT",
  "ALTER TABLE dev.a.b RENAME TO @",
  "GRANT SELECT ON TABLE @ TO x",
  "REVOKE SELECT ON @ FROM x",
  "COMMENT ON TABLE @ IS 'a'",
  "OPTIMIZE @",
  "VACUUM @",
  "RESTORE TABLE @ TO VERSION AS OF 1",
  "REFRESH TABLE @",
  "ANALYZE TABLE @ COMPUTE STATISTICS",
  "UNDROP TABLE @",
];

const gap = constantFrom(" ", "\n", "\t ", " /* a */ ", " -- a\n", "/**/", " /* /* b */ */ ", "\r\n", " --\n");

/** `prod.sales.t`, as somebody may write it. */
const part = (plain: string) => tuple(constant(plain), boolean(), boolean());

const name = tuple(part("prod"), part("sales"), part("t"), gap).map(([one, two, three, between]) => {
  const parts = [one, two, three].map(([plain, isQuoted, isUpper]) => {
    const cased = isUpper ? plain.toUpperCase() : plain;
    return isQuoted ? `\`${cased}\`` : cased;
  });
  return parts.join(between === " " ? "." : `${between}.${between}`);
});

const statement = tuple(constantFrom(...writing), name, infiniteStream(tuple(gap, boolean()))).map(
  ([pattern, written, noise]) =>
    pattern
      .split(" ")
      .map((word) => {
        const { value } = noise.next() as { value: [string, boolean] };
        const [space, isLower] = value;
        const own = word.includes("@") ? word.replace("@", () => written) : word;
        return `${isLower && !word.includes("@") && !word.includes("'") ? own.toLowerCase() : own}${space}`;
      })
      .join(""),
);

const tool = {
  name: "execute_sql",
  effect: "destructive",
  input: { shape: {} },
  targets: (input: unknown) => sqlTargets(input as { sql: string }),
} as unknown as Tool;

const protection = protectionOf(["prod.sales"], false);

async function isRefused(sql: string): Promise<boolean> {
  const outcome = await checkProtected(tool, { protection } as ToolContext, { sql }).catch((thrown: unknown) => thrown);
  return outcome instanceof Error;
}

test("no way of writing hides what is written", async () => {
  await assert(
    asyncProperty(statement, async (sql) => expect([sql, await isRefused(sql)]).toEqual([sql, true])),
    { numRuns: 1_500 },
  );
});

test("nor does a script of several statements", async () => {
  const script = tuple(constantFrom("SELECT 1", "USE dev.a", "CREATE TABLE dev.a.b (x INT)"), statement);
  await assert(
    asyncProperty(script, async ([first, second]) => expect(await isRefused(`${first};\n${second}`)).toBe(true)),
    { numRuns: 300 },
  );
});

test("whatever the text is, it is told or refused, and nothing breaks", async () => {
  const words = constantFrom(
    ..."DROP TABLE INSERT INTO ' \" ` -- /* */ ; ( ) . prod sales t $$ BEGIN END WITH AS SELECT ON GRANT ALTER RENAME TO \\ \n"
      .split(" ")
      .concat(" "),
  );
  await assert(
    asyncProperty(array(words, { maxLength: 14 }), async (parts) => {
      const sql = parts.join(" ");
      const outcome = await checkProtected(tool, { protection } as ToolContext, { sql }).catch(
        (thrown: Error) => thrown,
      );
      if (outcome !== undefined) expect(outcome.name).toBe("Error");
      try {
        const asked = sqlLosses({ sql });
        // At most one line for each loss, and the head.
        expect((asked ?? "").split("\n").length).toBeLessThanOrEqual(12);
      } catch (thrown) {
        expect((thrown as { code?: string }).code).toBe("invalid_input");
      }
    }),
    { numRuns: 1_500 },
  );
});
