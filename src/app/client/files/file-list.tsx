// The tree of a project's files: folders open and close, arrows move, each row has a menu.
import ChevronRight from "lucide-react/icons/chevron-right";
import Ellipsis from "lucide-react/icons/ellipsis-vertical";
import File from "lucide-react/icons/file";
import Folder from "lucide-react/icons/folder";
import type { KeyboardEvent } from "react";
import type { FileEntry } from "../../contract/api.ts";
import { IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { Menu, type MenuItem } from "../ui/menu.tsx";

export interface FileRow {
  readonly entry: FileEntry;
  readonly depth: number;
}

export interface FileListProps {
  readonly rows: readonly FileRow[];
  readonly open: ReadonlySet<string>;
  readonly selected: string | undefined;
  /** Rows show their whole path: they are what a search found. */
  readonly isFlat: boolean;
  readonly onSelect: (entry: FileEntry) => void;
  readonly onToggle: (path: string) => void;
  /** Empty where nothing can be done. */
  readonly actions: (entry: FileEntry) => readonly MenuItem[];
}

const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };

const Row = ({
  row,
  open,
  selected,
  isFlat,
  onSelect,
  onToggle,
  actions,
}: FileListProps & { readonly row: FileRow }) => {
  const { entry, depth } = row;
  const isFolder = entry.type === "directory";
  const isOpen = open.has(entry.path);
  const items = actions(entry);
  const onKey = (event: KeyboardEvent<HTMLButtonElement>): void => {
    const step = moves[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const all = [...(event.currentTarget.closest("ul")?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      all[all.indexOf(event.currentTarget) + step]?.focus();
    }
    if (isFolder && ((event.key === "ArrowRight" && !isOpen) || (event.key === "ArrowLeft" && isOpen))) {
      event.preventDefault();
      onToggle(entry.path);
    }
  };
  return (
    <li
      className={cx(
        "group flex items-center rounded-lg",
        selected === entry.path ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      <button
        type="button"
        data-row
        onKeyDown={onKey}
        onClick={() => (isFolder ? onToggle(entry.path) : onSelect(entry))}
        {...(isFolder ? { "aria-expanded": isOpen } : { "aria-current": selected === entry.path })}
        title={entry.path}
        style={{ paddingLeft: `${depth * 14 + 6}px` }}
        className={cx(
          "flex min-w-0 grow items-center gap-1.5 rounded-lg py-1 pr-1 text-left text-sm -outline-offset-2",
          selected === entry.path && "font-medium text-accent",
        )}
      >
        <ChevronRight
          size={13}
          aria-hidden="true"
          className={cx("shrink-0 text-faint transition-transform", isOpen && "rotate-90", !isFolder && "invisible")}
        />
        {isFolder ? (
          <Folder size={15} aria-hidden="true" className="shrink-0 text-faint" />
        ) : (
          <File size={15} aria-hidden="true" className="shrink-0 text-faint" />
        )}
        <span className="min-w-0 truncate">{isFlat ? entry.path : entry.name}</span>
      </button>
      {items.length === 0 ? null : (
        <Menu
          label={`Actions for ${entry.name}`}
          items={items}
          trigger={(props) => (
            <IconButton
              {...props}
              size="sm"
              label={`Actions for ${entry.name}`}
              icon={<Ellipsis size={14} />}
              className="focus-visible:opacity-100 aria-expanded:opacity-100 sm:opacity-0 sm:group-focus-within:opacity-100 sm:group-hover:opacity-100"
            />
          )}
        />
      )}
    </li>
  );
};

/** The rows that are seen. */
export const FileList = (props: FileListProps) => (
  <ul aria-label="Files" className="flex flex-col">
    {props.rows.map((row) => (
      <Row key={row.entry.path} {...props} row={row} />
    ))}
  </ul>
);
