// A project: its conversations at the side, and in the middle the talk, or its files, skills, use and settings.
import PanelLeft from "lucide-react/icons/panel-left";
import { type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { Project } from "../../contract/api.ts";
import { call } from "../api.ts";
import { ChatView } from "../chat/chat-view.tsx";
import { NewChat } from "../chat/new-chat.tsx";
import { ToolTitlesProvider } from "../chat/tools-context.tsx";
import { Link } from "../link.tsx";
import { useResource } from "../resource.ts";
import { navigate, type ProjectView, type Route } from "../router.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { TopBar } from "../shell/top-bar.tsx";
import { contextOf } from "../state/conversation.ts";
import { IconButton } from "../ui/button.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { ProjectTabs } from "./project-tabs.tsx";
import { ShareButton } from "./share-button.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useConversations } from "./use-conversations.ts";
import { viewOf } from "./views.tsx";

type ProjectRoute = Extract<Route, { readonly page: "project" }>;

const isWide = (): boolean => matchMedia("(min-width: 64rem)").matches;

/** Whether the list is shown: beside the talk where there is room, over it as a drawer where not. */
const useSidebar = () => {
  const [isOpen, setOpen] = useState(isWide);
  const toggle = useCallback(() => setOpen((before) => !before), []);
  const closeDrawer = useCallback(() => {
    if (!isWide()) setOpen(false);
  }, []);
  return { isOpen, toggle, closeDrawer, open: () => setOpen(true) };
};

const Loaded = ({ project, route }: { readonly project: Project; readonly route: ProjectRoute }) => {
  const list = useConversations(project.id);
  const { isOpen, toggle, closeDrawer, open } = useSidebar();
  const search = useRef<HTMLInputElement>(null);
  const drawer = useRef<HTMLElement>(null);
  const { view, conversationId } = route;
  useEffect(() => {
    if (isOpen && !isWide()) drawer.current?.querySelector<HTMLElement>("button, input")?.focus();
  }, [isOpen]);
  useShortcut("sidebar", toggle);
  useShortcut(
    "new",
    useCallback(() => navigate({ page: "project", projectId: project.id, view: "chat" }), [project.id]),
  );
  useShortcut("search", () => {
    open();
    requestAnimationFrame(() => search.current?.focus());
  });
  useShortcut("approve", goToQuestion);
  const { title, waiting = false } = list.data?.find(({ id }) => id === conversationId) ?? {};
  useEffect(() => {
    document.title = `${waiting ? "Asks you: " : ""}${title ?? project.name} · Mortar`;
  }, [title, waiting, project.name]);

  return (
    <ToolTitlesProvider>
      <Frame project={project} view={view} isOpen={isOpen} onToggle={toggle}>
        {isOpen ? (
          <>
            <button
              type="button"
              aria-label="Close the list"
              tabIndex={-1}
              onClick={toggle}
              className="fixed inset-0 z-20 bg-black/40 lg:hidden"
            />
            <aside
              ref={drawer}
              onKeyDown={(event) => {
                if (event.key !== "Escape" || isWide()) return;
                event.preventDefault();
                toggle();
              }}
              aria-label="Conversations of the project"
              className="w-72 shrink-0 border-r border-line bg-sunken max-lg:fixed max-lg:inset-y-0 max-lg:left-0 max-lg:z-30 max-lg:w-[min(20rem,85vw)] max-lg:shadow-float"
            >
              <Sidebar
                project={project}
                list={list}
                openId={conversationId}
                searchRef={search}
                onOpened={closeDrawer}
              />
            </aside>
          </>
        ) : null}
        <main id="main" className="flex min-w-0 grow flex-col">
          <h1 className="sr-only">{title === undefined ? project.name : `${title}, in ${project.name}`}</h1>
          {view === "chat" ? (
            <Talk
              key={conversationId ?? "new"}
              project={project}
              conversationId={conversationId}
              newest={list.data?.[0] === undefined ? {} : contextOf(list.data[0])}
              onChanged={list.reload}
            />
          ) : (
            <div className="min-h-0 grow overflow-y-auto">
              <Suspense fallback={<Skeleton lines={6} className="mx-auto max-w-3xl p-6" />}>
                {viewOf(view, project)}
              </Suspense>
            </div>
          )}
        </main>
      </Frame>
    </ToolTitlesProvider>
  );
};

/** The first question of the agent gets the focus. */
const goToQuestion = (): void => {
  document.querySelector<HTMLElement>("[data-approval] [data-answer]")?.focus();
};

interface TalkProps {
  readonly project: Project;
  readonly conversationId: string | undefined;
  readonly newest: Parameters<typeof NewChat>[0]["context"];
  readonly onChanged: () => void;
}

const Talk = ({ project, conversationId, newest, onChanged }: TalkProps) =>
  conversationId === undefined ? (
    <NewChat project={project} context={newest} onChanged={onChanged} />
  ) : (
    <ChatView project={project} conversationId={conversationId} onChanged={onChanged} />
  );

interface FrameProps {
  readonly project: Project;
  readonly view: ProjectView;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}

const Frame = ({ project, view, isOpen, onToggle, children }: FrameProps) => (
  <>
    <TopBar
      start={
        <IconButton
          label={isOpen ? "Hide the conversations" : "Show the conversations"}
          aria-expanded={isOpen}
          icon={<PanelLeft size={18} />}
          onClick={onToggle}
        />
      }
    >
      <span aria-hidden="true" className="px-1 text-line-strong max-sm:hidden">
        /
      </span>
      <Link
        to={{ page: "project", projectId: project.id, view: "chat" }}
        title={project.name}
        className="min-w-0 truncate rounded-lg px-1.5 py-1 text-sm font-medium"
      >
        {project.name}
      </Link>
      <ProjectTabs project={project} view={view} className="ml-3 shrink-0 max-md:hidden" />
      <span className="grow" />
      <ShareButton project={project} />
    </TopBar>
    <ProjectTabs
      project={project}
      view={view}
      className="shrink-0 border-b border-line bg-surface px-2 py-1 md:hidden"
    />
    <div className="flex min-h-0 grow">{children}</div>
  </>
);

/** The page of a project. One that is not there, and one of somebody else, look the same. */
export const ProjectPage = ({ route }: { readonly route: ProjectRoute }) => {
  const { projectId } = route;
  const project = useResource(`project:${projectId}`, (signal) =>
    call("GET /api/projects/{project_id}", { path: { project_id: projectId }, signal }),
  );
  if (project.data !== undefined) return <Loaded project={project.data} route={route} />;
  return (
    <>
      <TopBar />
      <main id="main" className="mx-auto w-full max-w-3xl grow p-6">
        {project.error === undefined ? (
          <Skeleton lines={6} />
        ) : (
          <ErrorNote error={project.error} onRetry={project.reload} />
        )}
      </main>
    </>
  );
};
