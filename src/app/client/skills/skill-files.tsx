// What is in the skills of the project: their files as a tree, each rendered or as it stands.
import ArrowLeft from "lucide-react/icons/arrow-left";
import { useMemo, useState } from "react";
import type { FileEntry, TreeNode } from "../../contract/api.ts";
import { call } from "../api.ts";
import { Markdown } from "../chat/markdown.tsx";
import { FileList } from "../files/file-list.tsx";
import { languageOf } from "../files/file-kind.ts";
import { fileTree, foldersTo, visibleNodes } from "../files/file-tree.ts";
import { useResource } from "../resource.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { CodeView } from "../views/code-view.tsx";
import { skillBody } from "./skill-list.ts";

export interface SkillFilesProps {
  readonly projectId: string;
  /** A skill to open. */
  readonly skill: string | undefined;
  /** Changes when the files may have. */
  readonly turn: number;
}

const entriesOf = (nodes: readonly TreeNode[]): readonly FileEntry[] =>
  nodes.flatMap(({ path, name, type, children }) => [
    { path, name, type, size: 0, modified: "" },
    ...entriesOf(children ?? []),
  ]);

const none = (): readonly never[] => [];

const SkillFile = ({ projectId, path }: { readonly projectId: string; readonly path: string }) => {
  const [isRaw, setRaw] = useState(false);
  const file = useResource(`${projectId}/${path}`, (signal) =>
    call("GET /api/projects/{project_id}/skills/file", { path: { project_id: projectId }, query: { path }, signal }),
  );
  const isMarkdown = /\.md$/i.test(path);
  const language = languageOf(path);
  return (
    <article aria-label={path} className="flex min-w-0 flex-col gap-3">
      <header className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 grow font-mono text-sm font-semibold break-all">{path}</h2>
        {isMarkdown ? (
          <Button size="sm" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
            {isRaw ? "Rendered" : "As it stands"}
          </Button>
        ) : null}
      </header>
      {file.error === undefined ? null : <ErrorNote error={file.error} onRetry={file.reload} />}
      {file.data === undefined && file.error === undefined ? <Skeleton lines={8} /> : null}
      {file.data !== undefined && isMarkdown && !isRaw ? (
        <div className="rounded-xl border border-line bg-surface p-4">
          <Markdown text={skillBody(file.data.content)} isOpen={false} />
        </div>
      ) : null}
      {file.data !== undefined && (isRaw || !isMarkdown) ? (
        <CodeView text={file.data.content} tall {...(language === undefined ? {} : { language })} />
      ) : null}
    </article>
  );
};

/** A tree beside the file. */
export const SkillFiles = ({ projectId, skill, turn }: SkillFilesProps) => {
  const tree = useResource(`skill-tree/${projectId}/${turn}`, (signal) =>
    call("GET /api/projects/{project_id}/skills/tree", { path: { project_id: projectId }, signal }),
  );
  const entries = useMemo(() => entriesOf(tree.data?.tree ?? []), [tree.data]);
  const nodes = useMemo(() => fileTree(entries), [entries]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>();
  const head =
    skill === undefined
      ? undefined
      : entries.find(({ path }) => path === `${skill}/SKILL.md` || path.endsWith(`/${skill}/SKILL.md`))?.path;
  // Null: the tree is wanted back, in a narrow window.
  const selected = chosen === null ? undefined : (chosen ?? head);
  const shownOpen =
    selected === undefined ? open : new Set([...open, ...(chosen === undefined ? foldersTo(selected) : [])]);
  const toggle = (path: string): void => {
    const next = new Set(shownOpen);
    if (!next.delete(path)) next.add(path);
    setOpen(next);
    if (chosen === undefined && selected !== undefined) setChosen(selected);
  };
  return (
    <div className="grid gap-4 sm:grid-cols-[16rem_1fr]">
      <div className={cx("max-h-[70dvh] overflow-y-auto", selected !== undefined && "max-sm:hidden")}>
        {tree.error === undefined ? null : <ErrorNote error={tree.error} onRetry={tree.reload} />}
        {tree.data === undefined && tree.error === undefined ? <Skeleton lines={6} /> : null}
        <FileList
          rows={visibleNodes(nodes, shownOpen)}
          open={shownOpen}
          selected={selected}
          isFlat={false}
          onSelect={({ path }) => {
            setOpen(shownOpen);
            setChosen(path);
          }}
          onToggle={toggle}
          actions={none}
        />
      </div>
      <div className={cx("min-w-0", selected === undefined && "max-sm:hidden")}>
        {selected === undefined ? (
          <EmptyState
            title="Choose a file"
            text="These are the files that the agent reads. Only skills that are on lie in the project."
          />
        ) : (
          <>
            <Button
              size="sm"
              variant="ghost"
              className="mb-2 sm:hidden"
              icon={<ArrowLeft size={15} aria-hidden="true" />}
              onClick={() => {
                setOpen(shownOpen);
                setChosen(null);
              }}
            >
              All files
            </Button>
            <SkillFile key={selected} projectId={projectId} path={selected} />
          </>
        )}
      </div>
    </div>
  );
};
