// The drawing itself, by recharts, from points that are made ready. Nothing moves: it is read, saved and printed as it stands.
import type { ReactNode } from "react";
import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  Line,
  LineChart,
  Pie,
  PieChart,
  ResponsiveContainer,
  Scatter,
  ScatterChart,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { TooltipContentProps } from "recharts";
import type { ChartType } from "./chart-spec.ts";
import { areYears, dateFormat, plainNumber, shortNumber, wholeDate, wholeNumber } from "./chart-format.ts";
import { lookOf, paleOpacity, shortName } from "./chart-look.ts";
import type { Points } from "./chart-points.ts";
import { tooltipContent } from "./chart-tooltip.tsx";

export interface ChartDrawingProps {
  readonly type: ChartType;
  readonly points: Points;
  readonly xName: string;
  readonly stacked: boolean;
  /** Read aloud in the place of the drawing. */
  readonly description: string;
}

const heightPx = 300;
const tick = { fill: "var(--c-faint)", fontSize: 12 };
const lineEnd = { stroke: "var(--c-line-strong)" };
const margin = { top: 8, right: 16, bottom: 4, left: 4 };

/** How x is written on the axis, and in full. */
const xFormats = ({ points, axis }: Points, lies: boolean) => {
  const numbers = points.flatMap(({ x }) => (typeof x === "number" ? [x] : []));
  if (axis === "time") {
    const span = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0);
    return { axis: dateFormat(span), whole: (x: number | string) => wholeDate(Number(x)) };
  }
  if (axis === "number" && areYears(numbers)) return { axis: plainNumber, whole: (x: number | string) => String(x) };
  if (axis === "number") return { axis: shortNumber, whole: (x: number | string) => wholeNumber(Number(x)) };
  return {
    axis: (x: number | string) => shortName(String(x), lies ? 28 : 16),
    whole: (x: number | string) => String(x),
  };
};

/** Bars lie where their names are long, so that each can be read. */
export const barsLie = ({ points }: Points): boolean =>
  points.length > 1 && points.length <= 40 && points.some(({ x }) => String(x).length > 14);

