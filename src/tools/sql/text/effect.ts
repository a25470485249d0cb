// What a statement does, told by its words: reads, writes, or destroys. What cannot be told is not guessed.
import type { Effect } from "../../entry.ts";
import { MortarError } from "../../../platform/errors.ts";
import { tokenize, type Reading, type Token } from "./tokens.ts";

export interface StatementEffect {
  /** `unknown` where it cannot be told before it runs: a procedure, a script, a statement that we do not know. */
  readonly effect: Effect | "unknown";
  /** The statement's kind in capitals: SELECT, MERGE, CREATE. */
  readonly kind: string;
  /** What it is that does not only read. */
  readonly why?: string;
}

/**
 * The effect of one statement. A query that begins with WITH is what follows its tables: `WITH ... INSERT` writes.
 * Source: Databricks SQL language reference, the list of statements.
 */
export function effectOf(tokens: readonly Token[]): StatementEffect {
  const main = mainStart(tokens);
  const kind = main === undefined ? "WITH" : (tokens[main]?.key ?? "");
  if (main === undefined) return { effect: "unknown", kind, why: "its WITH cannot be followed" };
  const own = kinds[kind];
  const told = own === undefined ? undefined : own(tokens.slice(main));
  if (told === undefined) return { effect: "unknown", kind, why: unknownWords(kind) };
  const reaching = reads.has(told) ? outwardCall(tokens) : undefined;
  return reaching === undefined
    ? { effect: told, kind, ...(told === "read" ? {} : { why: kind }) }
    : { effect: "unknown", kind, why: `it calls ${reaching}, which may reach out of the workspace` };
}

/** Where the statement itself begins, behind its WITH; undefined where that cannot be followed. */
export function mainStart(tokens: readonly Token[]): number | undefined {
  const start = tokens.findIndex(({ key }) => key !== "(");
  const from = start === -1 ? 0 : start;
  return tokens[from]?.key === "WITH" ? behindTables(tokens, from + 1) : from;
}

/**
 * The effect of a statement's text, whichever way the workspace reads backslashes, comments and hints: what would be a string
 * or a comment in one way and a statement in the other is not for reading.
 */
export function safeEffectOf(statement: string, tokens: readonly Token[]): StatementEffect {
  const usual = effectOf(tokens);
  if (usual.effect !== "read") return usual;
  for (const other of readOtherwise(statement)) {
    if (other === "several")
      return { effect: "unknown", kind: "", why: "it may be read as another statement, or as several" };
    const told = effectOf(other);
    if (told.effect !== "read") return { ...told, effect: "unknown" };
  }
  return usual;
}

/** The statement in every other way in which it may be read, and would be run. */
export function readOtherwise(statement: string): readonly (readonly Token[] | "several")[] {
  // Values of the session's settings are put in before anything is read, also in the midst of a word; one that is not set is
  // nothing (Spark, VariableSubstitution): INS${x}ERT is INSERT.
  if (holdsVariable(statement)) return ["several"];
  return otherReadings(statement).flatMap((reading): (readonly Token[] | "several")[] => {
    const tokens = tokensIn(statement, reading);
    if (tokens === undefined) return [];
    return tokens.slice(0, -1).some(({ key }) => key === ";") ? ["several"] : [tokens];
  });
}

/** `${x}`, with no space in it. Piece by piece: a pattern over the whole would try each start up to the end. */
function holdsVariable(statement: string): boolean {
  if (!statement.includes("${")) return false;
  return statement.split(/[ \t\n\v\f\r]/).some((piece) => {
    const start = piece.indexOf("${");
    return start !== -1 && piece.includes("}", start + 3);
  });
}

/** Every other way in which this text may be read, as far as it holds what is read in two ways. */
function otherReadings(statement: string): readonly Partial<Reading>[] {
  const escapes = statement.includes("\\") ? [true, false] : [true];
  const carries = /\\\r?\n/.test(statement) ? (["lf", "never", "crlf"] as const) : (["lf"] as const);
  const hints = statement.includes("/*+") ? [true, false] : [true];
  const all = escapes.flatMap((one) =>
    carries.flatMap((carriesOn) => hints.map((isHint): Reading => ({ escapes: one, carriesOn, hints: isHint }))),
  );
  // The first is the usual one.
  return all.slice(1);
}

function tokensIn(statement: string, reading: Partial<Reading>): readonly Token[] | undefined {
  try {
    return tokenize(statement, reading);
  } catch (thrown) {
    // So read it has no end, and no workspace runs it.
    if (thrown instanceof MortarError) return undefined;
    throw thrown;
  }
}

const reads: ReadonlySet<Effect> = new Set<Effect>(["read"]);

type Told = (tokens: readonly Token[]) => Effect | undefined;

const always =
  (effect: Effect): Told =>
  () =>
    effect;

/** A query, unless an INSERT hangs on its FROM: `FROM a INSERT INTO b SELECT *`. */
const query: Told = (tokens) => {
  const words = outerWords(tokens);
  if (!words.includes("INSERT")) return "read";
  return replacesRows(words) ? "destructive" : "write";
};

/** REPLACE stands before its condition; elsewhere it is a function or a name. */
const replacesRows = (words: readonly string[]): boolean =>
  words.some((word, at) => {
    const next = words[at + 1] ?? "";
    return word === "OVERWRITE" || (word === "REPLACE" && ["WHERE", "USING", "ON"].includes(next));
  });

const has = (tokens: readonly Token[], ...keys: readonly string[]): boolean => {
  const words = outerWords(tokens);
  return keys.some((key) => words.includes(key));
};

