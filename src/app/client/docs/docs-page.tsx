// The guide: what this is, how it works, what the agent may do, what a person can do with it, and how programs reach it.
import { Fragment, type ReactNode } from "react";
import { permissionWords } from "../pickers/context-change.ts";
import { useSession } from "../session.tsx";
import { shortcuts } from "../shell/shortcuts.ts";
import { CopyButton } from "../tables/copy-button.tsx";

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: ReactNode;
}

const Code = ({ children }: { readonly children: string }) => (
  <code className="rounded bg-hover px-1 py-0.5 font-mono text-[0.85em] break-words">{children}</code>
);

const Points = ({ items }: { readonly items: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="grid gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
    {items.map(([name, text]) => (
      <Fragment key={name}>
        <dt className="font-medium">{name}</dt>
        <dd className="text-soft max-sm:mb-2">{text}</dd>
      </Fragment>
    ))}
  </dl>
);

const OwnLink = ({ href, children }: { readonly href: string; readonly children: ReactNode }) => (
  <a href={href} className="font-medium text-accent underline underline-offset-4">
    {children}
  </a>
);

const What = () => (
  <>
    <p>
      You ask in words; a coding agent does it on your Databricks workspace: it looks at data, runs SQL and Python,
      writes notebooks, builds jobs, pipelines, dashboards and apps, and shows what came of it as tables and charts.
    </p>
    <p>
      The agent is a program that you know: Claude Code, Codex or Gemini CLI. Mortar gives it the workspace's models,
      tools for everything on the workspace, and skills that say how work is done there.
    </p>
  </>
);

const steps: readonly (readonly [string, string])[] = [
  ["You write", "Your message is stored before anything else happens, so that nothing you wrote is lost."],
  [
    "The agent works",
    "It runs in the project's folder on the server, thinks, calls tools and writes files. Each step is stored as it comes and shown here.",
  ],
  [
    "Tools act as you",
    "Each call goes to the workspace with your identity. The agent can do what you may do there, and nothing more.",
  ],
  [
    "It asks",
    "Before a change it waits for your answer, for as long as it takes; the question is still there after you close the page.",
  ],
  ["You can leave", "The run goes on. Come back, reload, or open it elsewhere: the page continues where you were."],
];

const How = () => (
  <ol className="flex flex-col gap-3">
    {steps.map(([name, text], at) => (
      <li key={name} className="flex gap-3">
        <span
          aria-hidden="true"
          className="flex size-6 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
        >
          {at + 1}
        </span>
        <p>
          <span className="font-medium">{name}.</span> <span className="text-soft">{text}</span>
        </p>
      </li>
    ))}
  </ol>
);

const Permissions = () => (
  <>
    <p>Choose below the message what the agent may do without asking:</p>
    <Points items={Object.values(permissionWords).map(({ label, hint }) => [label, `${hint}.`] as const)} />
    <p>
      A question offers three answers: <em>once</em>, <em>for this conversation</em>, or <em>no</em>. Whatever you
      choose, the agent reads and writes files only inside its project, and on a server for many people its shell is off
      where it cannot be kept there.
    </p>
  </>
);

const Results = () => (
  <Points
    items={[
      [
        "Tables",
        "Press a column to sort by it; move with the arrows; Ctrl+C copies the chosen value. Copy takes all rows for a spreadsheet, CSV saves them.",
      ],
      [
        "Charts",
        "The agent describes a chart; it is never code. Change its kind, its axes and its columns, look at its rows, save it as a picture. Every table of results can be charted.",
      ],
      ["Changes", "What the agent writes in files is shown line by line before you allow it."],
      ["Slow work", "A tool that takes long goes on by itself as an operation, which you can watch and cancel."],
    ]}
  />
);

const Projects = () => (
  <Points
    items={[
      [
        "Files",
        "The project's folder, which the agent sees too. Upload by dropping files on it; edit texts; download one or all.",
      ],
      [
        "Instructions",
        "Under Skills: what the agent is always told in this project. The agent also keeps notes in CLAUDE.md.",
      ],
      [
        "Skills",
        "Know-how that the agent loads when it fits. Turn off what you do not need, and the tools that go with it are hidden; add your own.",
      ],
      [
        "Sharing",
        "Name users of the workspace who may view the project, or work in it. Whoever works in it acts as himself, never as you.",
      ],
      ["Use", "Tokens and cost, by day and by model."],
    ]}
  />
);

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent);
const keyName = (key: string): string => {
  if (key !== "Mod") return key;
  return isMac() ? "⌘" : "Ctrl";
};

