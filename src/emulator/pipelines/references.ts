// The relations that the text of a query names, and where they stand in it: what STREAM means is written into the text.
import { Cursor } from "../sql/parse/cursor.ts";

export interface Reference {
  readonly name: readonly string[];
  readonly stream: boolean;
  /** Place in the text, STREAM included. */
  readonly start: number;
  readonly end: number;
  /** Whether an alias follows. */
  readonly aliased: boolean;
  /** Of read_files(...): the text between its parentheses. */
  readonly files?: string;
}

const fromEnds = new Set(
  "SELECT WHERE GROUP HAVING QUALIFY ORDER LIMIT OFFSET UNION INTERSECT EXCEPT MINUS WINDOW SORT CLUSTER DISTRIBUTE".split(
    " ",
  ),
);

/** In the order of the text. Throws SqlFault for a text that is no SQL. */
export function referencesOf(text: string): readonly Reference[] {
  const cursor = new Cursor(text);
  const found: Reference[] = [];
  const common = new Set(commonNames(text));
  /** For each open parenthesis, whether commas part relations. */
  const lists: boolean[] = [false];
  let expecting = false;
  while (cursor.peek().kind !== "end") {
    if (expecting) {
      expecting = false;
      const reference = readReference(cursor);
      if (reference !== undefined) {
        const isCommon = reference.name.length === 1 && common.has((reference.name[0] ?? "").toLowerCase());
        if (!isCommon || reference.stream) found.push(reference);
        continue;
      }
    }
    const token = cursor.next();
    if (token.upper === "(") {
      lists.push(false);
      // `FROM (a JOIN b)`: what follows is a relation unless it is a query.
      expecting = isRelationAfter(cursor, token.start);
      if (expecting) lists[lists.length - 1] = true;
    } else if (token.upper === ")") lists.pop();
    else if (token.upper === "FROM") {
      if (isDistinctFrom(cursor)) continue;
      lists[lists.length - 1] = true;
      expecting = true;
    } else if (token.upper === "JOIN") expecting = true;
    else if (token.upper === "," && lists.at(-1) === true) expecting = true;
    else if (fromEnds.has(token.upper)) lists[lists.length - 1] = false;
  }
  return found;
}

function isDistinctFrom(cursor: Cursor): boolean {
  return cursor.tokens[cursor.position - 2]?.upper === "DISTINCT";
}

/** After an opening parenthesis: whether it stands where a relation does, and holds no query. */
function isRelationAfter(cursor: Cursor, start: number): boolean {
  const before = cursor.tokens[cursor.tokens.findIndex((token) => token.start === start) - 1];
  const opens = before?.upper === "FROM" || before?.upper === "JOIN";
  return opens && !cursor.atAny("SELECT", "WITH", "VALUES", "FROM", "TABLE");
}

function readReference(cursor: Cursor): Reference | undefined {
  const start = cursor.peek().start;
  cursor.accept("LATERAL");
  if (cursor.at("(") || cursor.at("VALUES") || cursor.peek().kind === "end") return undefined;
  const stream = cursor.at("STREAM") && !isEndOfName(cursor);
  if (!stream) return readNamed(cursor, { start, stream });
  cursor.next();
  const wrapped = cursor.accept("(");
  const inner = readNamed(cursor, { start, stream });
  if (inner === undefined || !wrapped) return inner;
  const end = cursor.peek().end;
  if (!cursor.accept(")")) return undefined;
  return { ...inner, end, aliased: hasAlias(cursor) };
}

/** A table called `stream`: what comes next is no name. */
function isEndOfName(cursor: Cursor): boolean {
  const after = cursor.peek(1);
  if (after.upper === "(") return false;
  return after.kind !== "word" && after.kind !== "quoted";
}

function readNamed(cursor: Cursor, at: { readonly start: number; readonly stream: boolean }): Reference | undefined {
  const first = cursor.peek();
  if (first.kind !== "word" && first.kind !== "quoted") return undefined;
  const name = [cursor.next().text];
  let end = first.end;
  while (cursor.at(".") && ["word", "quoted"].includes(cursor.peek(1).kind)) {
    cursor.next();
    const token = cursor.next();
    name.push(token.text);
    end = token.end;
  }
  if (!cursor.at("(")) return { ...at, name, end, aliased: hasAlias(cursor) };
  if (name.length !== 1 || name[0]?.toLowerCase() !== "read_files") return undefined;
  const open = cursor.next();
  const closing = skipParenthesis(cursor);
  return {
    ...at,
    name,
    end: closing.end,
    files: cursor.source.slice(open.end, closing.start),
    aliased: hasAlias(cursor),
  };
}

function skipParenthesis(cursor: Cursor): { readonly start: number; readonly end: number } {
  let depth = 1;
  for (;;) {
    const token = cursor.next();
    if (token.kind === "end") throw cursor.unexpected("expected )");
    if (token.upper === "(") depth += 1;
    if (token.upper === ")") depth -= 1;
    if (depth === 0) return token;
  }
}

function hasAlias(cursor: Cursor): boolean {
  const before = cursor.position;
  const found = cursor.accept("AS") || cursor.bareAlias() !== undefined;
  cursor.rewind(before);
  return found;
}

/** Names that the query gives to its own parts: `WITH x AS (`, `, y AS (`, `y(a, b) AS (`. */
function commonNames(text: string): readonly string[] {
  const cursor = new Cursor(text);
  const names: string[] = [];
  let inWith = false;
  while (cursor.peek().kind !== "end") {
    const token = cursor.next();
    if (token.upper === "WITH") inWith = true;
    const opens = inWith && (token.kind === "word" || token.kind === "quoted") && cursor.at("AS", "(");
    const before = cursor.tokens[cursor.position - 2];
    if (opens && (before?.upper === "WITH" || before?.upper === "," || before?.upper === "RECURSIVE")) {
      names.push(token.text.toLowerCase());
    }
  }
  return names;
}

/** The text with each reference replaced by what `replace` gives; undefined leaves it. */
export function withReferences(text: string, replace: (reference: Reference) => string | undefined): string {
  let result = "";
  let from = 0;
  for (const reference of referencesOf(text)) {
    const words = replace(reference);
    if (words === undefined) continue;
    const alias = reference.aliased ? "" : ` AS \`${(reference.name.at(-1) ?? "").replaceAll("`", "``")}\``;
    result += `${text.slice(from, reference.start)}${words}${alias}`;
    from = reference.end;
  }
  return result + text.slice(from);
}
