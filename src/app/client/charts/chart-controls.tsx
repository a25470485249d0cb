// What a person can change of a chart: its kind, what is on the x axis, which columns are drawn, whether they are stacked.
import { type ReactNode, useId, useMemo } from "react";
import type { ChartSpec } from "../../contract/api.ts";
import { Popover } from "../ui/popover.tsx";
import { lookOf, shortName } from "./chart-look.ts";
import { type ChartType, chartTypes, kindsOf, maxSeries } from "./chart-spec.ts";

export interface ChartChoice {
  readonly type: ChartType;
  readonly x: string;
  readonly y: readonly string[];
  readonly stacked: boolean;
}

const words: Readonly<Record<ChartType, string>> = {
  bar: "Bars",
  line: "Lines",
  area: "Areas",
  scatter: "Points",
  pie: "Pie",
};
const look =
  "h-8 max-w-44 min-w-0 rounded-lg border border-line bg-surface px-2 text-[0.8125rem] text-ink hover:bg-hover";

const Choice = ({
  label,
  value,
  onChange,
  children,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}) => {
  const id = useId();
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <label htmlFor={id} className="text-[0.8125rem] text-faint">
        {label}
      </label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)} className={look}>
        {children}
      </select>
    </span>
  );
};

export interface ChartControlsProps {
  readonly spec: ChartSpec;
  readonly onChange: (change: Partial<ChartChoice>) => void;
}

/** A row of choices above the drawing. */
export const ChartControls = ({ spec, onChange }: ChartControlsProps) => {
  const kinds = useMemo(() => kindsOf(spec), [spec.columns, spec.rows]);
  const numbers = spec.columns.filter((name, at) => kinds[at] === "number" || spec.y.includes(name));
  const canStack = (spec.type === "bar" || spec.type === "area") && spec.y.length > 1;
  const isPie = spec.type === "pie";
  const toggle = (name: string): void => {
    const y = spec.y.includes(name) ? spec.y.filter((one) => one !== name) : [...spec.y, name];
    if (y.length > 0 && y.length <= maxSeries) onChange({ y });
  };
  return (
    <div className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 px-1">
      <Choice
        label="Kind"
        value={spec.type}
        onChange={(type) => onChange({ type: chartTypes.find((one) => one === type) ?? "bar" })}
      >
        {chartTypes.map((type) => (
          <option key={type} value={type}>
            {words[type]}
          </option>
        ))}
      </Choice>
      <Choice label={isPie ? "Slices" : "X axis"} value={spec.x} onChange={(x) => onChange({ x })}>
        {spec.columns.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Choice>
      {isPie ? (
        <Choice label="Size" value={spec.y[0] ?? ""} onChange={(name) => onChange({ y: [name] })}>
          {numbers.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Choice>
      ) : (
        <Popover
          label="What is drawn"
          className="w-64"
          trigger={(props) => (
            <button
              {...props}
              type="button"
              className={`${look} truncate`}
              title={`What is drawn: ${spec.y.join(", ")}`}
            >
              <span className="text-faint">Y </span>
              {spec.y.length === 1 ? shortName(spec.y[0] ?? "", 18) : `${spec.y.length} columns`}
            </button>
          )}
        >
          {() => (
            <fieldset className="flex flex-col gap-1 text-sm">
              <legend className="mb-1 text-xs text-faint">Columns with numbers</legend>
              {numbers.map((name) => (
                <label key={name} className="flex items-center gap-2 rounded px-1 py-0.5 hover:bg-hover">
                  <input
                    type="checkbox"
                    className="accent-accent"
                    checked={spec.y.includes(name)}
                    onChange={() => toggle(name)}
                  />
                  <span
                    className="size-2.5 shrink-0 rounded-sm"
                    style={{ background: spec.y.includes(name) ? lookOf(spec.y.indexOf(name)).colour : "transparent" }}
                  />
                  <span className="min-w-0 truncate">{name}</span>
                </label>
              ))}
            </fieldset>
          )}
        </Popover>
      )}
      {canStack ? (
        <label className="inline-flex items-center gap-1.5 text-[0.8125rem]">
          <input
            type="checkbox"
            className="accent-accent"
            checked={spec.stacked === true}
            onChange={(event) => onChange({ stacked: event.target.checked })}
          />
          Stacked
        </label>
      ) : null}
    </div>
  );
};
