// What `--dry-run` shows of a start: the words, the variables and the files, without their secrets.
import type { Agent, PrivateFile } from "../../agents/launch/agent.ts";
import type { Secret } from "../../platform/secret.ts";

interface Start {
  readonly agent: Agent;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: readonly PrivateFile[];
  readonly secrets: readonly Secret[];
}

export interface Planned {
  readonly plan: {
    readonly agent: string;
    readonly command: readonly string[];
    /** null takes a variable out. */
    readonly environment: Readonly<Record<string, string | null>>;
    readonly files: readonly PrivateFile[];
  };
  readonly text: string;
}

export function describePlan({ agent, command, env, files, secrets }: Start): Planned {
  const hide = (text: string): string => secrets.reduce((all, secret) => all.replaceAll(secret.reveal(), "***"), text);
  const words = command.map(hide);
  const environment = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === undefined ? null : hide(value)]),
  );
  const shown = files.map(({ path, content }) => ({ path, content: hide(content) }));
  const lines = [
    `Would start ${agent.title}:`,
    `  ${words.map(quoted).join(" ")}`,
    ...Object.entries(environment).map(([name, value]) =>
      value === null ? `  without ${name}` : `  ${name}=${value}`,
    ),
    ...shown.flatMap(({ path, content }) => [`${path}:`, shownContent(content)]),
    "Nothing was started.",
  ];
  const plan = { agent: agent.name, command: words, environment, files: shown };
  return { plan, text: `${lines.join("\n")}\n` };
}

/** A catalogue of models is longer than anybody reads; the plan in JSON has it whole. */
const mostShown = 4_000;

function shownContent(content: string): string {
  if (content.length > mostShown) return `  (${content.length} characters)`;
  return content.trimEnd().replace(/^/gm, "  ");
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
