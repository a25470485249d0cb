// What is within a tool's card: its input and its result, each in the form that suits it.
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { ChartSpec } from "../../contract/api.ts";
import { type ResultRows, rowsOfResult } from "../tables/rows-of-result.ts";
import { ResultTable } from "../tables/result-table.tsx";
import type { Todo } from "../../contract/events.ts";
import type { ToolBlock } from "../state/blocks.ts";
import { DiffView } from "../views/diff-view.tsx";
import { cellsOfResult } from "../views/notebook-cells.ts";
import { NotebookView } from "../views/notebook-view.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { editsOf } from "./edits.ts";
import { Markdown } from "./markdown.tsx";
import { TodoList } from "./todo-list.tsx";
import { CopyButton } from "../tables/copy-button.tsx";
import { bareName, inputOf, inputText, resultText } from "./tool-words.ts";

const maxShown = 40_000;

const cut = (text: string): string =>
  text.length <= maxShown
    ? text
    : `${text.slice(0, maxShown)}\n… ${text.length - maxShown} characters more. Copy gives all of it.`;

/** Text as it is, in a box that scrolls. */
export const PlainText = ({
  label,
  text,
  tone,
}: {
  readonly label: string;
  readonly text: string;
  readonly tone?: "error";
}) => (
  <section aria-label={label}>
    <div className="flex items-center justify-between">
      <p className="text-xs font-medium text-faint">{label}</p>
      <CopyButton label={`Copy: ${label.toLowerCase()}`} text={() => text} />
    </div>
    <pre
      tabIndex={0}
      className={`max-h-80 overflow-auto rounded-lg border border-line bg-sunken px-3 py-2 font-mono text-xs leading-relaxed break-words whitespace-pre-wrap ${tone === "error" ? "text-danger" : "text-ink"}`}
    >
      {cut(text)}
    </pre>
  </section>
);

const LazyChart = lazy(async () => ({ default: (await import("../charts/chart-view.tsx")).ChartView }));

const LazyRowsChart = lazy(async () => ({ default: (await import("../charts/rows-chart.tsx")).RowsChart }));

const Waiting = () => (
  <p className="flex items-center gap-2 py-6 text-sm text-faint">
    <Spinner label="Loading" /> Loading
  </p>
);

/** A chart as the agent described it; its code is loaded when the first one is shown. */
export const Chart = ({ spec }: { readonly spec: unknown }) => (
  <Suspense fallback={<Waiting />}>
    <LazyChart spec={spec as ChartSpec} />
  </Suspense>
);

const Rows = ({ rows }: { readonly rows: ResultRows }) => {
  const [isDrawn, setDrawn] = useState(false);
  const { title, columns, rows: values, truncated, totalRows } = rows;
  return (
    <div className="flex flex-col gap-2">
      <ResultTable
        columns={columns}
        rows={values}
        truncated={truncated}
        {...(title === undefined ? {} : { title })}
        {...(totalRows === undefined ? {} : { totalRows })}
        onChart={() => setDrawn(!isDrawn)}
      />
      {isDrawn ? (
        <Suspense fallback={<Waiting />}>
          <LazyRowsChart columns={columns} rows={values} />
        </Suspense>
      ) : null}
    </div>
  );
};

const Terminal = ({ command, output }: { readonly command: string; readonly output: string | undefined }) => (
  <section aria-label="Command and its output" className="overflow-hidden rounded-lg border border-line bg-sunken">
    <div className="flex items-start gap-2 border-b border-line px-3 py-1.5">
      <code className="min-w-0 grow py-1 font-mono text-xs break-words whitespace-pre-wrap">
        <span className="text-faint select-none">$ </span>
        {command}
      </code>
      <CopyButton label="Copy the command" text={() => command} />
    </div>
    {output === undefined ? null : (
      <pre
        tabIndex={0}
        className="max-h-80 overflow-auto px-3 py-2 font-mono text-xs leading-relaxed whitespace-pre-wrap"
      >
        {output === "" ? "(no output)" : cut(output)}
      </pre>
    )}
  </section>
);

const textField = (fields: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === "string" ? value : undefined;
};

const inputName = (name: string): string => (/sql|quer/.test(name) ? "SQL" : "Input");

/** What was asked: the one text that matters, or all of it as JSON. */
const Input = ({ block }: { readonly block: ToolBlock }) => {
  const fields = inputOf(block.tool_input);
  const statement = textField(fields, "statement") ?? textField(fields, "sql") ?? textField(fields, "query");
  const isAll = statement !== undefined && Object.keys(fields).length === 1;
  const text = isAll ? statement : inputText(block.tool_input);
  return text === "" || text === "{}" ? null : (
    <PlainText label={isAll ? inputName(bareName(block.tool_name)) : "Input"} text={text} />
  );
};

const Result = ({ block }: { readonly block: ToolBlock }) => {
  const { result } = block;
  if (result === undefined) return null;
  if (result.is_error) return <PlainText label="Error" text={result.content} tone="error" />;
  const structured = result.structured ?? parsed(result.content);
  const cells = cellsOfResult(structured);
  if (cells !== undefined) return <NotebookView cells={cells} />;
  const tables = rowsOfResult(structured);
  if (tables.length === 0) return <PlainText label="Result" text={resultText(result.content)} />;
  return tables.map((rows, index) => <Rows key={index} rows={rows} />);
};

const parsed = (content: string): unknown => {
  if (!content.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
};

const todosOf = (value: unknown): readonly Todo[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const isTodo = (one: unknown): one is Todo =>
    typeof one === "object" && one !== null && "content" in one && "status" in one && typeof one.content === "string";
  return value.every(isTodo) ? value : undefined;
};

const special = (block: ToolBlock): ReactNode => {
  const fields = inputOf(block.tool_input);
  const command = textField(fields, "command");
  if (command !== undefined && /^(?:Bash|shell|run_shell_command)$/.test(block.tool_name))
    return <Terminal command={command} output={block.result?.content} />;
  const plan = textField(fields, "plan");
  if (plan !== undefined && block.tool_name === "ExitPlanMode") return <Markdown text={plan} isOpen={false} />;
  const todos = todosOf(fields["todos"]);
  if (todos !== undefined) return <TodoList todos={todos} isLive={false} />;
  const edits = editsOf(block.tool_name, fields);
  if (edits === undefined) return undefined;
  return (
    <>
      {edits.map((edit, index) => (
        <DiffView key={index} {...edit} />
      ))}
      {block.result?.is_error === true ? <PlainText label="Error" text={block.result.content} tone="error" /> : null}
    </>
  );
};

/** The inside of a card. */
export const ToolBody = ({ block }: { readonly block: ToolBlock }) =>
  special(block) ?? (
    <>
      <Input block={block} />
      <Result block={block} />
    </>
  );

/** Whether a result is worth being seen at once: rows are. */
export const isTelling = (block: ToolBlock): boolean =>
  block.result !== undefined && !block.result.is_error && rowsOfResult(block.result.structured).length > 0;
