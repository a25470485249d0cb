// The talk with the agent: its messages, its questions, what goes on, and the field to write in.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Context, Project } from "../../contract/api.ts";
import type { Decision, Todo } from "../../contract/events.ts";
import type { ConversationState, ShownMessage } from "../state/conversation.ts";
import { useSession } from "../session.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { notifyError } from "../ui/toast.tsx";
import { Composer, type ComposerHandle } from "./composer.tsx";
import { ContextBar } from "../pickers/context-bar.tsx";
import { EmptyChat } from "./empty-chat.tsx";
import { EngineNote, missingEngines } from "./engine-note.tsx";
import { ReadOnlyNote } from "./read-only-note.tsx";
import { MessageList } from "./message-list.tsx";
import { StreamNote } from "./stream-note.tsx";
import { useSeek } from "./use-seek.ts";
import { useConversation } from "./use-conversation.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { WorkPanel } from "./work-panel.tsx";

export interface ChatViewProps {
  readonly project: Project;
  readonly conversationId: string;
  /** Something changed that the list of conversations shows. */
  readonly onChanged: () => void;
}

const todosOf = (messages: readonly ShownMessage[]): readonly Todo[] => {
  const block = messages.at(-1)?.blocks.findLast(({ type }) => type === "todos");
  return block?.type === "todos" ? block.todos : [];
};

const lastOfPerson = (messages: readonly ShownMessage[]): ShownMessage | undefined =>
  messages.findLast(({ role }) => role === "user");

/** Said to those who do not see the page. */
const Status = ({ conversation }: { readonly conversation: ConversationState }) => {
  const [said, setSaid] = useState("");
  const isRunning = conversation.run !== null;
  const asks = conversation.approvals.length > 0;
  const before = useRef(isRunning);
  useEffect(() => {
    if (asks) setSaid("The agent asks you a question.");
    else if (isRunning) setSaid("The agent works.");
    else if (before.current) setSaid("The agent is done.");
    before.current = isRunning;
  }, [asks, isRunning]);
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  );
};

/** Tells the list of conversations when this one begins to run, ends, asks, or is named. */
const useTell = (conversation: ConversationState | null, onChanged: () => void): void => {
  const told = useRef(onChanged);
  told.current = onChanged;
  const sign =
    conversation === null
      ? undefined
      : `${conversation.run?.id ?? ""}|${conversation.approvals.length > 0 ? "asks" : ""}|${conversation.title}`;
  const first = useRef(sign);
  useEffect(() => {
    if (sign === undefined) return;
    if (first.current !== undefined && first.current !== sign) told.current();
    first.current = sign;
  }, [sign]);
};

const isUnanswered = (conversation: ConversationState): boolean => {
  const last = conversation.messages.at(-1);
  return conversation.run === null && last?.role === "user" && last.state === undefined;
};

export const ChatView = ({ project, conversationId, onChanged }: ChatViewProps) => {
  const { store, snapshot } = useConversation(project.id, conversationId);
  const { engines } = useSession();
  const composer = useRef<ComposerHandle>(null);
  const { conversation, error, isLoadingOlder } = snapshot;
  const canWrite = project.role !== "view";
  const isRunning = conversation !== null && conversation.run !== null;
  const person = conversation === null ? undefined : lastOfPerson(conversation.messages);
  useTell(conversation, onChanged);
  useSeek(store, conversationId, conversation !== null);

  const stop = useCallback(() => void store.stop().catch(notifyError), [store]);
  const resend = useCallback(
    (id: string, text: string) => void store.send(text, { replaces: id }).catch(notifyError),
    [store],
  );
  const { id: personId, content: personText } = person ?? {};
  const retry = useMemo(
    () => (personId === undefined || personText === undefined ? undefined : () => resend(personId, personText)),
    [resend, personId, personText],
  );
  const decide = useCallback((id: string, decision: Decision) => store.decide(id, decision), [store]);
  const older = useCallback(() => void store.older().catch(notifyError), [store]);
  const choose = useCallback((context: Context) => void store.choose(context).catch(notifyError), [store]);
  const focus = useCallback(() => composer.current?.focus(), []);
  useShortcut("focus", focus);
  useShortcut("stop", isRunning && canWrite ? stop : undefined);

  if (error !== null && conversation === null)
    return (
      <div className="mx-auto w-full max-w-3xl p-4">
        <ErrorNote error={error} onRetry={() => void store.load()} />
      </div>
    );
  if (conversation === null)
    return (
      <div className="mx-auto w-full max-w-3xl p-6">
        <Skeleton lines={9} />
      </div>
    );

  const missing = canWrite ? missingEngines(engines.data, conversation.context.engine) : [];
  const canResend = canWrite && !isRunning;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {conversation.messages.length === 0 ? (
        <div className="min-h-0 grow overflow-y-auto">
          <EmptyChat canWrite={canWrite} onExample={(prompt) => composer.current?.fill(prompt)} />
        </div>
      ) : (
        <MessageList
          key={conversation.id}
          conversation={conversation}
          isLoadingOlder={isLoadingOlder}
          onOlder={older}
          onResend={canResend ? resend : undefined}
          onRetry={canResend ? retry : undefined}
          canDecide={canWrite}
          onDecide={decide}
        >
          {isUnanswered(conversation) ? (
            <p className="text-sm text-faint">
              This was not answered.{" "}
              {canResend && retry !== undefined ? (
                <button type="button" onClick={retry} className="font-medium text-accent underline underline-offset-4">
                  Try again
                </button>
              ) : null}
            </p>
          ) : null}
        </MessageList>
      )}
      <div className="mx-auto flex w-full max-w-3xl shrink-0 flex-col gap-2 px-4 pb-4 max-sm:px-2 max-sm:pb-2">
        <Status conversation={conversation} />
        <StreamNote snapshot={snapshot} />
        {error === null ? null : <ErrorNote error={error} onRetry={() => void store.load()} />}
        <WorkPanel
          todos={todosOf(conversation.messages)}
          operations={conversation.operations}
          isLive={isRunning}
          onCancel={canWrite ? (id) => store.cancelOperation(id) : undefined}
        />
        {missing.length > 0 ? <EngineNote missing={missing} onAgain={engines.reload} /> : null}
        {canWrite ? (
          <Composer
            key={conversation.id}
            ref={composer}
            draftKey={conversation.id}
            isRunning={isRunning}
            isStopping={conversation.run?.isStopping === true}
            blocked={missing.length > 0 ? "Install an agent first" : undefined}
            onSend={(text) => store.send(text)}
            onStop={stop}
          >
            <ContextBar projectId={project.id} context={conversation.context} onChange={choose} />
          </Composer>
        ) : (
          <ReadOnlyNote />
        )}
      </div>
    </div>
  );
};
