// Rows as a table: sorted by a press on a column, moved through by the arrows, copied, saved as CSV, charted. Paged, so that ten
// thousand rows stay quick.
import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import ChartColumn from "lucide-react/icons/chart-column";
import ChevronLeft from "lucide-react/icons/chevron-left";
import ChevronRight from "lucide-react/icons/chevron-right";
import Download from "lucide-react/icons/download";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { notify, notifyError } from "../ui/toast.tsx";
import { cellText } from "./cell-value.ts";
import { CopyButton } from "./copy-button.tsx";
import { csvOf, tsvOf } from "./delimited.ts";
import { copyText, saveFile } from "./save-file.ts";
import {
  cellAfter,
  nextOrder,
  pageRows,
  type SortOrder,
  sortRows,
  type TableColumn,
  tableColumns,
} from "./table-rows.ts";

export interface ResultTableProps {
  readonly columns: readonly { readonly name: string; readonly type?: string }[] | readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** There are more rows than these. */
  readonly truncated?: boolean;
  /** Of the whole, where it is known. */
  readonly totalRows?: number;
  /** What the table is of: its accessible name, and the name of the saved file. */
  readonly title?: string;
  /** Where it can be charted. */
  readonly onChart?: () => void;
}

const count = new Intl.NumberFormat("en");

interface Place {
  readonly row: number;
  readonly column: number;
}

const countText = ({ rows, truncated, totalRows }: ResultTableProps): string => {
  const shown = `${count.format(rows.length)} ${rows.length === 1 ? "row" : "rows"}`;
  if (totalRows !== undefined && totalRows > rows.length) return `${shown} of ${count.format(totalRows)}`;
  return truncated === true ? `First ${shown}; there are more` : shown;
};

const Header = ({
  column,
  order,
  onSort,
}: {
  readonly column: TableColumn;
  readonly order: SortOrder["direction"] | undefined;
  readonly onSort: () => void;
}) => (
  <th
    scope="col"
    aria-sort={order ?? "none"}
    className="sticky top-0 z-10 border-b border-line-strong bg-sunken p-0 text-left font-medium"
  >
    <button
      type="button"
      onClick={onSort}
      title={column.type === undefined ? column.name : `${column.name}: ${column.type}`}
      className={cx(
        "flex w-full max-w-80 items-center gap-1 px-3 py-1.5 -outline-offset-2 hover:bg-hover",
        column.kind === "number" && "justify-end",
      )}
    >
      <span className="truncate">{column.name}</span>
      {order === "ascending" ? <ArrowUp size={13} className="shrink-0" aria-hidden="true" /> : null}
      {order === "descending" ? <ArrowDown size={13} className="shrink-0" aria-hidden="true" /> : null}
    </button>
  </th>
);

const shownChars = 200;

const cellContent = (value: unknown): ReactNode => {
  if (value === null || value === undefined) return <span className="text-faint italic">null</span>;
  const text = cellText(value);
  if (text === "") return <span className="text-faint italic">empty</span>;
  return text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
};

const ChosenCell = ({ column, value }: { readonly column: string; readonly value: unknown }) => (
  <div className="flex items-start gap-2 border-t border-line bg-sunken px-3 py-1.5 text-[0.8125rem]">
    <span className="mt-1 shrink-0 text-soft">{column}</span>
    <div
      className="max-h-32 min-w-0 grow overflow-y-auto py-1 font-mono break-words whitespace-pre-wrap"
      tabIndex={0}
      role="group"
      aria-label="The chosen value"
    >
      {value === null || value === undefined ? "null" : cellText(value)}
    </div>
    <CopyButton label="Copy this value" text={() => cellText(value)} />
  </div>
);

const Pager = ({
  page,
  pages,
  onPage,
}: {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}) => (
  <div className="ml-auto flex items-center gap-1 text-[0.8125rem] text-soft">
    <IconButton
      size="sm"
      label="Previous rows"
      icon={<ChevronLeft size={16} />}
      disabled={page === 0}
      onClick={() => onPage(page - 1)}
    />
    <span className="tabular-nums" aria-live="polite">
      {page + 1} / {pages}
    </span>
    <IconButton
      size="sm"
      label="Next rows"
      icon={<ChevronRight size={16} />}
      disabled={page >= pages - 1}
      onClick={() => onPage(page + 1)}
    />
  </div>
);

