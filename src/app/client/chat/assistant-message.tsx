// An answer: its thinking folded, its tools as cards, its words as Markdown, and below what it took.
import AlertCircle from "lucide-react/icons/circle-alert";
import RotateCcw from "lucide-react/icons/rotate-ccw";
import { memo } from "react";
import type { Usage } from "../../contract/events.ts";
import { costText, countText, durationText, timeText } from "../format.ts";
import { type ShownBlock, textOf } from "../state/blocks.ts";
import type { ShownMessage } from "../state/conversation.ts";
import { IconButton } from "../ui/button.tsx";
import { Hint } from "../ui/hint.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { Elapsed } from "./elapsed.tsx";
import { Fold } from "./fold.tsx";
import { CopyButton } from "../tables/copy-button.tsx";
import { Markdown } from "./markdown.tsx";
import { type Part, partsOf } from "./message-parts.ts";
import { TodoList, todoCount } from "./todo-list.tsx";
import { ToolCard } from "./tool-card.tsx";

const Thinking = ({ text, isOpen }: { readonly text: string; readonly isOpen: boolean }) => (
  <Fold
    heading={<span>{isOpen ? "Thinking" : "Thought"}</span>}
    aside={isOpen ? <Spinner className="text-faint" /> : null}
    className="w-fit max-w-full text-sm text-faint"
    headingClassName="py-0.5 pr-2 hover:text-soft"
  >
    {() => (
      <p className="mt-1 ml-[7px] border-l-2 border-line pl-4 break-words whitespace-pre-wrap text-soft">{text}</p>
    )}
  </Fold>
);

const Failure = ({ block }: { readonly block: Extract<ShownBlock, { readonly type: "error" }> }) => (
  <div role="alert" className="flex gap-2.5 rounded-xl border border-danger/35 bg-danger-soft px-3.5 py-2.5 text-sm">
    <AlertCircle size={17} className="mt-0.5 shrink-0 text-danger" aria-hidden="true" />
    <div className="min-w-0">
      <p className="font-medium break-words text-danger">{block.message}</p>
      {block.hint === undefined ? null : (
        <p className="mt-0.5 break-words text-soft">
          <Hint text={block.hint} />
        </p>
      )}
    </div>
  </div>
);

const BlockView = ({
  part,
  isLive,
}: {
  readonly part: Part & { readonly kind: "block" };
  readonly isLive: boolean;
}) => {
  const { block } = part;
  switch (block.type) {
    case "text":
      return <Markdown text={block.text} isOpen={isLive && block.open === true} />;
    case "thinking":
      return <Thinking text={block.thinking} isOpen={isLive && block.open === true} />;
    case "error":
      return <Failure block={block} />;
    case "todos":
      // While the run goes on the plan is above the field below.
      return isLive ? null : (
        <Fold
          heading={<span>Plan: {todoCount(block.todos)} done</span>}
          className="w-fit max-w-full text-sm text-faint"
          headingClassName="py-0.5 pr-2 hover:text-soft"
        >
          {() => (
            <div className="mt-1.5 ml-6 text-ink">
              <TodoList todos={block.todos} isLive={false} />
            </div>
          )}
        </Fold>
      );
  }
};

const usageText = (usage: Usage): string =>
  `${countText(usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens)} in, ${countText(usage.output_tokens)} out`;

const usageTitle = (usage: Usage): string =>
  `Tokens: ${usage.input_tokens} in, ${usage.output_tokens} out, ${usage.cache_read_tokens} read from the cache, ${usage.cache_write_tokens} written to it`;

const ends: Readonly<Partial<Record<Exclude<ShownMessage["status"], undefined>, string>>> = {
  cancelled: "Stopped",
  interrupted: "Interrupted: the server ended while it ran",
  error: "Failed",
};

const Footer = ({
  message,
  onRetry,
}: {
  readonly message: ShownMessage;
  readonly onRetry: (() => void) | undefined;
}) => {
  const { duration_ms, total_cost_usd, usage, model, status } = message;
  const end = status === undefined ? undefined : ends[status];
  const facts = [
    end,
    duration_ms === undefined ? undefined : durationText(duration_ms),
    usage === undefined ? undefined : usageText(usage),
    total_cost_usd === undefined ? undefined : costText(total_cost_usd),
    model ?? undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <footer className="-ml-1.5 flex min-h-7 flex-wrap items-center gap-x-1 text-xs text-faint">
      <CopyButton label="Copy the answer" text={() => textOf(message.blocks) || message.content} />
      {onRetry === undefined ? null : (
        <IconButton size="sm" label="Try again" icon={<RotateCcw size={15} />} onClick={onRetry} />
      )}
      <span
        className="ml-1 tabular-nums"
        title={
          usage === undefined ? timeText(message.timestamp) : `${timeText(message.timestamp)}\n${usageTitle(usage)}`
        }
      >
        {facts.join(" · ")}
      </span>
    </footer>
  );
};

export interface AssistantMessageProps {
  readonly message: ShownMessage;
  /** Calls about which a person is asked, joined by a space. */
  readonly waiting: string;
  readonly onRetry: (() => void) | undefined;
}

/** One answer. Drawn anew only when it changes. */
export const AssistantMessage = memo(({ message, waiting, onRetry }: AssistantMessageProps) => {
  const isLive = message.state === "live";
  const waits = waiting === "" ? [] : waiting.split(" ");
  const parts = partsOf(message.blocks);
  const last = message.blocks.at(-1);
  const isQuiet = isLive && waits.length === 0 && !(last?.type === "text" && last.open === true);
  return (
    <article aria-label="Answer" aria-busy={isLive} className="flex min-w-0 flex-col gap-2.5">
      {parts.map((part) =>
        part.kind === "tool" ? (
          <ToolCard
            key={part.key}
            block={part.block}
            steps={part.steps}
            isLive={isLive}
            waits={waits.includes(part.block.tool_id)}
          />
        ) : (
          <BlockView key={part.key} part={part} isLive={isLive} />
        ),
      )}
      {parts.length === 0 && !isLive && message.content !== "" ? (
        <Markdown text={message.content} isOpen={false} />
      ) : null}
      {isQuiet ? (
        <p className="flex items-center gap-2 text-sm text-faint">
          <Spinner className="text-accent" />
          {message.blocks.length === 0 ? "Starting" : "Working"} <Elapsed since={message.timestamp} />
        </p>
      ) : null}
      {isLive ? null : <Footer message={message} onRetry={onRetry} />}
    </article>
  );
});
