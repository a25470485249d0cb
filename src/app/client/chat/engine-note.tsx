// What stands in the way of a run, and what to do about it: no agent on the machine, or not the one that is chosen.
import type { EngineInfo, EngineName } from "../../contract/api.ts";
import { Button } from "../ui/button.tsx";
import { CopyButton } from "../tables/copy-button.tsx";

/** The agents that can be installed to go on; empty where nothing stands in the way. */
export const missingEngines = (
  engines: readonly EngineInfo[] | undefined,
  chosen: EngineName | null | undefined,
): readonly EngineInfo[] => {
  if (engines === undefined || engines.length === 0) return [];
  if (!engines.some(({ installed }) => installed)) return engines;
  const wanted = chosen === null || chosen === undefined ? undefined : engines.find(({ name }) => name === chosen);
  return wanted === undefined || wanted.installed ? [] : [wanted];
};

export interface EngineNoteProps {
  readonly missing: readonly EngineInfo[];
  readonly onAgain: () => void;
}

/** Says what to install, on the machine that Mortar runs on. */
export const EngineNote = ({ missing, onAgain }: EngineNoteProps) => (
  <section aria-label="An agent is missing" className="rounded-xl border border-warn/50 bg-warn-soft px-4 py-3 text-sm">
    <p className="font-medium text-warn">
      {missing.length === 1 && missing[0] !== undefined
        ? `${missing[0].title} is not installed on the machine that Mortar runs on`
        : "No coding agent is installed on the machine that Mortar runs on"}
    </p>
    <p className="mt-0.5 text-soft">
      {missing.length === 1
        ? "Install it there, or choose another agent:"
        : "Install one of these there; one is enough:"}
    </p>
    <ul className="mt-2 flex flex-col gap-1.5">
      {missing.map(({ name, title, install }) => (
        <li key={name} className="flex items-center gap-2 rounded-lg border border-line bg-surface py-1 pr-1 pl-3">
          <span className="shrink-0 text-soft">{title}</span>
          <code className="min-w-0 grow truncate font-mono text-xs" title={install}>
            {install}
          </code>
          <CopyButton label={`Copy the command for ${title}`} text={() => install} />
        </li>
      ))}
    </ul>
    <Button size="sm" className="mt-2.5" onClick={onAgain}>
      Look again
    </Button>
  </section>
);
