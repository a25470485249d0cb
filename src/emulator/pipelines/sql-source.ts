// The statements of a pipeline's SQL source: CREATE MATERIALIZED VIEW, STREAMING TABLE, TEMPORARY VIEW, FLOW.
import { splitStatements } from "../kernel/sql-statements.ts";
import { SqlFault } from "../sql/engine.ts";
import { Cursor } from "../sql/parse/cursor.ts";
import { readCdc } from "./cdc-statement.ts";
import {
  bare,
  definitionFault,
  keyOf,
  PipelineFault,
  type Dataset,
  type DatasetKind,
  type Expectation,
  type Flow,
  type Place,
} from "./graph.ts";

export interface Declared {
  readonly datasets: readonly Dataset[];
  readonly flows: readonly Flow[];
}

/** What the text declares. `place` changes with USE. Throws PipelineFault. */
export function readSqlSource(text: string, path: string, start: Place): Declared {
  const datasets: Dataset[] = [];
  const flows: Flow[] = [];
  let place = start;
  for (const statement of splitStatements(text)) {
    try {
      const cursor = new Cursor(statement);
      if (cursor.at("USE")) place = readUse(cursor, place);
      else if (cursor.at("CREATE", "FLOW")) flows.push(readFlow(cursor, place));
      else if (cursor.at("APPLY", "CHANGES") || cursor.at("AUTO", "CDC"))
        flows.push(readCdcFlow(cursor, place, undefined));
      else {
        const { dataset, flow } = readDataset(cursor, place);
        datasets.push(dataset);
        if (flow !== undefined) flows.push(flow);
      }
    } catch (thrown) {
      throw inSource(thrown, path);
    }
  }
  return { datasets, flows };
}

function inSource(thrown: unknown, path: string): unknown {
  const message = `${thrown instanceof Error ? thrown.message : ""}\nIn ${path}`;
  if (thrown instanceof PipelineFault) return new PipelineFault(thrown.className, message);
  if (!(thrown instanceof SqlFault)) return thrown;
  return new PipelineFault("org.apache.spark.sql.catalyst.parser.ParseException", message);
}

function readUse(cursor: Cursor, place: Place): Place {
  cursor.expect("USE");
  if (cursor.accept("CATALOG")) return { ...place, catalog: cursor.name() };
  if (!cursor.accept("SCHEMA")) cursor.accept("DATABASE");
  const [first, second] = nameAt(cursor);
  return second === undefined ? { ...place, schema: first ?? "" } : { catalog: first ?? "", schema: second };
}

function nameAt(cursor: Cursor): readonly string[] {
  const parts = [cursor.name()];
  while (cursor.accept(".")) parts.push(cursor.name());
  return bare(parts);
}

/** CREATE FLOW name AS INSERT INTO [ONCE] target BY NAME query. */
function readFlow(cursor: Cursor, place: Place): Flow {
  cursor.expect("CREATE", "FLOW");
  const name = nameAt(cursor).join(".");
  if (cursor.accept("COMMENT")) cursor.string();
  cursor.expect("AS");
  if (cursor.at("AUTO", "CDC") || cursor.at("APPLY", "CHANGES")) return readCdcFlow(cursor, place, name);
  cursor.expect("INSERT");
  const once = cursor.accept("ONCE");
  cursor.expect("INTO");
  const isOnce = cursor.accept("ONCE") || once;
  const target = keyOf(nameAt(cursor), place);
  cursor.expect("BY", "NAME");
  return { name, target, once: isOnce, query: { sql: rest(cursor) } };
}

/** AUTO CDC INTO target FROM source KEYS (...) SEQUENCE BY ..., which was called APPLY CHANGES. */
function readCdcFlow(cursor: Cursor, place: Place, name: string | undefined): Flow {
  if (!cursor.accept("AUTO", "CDC")) cursor.expect("APPLY", "CHANGES");
  const once = cursor.accept("ONCE");
  cursor.expect("INTO");
  const target = nameAt(cursor);
  const { source, cdc } = readCdc(cursor);
  const flow = name ?? target.join(".");
  return { name: flow, target: keyOf(target, place), once, query: { sql: `SELECT * FROM ${source}` }, cdc };
}

function unsupported(what: string): PipelineFault {
  return definitionFault(`[UNSUPPORTED_FEATURE] The Mortar emulator does not support ${what} in a pipeline.`);
}

function rest(cursor: Cursor): string {
  const { start } = cursor.peek();
  if (cursor.peek().kind === "end") throw cursor.unexpected("expected a query");
  return cursor.source.slice(start);
}

function readDataset(cursor: Cursor, place: Place): { readonly dataset: Dataset; readonly flow: Flow | undefined } {
  const kind = readKind(cursor);
  if (cursor.accept("IF")) cursor.expect("NOT", "EXISTS");
  const parts = nameAt(cursor);
  const key = kind === "view" ? (parts.at(-1) ?? "").toLowerCase() : keyOf(parts, place);
  const items = cursor.accept("(") ? readItems(cursor) : { expectations: [], columns: undefined, names: undefined };
  const options = readOptions(cursor);
  const name = kind === "view" ? (parts.at(-1) ?? "") : parts.join(".");
  const query = cursor.accept("AS") ? rest(cursor) : undefined;
  if (query === undefined && (kind !== "streaming" || cursor.peek().kind !== "end")) {
    throw cursor.unexpected("expected AS and a query");
  }
  const dataset: Dataset = {
    key,
    name,
    kind,
    comment: options.comment,
    properties: options.properties,
    columns: items.columns,
    columnNames: items.names,
    layout: options.layout,
    expectations: items.expectations,
  };
  if (query === undefined) return { dataset, flow: undefined };
  return { dataset, flow: { name, target: key, once: false, query: { sql: query } } };
}

