// A notebook's cells as they are read: markdown rendered, code numbered, what was printed below it. Nothing is run.
import { useState } from "react";
import { Markdown } from "../chat/markdown.tsx";
import { Button } from "../ui/button.tsx";
import { CodeView } from "./code-view.tsx";
import type { NotebookCell } from "./notebook-cells.ts";

export interface NotebookViewProps {
  readonly cells: readonly NotebookCell[];
}

const firstCells = 60;

const Output = ({
  label,
  text,
  isError,
}: {
  readonly label: string;
  readonly text: string;
  readonly isError?: boolean;
}) => (
  <pre
    role="group"
    aria-label={label}
    tabIndex={0}
    className={`mt-1 max-h-72 overflow-auto rounded-lg border border-line px-3 py-2 font-mono text-xs leading-5 break-words whitespace-pre-wrap ${isError === true ? "bg-danger-soft text-danger" : "bg-surface text-soft"}`}
  >
    {text}
  </pre>
);

const Cell = ({ cell }: { readonly cell: NotebookCell }) => (
  <li className="flex gap-2">
    <span className="w-8 shrink-0 pt-2 text-right font-mono text-xs text-faint select-none" aria-hidden="true">
      {cell.index}
    </span>
    <section className="min-w-0 grow" aria-label={`Cell ${cell.index}, ${cell.language}`}>
      {cell.title === undefined ? null : <p className="mb-1 text-sm font-semibold">{cell.title}</p>}
      {cell.language === "markdown" ? (
        <div className="px-1 py-0.5">
          <Markdown text={cell.source} isOpen={false} />
        </div>
      ) : (
        <CodeView text={cell.source} language={cell.language} />
      )}
      {cell.output === undefined ? null : <Output label={`Output of cell ${cell.index}`} text={cell.output} />}
      {cell.error === undefined ? null : <Output label={`Error of cell ${cell.index}`} text={cell.error} isError />}
    </section>
  </li>
);

/** The cells of a notebook, the first sixty at once. */
export const NotebookView = ({ cells }: NotebookViewProps) => {
  const [whole, setWhole] = useState(false);
  const shown = whole ? cells : cells.slice(0, firstCells);
  if (cells.length === 0) return <p className="text-sm text-faint">The notebook has no cells.</p>;
  return (
    <div>
      <ol className="flex flex-col gap-3">
        {shown.map((cell) => (
          <Cell key={cell.index} cell={cell} />
        ))}
      </ol>
      {shown.length < cells.length ? (
        <Button size="sm" className="mt-3 ml-10" onClick={() => setWhole(true)}>
          Show all {cells.length} cells
        </Button>
      ) : null}
    </div>
  );
};
