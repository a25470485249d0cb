// A text of several statements, cut at the semicolons that end one: not at those in strings, bodies or BEGIN ... END.
import { MortarError } from "../../../platform/errors.ts";
import { lineOf, tokenize, type Token } from "./tokens.ts";

export interface SqlStatement {
  /** Without the semicolon, and without comments before and behind it. */
  readonly text: string;
  /** In the whole text, from 1. */
  readonly line: number;
  /** Their positions are those in the whole text. At least one. */
  readonly tokens: readonly Token[];
}

/**
 * The statements of `sql` in their order; empty ones and comments alone are none. Throws `invalid_input` for a string,
 * comment or block without an end.
 * Source: Databricks SQL language reference, "SQL scripting" (compound statements).
 */
export function splitStatements(sql: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: Token[] = [];
  let blocks = startBlocks();
  // Counted on from the statement before: from the start for each would take hours for a large text.
  let [line, counted] = [1, 0];
  const close = (): void => {
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first !== undefined && last !== undefined) {
      line += lineOf(sql.slice(counted, first.start), Infinity) - 1;
      counted = first.start;
      statements.push({ text: sql.slice(first.start, last.end), line, tokens });
    }
    tokens = [];
    blocks = startBlocks();
  };
  const all = tokenize(sql);
  for (const [at, token] of all.entries()) {
    if (token.key === ";" && blocks.open.length === 0) {
      close();
      continue;
    }
    follow(blocks, { token, before: all[at - 1], after: all[at + 1], isFirst: tokens.length === 0 });
    tokens.push(token);
  }
  const open = blocks.open.at(-1);
  if (open !== undefined) {
    throw new MortarError("invalid_input", `${open.word} in line ${lineOf(sql, open.at)} has no END`, {
      hint: "Every BEGIN, IF, CASE and loop of a script ends with END. Nothing was run.",
    });
  }
  close();
  return statements;
}

interface Open {
  readonly word: string;
  readonly at: number;
  /** A CASE inside an expression: its THEN and ELSE begin no statement. */
  readonly isExpression: boolean;
}

/** Where we are inside a statement. */
interface Blocks {
  readonly open: Open[];
  /** The next word begins a statement inside a block. */
  begins: boolean;
  /** It makes a procedure, whose body is a block. */
  makesProcedure: boolean;
  /** It declares a handler, whose body may be a block. */
  makesHandler: boolean;
  /** How the statement itself begins; a `BEGIN` behind a label is a block too. */
  words: number;
  /** The word behind END was read with it. */
  closing: boolean;
  parentheses: number;
}

const startBlocks = (): Blocks => ({
  open: [],
  begins: true,
  makesProcedure: false,
  makesHandler: false,
  words: 0,
  closing: false,
  parentheses: 0,
});

interface Step {
  readonly token: Token;
  readonly before: Token | undefined;
  readonly after: Token | undefined;
  readonly isFirst: boolean;
}

/** Blocks that begin where a statement does. Elsewhere the same words are functions and names. */
const openers: ReadonlySet<string> = new Set(["BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"]);
/** What may stand behind END to say what ends. */
const ends: ReadonlySet<string> = new Set(["IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR"]);
/** Behind these a statement begins, inside a block. */
const starters: ReadonlySet<string> = new Set([";", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ATOMIC"]);

function follow(blocks: Blocks, step: Step): void {
  const { token, before, after, isFirst } = step;
  const key = token.key;
  if (blocks.closing) {
    blocks.closing = false;
    if (ends.has(key)) return;
  }
  // A name behind a point is a name, whatever word it is.
  if (before?.key === ".") return void (blocks.begins = false);
  if (!isFirst && key === "PROCEDURE" && blocks.words < 4) blocks.makesProcedure = true;
  blocks.words += 1;
  if (blocks.open.length === 0) return outside(blocks, step);
  const top = blocks.open.at(-1);
  if (key === "END") {
    blocks.open.pop();
    blocks.closing = true;
    blocks.begins = false;
    return;
  }
  if (key === "CASE" || (blocks.begins && openers.has(key))) {
    blocks.open.push({ word: key, at: token.start, isExpression: key === "CASE" && !blocks.begins });
  }
  const isLabel = key === ":" && after !== undefined && openers.has(after.key);
  if (key === ";") blocks.makesHandler = false;
  if (key === "HANDLER") blocks.makesHandler = true;
  const isHandler = blocks.makesHandler && after?.key === "BEGIN";
  blocks.begins = isLabel || isHandler || (starters.has(key) && top?.isExpression !== true);
}

/** Before any block: one begins with BEGIN at the start, behind a label, or as a procedure's body. */
function outside(blocks: Blocks, { token, before, after, isFirst }: Step): void {
  if (token.key === "(") blocks.parentheses += 1;
  if (token.key === ")") blocks.parentheses -= 1;
  const isBody = blocks.makesProcedure && before?.key === "AS" && blocks.parentheses === 0;
  const isLabelled = before?.key === ":" && blocks.words === 3;
  if (token.key !== "BEGIN" || !(isFirst || isBody || isLabelled) || isTransaction(after)) return;
  blocks.open.push({ word: "BEGIN", at: token.start, isExpression: false });
  blocks.begins = true;
}

/** BEGIN alone and BEGIN TRANSACTION start a transaction: no END follows. */
function isTransaction(after: Token | undefined): boolean {
  return after === undefined || [";", "TRANSACTION", "WORK"].includes(after.key);
}
