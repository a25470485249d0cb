// Who may see a project and who may work in it: named users of the workspace.
import Trash from "lucide-react/icons/trash-2";
import { type FormEvent, useId, useState } from "react";
import type { Share } from "../../contract/api.ts";
import type { ErrorShape } from "../../contract/events.ts";
import { call } from "../api.ts";
import { shapeOf } from "../http.ts";
import { useResource } from "../resource.ts";
import { useSession } from "../session.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { TextField } from "../ui/field.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { userProblem } from "./user-name.ts";

export interface ShareDialogProps {
  readonly projectId: string;
  readonly onClose: () => void;
}

type Role = Share["role"];

const RoleChoice = ({
  label,
  role,
  disabled,
  onChange,
}: {
  readonly label: string;
  readonly role: Role;
  readonly disabled?: boolean;
  readonly onChange: (role: Role) => void;
}) => {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select
        id={id}
        value={role}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value === "work" ? "work" : "view")}
        className="h-9 shrink-0 rounded-lg border border-line-strong bg-surface px-2 text-sm"
      >
        <option value="view">can view</option>
        <option value="work">can work</option>
      </select>
    </>
  );
};

const AddUser = ({
  busy,
  onAdd,
}: {
  readonly busy: boolean;
  readonly onAdd: (user: string, role: Role) => Promise<boolean>;
}) => {
  const [user, setUser] = useState("");
  const [role, setRole] = useState<Role>("work");
  const [problem, setProblem] = useState<string>();
  const { me } = useSession();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const name = user.trim().toLowerCase();
    const wrong = userProblem(name, me.data?.user);
    setProblem(wrong);
    if (wrong === undefined && (await onAdd(name, role))) setUser("");
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-wrap items-end gap-2">
      <TextField
        label="User name on the workspace"
        placeholder="ann@example.com"
        data-autofocus
        type="email"
        className="min-w-52 grow"
        value={user}
        error={problem}
        onChange={(event) => {
          setUser(event.target.value);
          setProblem(undefined);
        }}
      />
      <RoleChoice label="What they may do" role={role} onChange={setRole} />
      <Button type="submit" variant="primary" busy={busy}>
        Share
      </Button>
    </form>
  );
};

/** Names with what each may do; the owner adds, changes and removes them. */
export const ShareDialog = ({ projectId, onClose }: ShareDialogProps) => {
  const path = { project_id: projectId };
  const shares = useResource(`shares/${projectId}`, (signal) =>
    call("GET /api/projects/{project_id}/shares", { path, signal }),
  );
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ErrorShape>();
  const change = async (work: () => Promise<readonly Share[]>): Promise<boolean> => {
    setBusy(true);
    try {
      shares.set(await work());
      setFailure(undefined);
      return true;
    } catch (error) {
      setFailure(shapeOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  const put = (user: string, role: Role) =>
    change(() => call("PUT /api/projects/{project_id}/shares/{user}", { path: { ...path, user }, body: { role } }));
  const remove = (user: string) =>
    change(() => call("DELETE /api/projects/{project_id}/shares/{user}", { path: { ...path, user } }));

  return (
    <Dialog
      open
      onClose={onClose}
      title="Share the project"
      description="Who can view it reads conversations and files. Who can work in it also runs the agent, which then acts as that person, never as you."
    >
      <div className="flex flex-col gap-5">
        <AddUser busy={busy} onAdd={put} />
        {failure === undefined ? null : <ErrorNote error={failure} />}
        {shares.error === undefined ? null : <ErrorNote error={shares.error} onRetry={shares.reload} />}
        {shares.data === undefined && shares.error === undefined ? <Skeleton /> : null}
        {shares.data?.length === 0 ? <p className="text-sm text-soft">Nobody but you can see this project.</p> : null}
        {shares.data === undefined || shares.data.length === 0 ? null : (
          <ul className="flex flex-col divide-y divide-line rounded-xl border border-line" aria-label="Shared with">
            {shares.data.map(({ user, role }) => (
              <li key={user} className="flex items-center gap-2 py-1.5 pr-1.5 pl-3">
                <span className="min-w-0 grow truncate text-sm" title={user}>
                  {user}
                </span>
                <RoleChoice
                  label={`What ${user} may do`}
                  role={role}
                  disabled={busy}
                  onChange={(next) => void put(user, next)}
                />
                <IconButton
                  label={`Stop sharing with ${user}`}
                  icon={<Trash size={16} />}
                  disabled={busy}
                  onClick={() => void remove(user)}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
};
