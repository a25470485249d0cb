// What the agent is told before the first message: the instructions of the project, which can be changed, and the whole of it.
import { useState } from "react";
import { call } from "../api.ts";
import { useResource } from "../resource.ts";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { TextArea } from "../ui/field.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { CodeView } from "../views/code-view.tsx";

export interface InstructionsProps {
  readonly projectId: string;
  readonly canEdit: boolean;
  readonly onSaved: () => void;
}

const maxChars = 20_000;

const Editor = ({ projectId, canEdit, onSaved, start }: InstructionsProps & { readonly start: string }) => {
  const [saved, setSaved] = useState(start);
  const [text, setText] = useState(start);
  const [busy, setBusy] = useState(false);
  const isDirty = text !== saved;
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      await call("PATCH /api/projects/{project_id}", { path: { project_id: projectId }, body: { instructions: text } });
      setSaved(text);
      notify("The instructions are saved. They hold from the next message on.");
      onSaved();
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-2">
      <TextArea
        label="Instructions of this project"
        hint="Added to what the agent is told, in every conversation: names, conventions, what to leave alone."
        placeholder="Tables are made in main.sales. Money is in euros. Never touch the schema main.finance."
        rows={5}
        value={text}
        maxLength={maxChars}
        readOnly={!canEdit}
        onChange={(event) => setText(event.target.value)}
      />
      {canEdit ? (
        <div className="flex items-center gap-2">
          <Button size="sm" variant="primary" busy={busy} disabled={!isDirty} onClick={() => void save()}>
            Save instructions
          </Button>
          {isDirty ? (
            <Button size="sm" onClick={() => setText(saved)}>
              Drop changes
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
};

/** The editor of the project's instructions. */
export const Instructions = (props: InstructionsProps) => {
  const project = useResource(`project/${props.projectId}`, (signal) =>
    call("GET /api/projects/{project_id}", { path: { project_id: props.projectId }, signal }),
  );
  if (project.error !== undefined) return <ErrorNote error={project.error} onRetry={project.reload} />;
  if (project.data === undefined) return <Skeleton lines={4} />;
  return <Editor {...props} start={project.data.instructions} />;
};

/** Instructions, and below them the whole prompt as a run would get it. */
export const PromptPreview = ({ projectId, canEdit }: Omit<InstructionsProps, "onSaved">) => {
  const prompt = useResource(`prompt/${projectId}`, (signal) =>
    call("GET /api/config/system_prompt", { query: { project_id: projectId }, signal }),
  );
  return (
    <div className="flex flex-col gap-6">
      <Instructions projectId={projectId} canEdit={canEdit} onSaved={prompt.reload} />
      <section aria-labelledby="prompt-title" className="flex flex-col gap-2">
        <h2 id="prompt-title" className="text-sm font-semibold">
          All that the agent is told
        </h2>
        <p className="text-[0.8125rem] text-soft">
          A conversation adds the warehouse, cluster, catalog, schema and folder that are chosen in it.
        </p>
        {prompt.error === undefined ? null : <ErrorNote error={prompt.error} onRetry={prompt.reload} />}
        {prompt.data === undefined && prompt.error === undefined ? <Skeleton lines={8} /> : null}
        {prompt.data === undefined ? null : <CodeView text={prompt.data.system_prompt} tall wrap />}
      </section>
    </div>
  );
};