const kinds: Readonly<Record<string, Told>> = {
  SELECT: query,
  FROM: query,
  VALUES: query,
  TABLE: query,
  SHOW: always("read"),
  DESCRIBE: always("read"),
  DESC: always("read"),
  LIST: always("read"),
  // It plans and does not run; elsewhere EXPLAIN ANALYZE does.
  EXPLAIN: ([, next]) => (next?.key === "ANALYZE" ? undefined : "read"),
  USE: always("read"),
  RESET: always("read"),
  DECLARE: always("read"),
  // Of the session, which ends with the call; a tag stays.
  SET: ([, next]) => (next?.key === "TAG" || next?.key === "RECIPIENT" ? "write" : "read"),
  UNSET: always("write"),
  INSERT: (tokens) => (replacesRows(outerWords(tokens)) ? "destructive" : "write"),
  COPY: always("write"),
  LOAD: ([, ...rest]) => (has(rest, "OVERWRITE") ? "destructive" : "write"),
  CREATE: ([, next]) => (next?.key === "OR" ? "destructive" : "write"),
  REPLACE: always("destructive"),
  ALTER: (tokens) => (has(tokens, "ADD", "TAGS") && !has(tokens, "DROP", "REPLACE", "UNSET") ? "write" : "destructive"),
  COMMENT: always("write"),
  GRANT: always("write"),
  OPTIMIZE: always("write"),
  ANALYZE: always("write"),
  REFRESH: always("write"),
  CACHE: always("write"),
  UNCACHE: always("write"),
  CLEAR: always("write"),
  CONVERT: always("write"),
  MSCK: always("write"),
  REPAIR: always("write"),
  GENERATE: always("write"),
  SYNC: always("write"),
  UNDROP: always("write"),
  DELETE: always("destructive"),
  UPDATE: always("destructive"),
  MERGE: always("destructive"),
  TRUNCATE: always("destructive"),
  DROP: always("destructive"),
  REVOKE: always("destructive"),
  DENY: always("destructive"),
  RESTORE: always("destructive"),
  VACUUM: always("destructive"),
  FSCK: always("destructive"),
  REORG: always("destructive"),
  REMOVE: always("destructive"),
};

/** Functions that send something elsewhere, or run what is not SQL. */
const outward: ReadonlySet<string> = new Set(
  "HTTP_REQUEST REMOTE_QUERY REFLECT TRY_REFLECT JAVA_METHOD READ_KAFKA READ_KINESIS READ_PUBSUB READ_PULSAR".split(
    " ",
  ),
);

/** A call of what sends something elsewhere, as it is written. */
export function outwardCall(tokens: readonly Token[]): string | undefined {
  const called = tokens.find(({ kind, key, text }, at) => {
    const name = kind === "quoted" ? text.slice(1, -1).toUpperCase() : key;
    if (tokens[at + 1]?.key !== "(") return false;
    return outward.has(name) || (name === "AI_QUERY" && !asksOurModel(tokens, at + 2));
  });
  if (called !== undefined) return called.text.replaceAll("`", "").toLowerCase();
  return callsByText(tokens) ? "a function by a text, IDENTIFIER(...)(...)" : undefined;
}

/** Whether the call's endpoint is one of the platform's own models: others may lead elsewhere, or be agents that act. */
function asksOurModel(tokens: readonly Token[], from: number): boolean {
  const isNamed = tokens[from]?.key === "ENDPOINT" && tokens[from + 1]?.key === "=>";
  const at = isNamed ? from + 2 : from;
  const endpoint = tokens[at];
  return endpoint?.kind === "string" && /^.databricks-/.test(endpoint.text) && tokens[at + 1]?.key === ",";
}

/** `IDENTIFIER('http_' || 'request')(...)`: which function that is, no word tells. */
function callsByText(tokens: readonly Token[]): boolean {
  const open: boolean[] = [];
  return tokens.some(({ key }, at) => {
    if (key === "(") open.push(tokens[at - 1]?.key === "IDENTIFIER");
    return key === ")" && open.pop() === true && tokens[at + 1]?.key === "(";
  });
}

/** The words outside all parentheses. */
export function outerWords(tokens: readonly Token[]): readonly string[] {
  let depth = 0;
  const words: string[] = [];
  for (const { kind, key } of tokens) {
    if (key === "(") depth += 1;
    if (key === ")") depth -= 1;
    if (kind === "word" && depth <= 0) words.push(key);
  }
  return words;
}

/** Where the statement behind `WITH a AS (...), b (x) AS (...)` begins; undefined where that is not what stands there. */
function behindTables(tokens: readonly Token[], from: number): number | undefined {
  let at = tokens[from]?.key === "RECURSIVE" ? from + 1 : from;
  for (;;) {
    const name = tokens[at];
    if (name?.kind !== "word" && name?.kind !== "quoted") return undefined;
    at += 1;
    if (tokens[at]?.key === "(") at = behindParentheses(tokens, at);
    // MAX RECURSION LEVEL 100
    if (tokens[at]?.key === "MAX") at += 4;
    if (tokens[at]?.key === "AS") at += 1;
    if (tokens[at]?.key !== "(") return undefined;
    at = behindParentheses(tokens, at);
    if (tokens[at]?.key !== ",") break;
    at += 1;
  }
  while (tokens[at]?.key === "(") at += 1;
  return tokens[at] === undefined ? undefined : at;
}

function behindParentheses(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const key = tokens[at]?.key;
    if (key === "(") depth += 1;
    if (key === ")") depth -= 1;
    if (depth === 0) return at + 1;
  }
  return tokens.length;
}

function unknownWords(kind: string): string {
  if (kind === "BEGIN") return "what a BEGIN ... END script does is known only when it runs";
  if (kind === "CALL" || kind === "EXECUTE") return `what ${kind} runs is known only when it runs`;
  return kind === "" ? "it has no words" : `${kind} is no statement that is known here`;
}
