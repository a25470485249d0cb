// The messages of a conversation: the last page first, older ones as one scrolls up, each drawn only when it changes and near the view.
import ArrowDown from "lucide-react/icons/arrow-down";
import { type ReactNode, useEffect, useRef } from "react";
import type { Approval, Decision } from "../../contract/events.ts";
import type { ConversationState, ShownMessage } from "../state/conversation.ts";
import { Button } from "../ui/button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { ApprovalCard } from "./approval-card.tsx";
import { AssistantMessage } from "./assistant-message.tsx";
import { useScroll } from "./use-scroll.ts";
import { UserMessage } from "./user-message.tsx";

export interface MessageListProps {
  readonly conversation: ConversationState;
  readonly isLoadingOlder: boolean;
  readonly onOlder: () => void;
  /** Absent where the person may not write, or a run goes on. */
  readonly onResend: ((id: string, text: string) => void) | undefined;
  readonly onRetry: (() => void) | undefined;
  readonly canDecide: boolean;
  readonly onDecide: (id: string, decision: Decision) => Promise<void>;
  /** At the end: what stands in the way. */
  readonly children?: ReactNode;
}

/** Stays the same while an answer grows and when it is stored, so that nothing that was unfolded is folded again. */
const keyOf = (message: ShownMessage): string =>
  message.role === "assistant" && message.run_id !== null ? `run:${message.run_id}` : message.id;

const Sentinel = ({ isLoading, onOlder }: { readonly isLoading: boolean; readonly onOlder: () => void }) => {
  const ref = useRef<HTMLDivElement>(null);
  const wanted = useRef(onOlder);
  wanted.current = onOlder;
  useEffect(() => {
    const element = ref.current;
    if (element === null || isLoading) return undefined;
    const root = element.closest("[data-scroll]");
    const look = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) wanted.current();
      },
      { root, rootMargin: "800px 0px 0px 0px" },
    );
    look.observe(element);
    return () => look.disconnect();
  }, [isLoading]);
  return (
    <div ref={ref} className="flex h-9 items-center justify-center gap-2 text-sm text-faint">
      {isLoading ? (
        <>
          <Spinner label="Loading earlier messages" /> Earlier messages
        </>
      ) : (
        <Button size="sm" variant="ghost" onClick={onOlder}>
          Show earlier messages
        </Button>
      )}
    </div>
  );
};

const waitingOf = (approvals: readonly Approval[]): string =>
  approvals.flatMap(({ tool_use_id: id }) => (id === undefined ? [] : [id])).join(" ");

/** The list, with the questions of the agent at its end. */
export const MessageList = (props: MessageListProps) => {
  const { conversation, isLoadingOlder, onOlder, onResend, onRetry, canDecide, onDecide, children } = props;
  const { messages, approvals, hasMore } = conversation;
  const { box, content, onScroll, isAtEnd, toEnd } = useScroll(messages[0]?.id);
  const last = messages.at(-1);
  const waiting = waitingOf(approvals);
  const sending = last?.state === "sending" ? last.id : undefined;
  useEffect(() => {
    if (sending !== undefined) toEnd();
  }, [sending, toEnd]);
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={box}
        data-scroll
        onScroll={onScroll}
        tabIndex={0}
        role="log"
        aria-label="Conversation"
        aria-live="off"
        className="h-full overflow-x-hidden overflow-y-auto outline-offset-[-2px]"
      >
        <div ref={content} className="mx-auto flex w-full max-w-3xl flex-col gap-4 px-4 pt-4 pb-6">
          {hasMore ? <Sentinel isLoading={isLoadingOlder} onOlder={onOlder} /> : null}
          {messages.map((message) => (
            <div
              key={keyOf(message)}
              data-message={message.id}
              className="-mx-3 -my-1 px-3 py-1 [contain-intrinsic-size:auto_9rem] [content-visibility:auto]"
            >
              {message.role === "user" ? (
                <UserMessage message={message} onResend={onResend} />
              ) : (
                <AssistantMessage
                  message={message}
                  waiting={message.state === "live" ? waiting : ""}
                  onRetry={message === last ? onRetry : undefined}
                />
              )}
            </div>
          ))}
          {approvals.map((approval) => (
            <ApprovalCard
              key={approval.id}
              approval={approval}
              blocks={last?.blocks ?? []}
              canDecide={canDecide}
              onDecide={onDecide}
            />
          ))}
          {children}
        </div>
      </div>
      {isAtEnd ? null : (
        <Button
          size="sm"
          icon={<ArrowDown size={15} />}
          onClick={toEnd}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full shadow-float"
        >
          {approvals.length > 0 ? "A question waits below" : "To the end"}
        </Button>
      )}
    </div>
  );
};
