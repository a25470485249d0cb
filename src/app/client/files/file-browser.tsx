// The files of a project: found, looked at, changed, brought in and taken out.
import ArrowLeft from "lucide-react/icons/arrow-left";
import Download from "lucide-react/icons/download";
import FilePlus from "lucide-react/icons/file-plus";
import FolderPlus from "lucide-react/icons/folder-plus";
import RefreshCw from "lucide-react/icons/refresh-cw";
import Upload from "lucide-react/icons/upload";
import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import type { FileEntry } from "../../contract/api.ts";
import { addressOf, call } from "../api.ts";
import { useResource } from "../resource.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import type { MenuItem } from "../ui/menu.tsx";
import { Skeleton, Spinner } from "../ui/spinner.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { chosenFiles, droppedFiles } from "./dropped.ts";
import { FileList } from "./file-list.tsx";
import { fileTree, findFiles, foldersTo, joined, visibleNodes } from "./file-tree.ts";
import { FileViewer } from "./file-viewer.tsx";
import { PathDialog } from "./path-dialog.tsx";
import { useUpload } from "./use-upload.ts";

export interface FileBrowserProps {
  readonly projectId: string;
  readonly canEdit: boolean;
}

type Asked =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "move" | "delete"; readonly entry: FileEntry }
  | { readonly kind: "leave"; readonly to: string | undefined };

const none: readonly FileEntry[] = [];

/** The list, kept current: read again when one comes back to the window, since the agent writes too. */
const useFiles = (projectId: string, hidden: boolean) => {
  const files = useResource(`files/${projectId}/${hidden}`, (signal) =>
    call("GET /api/projects/{project_id}/files", {
      path: { project_id: projectId },
      query: hidden ? { hidden: "true" } : {},
      signal,
    }),
  );
  const { reload } = files;
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") reload();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [reload]);
  return files;
};

