// What this server is: its version, whom it knows one as, where it stores, and the agents that it can drive.
import type { ReactNode } from "react";
import { InstallCommands } from "../home/engine-notice.tsx";
import { useSession } from "../session.tsx";
import { Button } from "../ui/button.tsx";
import { ErrorNote } from "../ui/empty-state.tsx";
import { Skeleton } from "../ui/spinner.tsx";
import { Section } from "./section.tsx";

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="flex flex-wrap gap-x-4 py-1">
    <dt className="w-32 shrink-0 text-soft">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

const databases = { sqlite: "SQLite, on the server's disk", postgres: "Postgres" } as const;

/** Agents with their versions, and how to install those that are missing. */
export const Engines = () => {
  const { engines } = useSession();
  const all = engines.data ?? [];
  const missing = all.filter(({ installed }) => !installed);
  return (
    <Section
      title="Agents"
      text="Programs of their makers, installed where this server runs. Mortar drives them; it does not ship them."
    >
      {engines.error === undefined ? null : <ErrorNote error={engines.error} onRetry={engines.reload} />}
      {engines.data === undefined && engines.error === undefined ? <Skeleton /> : null}
      <ul className="flex flex-col gap-1.5 text-sm">
        {all
          .filter(({ installed }) => installed)
          .map(({ name, title, version, shell }) => (
            <li key={name}>
              <span className="font-medium">{title}</span> <span className="text-soft">{version ?? "installed"}</span>
              {shell.on ? null : (
                <span className="block text-[0.8125rem] text-soft">
                  Its shell is off: {shell.reason ?? "it cannot be kept within the project here."}
                </span>
              )}
            </li>
          ))}
      </ul>
      {missing.length === 0 ? null : (
        <div className="mt-3">
          <p className="mb-2 text-sm text-soft">Not installed:</p>
          <InstallCommands engines={missing} />
          <Button size="sm" className="mt-3" busy={engines.loading} onClick={engines.reload}>
            Look again
          </Button>
        </div>
      )}
    </Section>
  );
};

export const About = () => {
  const { me } = useSession();
  if (me.data === undefined) return null;
  const { version, user, display_name, workspace_url, profile, mode, database } = me.data;
  return (
    <Section title="About">
      <dl className="text-sm">
        <Fact name="Mortar">{version}</Fact>
        <Fact name="You">{display_name === "" || display_name === user ? user : `${display_name} (${user})`}</Fact>
        <Fact name="Workspace">
          <a
            href={workspace_url}
            target="_blank"
            rel="noopener noreferrer"
            className="break-all text-accent underline underline-offset-4"
          >
            {workspace_url}
          </a>
          {profile === null ? null : <span className="text-soft"> by the profile {profile}</span>}
        </Fact>
        <Fact name="Runs">
          {mode === "local" ? "on your own machine" : "as a Databricks App; each user acts as himself"}
        </Fact>
        <Fact name="Database">
          {databases[database.kind]}
          <span className={database.ok ? "text-ok" : "text-danger"}>
            {" "}
            · {database.ok ? "answers" : `does not answer: ${database.error ?? "unknown"}`}
          </span>
        </Fact>
      </dl>
    </Section>
  );
};
