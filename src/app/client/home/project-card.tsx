// One project in the list: a link to it, what is known of it, and what its owner can do with it.
import Ellipsis from "lucide-react/icons/ellipsis-vertical";
import MessageSquare from "lucide-react/icons/message-square";
import Pencil from "lucide-react/icons/pencil";
import Share from "lucide-react/icons/share-2";
import Trash from "lucide-react/icons/trash-2";
import Users from "lucide-react/icons/users";
import { type FormEvent, useState } from "react";
import type { Project } from "../../contract/api.ts";
import { call } from "../api.ts";
import { shapeOf } from "../http.ts";
import { Link } from "../link.tsx";
import { ShareDialog } from "../sharing/share-dialog.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { ConfirmDialog, Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { Menu } from "../ui/menu.tsx";
import { notify, notifyError } from "../ui/toast.tsx";
import { Ago } from "./ago.tsx";
import { countOf, maxNameChars, nameProblem } from "./project-list.ts";

const roleWords = { work: "you may work in it", view: "you may read it" } as const;

const RenameDialog = ({
  project,
  onClose,
  onDone,
}: {
  readonly project: Project;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) => {
  const [name, setName] = useState(project.name);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wrong = nameProblem(name);
    setProblem(wrong);
    if (wrong !== undefined || busy) return;
    setBusy(true);
    try {
      await call("PATCH /api/projects/{project_id}", { path: { project_id: project.id }, body: { name: name.trim() } });
      onDone();
      onClose();
    } catch (error) {
      const { message, hint } = shapeOf(error);
      setProblem(hint === undefined ? message : `${message} ${hint}`);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title="Rename the project" size="sm">
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <TextField
          label="Name"
          value={name}
          maxLength={maxNameChars}
          error={problem}
          data-autofocus
          onChange={(event) => setName(event.target.value)}
          onFocus={(event) => event.target.select()}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
};

type Open = "rename" | "share" | "delete";

const OwnerMenu = ({ project, onChanged }: { readonly project: Project; readonly onChanged: () => void }) => {
  const [open, setOpen] = useState<Open>();
  const close = (): void => setOpen(undefined);
  const remove = async (): Promise<void> => {
    try {
      await call("DELETE /api/projects/{project_id}", { path: { project_id: project.id } });
      notify(`“${project.name}” is deleted.`);
      onChanged();
    } catch (error) {
      notifyError(error);
    }
  };
  return (
    <>
      <Menu
        label={`Actions for ${project.name}`}
        items={[
          { label: "Rename", icon: <Pencil size={15} />, onSelect: () => setOpen("rename") },
          { label: "Share", icon: <Share size={15} />, onSelect: () => setOpen("share") },
          { label: "Delete", icon: <Trash size={15} />, danger: true, onSelect: () => setOpen("delete") },
        ]}
        trigger={(props) => (
          <IconButton
            {...props}
            size="sm"
            label={`Actions for ${project.name}`}
            icon={<Ellipsis size={16} />}
            className="relative z-10"
          />
        )}
      />
      {open === "rename" ? <RenameDialog project={project} onClose={close} onDone={onChanged} /> : null}
      {open === "share" ? <ShareDialog projectId={project.id} onClose={close} /> : null}
      <ConfirmDialog
        open={open === "delete"}
        onClose={close}
        title={`Delete “${project.name}”?`}
        text={`Its ${countOf(project.conversation_count, "conversation")} and all its files are deleted for everybody it is shared with. What the agent made on the workspace stays there. This cannot be taken back.`}
        action="Delete"
        danger
        onConfirm={remove}
      />
    </>
  );
};

/** A card; its whole surface is the link. */
export const ProjectCard = ({ project, onChanged }: { readonly project: Project; readonly onChanged: () => void }) => (
  <li className="relative flex flex-col gap-3 rounded-xl border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-line-strong hover:bg-hover/50">
    <div className="flex items-start gap-2">
      <h3 className="min-w-0 grow font-semibold">
        <Link
          to={{ page: "project", projectId: project.id, view: "chat" }}
          className="line-clamp-2 break-words outline-none after:absolute after:inset-0 after:rounded-xl focus-visible:after:outline-2 focus-visible:after:outline-accent"
        >
          {project.name}
        </Link>
      </h3>
      {project.role === "owner" ? <OwnerMenu project={project} onChanged={onChanged} /> : null}
    </div>
    <p className="mt-auto flex flex-wrap items-center gap-x-3 gap-y-1 text-[0.8125rem] text-soft">
      <span className="inline-flex items-center gap-1.5">
        <MessageSquare size={14} aria-hidden="true" />
        {countOf(project.conversation_count, "conversation")}
      </span>
      <Ago iso={project.updated_at} />
      {project.role === "owner" ? null : (
        <span
          className="inline-flex max-w-full min-w-0 items-center gap-1.5"
          title={`Shared by ${project.user_email}; ${roleWords[project.role]}`}
        >
          <Users size={14} aria-hidden="true" className="shrink-0" />
          <span className="truncate">Shared by {project.user_email}</span>
          {project.role === "view" ? <span className="shrink-0 rounded bg-hover px-1.5 text-xs">read only</span> : null}
        </span>
      )}
    </p>
  </li>
);