function readKind(cursor: Cursor): DatasetKind {
  if (!cursor.accept("CREATE")) throw notForPipelines(cursor);
  if (cursor.accept("OR") && !cursor.accept("REFRESH")) cursor.expect("REPLACE");
  const hidden = cursor.accept("TEMPORARY") || cursor.accept("PRIVATE");
  const streaming = cursor.accept("STREAMING");
  const live = cursor.accept("LIVE");
  if (cursor.accept("MATERIALIZED", "VIEW")) return "materialized";
  if (cursor.accept("VIEW")) {
    if (!hidden && !live) throw unsupported("views that are published (CREATE VIEW without TEMPORARY)");
    return "view";
  }
  if (!cursor.accept("TABLE")) throw notForPipelines(cursor);
  if (streaming) return "streaming";
  if (live) return "materialized";
  throw definitionFault(
    "[UNSUPPORTED_FEATURE] CREATE TABLE is not supported in a pipeline: use CREATE OR REFRESH STREAMING TABLE or CREATE OR REFRESH MATERIALIZED VIEW.",
  );
}

function notForPipelines(cursor: Cursor): PipelineFault {
  const words = cursor.source.trim().split(/\s+/).slice(0, 3).join(" ");
  return definitionFault(
    `[UNSUPPORTED_FEATURE] '${words}' is not supported in a pipeline's source: it may hold CREATE OR REFRESH STREAMING TABLE, CREATE OR REFRESH MATERIALIZED VIEW, CREATE TEMPORARY VIEW, CREATE FLOW and USE.`,
  );
}

interface Items {
  readonly expectations: readonly Expectation[];
  readonly columns: string | undefined;
  readonly names: readonly string[] | undefined;
}

/** Columns and expectations between parentheses; the opening one was taken. */
function readItems(cursor: Cursor): Items {
  const expectations: Expectation[] = [];
  const columns: string[] = [];
  const names: string[] = [];
  let typed = false;
  cursor.listToParenthesis(() => {
    if (cursor.at("CONSTRAINT") && cursor.peek(2).upper === "EXPECT")
      return void expectations.push(expectation(cursor));
    const start = cursor.position;
    const isColumn = !cursor.atAny("CONSTRAINT", "PRIMARY", "FOREIGN");
    if (isColumn) names.push(cursor.name());
    if (isColumn && !cursor.atAny(",", ")", "COMMENT", "NOT", "MASK")) typed = true;
    skipItem(cursor);
    columns.push(cursor.textBetween(start, cursor.position));
  });
  if (names.length === 0) return { expectations, columns: undefined, names: undefined };
  return { expectations, columns: typed ? columns.join(", ") : undefined, names: typed ? undefined : names };
}

function skipItem(cursor: Cursor): void {
  let depth = 0;
  while (cursor.peek().kind !== "end") {
    if (depth === 0 && cursor.atAny(",", ")")) return;
    const { upper } = cursor.next();
    if (upper === "(" || upper === "<") depth += 1;
    if (upper === ")" || upper === ">") depth -= 1;
  }
}

function expectation(cursor: Cursor): Expectation {
  cursor.expect("CONSTRAINT");
  const name = cursor.name();
  cursor.expect("EXPECT", "(");
  const start = cursor.position;
  let depth = 1;
  while (depth > 0) {
    const token = cursor.next();
    if (token.kind === "end") throw cursor.unexpected("expected )");
    if (token.upper === "(") depth += 1;
    if (token.upper === ")") depth -= 1;
  }
  const condition = cursor.textBetween(start, cursor.position - 1);
  if (!cursor.accept("ON", "VIOLATION")) return { name, condition, action: "warn" };
  if (cursor.accept("DROP", "ROW")) return { name, condition, action: "drop" };
  cursor.expect("FAIL", "UPDATE");
  return { name, condition, action: "fail" };
}

interface Options {
  readonly comment: string | undefined;
  readonly properties: Readonly<Record<string, string>>;
  readonly layout: string | undefined;
}

function readOptions(cursor: Cursor): Options {
  let comment: string | undefined;
  let layout = "";
  const properties: Record<string, string> = {};
  for (;;) {
    if (cursor.accept("COMMENT")) comment = cursor.string();
    else if (cursor.accept("USING")) cursor.name();
    else if (cursor.accept("TBLPROPERTIES", "(")) cursor.listToParenthesis(() => readProperty(cursor, properties));
    else if (cursor.at("PARTITIONED", "BY") || cursor.at("CLUSTER", "BY")) layout = `${layout} ${readLayout(cursor)}`;
    else if (cursor.at("SCHEDULE") || cursor.at("TRIGGER")) throw unsupported("SCHEDULE and TRIGGER");
    else if (cursor.at("WITH", "ROW")) throw unsupported("row filters");
    else return { comment, properties, layout: layout === "" ? undefined : layout.trim() };
  }
}

function readProperty(cursor: Cursor, properties: Record<string, string>): void {
  let name = cursor.peek().kind === "string" ? cursor.string() : cursor.name();
  while (cursor.accept(".")) name += `.${cursor.name()}`;
  if (!cursor.accept("=")) cursor.accept("==");
  properties[name] = cursor.next().text;
}

function readLayout(cursor: Cursor): string {
  const start = cursor.position;
  cursor.next();
  cursor.next();
  if (cursor.accept("(")) cursor.listToParenthesis(() => skipItem(cursor));
  else cursor.next();
  return cursor.textBetween(start, cursor.position);
}
