// The app: its frame, and in it the page that the address names.
import { EmptyState } from "./ui/empty-state.tsx";
import { Link } from "./link.tsx";
import { useRoute } from "./router.ts";
import { SessionProvider } from "./session.tsx";
import { TopBar } from "./shell/top-bar.tsx";
import { Toasts } from "./ui/toast.tsx";

const Page = () => {
  const route = useRoute();
  if (route.page === "unknown")
    return (
      <EmptyState
        title="There is nothing at this address"
        text="It may have been deleted, or the link is incomplete."
        action={
          <Link to={{ page: "home" }} className="font-medium text-accent underline underline-offset-4">
            Go to your projects
          </Link>
        }
      />
    );
  return null;
};

/** The whole page. */
export const App = () => (
  <SessionProvider>
    <div className="flex h-dvh flex-col">
      <TopBar />
      <main id="main" className="min-h-0 grow overflow-y-auto">
        <Page />
      </main>
    </div>
    <Toasts />
  </SessionProvider>
);
