// What a chart says of the point under the pointer, or under the arrow keys.
import type { TooltipContentProps } from "recharts";
import { shortName } from "./chart-look.ts";

export interface ChartTooltipProps {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly text: string; readonly colour: string }[];
}

const ChartTooltip = ({ title, lines }: ChartTooltipProps) => (
  <div className="max-w-72 rounded-lg border border-line bg-surface px-2.5 py-1.5 text-xs text-ink shadow-float">
    <p className="mb-0.5 font-medium break-words">{shortName(title, 120)}</p>
    {lines.map(({ name, text, colour }) => (
      <p key={name} className="flex items-center gap-1.5">
        <span className="size-2 shrink-0 rounded-sm" style={{ background: colour }} />
        <span className="min-w-0 truncate text-soft">{name}</span>
        <span className="ml-auto pl-3 tabular-nums">{text}</span>
      </p>
    ))}
  </div>
);

export interface TooltipFormat {
  readonly label: (x: number | string) => string;
  readonly value: (value: number) => string;
}

/** The content of a recharts tooltip, in our words. */
export function tooltipContent({ label, value }: TooltipFormat) {
  return ({ active, payload, label: x }: TooltipContentProps) => {
    if (!active || payload.length === 0) return null;
    const lines = payload.map(({ name, value: one, color, fill }) => ({
      name: String(name ?? ""),
      text: typeof one === "number" ? value(one) : "none",
      colour: color ?? fill ?? "currentColor",
    }));
    return <ChartTooltip title={x === undefined ? "" : label(x)} lines={lines} />;
  };
}
