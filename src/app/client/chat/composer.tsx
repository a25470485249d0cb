// Where one writes to the agent: Enter sends, Shift+Enter makes a line, and while a run goes on it can be stopped.
import ArrowUp from "lucide-react/icons/arrow-up";
import Square from "lucide-react/icons/square";
import { type KeyboardEvent, type ReactNode, useEffect, useImperativeHandle, useState } from "react";
import type { Ref } from "react";
import { readDraft, writeDraft } from "../state/draft.ts";
import { cx } from "../ui/classes.ts";
import { useGrowing } from "../ui/field.tsx";
import { notifyError } from "../ui/toast.tsx";

export interface ComposerHandle {
  readonly focus: () => void;
  /** Puts words into the field, without sending them. */
  readonly fill: (text: string) => void;
}

export interface ComposerProps {
  readonly ref?: Ref<ComposerHandle>;
  readonly draftKey: string;
  readonly isRunning: boolean;
  readonly isStopping: boolean;
  /** Why nothing can be sent, where it cannot. */
  readonly blocked: string | undefined;
  /** Throws where it was not sent: the words stay. */
  readonly onSend: (text: string) => Promise<void>;
  readonly onStop: () => void;
  /** Beside the button: what the conversation runs with. */
  readonly children?: ReactNode;
}

const StopButton = ({ isStopping, onStop }: { readonly isStopping: boolean; readonly onStop: () => void }) => (
  <button
    type="button"
    aria-label={isStopping ? "Stopping" : "Stop"}
    title="Stop (Esc)"
    disabled={isStopping}
    onClick={onStop}
    className="inline-flex size-9 shrink-0 items-center justify-center rounded-xl bg-ink text-page hover:opacity-85 disabled:opacity-50"
  >
    <Square size={14} fill="currentColor" aria-hidden="true" />
  </button>
);

const SendButton = ({ disabled, onSend }: { readonly disabled: boolean; readonly onSend: () => void }) => (
  <button
    type="button"
    aria-label="Send"
    title="Send (Enter)"
    disabled={disabled}
    onClick={onSend}
    className="inline-flex size-9 shrink-0 items-center justify-center rounded-xl bg-accent text-on-accent transition-colors hover:bg-accent-hover disabled:bg-hover disabled:text-faint"
  >
    <ArrowUp size={18} aria-hidden="true" />
  </button>
);

/** The field. Made anew for each conversation (by `key`), so that it begins with that one's draft. */
export const Composer = (props: ComposerProps) => {
  const { ref, draftKey, isRunning, isStopping, blocked, onSend, onStop, children } = props;
  const [text, setText] = useState(() => readDraft(draftKey));
  const [isSending, setSending] = useState(false);
  const area = useGrowing(text);
  const change = (next: string): void => {
    setText(next);
    writeDraft(draftKey, next);
  };
  useImperativeHandle(ref, () => ({
    focus: () => area.current?.focus(),
    fill: (words) => {
      change(words);
      area.current?.focus();
    },
  }));
  useEffect(() => {
    // Where fingers type, the keyboard would cover the half of what one came to read.
    if (matchMedia("(pointer: fine)").matches) area.current?.focus({ preventScroll: true });
  }, [area]);
  const canSend = blocked === undefined && !isRunning && !isSending && text.trim() !== "";
  const send = async (): Promise<void> => {
    if (!canSend) return;
    const words = text;
    setSending(true);
    change("");
    try {
      await onSend(words);
    } catch (error) {
      change(words);
      notifyError(error);
    } finally {
      setSending(false);
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    // 229: a key that an input method takes, in browsers that do not say so otherwise.
    const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <div
      className={cx(
        "rounded-2xl border border-line-strong bg-surface shadow-card transition-colors focus-within:border-accent focus-within:ring-3 focus-within:ring-accent/15",
        blocked !== undefined && "opacity-75",
      )}
    >
      <textarea
        ref={area}
        rows={1}
        aria-label="Message to the agent"
        aria-describedby="composer-hint"
        placeholder={
          blocked ??
          (isRunning ? "Write what comes next; it can be sent when this is done" : "Ask for anything on your workspace")
        }
        value={text}
        disabled={blocked !== undefined}
        onChange={(event) => change(event.target.value)}
        onKeyDown={onKey}
        className="block max-h-[40dvh] min-h-12 w-full resize-none bg-transparent px-4 pt-3 pb-1 outline-none"
      />
      <p id="composer-hint" className="sr-only">
        Enter sends, Shift and Enter make a new line.
      </p>
      <div className="flex items-end gap-2 px-2.5 pb-2.5">
        <div className="min-w-0 grow">{children}</div>
        {isRunning ? (
          <StopButton isStopping={isStopping} onStop={onStop} />
        ) : (
          <SendButton disabled={!canSend} onSend={() => void send()} />
        )}
      </div>
    </div>
  );
};
