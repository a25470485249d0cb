// Tabs: one of several views, moved between with the arrows.
import type { KeyboardEvent, ReactNode } from "react";
import { useId, useRef } from "react";
import { cx } from "./classes.ts";

export interface Tab<K extends string> {
  readonly key: K;
  readonly label: string;
  readonly icon?: ReactNode;
}

export interface TabsProps<K extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly value: K;
  readonly onChange: (key: K) => void;
  /** The panel of the chosen one. */
  readonly children?: ReactNode;
  readonly className?: string;
}

/** A list of tabs, and the panel of the one that is chosen below it. */
export const Tabs = <K extends string>({ label, tabs, value, onChange, children, className }: TabsProps<K>) => {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = (tabs.findIndex(({ key }) => key === value) + step + tabs.length) % tabs.length;
    const next = tabs[at];
    if (next === undefined) return;
    onChange(next.key);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[at]?.focus();
  };
  return (
    <div className={className}>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKey}
        className="flex gap-1 overflow-x-auto border-b border-line"
      >
        {tabs.map(({ key, label: name, icon }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            aria-selected={key === value}
            aria-controls={children === undefined ? undefined : `${id}-panel`}
            tabIndex={key === value ? 0 : -1}
            onClick={() => onChange(key)}
            className={cx(
              "-mb-px inline-flex items-center gap-1.5 border-b-2 px-3 py-2 text-sm font-medium whitespace-nowrap",
              key === value ? "border-accent text-ink" : "border-transparent text-soft hover:text-ink",
            )}
          >
            {icon}
            {name}
          </button>
        ))}
      </div>
      {children === undefined ? null : (
        <div
          role="tabpanel"
          id={`${id}-panel`}
          aria-labelledby={`${id}-${value}`}
          tabIndex={0}
          className="outline-offset-4"
        >
          {children}
        </div>
      )}
    </div>
  );
};
