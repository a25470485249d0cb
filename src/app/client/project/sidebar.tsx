// The conversations of a project: found, opened, named, pinned, saved and deleted.
import Plus from "lucide-react/icons/plus";
import Search from "lucide-react/icons/search";
import { type Ref, useMemo, useState } from "react";
import type { ConversationSummary, Project } from "../../contract/api.ts";
import { call } from "../api.ts";
import { navigate } from "../router.ts";
import type { Resource } from "../resource.ts";
import { saveFile } from "../tables/save-file.ts";
import { Button } from "../ui/button.tsx";
import { useMinute } from "../ui/clock.ts";
import { ConfirmDialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { type ConversationActions, ConversationRow } from "./conversation-row.tsx";
import { groupsOf, titled } from "./groups.ts";
import { SearchHits } from "./search-hits.tsx";

export interface SidebarProps {
  readonly project: Project;
  readonly list: Resource<readonly ConversationSummary[]>;
  readonly openId: string | undefined;
  readonly searchRef: Ref<HTMLInputElement>;
  /** A conversation was opened: a drawer closes. */
  readonly onOpened: () => void;
}

type Change = { readonly title?: string; readonly pinned?: boolean };

const actionsOf = (
  list: Resource<readonly ConversationSummary[]>,
  projectId: string,
  remove: (conversation: ConversationSummary) => void,
): ConversationActions => {
  const change = async (id: string, body: Change): Promise<void> => {
    const before = list.data ?? [];
    list.set(before.map((each) => (each.id === id ? { ...each, ...body } : each)));
    try {
      await call("PATCH /api/projects/{project_id}/conversations/{conversation_id}", {
        path: { project_id: projectId, conversation_id: id },
        body,
      });
    } catch (error) {
      notifyError(error);
    }
    list.reload();
  };
  return {
    rename: (id, title) => change(id, { title }),
    pin: (id, pinned) => change(id, { pinned }),
    remove,
    save: async ({ id, title }) => {
      try {
        const answer = await call("GET /api/conversations/{conversation_id}/export", { path: { conversation_id: id } });
        saveFile(`${title}.md`, await answer.text(), "text/markdown;charset=utf-8");
      } catch (error) {
        notifyError(error);
      }
    },
  };
};

export const Sidebar = ({ project, list, openId, searchRef, onOpened }: SidebarProps) => {
  const [query, setQuery] = useState("");
  const [removing, setRemoving] = useState<ConversationSummary | undefined>();
  const nowMs = useMinute();
  const canWrite = project.role !== "view";
  const groups = useMemo(() => groupsOf(titled(list.data ?? [], query), new Date(nowMs)), [list.data, query, nowMs]);
  const actions = actionsOf(list, project.id, setRemoving);
  const begin = (): void => {
    navigate({ page: "project", projectId: project.id, view: "chat" });
    onOpened();
  };
  const remove = async (): Promise<void> => {
    if (removing === undefined) return;
    try {
      await call("DELETE /api/projects/{project_id}/conversations/{conversation_id}", {
        path: { project_id: project.id, conversation_id: removing.id },
      });
      notify(`“${removing.title}” is deleted.`);
      if (removing.id === openId) begin();
    } catch (error) {
      notifyError(error);
    }
    list.reload();
  };
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-col gap-2 p-3 pb-2">
        {canWrite ? (
          <Button icon={<Plus size={16} />} onClick={begin} className="w-full">
            New conversation
          </Button>
        ) : null}
        <label className="relative block">
          <span className="sr-only">Search the conversations</span>
          <Search size={15} aria-hidden="true" className="absolute top-2.25 left-2.5 text-faint" />
          <input
            ref={searchRef}
            type="search"
            value={query}
            placeholder="Search"
            onChange={(event) => setQuery(event.target.value)}
            className="h-8 w-full rounded-lg border border-transparent bg-hover pr-2 pl-8 text-sm outline-none focus:border-accent focus:bg-surface"
          />
        </label>
      </div>
      <nav aria-label="Conversations" className="min-h-0 grow overflow-y-auto px-2 pb-4">
        {list.error !== undefined && list.data === undefined ? (
          <ErrorNote error={list.error} onRetry={list.reload} />
        ) : null}
        {list.data === undefined && list.error === undefined ? <Skeleton lines={5} className="p-2" /> : null}
        {list.data?.length === 0 ? <p className="px-2.5 py-2 text-sm text-faint">No conversation yet.</p> : null}
        {groups.map(({ heading, items }) => (
          <section key={heading} aria-label={heading}>
            <h3 className="px-2.5 pt-3 pb-1 text-xs font-medium text-faint">{heading}</h3>
            <ul className="flex flex-col gap-px">
              {items.map((conversation) => (
                <ConversationRow
                  key={conversation.id}
                  conversation={conversation}
                  isOpen={conversation.id === openId}
                  nowMs={nowMs}
                  actions={actions}
                  canWrite={canWrite}
                  onOpened={onOpened}
                />
              ))}
            </ul>
          </section>
        ))}
        <SearchHits projectId={project.id} query={query} onOpened={onOpened} />
      </nav>
      <ConfirmDialog
        open={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title="Delete this conversation?"
        text={`“${removing?.title ?? ""}” goes with all its messages. What the agent made on the workspace and in the project's files stays.`}
        action="Delete"
        danger
        onConfirm={remove}
      />
    </div>
  );
};
