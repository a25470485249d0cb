// The agent's plan: what is done, what it does now, what is to come.
import Check from "lucide-react/icons/circle-check";
import Circle from "lucide-react/icons/circle";
import type { Todo } from "../../contract/events.ts";
import { cx } from "../ui/classes.ts";
import { Spinner } from "../ui/spinner.tsx";

const words = { pending: "To do", in_progress: "In progress", completed: "Done" } as const;

const Mark = ({ status, isLive }: { readonly status: Todo["status"]; readonly isLive: boolean }) => {
  if (status === "completed") return <Check size={15} className="text-ok" aria-hidden="true" />;
  if (status === "in_progress" && isLive) return <Spinner className="text-accent" />;
  return <Circle size={15} className={status === "in_progress" ? "text-accent" : "text-faint"} aria-hidden="true" />;
};

export const TodoList = ({ todos, isLive }: { readonly todos: readonly Todo[]; readonly isLive: boolean }) => (
  <ul className="flex flex-col gap-1.5 text-sm">
    {todos.map((todo, index) => (
      <li key={`${index}:${todo.content}`} className="flex items-start gap-2">
        <span className="mt-0.75 flex size-4 shrink-0 items-center justify-center">
          <Mark status={todo.status} isLive={isLive} />
        </span>
        <span className="sr-only">{words[todo.status]}:</span>
        <span
          className={cx(
            todo.status === "completed" && "text-faint line-through",
            todo.status === "in_progress" && "font-medium",
          )}
        >
          {todo.status === "in_progress" ? (todo.activeForm ?? todo.content) : todo.content}
        </span>
      </li>
    ))}
  </ul>
);

/** `2 of 5`. */
export const todoCount = (todos: readonly Todo[]): string =>
  `${todos.filter(({ status }) => status === "completed").length} of ${todos.length}`;
