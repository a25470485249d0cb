// Clauses that several statements share: IF EXISTS, COMMENT, TBLPROPERTIES, column definitions.
import { SqlFault } from "../engine.ts";
import { unsupported } from "../faults.ts";
import type { Cursor } from "../parse/cursor.ts";
import { parseExpression } from "../parse/expressions.ts";
import { parseType } from "../parse/types.ts";
import type { DataType } from "../types.ts";

export function ifExists(cursor: Cursor): boolean {
  return cursor.accept("IF", "EXISTS");
}

export function ifNotExists(cursor: Cursor): boolean {
  return cursor.accept("IF", "NOT", "EXISTS");
}

/** `('key' = 'value', key.part = 1)` after TBLPROPERTIES, DBPROPERTIES, UNSET. */
export function properties(cursor: Cursor): Record<string, string> {
  cursor.expect("(");
  const pairs = cursor.listToParenthesis((): [string, string] => {
    const key = propertyKey(cursor);
    cursor.accept("=");
    const token = cursor.peek();
    if (token.kind === "string" || token.kind === "parameter") return [key, cursor.string()];
    if (token.kind === "number" || token.kind === "word") return [key, cursor.next().text];
    throw cursor.unexpected("expected a value");
  });
  return Object.fromEntries(pairs);
}

export function propertyKey(cursor: Cursor): string {
  if (cursor.peek().kind === "string") return cursor.string();
  const parts = [cursor.name()];
  while (cursor.accept(".")) parts.push(cursor.name());
  return parts.join(".");
}

/** `(a, b)` */
export function columnNames(cursor: Cursor): string[] {
  cursor.expect("(");
  return cursor.listToParenthesis(() => cursor.name());
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly comment: string | undefined;
  readonly default: string | undefined;
  readonly constraints: readonly string[];
}

/** `name type [NOT NULL] [DEFAULT expression] [COMMENT text] [PRIMARY KEY]`. */
export function columnDefinition(cursor: Cursor): ColumnDefinition {
  const name = cursor.name();
  cursor.accept(":");
  const type = parseType(cursor);
  let nullable = true;
  let comment: string | undefined;
  let preset: string | undefined;
  const constraints: string[] = [];
  for (;;) {
    if (cursor.accept("NOT", "NULL")) nullable = false;
    else if (cursor.accept("COMMENT")) comment = cursor.string();
    else if (cursor.accept("DEFAULT")) preset = expressionText(cursor);
    else if (cursor.at("CONSTRAINT") || cursor.at("PRIMARY") || cursor.at("REFERENCES") || cursor.at("FOREIGN"))
      constraints.push(inlineConstraint(constraintText(cursor), name));
    else if (cursor.at("GENERATED")) throw unsupported("GENERATED columns");
    else if (cursor.at("COLLATE")) throw unsupported("COLLATE");
    else if (cursor.at("MASK")) throw unsupported("column masks");
    else return { name, type, nullable, comment, default: preset, constraints };
  }
}

function expressionText(cursor: Cursor): string {
  const start = cursor.position;
  parseExpression(cursor);
  return cursor.textBetween(start, cursor.position);
}

/** `PRIMARY KEY` after a column means that column. */
function inlineConstraint(text: string, column: string): string {
  if (/PRIMARY\s+KEY\s*$/i.test(text)) return `${text} (${column})`;
  return /^\s*REFERENCES/i.test(text) ? `FOREIGN KEY (${column}) ${text}` : text;
}

/** A key constraint, as typed: like the warehouse the emulator keeps it for people to read and does not enforce it. */
export function constraintText(cursor: Cursor): string {
  const start = cursor.position;
  if (cursor.accept("CONSTRAINT")) cursor.name();
  if (cursor.at("CHECK")) throw unsupported("CHECK constraints");
  if (cursor.at("EXPECT")) throw unsupported("expectations");
  if (cursor.accept("PRIMARY", "KEY")) {
    if (cursor.at("(")) keyColumns(cursor);
  } else {
    if (cursor.accept("FOREIGN", "KEY")) keyColumns(cursor);
    cursor.expect("REFERENCES");
    cursor.list(() => cursor.name());
    while (cursor.accept(".")) cursor.name();
    if (cursor.at("(")) keyColumns(cursor);
  }
  while (cursor.atAny("NOT", "RELY", "NORELY", "DEFERRABLE", "INITIALLY", "DEFERRED", "MATCH", "ON", "ENFORCED")) {
    // `NOT NULL` belongs to the column again.
    if (cursor.at("NOT", "NULL")) break;
    cursor.next();
    if (cursor.atAny("FULL", "UPDATE", "DELETE")) cursor.next();
    if (cursor.accept("NO")) cursor.expect("ACTION");
  }
  return cursor.textBetween(start, cursor.position);
}

function keyColumns(cursor: Cursor): void {
  cursor.expect("(");
  cursor.listToParenthesis(() => {
    cursor.name();
    cursor.accept("TIMESERIES");
  });
}

/** The pattern of SHOW ... LIKE: `*` is any text, `|` parts choices, case does not matter. */
export function showPattern(cursor: Cursor): RegExp | undefined {
  if (!cursor.accept("LIKE") && cursor.peek().kind !== "string") return undefined;
  const choices = cursor.string().split("|");
  const parts = choices.map((choice) =>
    choice
      .trim()
      .split("*")
      .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*"),
  );
  return new RegExp(`^(?:${parts.join("|")})$`, "i");
}

export function duplicateColumn(name: string): SqlFault {
  return new SqlFault(
    "COLUMN_ALREADY_EXISTS",
    "42711",
    `The column \`${name.toLowerCase()}\` already exists. Choose another name or rename the existing column.`,
  );
}
