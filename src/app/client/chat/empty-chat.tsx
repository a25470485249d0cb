// A conversation in which nothing was said yet: what one could ask. A press only fills the field.
import BarChart from "lucide-react/icons/chart-column";
import Database from "lucide-react/icons/database";
import Sparkles from "lucide-react/icons/sparkles";
import Workflow from "lucide-react/icons/workflow";
import type { ReactNode } from "react";

interface Example {
  readonly icon: ReactNode;
  readonly title: string;
  readonly prompt: string;
}

const examples: readonly Example[] = [
  {
    icon: <Database size={18} />,
    title: "Look at my data",
    prompt:
      "Which tables are there in my catalog and schema? Say for each in one line what it holds, and show the first rows of the most interesting one.",
  },
  {
    icon: <BarChart size={18} />,
    title: "Answer with a chart",
    prompt: "Count the orders of each month of the last year, show the rows, and draw them as a chart.",
  },
  {
    icon: <Sparkles size={18} />,
    title: "Make sample data",
    prompt:
      "Make a table of 500 believable orders, with customer, product, region, amount and date, in my schema, and show ten of its rows.",
  },
  {
    icon: <Workflow size={18} />,
    title: "Build a job",
    prompt:
      "Write a notebook that sums up the orders of each day, and a job that runs it every morning at six. Show me the plan before you make anything.",
  },
];

export const EmptyChat = ({
  canWrite,
  onExample,
}: {
  readonly canWrite: boolean;
  readonly onExample: (prompt: string) => void;
}) => (
  <div className="mx-auto flex min-h-full w-full max-w-3xl flex-col justify-center px-4 py-10">
    <h2 className="text-2xl font-semibold tracking-tight text-balance">What shall we do on your workspace?</h2>
    <p className="mt-1.5 text-soft">
      {canWrite
        ? "The agent acts as you: it can do what you may do, and asks before it changes anything unless you say otherwise."
        : "Nothing has been said here yet. You may read this project, but not write in it."}
    </p>
    {canWrite ? (
      <ul className="mt-7 grid gap-3 sm:grid-cols-2">
        {examples.map(({ icon, title, prompt }) => (
          <li key={title}>
            <button
              type="button"
              onClick={() => onExample(prompt)}
              className="flex h-full w-full flex-col items-start gap-1.5 rounded-xl border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="flex items-center gap-2 font-medium">
                <span className="text-accent">{icon}</span>
                {title}
              </span>
              <span className="text-sm text-soft">{prompt}</span>
            </button>
          </li>
        ))}
      </ul>
    ) : null}
  </div>
);