const PieDrawing = ({
  points,
  content,
}: {
  readonly points: Points;
  readonly content: (props: TooltipContentProps) => ReactNode;
}) => {
  const total = points.points.reduce((sum, { s0 }) => sum + (s0 ?? 0), 0);
  const slices = points.points.map(({ x, s0 }, at) => {
    const { colour, pale } = lookOf(at);
    return { name: String(x), value: s0 ?? 0, colour, pale, fill: colour, fillOpacity: pale ? paleOpacity : 1 };
  });
  return (
    <div className="flex flex-wrap items-center justify-center gap-4">
      <div className="h-[260px] min-w-56 flex-1">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 300, height: 260 }}>
          <PieChart>
            <Pie
              data={slices}
              dataKey="value"
              nameKey="name"
              innerRadius="52%"
              outerRadius="92%"
              stroke="var(--c-surface)"
              isAnimationActive={false}
            />
            <Tooltip content={content} isAnimationActive={false} />
          </PieChart>
        </ResponsiveContainer>
      </div>
      <ul className="flex max-w-72 min-w-44 flex-1 flex-col gap-1 text-[0.8125rem]">
        {slices.map(({ name, value, colour, pale }) => (
          <li key={name} className="flex items-center gap-2" data-legend={name} data-colour={colour}>
            <span
              className="size-2.5 shrink-0 rounded-sm"
              style={{ background: colour, opacity: pale ? paleOpacity : 1 }}
            />
            <span className="min-w-0 grow truncate" title={name}>
              {name}
            </span>
            <span className="text-soft tabular-nums">
              {total === 0 ? "0 %" : `${((value / total) * 100).toFixed(1)} %`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
};

type SeriesMaker = (series: { readonly name: string; readonly key: string; readonly index: number }) => ReactNode;

const markOf = (type: ChartType, stacked: boolean, dots: boolean): SeriesMaker => {
  const stack = stacked ? { stackId: "all" } : {};
  const still = { isAnimationActive: false } as const;
  const dashes = (pale: boolean) => (pale ? { strokeDasharray: "5 3" } : {});
  if (type === "bar")
    return ({ name, key, index }) => {
      const { colour, pale } = lookOf(index);
      return (
        <Bar
          key={key}
          dataKey={key}
          name={name}
          fill={colour}
          fillOpacity={pale ? paleOpacity : 1}
          maxBarSize={56}
          {...stack}
          {...still}
        />
      );
    };
  if (type === "area")
    return ({ name, key, index }) => {
      const { colour, pale } = lookOf(index);
      return (
        <Area
          key={key}
          dataKey={key}
          name={name}
          stroke={colour}
          fill={colour}
          fillOpacity={stacked ? 0.55 : 0.18}
          {...dashes(pale)}
          {...stack}
          {...still}
        />
      );
    };
  if (type === "scatter")
    return ({ name, key, index }) => {
      const { colour, pale } = lookOf(index);
      return (
        <Scatter
          key={key}
          dataKey={key}
          name={name}
          fill={colour}
          fillOpacity={0.7}
          shape={pale ? "diamond" : "circle"}
          {...still}
        />
      );
    };
  return ({ name, key, index }) => {
    const { colour, pale } = lookOf(index);
    return (
      <Line
        key={key}
        dataKey={key}
        name={name}
        stroke={colour}
        strokeWidth={2}
        dot={dots ? { r: 2.5 } : false}
        {...dashes(pale)}
        {...still}
      />
    );
  };
};

const charts = { bar: BarChart, line: LineChart, area: AreaChart, scatter: ScatterChart } as const;

const AxesDrawing = ({
  type,
  points,
  xName,
  stacked,
  description,
}: ChartDrawingProps & { readonly type: keyof typeof charts }) => {
  const Chart = charts[type];
  const lies = type === "bar" && barsLie(points);
  const format = xFormats(points, lies);
  const content = tooltipContent({ label: format.whole, value: wholeNumber });
  const isScaled = points.axis !== "label";
  const height = lies
    ? Math.max(heightPx, points.points.length * (stacked ? 28 : 14 + points.series.length * 14) + 60)
    : heightPx;
  const labels = {
    dataKey: "x",
    tick,
    tickLine: false,
    axisLine: lineEnd,
    tickFormatter: format.axis,
    ...(isScaled
      ? {
          type: "number" as const,
          domain: ["dataMin", "dataMax"] as ["dataMin", "dataMax"],
          scale: points.axis === "time" ? ("time" as const) : ("linear" as const),
        }
      : {}),
  };
  const amounts = { tick, tickLine: false, axisLine: false, tickFormatter: shortNumber, width: "auto" as const };
  const mark = markOf(type, stacked, points.points.length <= 40);
  return (
    <div style={{ height }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height }}>
        <Chart
          data={points.points}
          margin={margin}
          desc={description}
          {...(lies ? { layout: "vertical" as const } : {})}
        >
          <CartesianGrid stroke="var(--c-line)" vertical={lies} horizontal={!lies} />
          {lies ? (
            <XAxis type="number" {...amounts} width={undefined} />
          ) : (
            <XAxis {...labels} name={xName} minTickGap={12} />
          )}
          {lies ? (
            <YAxis {...labels} type="category" width="auto" interval={0} />
          ) : (
            <YAxis {...amounts} type="number" />
          )}
          <Tooltip
            content={content}
            isAnimationActive={false}
            cursor={{ fill: "var(--c-hover)", fillOpacity: 0.5, stroke: "var(--c-line-strong)" }}
          />
          {points.series.length > 1 ? (
            <Legend
              itemSorter={null}
              formatter={(name: string) => <span className="text-[0.8125rem] text-soft">{shortName(name)}</span>}
            />
          ) : null}
          {points.series.map((name, index) => mark({ name, key: `s${index}`, index }))}
        </Chart>
      </ResponsiveContainer>
    </div>
  );
};

/** A chart of the points; the place that it is given decides its width. */
export const ChartDrawing = (props: ChartDrawingProps) => {
  if (props.type === "pie")
    return <PieDrawing points={props.points} content={tooltipContent({ label: String, value: wholeNumber })} />;
  return <AxesDrawing {...props} type={props.type} />;
};
