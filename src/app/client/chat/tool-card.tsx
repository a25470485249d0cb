// One call of a tool: what it does, to what, how far it is, and on demand all of it.
import Ban from "lucide-react/icons/ban";
import CheckCircle from "lucide-react/icons/circle-check";
import Ellipsis from "lucide-react/icons/circle-ellipsis";
import Pause from "lucide-react/icons/circle-pause";
import Hand from "lucide-react/icons/hand";
import XCircle from "lucide-react/icons/circle-x";
import { memo, type ReactNode } from "react";
import { durationText } from "../format.ts";
import type { ToolBlock } from "../state/blocks.ts";
import { Spinner } from "../ui/spinner.tsx";
import { Elapsed } from "./elapsed.tsx";
import { Fold } from "./fold.tsx";
import { Chart, isTelling, ToolBody } from "./tool-body.tsx";
import { bareName, stateWords, type ToolState, toolState, toolSubject, toolTitle } from "./tool-words.ts";
import { useToolTitles } from "./tools-context.tsx";

const marks: Readonly<Record<ToolState, ReactNode>> = {
  running: <Spinner className="text-accent" />,
  done: <CheckCircle size={16} className="text-ok" aria-hidden="true" />,
  handed: <Ellipsis size={16} className="text-soft" aria-hidden="true" />,
  failed: <XCircle size={16} className="text-danger" aria-hidden="true" />,
  waiting: <Hand size={16} className="text-warn" aria-hidden="true" />,
  denied: <Ban size={16} className="text-faint" aria-hidden="true" />,
  stopped: <Pause size={16} className="text-faint" aria-hidden="true" />,
};

export interface ToolCardProps {
  readonly block: ToolBlock;
  readonly isLive: boolean;
  /** A person is asked about it. */
  readonly waits: boolean;
  /** The calls of the subagent that it started. */
  readonly steps: readonly ToolBlock[];
}

const Time = ({ block, state }: { readonly block: ToolBlock; readonly state: ToolState }) => {
  if (block.duration_ms !== undefined) return durationText(block.duration_ms);
  if (state === "running" && block.started_at !== undefined) return <Elapsed since={block.started_at} />;
  return null;
};

const Card = ({ block, isLive, waits, steps }: ToolCardProps) => {
  const titles = useToolTitles();
  const state = toolState(block, { isLive, waits });
  const subject = toolSubject(block.tool_input);
  const heading = (
    <>
      <span className="flex size-4 shrink-0 items-center justify-center">{marks[state]}</span>
      <span className="shrink-0 font-medium max-sm:max-w-[55%] max-sm:truncate">
        {toolTitle(block.tool_name, titles)}
      </span>
      <span className="sr-only">({stateWords[state]})</span>
      <span className="min-w-0 grow truncate font-mono text-xs text-faint">{subject}</span>
      <span className="shrink-0 text-xs text-faint tabular-nums">
        {steps.length === 0 ? null : `${steps.length} ${steps.length === 1 ? "step" : "steps"} · `}
        <Time block={block} state={state} />
      </span>
    </>
  );
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface shadow-card">
      <Fold heading={heading} openFirst={isTelling(block)} headingClassName="px-3 py-2 text-sm hover:bg-hover">
        {() => (
          <div className="flex flex-col gap-3 border-t border-line p-3">
            <ToolBody block={block} />
            {block.approval === undefined ? null : (
              <p className="text-xs text-faint">
                {block.approval.decision === "deny" ? "Denied" : "Allowed"} by {block.approval.by}
              </p>
            )}
            {steps.map((step) => (
              <ToolCard key={step.tool_id} block={step} isLive={isLive} waits={false} steps={[]} />
            ))}
          </div>
        )}
      </Fold>
      {state === "running" && block.progress !== undefined ? (
        <p className="truncate border-t border-line px-3 py-1.5 text-xs text-soft">{block.progress}</p>
      ) : null}
    </div>
  );
};

/** A tool's card. A chart is shown itself: it is made to be looked at. */
export const ToolCard = memo((props: ToolCardProps) => {
  const { block } = props;
  const isChart = bareName(block.tool_name) === "show_chart" && block.result !== undefined && !block.result.is_error;
  return isChart ? <Chart spec={block.tool_input} /> : <Card {...props} />;
});
