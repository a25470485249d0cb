// A dialog over the page: the browser's own, so that focus stays within, Esc closes, and the rest is inert.
import X from "lucide-react/icons/x";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { cx } from "./classes.ts";

const widths = { sm: "max-w-md", md: "max-w-xl", lg: "max-w-3xl", xl: "max-w-6xl" } as const;

export interface DialogProps {
  readonly open: boolean;
  /** Esc, the cross, and a press beside it. */
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: string;
  readonly size?: keyof typeof widths;
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}

const OpenDialog = ({ onClose, title, description, size = "md", footer, children }: Omit<DialogProps, "open">) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    // Not by autoFocus: what is not shown yet takes no focus, and the browser would choose the cross.
    dialog?.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={`${id}-title`}
      {...(description === undefined ? {} : { "aria-describedby": `${id}-text` })}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
      className={cx(
        "m-auto max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] overflow-hidden rounded-2xl border border-line bg-surface p-0 text-ink shadow-float",
        widths[size],
      )}
    >
      <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
        <header className="flex items-start gap-3 px-5 pt-4 pb-3">
          <div className="min-w-0 grow">
            <h2 id={`${id}-title`} className="text-base font-semibold">
              {title}
            </h2>
            {description === undefined ? null : (
              <p id={`${id}-text`} className="mt-0.5 text-sm text-soft">
                {description}
              </p>
            )}
          </div>
          <IconButton label="Close" icon={<X size={18} />} size="sm" onClick={onClose} />
        </header>
        <div className="min-h-0 grow overflow-y-auto px-5 pb-5">{children}</div>
        {footer === undefined ? null : (
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken px-5 py-3">
            {footer}
          </footer>
        )}
      </div>
    </dialog>
  );
};

/** A modal dialog. What is within is made anew each time that it opens. */
export const Dialog = ({ open, ...props }: DialogProps) => (open ? <OpenDialog {...props} /> : null);

export interface ConfirmProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** What will be, said plainly. */
  readonly text: string;
  /** The verb: `Delete`. */
  readonly action: string;
  readonly danger?: boolean;
  /** What it throws has been told by the one who gave it; the dialog closes after it. */
  readonly onConfirm: () => Promise<void> | void;
}

/** Asks before something that is hard to take back. */
export const ConfirmDialog = ({ open, onClose, title, text, action, danger, onConfirm }: ConfirmProps) => {
  const [busy, setBusy] = useState(false);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    try {
      await onConfirm();
    } finally {
      setBusy(false);
      onClose();
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      size="sm"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant={danger === true ? "danger" : "primary"} busy={busy} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      <p className="text-sm text-soft">{text}</p>
    </Dialog>
  );
};
