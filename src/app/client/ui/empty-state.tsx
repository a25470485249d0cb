// Where there is nothing yet, or nothing could be had: what it means and what to do.
import type { ReactNode } from "react";
import type { ErrorShape } from "../../contract/events.ts";
import { Button } from "./button.tsx";
import { cx } from "./classes.ts";
import { Hint } from "./hint.tsx";

export interface EmptyStateProps {
  readonly icon?: ReactNode;
  readonly title: string;
  /** It is all that there is on the page. */
  readonly heading?: boolean;
  readonly text?: ReactNode;
  readonly action?: ReactNode;
  readonly className?: string;
}

/** Says that there is nothing, and what to do next. */
export const EmptyState = ({ icon, title, heading, text, action, className }: EmptyStateProps) => (
  <div className={cx("mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-12 text-center", className)}>
    {icon === undefined ? null : <div className="mb-1 text-faint">{icon}</div>}
    {heading === true ? (
      <h1 className="text-base font-semibold">{title}</h1>
    ) : (
      <p className="text-base font-semibold">{title}</p>
    )}
    {text === undefined ? null : <div className="text-sm text-soft">{text}</div>}
    {action === undefined ? null : <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
  </div>
);

export interface ErrorNoteProps {
  readonly error: ErrorShape;
  readonly onRetry?: () => void;
  readonly className?: string;
}

/** An error where it happened: what went wrong, what to do, and to try again. */
export const ErrorNote = ({ error, onRetry, className }: ErrorNoteProps) => (
  <div
    role="alert"
    className={cx(
      "flex flex-wrap items-center gap-3 rounded-xl border border-danger/35 bg-danger-soft px-4 py-3 text-sm",
      className,
    )}
  >
    <div className="min-w-0 grow basis-60">
      <p className="font-medium break-words text-danger">{error.message}</p>
      {error.hint === undefined ? null : (
        <p className="mt-0.5 break-words text-soft">
          <Hint text={error.hint} />
        </p>
      )}
    </div>
    {onRetry === undefined ? null : (
      <Button size="sm" onClick={onRetry}>
        Try again
      </Button>
    )}
  </div>
);
