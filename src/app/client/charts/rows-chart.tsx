// The chart that suits a table's rows, to be changed by the person.
import { useMemo } from "react";
import { chartFromRows } from "./chart-from-rows.ts";
import { ChartView } from "./chart-view.tsx";

export interface RowsChartProps {
  readonly columns: readonly { readonly name: string; readonly type?: string }[] | readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** A chart of rows, or why there is none. */
export const RowsChart = ({ columns, rows }: RowsChartProps) => {
  const spec = useMemo(() => chartFromRows(columns, rows), [columns, rows]);
  if (spec !== undefined) return <ChartView spec={spec} />;
  return (
    <p className="rounded-lg border border-line bg-sunken px-3 py-2 text-sm text-soft">
      There is nothing to draw in these rows: no column holds numbers, and no name comes more than once.
    </p>
  );
};
