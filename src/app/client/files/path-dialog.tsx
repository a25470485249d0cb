// Asks for a path below the project's folder: of a new file, a new folder, or where something is to go.
import { type FormEvent, useState } from "react";
import { shapeOf } from "../http.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { pathProblem } from "./file-tree.ts";

export interface PathDialogProps {
  readonly title: string;
  /** The verb of the button. */
  readonly action: string;
  readonly start: string;
  /** Paths that are taken. */
  readonly taken: ReadonlySet<string>;
  /** What it throws is shown below the field. */
  readonly onPath: (path: string) => Promise<void>;
  readonly onClose: () => void;
}

export const PathDialog = ({ title, action, start, taken, onPath, onClose }: PathDialogProps) => {
  const [path, setPath] = useState(start);
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const wanted = path.trim();
    const wrong =
      pathProblem(wanted) ??
      (wanted !== start && taken.has(wanted) ? "There is something of this name already." : undefined);
    setProblem(wrong);
    if (wrong !== undefined || busy) return;
    setBusy(true);
    try {
      await onPath(wanted);
      onClose();
    } catch (error) {
      const { message, hint } = shapeOf(error);
      setProblem(hint === undefined ? message : `${message} ${hint}`);
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={title} size="sm">
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <TextField
          label="Path in the project"
          hint="Folders before it are made: src/load.py"
          value={path}
          error={problem}
          data-autofocus
          spellCheck={false}
          onChange={(event) => {
            setPath(event.target.value);
            setProblem(undefined);
          }}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
