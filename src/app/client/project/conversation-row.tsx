// One conversation in the list: its title, whether it works or waits, and what can be done with it.
import Download from "lucide-react/icons/download";
import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Pin from "lucide-react/icons/pin";
import PinOff from "lucide-react/icons/pin-off";
import Trash from "lucide-react/icons/trash-2";
import { type KeyboardEvent, useState } from "react";
import type { ConversationSummary } from "../../contract/api.ts";
import { agoText } from "../format.ts";
import { Link } from "../link.tsx";
import { IconButton } from "../ui/button.tsx";
import { cx } from "../ui/classes.ts";
import { Menu } from "../ui/menu.tsx";
import { Spinner } from "../ui/spinner.tsx";

export interface ConversationActions {
  readonly rename: (id: string, title: string) => Promise<void>;
  readonly pin: (id: string, pinned: boolean) => Promise<void>;
  readonly remove: (conversation: ConversationSummary) => void;
  readonly save: (conversation: ConversationSummary) => Promise<void>;
}

export interface ConversationRowProps {
  readonly conversation: ConversationSummary;
  readonly isOpen: boolean;
  readonly nowMs: number;
  /** Absent where the person may only read. */
  readonly actions: ConversationActions;
  readonly canWrite: boolean;
  readonly onOpened: () => void;
}

const Title = ({ title, onDone }: { readonly title: string; readonly onDone: (title: string | undefined) => void }) => {
  const [draft, setDraft] = useState(title);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.stopPropagation();
      onDone(undefined);
    }
    if (event.key === "Enter" && !event.nativeEvent.isComposing) onDone(draft);
  };
  return (
    <input
      autoFocus
      aria-label="Title of the conversation"
      maxLength={255}
      value={draft}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={onKey}
      onBlur={() => onDone(draft)}
      className="h-9 w-full rounded-lg border border-accent bg-surface px-2.5 text-sm outline-none"
    />
  );
};

const State = ({ conversation, nowMs }: { readonly conversation: ConversationSummary; readonly nowMs: number }) => {
  if (conversation.waiting)
    return (
      <span className="shrink-0 rounded-full bg-warn-soft px-1.5 py-0.5 text-[0.6875rem] font-semibold text-warn">
        Asks you
      </span>
    );
  if (conversation.active_run_id !== null) return <Spinner label="Works" className="text-accent" />;
  return (
    <span className="shrink-0 text-xs text-faint group-focus-within/row:hidden group-hover/row:hidden">
      {agoText(conversation.updated_at, nowMs)}
    </span>
  );
};

export const ConversationRow = ({ conversation, isOpen, nowMs, actions, canWrite, onOpened }: ConversationRowProps) => {
  const [isNaming, setNaming] = useState(false);
  const { id, project_id: projectId, title, pinned } = conversation;
  if (isNaming)
    return (
      <li>
        <Title
          title={title}
          onDone={(next) => {
            setNaming(false);
            if (next !== undefined && next.trim() !== "" && next !== title) void actions.rename(id, next.trim());
          }}
        />
      </li>
    );
  const save = {
    label: "Save as Markdown",
    icon: <Download size={15} />,
    onSelect: () => void actions.save(conversation),
  };
  return (
    <li
      className={cx(
        "group/row relative flex items-center rounded-lg [contain-intrinsic-size:auto_2.25rem] [content-visibility:auto]",
        isOpen ? "bg-hover" : "hover:bg-hover",
      )}
    >
      <Link
        to={{ page: "project", projectId, view: "chat", conversationId: id }}
        aria-current={isOpen ? "page" : undefined}
        title={title}
        onClick={onOpened}
        className="flex h-9 min-w-0 grow items-center gap-2 rounded-lg pr-2 pl-2.5 outline-offset-[-2px]"
      >
        <span className={cx("min-w-0 grow truncate text-sm", isOpen && "font-medium")}>{title}</span>
        <State conversation={conversation} nowMs={nowMs} />
      </Link>
      <Menu
        label={`What to do with “${title}”`}
        items={
          canWrite
            ? [
                { label: "Rename", icon: <Pencil size={15} />, onSelect: () => setNaming(true) },
                {
                  label: pinned ? "Unpin" : "Pin",
                  icon: pinned ? <PinOff size={15} /> : <Pin size={15} />,
                  onSelect: () => void actions.pin(id, !pinned),
                },
                save,
                {
                  label: "Delete",
                  icon: <Trash size={15} />,
                  danger: true,
                  onSelect: () => actions.remove(conversation),
                },
              ]
            : [save]
        }
        trigger={(props) => (
          <IconButton
            {...props}
            size="sm"
            label={`More for “${title}”`}
            icon={<Ellipsis size={16} />}
            className={cx(
              "mr-1 w-0 overflow-hidden opacity-0 group-focus-within/row:w-7 group-focus-within/row:opacity-100 group-hover/row:w-7 group-hover/row:opacity-100 max-md:w-7 max-md:opacity-100 pointer-coarse:w-7 pointer-coarse:opacity-100",
              props["aria-expanded"] && "w-7 opacity-100",
            )}
          />
        )}
      />
    </li>
  );
};
