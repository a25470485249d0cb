// A text file that is changed: saved only onto the version that was read, so that nothing newer is lost.
import { useEffect, useMemo, useRef, useState } from "react";
import type { FileText } from "../../contract/api.ts";
import { call } from "../api.ts";
import { ApiError } from "../http.ts";
import { Button } from "../ui/button.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { DiffView } from "../views/diff-view.tsx";
import { asEdited, asStored } from "./line-ends.ts";

export interface FileEditorProps {
  readonly projectId: string;
  readonly file: FileText & { readonly content: string };
  readonly onSaved: (file: FileText) => void;
  readonly onDirty: (isDirty: boolean) => void;
  readonly onClose: () => void;
}

interface ConflictProps {
  readonly path: string;
  /** Null where the file is gone. */
  readonly theirs: FileText | null;
  readonly mine: string;
  readonly onKeepMine: () => void;
  readonly onTakeTheirs: () => void;
}

/** Somebody, as a rule the agent, wrote the file since it was opened. */
const Conflict = ({ path, theirs, mine, onKeepMine, onTakeTheirs }: ConflictProps) => (
  <section
    role="alert"
    aria-label="The file has changed"
    className="flex flex-col gap-3 rounded-xl border border-warn/40 bg-warn-soft p-3"
  >
    <div>
      <p className="font-medium text-warn">
        {theirs === null ? "The file was deleted since you opened it." : "The file was changed since you opened it."}
      </p>
      <p className="text-sm">Nothing is saved yet. Below: what saving yours would change in it.</p>
    </div>
    <DiffView path={path} before={theirs?.content ?? null} after={mine} />
    <div className="flex flex-wrap gap-2">
      <Button size="sm" variant="primary" onClick={onKeepMine}>
        Save mine over it
      </Button>
      <Button size="sm" onClick={onTakeTheirs}>
        {theirs === null ? "Leave it deleted" : "Take theirs, drop mine"}
      </Button>
    </div>
  </section>
);

const tabText = "  ";

const TextEditor = ({
  text,
  onChange,
  onSave,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}) => {
  const gutter = useRef<HTMLPreElement>(null);
  const numbers = useMemo(() => Array.from({ length: text.split("\n").length }, (_, at) => at + 1).join("\n"), [text]);
  return (
    <div className="flex h-[min(60dvh,40rem)] overflow-hidden rounded-xl border border-line-strong bg-surface font-mono text-[0.8125rem] leading-5 focus-within:border-accent">
      <pre
        ref={gutter}
        aria-hidden="true"
        className="shrink-0 overflow-hidden bg-sunken py-2 pr-2 pl-3 text-right text-soft select-none"
      >
        {numbers}
      </pre>
      <textarea
        aria-label="The file's text. Tab writes spaces; press Escape first to leave by Tab."
        value={text}
        wrap="off"
        spellCheck={false}
        autoFocus
        className="min-w-0 grow resize-none overflow-auto bg-transparent px-2 py-2 whitespace-pre outline-none"
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          const area = event.currentTarget;
          if ((event.ctrlKey || event.metaKey) && event.key === "s") {
            event.preventDefault();
            onSave();
          }
          if (event.key === "Escape") area.dataset["leave"] = "yes";
          else if (event.key === "Tab" && !event.shiftKey && area.dataset["leave"] !== "yes") {
            event.preventDefault();
            area.setRangeText(tabText, area.selectionStart, area.selectionEnd, "end");
            onChange(area.value);
          } else if (event.key !== "Tab" && event.key !== "Shift") delete area.dataset["leave"];
        }}
      />
    </div>
  );
};

const isConflict = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.code === "conflict");
const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** The field with Save; a conflict is shown with both choices. */
export const FileEditor = ({ projectId, file, onSaved, onDirty, onClose }: FileEditorProps) => {
  const start = asEdited(file.content);
  const [text, setText] = useState(start);
  const [busy, setBusy] = useState(false);
  const [theirs, setTheirs] = useState<{ readonly file: FileText | null }>();
  const isDirty = text !== start;
  const path = { project_id: projectId };

  useEffect(() => {
    onDirty(isDirty);
    if (!isDirty) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isDirty]);
  useEffect(() => () => onDirty(false), []);

  const latest = async (): Promise<FileText | null> => {
    try {
      return await call("GET /api/projects/{project_id}/files/content", { path, query: { path: file.path } });
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  };
  const save = async (version: string | null): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      const saved = await call("PUT /api/projects/{project_id}/files/content", {
        path,
        body: { path: file.path, content: asStored(text, file.content), version },
      });
      setTheirs(undefined);
      notify(`${file.name} is saved.`);
      onSaved(saved);
    } catch (error) {
      if (isConflict(error) || isGone(error)) {
        try {
          setTheirs({ file: await latest() });
        } catch (again) {
          notifyError(again);
        }
      } else notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  const takeTheirs = (): void => {
    if (theirs?.file === null || theirs === undefined) return onClose();
    onSaved(theirs.file);
    return onClose();
  };

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <Button
          size="sm"
          variant="primary"
          busy={busy}
          disabled={!isDirty && theirs === undefined}
          onClick={() => void save(file.version)}
          title="Ctrl+S"
        >
          Save
        </Button>
        <Button size="sm" onClick={onClose}>
          {isDirty ? "Drop changes" : "Close the editor"}
        </Button>
        <span className="text-[0.8125rem] text-soft" aria-live="polite">
          {isDirty ? "Not saved" : "No changes"}
        </span>
      </div>
      {theirs === undefined ? null : (
        <Conflict
          path={file.path}
          theirs={theirs.file}
          mine={text}
          onKeepMine={() => void save(theirs.file?.version ?? null)}
          onTakeTheirs={takeTheirs}
        />
      )}
      <TextEditor text={text} onChange={setText} onSave={() => void save(file.version)} />
    </div>
  );
};
