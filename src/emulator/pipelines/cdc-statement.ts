// AUTO CDC INTO and APPLY CHANGES INTO: the clauses of the statement.
import type { Cursor } from "../sql/parse/cursor.ts";
import type { Cdc } from "./cdc.ts";
import { definitionFault } from "./graph.ts";

const clauses = {
  KEYS: ["KEYS"],
  DELETE: ["APPLY", "AS", "DELETE", "WHEN"],
  TRUNCATE: ["APPLY", "AS", "TRUNCATE", "WHEN"],
  NULLS: ["IGNORE", "NULL", "UPDATES"],
  SEQUENCE: ["SEQUENCE", "BY"],
  COLUMNS: ["COLUMNS"],
  STORED: ["STORED", "AS"],
  TRACK: ["TRACK", "HISTORY", "ON"],
} as const;

type Clause = keyof typeof clauses;

/** What follows the target: `FROM STREAM(x) KEYS (id) SEQUENCE BY at ...`, to the end. Throws SqlFault and PipelineFault. */
export function readCdc(cursor: Cursor): { readonly source: string; readonly cdc: Cdc } {
  cursor.expect("FROM");
  const source = textOfClause(cursor);
  const texts = new Map<Clause, string>();
  while (cursor.peek().kind !== "end") {
    const clause = clauseAt(cursor);
    if (clause === undefined) throw cursor.unexpected();
    cursor.expect(...clauses[clause]);
    texts.set(clause, textOfClause(cursor));
  }
  for (const refused of ["TRUNCATE", "NULLS"] as const) {
    if (texts.has(refused)) throw unsupported(clauses[refused].join(" "));
  }
  const sequence = texts.get("SEQUENCE");
  if (sequence === undefined || !texts.has("KEYS")) throw cursor.unexpected("expected KEYS and SEQUENCE BY");
  const stored = (texts.get("STORED") ?? "SCD TYPE 1").replaceAll(/\s+/g, " ").toUpperCase();
  if (!/^SCD TYPE [12]$/.test(stored)) throw unsupported(`STORED AS ${stored}`);
  const columns = namesOf(texts.get("COLUMNS"));
  const track = namesOf(texts.get("TRACK"));
  const cdc: Cdc = {
    keys: namesOf(texts.get("KEYS")).only ?? [],
    sequence,
    deletes: texts.get("DELETE"),
    columns: columns.only,
    exceptColumns: columns.except,
    scdType: stored.endsWith("2") ? 2 : 1,
    track: track.only,
    exceptTrack: track.except,
  };
  return { source: /^stream\b/i.test(source) ? source : `STREAM(${source})`, cdc };
}

export function unsupported(what: string): Error {
  return definitionFault(`[UNSUPPORTED_FEATURE] The Mortar emulator does not support ${what} of AUTO CDC.`);
}

function clauseAt(cursor: Cursor): Clause | undefined {
  return (Object.keys(clauses) as Clause[]).find((clause) => cursor.at(...clauses[clause]));
}

/** Everything up to the next clause, as typed. */
function textOfClause(cursor: Cursor): string {
  const start = cursor.position;
  let depth = 0;
  while (cursor.peek().kind !== "end" && (depth > 0 || clauseAt(cursor) === undefined)) {
    const { upper } = cursor.next();
    if (upper === "(") depth += 1;
    if (upper === ")") depth -= 1;
  }
  return cursor.textBetween(start, cursor.position);
}

/** `(a, b)`, `a, b`, `* EXCEPT (a)`. */
function namesOf(text: string | undefined): { readonly only?: readonly string[]; readonly except?: readonly string[] } {
  if (text === undefined) return {};
  const except = /^\*\s*except\s*(.*)$/is.exec(text.trim());
  const list = (except?.[1] ?? text).trim().replace(/^\(([\s\S]*)\)$/, "$1");
  if (list === "*") return {};
  const names = list.split(",").map((name) => name.trim().replace(/^`(.*)`$/, "$1"));
  return except === null ? { only: names } : { except: names };
}
