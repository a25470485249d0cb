// Which of an agent's calls run unasked, which are refused, and about which the person is asked.
import { findEntry } from "../../../tools/catalog.ts";
import { isObject } from "../../../platform/json.ts";
import { isInside } from "./inside.ts";
import { appServer, approveName, databricksServer, toolOf, type RunContext } from "./run-context.ts";

export type Verdict =
  { readonly is: "allow" } | { readonly is: "ask" } | { readonly is: "deny"; readonly message: string };

const allow: Verdict = { is: "allow" };
const ask: Verdict = { is: "ask" };
const deny = (message: string): Verdict => ({ is: "deny", message });

/** The agent's own tools that touch nothing but the conversation. What a subagent does is asked about by itself. */
const harmless: ReadonlySet<string> = new Set([
  "TodoWrite",
  "TodoRead",
  "Skill",
  "ToolSearch",
  "Task",
  "Agent",
  "TaskCreate",
  "TaskGet",
  "TaskList",
  "TaskUpdate",
  "TaskOutput",
  "TaskStop",
  "BashOutput",
  "KillShell",
  "KillBash",
]);
const readers: ReadonlySet<string> = new Set(["Read", "Glob", "Grep", "LS", "NotebookRead"]);
const editors: ReadonlySet<string> = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit"]);

/** What is to be done about a call, before anything that the person has allowed for the whole conversation is looked at. */
export async function verdictOn(
  run: Pick<RunContext, "folder" | "isShared" | "mode">,
  toolName: string,
  input: unknown,
): Promise<Verdict> {
  const { current: mode } = run.mode;
  if (toolName === "AskUserQuestion")
    return deny("There is no form here. Ask the person in your answer, as plain text.");
  // For its program alone: a model that asks in its place puts words into its mouth.
  if (toolOf(appServer, toolName) === approveName) return deny("This tool is not for you to call.");
  if (toolOf(appServer, toolName) !== undefined || harmless.has(toolName)) return allow;
  const ours = toolOf(databricksServer, toolName);
  if (ours !== undefined && findEntry(ours)?.effect === "read") return allow;
  const isReader = readers.has(toolName);
  if (isReader || editors.has(toolName)) {
    const inside = await areInside(run.folder, toolName, input);
    if (!inside && run.isShared) return deny("Only what is in the project's folder can be read and written here.");
    if (inside && (isReader || (mode === "accept_edits" && !isOfGit(input)))) return allow;
  }
  if (mode === "everything") return allow;
  if (mode === "plan" && toolName !== "ExitPlanMode" && !isReader) {
    return deny("Plan mode: nothing is changed. Finish the plan and show it to the person.");
  }
  return ask;
}

/** What lies in a repository's own folder, or takes its place: Git runs what is named there. No edit of a file of the project. */
function isOfGit(input: unknown): boolean {
  if (!isObject(input)) return false;
  return ["file_path", "notebook_path"].some((name) => /(?:^|[/\\])\.git(?:[/\\]|$)/i.test(String(input[name] ?? "")));
}

/** Every path that the call names; a pattern of files may lead out of the folder as a path does. */
async function areInside(folder: string, toolName: string, input: unknown): Promise<boolean> {
  if (!isObject(input)) return false;
  const texts = (names: readonly string[]): string[] =>
    names.map((name) => input[name]).filter((value) => typeof value === "string");
  const patterns = texts(toolName === "Glob" ? ["pattern"] : ["glob"]);
  if (patterns.some((pattern) => /^[/\\~]|(?:^|[/\\])\.\.(?:[/\\]|$)|^[a-z]:/i.test(pattern))) return false;
  return allInside(folder, texts(["file_path", "path", "notebook_path"]));
}

async function allInside(folder: string, paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(paths.map((path) => isInside(folder, path)));
  return found.every((one) => one);
}
