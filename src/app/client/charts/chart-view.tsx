// A chart as the agent described it, which a person can change: its kind, its axes, its series; with its rows as a table, and saved.
import ImageDown from "lucide-react/icons/image-down";
import Table from "lucide-react/icons/table";
import { useMemo, useRef, useState } from "react";
import type { ChartSpec } from "../../contract/api.ts";
import { csvOf } from "../tables/delimited.ts";
import { ResultTable } from "../tables/result-table.tsx";
import { saveFile } from "../tables/save-file.ts";
import { IconButton } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { notifyError } from "../ui/toast.tsx";
import { type ChartChoice, ChartControls } from "./chart-controls.tsx";
import { ChartDrawing } from "./chart-drawing.tsx";
import { chartImage } from "./chart-image.ts";
import { lookOf } from "./chart-look.ts";
import { pointsOf } from "./chart-points.ts";
import { problemOf, readSpec } from "./chart-spec.ts";

export interface ChartViewProps {
  /** From a model: read before it is drawn. */
  readonly spec: ChartSpec;
}

const Problem = ({ text }: { readonly text: string }) => (
  <p role="alert" className="rounded-lg border border-warn/40 bg-warn-soft px-3 py-2 text-sm text-warn">
    {text}
  </p>
);

/** The rows of a description that cannot be read, as far as they are rows. */
const rawTable = (spec: unknown) => {
  const { columns, rows } = (spec ?? {}) as { columns?: unknown; rows?: unknown };
  if (!Array.isArray(columns) || !Array.isArray(rows)) return null;
  const lists = rows.filter((row): row is unknown[] => Array.isArray(row));
  return lists.length === 0 ? null : <ResultTable columns={columns.map(String)} rows={lists} />;
};

const describe = (spec: ChartSpec, count: number): string =>
  `${spec.type} chart of ${spec.y.join(", ")} by ${spec.x}, ${count} points. The same values are in the table that the button Table shows.`;

const Chart = ({ given }: { readonly given: ChartSpec }) => {
  const [change, setChange] = useState<Partial<ChartChoice>>({});
  const [isTable, setIsTable] = useState(false);
  const drawing = useRef<HTMLDivElement>(null);
  const spec = useMemo(() => ({ ...given, ...change }), [given, change]);
  const problem = useMemo(() => problemOf(spec), [spec]);
  const points = useMemo(() => (problem === undefined ? pointsOf(spec) : undefined), [problem, spec]);
  const title = spec.title ?? `${spec.y.join(", ")} by ${spec.x}`;

  const saveImage = async (): Promise<void> => {
    if (drawing.current === null || points === undefined) return;
    const names = spec.type === "pie" ? points.points.map(({ x }) => String(x)) : spec.y;
    const legend = names.map((name, at) => ({ name, ...lookOf(at) }));
    try {
      saveFile(`${title}.png`, await chartImage(drawing.current, { title, legend }));
    } catch (error) {
      notifyError(error);
    }
  };

  return (
    <figure className="rounded-xl border border-line bg-surface p-3">
      <div className="mb-2 flex items-start gap-1">
        <figcaption className="min-w-0 grow px-1 pt-1 text-sm font-semibold break-words">{title}</figcaption>
        <IconButton
          size="sm"
          label={isTable ? "Show the chart" : "Show as a table"}
          aria-pressed={isTable}
          active={isTable}
          icon={<Table size={16} />}
          onClick={() => setIsTable(!isTable)}
        />
        <Menu
          label="Save the chart"
          items={[
            { label: "Save as PNG", disabled: isTable || points === undefined, onSelect: () => void saveImage() },
            {
              label: "Save as CSV",
              onSelect: () => saveFile(`${title}.csv`, csvOf(spec.columns, spec.rows), "text/csv;charset=utf-8"),
            },
          ]}
          trigger={(props) => <IconButton {...props} size="sm" label="Save" icon={<ImageDown size={16} />} />}
        />
      </div>
      <ChartControls spec={spec} onChange={(next) => setChange({ ...change, ...next })} />
      {problem === undefined ? null : <Problem text={problem} />}
      {points !== undefined && !isTable ? (
        <div ref={drawing}>
          <ChartDrawing
            type={spec.type}
            points={points}
            xName={spec.x}
            stacked={spec.stacked === true}
            description={describe(spec, points.points.length)}
          />
        </div>
      ) : null}
      {points?.note !== undefined && !isTable ? <p className="mt-1 px-1 text-xs text-faint">{points.note}</p> : null}
      {isTable || problem !== undefined ? (
        <div className="mt-2">
          <ResultTable columns={spec.columns} rows={spec.rows} title={title} />
        </div>
      ) : null}
    </figure>
  );
};

/** A chart that a person can change; what cannot be drawn is said, and shown as a table. */
export const ChartView = ({ spec }: ChartViewProps) => {
  const read = useMemo(() => readSpec(spec), [spec]);
  if ("spec" in read) return <Chart given={read.spec} />;
  return (
    <div className="flex flex-col gap-2">
      <Problem text={`${read.problem} Ask the agent to draw it again.`} />
      {rawTable(spec)}
    </div>
  );
};
