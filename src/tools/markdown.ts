// A tool as a page of Markdown, from its declaration: docs/tools.md and `mortar tool show`.
import { isObject, type JsonObject } from "../platform/json.ts";
import { listedName } from "./aliases.ts";
import { catalog } from "./catalog.ts";
import { toolsetNames, toolsetSummaries, type ToolsetName } from "./toolset-names.ts";
import type { Tool } from "./define.ts";
import { toolSchemas } from "./schema.ts";

/** The whole reference, toolset by toolset. */
export function toolsMarkdown(tools: readonly Tool[]): string {
  const sections = toolsetNames.map((toolset) => {
    const pages = tools.filter((tool) => tool.toolset === toolset).map(toolMarkdown);
    const beside = besideText(toolset, tools);
    return `## ${toolset}\n\n${capital(toolsetSummaries[toolset])}.${beside}\n\n${pages.join("\n\n")}`;
  });
  return `# Tools\n\n${introduction}\n\n${sections.join("\n\n")}\n`;
}

/** Which of a toolset's tools are on only where it is asked for. */
function besideText(toolset: ToolsetName, tools: readonly Tool[]): string {
  const beside = catalog.filter((entry) => entry.toolset === toolset && !entry.byDefault).map(({ name }) => name);
  if (beside.length === 0) return "";
  const all = beside.length === tools.filter((tool) => tool.toolset === toolset).length;
  const which = all ? "" : `: ${beside.map((name) => `\`${name}\``).join(", ")}`;
  return ` On with \`--toolsets default,${toolset}\`${which}.`;
}

const introduction = [
  "Every tool that Mortar gives to an agent, made from the declarations in `src/tools`.",
  "",
  "- *reads* changes nothing; *writes* makes or starts something; *destroys* overwrites, stops or deletes something, or runs code.",
  "- Each tool can also be called by its older name, shown beside it; `--names databricks` lists those.",
  "- Paths may be written `~/x` (your home folder of the workspace) and `shared/x`; ids are strings of digits.",
  "- Unknown arguments are errors. Waits return in time, with a handle and a hint how to go on.",
].join("\n");

const effects = { read: "reads", write: "writes", destructive: "destroys" } as const;

export function toolMarkdown(tool: Tool): string {
  const { input, output } = toolSchemas(tool);
  return [
    `### ${tool.name}`,
    "",
    `${tool.title} (${effects[tool.effect]}). Older name: \`${listedName(tool.name, "databricks")}\`.`,
    "",
    tool.description,
    "",
    ...argumentTable(input),
    `Result: ${fieldNames(output)}`,
  ].join("\n");
}

function argumentTable(schema: JsonObject): string[] {
  const rows = properties(schema);
  if (rows.length === 0) return ["Takes no arguments.", ""];
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const lines = rows.map(([name, property]) => {
    const need = required.includes(name) ? "yes" : "";
    const fallback = property["default"] === undefined ? "" : `\`${JSON.stringify(property["default"])}\``;
    return `| \`${name}\` | ${typeText(property)} | ${need} | ${fallback} | ${escape(String(property["description"] ?? ""))} |`;
  });
  return ["| Argument | Type | Required | Default | |", "|---|---|---|---|---|", ...lines, ""];
}

function typeText(property: JsonObject): string {
  if (Array.isArray(property["enum"])) return property["enum"].map((value) => `\`${String(value)}\``).join(", ");
  const type = Array.isArray(property["type"])
    ? property["type"].map(String).join(" or ")
    : String(property["type"] ?? "any");
  if (type === "array" && isObject(property["items"])) return `array of ${typeText(property["items"] as JsonObject)}`;
  if (type === "object") {
    const inner = properties(property).map(([name]) => `\`${name}\``);
    return inner.length === 0 ? "object" : `object: ${inner.join(", ")}`;
  }
  return type;
}

function fieldNames(schema: JsonObject): string {
  return properties(schema)
    .map(([name]) => `\`${name}\``)
    .join(", ");
}

function properties(schema: JsonObject): [string, JsonObject][] {
  const found = schema["properties"];
  return isObject(found) ? (Object.entries(found) as [string, JsonObject][]) : [];
}

function escape(text: string): string {
  return text.replaceAll("|", "\\|");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
