// Lets the owner of a project share it.
import Users from "lucide-react/icons/user-plus";
import { lazy, Suspense, useState } from "react";
import type { Project } from "../../contract/api.ts";
import { IconButton } from "../ui/button.tsx";

const ShareDialog = lazy(async () => ({ default: (await import("../sharing/share-dialog.tsx")).ShareDialog }));

/** The button; those who do not own the project have none. */
export const ShareButton = ({ project }: { readonly project: Project }) => {
  const [isOpen, setOpen] = useState(false);
  if (project.role !== "owner") return null;
  return (
    <>
      <IconButton label="Share the project" icon={<Users size={18} />} onClick={() => setOpen(true)} />
      {isOpen ? (
        <Suspense fallback={null}>
          <ShareDialog projectId={project.id} onClose={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
};
