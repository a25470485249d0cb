// What the file browser asks before it changes something.
import { ConfirmDialog } from "../ui/dialog.tsx";
import { joined } from "./file-tree.ts";
import { PathDialog } from "./path-dialog.tsx";
import type { Browser } from "./use-browser.ts";
import type { Upload } from "./use-upload.ts";

const maxNamed = 10;

const namesOf = (paths: readonly string[]): string =>
  paths.length > maxNamed
    ? `${paths.slice(0, maxNamed).join(", ")} and ${paths.length - maxNamed} more`
    : paths.join(", ");

const PathQuestion = ({ browser }: { readonly browser: Browser }) => {
  const { asked, ask, taken, create, move } = browser;
  const close = (): void => ask(undefined);
  if (asked?.kind === "file" || asked?.kind === "folder")
    return (
      <PathDialog
        title={asked.kind === "file" ? "New file" : "New folder"}
        action="Create"
        start={asked.folder === "" ? "" : joined(asked.folder, "")}
        taken={taken}
        onPath={create}
        onClose={close}
      />
    );
  if (asked?.kind !== "move") return null;
  const { entry } = asked;
  return (
    <PathDialog
      title={`Rename or move ${entry.name}`}
      action="Move"
      start={entry.path}
      taken={taken}
      onPath={(to) => move(entry, to)}
      onClose={close}
    />
  );
};

export const FileDialogs = ({ browser, upload }: { readonly browser: Browser; readonly upload: Upload }) => {
  const { asked, ask, remove, show } = browser;
  const close = (): void => ask(undefined);
  const deleted = asked?.kind === "delete" ? asked.entry : undefined;
  return (
    <>
      <PathQuestion browser={browser} />
      <ConfirmDialog
        open={deleted !== undefined}
        onClose={close}
        title={`Delete ${deleted?.name ?? ""}?`}
        text={
          deleted?.type === "directory"
            ? "The folder and all that is in it are deleted. This cannot be taken back."
            : "This cannot be taken back."
        }
        action="Delete"
        danger
        onConfirm={() => (deleted === undefined ? undefined : remove(deleted))}
      />
      <ConfirmDialog
        open={asked?.kind === "leave"}
        onClose={close}
        title="Drop what is not saved?"
        text="The file in the editor has changes that are not saved."
        action="Drop changes"
        danger
        onConfirm={() => (asked?.kind === "leave" ? show(asked.to) : undefined)}
      />
      <ConfirmDialog
        open={upload.replacing !== undefined}
        onClose={upload.cancel}
        title="Replace what is there?"
        text={`These are in the project already: ${namesOf(upload.replacing ?? [])}.`}
        action="Replace"
        onConfirm={upload.confirm}
      />
    </>
  );
};
