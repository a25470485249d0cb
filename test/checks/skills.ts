// What every skill has to hold: a head that agents accept, links that resolve, tools and commands that exist.
import { basename, dirname, join, posix } from "node:path";
import { catalog } from "../../src/tools/catalog.ts";
import { readSkillText } from "../../src/skills/frontmatter.ts";

export interface Block {
  readonly path: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** The keys that agentskills.io/specification allows at the root of a head. */
const allowedKeys = new Set(["name", "description", "license", "compatibility", "metadata", "allowed-tools"]);
const longestDescription = 260;

/** Tools begin with one of these words; so does what is listed here and is no tool of ours. */
const toolWord =
  /^(?:list|read|write|update|run|wait_for|get|resolve|create|cancel|start|stop|execute|destroy|manage|delete|ask|upload|generate)_/;
const otherNames = new Set([
  // SQL, Python and REST names that begin as a tool does.
  "run_if",
  "run_id",
  "run_page_url",
  "run_as",
  "read_files",
  "get_json_object",
  "create_streaming_table",
  "create_auto_cdc_flow",
  "create_auto_cdc_from_snapshot_flow",
  "create_sink",
  "create_endpoint",
  "create_index",
  "create_delta_sync_index",
  "create_direct_access_index",
  "create_dataset",
  "get_dataset",
  "create_feature_spec",
  "run_job_task",
  "generate_database_credential",
  // Methods of the Python SDK.
  "create_and_wait",
  "run_now_and_wait",
  "get_run",
  "execute_and_wait",
  "execute_statement",
  "list_directory_contents",
  "start_update",
  "list_pipeline_events",
  "start_conversation_and_wait",
  "create_project",
  "create_branch",
  "create_scope",
  "get_run_output",
  "update_config",
]);

/** The fenced code of a text, without the indentation of a list that it stands in. */
export function blocksOf(path: string, text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const [, indent = "", fence, language = ""] = /^(\s*)(`{3,})(.*)$/.exec(lines[index] ?? "") ?? [];
    if (fence === undefined) continue;
    const start = index + 1;
    while (++index < lines.length && (lines[index] ?? "").trim() !== fence);
    const inner = lines.slice(start, index).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ path, line: start, language: language.trim(), text: inner.join("\n") });
  }
  return blocks;
}

/** The text without its fenced code. */
export function prose(text: string): string {
  return text.replace(/^(\s*)(`{3,})[\s\S]*?^\s*\2\s*$/gm, "");
}

/** What is wrong with one skill, as sentences. `texts` holds all files of all skills by path. */
export function skillFaults(name: string, texts: ReadonlyMap<string, string>, known: ReadonlySet<string>): string[] {
  const own = [...texts].filter(([path]) => path.startsWith(`${name}/`));
  const main = texts.get(`${name}/SKILL.md`);
  if (main === undefined) return [`${name}: has no SKILL.md`];
  return [
    ...headFaults(name, main),
    ...linkFaults(name, texts),
    ...own.flatMap(([path, text]) => [...nameFaults(path, text, known), ...formFaults(path, text)]),
  ];
}

