// Runs the statements of a SQL cell in the kernel's session.
import { ownValue } from "../own-value.ts";
import type { SqlTable } from "../sql/engine.ts";
import type { OutputCollector } from "./output-collector.ts";
import { firstWord, isQuery, parameterNames, splitStatements } from "./sql-statements.ts";
import { tableOutput } from "./table-output.ts";
import type { CellError } from "./types.ts";
import type { Widgets } from "./widgets.ts";

export interface SqlCellRun {
  readonly code: string;
  readonly query: (statement: string, parameters: readonly { name: string; value: string }[]) => Promise<SqlTable>;
  readonly widgets: Widgets;
  readonly collector: OutputCollector;
  readonly signal: AbortSignal;
}

export interface SqlCellEnd {
  readonly error?: CellError;
  /** What `_sqldf` means after the cell: the last statement again, or its rows where it may not run twice. */
  readonly sqldf?: object;
}

/** Shows the table of the last statement that has one, as a notebook does. Never throws for a failing statement. */
export async function runSqlCell({ code, query, widgets, collector, signal }: SqlCellRun): Promise<SqlCellEnd> {
  let shown: SqlTable | undefined;
  let sqldf: object | undefined;
  try {
    for (const raw of splitStatements(code)) {
      signal.throwIfAborted();
      if (changesWidget(raw, widgets)) continue;
      const statement = withWidgetValues(raw, widgets);
      const values = widgets.all();
      const parameters = parameterNames(statement).flatMap((name) => {
        const value = ownValue(values, name);
        return value === undefined ? [] : [{ name, value }];
      });
      const table = await query(statement, parameters);
      if (table.columns.length === 0) continue;
      shown = table;
      const args = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
      const rows = table.truncated === true ? undefined : { table };
      sqldf = isQuery(statement) ? { statement, args } : rows;
    }
  } catch (thrown) {
    return { error: sqlError(thrown) };
  }
  if (shown !== undefined) collector.add(tableOutput(shown));
  return sqldf === undefined ? {} : { sqldf };
}

/** What a SQL cell says of a failure. */
export function sqlError(thrown: unknown): CellError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { summary: message.split("\n")[0] ?? message, trace: message };
}

const createWidget =
  /^create\s+widget\s+(text|dropdown|combobox|multiselect)\s+(`[^`]+`|\w+)\s+default\s+'((?:[^'\\]|\\.|'')*)'\s*$/i;
const removeWidget = /^remove\s+widget\s+(`[^`]+`|\w+)\s*$/i;

/** CREATE WIDGET and REMOVE WIDGET are the notebook's own statements, not the engine's. Throws WidgetFault. */
function changesWidget(statement: string, widgets: Widgets): boolean {
  const word = firstWord(statement).toLowerCase();
  if (word !== "create" && word !== "remove") return false;
  const bare = statement.replace(/^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, "");
  const made = createWidget.exec(bare);
  if (made !== null) {
    const [, kind = "text", name = "", value = ""] = made;
    const text = value.replace(/''/g, "'").replace(/\\(.)/g, "$1");
    widgets.define({ kind: kind.toLowerCase(), name: unquote(name), value: text, choices: [text] });
    return true;
  }
  if (/^create\s+widget\b/i.test(bare)) {
    throw new Error(
      "[UNSUPPORTED_FEATURE] The emulator supports CREATE WIDGET kind name DEFAULT 'value' alone, without CHOICES.",
    );
  }
  const gone = removeWidget.exec(bare);
  if (gone === null) return false;
  widgets.remove(unquote(gone[1] ?? ""));
  return true;
}

/** `${name}` is replaced by the widget's value before the statement is read, quotes or not. */
function withWidgetValues(statement: string, widgets: Widgets): string {
  const values = widgets.all();
  return statement.replace(/\$\{(?:widgets?\.)?([\w.-]+)\}/g, (whole, name: string) => ownValue(values, name) ?? whole);
}

function unquote(name: string): string {
  return name.startsWith("`") ? name.slice(1, -1) : name;
}
