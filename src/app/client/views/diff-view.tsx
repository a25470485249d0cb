// What an edit changes: lines taken away and added, marked by sign and by colour.
import { useMemo, useState } from "react";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { type DiffLine, lineDiff } from "./line-diff.ts";

export interface DiffViewProps {
  readonly path: string;
  /** Null for a file that was not there, or of which nothing is known. */
  readonly before: string | null;
  /** Null for one that is taken away. */
  readonly after: string | null;
}

const maxLines = 300;
const signs = { same: " ", added: "+", removed: "−" } as const;
const words = { same: undefined, added: "added: ", removed: "removed: " } as const;

const linesText = (count: number): string => `${count} ${count === 1 ? "line" : "lines"}`;

const Line = ({ kind, text }: DiffLine) => (
  <div className={cx("flex min-w-max px-1", kind === "added" && "bg-add", kind === "removed" && "bg-remove")}>
    <span aria-hidden="true" className="w-5 shrink-0 text-center text-soft select-none">
      {signs[kind]}
    </span>
    {words[kind] === undefined ? null : <span className="sr-only">{words[kind]}</span>}
    <span className="pr-4 whitespace-pre">{text === "" ? " " : text}</span>
  </div>
);

const Skipped = ({ lines }: { readonly lines: number }) =>
  lines === 0 ? null : <div className="bg-sunken px-3 py-0.5 text-xs text-soft">{linesText(lines)} unchanged</div>;

/** The difference of two texts, its changes with three lines around each. */
export const DiffView = ({ path, before, after }: DiffViewProps) => {
  const diff = useMemo(() => lineDiff(before, after), [before, after]);
  const [whole, setWhole] = useState(false);
  const total = diff.parts.reduce((sum, { lines }) => sum + lines.length, 0);
  let left = whole ? Number.POSITIVE_INFINITY : maxLines;
  const parts = diff.parts.flatMap((part, key) => {
    const lines = part.lines.slice(0, left);
    left -= lines.length;
    return lines.length === 0 ? [] : [{ key, skipped: part.skipped, lines }];
  });
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-surface">
      <div className="flex items-center gap-2 border-b border-line bg-sunken px-3 py-1.5 text-[0.8125rem]">
        <span className="min-w-0 grow truncate font-mono" title={path}>
          {path}
        </span>
        <span className="shrink-0 text-ok" aria-label={`${linesText(diff.added)} added`}>
          +{diff.added}
        </span>
        <span className="shrink-0 text-danger" aria-label={`${linesText(diff.removed)} removed`}>
          −{diff.removed}
        </span>
      </div>
      <div
        className="max-h-96 overflow-auto font-mono text-[0.8125rem] leading-5"
        role="group"
        aria-label={`Changes of ${path}`}
        tabIndex={0}
      >
        {parts.map(({ key, skipped, lines }) => (
          <div key={key}>
            <Skipped lines={skipped} />
            {lines.map((line, at) => (
              <Line key={at} {...line} />
            ))}
          </div>
        ))}
        {diff.parts.length === 0 ? (
          <p className="px-3 py-2 font-sans text-faint">Nothing changes.</p>
        ) : (
          <Skipped lines={left > 0 ? diff.skippedAfter : 0} />
        )}
      </div>
      {!whole && total > maxLines ? (
        <div className="border-t border-line px-2 py-1">
          <Button size="sm" variant="ghost" onClick={() => setWhole(true)}>
            Show all {total} lines
          </Button>
        </div>
      ) : null}
    </div>
  );
};
