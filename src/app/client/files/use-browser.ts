// What the file browser knows and does: its list, what is open and chosen, and each change of a file.
import { useEffect, useMemo, useState } from "react";
import type { FileEntry } from "../../contract/api.ts";
import { call } from "../api.ts";
import { useResource } from "../resource.ts";
import { notify, notifyError } from "../ui/toast.tsx";
import { fileTree, findFiles, foldersTo, visibleNodes } from "./file-tree.ts";

/** What a person is asked before it is done. */
export type Asked =
  | { readonly kind: "file" | "folder"; readonly folder: string }
  | { readonly kind: "move" | "delete"; readonly entry: FileEntry }
  | { readonly kind: "leave"; readonly to: string | undefined };

const none: readonly FileEntry[] = [];

/** The list, kept current: read again when one comes back to the window, since the agent writes too. */
function useFiles(projectId: string, hidden: boolean) {
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
}

/** What is chosen and open. Leaving a file with changes is asked about first. */
function useSelection(ask: (asked: Asked) => void) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [selected, setSelected] = useState<string>();
  const [isDirty, setDirty] = useState(false);
  const reveal = (path: string): void => setOpen((before) => new Set([...before, ...foldersTo(path)]));
  const show = (to: string | undefined): void => {
    setDirty(false);
    setSelected(to);
    if (to !== undefined) reveal(to);
  };
  const select = (to: string | undefined): void => (isDirty && to !== selected ? ask({ kind: "leave", to }) : show(to));
  const toggle = (folder: string): void => {
    const next = new Set(open);
    if (!next.delete(folder)) next.add(folder);
    setOpen(next);
  };
  return { open, selected, reveal, show, select, toggle, setDirty };
}

export function useBrowser(projectId: string) {
  const [hidden, setHidden] = useState(false);
  const [query, setQuery] = useState("");
  const [asked, setAsked] = useState<Asked>();
  const selection = useSelection(setAsked);
  const { open, selected, reveal, show, select } = selection;
  const files = useFiles(projectId, hidden);
  const entries = files.data?.files ?? none;
  const taken = useMemo(() => new Set(entries.map(({ path }) => path)), [entries]);
  const tree = useMemo(() => fileTree(entries), [entries]);
  const isFlat = query.trim() !== "";
  const rows = isFlat ? findFiles(entries, query).map((entry) => ({ entry, depth: 0 })) : visibleNodes(tree, open);
  const path = { project_id: projectId };

  const create = async (wanted: string): Promise<void> => {
    const isFolder = asked?.kind === "folder";
    if (isFolder) await call("POST /api/projects/{project_id}/files/mkdir", { path, body: { path: wanted } });
    else {
      const body = { path: wanted, content: "", version: null };
      await call("PUT /api/projects/{project_id}/files/content", { path, body });
      select(wanted);
    }
    files.reload();
    reveal(wanted);
  };
  /** The path that is shown, after what was at `from` is at `to`. */
  const follow = (from: string, to: string | undefined): void => {
    if (selected === from) show(to);
    else if (selected?.startsWith(`${from}/`) === true)
      show(to === undefined ? undefined : to + selected.slice(from.length));
  };
  const move = async ({ path: from }: FileEntry, to: string): Promise<void> => {
    if (to === from) return;
    await call("POST /api/projects/{project_id}/files/move", { path, body: { from, to } });
    files.reload();
    follow(from, to);
  };
  const remove = async (entry: FileEntry): Promise<void> => {
    try {
      await call("DELETE /api/projects/{project_id}/files", { path, query: { path: entry.path } });
      notify(`${entry.name} is deleted.`);
      files.reload();
      follow(entry.path, undefined);
    } catch (error) {
      notifyError(error);
    }
  };
  const search = { query, setQuery, hidden, setHidden, isFlat, rows };
  return { ...selection, ...search, files, taken, asked, ask: setAsked, create, move, remove };
}

export type Browser = ReturnType<typeof useBrowser>;
