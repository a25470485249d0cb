// On or off, at once.
import { useId } from "react";
import { cx } from "./classes.ts";

export interface SwitchProps {
  readonly label: string;
  readonly description?: string;
  /** The label is read aloud, but not shown. */
  readonly hideLabel?: boolean;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A switch with its label beside it. */
export const Switch = ({ label, description, hideLabel, checked, disabled, onChange }: SwitchProps) => {
  const id = useId();
  return (
    <div className="flex items-start gap-3">
      <button
        type="button"
        role="switch"
        aria-checked={checked}
        aria-labelledby={id}
        disabled={disabled}
        onClick={() => onChange(!checked)}
        className={cx(
          "relative mt-0.5 h-5 w-9 shrink-0 rounded-full border transition-colors disabled:opacity-50",
          checked ? "border-accent bg-accent" : "border-line-strong bg-hover",
        )}
      >
        <span
          className={cx(
            "absolute top-0.5 left-0.5 size-3.5 rounded-full transition-transform",
            checked ? "translate-x-4 bg-on-accent" : "bg-faint",
          )}
        />
      </button>
      <span className={hideLabel === true ? "sr-only" : "min-w-0"}>
        <span id={id} className="block text-sm">
          {label}
        </span>
        {description === undefined ? null : <span className="block text-[0.8125rem] text-faint">{description}</span>}
      </span>
    </div>
  );
};
