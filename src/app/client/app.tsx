// The app: its frame, and in it the page that the address names.
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { Link } from "./link.tsx";
import { type Route, useRoute } from "./router.ts";
import { SessionProvider, useSession } from "./session.tsx";
import { ShortcutsDialog } from "./shell/shortcuts-dialog.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { EmptyState, ErrorNote } from "./ui/empty-state.tsx";
import { Skeleton } from "./ui/spinner.tsx";
import { Toasts } from "./ui/toast.tsx";

// The first page is light: what renders Markdown comes with a project.
const ProjectPage = lazy(async () => ({ default: (await import("./project/project-page.tsx")).ProjectPage }));
const HomePage = lazy(async () => ({ default: (await import("./home/home-page.tsx")).HomePage }));
const SettingsPage = lazy(async () => ({ default: (await import("./settings/settings-page.tsx")).SettingsPage }));
const DocsPage = lazy(async () => ({ default: (await import("./docs/docs-page.tsx")).DocsPage }));

const pages: Readonly<
  Record<Exclude<Route["page"], "project">, { readonly title: string; readonly page: () => ReactNode }>
> = {
  home: { title: "Projects", page: () => <HomePage /> },
  settings: { title: "Settings", page: () => <SettingsPage /> },
  docs: { title: "Guide", page: () => <DocsPage /> },
  unknown: {
    title: "Nothing here",
    page: () => (
      <EmptyState
        heading
        title="There is nothing at this address"
        text="It may have been deleted, or the link is incomplete."
        action={
          <Link to={{ page: "home" }} className="font-medium text-accent underline underline-offset-4">
            Go to your projects
          </Link>
        }
      />
    ),
  },
};

const Page = () => {
  const route = useRoute();
  const title = route.page === "project" ? undefined : pages[route.page].title;
  useEffect(() => {
    if (title !== undefined) document.title = `${title} · Mortar`;
  }, [title]);
  if (route.page === "project")
    return (
      <Suspense fallback={<TopBar />}>
        <ProjectPage key={route.projectId} route={route} />
      </Suspense>
    );
  return (
    <>
      <TopBar />
      <main id="main" className="min-h-0 grow overflow-y-auto">
        <Suspense fallback={<Skeleton lines={6} className="mx-auto max-w-3xl p-6" />}>
          {pages[route.page].page()}
        </Suspense>
      </main>
    </>
  );
};

/** Without a person nothing can be shown: it is said what to do. */
const SignedIn = () => {
  const { me } = useSession();
  const { error } = me;
  if (error === undefined || me.data !== undefined) return <Page />;
  return (
    <>
      <TopBar />
      <main id="main" className="mx-auto w-full max-w-xl p-6 pt-16">
        <h1 className="mb-4 text-2xl font-semibold tracking-tight">
          {error.code === "unreachable" ? "Mortar does not answer" : "You are not signed in"}
        </h1>
        <ErrorNote error={error} onRetry={me.reload} />
      </main>
    </>
  );
};

/** The whole page. */
export const App = () => (
  <SessionProvider>
    <a
      href="#main"
      className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-surface focus:px-3 focus:py-2"
    >
      Go to the content
    </a>
    <div className="flex h-dvh flex-col">
      <SignedIn />
    </div>
    <ShortcutsDialog />
    <Toasts />
  </SessionProvider>
);