/** Tree and viewer; one at a time in a narrow window. */
export const FileBrowser = ({ projectId, canEdit }: FileBrowserProps) => {
  const [hidden, setHidden] = useState(false);
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string>();
  const [asked, setAsked] = useState<Asked>();
  const [isDirty, setDirty] = useState(false);
  const [isOver, setOver] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const files = useFiles(projectId, hidden);
  const entries = files.data?.files ?? none;
  const taken = useMemo(() => new Set(entries.map(({ path }) => path)), [entries]);
  const tree = useMemo(() => fileTree(entries), [entries]);
  const rows =
    query.trim() === "" ? visibleNodes(tree, open) : findFiles(entries, query).map((entry) => ({ entry, depth: 0 }));
  const path = { project_id: projectId };

  const show = (to: string | undefined): void => {
    setDirty(false);
    setSelected(to);
    if (to !== undefined) setOpen((before) => new Set([...before, ...foldersTo(to)]));
  };
  const select = (to: string | undefined): void =>
    isDirty && to !== selected ? setAsked({ kind: "leave", to }) : show(to);
  const upload = useUpload(projectId, taken, (last) => {
    files.reload();
    if (last !== undefined) setOpen((before) => new Set([...before, ...foldersTo(last)]));
  });
  const toggle = (folder: string): void => {
    const next = new Set(open);
    if (!next.delete(folder)) next.add(folder);
    setOpen(next);
  };
  const close = (): void => setAsked(undefined);

  const create = async (wanted: string): Promise<void> => {
    if (asked?.kind === "folder")
      await call("POST /api/projects/{project_id}/files/mkdir", { path, body: { path: wanted } });
    else
      await call("PUT /api/projects/{project_id}/files/content", {
        path,
        body: { path: wanted, content: "", version: null },
      });
    files.reload();
    if (asked?.kind === "file") select(wanted);
    setOpen((before) => new Set([...before, ...foldersTo(wanted)]));
  };
  const move = async (entry: FileEntry, to: string): Promise<void> => {
    if (to === entry.path) return;
    await call("POST /api/projects/{project_id}/files/move", { path, body: { from: entry.path, to } });
    files.reload();
    if (selected === entry.path) show(to);
    else if (selected?.startsWith(`${entry.path}/`) === true) show(to + selected.slice(entry.path.length));
  };
  const remove = async (entry: FileEntry): Promise<void> => {
    try {
      await call("DELETE /api/projects/{project_id}/files", { path, query: { path: entry.path } });
      notify(`${entry.name} is deleted.`);
      if (selected === entry.path || selected?.startsWith(`${entry.path}/`) === true) show(undefined);
      files.reload();
    } catch (error) {
      notifyError(error);
    }
  };
  const actions = (entry: FileEntry): readonly MenuItem[] => {
    const isFolder = entry.type === "directory";
    const zip = addressOf("GET /api/projects/{project_id}/files/zip", { path, query: { folder: entry.path } });
    const file = addressOf("GET /api/projects/{project_id}/files/download", { path, query: { path: entry.path } });
    const take: MenuItem = {
      label: isFolder ? "Download as zip" : "Download",
      onSelect: () => location.assign(isFolder ? zip : file),
    };
    if (!canEdit) return [take];
    return [
      ...(isFolder
        ? [{ label: "New file here", onSelect: () => setAsked({ kind: "file", folder: entry.path }) } as const]
        : []),
      { label: "Rename or move", onSelect: () => setAsked({ kind: "move", entry }) },
      take,
      { label: "Delete", danger: true, onSelect: () => setAsked({ kind: "delete", entry }) },
    ];
  };
  const dragging = (event: DragEvent): boolean => canEdit && event.dataTransfer.types.includes("Files");

  return (
    <div
      className={cx(
        "relative flex h-full min-h-0",
        isOver &&
          "after:pointer-events-none after:absolute after:inset-2 after:z-20 after:rounded-2xl after:border-2 after:border-dashed after:border-accent after:bg-accent-soft/60",
      )}
      onDragOver={(event) => {
        if (!dragging(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!dragging(event)) return;
        event.preventDefault();
        setOver(false);
        droppedFiles(event.dataTransfer).then((given) => upload.add(given, ""), notifyError);
      }}
    >
      <aside
        aria-label="Files of the project"
        className={cx(
          "flex w-full shrink-0 flex-col border-line sm:w-72 sm:border-r",
          selected !== undefined && "max-sm:hidden",
        )}
      >
        <div className="flex flex-wrap items-center gap-1 p-2">
          <input
            type="search"
            aria-label="Search files"
            placeholder="Search files"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="h-8 min-w-0 grow basis-full rounded-lg border border-line bg-surface px-2.5 text-sm outline-none focus:border-accent focus:ring-2 focus:ring-accent/25"
          />
          {canEdit ? (
            <>
              <IconButton
                size="sm"
                label="New file"
                icon={<FilePlus size={16} />}
                onClick={() => setAsked({ kind: "file", folder: "" })}
              />
              <IconButton
                size="sm"
                label="New folder"
                icon={<FolderPlus size={16} />}
                onClick={() => setAsked({ kind: "folder", folder: "" })}
              />
              <IconButton
                size="sm"
                label="Upload files"
                icon={<Upload size={16} />}
                disabled={upload.progress !== undefined}
                onClick={() => field.current?.click()}
              />
              <input
                ref={field}
                type="file"
                multiple
                hidden
                aria-label="Files to upload"
                onChange={(event) => {
                  if (event.target.files !== null) upload.add(chosenFiles(event.target.files), "");
                  event.target.value = "";
                }}
              />
            </>
          ) : null}
          <a
            href={addressOf("GET /api/projects/{project_id}/files/zip", { path })}
            download
            title="Download all as zip"
            aria-label="Download all as zip"
            className="inline-flex size-7 items-center justify-center rounded-lg text-soft hover:bg-hover hover:text-ink"
          >
            <Download size={16} aria-hidden="true" />
          </a>
          <IconButton
            size="sm"
            label="Read the list again"
            icon={<RefreshCw size={15} />}
            disabled={files.loading}
            onClick={files.reload}
          />
          <label className="ml-auto inline-flex items-center gap-1.5 text-xs text-soft">
            <input
              type="checkbox"
              className="accent-accent"
              checked={hidden}
              onChange={(event) => setHidden(event.target.checked)}
            />{" "}
            Hidden
          </label>
        </div>
        {upload.progress === undefined ? null : (
          <p role="status" className="flex items-center gap-2 px-3 pb-2 text-[0.8125rem] text-soft">
            <Spinner /> Uploading {upload.progress.done + 1} of {upload.progress.of}
          </p>
        )}
        <div className="min-h-0 grow overflow-y-auto px-2 pb-4">
          {files.error === undefined ? null : <ErrorNote error={files.error} onRetry={files.reload} />}
          {files.data === undefined && files.error === undefined ? <Skeleton lines={6} className="p-2" /> : null}
          <FileList
            rows={rows}
            open={open}
            selected={selected}
            isFlat={query.trim() !== ""}
            onSelect={(entry) => select(entry.path)}
            onToggle={toggle}
            actions={actions}
          />
          {files.data !== undefined && rows.length === 0 ? (
            <p className="px-2 py-3 text-sm text-soft">
              {query.trim() === "" ? "There are no files yet. What the agent writes appears here." : "No file matches."}
            </p>
          ) : null}
          {canEdit && files.data !== undefined ? (
            <p className="px-2 pt-3 text-xs text-soft max-sm:hidden">Drop files here to upload them.</p>
          ) : null}
        </div>
      </aside>
      <section
        aria-label="File"
        className={cx("min-w-0 grow overflow-y-auto p-4", selected === undefined && "max-sm:hidden")}
      >
        {selected === undefined ? (
          <EmptyState
            title="Choose a file"
            text="What you and the agent write in this project lies here. The agent sees the same files."
          />
        ) : (
          <>
            <Button
              size="sm"
              variant="ghost"
              className="mb-2 sm:hidden"
              icon={<ArrowLeft size={15} aria-hidden="true" />}
              onClick={() => select(undefined)}
            >
              All files
            </Button>
            <FileViewer
              key={selected}
              projectId={projectId}
              path={selected}
              canEdit={canEdit}
              onChanged={files.reload}
              onDirty={setDirty}
            />
          </>
        )}
      </section>
      {asked?.kind === "file" || asked?.kind === "folder" ? (
        <PathDialog
          title={asked.kind === "file" ? "New file" : "New folder"}
          action="Create"
          start={asked.folder === "" ? "" : joined(asked.folder, "")}
          taken={taken}
          onPath={create}
          onClose={close}
        />
      ) : null}
      {asked?.kind === "move" ? (
        <PathDialog
          title={`Rename or move ${asked.entry.name}`}
          action="Move"
          start={asked.entry.path}
          taken={taken}
          onPath={(to) => move(asked.entry, to)}
          onClose={close}
        />
      ) : null}
      <ConfirmDialog
        open={asked?.kind === "delete"}
        onClose={close}
        title={asked?.kind === "delete" ? `Delete ${asked.entry.name}?` : ""}
        text={
          asked?.kind === "delete" && asked.entry.type === "directory"
            ? "The folder and all that is in it are deleted. This cannot be taken back."
            : "This cannot be taken back."
        }
        action="Delete"
        danger
        onConfirm={() => (asked?.kind === "delete" ? remove(asked.entry) : undefined)}
      />
      <ConfirmDialog
        open={asked?.kind === "leave"}
        onClose={close}
        title="Drop what is not saved?"
        text="The file in the editor has changes that are not saved."
        action="Drop changes"
        danger
        onConfirm={() => (asked?.kind === "leave" ? show(asked.to) : undefined)}
      />
      <ConfirmDialog
        open={upload.replacing !== undefined}
        onClose={upload.cancel}
        title="Replace what is there?"
        text={`These are in the project already: ${(upload.replacing ?? []).slice(0, 10).join(", ")}${(upload.replacing ?? []).length > 10 ? ` and ${(upload.replacing ?? []).length - 10} more` : ""}.`}
        action="Replace"
        onConfirm={upload.confirm}
      />
    </div>
  );
};
