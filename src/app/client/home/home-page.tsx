// The projects: found, ordered, made; and for whoever is new, where to begin.
import Search from "lucide-react/icons/search";
import { useId, useState } from "react";
import type { Project } from "../../contract/api.ts";
import { call } from "../api.ts";
import { useResource } from "../resource.ts";
import { useSession } from "../session.tsx";
import { EmptyState, ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { EngineNotice } from "./engine-notice.tsx";
import { NewProject, Starts } from "./new-project.tsx";
import { ProjectCard } from "./project-card.tsx";
import { countOf, type ProjectOrder, shownProjects } from "./project-list.ts";

const orders: readonly { readonly key: ProjectOrder; readonly label: string }[] = [
  { key: "recent", label: "Recent" },
  { key: "active", label: "Most active" },
  { key: "name", label: "Name" },
];

const Notices = () => {
  const { me, engines } = useSession();
  const database = me.data?.database;
  const isMissing = engines.data !== undefined && !engines.data.some(({ installed }) => installed);
  return (
    <>
      {me.error === undefined ? null : <ErrorNote error={me.error} onRetry={me.reload} />}
      {database === undefined || database.ok ? null : (
        <ErrorNote
          error={{
            code: "database",
            message: "The database does not answer, so nothing can be stored.",
            hint: database.error ?? "See whether it runs and can be reached from the server.",
          }}
          onRetry={me.reload}
        />
      )}
      {isMissing ? <EngineNotice engines={engines.data ?? []} onRetry={engines.reload} /> : null}
    </>
  );
};

interface FinderProps {
  readonly query: string;
  readonly order: ProjectOrder;
  readonly onQuery: (query: string) => void;
  readonly onOrder: (order: ProjectOrder) => void;
}

const Finder = ({ query, order, onQuery, onOrder }: FinderProps) => {
  const id = useId();
  return (
    <div className="flex items-center gap-2 max-sm:w-full">
      <div className="relative min-w-0 grow sm:w-60">
        <Search size={15} aria-hidden="true" className="pointer-events-none absolute top-2.5 left-3 text-faint" />
        <input
          type="search"
          aria-label="Search projects"
          placeholder="Search"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          className="h-9 w-full rounded-lg border border-line bg-surface pr-3 pl-9 text-sm outline-none focus:border-accent focus:ring-2 focus:ring-accent/25"
        />
      </div>
      <label htmlFor={id} className="sr-only">
        Order
      </label>
      <select
        id={id}
        value={order}
        onChange={(event) => onOrder(orders.find(({ key }) => key === event.target.value)?.key ?? "recent")}
        className="h-9 rounded-lg border border-line bg-surface px-2.5 text-sm hover:bg-hover"
      >
        {orders.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
};

const maxShown = 200;

const ProjectList = ({
  projects,
  onChanged,
}: {
  readonly projects: readonly Project[];
  readonly onChanged: () => void;
}) => {
  const [query, setQuery] = useState("");
  const [order, setOrder] = useState<ProjectOrder>("recent");
  const found = shownProjects(projects, { query, order });
  return (
    <section aria-labelledby="projects-title" className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="projects-title" className="text-base font-semibold">
          Projects
          <span className="ml-2 text-sm font-normal text-soft" aria-live="polite">
            {query === "" ? projects.length : `${found.length} of ${projects.length}`}
          </span>
        </h2>
        <Finder query={query} order={order} onQuery={setQuery} onOrder={setOrder} />
      </div>
      <ul className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3" aria-label="Projects">
        {found.slice(0, maxShown).map((project) => (
          <ProjectCard key={project.id} project={project} onChanged={onChanged} />
        ))}
      </ul>
      {found.length > maxShown ? (
        <p className="text-sm text-soft">The first {maxShown} are shown. Search for the others.</p>
      ) : null}
      {found.length === 0 ? (
        <EmptyState
          title="No project matches"
          text={`Nothing is called “${query}”. Search for a part of its name, or for its owner.`}
        />
      ) : null}
    </section>
  );
};

const Newcomer = () => (
  <section className="flex flex-col gap-3" aria-labelledby="starts-title">
    <h2 id="starts-title" className="text-sm font-medium text-soft">
      Or begin with one of these. Nothing is sent before you press Send.
    </h2>
    <Starts />
  </section>
);

/** The first page. */
export const HomePage = () => {
  const projects = useResource("projects", (signal) => call("GET /api/projects", { signal }));
  const { me } = useSession();
  const isNew = projects.data?.length === 0;
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-8 px-4 py-8 sm:py-12">
      <header>
        <h1 className="text-2xl font-semibold tracking-tight text-balance sm:text-3xl">
          Work on your workspace by asking
        </h1>
        <p className="mt-2 max-w-2xl text-soft">
          A project holds conversations with a coding agent, its files, and what it knows. The agent acts on{" "}
          {me.data === undefined ? (
            "your workspace"
          ) : (
            <span className="break-all">{me.data.workspace_url.replace(/^https:\/\//, "")}</span>
          )}{" "}
          as you.
        </p>
        <div className="mt-5 max-w-xl">
          <NewProject />
        </div>
      </header>
      <Notices />
      {isNew ? <Newcomer /> : null}
      {projects.error === undefined ? null : <ErrorNote error={projects.error} onRetry={projects.reload} />}
      {projects.data === undefined && projects.error === undefined ? <Skeleton lines={6} /> : null}
      {projects.data === undefined || isNew ? null : (
        <ProjectList projects={projects.data} onChanged={projects.reload} />
      )}
      {projects.data === undefined || projects.data.length === 0 ? null : (
        <p className="text-sm text-faint">
          {countOf(
            projects.data.reduce((sum, { conversation_count: count }) => sum + count, 0),
            "conversation",
          )}{" "}
          in all.
        </p>
      )}
    </div>
  );
};
