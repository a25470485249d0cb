// What goes on beside the talk: the plan, and slow calls that go on by themselves.
import ListTodo from "lucide-react/icons/list-todo";
import X from "lucide-react/icons/x";
import { useRef, useState } from "react";
import type { Operation, Todo } from "../../contract/events.ts";
import { durationText } from "../format.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { Spinner } from "../ui/spinner.tsx";
import { notifyError } from "../ui/toast.tsx";
import { Elapsed } from "./elapsed.tsx";
import { Fold } from "./fold.tsx";
import { TodoList, todoCount } from "./todo-list.tsx";
import { PlainText } from "./tool-body.tsx";
import { resultText, toolTitle } from "./tool-words.ts";
import { useToolTitles } from "./tools-context.tsx";

const words: Readonly<Record<Operation["status"], string>> = {
  running: "Running",
  completed: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  lost: "Lost when the server ended",
};

const tookText = ({ started_at, ended_at }: Operation): string => {
  const ms = Date.parse(ended_at ?? "") - Date.parse(started_at);
  return Number.isNaN(ms) ? "" : durationText(ms);
};

interface RowProps {
  readonly operation: Operation;
  readonly onCancel: ((id: string) => Promise<void>) | undefined;
  /** It has ended, and was looked at. */
  readonly onPutAway: () => void;
}

const OperationRow = ({ operation, onCancel, onPutAway }: RowProps) => {
  const titles = useToolTitles();
  const [busy, setBusy] = useState(false);
  const isRunning = operation.status === "running";
  const cancel = async (): Promise<void> => {
    setBusy(true);
    try {
      await onCancel?.(operation.id);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li className="flex items-center gap-2.5 text-sm">
      {isRunning ? <Spinner className="text-accent" /> : null}
      <span className="min-w-0 grow">
        <span className="block truncate">
          <span className="font-medium">{toolTitle(operation.tool_name, titles)}</span>
          <span className={cx("ml-2 text-xs", operation.status === "failed" ? "text-danger" : "text-faint")}>
            {words[operation.status]} · {isRunning ? <Elapsed since={operation.started_at} /> : tookText(operation)}
          </span>
        </span>
        {operation.progress !== undefined && isRunning ? (
          <span className="block truncate text-xs text-soft">{operation.progress}</span>
        ) : null}
        {isRunning || operation.result === undefined ? null : (
          <Fold heading="Result" headingClassName="text-xs text-soft hover:text-ink">
            {() => <PlainText label="Result" text={resultText(operation.result ?? "")} />}
          </Fold>
        )}
      </span>
      {isRunning && onCancel !== undefined ? (
        <Button size="sm" busy={busy} onClick={() => void cancel()}>
          Cancel
        </Button>
      ) : null}
      {isRunning ? null : <IconButton size="sm" label="Put away" icon={<X size={15} />} onClick={onPutAway} />}
    </li>
  );
};

export interface WorkPanelProps {
  readonly todos: readonly Todo[];
  readonly operations: readonly Operation[];
  readonly isLive: boolean;
  readonly onCancel: ((id: string) => Promise<void>) | undefined;
}

/** Those that run, and those that ended while one looked and were not put away. */
const useShown = (operations: readonly Operation[]) => {
  const seen = useRef(new Set<string>());
  const [away, setAway] = useState<readonly string[]>([]);
  for (const { id, status } of operations) if (status === "running") seen.current.add(id);
  return {
    shown: operations.filter(({ id, status }) => status === "running" || (seen.current.has(id) && !away.includes(id))),
    putAway: (id: string) => setAway([...away, id]),
  };
};

/** The plan while the run goes on, and the operations that do; nothing where there is neither. */
export const WorkPanel = ({ todos, operations, isLive, onCancel }: WorkPanelProps) => {
  const { shown, putAway } = useShown(operations);
  const hasPlan = isLive && todos.length > 0;
  if (!hasPlan && shown.length === 0) return null;
  const now = todos.find(({ status }) => status === "in_progress");
  return (
    <aside
      aria-label="What goes on"
      className="flex max-h-[35dvh] flex-col gap-2.5 overflow-y-auto rounded-xl border border-line bg-surface px-3.5 py-2.5 shadow-card"
    >
      {hasPlan ? (
        <Fold
          heading={
            <>
              <ListTodo size={16} className="shrink-0 text-accent" aria-hidden="true" />
              <span className="shrink-0 font-medium">Plan</span>
              <span className="min-w-0 truncate text-faint">
                {todoCount(todos)} done{now === undefined ? "" : ` · ${now.activeForm ?? now.content}`}
              </span>
            </>
          }
          headingClassName="text-sm"
        >
          {() => (
            <div className="mt-2 ml-6">
              <TodoList todos={todos} isLive={isLive} />
            </div>
          )}
        </Fold>
      ) : null}
      {shown.length === 0 ? null : (
        <ul className="flex flex-col gap-2">
          {shown.map((operation) => (
            <OperationRow
              key={operation.id}
              operation={operation}
              onCancel={onCancel}
              onPutAway={() => putAway(operation.id)}
            />
          ))}
        </ul>
      )}
    </aside>
  );
};