const Keys = () => (
  <dl className="grid max-w-md grid-cols-[1fr_auto] gap-x-6 gap-y-2">
    {shortcuts.map(({ id, keys, text }) => (
      <Fragment key={id}>
        <dt className="text-soft">{text}</dt>
        <dd className="flex gap-1">
          {keys.map((key) => (
            <kbd key={key} className="rounded border border-line-strong bg-surface px-1.5 font-mono text-xs leading-5">
              {keyName(key)}
            </kbd>
          ))}
        </dd>
      </Fragment>
    ))}
  </dl>
);

const Programs = () => {
  const { me } = useSession();
  const address = `${location.origin}/mcp`;
  const isLocal = me.data?.mode === "local";
  return (
    <>
      <p>The same tools are served to other agents over MCP (streamable HTTP), each call as whoever makes it:</p>
      <p className="flex w-fit max-w-full items-center gap-1 rounded-lg border border-line bg-surface py-0.5 pr-0.5 pl-3">
        <code className="overflow-x-auto font-mono text-[0.8125rem] whitespace-nowrap" tabIndex={0}>
          {address}
        </code>
        <CopyButton label="Copy the MCP address" text={() => address} />
      </p>
      <p>
        {isLocal ? (
          <>
            It asks for the key of this server, as <Code>Authorization: Bearer …</Code>; <Code>mortar app serve</Code>{" "}
            says in which file the key is.
          </>
        ) : (
          <>
            Databricks Apps signs callers in; a program sends an OAuth token of the workspace, as{" "}
            <Code>Authorization: Bearer …</Code>.
          </>
        )}
      </p>
      <p>
        Everything this page does, a program can do: <OwnLink href="/docs">the routes</OwnLink>, as OpenAPI in{" "}
        <OwnLink href="/openapi.json">openapi.json</OwnLink>. Events come as a stream that is taken up again after its
        last number.
      </p>
    </>
  );
};

const parts: readonly Part[] = [
  { id: "what", title: "What this is", content: <What /> },
  { id: "how", title: "How it works", content: <How /> },
  { id: "permissions", title: "What the agent may do", content: <Permissions /> },
  { id: "results", title: "Results", content: <Results /> },
  { id: "projects", title: "Projects", content: <Projects /> },
  { id: "keys", title: "Keys", content: <Keys /> },
  { id: "programs", title: "For other agents and programs", content: <Programs /> },
];

/** One page, with its parts beside it where there is room. */
export const DocsPage = () => (
  <div className="mx-auto flex w-full max-w-5xl gap-10 px-4 py-8">
    <nav aria-label="Parts of the guide" className="sticky top-8 hidden w-52 shrink-0 self-start lg:block">
      <ul className="flex flex-col gap-0.5 text-sm">
        {parts.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`} className="block rounded-lg px-2.5 py-1.5 text-soft hover:bg-hover hover:text-ink">
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
    <article className="max-w-2xl min-w-0 grow">
      <h1 className="text-2xl font-semibold tracking-tight">Guide</h1>
      {parts.map(({ id, title, content }) => (
        <section key={id} aria-labelledby={id} className="mt-8">
          <h2 id={id} className="mb-3 scroll-mt-8 text-lg font-semibold tracking-tight">
            {title}
          </h2>
          <div className="flex flex-col gap-3 text-[0.9375rem]">{content}</div>
        </section>
      ))}
    </article>
  </div>
);
