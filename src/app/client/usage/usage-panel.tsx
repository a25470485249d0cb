// What a project's runs used: tokens and, where the agent says it, cost; by day and by model.
import { lazy, Suspense, useMemo } from "react";
import { call } from "../api.ts";
import { costText, countText } from "../format.ts";
import { useResource } from "../resource.ts";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { type UsageSum, usageByDay, usageByModel, usageChart, usageTotal } from "./usage-rows.ts";

const ChartView = lazy(async () => ({ default: (await import("../charts/chart-view.tsx")).ChartView }));

const Figure = ({ label, value, text }: { readonly label: string; readonly value: string; readonly text?: string }) => (
  <div className="rounded-xl border border-line bg-surface px-4 py-3">
    <dt className="text-[0.8125rem] text-soft">{label}</dt>
    <dd className="text-2xl font-semibold tracking-tight tabular-nums">{value}</dd>
    {text === undefined ? null : <dd className="text-xs text-soft">{text}</dd>}
  </div>
);

const costOf = ({ costUsd }: UsageSum): string => (costUsd === 0 ? "—" : costText(costUsd));

const SumTable = ({
  title,
  head,
  sums,
}: {
  readonly title: string;
  readonly head: string;
  readonly sums: readonly UsageSum[];
}) => {
  const cell = "border-b border-line/60 px-3 py-1.5 text-right tabular-nums";
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-sm font-semibold">{title}</h2>
      <div
        className="max-h-96 overflow-auto rounded-xl border border-line bg-surface"
        tabIndex={0}
        role="group"
        aria-label={title}
      >
        <table className="w-full text-[0.8125rem]">
          <thead>
            <tr className="text-soft">
              <th scope="col" className="border-b border-line px-3 py-1.5 text-left font-medium">
                {head}
              </th>
              {["Runs", "Input", "From cache", "Output", "Cost"].map((name) => (
                <th key={name} scope="col" className="border-b border-line px-3 py-1.5 text-right font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sums.map((sum) => (
              <tr key={sum.name}>
                <th
                  scope="row"
                  className="max-w-64 truncate border-b border-line/60 px-3 py-1.5 text-left font-normal"
                  title={sum.name}
                >
                  {sum.name}
                </th>
                <td className={cell}>{sum.runs}</td>
                <td className={cell}>{countText(sum.inputTokens)}</td>
                <td className={cell}>{countText(sum.cachedTokens)}</td>
                <td className={cell}>{countText(sum.outputTokens)}</td>
                <td className={cell}>{costOf(sum)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
};

const chartDays = 14;

/** Totals, a chart of the last two weeks, and both tables. */
export const UsagePanel = ({ projectId }: { readonly projectId: string }) => {
  const usage = useResource(`usage/${projectId}`, (signal) =>
    call("GET /api/projects/{project_id}/usage", { path: { project_id: projectId }, signal }),
  );
  const rows = usage.data;
  const chart = useMemo(
    () => usageChart(rows ?? [], { today: new Date().toISOString().slice(0, 10), days: chartDays }),
    [rows],
  );
  const total = usageTotal(rows ?? []);
  return (
    <div className="mx-auto flex w-full max-w-4xl flex-col gap-5 px-4 py-6">
      <header>
        <h1 className="text-xl font-semibold tracking-tight">Use</h1>
        <p className="mt-1 max-w-2xl text-sm text-soft">
          As the agents report it, of everybody who works in this project. Days are in UTC. The cost is the agent's own
          estimate; what your workspace charges may differ.
        </p>
      </header>
      {usage.error === undefined ? null : <ErrorNote error={usage.error} onRetry={usage.reload} />}
      {rows === undefined && usage.error === undefined ? <Skeleton lines={8} /> : null}
      {rows?.length === 0 ? (
        <EmptyState
          title="Nothing was used yet"
          text="After the first run of the agent, its tokens and cost are here."
        />
      ) : null}
      {rows === undefined || rows.length === 0 ? null : (
        <>
          <dl className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            <Figure label="Runs" value={String(total.runs)} />
            <Figure
              label="Input tokens"
              value={countText(total.inputTokens)}
              text={`and ${countText(total.cachedTokens)} from cache`}
            />
            <Figure label="Output tokens" value={countText(total.outputTokens)} />
            <Figure label="Cost" value={costOf(total)} text="estimated" />
          </dl>
          {chart === undefined ? null : (
            <Suspense fallback={<Skeleton lines={6} />}>
              <ChartView spec={chart} />
            </Suspense>
          )}
          <SumTable title="By model" head="Model" sums={usageByModel(rows)} />
          <SumTable title="By day" head="Day" sums={usageByDay(rows)} />
        </>
      )}
    </div>
  );
};
