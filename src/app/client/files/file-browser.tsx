// The files of a project: found, looked at, changed, brought in and taken out.
import ArrowLeft from "lucide-react/icons/arrow-left";
import { type DragEvent, type ReactNode, useState } from "react";
import type { FileEntry } from "../../contract/api.ts";
import { addressOf } from "../api.ts";
import { downloadFrom } from "../tables/save-file.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import type { MenuItem } from "../ui/menu.tsx";
import { Skeleton, Spinner } from "../ui/spinner.tsx";
import { notifyError } from "../ui/toast.tsx";
import { droppedFiles, type GivenFile } from "./dropped.ts";
import { FileDialogs } from "./file-dialogs.tsx";
import { FileList } from "./file-list.tsx";
import { FileToolbar, type FileToolbarProps } from "./file-toolbar.tsx";
import { FileViewer } from "./file-viewer.tsx";
import { type Browser, useBrowser } from "./use-browser.ts";
import { useUpload } from "./use-upload.ts";

export interface FileBrowserProps {
  readonly projectId: string;
  readonly canEdit: boolean;
}

/** Takes files that are dropped anywhere on it. */
const DropArea = ({
  canEdit,
  onFiles,
  children,
}: {
  readonly canEdit: boolean;
  readonly onFiles: (files: readonly GivenFile[]) => void;
  readonly children: ReactNode;
}) => {
  const [isOver, setOver] = useState(false);
  const takes = (event: DragEvent): boolean => canEdit && event.dataTransfer.types.includes("Files");
  return (
    <div
      className={cx(
        "relative flex h-full min-h-0",
        isOver &&
          "after:pointer-events-none after:absolute after:inset-2 after:z-20 after:rounded-2xl after:border-2 after:border-dashed after:border-accent after:bg-accent-soft/60",
      )}
      onDragOver={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        if (!takes(event)) return;
        event.preventDefault();
        setOver(false);
        droppedFiles(event.dataTransfer).then(onFiles, notifyError);
      }}
    >
      {children}
    </div>
  );
};

const actionsOf = (entry: FileEntry, { projectId, canEdit, browser }: FileToolbarProps): readonly MenuItem[] => {
  const isFolder = entry.type === "directory";
  const path = { project_id: projectId };
  const address = isFolder
    ? addressOf("GET /api/projects/{project_id}/files/zip", { path, query: { folder: entry.path } })
    : addressOf("GET /api/projects/{project_id}/files/download", { path, query: { path: entry.path } });
  const take: MenuItem = { label: isFolder ? "Download as zip" : "Download", onSelect: () => downloadFrom(address) };
  if (!canEdit) return [take];
  const { ask } = browser;
  const fresh: MenuItem = { label: "New file here", onSelect: () => ask({ kind: "file", folder: entry.path }) };
  return [
    ...(isFolder ? [fresh] : []),
    { label: "Rename or move", onSelect: () => ask({ kind: "move", entry }) },
    take,
    { label: "Delete", danger: true, onSelect: () => ask({ kind: "delete", entry }) },
  ];
};

const Tree = (props: FileToolbarProps) => {
  const { canEdit, browser, upload } = props;
  const { files, rows, isFlat } = browser;
  const empty = isFlat ? "No file matches." : "There are no files yet. What the agent writes appears here.";
  return (
    <>
      <FileToolbar {...props} />
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
          open={browser.open}
          selected={browser.selected}
          isFlat={isFlat}
          onSelect={(entry) => browser.select(entry.path)}
          onToggle={browser.toggle}
          actions={(entry) => actionsOf(entry, props)}
        />
        {files.data !== undefined && rows.length === 0 ? <p className="px-2 py-3 text-sm text-soft">{empty}</p> : null}
        {canEdit && files.data !== undefined ? (
          <p className="px-2 pt-3 text-xs text-soft max-sm:hidden">Drop files here to upload them.</p>
        ) : null}
      </div>
    </>
  );
};

const Chosen = ({ projectId, canEdit, browser }: FileBrowserProps & { readonly browser: Browser }) => {
  const { selected } = browser;
  if (selected === undefined)
    return (
      <EmptyState
        title="Choose a file"
        text="What you and the agent write in this project lies here. The agent sees the same files."
      />
    );
  return (
    <>
      <Button
        size="sm"
        variant="ghost"
        className="mb-2 sm:hidden"
        icon={<ArrowLeft size={15} aria-hidden="true" />}
        onClick={() => browser.select(undefined)}
      >
        All files
      </Button>
      <FileViewer
        key={selected}
        projectId={projectId}
        path={selected}
        canEdit={canEdit}
        onChanged={browser.files.reload}
        onDirty={browser.setDirty}
      />
    </>
  );
};

/** Tree and viewer; one at a time in a narrow window. */
export const FileBrowser = ({ projectId, canEdit }: FileBrowserProps) => {
  const browser = useBrowser(projectId);
  const isChosen = browser.selected !== undefined;
  const upload = useUpload(projectId, browser.taken, (last) => {
    browser.files.reload();
    if (last !== undefined) browser.reveal(last);
  });
  return (
    <DropArea canEdit={canEdit} onFiles={(given) => upload.add(given, "")}>
      <h1 className="sr-only">Files</h1>
      <aside
        aria-label="Files of the project"
        className={cx("flex w-full shrink-0 flex-col border-line sm:w-72 sm:border-r", isChosen && "max-sm:hidden")}
      >
        <Tree projectId={projectId} canEdit={canEdit} browser={browser} upload={upload} />
      </aside>
      <section aria-label="File" className={cx("min-w-0 grow overflow-y-auto p-4", !isChosen && "max-sm:hidden")}>
        <Chosen projectId={projectId} canEdit={canEdit} browser={browser} />
      </section>
      <FileDialogs browser={browser} upload={upload} />
    </DropArea>
  );
};
