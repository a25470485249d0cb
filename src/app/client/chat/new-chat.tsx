// A conversation that is not there yet: it is made by its first message.
import { useCallback, useRef, useState } from "react";
import type { Context, Project, Settings, StartRun } from "../../contract/api.ts";
import { call } from "../api.ts";
import { useResource } from "../resource.ts";
import { navigate } from "../router.ts";
import { useSession } from "../session.tsx";
import { useShortcut } from "../shell/shortcuts.ts";
import { writeDraft } from "../state/draft.ts";
import { Spinner } from "../ui/spinner.tsx";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { ContextBar } from "../pickers/context-bar.tsx";
import { EmptyChat } from "./empty-chat.tsx";
import { EngineNote, missingEngines } from "./engine-note.tsx";
import { ReadOnlyNote } from "./read-only-note.tsx";

export interface NewChatProps {
  readonly project: Project;
  /** What it begins with: what the newest conversation ran with. */
  readonly context: Context;
  readonly onChanged: () => void;
}

/**
 * What a new conversation begins with: what the newest one worked with, and the person's own choice of agent where that has none. What
 * an agent may do without asking is never taken over from another conversation.
 */
export const firstContext = (newest: Context, settings: Settings | undefined): Context => ({
  ...newest,
  engine: newest.engine ?? settings?.default_engine ?? null,
  model:
    newest.model ?? (newest.engine === undefined || newest.engine === null ? settings?.default_model : null) ?? null,
  permission_mode: settings?.default_permission_mode ?? null,
});

export const NewChat = ({ project, context, onChanged }: NewChatProps) => {
  const { engines } = useSession();
  const [change, setChange] = useState<Context>({});
  const [sent, setSent] = useState<string | undefined>();
  const composer = useRef<ComposerHandle>(null);
  const canWrite = project.role !== "view";
  const settings = useResource("settings", (signal) => call("GET /api/settings", { signal }));
  const chosen: Context = { ...firstContext(context, settings.data), ...change };
  const missing = canWrite ? missingEngines(engines.data, chosen.engine) : [];
  const draftKey = `new:${project.id}`;
  useShortcut(
    "focus",
    useCallback(() => composer.current?.focus(), []),
  );

  const send = async (message: string): Promise<void> => {
    setSent(message);
    const body: StartRun = { ...chosen, project_id: project.id, message };
    try {
      const run = await call("POST /api/invoke_agent", { body });
      writeDraft(draftKey, "");
      onChanged();
      navigate({ page: "project", projectId: project.id, view: "chat", conversationId: run.conversation_id });
    } catch (error) {
      setSent(undefined);
      throw error;
    }
  };

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="min-h-0 grow overflow-y-auto">
        {sent === undefined ? (
          <EmptyChat canWrite={canWrite} onExample={(prompt) => composer.current?.fill(prompt)} />
        ) : (
          <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 px-4 pt-4">
            <p className="max-w-[min(100%,42rem)] self-end rounded-2xl rounded-br-md border border-line bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap opacity-60">
              {sent}
            </p>
            <p className="flex items-center gap-2 text-sm text-faint">
              <Spinner className="text-accent" /> Starting
            </p>
          </div>
        )}
      </div>
      <div className="mx-auto flex w-full max-w-3xl shrink-0 flex-col gap-2 px-4 pb-4 max-sm:px-2 max-sm:pb-2">
        {missing.length > 0 ? <EngineNote missing={missing} onAgain={engines.reload} /> : null}
        {canWrite ? (
          <Composer
            ref={composer}
            draftKey={draftKey}
            isRunning={false}
            isStopping={false}
            blocked={missing.length > 0 ? "Install an agent first" : undefined}
            onSend={send}
            onStop={() => undefined}
          >
            <ContextBar
              projectId={project.id}
              context={chosen}
              onChange={(next) => setChange((before) => ({ ...before, ...next }))}
            />
          </Composer>
        ) : (
          <ReadOnlyNote />
        )}
      </div>
    </div>
  );
};
