// One of many, found by typing: a button that shows what is chosen, and a list with a search field.
import ChevronsUpDown from "lucide-react/icons/chevrons-up-down";
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useAnchored } from "./anchored.ts";
import { cx } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  /** Before the label: a state dot, an icon. */
  readonly mark?: ReactNode;
  /** After it: a button that starts it. */
  readonly action?: ReactNode;
}

export interface ComboboxProps {
  readonly label: string;
  /** Shown with the value in the button: `Warehouse`. */
  readonly prefix?: string;
  readonly value: string | null;
  readonly options: readonly Option[];
  readonly onChange: (value: string | null) => void;
  readonly placeholder?: string;
  /** Lets the choice be taken back, by this name. */
  readonly emptyLabel?: string;
  readonly loading?: boolean;
  readonly error?: string | undefined;
  readonly disabled?: boolean;
  /** The list is wanted: it can be loaded now. */
  readonly onOpen?: () => void;
  /** Takes what is typed as a value of its own. */
  readonly allowOther?: boolean;
  readonly className?: string;
}

const matching = (options: readonly Option[], query: string): readonly Option[] => {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return options.filter(({ label, value, hint }) => {
    const text = `${label} ${value} ${hint ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
};

/** What the list offers for what is typed. Pure. */
export const offered = (
  { options, emptyLabel, allowOther }: Pick<ComboboxProps, "options" | "emptyLabel" | "allowOther">,
  query: string,
): readonly Option[] => {
  const found = matching(options, query);
  const other = query.trim();
  const none = emptyLabel !== undefined && query === "" ? [{ value: "", label: emptyLabel }] : [];
  const own =
    allowOther === true && other !== "" && !found.some(({ value }) => value === other)
      ? [{ value: other, label: `Use “${other}”` }]
      : [];
  return [...none, ...found, ...own];
};

/** What the button is called: what is seen of it, in its order, after what it is for. */
export const buttonName = (label: string, prefix: string | undefined, shown: string): string => {
  const isSaid = prefix === undefined || label.toLowerCase().endsWith(prefix.toLowerCase());
  return isSaid ? `${label}: ${shown}` : `${label}: ${prefix} ${shown}`;
};

interface ListProps extends ComboboxProps {
  readonly id: string;
  readonly onPick: (value: string | null) => void;
}

const List = ({ id, onPick, ...props }: ListProps) => {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const items = offered(props, query);
  const current = Math.min(at, items.length - 1);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[data-current]")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(current + step, items.length - 1)));
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      const item = items[current];
      if (item !== undefined) onPick(item.value === "" ? null : item.value);
    }
  };
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label={`Search: ${props.label}`}
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={current < 0 ? undefined : `${id}-${current}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="Search"
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
        className="w-full border-b border-line bg-transparent px-3 py-2 text-sm outline-none"
      />
      <div ref={list} id={id} role="listbox" aria-label={props.label} className="max-h-72 overflow-y-auto p-1">
        {items.map((item, index) => (
          <div
            key={item.value}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={item.value === (props.value ?? "")}
            data-current={index === current ? "" : undefined}
            onClick={() => onPick(item.value === "" ? null : item.value)}
            onKeyDown={onKey}
            onPointerMove={() => setAt(index)}
            className={cx(
              "flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-sm",
              index === current && "bg-hover",
              item.value === (props.value ?? "") && "font-medium text-accent",
            )}
          >
            {item.mark}
            <span className="min-w-0 grow">
              <span className="block truncate">{item.label}</span>
              {item.hint === undefined ? null : <span className="block truncate text-xs text-faint">{item.hint}</span>}
            </span>
            {item.action}
          </div>
        ))}
      </div>
      {props.loading === true ? (
        <p className="flex items-center gap-2 px-3 pb-3 text-sm text-faint">
          <Spinner label="Loading" /> Loading
        </p>
      ) : null}
      {props.error === undefined ? null : (
        <p role="alert" className="px-3 pb-3 text-sm text-danger">
          {props.error}
        </p>
      )}
      {items.length === 0 && props.loading !== true && props.error === undefined ? (
        <p className="px-3 pt-1 pb-3 text-sm text-faint">Nothing matches.</p>
      ) : null}
    </>
  );
};

/** A choice of one with a search field. `null` is none. */
export const Combobox = (props: ComboboxProps) => {
  const { label, prefix, value, options, onChange, placeholder, disabled, onOpen, className } = props;
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  const close = useCallback(() => setOpen(false), []);
  useAnchored({ open, anchor, panel, align: "start", onClose: close });
  // Not by autoFocus: what is not shown yet takes no focus.
  useLayoutEffect(() => {
    if (open) panel.current?.querySelector("input")?.focus();
  }, [open]);
  const chosen = options.find((option) => option.value === value);
  const shown = chosen?.label ?? value ?? placeholder ?? "Choose";
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={buttonName(label, prefix, shown)}
        title={label}
        disabled={disabled}
        onClick={() => {
          if (!open) onOpen?.();
          setOpen(!open);
        }}
        className={cx(
          "inline-flex h-8 max-w-full min-w-0 items-center gap-1.5 rounded-lg border border-line bg-surface px-2.5 text-[0.8125rem] transition-colors hover:bg-hover disabled:opacity-55",
          className,
        )}
      >
        {chosen?.mark}
        {prefix === undefined ? null : <span className="text-faint">{prefix} </span>}
        <span className={cx("min-w-0 truncate", value === null ? "text-faint" : "font-medium text-ink")}>{shown}</span>
        <ChevronsUpDown size={13} className="ml-auto shrink-0 text-faint" aria-hidden="true" />
      </button>
      {open ? (
        <div
          ref={panel}
          popover="manual"
          className="fixed inset-auto m-0 w-80 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-surface p-0 text-ink shadow-float"
        >
          <List
            {...props}
            id={id}
            onPick={(next) => {
              close();
              anchor.current?.focus();
              onChange(next);
            }}
          />
        </div>
      ) : null}
    </>
  );
};
