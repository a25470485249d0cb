// A tool call in words: what it is called, what it is about, and how far it is. Pure.
import type { ToolInfo } from "../../contract/routes.ts";
import type { ToolBlock } from "../state/blocks.ts";

/** Titles of tools by their name. */
export type ToolTitles = ReadonlyMap<string, Pick<ToolInfo, "title" | "effect">>;

/** The agents' own tools, by the names that they have in each of them. */
const agentTools: Readonly<Record<string, string>> = {
  Bash: "Run a command",
  BashOutput: "Read a command's output",
  KillShell: "End a command",
  Read: "Read a file",
  Write: "Write a file",
  Edit: "Edit a file",
  MultiEdit: "Edit a file",
  NotebookEdit: "Edit a notebook",
  Glob: "Find files",
  Grep: "Search in files",
  LS: "List a folder",
  WebFetch: "Read a web page",
  WebSearch: "Search the web",
  Task: "Ask a subagent",
  Agent: "Ask a subagent",
  Skill: "Load a skill",
  TodoWrite: "Plan the work",
  ExitPlanMode: "Propose a plan",
  ToolSearch: "Look for tools",
  shell: "Run a command",
  apply_patch: "Change files",
  update_plan: "Plan the work",
  web_search: "Search the web",
  read_file: "Read a file",
  write_file: "Write a file",
  replace: "Edit a file",
  run_shell_command: "Run a command",
};

/** The bare name of a tool of an MCP server: `mcp__databricks__query_sql` is `query_sql`. */
export const bareName = (name: string): string => name.replace(/^mcp__[^_]+(?:_[^_]+)*?__/, "");

const sentence = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** What a tool is called. */
export const toolTitle = (name: string, titles: ToolTitles): string => {
  const bare = bareName(name);
  return titles.get(bare)?.title ?? agentTools[bare] ?? sentence(bare);
};

/** Of the fields of an input, those that say best what it is about; the first that is there counts. */
const tellingFields = [
  "command",
  "file_path",
  "notebook_path",
  "path",
  "pattern",
  "query",
  "sql",
  "statement",
  "code",
  "description",
  "url",
  "skill",
  "title",
  "name",
  "full_name",
  "table_name",
];

export const inputOf = (input: unknown): Readonly<Record<string, unknown>> =>
  typeof input === "object" && input !== null && !Array.isArray(input) ? (input as Record<string, unknown>) : {};

const subjectLength = 140;

/** What a call is about, in one line; empty where its input does not say. */
export const toolSubject = (input: unknown): string => {
  const fields = inputOf(input);
  const named = tellingFields
    .map((name) => fields[name])
    .find((value) => typeof value === "string" && value.trim() !== "");
  const firstText = Object.values(fields).find((value) => typeof value === "string" && value.trim() !== "");
  const text = String(named ?? firstText ?? "")
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.length > subjectLength ? `${text.slice(0, subjectLength - 1)}…` : text;
};

export type ToolState = "running" | "done" | "handed" | "failed" | "waiting" | "denied" | "stopped";

const isHandover = (content: string | undefined): boolean => content?.startsWith('{"status":"async"') === true;

/** How far a call is. `isLive`: its run goes on. `waits`: a person is asked about it. */
export const toolState = (
  block: ToolBlock,
  { isLive, waits }: { readonly isLive: boolean; readonly waits: boolean },
): ToolState => {
  if (block.approval?.decision === "deny") return "denied";
  if (block.result?.is_error === true) return "failed";
  // It took too long to wait for: how it went on is told by its operation, not by this result.
  if (block.operation_id !== undefined && isHandover(block.result?.content)) return "handed";
  if (block.result !== undefined) return "done";
  if (waits) return "waiting";
  return isLive ? "running" : "stopped";
};

export const stateWords: Readonly<Record<ToolState, string>> = {
  running: "Running",
  done: "Done",
  handed: "Went on in the background",
  failed: "Failed",
  waiting: "Waits for your answer",
  denied: "Denied",
  stopped: "Stopped",
};

/** An input as it is shown: JSON, or the text itself where it is one. */
export const inputText = (input: unknown): string => {
  if (input === undefined || input === null) return "";
  return typeof input === "string" ? input : JSON.stringify(input, null, 2);
};

/** A result's text: JSON is set out in lines. */
export const resultText = (content: string): string => {
  const trimmed = content.trim();
  if (!/^[[{]/.test(trimmed) || trimmed.length > 200_000) return content;
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2);
  } catch {
    return content;
  }
};
