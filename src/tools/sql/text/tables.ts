// Which tables a statement reads and writes, as far as its words prove it; else it stands in everybody's way.
import { effectOf } from "./effect.ts";
import type { Token } from "./tokens.ts";

/** Parts of a name in lower case, the table's own last. */
export type TableName = readonly string[];

export interface TableUse {
  /** Undefined where it may read anything. */
  readonly reads: readonly TableName[] | undefined;
  /** Undefined where it may change anything. */
  readonly writes: readonly TableName[] | undefined;
  /** The table that is certainly a table after it, not a view over others. */
  readonly makes?: TableName;
  /** Something else may stand under the names that it writes afterwards. */
  readonly replaces?: boolean;
  /** What later statements of the text find changed: the catalog and schema in use. */
  readonly uses?: { readonly catalog?: string; readonly schema?: string };
  /** Something of the session that the next statement will not find, as each runs in a session of its own. */
  readonly session?: string;
}

const everything: TableUse = { reads: undefined, writes: undefined };

/** Names stand as they are written; `t` may be any `t`. */
export function tableUse(tokens: readonly Token[]): TableUse {
  const own = statements[tokens[0]?.key ?? ""];
  return own === undefined ? everything : own(tokens);
}

/** Whether two names may mean the same, or one holds the other: a schema and a table in it. */
export function mayMeet(one: TableName, other: TableName): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  const isTail = short.every((part, at) => part === long[long.length - short.length + at]);
  const isHead = short.every((part, at) => part === long[at]);
  // `s` may be the schema in `c.s.t` too, when it is written without its catalog.
  return isTail || isHead || (short.length < long.length && long.includes(short.at(-1) ?? ""));
}

type Reader = (tokens: readonly Token[]) => TableUse;

const query: Reader = (tokens) => {
  return effectOf(tokens).effect === "read" ? { reads: tablesRead(tokens), writes: [] } : everything;
};

/** Its tables have names that are told nowhere else. */
const withQuery: Reader = (tokens) =>
  effectOf(tokens).effect === "read" ? { reads: undefined, writes: [] } : everything;

const look: Reader = () => ({ reads: [], writes: [] });

const statements: Readonly<Record<string, Reader>> = {
  SELECT: query,
  VALUES: query,
  WITH: withQuery,
  FROM: withQuery,
  SHOW: () => ({ reads: undefined, writes: [] }),
  DESCRIBE: () => ({ reads: undefined, writes: [] }),
  DESC: () => ({ reads: undefined, writes: [] }),
  USE: use,
  INSERT: insert,
  CREATE: create,
  TRUNCATE: (tokens) => ({ reads: [], writes: oneName(tokens, 1, ["TABLE"]) }),
  DECLARE: (tokens) => ({ ...look(tokens), session: "a variable" }),
  SET: (tokens) => (tokens[1]?.key === "TAG" ? everything : { ...look(tokens), session: "a setting" }),
  RESET: (tokens) => ({ ...look(tokens), session: "a setting" }),
  BEGIN: (tokens) =>
    tokens[1] === undefined || tokens[1].key === "TRANSACTION" || tokens[1].key === "WORK"
      ? { ...everything, session: "a transaction" }
      : everything,
  START: () => ({ ...everything, session: "a transaction" }),
  CACHE: () => ({ ...everything, session: "a cache" }),
};

function use(tokens: readonly Token[]): TableUse {
  const kind = tokens[1]?.key ?? "";
  const isNamed = kind === "CATALOG" || kind === "SCHEMA" || kind === "DATABASE";
  const found = nameAt(tokens, isNamed ? 2 : 1);
  if (found === undefined || found.next !== tokens.length) return everything;
  const [first = "", second] = found.written;
  if (kind === "CATALOG") return { reads: undefined, writes: undefined, uses: { catalog: first } };
  const uses = second === undefined ? { schema: first } : { catalog: first, schema: second };
  // Names of all that follows hang on it: nothing passes it.
  return { reads: undefined, writes: undefined, uses };
}

function insert(tokens: readonly Token[]): TableUse {
  const first = tokens[1]?.key;
  // WITH SCHEMA EVOLUTION and others of which we do not know where their table stands.
  if (first !== "INTO" && first !== "OVERWRITE") return everything;
  let at = first === "OVERWRITE" && tokens[2]?.key === "INTO" ? 3 : 2;
  // A folder, over which any table may lie.
  if (tokens[at]?.key === "DIRECTORY" || tokens[at]?.key === "LOCAL") return everything;
  if (tokens[at]?.key === "TABLE") at += 1;
  const target = targetAt(tokens, at);
  if (target === undefined) return everything;
  return { reads: tablesRead(tokens.slice(target.next)), writes: [target.name] };
}

function create(tokens: readonly Token[]): TableUse {
  let at = tokens[1]?.key === "OR" ? 3 : 1;
  if (tokens[at]?.key === "TEMPORARY" || tokens[at]?.key === "TEMP")
    return { ...everything, session: "a temporary view" };
  const what = tokens[at]?.key ?? "";
  if (what !== "TABLE" && what !== "SCHEMA" && what !== "DATABASE" && what !== "VIEW") return everything;
  at += 1;
  const isConditional = tokens[at]?.key === "IF";
  const target = targetAt(tokens, isConditional ? at + 3 : at);
  // Names without a schema may lie in the one that is made.
  if (target === undefined || what === "SCHEMA" || what === "DATABASE") return everything;
  const rest = tokens.slice(target.next);
  const reads = what === "TABLE" ? tablesRead(rest) : undefined;
  const isPlace = rest.some(({ key }) => key === "LOCATION" || key === "CLONE" || key === "LIKE" || key === "USING");
  if (isPlace) return { reads: undefined, writes: [target.name], replaces: true };
  // What was there before may be a view.
  const makes = what === "TABLE" && !isConditional ? { makes: target.name } : {};
  return { reads, writes: [target.name], replaces: true, ...makes };
}

