// A menu of actions behind a button: arrows, Home and End move, Esc closes, a letter jumps.
import {
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useAnchored } from "./anchored.ts";
import { cx } from "./classes.ts";

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly onSelect: () => void;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A choice of several: whether it is the one. */
  readonly checked?: boolean;
}

export interface MenuTriggerProps {
  readonly ref: Ref<HTMLButtonElement>;
  readonly onClick: () => void;
  readonly "aria-expanded": boolean;
  readonly "aria-haspopup": "menu";
}

export interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly align?: "start" | "end";
  /** The button: spread the props onto it. */
  readonly trigger: (props: MenuTriggerProps) => ReactNode;
}

const itemsOf = (panel: HTMLElement | null): readonly HTMLElement[] => [
  ...(panel?.querySelectorAll<HTMLElement>("[data-item]:not(:disabled)") ?? []),
];

const nextOf = (key: string, at: number, count: number): number | undefined => {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return undefined;
};

/** A menu behind its button. */
export const Menu = ({ label, items, align = "end", trigger }: MenuProps) => {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  useAnchored({ open, anchor, panel, align, onClose: close });
  useLayoutEffect(() => {
    if (open) itemsOf(panel.current)[0]?.focus();
  }, [open]);

  const onKey = (event: KeyboardEvent): void => {
    const all = itemsOf(panel.current);
    const at = all.findIndex((item) => item === document.activeElement);
    if (event.key === "Tab") close();
    const next =
      nextOf(event.key, at, all.length) ??
      all.findIndex(
        (item) => event.key.length === 1 && item.textContent.toLowerCase().startsWith(event.key.toLowerCase()),
      );
    if (all.length === 0 || next < 0) return;
    event.preventDefault();
    all[next]?.focus();
  };

  return (
    <>
      {trigger({ ref: anchor, onClick: () => setOpen(!open), "aria-expanded": open, "aria-haspopup": "menu" })}
      {open ? (
        <div
          ref={panel}
          id={id}
          popover="manual"
          role="menu"
          aria-label={label}
          tabIndex={-1}
          onKeyDown={onKey}
          className="fixed inset-auto m-0 min-w-44 rounded-xl border border-line bg-surface p-1 text-ink shadow-float"
        >
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              data-item
              role={item.checked === undefined ? "menuitem" : "menuitemradio"}
              {...(item.checked === undefined ? {} : { "aria-checked": item.checked })}
              tabIndex={-1}
              disabled={item.disabled}
              onClick={() => {
                close();
                anchor.current?.focus();
                item.onSelect();
              }}
              className={cx(
                "flex w-full items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-left text-sm outline-none hover:bg-hover focus:bg-hover disabled:opacity-45",
                item.danger === true ? "text-danger" : "text-ink",
                item.checked === true && "font-semibold",
              )}
            >
              {item.icon}
              <span className="grow">{item.label}</span>
              {item.checked === true ? <span aria-hidden="true">✓</span> : null}
            </button>
          ))}
        </div>
      ) : null}
    </>
  );
};
