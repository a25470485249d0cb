// The views of a project, as links.
import Chart from "lucide-react/icons/chart-no-axes-column";
import Folder from "lucide-react/icons/folder";
import Message from "lucide-react/icons/message-square";
import Sparkles from "lucide-react/icons/book-marked";
import type { ReactNode } from "react";
import type { Project } from "../../contract/api.ts";
import { Link } from "../link.tsx";
import type { ProjectView } from "../router.ts";
import { cx } from "../ui/classes.ts";

interface Place {
  readonly view: ProjectView;
  readonly label: string;
  readonly icon: ReactNode;
}

const places: readonly Place[] = [
  { view: "chat", label: "Chat", icon: <Message size={15} /> },
  { view: "files", label: "Files", icon: <Folder size={15} /> },
  { view: "skills", label: "Skills", icon: <Sparkles size={15} /> },
  { view: "usage", label: "Usage", icon: <Chart size={15} /> },
];

export interface ProjectTabsProps {
  readonly project: Project;
  readonly view: ProjectView;
  readonly className?: string;
}

export const ProjectTabs = ({ project, view, className }: ProjectTabsProps) => (
  <nav aria-label="Parts of the project" className={cx("flex gap-0.5 overflow-x-auto", className)}>
    {places.map((place) => (
      <Link
        key={place.view}
        to={{ page: "project", projectId: project.id, view: place.view }}
        aria-current={place.view === view ? "page" : undefined}
        className={cx(
          "flex h-8 items-center gap-1.5 rounded-lg px-2.5 text-[0.8125rem] font-medium whitespace-nowrap transition-colors",
          place.view === view ? "bg-hover text-ink" : "text-soft hover:bg-hover hover:text-ink",
        )}
      >
        {place.icon}
        {place.label}
      </Link>
    ))}
  </nav>
);
