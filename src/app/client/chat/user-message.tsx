// What the person said, which can be said otherwise.
import Pencil from "lucide-react/icons/pencil";
import { type KeyboardEvent, memo, useState } from "react";
import { timeText } from "../format.ts";
import type { ShownMessage } from "../state/conversation.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { TextArea } from "../ui/field.tsx";
import { CopyButton } from "../tables/copy-button.tsx";

export interface UserMessageProps {
  readonly message: ShownMessage;
  /** Sends it anew, otherwise; absent where that cannot be. */
  readonly onResend: ((id: string, text: string) => void) | undefined;
}

const Editor = ({
  text,
  onCancel,
  onSend,
}: {
  readonly text: string;
  readonly onCancel: () => void;
  readonly onSend: (text: string) => void;
}) => {
  const [draft, setDraft] = useState(text);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") onCancel();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || draft.trim() === "") return;
    event.preventDefault();
    onSend(draft);
  };
  return (
    <div className="rounded-2xl border border-line-strong bg-surface p-3">
      <TextArea
        label="Your message, to be sent again"
        hideLabel
        autoFocus
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={onKey}
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        <p className="min-w-0 grow text-xs text-faint">This message and all after it are replaced.</p>
        <Button size="sm" onClick={onCancel}>
          Cancel
        </Button>
        <Button size="sm" variant="primary" disabled={draft.trim() === ""} onClick={() => onSend(draft)}>
          Send again
        </Button>
      </div>
    </div>
  );
};

const longLength = 1500;
const longLines = 18;

const Words = ({ text }: { readonly text: string }) => {
  const [isWhole, setWhole] = useState(false);
  const isLong = text.length > longLength || text.split("\n", longLines + 1).length > longLines;
  if (!isLong) return text;
  return (
    <>
      <span className={cx("block", !isWhole && "max-h-72 overflow-hidden")}>{text}</span>
      <button
        type="button"
        aria-expanded={isWhole}
        onClick={() => setWhole(!isWhole)}
        className="mt-1.5 text-sm font-medium text-accent underline underline-offset-4"
      >
        {isWhole ? "Show less" : "Show all"}
      </button>
    </>
  );
};

/** One message of a person. */
export const UserMessage = memo(({ message, onResend }: UserMessageProps) => {
  const [isEditing, setEditing] = useState(false);
  const isSending = message.state === "sending";
  if (isEditing && onResend !== undefined)
    return (
      <Editor
        text={message.content}
        onCancel={() => setEditing(false)}
        onSend={(text) => {
          setEditing(false);
          onResend(message.id, text);
        }}
      />
    );
  return (
    <article aria-label="You" className="group/user flex flex-col items-end">
      <div
        title={timeText(message.timestamp)}
        className={cx(
          "max-w-[min(100%,42rem)] rounded-2xl rounded-br-md border border-line bg-accent-soft px-4 py-2.5 break-words whitespace-pre-wrap",
          isSending && "opacity-60",
        )}
      >
        <Words text={message.content} />
      </div>
      <div className="-mb-4 flex h-7 opacity-0 transition-opacity group-focus-within/user:opacity-100 group-hover/user:opacity-100 max-sm:opacity-100 pointer-coarse:opacity-100">
        {isSending ? null : <CopyButton label="Copy your message" text={() => message.content} />}
        {onResend === undefined || isSending ? null : (
          <IconButton
            size="sm"
            label="Edit and send again"
            icon={<Pencil size={14} />}
            onClick={() => setEditing(true)}
          />
        )}
      </div>
    </article>
  );
});
