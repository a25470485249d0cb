// That something works on: a ring, and grey bars in the place of what is to come.
import { cx } from "./classes.ts";

/** A turning ring; with `label` it is read aloud. */
export const Spinner = ({ label, className }: { readonly label?: string; readonly className?: string }) => (
  <span
    {...(label === undefined ? { "aria-hidden": true } : { role: "status", "aria-label": label })}
    className={cx(
      "inline-block size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent",
      className,
    )}
  />
);

/** Grey bars where text will be. */
export const Skeleton = ({ lines = 3, className }: { readonly lines?: number; readonly className?: string }) => (
  <div role="status" aria-label="Loading" className={cx("flex flex-col gap-2.5", className)}>
    {Array.from({ length: lines }, (_, index) => (
      <span key={index} className={cx("h-3.5 animate-pulse rounded bg-hover", index % 3 === 2 ? "w-3/5" : "w-full")} />
    ))}
  </div>
);
