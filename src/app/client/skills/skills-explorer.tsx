// The know-how of a project: which skills are on, what is in them, those of its own, and what the agent is told.
import Plus from "lucide-react/icons/plus";
import RefreshCw from "lucide-react/icons/refresh-cw";
import { useState } from "react";
import type { SkillList } from "../../contract/api.ts";
import { call } from "../api.ts";
import { type Resource, useResource } from "../resource.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { Tabs } from "../ui/tabs.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { AddSkillDialog } from "./add-skill-dialog.tsx";
import { PromptPreview } from "./prompt-preview.tsx";
import { SkillCard } from "./skill-card.tsx";
import { SkillFiles } from "./skill-files.tsx";
import { enabledAfter, findSkills, withEnabled } from "./skill-list.ts";

export interface SkillsExplorerProps {
  readonly projectId: string;
  readonly canEdit: boolean;
}

interface ListProps extends SkillsExplorerProps {
  readonly list: Resource<SkillList>;
  readonly onOpen: (skill: string) => void;
  /** What lies on the disk may be another. */
  readonly onChanged: () => void;
}

/** Turning on and off is shown at once, and taken back where the server refuses. */
const useEnable = ({ projectId, list, onChanged }: ListProps) => {
  const [busy, setBusy] = useState(false);
  const path = { project_id: projectId };
  const enable = async (names: readonly string[] | null): Promise<void> => {
    if (list.data === undefined || busy) return;
    const before = list.data;
    setBusy(true);
    list.set(withEnabled(before, names));
    try {
      await call("PUT /api/projects/{project_id}/skills/enabled", { path, body: { enabled_skills: names } });
      onChanged();
      list.reload();
    } catch (error) {
      list.set(before);
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  const rewrite = async (): Promise<void> => {
    setBusy(true);
    try {
      notify((await call("POST /api/projects/{project_id}/skills/reload", { path })).message);
      onChanged();
      list.reload();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return { busy, enable, rewrite };
};

const SkillToggles = (props: ListProps) => {
  const { projectId, canEdit, list, onOpen, onChanged } = props;
  const { busy, enable, rewrite } = useEnable(props);
  const [query, setQuery] = useState("");
  const [isAdding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<string>();
  const { data } = list;
  if (data === undefined)
    return list.error === undefined ? <Skeleton lines={8} /> : <ErrorNote error={list.error} onRetry={list.reload} />;
  const found = findSkills(data.skills, query);
  const remove = async (skill: string): Promise<void> => {
    try {
      list.set(
        await call("DELETE /api/projects/{project_id}/skills/own/{skill}", { path: { project_id: projectId, skill } }),
      );
      onChanged();
      notify(`${skill} is removed.`);
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <input
          type="search"
          aria-label="Search skills and tools"
          placeholder="Search skills and tools"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          className="h-9 min-w-44 grow rounded-lg border border-line bg-surface px-3 text-sm outline-none focus:border-accent focus:ring-2 focus:ring-accent/25 sm:max-w-xs"
        />
        <span className="text-[0.8125rem] text-soft" aria-live="polite">
          {data.enabled_count} of {data.total_count} on
        </span>
        {canEdit ? (
          <span className="flex flex-wrap gap-2 sm:ml-auto">
            <Button size="sm" disabled={busy || data.all_enabled} onClick={() => void enable(null)}>
              All on
            </Button>
            <Button
              size="sm"
              disabled={busy}
              title="Only the project's own skills; tools that go with the others are hidden"
              onClick={() => void enable([])}
            >
              Minimum
            </Button>
            <Button
              size="sm"
              busy={busy}
              icon={<RefreshCw size={14} aria-hidden="true" />}
              title="Write the skills of this version of Mortar into the project again"
              onClick={() => void rewrite()}
            >
              Reload
            </Button>
            <Button
              size="sm"
              variant="primary"
              icon={<Plus size={15} aria-hidden="true" />}
              onClick={() => setAdding(true)}
            >
              Add
            </Button>
          </span>
        ) : null}
      </div>
      <ul className="grid gap-3 lg:grid-cols-2" aria-label="Skills">
        {found.map((skill) => (
          <SkillCard
            key={skill.name}
            skill={skill}
            canEdit={canEdit && !busy}
            onToggle={(isOn) => void enable(enabledAfter(data, skill.name, isOn))}
            onOpen={() => onOpen(skill.name)}
            onRemove={() => setRemoving(skill.name)}
          />
        ))}
      </ul>
      {found.length === 0 ? (
        <EmptyState title="No skill matches" text="Search for what it is about, or for a tool." />
      ) : null}
      {isAdding ? (
        <AddSkillDialog
          projectId={projectId}
          skills={data.skills}
          onClose={() => setAdding(false)}
          onAdded={(next, name) => {
            list.set(next);
            onChanged();
            notify(`${name} is added. The agent has it from the next message on.`);
          }}
        />
      ) : null}
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={`Remove ${removing ?? ""}?`}
        text="Its files are deleted from the project. This cannot be taken back."
        action="Remove"
        danger
        onConfirm={() => (removing === undefined ? undefined : remove(removing))}
      />
    </div>
  );
};

type Part = "skills" | "files" | "prompt";

const parts = [
  { key: "skills", label: "Skills" },
  { key: "files", label: "Files" },
  { key: "prompt", label: "Instructions and prompt" },
] as const satisfies readonly { readonly key: Part; readonly label: string }[];

/** Skills, their files, and the prompt. */
export const SkillsExplorer = ({ projectId, canEdit }: SkillsExplorerProps) => {
  const [part, setPart] = useState<Part>("skills");
  const [skill, setSkill] = useState<string>();
  const [turn, setTurn] = useState(0);
  const list = useResource(`skills/${projectId}`, (signal) =>
    call("GET /api/projects/{project_id}/skills/available", { path: { project_id: projectId }, signal }),
  );
  return (
    <div className="mx-auto w-full max-w-5xl px-4 py-6">
      <h1 className="text-xl font-semibold tracking-tight">Skills</h1>
      <p className="mt-1 mb-4 max-w-2xl text-sm text-soft">
        A skill is know-how that the agent loads when it is needed. Turning one off also hides the tools that go with
        it.
      </p>
      <Tabs label="Parts" tabs={parts} value={part} onChange={setPart}>
        <div className="pt-4">
          {part === "skills" ? (
            <SkillToggles
              projectId={projectId}
              canEdit={canEdit}
              list={list}
              onChanged={() => setTurn(turn + 1)}
              onOpen={(name) => {
                setSkill(name);
                setPart("files");
              }}
            />
          ) : null}
          {part === "files" ? <SkillFiles key={skill ?? ""} projectId={projectId} skill={skill} turn={turn} /> : null}
          {part === "prompt" ? <PromptPreview projectId={projectId} canEdit={canEdit} /> : null}
        </div>
      </Tabs>
    </div>
  );
};