function headFaults(name: string, text: string): string[] {
  const { head, body } = readSkillText(text, name);
  const faults: string[] = [];
  const add = (wrong: boolean, fault: string): void => void (wrong && faults.push(`${name}: ${fault}`));
  add(head.name !== name, `calls itself ${head.name}`);
  add(/claude|anthropic/.test(name), "has a word in its name that is reserved");
  add(
    head.keys.some((key) => !allowedKeys.has(key)),
    `has other keys than ${[...allowedKeys].join(", ")}`,
  );
  add(head.description.length > longestDescription, `its description is longer than ${longestDescription}`);
  add(!/\bUse (?:for|to|when|after|before|as)\b/.test(head.description), "its description does not say when to use it");
  add(/[<>]/.test(head.description), "its description holds < or >");
  const sources = (head.metadata["sources"] ?? "").split(/\s+/).filter((word) => word !== "");
  add(sources.length === 0, "names no source");
  add(!sources.every((source) => /^https:\/\/[\w.-]+\/\S*$/.test(source)), "a source is no https address");
  add((head.metadata["sets"] ?? "") === "" && name.startsWith("databricks-"), "is in no set");
  const lines = body.trim().split("\n").length;
  const least = name.startsWith("mortar-") ? 15 : 45;
  add(lines < least || lines > 140, `has ${lines} lines`);
  add(!/^\s*# \S/.test(body), "does not begin with a heading");
  return faults;
}

function linkFaults(name: string, texts: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const linked = new Set<string>();
  for (const [path, text] of texts) {
    if (!path.startsWith(`${name}/`)) continue;
    for (const [, target = ""] of prose(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.startsWith("https://")) {
        if (!URL.canParse(target)) faults.push(`${path}: ${target} is no address`);
        continue;
      }
      const meant = posix.join(dirname(path), target.replace(/#.*$/, ""));
      linked.add(meant);
      if (!texts.has(meant)) faults.push(`${path}: ${target} leads nowhere`);
    }
  }
  for (const path of texts.keys()) {
    const isReference = path.startsWith(`${name}/`) && basename(path) !== "SKILL.md";
    if (isReference && !linked.has(path)) faults.push(`${path}: nothing links to it`);
  }
  return faults;
}

/** Packages and programs that are called as a skill could be. */
const otherDatabricks =
  /^databricks-(?:ai-search|sdk|connect|cli|gateway|openai|langchain|mcp|agents|vectorsearch|zerobus-ingest-sdk|pools|python|ai-bridge|app-python|claude|gpt|gemini|gte|bge|meta|llama|qwen|docs-index)\b/;

/** A SKILL.md without its head, which names older skills and addresses. */
function bodyOf(text: string): string {
  return text.replace(/^---\n[\s\S]*?\n---\n/, "");
}

function nameFaults(path: string, text: string, known: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const tools = new Set(catalog.map(({ name }) => name));
  const words = prose(bodyOf(text));
  for (const [, word = ""] of words.matchAll(/`([a-z]+(?:_[a-z0-9]+)+)`/g)) {
    if (toolWord.test(word) && !tools.has(word) && !otherNames.has(word))
      faults.push(`${path}: there is no tool ${word}`);
  }
  if (/\bmcp__|\bdatabricks_(?:run|read|write|list|get|create|execute)_/.test(text)) {
    faults.push(`${path}: a tool is named with a prefix`);
  }
  for (const [word] of words.matchAll(/(?<![\w./@-])(?:databricks|mortar)-[a-z][a-z0-9-]*[a-z0-9](?![\w/.]*[/@])/g)) {
    if (!known.has(word) && !otherDatabricks.test(word)) faults.push(`${path}: there is no skill ${word}`);
  }
  return faults;
}

function formFaults(path: string, text: string): string[] {
  const faults: string[] = [];
  const add = (wrong: boolean, fault: string): void => void (wrong && faults.push(`${path}: ${fault}`));
  add(/\r/.test(text), "has carriage returns");
  add(!text.endsWith("\n"), "has no line end at its end");
  add(/[^\S\n]$/m.test(text), "has white space at the end of a line");
  add(/\b(?:TODO|FIXME|TBD|lorem)\b/.test(text), "is not finished");
  add(/dapi[0-9a-f]{8,}|eyJ[\w-]{10,}/.test(text), "holds what looks like a credential");
  add(
    bodyOf(text)
      .split("\n")
      .some((line) => line.length > 200),
    "has a line of more than 200 characters",
  );
  return faults;
}

/** Every `mortar ...` that a text tells its reader to run: in shell blocks, and between backticks. */
export function ownCommands(path: string, text: string): string[] {
  const shell = blocksOf(path, text)
    .filter(({ language }) => ["bash", "sh", "shell"].includes(language))
    .flatMap((block) => block.text.replace(/\s*\\\n\s*/g, " ").split("\n"))
    .filter((line) => /^\s*(?:\w+=\S*\s+)*mortar\s|\$\(mortar\s/.test(line));
  const inline = [...prose(text).matchAll(/`(mortar [^`]+)`/g)].map(([, line = ""]) => line);
  return [...shell, ...inline].map((line) => line.trim());
}

/** The folder of the skills. */
export const skillsRoot = join(import.meta.dir, "..", "..", "skills");
