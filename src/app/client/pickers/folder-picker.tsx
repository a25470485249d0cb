// A folder of the workspace, found by going into folders, or typed.
import ChevronRight from "lucide-react/icons/chevron-right";
import CornerLeftUp from "lucide-react/icons/corner-left-up";
import Folder from "lucide-react/icons/folder";
import { Fragment, useState } from "react";
import { useSession } from "../session.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { TextField } from "../ui/field.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { absolutePath, crumbsOf, parentOf } from "./folder-path.ts";
import { type Target, useFolders } from "./use-choices.ts";

export interface FolderPickerProps {
  readonly value: string | null;
  readonly target: Target;
  readonly disabled?: boolean | undefined;
  readonly onChange: (value: string | null) => void;
}

const Crumbs = ({ path, onGo }: { readonly path: string; readonly onGo: (path: string) => void }) => (
  <nav aria-label="Where you are in the workspace" className="flex flex-wrap items-center gap-0.5 text-[0.8125rem]">
    {crumbsOf(path).map((crumb, at, all) => (
      <Fragment key={crumb.path}>
        {at === 0 ? null : <ChevronRight size={12} aria-hidden="true" className="text-faint" />}
        <button
          type="button"
          onClick={() => onGo(crumb.path)}
          aria-current={at === all.length - 1 ? "location" : undefined}
          className="max-w-40 truncate rounded px-1 py-0.5 hover:bg-hover"
        >
          {crumb.name}
        </button>
      </Fragment>
    ))}
  </nav>
);

const Browser = ({
  start,
  target,
  onChoose,
}: {
  readonly start: string | undefined;
  readonly target: Target;
  readonly onChoose: (path: string) => void;
}) => {
  const { me } = useSession();
  const own = me.data === undefined || target.profile !== undefined ? undefined : `/Workspace/Users/${me.data.user}`;
  const [path, setPath] = useState(start);
  const folders = useFolders(path, target);
  // The caller's own folder is asked for without its path; the first entry says what it is.
  const here = path ?? parentOf(folders.data?.[0]?.path ?? "") ?? own;
  const above = here === undefined ? "/" : parentOf(here);
  const row = "flex w-full items-center gap-2 rounded-lg px-2 py-1.5 text-left text-sm hover:bg-hover";
  return (
    <div className="mt-2 rounded-xl border border-line p-2">
      <Crumbs path={here ?? "/"} onGo={setPath} />
      <div className="my-1 max-h-56 overflow-y-auto" aria-busy={folders.loading}>
        {above === undefined ? null : (
          <button type="button" className={row} onClick={() => setPath(above)}>
            <CornerLeftUp size={15} aria-hidden="true" className="text-faint" /> One up
          </button>
        )}
        {folders.data?.map((folder) => (
          <button key={folder.path} type="button" className={row} onClick={() => setPath(folder.path)}>
            <Folder size={15} aria-hidden="true" className="shrink-0 text-faint" />
            <span className="min-w-0 truncate">{folder.name}</span>
          </button>
        ))}
        {folders.data?.length === 0 ? (
          <p className="px-2 py-1.5 text-sm text-soft">There is no folder in here.</p>
        ) : null}
        {folders.loading ? (
          <p className="flex items-center gap-2 px-2 py-1.5 text-sm text-soft">
            <Spinner label="Loading" /> Loading
          </p>
        ) : null}
        {folders.error === undefined ? null : <ErrorNote error={folders.error} onRetry={folders.reload} />}
      </div>
      <Button
        size="sm"
        variant="primary"
        disabled={here === undefined || folders.error !== undefined}
        onClick={() => onChoose(here ?? "/")}
      >
        Choose this folder
      </Button>
    </div>
  );
};

/** A field for the path, and a browser below it when it is asked for. */
export const FolderPicker = ({ value, target, disabled, onChange }: FolderPickerProps) => {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(value ?? "");
  const [problem, setProblem] = useState<string>();
  const take = (next: string): void => {
    const path = next.trim() === "" ? null : absolutePath(next);
    setProblem(path === undefined ? "Write a whole path: /Workspace/Users/…" : undefined);
    if (path === undefined) return;
    setText(path ?? "");
    if (path !== value) onChange(path);
  };
  return (
    <div>
      <div className="flex items-start gap-2">
        <TextField
          label="Workspace folder"
          hideLabel
          className="min-w-0 grow"
          placeholder="/Workspace/Users/…"
          value={text}
          disabled={disabled === true}
          error={problem}
          spellCheck={false}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => take(text)}
          onKeyDown={(event) => {
            if (event.key === "Enter") take(text);
          }}
        />
        <Button disabled={disabled === true} aria-expanded={open} onClick={() => setOpen(!open)}>
          Browse
        </Button>
      </div>
      {open ? (
        <Browser
          start={value ?? undefined}
          target={target}
          onChoose={(path) => {
            setOpen(false);
            take(path);
          }}
        />
      ) : null}
    </div>
  );
};
