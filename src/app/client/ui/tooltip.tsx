// A word of explanation while the pointer rests on something, or it has the focus.
import type { ReactNode } from "react";
import { useId } from "react";

/** Wraps what is explained; the text shows on hover and focus, and describes it for a reader. */
export const Tooltip = ({ text, children }: { readonly text: string; readonly children: ReactNode }) => {
  const id = useId();
  return (
    <span className="group/tip relative inline-flex" aria-describedby={id}>
      {children}
      <span
        id={id}
        role="tooltip"
        className="pointer-events-none invisible absolute bottom-full left-1/2 z-40 mb-1.5 w-max max-w-64 -translate-x-1/2 rounded-lg bg-ink px-2 py-1 text-xs text-page opacity-0 transition-opacity group-focus-within/tip:visible group-focus-within/tip:opacity-100 group-hover/tip:visible group-hover/tip:opacity-100"
      >
        {text}
      </span>
    </span>
  );
};