/** A table of a result's rows. */
export const ResultTable = (props: ResultTableProps) => {
  const { rows, title = "Result", onChart } = props;
  const columns = useMemo(() => tableColumns(props.columns, rows), [props.columns, rows]);
  const [order, setOrder] = useState<SortOrder>();
  const [wanted, setPage] = useState(0);
  const [chosen, setChosen] = useState<Place>();
  const body = useRef<HTMLTableSectionElement>(null);
  const sorted = useMemo(
    () =>
      sortRows(
        rows,
        columns.map(({ kind }) => kind),
        order,
      ),
    [rows, columns, order],
  );
  const pageSize = pageRows(columns.length);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const page = Math.min(wanted, pages - 1);
  const shown = sorted.slice(page * pageSize, (page + 1) * pageSize);
  const names = columns.map(({ name }) => name);
  const focused = chosen ?? { row: 0, column: 0 };
  const value = chosen === undefined ? undefined : shown[chosen.row]?.[chosen.column];

  const goTo = (next: number): void => {
    setPage(next);
    setChosen(undefined);
  };
  const onKey = (event: KeyboardEvent): void => {
    if ((event.ctrlKey || event.metaKey) && event.key === "c" && getSelection()?.isCollapsed !== false) {
      event.preventDefault();
      void copyText(cellText(shown[focused.row]?.[focused.column])).then((done) =>
        done ? notify("The value is copied.") : notifyError(new Error("The browser did not let the page copy.")),
      );
      return;
    }
    const next = cellAfter(event.key, focused, { rows: shown.length, columns: columns.length });
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    setChosen(next);
    body.current?.rows[next.row]?.cells[next.column]?.focus();
  };

  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="max-h-[26rem] overflow-auto overscroll-contain">
        <table
          role="grid"
          aria-label={title}
          aria-rowcount={rows.length + 1}
          className="min-w-full border-separate border-spacing-0 text-[0.8125rem]"
        >
          <thead>
            <tr>
              {columns.map((column, at) => (
                <Header
                  key={at}
                  column={column}
                  order={order?.column === at ? order.direction : undefined}
                  onSort={() => {
                    setOrder(nextOrder(order, at));
                    goTo(0);
                  }}
                />
              ))}
            </tr>
          </thead>
          <tbody ref={body} onKeyDown={onKey}>
            {shown.map((row, rowAt) => (
              <tr
                key={page * pageSize + rowAt}
                aria-rowindex={page * pageSize + rowAt + 2}
                className="hover:bg-hover/60"
              >
                {columns.map(({ kind }, at) => (
                  <td
                    key={at}
                    tabIndex={rowAt === focused.row && at === focused.column ? 0 : -1}
                    aria-selected={chosen?.row === rowAt && chosen.column === at}
                    onClick={() => setChosen({ row: rowAt, column: at })}
                    className={cx(
                      "max-w-80 truncate border-b border-line/60 px-3 py-1 -outline-offset-2",
                      kind === "number" && "text-right tabular-nums",
                      chosen?.row === rowAt && chosen.column === at && "bg-accent-soft",
                    )}
                  >
                    {cellContent(row[at])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 ? <p className="px-3 py-4 text-sm text-faint">The result has no rows.</p> : null}
      </div>
      {chosen === undefined ? null : <ChosenCell column={names[chosen.column] ?? ""} value={value} />}
      <div className="flex flex-wrap items-center gap-x-1 gap-y-1 border-t border-line px-2 py-1">
        <span className="px-1 text-[0.8125rem] text-soft">{countText(props)}</span>
        <CopyButton words="Copy" label="Copy all rows, for a spreadsheet" text={() => tsvOf(names, sorted)} />
        <Button
          size="sm"
          variant="ghost"
          icon={<Download size={15} aria-hidden="true" />}
          title="Save all rows as CSV"
          onClick={() =>
            saveFile(`${title.replace(/\.[ct]sv$/i, "")}.csv`, csvOf(names, sorted), "text/csv;charset=utf-8")
          }
        >
          CSV
        </Button>
        {onChart === undefined ? null : (
          <Button size="sm" variant="ghost" icon={<ChartColumn size={15} aria-hidden="true" />} onClick={onChart}>
            Chart
          </Button>
        )}
        {pages > 1 ? <Pager page={page} pages={pages} onPage={goTo} /> : null}
      </div>
    </div>
  );
};
