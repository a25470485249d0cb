// Short notices at the edge of the page; errors stay until they are put away.
import X from "lucide-react/icons/x";
import { useSyncExternalStore } from "react";
import { shapeOf } from "../http.ts";
import { IconButton } from "./button.tsx";
import { cx } from "./classes.ts";
import { Hint } from "./hint.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly hint?: string;
  readonly kind: "info" | "error";
}

let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();
const infoMs = 4000;

const change = (next: readonly Toast[]): void => {
  toasts = next;
  for (const listener of listeners) listener();
};

const drop = (id: number): void => change(toasts.filter((toast) => toast.id !== id));

const show = (toast: Omit<Toast, "id">): void => {
  const id = ++lastId;
  change([...toasts.filter(({ text }) => text !== toast.text).slice(-3), { ...toast, id }]);
  if (toast.kind === "info") setTimeout(() => drop(id), infoMs);
};

/** Says that something is done. */
export const notify = (text: string): void => show({ text, kind: "info" });

/** Says what failed and what to do about it. */
export const notifyError = (error: unknown): void => {
  const { message, hint } = shapeOf(error);
  show({ text: message, kind: "error", ...(hint === undefined ? {} : { hint }) });
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The notices; once in the page. */
export const Toasts = () => {
  const all = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="region"
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-3 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2"
    >
      {all.map(({ id, text, hint, kind }) => (
        <div
          key={id}
          className={cx(
            "pointer-events-auto flex items-start gap-2 rounded-xl border bg-surface px-3.5 py-2.5 text-sm shadow-float",
            kind === "error" ? "border-danger/50" : "border-line",
          )}
        >
          <div className="min-w-0 grow py-0.5">
            <p className={cx("break-words", kind === "error" && "font-medium text-danger")}>{text}</p>
            {hint === undefined ? null : (
              <p className="mt-0.5 break-words text-soft">
                <Hint text={hint} />
              </p>
            )}
          </div>
          <IconButton label="Close this notice" icon={<X size={16} />} size="sm" onClick={() => drop(id)} />
        </div>
      ))}
    </div>
  );
};
