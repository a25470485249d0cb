// A panel beside the button that opens it, for whatever is within.
import { type ReactNode, type Ref, useCallback, useId, useRef, useState } from "react";
import { useAnchored } from "./anchored.ts";
import { cx } from "./classes.ts";

export interface TriggerProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly onClick: () => void;
  readonly "aria-expanded": boolean;
  readonly "aria-controls": string | undefined;
  readonly "aria-haspopup": "dialog";
}

export interface PopoverProps {
  /** The panel's accessible name. */
  readonly label: string;
  readonly align?: "start" | "end";
  readonly className?: string;
  /** The button: spread the props onto it. */
  readonly trigger: (props: TriggerProps) => ReactNode;
  /** Made while it is open. */
  readonly children: (close: () => void) => ReactNode;
}

/** A floating panel. Focus is not kept within; Esc gives it back to the button. */
export const Popover = ({ label, align = "start", className, trigger, children }: PopoverProps) => {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  useAnchored({ open, anchor, panel, align, onClose: close });
  return (
    <>
      {trigger({
        ref: anchor,
        onClick: () => setOpen(!open),
        "aria-expanded": open,
        "aria-controls": open ? id : undefined,
        "aria-haspopup": "dialog",
      })}
      {open ? (
        <div
          ref={panel}
          id={id}
          popover="manual"
          role="dialog"
          aria-label={label}
          className={cx(
            "fixed inset-auto m-0 max-h-[min(32rem,calc(100dvh-1rem))] max-w-[calc(100vw-1rem)] overflow-y-auto rounded-xl border border-line bg-surface p-3 text-ink shadow-float",
            className,
          )}
        >
          {children(close)}
        </div>
      ) : null}
    </>
  );
};
