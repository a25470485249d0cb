// What to install where there is no agent to drive.
import type { EngineInfo } from "../../contract/api.ts";
import { CopyButton } from "../tables/copy-button.tsx";
import { Button } from "../ui/button.tsx";

/** The command of each engine, to be copied. */
export const InstallCommands = ({ engines }: { readonly engines: readonly EngineInfo[] }) => (
  <ul className="flex flex-col gap-2">
    {engines.map(({ name, title, install }) => (
      <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="w-28 shrink-0 text-sm font-medium">{title}</span>
        <span className="flex max-w-full min-w-0 items-center gap-1 rounded-lg border border-line bg-surface py-0.5 pr-0.5 pl-2.5">
          <code className="min-w-0 overflow-x-auto font-mono text-[0.8125rem] whitespace-nowrap" tabIndex={0}>
            {install}
          </code>
          <CopyButton label={`Copy the command that installs ${title}`} text={() => install} />
        </span>
      </li>
    ))}
  </ul>
);

/** Shown where none is installed: nothing can be asked before one is. */
export const EngineNotice = ({
  engines,
  onRetry,
}: {
  readonly engines: readonly EngineInfo[];
  readonly onRetry: () => void;
}) => (
  <section aria-label="No coding agent is installed" className="rounded-xl border border-warn/40 bg-warn-soft p-4">
    <h2 className="font-semibold text-warn">No coding agent is installed where this server runs</h2>
    <p className="mt-1 mb-3 text-sm">
      Mortar drives an agent that you install yourself. Install one of these there, then look again; Claude Code can do
      the most.
    </p>
    <InstallCommands engines={engines} />
    <Button size="sm" className="mt-3" onClick={onRetry}>
      Look again
    </Button>
  </section>
);