function oneName(tokens: readonly Token[], from: number, skipped: readonly string[]): readonly TableName[] | undefined {
  let at = from;
  while (skipped.includes(tokens[at]?.key ?? "")) at += 1;
  const found = targetAt(tokens, at);
  return found === undefined ? undefined : [found.name];
}

/** The name of what is written; undefined where that is computed, `IDENTIFIER('a' || 'b')`, or a path under some table. */
function targetAt(tokens: readonly Token[], from: number) {
  const found = nameAt(tokens, from);
  const isComputed = tokens[from]?.key === "IDENTIFIER" && tokens[from + 1]?.key === "(";
  return isComputed || formats.has(found?.name[0] ?? "") ? undefined : found;
}

/** Words behind which tables stand. */
const before: ReadonlySet<string> = new Set(["FROM", "JOIN", "TABLE", "REFERENCES"]);
/** Words that end a list of tables, so that a comma behind them is another one. */
const after: ReadonlySet<string> = new Set(
  "WHERE GROUP ORDER HAVING LIMIT UNION EXCEPT INTERSECT WINDOW QUALIFY SELECT SORT CLUSTER DISTRIBUTE SET VALUES".split(
    " ",
  ),
);
/** How a query in parentheses begins whose tables are told by words. */
const queries: ReadonlySet<string> = new Set(["SELECT", "VALUES"]);
/** Formats whose names are paths: two of them may be one folder. */
export const formats: ReadonlySet<string> = new Set([
  "delta",
  "parquet",
  "csv",
  "json",
  "text",
  "orc",
  "avro",
  "binaryfile",
  "iceberg",
]);

/** Every table that is named behind FROM, JOIN and commas; undefined where a function or a path may read others. */
function tablesRead(tokens: readonly Token[]): readonly TableName[] | undefined {
  const names: TableName[] = [];
  // For each open parenthesis whether we are in a list of tables.
  const lists: boolean[] = [false];
  for (let at = 0; at < tokens.length; at++) {
    const key = tokens[at]?.key ?? "";
    if (mayReadMore(tokens, at)) return undefined;
    if (key === "(") lists.push(false);
    if (key === ")") lists.pop();
    if (after.has(key)) lists[lists.length - 1] = false;
    const isNext = before.has(key) || (key === "," && lists.at(-1) === true);
    if (!isNext) continue;
    lists[lists.length - 1] = true;
    const skipped = tokens[at + 1]?.key === "LATERAL" ? at + 2 : at + 1;
    // Tables in parentheses, `FROM (a JOIN b)`: no word before them tells that they are some.
    if (tokens[skipped]?.key === "(" && !queries.has(tokens[skipped + 1]?.key ?? "")) return undefined;
    const found = nameAt(tokens, skipped);
    if (found === undefined) continue;
    if (tokens[found.next]?.key === "(" || formats.has(found.name[0] ?? "")) return undefined;
    names.push(found.name);
  }
  return names;
}

/** A call of what is no function of the language may read tables: so may a view, whose name is told as it stands. */
function mayReadMore(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  const isCall = tokens[at + 1]?.key === "(" && (token?.kind === "word" || token?.kind === "quoted");
  if (!isCall) return false;
  return token.kind === "quoted" || tokens[at - 1]?.key === "." || !harmless.has(token.key);
}

/** Words that may stand before a parenthesis and read no table. A function of the person's cannot take such a name. */
const harmless: ReadonlySet<string> = new Set(
  `ABS ALL ANY AND ARRAY AS AVG BETWEEN BIGINT BY CAST CEIL CHAR CHAR_LENGTH COALESCE CONCAT COUNT CURRENT_DATE CURRENT_TIMESTAMP DATE
  DATE_ADD DATE_FORMAT DATE_SUB DATE_TRUNC DATEDIFF DAY DECIMAL DENSE_RANK ELSE EXCEPT EXISTS EXPLODE EXTRACT FILTER FIRST FLOOR
  FROM GREATEST GROUP HAVING HOUR IF IFNULL IN INT INTERSECT ISNULL JOIN LAG LAST LEAD LEAST LENGTH LOWER LPAD LTRIM MAP MAX MD5 MIN
  MINUTE MONTH NAMED_STRUCT NOT NOW NULLIF NUMERIC NVL ON OR OVER PARTITION POWER RAND RANGE RANK REGEXP_REPLACE REPLACE ROUND
  ROW_NUMBER RPAD RTRIM SECOND SELECT SEQUENCE SHA2 SIGN SOME SPLIT SQRT STDDEV STRUCT SUBSTRING SUM THEN TIMESTAMP TO_DATE
  TO_TIMESTAMP TRIM TRY_CAST UNION UPPER USING UUID VALUES VARCHAR VARIANCE WHEN WHERE WITHIN YEAR`.split(/\s+/),
);

/** A name of one to many parts, and the token behind it. */
export function nameAt(tokens: readonly Token[], from: number) {
  const parts: string[] = [];
  let at = from;
  for (;;) {
    const token = tokens[at];
    if (token?.kind !== "word" && token?.kind !== "quoted") return undefined;
    parts.push(token.kind === "quoted" ? token.text.slice(1, -1).replaceAll("``", "`") : token.text);
    at += 1;
    if (tokens[at]?.key !== ".") break;
    at += 1;
  }
  return { name: parts.map((part) => part.toLowerCase()), written: parts, next: at };
}
