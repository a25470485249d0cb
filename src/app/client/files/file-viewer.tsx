// One file as it is best looked at: rendered, as a table, as cells, as a picture, as text; changed in the editor.
import Download from "lucide-react/icons/download";
import Pencil from "lucide-react/icons/pencil";
import RefreshCw from "lucide-react/icons/refresh-cw";
import { useMemo, useState } from "react";
import type { FileText } from "../../contract/api.ts";
import { addressOf, call } from "../api.ts";
import { Markdown } from "../chat/markdown.tsx";
import { sizeText, timeText } from "../format.ts";
import { useResource } from "../resource.ts";
import { readDelimited } from "../tables/delimited.ts";
import { ResultTable } from "../tables/result-table.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { CodeView } from "../views/code-view.tsx";
import { NotebookView } from "../views/notebook-view.tsx";
import { FileEditor } from "./file-editor.tsx";
import { type FileShape, languageOf, shapeOfFile } from "./file-kind.ts";

export interface FileViewerProps {
  readonly projectId: string;
  readonly path: string;
  readonly canEdit: boolean;
  /** Something was saved: the list is to be read again. */
  readonly onChanged: () => void;
  readonly onDirty: (isDirty: boolean) => void;
}

const maxTableRows = 10_000;

const TableOf = ({ file, content }: { readonly file: FileText; readonly content: string }) => {
  const table = useMemo(() => readDelimited(content, maxTableRows), [content]);
  return <ResultTable title={file.name} columns={table.columns} rows={table.rows} truncated={table.truncated} />;
};

const Plain = ({ file, content }: { readonly file: FileText; readonly content: string }) => {
  const language = languageOf(file.path);
  if (content === "") return <p className="text-sm text-soft">The file is empty.</p>;
  return <CodeView text={content} tall {...(language === undefined ? {} : { language })} />;
};

const rendered = (shape: FileShape, file: FileText, address: string) => {
  const { content } = file;
  if (shape.kind === "image")
    return (
      <div className="rounded-xl border border-line bg-[repeating-conic-gradient(var(--c-hover)_0_25%,var(--c-surface)_0_50%)] bg-[length:20px_20px] p-4">
        <img src={address} alt={file.name} className="mx-auto max-h-[70dvh] max-w-full" />
      </div>
    );
  if (content === null)
    return (
      <EmptyState
        title={file.size > 2_000_000 ? "Too large to show" : "Not a text"}
        text={`${sizeText(file.size)}, ${file.media_type}. Download it to open it.`}
        action={
          <a href={address} download className="font-medium text-accent underline underline-offset-4">
            Download {file.name}
          </a>
        }
      />
    );
  if (shape.kind === "markdown")
    return (
      <div className="rounded-xl border border-line bg-surface p-4">
        <Markdown text={content} isOpen={false} />
      </div>
    );
  if (shape.kind === "table") return <TableOf file={file} content={content} />;
  if (shape.kind === "notebook") return <NotebookView cells={shape.cells} />;
  return <Plain file={file} content={content} />;
};

const views: Partial<Record<FileShape["kind"], string>> = {
  markdown: "Rendered",
  table: "Table",
  notebook: "Cells",
  image: "Picture",
};

const Opened = ({
  projectId,
  file,
  canEdit,
  onFile,
  onDirty,
}: Pick<FileViewerProps, "projectId" | "canEdit" | "onDirty"> & {
  readonly file: FileText;
  readonly onFile: (file: FileText) => void;
}) => {
  const shape = useMemo(() => shapeOfFile(file), [file]);
  const [mode, setMode] = useState<"view" | "source" | "edit">("view");
  const address = addressOf("GET /api/projects/{project_id}/files/download", {
    path: { project_id: projectId },
    query: { path: file.path },
  });
  const { content } = file;
  const hasSource = content !== null && views[shape.kind] !== undefined;
  if (mode === "edit" && content !== null)
    return (
      <FileEditor
        projectId={projectId}
        file={{ ...file, content }}
        onSaved={onFile}
        onDirty={onDirty}
        onClose={() => setMode("view")}
      />
    );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        {hasSource ? (
          <div
            role="group"
            aria-label="How it is shown"
            className="inline-flex overflow-hidden rounded-lg border border-line-strong"
          >
            {(["view", "source"] as const).map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={mode === one}
                onClick={() => setMode(one)}
                className={`h-8 px-2.5 text-[0.8125rem] font-medium -outline-offset-2 ${mode === one ? "bg-accent-soft text-accent" : "hover:bg-hover"}`}
              >
                {one === "view" ? views[shape.kind] : "Source"}
              </button>
            ))}
          </div>
        ) : null}
        {canEdit && content !== null ? (
          <Button size="sm" icon={<Pencil size={14} aria-hidden="true" />} onClick={() => setMode("edit")}>
            Edit
          </Button>
        ) : null}
        <a
          href={address}
          download
          className="inline-flex h-8 items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-2.5 text-[0.8125rem] font-medium hover:bg-hover"
        >
          <Download size={14} aria-hidden="true" /> Download
        </a>
      </div>
      {mode === "source" && content !== null ? <Plain file={file} content={content} /> : rendered(shape, file, address)}
    </div>
  );
};

/** Reads the file and shows it with what can be done to it. */
export const FileViewer = ({ projectId, path, canEdit, onChanged, onDirty }: FileViewerProps) => {
  const file = useResource(`${projectId}/${path}`, (signal) =>
    call("GET /api/projects/{project_id}/files/content", { path: { project_id: projectId }, query: { path }, signal }),
  );
  const replace = (next: FileText): void => {
    file.set(next);
    onChanged();
  };
  return (
    <article aria-label={path} className="flex min-w-0 flex-col gap-3">
      <header className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <h2 className="font-mono text-sm font-semibold break-all">{path}</h2>
          <p className="text-[0.8125rem] text-soft">
            {file.data === undefined ? "…" : `${sizeText(file.data.size)} · changed ${timeText(file.data.modified)}`}
          </p>
        </div>
        <IconButton
          size="sm"
          label="Read the file again"
          icon={<RefreshCw size={15} />}
          disabled={file.loading}
          onClick={file.reload}
        />
      </header>
      {file.error === undefined ? null : <ErrorNote error={file.error} onRetry={file.reload} />}
      {file.data === undefined && file.error === undefined ? <Skeleton lines={8} /> : null}
      {file.data === undefined ? null : (
        <Opened projectId={projectId} file={file.data} canEdit={canEdit} onFile={replace} onDirty={onDirty} />
      )}
    </article>
  );
};
