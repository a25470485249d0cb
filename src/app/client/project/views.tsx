// The views of a project beside its chat; the code of each is loaded when it is first opened.
import { lazy, type ReactNode } from "react";
import type { Project } from "../../contract/api.ts";
import type { ProjectView } from "../router.ts";

const FileBrowser = lazy(async () => ({ default: (await import("../files/file-browser.tsx")).FileBrowser }));

const SkillsExplorer = lazy(async () => ({ default: (await import("../skills/skills-explorer.tsx")).SkillsExplorer }));
const UsagePanel = lazy(async () => ({ default: (await import("../usage/usage-panel.tsx")).UsagePanel }));

/** The view of what is beside the chat. */
export const viewOf = (view: Exclude<ProjectView, "chat">, { id, role }: Project): ReactNode => {
  const canEdit = role !== "view";
  switch (view) {
    case "files":
      return <FileBrowser projectId={id} canEdit={canEdit} />;
    case "skills":
      return <SkillsExplorer projectId={id} canEdit={canEdit} />;
    case "usage":
      return <UsagePanel projectId={id} />;
  }
};
