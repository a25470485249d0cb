// A new project: by its name, or by one of three starts for whoever is new here.
import ChartColumn from "lucide-react/icons/chart-column";
import Database from "lucide-react/icons/database";
import Workflow from "lucide-react/icons/workflow";
import { type FormEvent, type ReactNode, useState } from "react";
import { call } from "../api.ts";
import { navigate } from "../router.ts";
import { writeDraft } from "../state/draft.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { notifyError } from "../ui/toast.tsx";
import { maxNameChars, nameProblem } from "./project-list.ts";

interface Start {
  readonly icon: ReactNode;
  readonly name: string;
  readonly text: string;
  readonly prompt: string;
}

const starts: readonly Start[] = [
  {
    icon: <Database size={20} />,
    name: "Explore my data",
    text: "Find out which tables there are, what is in them, and what is odd about them.",
    prompt: "Show me which catalogs and schemas I can read, and say in one line what each of the largest tables holds.",
  },
  {
    icon: <ChartColumn size={20} />,
    name: "Answer with a chart",
    text: "Ask in words; get the query, its rows, and a chart that you can change.",
    prompt: "Make a small table of monthly sales for three regions, query it, and draw the sales over time.",
  },
  {
    icon: <Workflow size={20} />,
    name: "Build a pipeline",
    text: "Sample data, a pipeline that refines it, and a job that runs it each morning.",
    prompt:
      "Plan a small pipeline: sample orders as raw data, a cleaned table, a daily summary. Show me the plan before you build it.",
  },
];

/** Makes a project and opens it; what it throws is told. */
const useCreate = () => {
  const [busy, setBusy] = useState<string>();
  const create = async (name: string, prompt?: string): Promise<boolean> => {
    setBusy(name);
    try {
      const { id } = await call("POST /api/projects", { body: { name } });
      if (prompt !== undefined) writeDraft(`new:${id}`, prompt);
      navigate({ page: "project", projectId: id, view: "chat" });
      return true;
    } catch (error) {
      notifyError(error);
      return false;
    } finally {
      setBusy(undefined);
    }
  };
  return { busy, create };
};

/** A field for the name, and the button. */
export const NewProject = () => {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string>();
  const { busy, create } = useCreate();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wrong = nameProblem(name);
    setProblem(wrong);
    if (wrong === undefined && busy === undefined) void create(name.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-2" noValidate>
      <TextField
        label="Name of a new project"
        hideLabel
        placeholder="Name a new project"
        className="min-w-48 grow"
        maxLength={maxNameChars}
        value={name}
        error={problem}
        onChange={(event) => {
          setName(event.target.value);
          setProblem(undefined);
        }}
      />
      <Button type="submit" variant="primary" busy={busy !== undefined}>
        Create project
      </Button>
    </form>
  );
};

/** Three projects that one could begin with. */
export const Starts = () => {
  const { busy, create } = useCreate();
  return (
    <ul className="grid gap-3 sm:grid-cols-3" aria-label="Examples to start with">
      {starts.map(({ icon, name, text, prompt }) => (
        <li key={name}>
          <button
            type="button"
            disabled={busy !== undefined}
            onClick={() => void create(name, prompt)}
            className="flex h-full w-full flex-col items-start gap-2 rounded-xl border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-line-strong hover:bg-hover disabled:opacity-60"
          >
            <span className="text-accent">{busy === name ? <Spinner label="Creating" /> : icon}</span>
            <span className="font-semibold">{name}</span>
            <span className="text-sm text-soft">{text}</span>
          </button>
        </li>
      ))}
    </ul>
  );
};
