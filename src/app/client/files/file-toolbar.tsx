// Above the tree: search, new files and folders, upload, all as a zip.
import Download from "lucide-react/icons/download";
import FilePlus from "lucide-react/icons/file-plus";
import FolderPlus from "lucide-react/icons/folder-plus";
import RefreshCw from "lucide-react/icons/refresh-cw";
import Upload from "lucide-react/icons/upload";
import { useRef } from "react";
import { addressOf } from "../api.ts";
import { IconButton } from "../ui/button.tsx";
import { chosenFiles } from "./dropped.ts";
import type { Browser } from "./use-browser.ts";
import type { Upload as Uploads } from "./use-upload.ts";

export interface FileToolbarProps {
  readonly projectId: string;
  readonly canEdit: boolean;
  readonly browser: Browser;
  readonly upload: Uploads;
}

const Makers = ({ browser, upload }: Pick<FileToolbarProps, "browser" | "upload">) => {
  const field = useRef<HTMLInputElement>(null);
  const isBusy = upload.progress !== undefined;
  return (
    <>
      <IconButton
        size="sm"
        label="New file"
        icon={<FilePlus size={16} />}
        onClick={() => browser.ask({ kind: "file", folder: "" })}
      />
      <IconButton
        size="sm"
        label="New folder"
        icon={<FolderPlus size={16} />}
        onClick={() => browser.ask({ kind: "folder", folder: "" })}
      />
      <IconButton
        size="sm"
        label="Upload files"
        icon={<Upload size={16} />}
        disabled={isBusy}
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
  );
};

export const FileToolbar = ({ projectId, canEdit, browser, upload }: FileToolbarProps) => (
  <div className="flex flex-wrap items-center gap-1 p-2">
    <input
      type="search"
      aria-label="Search files"
      placeholder="Search files"
      value={browser.query}
      onChange={(event) => browser.setQuery(event.target.value)}
      className="h-8 min-w-0 grow basis-full rounded-lg border border-line bg-surface px-2.5 text-sm outline-none focus:border-accent focus:ring-2 focus:ring-accent/25"
    />
    {canEdit ? <Makers browser={browser} upload={upload} /> : null}
    <a
      href={addressOf("GET /api/projects/{project_id}/files/zip", { path: { project_id: projectId } })}
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
      disabled={browser.files.loading}
      onClick={browser.files.reload}
    />
    <label className="ml-auto inline-flex items-center gap-1.5 text-xs text-soft">
      <input
        type="checkbox"
        className="accent-accent"
        checked={browser.hidden}
        onChange={(event) => browser.setHidden(event.target.checked)}
      />
      Hidden
    </label>
  </div>
);
